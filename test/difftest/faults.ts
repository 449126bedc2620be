// Faults that may come on top of any other, in any network, whether they have an effect or not.

import type { Random } from "../fuzz/random.ts";
import { anyInterface, anySpace, type Fault, type PingDraft, routersOf, set, space } from "./family.ts";
import { addAddress, type Network } from "./networks.ts";

const rpFilter: Fault = (n, _, r) => set(n, anySpace(n, r), "rp_filter", r.pick(["1", "1", "2"]), r);
const acceptLocal: Fault = (n, _, r) => set(n, anySpace(n, r), "accept_local", "1", r);
const arpIgnore: Fault = (n, _, r) =>
  set(n, r.chance(0.7) ? n.target : anySpace(n, r), "arp_ignore", r.pick(["1", "1", "2", "3", "8"]), r);
const arpFilter: Fault = (n, _, r) => set(n, n.target, "arp_filter", "1", r);
const arpAnnounce: Fault = (n, _, r) => set(n, n.asker, "arp_announce", r.pick(["1", "2"]), r);
const proxyArp: Fault = (n, _, r) => set(n, anySpace(n, r), r.pick(["proxy_arp", "proxy_arp_pvlan"]), "1", r);
const echoIgnore: Fault = (n) => {
  space(n, n.target).sysctl["net.ipv4.icmp_echo_ignore_all"] = "1";
};
const smallTtlOfTarget: Fault = (n) => {
  space(n, n.target).sysctl["net.ipv4.ip_default_ttl"] = "1";
};
const forwardOff: Fault = (n, _, r) => {
  const routers = routersOf(n);
  if (routers.length === 0) return;
  const router = r.pick(routers);
  if (r.chance(0.5)) space(n, router).sysctl["net.ipv4.ip_forward"] = "0";
  else space(n, router).sysctl[`net.ipv4.conf.${anyInterface(n, router, r)}.forwarding`] = "0";
};
const loseRoute: Fault = (n, _, r) => {
  const having = Object.keys(n.spaces).filter((name) => space(n, name).routes.length > 0);
  if (having.length === 0) return;
  const { routes } = space(n, r.pick(having));
  routes.splice(r.below(routes.length), 1);
};
const rejectRoute: Fault = (n, p, r) => {
  const kind = r.pick(["blackhole", "unreachable", "prohibit", "throw"]);
  const name = r.chance(0.5) ? n.asker : anySpace(n, r);
  const about = r.chance(0.7) ? p.destination : n.source;
  space(n, name).routes.push(`${kind} ${about}/32`);
};
const rejectRule: Fault = (n, p, r) => {
  const name = r.chance(0.6) ? n.asker : anySpace(n, r);
  const selector = r.pick([`to ${p.destination}`, `from ${n.source}`, `to ${n.source}`]);
  space(n, name).rules.push(`pref 100 ${selector} ${r.pick(["prohibit", "blackhole", "unreachable"])}`);
};
const ruleToTable: Fault = (n, p, r) => {
  const name = r.chance(0.6) ? n.asker : n.target;
  const own = space(n, name);
  own.rules.push(`pref 100 ${r.pick([`to ${p.destination}`, `to ${n.source}`, "from all"])} lookup 100`);
  const device = anyInterface(n, name, r);
  own.routes.push(
    r.pick([
      `default dev ${device} table 100`,
      "unreachable default table 100",
      "throw default table 100",
      `10.0.1.0/24 dev ${device} table 100`,
    ]),
  );
};
const wrongGateway: Fault = (n, _, r) => {
  const own = space(n, r.chance(0.6) ? n.asker : anySpace(n, r));
  const index = own.routes.findIndex((route) => / via /.test(route));
  if (index >= 0) own.routes[index] = (own.routes[index] as string).replace(/(via \d+\.\d+\.\d+)\.\d+/, "$1.77");
};
const wrongNetmask: Fault = (n, _, r) => {
  const own = space(n, r.chance(0.7) ? n.asker : n.target);
  const device = Object.keys(own.addresses).find((name) => name !== "lo");
  if (device)
    own.addresses[device] = (own.addresses[device] as string[]).map((a) =>
      a.replace(/\/\d+$/, r.pick(["/16", "/8", "/32", "/30"])),
    );
};
const loseAddress: Fault = (n, _, r) => {
  const name = r.chance(0.6) ? n.target : anySpace(n, r);
  const own = space(n, name);
  const devices = Object.keys(own.addresses);
  if (devices.length > 0) delete own.addresses[r.pick(devices)];
};
const linkDown: Fault = (n, _, r) => {
  const name = anySpace(n, r);
  const device = anyInterface(n, name, r);
  const own = space(n, name);
  own.down.push(device);
};
const loDown: Fault = (n, _, r) => {
  space(n, r.pick([n.asker, n.target])).down.push("lo");
};
const wrongNeighbour: Fault = (n, _, r) => {
  const name = r.chance(0.6) ? n.asker : anySpace(n, r);
  const own = space(n, name);
  const device = Object.keys(own.addresses).find((d) => d !== "lo");
  const address = device
    ? own.addresses[device]?.[0]?.replace(/\.\d+\/.*$/, `.${r.pick(["1", "2", "254"])}`)
    : undefined;
  if (device && address)
    own.neighbours.push(
      `${address} lladdr ${r.pick(["02:00:00:00:00:99", "02:00:00:00:00:02", "02:00:00:00:00:01"])} nud permanent dev ${device}`,
    );
};
const noArp: Fault = (n, _, r) => {
  const name = r.pick([n.asker, n.target]);
  space(n, name).links.push(`dev ${anyInterface(n, name, r)} arp off`);
};
const noProbes: Fault = (n, _, r) => {
  const device = anyInterface(n, n.asker, r);
  space(n, n.asker).sysctl[`net.ipv4.neigh.${device}.mcast_solicit`] = "0";
};
const smallMtu: Fault = (n, p, r) => {
  const name = anySpace(n, r);
  space(n, name).links.push(`dev ${anyInterface(n, name, r)} mtu ${r.pick(["1200", "600"])}`);
  p.size = r.pick([1000, 1400]);
  p.discovery = r.pick(["do", "dont", null]);
};
const smallTtl: Fault = (_, p, r) => {
  p.ttl = 1 + r.below(3);
};
const bindInterface: Fault = (n, p, r) => {
  p.bind = anyInterface(n, n.asker, r);
};
const bindAddress: Fault = (n, p, r) => {
  const own = Object.values(space(n, n.asker).addresses).flat();
  p.bind = r.chance(0.8) && own.length > 0 ? (r.pick(own).split("/")[0] as string) : "192.0.2.7";
};
const otherDestination: Fault = (n, p, r) => {
  p.destination = r.pick([
    n.source,
    "10.0.1.77",
    "203.0.113.7",
    "127.0.0.1",
    "10.0.1.255",
    n.destination.replace(/\.\d+$/, ".200"),
  ]);
  p.broadcast = p.destination.endsWith(".255") && r.chance(0.6);
};
const duplicateAddress: Fault = (n, p, r) => {
  const others = Object.keys(n.spaces).filter((name) => name !== n.target);
  if (others.length === 0) return;
  const own = space(n, r.pick(others));
  addAddress(own, "lo", `${r.chance(0.6) ? p.destination : n.source}/32`);
};
const sourceIsForeign: Fault = (n, p) => {
  addAddress(space(n, n.asker), "lo", "172.16.5.5/32");
  p.bind = "172.16.5.5";
};
const firewall: Fault = (n, _, r) => {
  const name = anySpace(n, r);
  const hook = r.pick(["input", "output", "forward", "prerouting", "postrouting"]);
  const verdict =
    hook === "input" || hook === "forward" || hook === "output" ? r.pick(["drop", "drop", "reject"]) : "drop";
  const match = r.pick([
    "icmp type echo-request",
    "icmp type echo-reply",
    `ip saddr ${n.source}`,
    `ip daddr ${n.destination}`,
    "meta l4proto icmp",
  ]);
  const policy = r.chance(0.15) ? "drop" : "accept";
  space(n, name).nft.push(
    `table ip t {\n chain c {\n type filter hook ${hook} priority 0; policy ${policy};\n ${r.chance(0.9) ? `${match} counter ${verdict}` : ""}\n }\n }`,
  );
};
const arpFirewall: Fault = (n, _, r) => {
  space(n, anySpace(n, r)).nft.push(
    `table arp t {\n chain c {\n type filter hook ${r.pick(["input", "output"])} priority 0;\n arp operation ${r.pick(["request", "reply"])} counter drop\n }\n }`,
  );
};

const FAULTS: readonly Fault[] = [
  rpFilter,
  rpFilter,
  acceptLocal,
  arpIgnore,
  arpIgnore,
  arpFilter,
  arpAnnounce,
  proxyArp,
  echoIgnore,
  smallTtlOfTarget,
  forwardOff,
  forwardOff,
  loseRoute,
  loseRoute,
  rejectRoute,
  rejectRoute,
  rejectRule,
  ruleToTable,
  wrongGateway,
  wrongNetmask,
  loseAddress,
  linkDown,
  linkDown,
  loDown,
  wrongNeighbour,
  wrongNeighbour,
  noArp,
  noProbes,
  smallMtu,
  smallMtu,
  smallTtl,
  smallTtl,
  bindInterface,
  bindInterface,
  bindAddress,
  otherDestination,
  otherDestination,
  duplicateAddress,
  sourceIsForeign,
  firewall,
  firewall,
  firewall,
  arpFirewall,
];

/** Breaks a network in one more place. */
export const anyFault: Fault = (network: Network, ping: PingDraft, random: Random) =>
  random.pick(FAULTS)(network, ping, random);

// Families of routing: on the asker, on a router, and on the way back.

import type { Random } from "../../fuzz/random.ts";
import { asker, type Family, type Fault, family, routersOf, set, space, target, towards } from "../family.ts";
import { addAddress, bridged, chain, doubleLink, type Network, pair, triangle } from "../networks.ts";

const last = (n: Network): number => n.cables.length;
const anyRouter = (n: Network, r: Random): string => r.pick(routersOf(n));
const farChain = (r: Random): Network => {
  for (;;) {
    const network = chain(r);
    if (network.cables.length >= 3) return network;
  }
};
/** Turns the gateways of a namespace into an address that nobody has. */
const deadGateway = (n: Network, name: string): void => {
  const own = space(n, name);
  own.routes = own.routes.map((route) => route.replace(/(via \d+\.\d+\.\d+)\.\d+/, "$1.77"));
};

const ownReject = (kind: string): Family =>
  family(`own ${kind} route`, [pair, chain, bridged, doubleLink, triangle], (n, p, r) => {
    asker(n).routes.push(`${kind} ${r.chance(0.7) ? `${p.destination}/32` : p.destination.replace(/\.\d+$/, ".0/25")}`);
  });
const routerReject = (kind: string): Family =>
  family(`${kind} route on a router`, [chain], (n, p, r) => {
    space(n, anyRouter(n, r)).routes.push(`${kind} ${p.destination}/32`);
  });

const ruleToTable: Fault = (n, p, r) => {
  const name = r.chance(0.7) ? n.asker : n.target;
  const own = space(n, name);
  const about = name === n.asker ? p.destination : n.source;
  own.rules.push(`pref 100 ${r.pick([`to ${about}`, "from all"])} lookup 100`);
  const gateway = name === n.asker ? "10.0.1.77" : `10.0.${n.shape.startsWith("chain") ? last(n) : 1}.77`;
  own.routes.push(
    r.pick([
      `default via ${gateway} table 100`,
      `default via ${gateway} table 100`,
      "unreachable default table 100",
      `${about}/32 dev e0 table 100`,
    ]),
  );
};

export const routingFamilies: readonly Family[] = [
  family("no route", [pair, chain, doubleLink], (n, p, r) => {
    asker(n).routes = [];
    p.destination = n.shape.startsWith("chain") ? p.destination : r.pick(["203.0.113.7", "10.9.9.9"]);
  }),
  ...["blackhole", "unreachable", "prohibit", "throw"].map(ownReject),
  ...["blackhole", "unreachable", "prohibit", "throw"].map(routerReject),
  family("reject route on the way back", [pair, chain, bridged], (n, _, r) => {
    target(n).routes.push(`${r.pick(["blackhole", "unreachable", "prohibit", "throw"])} ${n.source}/32`);
  }),
  family("reject rule on the asker", [pair, chain, bridged], (n, p, r) => {
    asker(n).rules.push(`pref 100 to ${p.destination} ${r.pick(["prohibit", "blackhole", "unreachable"])}`);
  }),
  family("reject rule on a router or the target", [chain], (n, p, r) => {
    const name = r.pick([n.target, anyRouter(n, r)]);
    const selector = r.pick([`to ${p.destination}`, `from ${n.source}`, `to ${n.source}`]);
    space(n, name).rules.push(`pref 100 ${selector} ${r.pick(["prohibit", "blackhole", "unreachable"])}`);
  }),
  family("rule to another table", [pair, chain, bridged], ruleToTable),
  family("source decides the table", [pair, bridged], (n, p) => {
    addAddress(asker(n), "e0", "10.0.1.201/24");
    asker(n).routes.push("default via 10.0.1.254 table 100");
    asker(n).rules.push("pref 100 from 10.0.1.201 lookup 100");
    p.bind = "10.0.1.201";
    p.destination = "10.0.1.2";
  }),
  family("local table after a rule", [pair, bridged], (n, p) => {
    p.destination = n.source;
    asker(n).rules.push("pref 10 lookup 100", "pref 20 lookup local");
    asker(n).routes.push(`${n.source}/32 dev e0 table 100`);
    asker(n).withoutRules.push("pref 0");
  }),
  family("gateway dead", [chain, triangle], (n) => deadGateway(n, n.asker)),
  family("next hop of a router dead", [farChain], (n) => deadGateway(n, "r1")),
  family("address nobody has behind a router", [chain], (n, p, r) => {
    p.destination = `10.0.${last(n)}.${r.pick([77, 200])}`;
  }),
  family("gateway of the target dead", [chain], (n) => deadGateway(n, n.target)),
  family("netmask too short, asker", [chain], (n, _, r) => {
    asker(n).addresses.e0 = [`10.0.1.1/${r.pick([8, 16])}`];
  }),
  family("netmask too short, target", [chain], (n, _, r) => {
    target(n).addresses.e0 = [`10.0.${last(n)}.2/${r.pick([8, 16])}`];
  }),
  family("netmask too long", [pair, bridged], (n, p, r) => {
    p.destination = "10.0.1.2";
    const [own, host] = r.chance(0.6) ? [asker(n), "1"] : [target(n), "2"];
    own.addresses.e0 = [`10.0.1.${host}/32`];
  }),
  family("noprefixroute", [pair, bridged, chain], (n, _, r) => {
    const own = r.chance(0.6) ? asker(n) : target(n);
    own.addresses.e0 = (own.addresses.e0 ?? []).map((address) => `${address} noprefixroute`);
  }),
  family("forwarding off", [chain, triangle], (n, _, r) => {
    space(n, n.shape === "triangle" ? "r1" : anyRouter(n, r)).sysctl["net.ipv4.ip_forward"] = "0";
  }),
  family("forwarding off on an interface", [chain], (n, _, r) => {
    space(n, anyRouter(n, r)).sysctl[`net.ipv4.conf.${r.pick(["e0", "e0", "e1"])}.forwarding`] = "0";
  }),
  family("router without route", [farChain], (n) => {
    space(n, "r1").routes = [];
  }),
  family("router without way back", [farChain], (n) => {
    const name = `r${last(n) - 1}`;
    space(n, name).routes = [];
  }),
  family("target without way back", [chain], (n) => {
    target(n).routes = [];
  }),
  family("target without way back, rp_filter", [chain], (n, _, r) => {
    target(n).routes = [];
    set(n, n.target, "rp_filter", r.pick(["1", "2", "2"]), r, "e0");
  }),
  family("rp_filter, way back elsewhere", [triangle], (n, p, r) => {
    p.destination = "10.0.2.2";
    target(n).routes = ["10.0.1.0/24 via 10.0.4.254"];
    const name = r.pick([n.target, n.target, n.asker]);
    set(n, name, "rp_filter", "1", r, name === n.target ? "e0" : "e1");
  }),
  family("rp_filter on two cables", [doubleLink], (n, p, r) => {
    p.destination = "10.9.9.9";
    p.bind = null;
    asker(n).routes = ["10.9.9.0/24 via 10.0.1.2"];
    target(n).routes = ["10.0.1.1/32 via 10.0.2.1"];
    const name = r.pick([n.target, n.asker]);
    set(n, name, "rp_filter", r.pick(["1", "1", "2"]), r, name === n.target ? "e0" : "e1");
  }),
  family("loose rp_filter without route", [pair, bridged], (n, p, r) => {
    addAddress(asker(n), "lo", "10.5.5.1/32");
    p.bind = "10.5.5.1";
    p.destination = "10.0.1.2";
    asker(n).sysctl["net.ipv4.conf.all.arp_announce"] = "2";
    set(n, n.target, "rp_filter", "2", r, "e0");
  }),
  family("source by the route", [pair, chain], (n, p) => {
    addAddress(asker(n), "lo", "172.16.5.5/32");
    asker(n).routes.push(
      n.shape === "pair"
        ? `${p.destination}/32 ${p.destination.startsWith("10.9") ? "via 10.0.1.2" : "dev e0"} src 172.16.5.5`
        : `${p.destination}/32 via 10.0.1.2 src 172.16.5.5`,
    );
  }),
  family("routing loop", [farChain], (n, p, r) => {
    const far = `r${last(n) - 1}`;
    const before = `r${last(n) - 2}`;
    space(n, far).routes = [`default via 10.0.${last(n) - 1}.1`];
    p.destination = "10.0.77.2";
    for (const name of routersOf(n).filter((one) => one !== far)) {
      const number = Number(name.slice(1));
      space(n, name).routes.push(`10.0.77.0/24 via 10.0.${number + 1}.2`);
    }
    for (const name of [far, before]) space(n, name).sysctl["net.ipv4.conf.all.send_redirects"] = "0";
    p.ttl = r.pick([5, 8, 12]);
  }),
  family("asymmetric", [triangle, doubleLink], (n, p, r) => {
    if (n.shape === "triangle") target(n).routes = ["10.0.1.0/24 via 10.0.4.254"];
    else target(n).routes.push("10.0.1.1/32 via 10.0.2.1");
    p.destination = n.shape === "triangle" ? "10.0.2.2" : r.pick(["10.0.1.2", "10.9.9.9"]);
    if (r.chance(0.5)) p.bind = towards(n, p);
  }),
  family("reply by another interface than bound", [doubleLink], (n, p) => {
    p.destination = "10.0.1.2";
    p.bind = "e0";
    target(n).routes.push("10.0.1.1/32 via 10.0.2.1");
    target(n).sysctl["net.ipv4.conf.all.arp_announce"] = "2";
  }),
  family("host route besides the connected one", [bridged], (n, p) => {
    asker(n).routes.push(`${p.destination}/32 dev e0 metric 5`);
  }),
];

// Families of firewalls, on every hook that a packet or its answer passes.

import type { Random } from "../../fuzz/random.ts";
import { asker, type Family, family, routersOf, space, target } from "../family.ts";
import { bridged, bridgedRouter, chain, doubleLink, type Network, pair, triangle } from "../networks.ts";

const chainOf = (kind: string, hook: string, rule: string, policy = "accept"): string =>
  `table ${kind} t {\n chain c {\n type filter hook ${hook} priority 0; policy ${policy};\n ${rule}\n }\n }`;
const request = (n: Network, r: Random): string =>
  r.pick([
    "icmp type echo-request",
    `ip saddr ${n.source} icmp type echo-request`,
    "meta l4proto icmp",
    "ip protocol icmp",
  ]);
const reply = "icmp type echo-reply counter drop";

const everywhere = [pair, chain, bridged, triangle, doubleLink];

export const filterFamilies: readonly Family[] = [
  family(
    "dropped by the asker, output",
    everywhere,
    (n, _, r) => void asker(n).nft.push(chainOf("ip", "output", `${request(n, r)} counter drop`)),
  ),
  family(
    "dropped by the asker, postrouting",
    everywhere,
    (n, _, r) => void asker(n).nft.push(chainOf("ip", "postrouting", `${request(n, r)} counter drop`)),
  ),
  family(
    "dropped by the target, prerouting",
    everywhere,
    (n, _, r) =>
      void target(n).nft.push(chainOf(r.pick(["ip", "inet"]), "prerouting", `${request(n, r)} counter drop`)),
  ),
  family(
    "dropped by the target, input",
    everywhere,
    (n, _, r) => void target(n).nft.push(chainOf(r.pick(["ip", "inet"]), "input", `${request(n, r)} counter drop`)),
  ),
  family(
    "dropped by a router",
    [chain],
    (n, _, r) =>
      void space(n, r.pick(routersOf(n))).nft.push(
        chainOf("ip", r.pick(["forward", "forward", "prerouting", "postrouting"]), `${request(n, r)} counter drop`),
      ),
  ),
  family("policy drop", [pair, chain, bridged], (n, _, r) => {
    const name = r.pick(Object.keys(n.spaces).filter((one) => one !== "s"));
    const hook = routersOf(n).includes(name) ? "forward" : r.pick(["input", "output"]);
    space(n, name).nft.push(chainOf("ip", hook, "tcp dport 22 counter accept", "drop"));
  }),
  family("rejected", [pair, chain, bridged], (n, _, r) => {
    const name = r.pick(Object.keys(n.spaces).filter((one) => one !== "s"));
    const hook = routersOf(n).includes(name) ? "forward" : name === n.asker ? "output" : "input";
    const how = r.pick([
      "reject",
      "reject with icmp type admin-prohibited",
      "reject with icmp type host-unreachable",
      "reject with icmp type host-prohibited",
    ]);
    space(n, name).nft.push(chainOf("ip", hook, `icmp type echo-request counter ${how}`));
  }),
  family("reply dropped", everywhere, (n, _, r) => {
    const [name, hook] = r.pick([
      [n.target, "output"],
      [n.target, "postrouting"],
      [n.asker, "prerouting"],
      [n.asker, "input"],
    ] as const);
    space(n, name).nft.push(chainOf("ip", hook, reply));
  }),
  family(
    "reply dropped by a router",
    [chain],
    (n, _, r) => void space(n, r.pick(routersOf(n))).nft.push(chainOf("ip", r.pick(["forward", "prerouting"]), reply)),
  ),
  family("netdev chain", [pair, chain, bridged], (n, _, r) => {
    const own = r.chance(0.5) ? asker(n) : target(n);
    const hook = r.pick(["ingress", "egress"]);
    own.nft.push(
      `table netdev t {\n chain c {\n type filter hook ${hook} device e0 priority 0; policy accept;\n icmp type ${r.pick(["echo-request", "echo-reply"])} counter drop\n }\n }`,
    );
  }),
  family("iptables", [pair, chain, bridged], (n, _, r) => {
    const [own, where] = r.pick([
      [asker(n), "OUTPUT"],
      [target(n), "INPUT"],
      [asker(n), "INPUT"],
    ] as const);
    const type = own === asker(n) && where === "INPUT" ? 0 : 8;
    own.iptables.push(`-A ${where} -p icmp -m icmp --icmp-type ${type} -j DROP`);
  }),
  family("iptables on a router, with a chain of its own", [chain, bridgedRouter], (n, _, r) => {
    const own = space(n, r.pick(routersOf(n)));
    own.iptables.push(
      `-A FORWARD -i ${r.pick(["e0", "e1"])} -j ${r.pick(["DROP", "REJECT", "ACCEPT"])}`,
      `-A FORWARD -p icmp -m icmp --icmp-type ${r.pick([0, 8])} -j ${r.pick(["DROP", "REJECT"])}`,
      "-A FORWARD -p tcp -j DROP",
    );
    if (r.chance(0.5)) own.iptables.unshift(`-A FORWARD -s ${n.source}/32 -j ACCEPT`);
  }),
  family("sets and chains", everywhere, (n, _, r) => {
    const name = r.pick([n.asker, n.target]);
    const hook = r.pick(["input", "output"]);
    const verdict = r.pick(["drop", "accept", "return", "reject"]);
    space(n, name).nft.push(
      `table ip t {\n set s {\n type ipv4_addr\n flags interval\n elements = { ${n.source}, 10.200.0.0/16 }\n }\n chain mine {\n ip saddr @s counter ${verdict}\n ip daddr ${n.destination} counter drop\n }\n chain c {\n type filter hook ${hook} priority 0; policy accept;\n meta l4proto { icmp, tcp } jump mine\n }\n }`,
    );
  }),
  family("asks for the way back", [pair, chain, doubleLink, triangle], (n, _, r) => {
    // nft_fib4_eval
    const own = space(n, r.pick([n.target, ...routersOf(n)]));
    const by = r.pick(["saddr . iif", "saddr . iif", "saddr . mark . iif", "saddr"]);
    const rule = `fib ${by} oif ${r.pick(["missing", "missing", "exists"])} drop`;
    own.nft.push(chainOf(r.pick(["ip", "inet"]), r.pick(["prerouting", "prerouting", "input", "forward"]), rule));
    if (r.chance(0.6))
      own.routes.push(r.pick([`blackhole ${n.source}/32`, `unreachable ${n.source}/32`, "throw 10.0.0.0/8"]));
  }),
  family("bridge family", [bridged], (n, _, r) => {
    const match = r.pick(["ip protocol icmp", "ether type ip", "ether type arp"]);
    space(n, "s").nft.push(
      chainOf("bridge", r.pick(["forward", "prerouting", "postrouting"]), `${match} counter drop`),
    );
  }),
  family("bridge through the IP firewall", [bridged], (n, _, r) => {
    space(n, "s").sysctl["net.bridge.bridge-nf-call-iptables"] = r.pick(["1", "1", "0"]);
    space(n, "s").nft.push(
      r.chance(0.5)
        ? chainOf("ip", "forward", "tcp dport 22 counter accept", "drop")
        : chainOf("ip", "forward", "meta l4proto icmp counter drop"),
    );
  }),
];

// Families of what else a ping may ask: options in its header, its size to the byte, its type of service.

import { asker, type Family, family, routersOf, space, target } from "../family.ts";
import { bridged, chain, doubleLink, type Network, pair, triangle } from "../networks.ts";

const HEADERS = 28;
const OPTIONS = 40;
const recording: readonly (readonly string[])[] = [["-R"], ["-T", "tsonly"], ["-T", "tsandaddr"]];

function filter(network: Network, name: string, hook: string, rule: string): void {
  space(network, name).nft.push(
    `table ip t {\n chain c {\n type filter hook ${hook} priority 0; policy accept;\n ${rule}\n }\n }`,
  );
}

export const optionFamilies: readonly Family[] = [
  family("options: recorded route or times", [pair, chain, bridged, triangle], (n, p, r) => {
    p.more.push(...r.pick(recording));
    // A header with options is longer: what matters to rules that ask for a length.
    if (r.chance(0.4))
      filter(n, r.pick([n.asker, n.target]), r.pick(["input", "output"]), "ip length > 100 counter drop");
  }),
  family("options: size with a recorded route", [pair, chain], (n, p, r) => {
    p.more.push(...r.pick(recording));
    asker(n).links.push("dev e0 mtu 1000");
    p.size = 1000 - HEADERS - OPTIONS + r.pick([-1, 0, 1, 2]);
    p.discovery = r.pick(["do", "dont", null]);
  }),
  family("size: to the byte", [pair, chain, doubleLink], (n, p, r) => {
    asker(n).links.push("dev e0 mtu 1000");
    if (n.shape === "pair" && r.chance(0.5)) target(n).links.push(`dev e0 mtu ${r.pick([999, 1000, 1001])}`);
    p.size = 1000 - HEADERS + r.pick([-1, 0, 1]);
    p.discovery = r.pick(["do", "dont", null]);
  }),
  family("size: to the byte on a router", [chain], (n, p, r) => {
    const at = r.pick(routersOf(n));
    space(n, at).links.push("dev e1 mtu 1000");
    const next = Number(at.slice(1)) === n.cables.length - 1 ? n.target : `r${Number(at.slice(1)) + 1}`;
    space(n, next).links.push("dev e0 mtu 1000");
    p.size = 1000 - HEADERS + r.pick([0, 1]);
    p.discovery = r.pick(["do", null]);
  }),
  family("size: a rule for long ones", [pair, chain, bridged], (n, p, r) => {
    p.size = r.pick([0, 4, 56, 900, 1472]);
    const name = r.pick([n.asker, n.target, ...routersOf(n)]);
    const hook = routersOf(n).includes(name) ? "forward" : r.pick(["input", "output"]);
    const at = p.size + HEADERS + r.pick([-1, 0, 1]);
    filter(
      n,
      name,
      hook,
      `${r.pick(["meta length", "ip length"])} ${r.pick([">", "<", ">=", "!="])} ${at} counter drop`,
    );
  }),
  family("size: route with an MTU", [pair, chain], (n, p, r) => {
    p.size = r.pick([500, 900]);
    p.discovery = r.pick(["do", "dont", null]);
    asker(n).routes.push(`${p.destination}/32 via 10.0.1.2 mtu ${r.pick(["", "lock "])}${r.pick([600, 928, 927])}`);
  }),
  family("tos: rule", [pair, chain, doubleLink], (n, p, r) => {
    p.more.push("-Q", r.pick(["0x10", "0x08", "0x04", "16"]));
    const name = r.pick([n.asker, n.asker, n.target, ...routersOf(n)]);
    const about = name === n.target ? n.source : p.destination;
    space(n, name).rules.push(
      `pref 100 to ${about} tos ${r.pick(["0x10", "0x10", "0x08"])} ${r.pick(["prohibit", "blackhole", "unreachable"])}`,
    );
  }),
  family("tos: route", [pair, chain, bridged], (n, p, r) => {
    p.more.push("-Q", r.pick(["0x10", "0x08"]));
    asker(n).routes.push(r.pick([`${p.destination}/32 tos 0x10 dev e0`, `blackhole ${p.destination}/32 tos 0x10`]));
  }),
  family("tos: rule of a firewall", [pair, chain], (n, p, r) => {
    p.more.push("-Q", r.pick(["0x10", "0xb8", "0x00"]));
    const name = r.pick([n.asker, n.target, ...routersOf(n)]);
    const hook = routersOf(n).includes(name) ? "forward" : r.pick(["input", "output"]);
    filter(n, name, hook, `ip dscp ${r.pick(["0x04", "ef", "0x00", "!= 0x00"])} counter drop`);
  }),
  family("ttl: of the route", [pair, chain, triangle], (n, p, r) => {
    asker(n).routes.push(
      `${p.destination}/32 via ${n.shape === "triangle" ? "10.0.1.254" : "10.0.1.2"} hoplimit ${r.pick([1, 2, 64])}`,
    );
    if (r.chance(0.4)) p.ttl = r.pick([1, 2, 64]);
  }),
];

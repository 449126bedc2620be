// Families of links, lo and MTUs.

import { asker, type Family, family, macOf, routersOf, set, space, target } from "../family.ts";
import { bridged, chain, doubleLink, oneHost, pair, triangle } from "../networks.ts";

/** The MTU of a cable, at one end or both. */
const mtu = (own: { links: string[] }, device: string, value: number): void =>
  void own.links.push(`dev ${device} mtu ${value}`);

export const linkFamilies: readonly Family[] = [
  family("link down", [pair, bridged, doubleLink], (n) => {
    asker(n).down.push("e0");
  }),
  family("other end down", [pair, chain, bridged], (n) => {
    if (n.shape.startsWith("chain")) space(n, "r1").down.push("e0");
    else if (n.shape.startsWith("bridge")) space(n, "s").down.push("p0");
    else target(n).down.push("e0");
  }),
  family("other end down, neighbour known", [pair], (n, p) => {
    target(n).down.push("e0");
    p.destination = "10.0.1.2";
    asker(n).neighbours.push(`10.0.1.2 lladdr ${macOf(n, "b:e0")} nud permanent dev e0`);
  }),
  family("last cable down", [chain], (n, _, r) => {
    if (r.chance(0.5)) target(n).down.push("e0");
    else space(n, routersOf(n).at(-1) as string).down.push("e1");
  }),
  family("routes over dead links ignored", [pair, chain], (n, _, r) => {
    set(n, n.asker, "ignore_routes_with_linkdown", "1", r, "e0");
    if (n.shape.startsWith("chain")) space(n, "r1").down.push("e0");
    else target(n).down.push("e0");
  }),
  family("lo down", [pair, oneHost, bridged], (n, p, r) => {
    asker(n).down.push("lo");
    p.destination = r.pick([n.source, n.source, "127.0.0.1"]);
  }),
  family("lo of the target down", [pair, chain, bridged], (n) => void target(n).down.push("lo")),
  family("lo down where the reply loops", [oneHost], (n, p) => {
    p.bind = "e0";
    space(n, "h").sysctl["net.ipv4.conf.all.accept_local"] = "1";
    space(n, "h").down.push("lo");
  }),
  family("address on an interface that is down", [doubleLink], (n, p) => {
    target(n).down.push("e1");
    p.destination = "10.0.2.2";
    asker(n).routes.push("10.0.2.2/32 via 10.0.1.2");
  }),
  family("own MTU with DF", [pair, chain, bridged, triangle], (n, p, r) => {
    mtu(asker(n), "e0", r.pick([1200, 600]));
    p.size = 1300;
    p.discovery = "do";
  }),
  family("router MTU with DF", [chain], (n, p, r) => {
    const at = r.pick(routersOf(n));
    const next = Number(at.slice(1)) === n.cables.length - 1 ? n.target : `r${Number(at.slice(1)) + 1}`;
    mtu(space(n, at), "e1", 1200);
    mtu(space(n, next), "e0", 1200);
    p.size = 1300;
    p.discovery = r.pick(["do", "do", null]);
  }),
  family("MTU error lost", [chain], (n, p, r) => {
    mtu(space(n, "r1"), "e1", 1200);
    mtu(space(n, n.cables.length === 2 ? n.target : "r2"), "e0", 1200);
    p.size = 1300;
    p.discovery = "do";
    const [name, hook] = r.pick([
      ["r1", "output"],
      ["r1", "postrouting"],
      ["a", "input"],
      ["a", "prerouting"],
    ] as const);
    space(n, name).nft.push(
      `table ip t {\n chain c {\n type filter hook ${hook} priority 0;\n icmp type destination-unreachable counter drop\n }\n }`,
    );
  }),
  family("router cuts", [chain], (n, p, r) => {
    const at = r.pick(routersOf(n));
    mtu(space(n, at), "e1", r.pick([600, 1200]));
    if (r.chance(0.5))
      mtu(space(n, Number(at.slice(1)) === n.cables.length - 1 ? n.target : `r${Number(at.slice(1)) + 1}`), "e0", 600);
    p.size = r.pick([1000, 1300]);
    p.discovery = "dont";
  }),
  family("other end with a smaller MTU", [pair, chain, bridged], (n, p, r) => {
    if (n.shape.startsWith("bridge")) mtu(space(n, "s"), r.pick(["p0", "p1"]), 600);
    else if (n.shape.startsWith("chain")) mtu(space(n, "r1"), "e0", 600);
    else mtu(target(n), "e0", 600);
    p.size = 1000;
    p.discovery = r.pick(["do", "dont", null]);
  }),
  family("fragments of the asker", [pair, chain], (_, p, r) => {
    p.size = r.pick([2000, 3000]);
    p.discovery = r.pick(["dont", null]);
  }),
];

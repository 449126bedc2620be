// Families of several next hops: multipath routes and nexthop objects, with dead, slow and refused ways among them.

import type { Random } from "../../fuzz/random.ts";
import { asker, type Family, family, routersOf, set, space, target } from "../family.ts";
import { bridged, chain, doubleLink, type Network, pair, triangle } from "../networks.ts";

const last = (n: Network): number => n.cables.length;
const weight = (r: Random): string => r.pick(["", "", " weight 5", " weight 40"]);

/** Two ways of the asker to the target, each good: prefix, and how each next hop is written. */
function twoWays(n: Network): { prefix: string; hops: [string, string]; destination: string } {
  if (n.shape === "triangle")
    return {
      prefix: "10.0.2.0/24",
      hops: ["via 10.0.1.254 dev e0", "via 10.0.3.254 dev e1"],
      destination: "10.0.2.2",
    };
  if (n.shape === "double link")
    return { prefix: "10.9.9.0/24", hops: ["via 10.0.1.2 dev e0", "via 10.0.2.2 dev e1"], destination: "10.9.9.9" };
  if (n.shape.startsWith("chain"))
    return {
      prefix: `10.0.${last(n)}.0/24`,
      hops: ["via 10.0.1.2 dev e0", "via 10.0.1.77 dev e0"],
      destination: n.destination,
    };
  return { prefix: "10.9.9.0/24", hops: ["via 10.0.1.2 dev e0", "via 10.0.1.77 dev e0"], destination: "10.9.9.9" };
}

function spread(n: Network, r: Random, name = n.asker): { destination: string } {
  const { prefix, hops, destination } = twoWays(n);
  const own = space(n, name);
  own.routes = own.routes.filter((route) => !route.startsWith(prefix));
  if (!n.shape.startsWith("chain") && n.shape !== "triangle") addTarget(n, destination);
  own.routes.push(`${prefix} nexthop ${hops[0]}${weight(r)} nexthop ${hops[1]}${weight(r)}`);
  return { destination };
}

function addTarget(n: Network, address: string): void {
  const own = target(n);
  if (!(own.addresses.lo ?? []).includes(`${address}/32`))
    own.addresses.lo = [...(own.addresses.lo ?? []), `${address}/32`];
}

export const pathFamilies: readonly Family[] = [
  family("multipath", [triangle, doubleLink], (n, p, r) => {
    p.destination = spread(n, r).destination;
  }),
  family("multipath, a next hop dead", [pair, chain, bridged], (n, p, r) => {
    p.destination = spread(n, r).destination;
    if (r.chance(0.3)) asker(n).sysctl["net.ipv4.fib_multipath_use_neigh"] = "1";
    if (r.chance(0.3)) asker(n).sysctl["net.ipv4.fib_multipath_hash_policy"] = "1";
  }),
  family("multipath, a cable down", [triangle, doubleLink], (n, p, r) => {
    p.destination = spread(n, r).destination;
    if (n.shape === "triangle") space(n, r.pick(["r1", "r2"])).down.push(r.pick(["e0", "e1"]));
    else target(n).down.push(r.pick(["e0", "e1"]));
    if (r.chance(0.5)) set(n, n.asker, "ignore_routes_with_linkdown", "1", r, "e0");
  }),
  family("multipath, a way refused", [triangle, doubleLink], (n, p, r) => {
    p.destination = spread(n, r).destination;
    set(n, r.pick([n.target, n.asker]), "rp_filter", r.pick(["1", "1", "2"]), r, r.pick(["e0", "e1"]));
    if (n.shape === "triangle" && r.chance(0.3)) space(n, "r2").sysctl["net.ipv4.ip_forward"] = "0";
  }),
  family("multipath, socket bound", [triangle, doubleLink], (n, p, r) => {
    p.destination = spread(n, r).destination;
    p.bind = r.pick(["e0", "e1", "10.0.1.1", n.shape === "triangle" ? "10.0.3.1" : "10.0.2.1"]);
  }),
  family("multipath on a router", [chain], (n, _, r) => {
    const name = r.pick(routersOf(n));
    const own = space(n, name);
    const number = Number(name.slice(1));
    const about = r.chance(0.7) ? `10.0.${last(n)}.2` : n.source;
    const good = about === n.source ? `10.0.${number}.1` : `10.0.${number + 1}.2`;
    if (about === `10.0.${number + 1}.2` || (about === n.source && number === 1)) return;
    own.routes.push(
      `${about}/32 nexthop via ${good}${weight(r)} nexthop via ${good.replace(/\.\d+$/, ".88")}${weight(r)}`,
    );
  }),
  family("multipath on the way back", [triangle, doubleLink, chain], (n, p, r) => {
    const own = target(n);
    if (n.shape === "triangle") {
      p.destination = "10.0.2.2";
      own.routes = ["10.0.1.0/24 nexthop via 10.0.2.254 dev e0 nexthop via 10.0.4.254 dev e1"];
    } else if (n.shape === "double link") {
      p.destination = "10.9.9.9";
      asker(n).addresses.lo = ["10.8.8.8/32"];
      p.bind = "10.8.8.8";
      own.routes = ["10.8.8.0/24 nexthop via 10.0.1.1 nexthop via 10.0.2.1"];
    } else own.routes = [`default nexthop via 10.0.${last(n)}.1 nexthop via 10.0.${last(n)}.99${weight(r)}`];
    if (r.chance(0.3)) set(n, n.asker, "rp_filter", r.pick(["1", "2"]), r);
  }),
  family("nexthop object", [pair, chain, bridged, doubleLink], (n, p, r) => {
    const { prefix, hops, destination } = twoWays(n);
    const own = asker(n);
    own.routes = own.routes.filter((route) => !route.startsWith(prefix));
    if (!n.shape.startsWith("chain")) addTarget(n, destination);
    own.nexthops.push(`id 1 ${r.pick(hops)}`, "id 9 blackhole");
    own.routes.push(`${prefix} nhid ${r.pick([1, 1, 1, 9])}`);
    p.destination = destination;
  }),
  family("nexthop group", [triangle, doubleLink, pair, chain], (n, p, r) => {
    const { prefix, hops, destination } = twoWays(n);
    const own = asker(n);
    own.routes = own.routes.filter((route) => !route.startsWith(prefix));
    if (!n.shape.startsWith("chain") && n.shape !== "triangle") addTarget(n, destination);
    own.nexthops.push(`id 1 ${hops[0]}`, `id 2 ${hops[1]}`, `id 3 group 1/2${r.pick(["", ",5"])}`);
    own.routes.push(`${prefix} nhid 3`);
    p.destination = destination;
    if (r.chance(0.3)) p.bind = r.pick(["e0", "10.0.1.1"]);
    if (r.chance(0.3) && n.shape === "double link") target(n).down.push("e1");
  }),
  family("route to lo", [pair, chain, triangle, doubleLink], (n, p, r) => {
    // dst_discard, and ip_forward time and again
    const back = r.chance(0.4);
    const name = r.pick(back ? [n.target, ...routersOf(n)] : [n.asker, ...routersOf(n)]);
    space(n, name).routes.push(`${back ? n.source : p.destination}/32 dev lo`);
    if (r.chance(0.2)) p.bind = "lo";
  }),
];

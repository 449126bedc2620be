// Families of bridges: ports that do not forward, tables that point elsewhere.

import { type Family, family, macOf, space } from "../family.ts";
import { addAddress, bridged } from "../networks.ts";

const on = [bridged];

export const bridgeFamilies: readonly Family[] = [
  family(
    "port state",
    on,
    (n, _, r) => void space(n, "s").bridge.push(`link set dev ${r.pick(["p0", "p1"])} state ${r.pick([0, 1, 2, 4])}`),
  ),
  family("ports isolated", on, (n, _, r) => {
    space(n, "s").bridge.push(
      "link set dev p0 isolated on",
      ...(r.chance(0.85) ? ["link set dev p1 isolated on"] : []),
    );
  }),
  family(
    "flooding off",
    on,
    (n, _, r) =>
      void space(n, "s").bridge.push(
        `link set dev p1 ${r.pick(["bcast_flood", "bcast_flood", "flood", "mcast_flood"])} off`,
      ),
  ),
  family("port locked", on, (n) => void space(n, "s").bridge.push("link set dev p0 learning off locked on")),
  family("forwarding entry for another port", on, (n, _, r) => {
    const port = n.spaces.c && r.chance(0.6) ? "p2" : "p0";
    space(n, "s").bridge.push(`fdb replace ${macOf(n, "b:e0")} dev ${port} master static sticky`);
  }),
  family("bridge down", on, (n) => void space(n, "s").down.push("br0")),
  family("address on a port", on, (n, p) => {
    space(n, "s").addresses.p0 = ["10.0.1.150/24"];
    delete space(n, "s").addresses.br0;
    p.destination = "10.0.1.150";
  }),
  family(
    "MAC address of a port",
    on,
    (n, _, r) => void space(n, r.pick(["a", "b"])).links.push(`dev e0 address ${macOf(n, "s:p1")}`),
  ),
  family("bridge answers ARP itself", on, (n, _, r) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    const mac = r.chance(0.7) ? "02:00:00:00:00:99" : macOf(n, "b:e0");
    space(n, "s").neighbours.push(`10.0.1.2 lladdr ${mac} nud permanent dev br0`);
    space(n, "s").bridge.push(`link set dev ${r.pick(["p1", "p1", "p0"])} neigh_suppress on`);
    if (r.chance(0.7)) space(n, "s").bridge.push(`fdb replace ${mac} dev p1 master static`);
  }),
];

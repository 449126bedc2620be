// Families of several addresses: secondary ones, more subnets on one cable, and which of them speaks.

import { asker, type Family, family, set, target } from "../family.ts";
import { addAddress, bridged, bridgedRouter, chain, doubleLink, pair, twoSwitches } from "../networks.ts";

export const addressFamilies: readonly Family[] = [
  family("secondary address asked for", [pair, bridged, twoSwitches], (n, p, r) => {
    addAddress(target(n), "e0", "10.0.1.2/24");
    addAddress(target(n), "e0", "10.0.1.22/24");
    p.destination = "10.0.1.22";
    if (r.chance(0.5)) set(n, n.target, r.pick(["arp_ignore", "arp_filter"]), r.pick(["1", "2"]), r, "e0");
  }),
  family("secondary address as source", [pair, bridged, chain, bridgedRouter], (n, p, r) => {
    addAddress(asker(n), "e0", "10.0.1.21/24");
    p.bind = r.pick(["10.0.1.21", "10.0.1.21", null]);
    if (r.chance(0.4)) set(n, n.target, "rp_filter", r.pick(["1", "2"]), r, "e0");
  }),
  family("second subnet on the cable", [pair, bridged], (n, p, r) => {
    addAddress(asker(n), "e0", "10.7.7.1/24");
    addAddress(target(n), "e0", "10.7.7.2/24");
    p.destination = r.pick(["10.7.7.2", "10.7.7.3", "10.0.1.2"]);
    p.bind = r.pick([null, null, "10.0.1.1", "10.7.7.1", "e0"]);
    if (r.chance(0.5)) set(n, n.target, r.pick(["arp_ignore", "rp_filter", "arp_filter"]), r.pick(["1", "2"]), r, "e0");
    if (r.chance(0.3)) set(n, n.asker, "arp_announce", r.pick(["1", "2"]), r, "e0");
  }),
  family("second subnet only here", [pair, bridged, doubleLink], (n, p, r) => {
    addAddress(asker(n), "e0", "10.7.7.1/24");
    p.destination = r.pick(["10.7.7.2", "10.0.1.2"]);
    p.bind = r.pick([null, "10.7.7.1"]);
  }),
  family("address with a narrow scope", [pair, chain], (n, _, r) => {
    asker(n).addresses.e0 = [`10.0.1.1/24 scope ${r.pick(["link", "host", "global"])}`];
    if (r.chance(0.5)) addAddress(asker(n), "lo", "10.6.6.6/32");
  }),
  family("address with a peer", [pair], (n, p, r) => {
    p.destination = "10.0.1.2";
    asker(n).addresses.e0 = ["10.0.1.1 peer 10.0.1.2/32"];
    target(n).addresses.e0 = [r.pick(["10.0.1.2 peer 10.0.1.1/32", "10.0.1.2/24", "10.0.1.2/32"])];
    asker(n).routes = [];
  }),
  family("one address on two interfaces", [doubleLink], (n, p, r) => {
    addAddress(asker(n), "e1", "10.0.1.1/24");
    p.destination = r.pick(["10.0.1.2", "10.0.2.2"]);
    p.bind = r.pick([null, "e0", "e1", "10.0.1.1"]);
  }),
];

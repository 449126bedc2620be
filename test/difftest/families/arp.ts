// Families in which ARP gets no answer, the wrong one, or one by somebody else.

import { anySpace, asker, type Family, family, macOf, set, space, target } from "../family.ts";
import { addAddress, bridged, chain, doubleLink, oneHost, pair, sameSubnet, triangle } from "../networks.ts";

const FIRST = "10.0.1.1";

/** The target's address lies on lo, and the asker takes it for on-link. */
const addressOnLo: Family["fault"] = (n, p, r) => {
  addAddress(target(n), "lo", "10.9.9.9/32");
  asker(n).routes = asker(n).routes.filter((route) => !route.startsWith("10.9.9."));
  asker(n).routes.push("10.9.9.9/32 dev e0");
  p.destination = "10.9.9.9";
  set(n, n.target, "arp_ignore", r.pick(["1", "1", "8"]), r, "e0");
};

export const arpFamilies: readonly Family[] = [
  family("address nobody has", [pair, bridged, doubleLink], (_, p, r) => {
    p.destination = r.pick(["10.0.1.3", "10.0.1.77", "10.0.1.200"]);
  }),
  family("target without address", [pair, chain, bridged], (n) => {
    target(n).addresses = {};
    target(n).routes = [];
  }),
  family("arp_ignore with the address on lo", [pair, bridged], addressOnLo),
  family("arp_ignore 1 on another interface", [sameSubnet], (n, p, r) => {
    p.destination = "10.0.1.2";
    asker(n).routes = ["10.0.1.2/32 dev e1"];
    set(n, n.target, "arp_ignore", "1", r, "e1");
  }),
  family("arp_ignore 2 with a sender of another subnet", [pair, bridged], (n, p, r) => {
    addAddress(asker(n), "lo", "10.5.5.1/32");
    target(n).routes.push(`10.5.5.0/24 via ${FIRST}`);
    set(n, n.target, "arp_ignore", "2", r, "e0");
    p.bind = "10.5.5.1";
    p.destination = "10.0.1.2";
  }),
  family("arp_ignore 3 with a host address", [pair, bridged], (n, p, r) => {
    target(n).addresses.e0 = ["10.0.1.2/24 scope host"];
    set(n, n.target, "arp_ignore", "3", r, "e0");
    p.destination = "10.0.1.2";
  }),
  family("arp_ignore 8", [pair, chain, bridged, triangle], (n, _, r) => set(n, n.target, "arp_ignore", "8", r, "e0")),
  family("arp_filter", [sameSubnet], (n, _, r) => set(n, n.target, "arp_filter", "1", r, "e1")),
  family("rp_filter judges ARP", [sameSubnet], (n, _, r) => set(n, n.target, "rp_filter", "1", r, "e1")),
  family("arp flux", [sameSubnet], (_, p, r) => {
    p.bind = r.pick([null, "e0", "e1"]);
    p.destination = r.pick(["10.0.1.2", "10.0.1.3"]);
  }),
  family("ARP with a foreign sender", [pair, bridged], (n, p, r) => {
    addAddress(asker(n), "lo", "10.5.5.1/32");
    p.bind = "10.5.5.1";
    p.destination = "10.0.1.2";
    set(n, n.target, "rp_filter", "1", r, "e0");
    if (r.chance(0.3)) asker(n).sysctl["net.ipv4.conf.all.arp_announce"] = "2";
  }),
  family("accept_local", [oneHost], (n, p, r) => {
    p.bind = "e0";
    const own = space(n, "h");
    const kind = r.below(4);
    if (kind >= 1) set(n, "h", "accept_local", "1", r, "e1");
    if (kind === 2) own.sysctl["net.ipv4.conf.all.rp_filter"] = "1";
    if (kind === 3) {
      own.sysctl["net.ipv4.conf.all.accept_local"] = "1";
      own.sysctl["net.ipv4.conf.all.arp_ignore"] = r.pick(["0", "1"]);
    }
  }),
  family("accept_local and rp_filter", [oneHost], (n, p, r) => {
    p.bind = "e0";
    space(n, "h").sysctl["net.ipv4.conf.all.accept_local"] = "1";
    set(n, "h", "rp_filter", "1", r, "e1");
  }),
  family("accept_local off, neighbour known", [oneHost], (n, p) => {
    p.bind = "e0";
    space(n, "h").neighbours.push(`10.0.1.2 lladdr ${macOf(n, "h:e1")} nud permanent dev e0`);
  }),
  family("wrong neighbour entry", [pair, chain, bridged], (n, p) => {
    const hop = n.shape.startsWith("chain")
      ? "10.0.1.2"
      : p.destination.startsWith("10.0.1.")
        ? p.destination
        : "10.0.1.2";
    asker(n).neighbours.push(`${hop} lladdr 02:00:00:00:00:99 nud permanent dev e0`);
  }),
  family("wrong neighbour on the way back", [pair, chain, bridged], (n, _, r) => {
    const last = n.cables.length;
    const hop = n.shape.startsWith("chain") ? `10.0.${last}.1` : FIRST;
    target(n).neighbours.push(`${hop} lladdr 02:00:00:00:00:99 nud ${r.pick(["permanent", "noarp"])} dev e0`);
  }),
  family("asker without ARP", [pair, chain, bridged], (n) => void asker(n).links.push("dev e0 arp off")),
  family("target without ARP", [pair, bridged, chain], (n) => void target(n).links.push("dev e0 arp off")),
  family("no probes", [pair, chain, bridged, triangle], (n) => {
    asker(n).sysctl["net.ipv4.neigh.e0.mcast_solicit"] = "0";
  }),
  family("duplicate address", [bridged], (n, p) => {
    const third = Object.keys(n.spaces).find((name) => name === "c");
    if (third) space(n, third).addresses.e0 = ["10.0.1.2/24"];
    else addAddress(space(n, "s"), "br0", "10.0.1.2/24");
    p.destination = "10.0.1.2";
  }),
  family("duplicate MAC", [bridged], (n) => {
    asker(n).links.push(`dev e0 address ${macOf(n, "b:e0")}`);
  }),
  family("proxy ARP", [chain], (n, _, r) => {
    // The asker takes the whole of 10.0.0.0/16 for its own cable.
    asker(n).addresses.e0 = ["10.0.1.1/16"];
    asker(n).routes = [];
    set(n, "r1", r.pick(["proxy_arp", "proxy_arp", "proxy_arp_pvlan"]), "1", r, "e0");
    if (r.chance(0.6)) space(n, "r1").sysctl[r.pick(["net.ipv4.ip_forward", "net.ipv4.conf.e0.forwarding"])] = "0";
  }),
  family("proxy neighbour", [chain], (n, p, r) => {
    asker(n).addresses.e0 = ["10.0.1.1/16"];
    asker(n).routes = [];
    space(n, "r1").neighbours.push(`proxy ${p.destination} dev e0`);
    if (r.chance(0.4)) space(n, "r1").sysctl["net.ipv4.ip_forward"] = "0";
  }),
  family("ARP firewall", [pair, bridged, chain], (n, _, r) => {
    const name = r.pick([n.asker, n.target, anySpace(n, r)]);
    space(n, name).nft.push(
      `table arp t {\n chain c {\n type filter hook ${r.pick(["input", "output"])} priority 0;\n arp operation ${r.pick(["request", "reply"])} counter drop\n }\n }`,
    );
  }),
];

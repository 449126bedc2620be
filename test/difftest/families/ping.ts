// Families of the ping itself: what it asks for, from where, and how far it may go.

import { asker, type Family, family, routersOf, set, space, target } from "../family.ts";
import { bridged, chain, doubleLink, oneHost, pair, triangle } from "../networks.ts";

export const pingFamilies: readonly Family[] = [
  family("source not local", [pair, chain, bridged], (_, p) => {
    p.bind = "192.0.2.7";
  }),
  family("source 127.0.0.1", [pair, bridged, chain], (n, p, r) => {
    p.bind = "127.0.0.1";
    if (r.chance(0.4)) {
      asker(n).sysctl["net.ipv4.conf.all.route_localnet"] = "1";
      asker(n).sysctl["net.ipv4.conf.e0.arp_announce"] = "2";
    }
  }),
  family("martian destination", [pair, bridged], (n, p, r) => {
    p.destination = "127.9.9.9";
    asker(n).routes.push(r.chance(0.5) ? "127.9.9.9/32 dev e0 table 100" : "127.9.9.9/32 via 10.0.1.2 table 100");
    asker(n).rules.push("pref 10 to 127.9.9.9 lookup 100", "pref 20 lookup local");
    asker(n).withoutRules.push("pref 0");
  }),
  family("martian source", [pair], (n, p, r) => {
    // The target's shorter subnet makes the asker's address its broadcast address.
    p.destination = "10.0.1.2";
    asker(n).addresses.e0 = ["10.0.1.127/24"];
    target(n).addresses.e0 = ["10.0.1.2/25"];
    set(n, n.target, "rp_filter", r.pick(["0", "1", "2"]), r, "e0");
    if (r.chance(0.5)) asker(n).neighbours.push("10.0.1.2 lladdr 02:00:00:00:00:02 nud permanent dev e0");
  }),
  family("source by another interface", [doubleLink], (_, p, r) => {
    p.bind = r.pick(["10.0.1.1", "10.0.2.1"]);
    p.destination = r.pick(["10.0.1.2", "10.0.2.2"]);
  }),
  family("bound to an interface without address", [doubleLink], (n, p) => {
    delete asker(n).addresses.e1;
    asker(n).routes = [];
    target(n).routes = [];
    p.bind = "e1";
    p.destination = "10.0.2.2";
  }),
  family("bound to the wrong interface", [doubleLink, triangle], (n, p) => {
    p.bind = "e1";
    p.destination = n.shape === "triangle" ? "10.0.2.2" : "10.0.1.2";
  }),
  family("bound to an interface, own address asked for", [pair, oneHost], (n, p) => {
    p.bind = "e0";
    p.destination = n.source;
  }),
  family("TTL too small", [chain], (n, p, r) => {
    p.ttl = 1 + r.below(n.cables.length - 1);
  }),
  family("TTL of the reply too small", [chain], (n, _, r) => {
    target(n).sysctl["net.ipv4.ip_default_ttl"] = `${1 + r.below(n.cables.length - 1)}`;
  }),
  family("broadcast", [pair, bridged, chain], (n, p, r) => {
    p.destination =
      n.shape === "pair" && !target(n).addresses.e0?.[0]?.endsWith("/24")
        ? "255.255.255.255"
        : r.pick(["10.0.1.255", "255.255.255.255"]);
    p.broadcast = r.chance(0.6);
    if (r.chance(0.4))
      for (const name of Object.keys(n.spaces)) space(n, name).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  family("broadcast of a far subnet", [chain], (n, p) => {
    p.destination = `10.0.${n.cables.length}.255`;
    if (routersOf(n).length === 0) p.broadcast = true;
  }),
  family("own or loopback address", [pair, chain, oneHost], (n, p, r) => {
    p.destination = r.pick([n.source, "127.0.0.1", "127.7.7.7"]);
  }),
  family("echoes ignored", [pair, chain, bridged, triangle], (n) => {
    target(n).sysctl["net.ipv4.icmp_echo_ignore_all"] = "1";
  }),
];

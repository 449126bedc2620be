// Families of sockets that are bound (ping -I) where rules choose the table: by the device, by the source, or by neither.

import { asker, type Family, family, set, space, target } from "../family.ts";
import { addAddress, chain, doubleLink, pair, triangle } from "../networks.ts";

export const boundFamilies: readonly Family[] = [
  family("bound: table of the device", [doubleLink, triangle], (n, p, r) => {
    const own = asker(n);
    p.bind = r.pick(["e0", "e1"]);
    p.destination = r.pick(["10.0.1.2", "10.0.2.2", "203.0.113.7"]);
    own.rules.push(`pref 100 oif ${r.pick(["e0", "e1"])} lookup 100`);
    own.routes.push(
      r.pick([
        "default dev e0 table 100",
        "default dev e1 table 100",
        "10.0.0.0/8 dev e1 table 100",
        "unreachable default table 100",
        "throw default table 100",
      ]),
    );
  }),
  family("bound: no route by the device", [doubleLink, triangle, pair], (n, p, r) => {
    const own = asker(n);
    p.destination = r.pick([n.destination, "203.0.113.7"]);
    if (n.shape === "pair") {
      own.addresses.e0 = ["10.0.1.1/32"];
      p.bind = "e0";
      if (r.chance(0.4)) own.routes = ["10.0.1.2/32 dev e0 table 200"];
      else own.routes = [];
      return;
    }
    p.bind = r.pick(["e0", "e1"]);
    const other = p.bind === "e0" ? "e1" : "e0";
    own.routes = [
      `default via ${n.shape === "triangle" ? (other === "e0" ? "10.0.1.254" : "10.0.3.254") : other === "e0" ? "10.0.1.2" : "10.0.2.2"}`,
    ];
  }),
  family("bound: address of another interface", [doubleLink, triangle], (n, p, r) => {
    const own = asker(n);
    const [first, second] = n.shape === "triangle" ? ["10.0.1.1", "10.0.3.1"] : ["10.0.1.1", "10.0.2.1"];
    p.bind = r.pick([first, second]);
    own.rules.push(`pref 100 from ${r.pick([first, second])} lookup 100`);
    const gateway = n.shape === "triangle" ? "10.0.3.254" : "10.0.2.2";
    own.routes.push(
      r.pick([`default via ${gateway} table 100`, "prohibit default table 100", "default dev e1 table 100"]),
    );
    if (r.chance(0.4)) set(n, n.target, "rp_filter", r.pick(["1", "2"]), r);
  }),
  family("bound: rule before the local table", [pair, doubleLink], (n, p, r) => {
    const own = asker(n);
    p.bind = r.pick(["e0", n.source]);
    p.destination = r.pick([n.destination, n.source]);
    own.rules.push("pref 10 to 10.0.0.0/8 lookup 100", "pref 20 lookup local");
    own.withoutRules.push("pref 0");
    if (r.chance(0.6)) own.routes.push("10.0.0.0/8 dev e0 table 100");
  }),
  family("bound: the answer by another way", [doubleLink, triangle], (n, p, r) => {
    // What is bound hears only what comes in by its device.
    p.bind = r.pick(["e0", "e1"]);
    p.destination = n.shape === "triangle" ? r.pick(["10.0.2.2", "10.0.4.2"]) : r.pick(["10.0.1.2", "10.0.2.2"]);
    const back = n.shape === "triangle" ? r.pick(["10.0.2.254", "10.0.4.254"]) : r.pick(["10.0.1.1", "10.0.2.1"]);
    target(n).rules.push("pref 100 to 10.0.0.0/22 lookup 100");
    target(n).routes.push(`default via ${back} table 100`);
  }),
  family("bound: lo", [pair, chain], (n, p, r) => {
    p.bind = r.pick(["lo", "127.0.0.1"]);
    p.destination = r.pick([n.destination, n.source, "127.0.0.1"]);
    if (r.chance(0.3)) addAddress(asker(n), "lo", "10.8.8.8/32");
    if (r.chance(0.3)) asker(n).sysctl["net.ipv4.conf.all.route_localnet"] = "1";
  }),
  family("bound: mark", [pair, chain, doubleLink], (n, p, r) => {
    p.more.push("-m", r.pick(["7", "16"]));
    if (r.chance(0.5)) p.bind = r.pick(["e0", n.source]);
    asker(n).rules.push(`pref 100 fwmark ${r.pick(["7", "0x10", "0x10/0xf0", "0/0x8"])} lookup 100`);
    asker(n).routes.push(
      r.pick(["default dev e0 table 100", "blackhole default table 100", "default via 10.0.1.2 table 100"]),
    );
    if (r.chance(0.3)) space(n, n.target).sysctl["net.ipv4.fwmark_reflect"] = "1";
  }),
];

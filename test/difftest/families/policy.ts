// Families of policy routing: selectors of every kind, tables that send on to the next rule, and marks.

import { asker, type Family, family, routersOf, set, space, target } from "../family.ts";
import { addAddress, bridged, bridgedRouter, chain, doubleLink, pair, triangle } from "../networks.ts";

const mark = (hook: string, kind: string, rule: string): string =>
  `table ip t {\n chain m {\n type ${kind} hook ${hook} priority mangle; policy accept;\n ${rule}\n }\n }`;

export const policyFamilies: readonly Family[] = [
  family("rule with a selector", [pair, chain, bridged, triangle], (n, p, r) => {
    const own = asker(n);
    const selector = r.pick([
      `from ${n.source}`,
      `not to ${p.destination}`,
      `to ${p.destination} iif lo`,
      `to ${p.destination} oif e0`,
      `to ${p.destination} ipproto icmp`,
      `to ${p.destination} ipproto tcp`,
      `to ${p.destination} fwmark 0x7`,
      `to ${p.destination} uidrange 0-0`,
      `to ${p.destination} uidrange 5-9`,
    ]);
    own.rules.push(`pref 100 ${selector} ${r.pick(["lookup 100", "prohibit", "blackhole", "unreachable"])}`);
    own.routes.push(r.pick(["default via 10.0.1.77 table 100", "unreachable default table 100"]));
    if (r.chance(0.4)) p.bind = r.pick(["e0", n.source]);
  }),
  family("rule by interface on a router", [chain, bridgedRouter], (n, p, r) => {
    const name = r.pick(routersOf(n));
    space(n, name).rules.push(
      `pref 100 iif ${r.pick(["e0", "e1"])} ${r.pick([`to ${p.destination} `, `from ${n.source} `, ""])}${r.pick(["prohibit", "blackhole", "unreachable", "lookup 100"])}`,
    );
    space(n, name).routes.push(r.pick(["throw default table 100", "blackhole default table 100"]));
    if (r.chance(0.4)) set(n, name, "rp_filter", r.pick(["1", "2"]), r);
  }),
  family("rules that jump and fall through", [pair, chain], (n, p, r) => {
    const own = asker(n);
    own.rules.push(
      `pref 100 to ${p.destination} goto ${r.pick([200, 300])}`,
      `pref 150 to ${p.destination} prohibit`,
      `pref 200 to ${p.destination} lookup 100`,
      "pref 300 nop",
    );
    own.routes.push(
      r.pick(["throw default table 100", "default via 10.0.1.77 table 100", "10.55.0.0/16 via 10.0.1.77 table 100"]),
    );
  }),
  family("default route suppressed", [pair, chain, doubleLink], (n, p, r) => {
    const own = asker(n);
    own.rules.push(`pref 100 lookup main suppress_prefixlength ${r.pick([0, 0, 16, 24])}`, "pref 200 lookup 100");
    own.routes.push(
      r.pick(["default via 10.0.1.77 table 100", "unreachable default table 100", "10.0.0.0/8 via 10.0.1.2 table 100"]),
    );
    if (r.chance(0.4)) p.destination = "203.0.113.7";
  }),
  family("mark in prerouting", [doubleLink, triangle], (n, p, r) => {
    // What comes in by e0 is marked, and the mark leads back by e0; without it the way back is e1.
    p.destination = n.shape === "triangle" ? "10.0.2.2" : "10.0.1.2";
    const own = target(n);
    own.nft.push(mark("prerouting", "filter", `iifname "e0" meta mark set ${r.pick(["0x1", "0x1", "0x2"])}`));
    own.rules.push("pref 100 fwmark 0x1 lookup 100");
    own.routes.push(
      `${n.source}/32 via ${n.shape === "triangle" ? "10.0.2.254" : "10.0.1.1"} dev e0 table 100`.replace(
        "via 10.0.1.1 ",
        "",
      ),
    );
    own.routes.push(n.shape === "triangle" ? `${n.source}/32 via 10.0.4.254` : `${n.source}/32 via 10.0.2.1`);
    set(n, n.target, "rp_filter", r.pick(["1", "1", "2"]), r, "e0");
    if (r.chance(0.4)) set(n, n.target, "src_valid_mark", "1", r, "e0");
    if (r.chance(0.4)) own.sysctl["net.ipv4.fwmark_reflect"] = "1";
  }),
  family("mark on a router", [chain, triangle], (n, p, r) => {
    const name = r.pick(routersOf(n));
    const own = space(n, name);
    own.nft.push(mark("prerouting", "filter", `ip daddr ${p.destination} meta mark set 0x5`));
    own.rules.push(
      `pref 100 fwmark 0x5${r.pick(["", "/0xf", "/0x2"])} ${r.pick(["lookup 100", "prohibit", "blackhole"])}`,
    );
    own.routes.push(r.pick(["unreachable default table 100", "throw default table 100"]));
  }),
  family("mark in output", [pair, chain, doubleLink, triangle], (n, p, r) => {
    // Only a chain of type route has the route looked up again (ip_route_me_harder).
    const own = asker(n);
    const selector = r.pick(["meta l4proto icmp ", `ip daddr ${p.destination} `, ""]);
    const kind = r.pick(["route", "route", "route", "filter"]);
    own.nft.push(mark("output", kind, `${selector}meta mark set ${r.pick(["0x7", "0x7", "0x7", "0x8"])}`));
    own.rules.push(
      `pref 100 fwmark 0x7 ${r.pick(["lookup 100", "lookup 100", "lookup 100", "prohibit", "blackhole", "unreachable"])}`,
    );
    own.routes.push(
      r.pick([
        "default via 10.0.1.77 table 100",
        "unreachable default table 100",
        "throw default table 100",
        "default dev e0 table 100",
      ]),
    );
    if (r.chance(0.3)) p.bind = r.pick(["e0", n.source]);
  }),
  family("rule by source with a way of its own", [doubleLink], (n, p, r) => {
    const own = asker(n);
    own.rules.push("pref 100 from 10.0.2.1 lookup 100");
    own.routes.push(
      r.pick([
        "default via 10.0.2.2 table 100",
        "default via 10.0.2.77 table 100",
        "10.9.9.9/32 via 10.0.1.2 table 100",
      ]),
    );
    p.destination = "10.9.9.9";
    p.bind = r.pick(["10.0.2.1", "10.0.2.1", "10.0.1.1", null]);
    if (r.chance(0.5)) set(n, n.target, "rp_filter", r.pick(["1", "2"]), r);
    addAddress(target(n), "lo", "10.9.9.9/32");
  }),
];

// What still has to be done in a namespace whose links stand, so that it is as the state says: from what is wanted and what is there.

import { ownValue } from "../../model/own-value.ts";
import { type Fields, isSet, listField, nameField, numberField, textField } from "../../system/parse/shape.ts";
import type { NamespaceFile } from "../../system/state-file.ts";
import { asList } from "./left-out.ts";
import { line, option, word } from "./line.ts";

/** `ip -batch` lines that bring routes, rules and neighbours to what is wanted. */
export function stackLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  return [...nexthopLines(wanted), ...routeLines(wanted, has), ...ruleLines(wanted, has), ...neighbourLines(wanted)];
}

function nexthopLines(wanted: NamespaceFile): string[] {
  return asList(wanted.nexthop)
    .toSorted((a, b) => Number("group" in a) - Number("group" in b))
    .map((hop) => {
      const group = listField(hop, "group").map(
        (member) => `${numberField(member, "id")}${"weight" in member ? `,${numberField(member, "weight")}` : ""}`,
      );
      return line(
        "nexthop add id",
        numberField(hop, "id"),
        group.length > 0 && `group ${group.join("/")}`,
        isSet(hop, "blackhole") && "blackhole",
        option("via", textField(hop, "gateway")),
        option("dev", textField(hop, "dev")),
        flagsOf(hop).includes("onlink") && "onlink",
      );
    });
}

// Words of a route that are not its own: the kernel adds them as links come and go.
function flagsOf(fields: Fields): readonly string[] {
  return Array.isArray(fields.flags) ? fields.flags.filter((flag): flag is string => typeof flag === "string") : [];
}

/** Of routes through a link that was never up nothing else is known; the kernel deletes and makes its own. */
function routeLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  if (wanted.route === undefined) return [];
  const want = asList(wanted.route).filter(isIpv4Route).map(routeWords);
  const there = asList(has.route).filter(isIpv4Route).map(routeWords);
  const missing = want.filter((route) => !there.includes(route));
  const extra = there.filter((route) => !want.includes(route));
  return [
    ...extra.map((route) => `route delete ${route}`),
    // A gateway is reached by a route that has none: those come first, else in the order of the dump.
    ...missing.filter((route) => !/ (via|nexthop|nhid) /.test(route)).map((route) => `route append ${route}`),
    ...missing.filter((route) => / (via|nexthop|nhid) /.test(route)).map((route) => `route append ${route}`),
  ];
}

function isIpv4Route(route: Fields): boolean {
  const to = textField(route, "dst") ?? "";
  return !to.includes(":") && textField(route, "type") !== "multicast" && flagsOf(route).includes("cloned") === false;
}

function routeWords(route: Fields): string {
  const type = textField(route, "type") ?? "unicast";
  const nhid = numberField(route, "nhid");
  const hops = listField(route, "nexthops");
  const reject = ["blackhole", "unreachable", "prohibit", "throw"].includes(type);
  return line(
    type === "unicast" ? null : type,
    word(textField(route, "dst") ?? ""),
    option("tos", nameField(route, "tos")),
    `table ${word(nameField(route, "table") ?? "main")}`,
    option("proto", nameField(route, "protocol")),
    option("scope", reject ? null : nameField(route, "scope")),
    option("metric", numberField(route, "metric")),
    option("src", textField(route, "prefsrc")),
    ...metricsOf(route),
    ...(nhid !== null
      ? [`nhid ${nhid}`]
      : hops.length > 0
        ? hops.map((hop) => `nexthop ${hopWords(hop)} weight ${numberField(hop, "weight") ?? 1}`)
        : reject
          ? []
          : [hopWords(route)]),
  );
}

function hopWords(hop: Fields): string {
  const via = hop.via as Fields | undefined;
  return line(
    option("via", textField(hop, "gateway")),
    via !== undefined && `via ${word(textField(via, "family") ?? "inet6")} ${word(textField(via, "host") ?? "")}`,
    option("dev", textField(hop, "dev")),
    flagsOf(hop).includes("onlink") && "onlink",
  );
}

function metricsOf(route: Fields): string[] {
  return listField(route, "metrics").flatMap((metrics) =>
    Object.entries(metrics).flatMap(([name, value]) =>
      name === "lock" || typeof value !== "number"
        ? []
        : [`${word(name)} ${isLocked(metrics, name) ? "lock " : ""}${value}`],
    ),
  );
}

function isLocked(metrics: Fields, name: string): boolean {
  return Array.isArray(metrics.lock) && metrics.lock.includes(name);
}

function ruleLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  if (wanted.rule === undefined) return [];
  const want = asList(wanted.rule).map(ruleWords);
  const there = asList(has.rule).map(ruleWords);
  return [
    // Those that are new first: nothing is reached any more once the table main is not looked up.
    ...want.filter((rule) => !there.includes(rule)).map((rule) => `rule add ${rule}`),
    ...there.filter((rule) => !want.includes(rule)).map((rule) => `rule delete ${rule}`),
  ];
}

function ruleWords(rule: Fields): string {
  const users = numberField(rule, "uid_start");
  const mark = nameField(rule, "fwmark");
  const mask = nameField(rule, "fwmask");
  const goto = numberField(rule, "goto");
  const action = textField(rule, "action");
  return line(
    isSet(rule, "not") && "not",
    `priority ${numberField(rule, "priority") ?? 0}`,
    `from ${prefixOf(rule, "src")}`,
    "dst" in rule && `to ${prefixOf(rule, "dst")}`,
    option("tos", nameField(rule, "tos")),
    mark !== null && `fwmark ${word(mark)}${mask === null ? "" : `/${word(mask)}`}`,
    option("iif", textField(rule, "iif")),
    option("oif", textField(rule, "oif")),
    users !== null && `uidrange ${users}-${numberField(rule, "uid_end") ?? users}`,
    option("ipproto", nameField(rule, "ipproto")),
    option("sport", portsOf(rule, "sport")),
    option("dport", portsOf(rule, "dport")),
    isSet(rule, "l3mdev") && "l3mdev",
    option("suppress_prefixlength", numberField(rule, "suppress_prefixlen")),
    option("suppress_ifgroup", nameField(rule, "suppress_ifgroup")),
    goto !== null && `goto ${goto}`,
    action !== null && goto === null && word(action),
    goto === null && action === null && !isSet(rule, "l3mdev") && `table ${word(nameField(rule, "table") ?? "main")}`,
  );
}

function prefixOf(rule: Fields, key: "src" | "dst"): string {
  const length = numberField(rule, `${key}len`);
  const to = word(textField(rule, key) ?? "all");
  return length === null ? to : `${to}/${length}`;
}

function portsOf(rule: Fields, key: "sport" | "dport"): string | null {
  const start = numberField(rule, `${key}_start`);
  if (start !== null) return `${start}-${numberField(rule, `${key}_end`) ?? start}`;
  return nameField(rule, key);
}

// What was just being asked is asked again by itself; a question that had failed is forgotten.
const KEPT_STATES = new Set(["PERMANENT", "NOARP", "REACHABLE", "STALE"]);
const AGED_STATES = new Set(["DELAY", "PROBE"]);

function neighbourLines(wanted: NamespaceFile): string[] {
  const learned = asList(wanted.neigh).flatMap((one) => {
    const [state] = Array.isArray(one.state) ? (one.state as readonly unknown[]) : [];
    const mac = textField(one, "lladdr");
    const to = textField(one, "dst") ?? "";
    if (typeof state !== "string" || to.includes(":") || (mac === null && state !== "NOARP")) return [];
    const kept = KEPT_STATES.has(state) ? state : AGED_STATES.has(state) ? "STALE" : null;
    // The kernel makes its own for groups and broadcasts.
    if (kept === null || state === "NOARP") return [];
    return [
      line(
        `neighbour replace ${word(to)}`,
        option("lladdr", mac),
        option("dev", textField(one, "dev")),
        `nud ${kept.toLowerCase()}`,
        isSet(one, "router") && "router",
      ),
    ];
  });
  const answeredFor = asList(wanted.neighProxy).flatMap((one) => {
    const to = textField(one, "dst") ?? "";
    return to.includes(":") ? [] : [line(`neighbour add proxy ${word(to)}`, option("dev", textField(one, "dev")))];
  });
  return [...learned, ...answeredFor];
}

// Flags of a port as `bridge -d link` shows and `bridge link set` takes them.
const PORT_FLAGS = [
  "hairpin",
  "guard",
  "root_block",
  "fastleave",
  "learning",
  "flood",
  "mcast_flood",
  "bcast_flood",
  "mcast_to_unicast",
  "neigh_suppress",
  "vlan_tunnel",
  "isolated",
  "locked",
] as const;
const PORT_STATES: readonly string[] = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** `bridge -batch` lines: flags and states of ports, VLANs, forwarding entries. */
export function bridgeLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  return [...portLines(wanted, has), ...vlanLines(wanted, has), ...fdbLines(wanted, has)];
}

function portLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  const there = asList(has.bridge?.link);
  return asList(wanted.bridge?.link).flatMap((port) => {
    const now = there.find((one) => one.ifname === port.ifname);
    const set = `link set dev ${word(textField(port, "ifname") ?? "")}`;
    const flags = PORT_FLAGS.filter((flag) => typeof port[flag] === "boolean" && now?.[flag] !== port[flag]).map(
      (flag) => `${flag} ${port[flag] === true ? "on" : "off"}`,
    );
    const changed = flags.length === 0 ? [] : [`${set} ${flags.join(" ")}`];
    const state = PORT_STATES.indexOf(textField(port, "state") ?? "");
    // With STP the kernel decides itself; a port that is down is disabled by that.
    const isUp = Array.isArray(port.flags) && port.flags.includes("UP");
    const usesStp = stpOf(wanted, textField(port, "master"));
    if (state >= 0 && isUp && !usesStp && now?.state !== port.state) changed.push(`${set} state ${state}`);
    return changed;
  });
}

function stpOf(wanted: NamespaceFile, bridge: string | null): boolean {
  const link = asList(wanted.link).find((one) => one.ifname === bridge);
  const info = link?.linkinfo as Fields | undefined;
  const data = info?.info_data as Fields | undefined;
  return data !== undefined && numberField(data, "stp_state") === 1;
}

function vlanLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  if (wanted.bridge?.vlan === undefined) return [];
  const want = asList(wanted.bridge.vlan).flatMap(vlansOf);
  const there = asList(has.bridge?.vlan).flatMap(vlansOf);
  const bridges = asList(wanted.link).filter((link) => (link.linkinfo as Fields | undefined)?.info_kind === "bridge");
  const isBridge = (name: string) => bridges.some((link) => link.ifname === name);
  const place = (one: Vlan) => `dev ${word(one.device)} vid ${one.range}${isBridge(one.device) ? " self" : ""}`;
  return [
    ...there.filter((one) => !want.some((other) => sameVlan(one, other))).map((one) => `vlan del ${place(one)}`),
    ...want
      .filter((one) => !there.some((other) => sameVlan(one, other)))
      .map((one) => line(`vlan add ${place(one)}`, one.pvid && "pvid", one.untagged && "untagged")),
  ];
}

interface Vlan {
  readonly device: string;
  readonly range: string;
  readonly pvid: boolean;
  readonly untagged: boolean;
}

function vlansOf(port: Fields): Vlan[] {
  return listField(port, "vlans").map((vlan) => {
    const first = numberField(vlan, "vlan") ?? 1;
    const last = numberField(vlan, "vlanEnd");
    const flags = flagsOf(vlan);
    return {
      device: textField(port, "ifname") ?? "",
      range: last === null ? `${first}` : `${first}-${last}`,
      pvid: flags.includes("PVID"),
      untagged: flags.includes("Egress Untagged"),
    };
  });
}

function sameVlan(one: Vlan, other: Vlan): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function fdbLines(wanted: NamespaceFile, has: NamespaceFile): string[] {
  const there = new Set(asList(has.bridge?.fdb).map(fdbKey));
  return asList(wanted.bridge?.fdb).flatMap((entry) => {
    const master = textField(entry, "master");
    const mac = textField(entry, "mac") ?? "";
    if (there.has(fdbKey(entry)) || (master === null && /^(33:33|01:)/.test(mac))) return [];
    const state = textField(entry, "state") ?? "";
    return [
      line(
        `fdb replace ${word(mac)}`,
        option("dev", textField(entry, "ifname")),
        option("vlan", numberField(entry, "vlan")),
        option("dst", textField(entry, "dst")),
        master === null ? "self" : "master",
        state === "permanent" ? "local" : state === "static" ? "static" : "dynamic",
        flagsOf(entry).includes("sticky") && "sticky",
      ),
    ];
  });
}

function fdbKey(entry: Fields): string {
  return JSON.stringify(["mac", "ifname", "vlan", "master", "dst", "state"].map((key) => ownValue(entry, key) ?? null));
}

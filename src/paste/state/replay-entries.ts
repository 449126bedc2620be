// Commands about rules, neighbours and the tables of bridges.

import { ownValue } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";
import { withAllowed } from "../../system/parse/wireguard.ts";
import { fdbFields } from "./bridge-text.ts";
import { typedNeighbourFields } from "./neighbour-text.ts";
import type { NamespaceModel, Told } from "./network.ts";
import { ruleFields } from "./route-text.ts";

/** The three rules every namespace starts with (fib_default_rules_init). */
export const DEFAULT_RULES: readonly Fields[] = [
  { priority: 0, src: "all", table: "local", protocol: "kernel" },
  { priority: 32766, src: "all", table: "main", protocol: "kernel" },
  { priority: 32767, src: "all", table: "default", protocol: "kernel" },
];

/** `ip rule add|del …`; false where the words are not understood. */
export function changeRule(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  const rules = ns.rules ?? DEFAULT_RULES.map((fields): Told => ({ fields, typed: null }));
  ns.rules = rules;
  if (verb === "flush") {
    ns.rules = rules.filter(({ fields }) => fields.priority === 0);
    return true;
  }
  const fields = ruleFields(words, null);
  if (/^d/.test(verb)) {
    const priority = fields?.priority ?? priorityIn(words);
    const at = rules.findIndex(
      (rule) =>
        (priority === undefined || rule.fields.priority === priority) &&
        (fields === null || sameRule(rule.fields, fields)),
    );
    if (at >= 0) rules.splice(at, 1);
    return at >= 0;
  }
  if (fields === null) return false;
  // fib_default_rule_pref: in front of the second rule.
  const second = [...rules].sort((a, b) => Number(a.fields.priority) - Number(b.fields.priority))[1];
  const priority = fields.priority ?? Math.max(0, Number(second?.fields.priority ?? 32766) - 1);
  const action =
    "table" in fields || "action" in fields || "goto" in fields || "l3mdev" in fields ? {} : { table: "main" };
  rules.push({ fields: { ...fields, ...action, priority }, typed: line });
  rules.sort((a, b) => Number(a.fields.priority) - Number(b.fields.priority));
  return true;
}

/** `wg set IF peer KEY allowed-ips LIST`, of a state that was given; false where the words are not understood. */
export function changePeer(ns: NamespaceModel, words: readonly string[]): boolean {
  const [verb, device = "", peer, key = "", what, list = ""] = words;
  if (verb !== "set" || peer !== "peer" || what !== "allowed-ips" || words.length > 6 || !ns.given?.peers) return false;
  const peers = withAllowed(ns.given.peers, device, key, list === "" ? [] : list.split(","));
  if (peers === null) return false;
  ns.given = { ...ns.given, peers };
  return true;
}

function priorityIn(words: readonly string[]): number | undefined {
  const at = words.findIndex((word) => /^(?:pref|prio|priority|preference|order)$/.test(word));
  return at < 0 ? undefined : Number(words[at + 1]);
}

function sameRule(a: Fields, b: Fields): boolean {
  return ["src", "srclen", "dst", "dstlen", "iif", "oif", "fwmark", "table"].every(
    (key) =>
      ownValue(b, key) === undefined ||
      (key === "src" && b[key] === "all") ||
      String(ownValue(a, key)) === String(ownValue(b, key)),
  );
}

/** `ip neigh add|replace|del|flush …`; false where the words are not understood. */
export function changeNeighbour(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  if (verb === "flush") {
    const after = (word: string): string | undefined =>
      words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
    const [device, address] = [after("dev"), after("to")];
    // What the traffic since then has taught is not known.
    if (device === undefined && ns.given === undefined) ns.neighbours = undefined;
    ns.neighbours = ns.neighbours?.filter(
      ({ fields }) =>
        isStatic(fields.state) ||
        (device !== undefined && fields.dev !== device) ||
        (address !== undefined && fields.dst !== address),
    );
    return true;
  }
  const fields = typedNeighbourFields(words);
  if (fields === null) return false;
  const same = ({ fields: other }: Told): boolean => other.dst === fields.dst && other.dev === fields.dev;
  const list = "proxy" in fields ? "proxies" : "neighbours";
  const rest = (ns[list] ?? []).filter((told) => !same(told));
  ns[list] = /^d/.test(verb) ? rest : [...rest, { fields, typed: line }];
  return true;
}

// `ip neigh flush` passes over what was entered by hand.
function isStatic(states: unknown): boolean {
  return Array.isArray(states) && states.some((state) => state === "PERMANENT" || state === "NOARP");
}

/** `bridge fdb add|append|replace|del …`; false where the words are not understood. */
export function changeFdb(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  // Behind the words of a listing stands the bridge's name; typed, `master` stands alone.
  const given = fdbFields(words.filter((word) => word !== "master" && word !== "dynamic").join(" "));
  if (given === null) return false;
  // rtnl_fdb_add: an entry is permanent and the device's own unless the words say otherwise.
  const self = !words.includes("master");
  const flags = Array.isArray(given.flags) ? given.flags : [];
  const fields = {
    ...given,
    ...(self ? {} : { master: ns.links.get(String(given.ifname))?.master ?? "" }),
    state: words.includes("dynamic") ? "" : given.state || "permanent",
    flags: self && !flags.includes("self") ? [...flags, "self"] : flags,
  };
  const rest = (ns.fdb ?? []).filter(
    ({ fields: other }) =>
      other.mac !== given.mac ||
      other.ifname !== given.ifname ||
      other.vlan !== given.vlan ||
      (other.master === undefined) !== self,
  );
  ns.fdb = /^d/.test(verb) ? rest : [...rest, { fields, typed: line }];
  return true;
}

/** `bridge vlan add|del dev X vid N[-M] [pvid] [untagged]`; false where the words are not understood. */
export function changeVlan(ns: NamespaceModel, verb: string, words: readonly string[]): boolean {
  const device = words[words.indexOf("dev") + 1];
  const vid = /^(\d+)(?:-(\d+))?$/.exec(words[words.indexOf("vid") + 1] ?? "");
  if (!words.includes("dev") || device === undefined || !vid) return false;
  const [first, last] = [Number(vid[1]), Number(vid[2] ?? vid[1])];
  const isPvid = words.includes("pvid");
  const ports = (ns.vlans ?? []).map((port) => {
    const vlans = (Array.isArray(port.vlans) ? port.vlans : []) as readonly Fields[];
    if (port.ifname !== device) return { ...port, vlans: [...vlans] };
    const rest = vlans.flatMap((entry) => vlansWithout(entry, first, last));
    // __vlan_add_pvid: a port has one only.
    return { ...port, vlans: isPvid && !/^d/.test(verb) ? rest.map(withoutPvid) : rest };
  });
  const known = ports.find((port) => (port as Fields).ifname === device);
  const flags = [...(isPvid ? ["PVID"] : []), ...(words.includes("untagged") ? ["Egress Untagged"] : [])];
  const entry = { vlan: first, ...(vid[2] === undefined ? {} : { vlanEnd: last }), flags };
  if (!/^d/.test(verb)) {
    if (known) known.vlans.push(entry);
    else ports.push({ ifname: device, vlans: [entry] } as (typeof ports)[number]);
  }
  ns.vlans = ports;
  ns.typed = true;
  return true;
}

function vlansWithout(entry: Fields, first: number, last: number): Fields[] {
  const low = Number(entry.vlan);
  const high = Number(entry.vlanEnd ?? entry.vlan);
  if (high < first || low > last) return [entry];
  return [
    ...(low < first ? [{ ...entry, vlanEnd: first - 1 }] : []),
    ...(high > last ? [{ ...entry, vlan: last + 1, vlanEnd: high }] : []),
  ];
}

function withoutPvid(entry: Fields): Fields {
  return { ...entry, flags: Array.isArray(entry.flags) ? entry.flags.filter((flag) => flag !== "PVID") : [] };
}

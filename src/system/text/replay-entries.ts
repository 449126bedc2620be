// Commands about rules, neighbours and the tables of bridges.

import type { Fields } from "../parse/shape.ts";
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

function priorityIn(words: readonly string[]): number | undefined {
  const at = words.findIndex((word) => /^(?:pref|prio|priority|preference|order)$/.test(word));
  return at < 0 ? undefined : Number(words[at + 1]);
}

function sameRule(a: Fields, b: Fields): boolean {
  return ["src", "srclen", "dst", "dstlen", "iif", "oif", "fwmark", "table"].every(
    (key) => b[key] === undefined || (key === "src" && b[key] === "all") || String(a[key]) === String(b[key]),
  );
}

/** `ip neigh add|replace|del|flush …`; false where the words are not understood. */
export function changeNeighbour(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  if (verb === "flush") {
    const device = words.includes("dev") ? words[words.indexOf("dev") + 1] : undefined;
    // What the traffic since then has taught is not known.
    ns.neighbours = device === undefined ? undefined : ns.neighbours?.filter(({ fields }) => fields.dev !== device);
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

/** `bridge fdb add|append|replace|del …`; false where the words are not understood. */
export function changeFdb(ns: NamespaceModel, verb: string, words: readonly string[], line: string): boolean {
  const given = fdbFields(words.join(" "));
  if (given === null) return false;
  // rtnl_fdb_add: an entry is permanent and the device's own unless the words say otherwise.
  const self = !words.includes("master");
  const flags = Array.isArray(given.flags) ? given.flags : [];
  const fields = {
    ...given,
    state: given.state || "permanent",
    flags: self && !flags.includes("self") ? [...flags, "self"] : flags,
  };
  const rest = (ns.fdb ?? []).filter(({ fields: other }) => other.mac !== given.mac || other.ifname !== given.ifname);
  ns.fdb = /^d/.test(verb) ? rest : [...rest, { fields, typed: line }];
  return true;
}

/** `bridge vlan add|del dev X vid N[-M] [pvid] [untagged]`; false where the words are not understood. */
export function changeVlan(ns: NamespaceModel, verb: string, words: readonly string[]): boolean {
  const device = words[words.indexOf("dev") + 1];
  const vid = /^(\d+)(?:-(\d+))?$/.exec(words[words.indexOf("vid") + 1] ?? "");
  if (!words.includes("dev") || device === undefined || !vid) return false;
  const id = Number(vid[1]);
  const ports = (ns.vlans ?? []).map((port) => ({
    ...port,
    vlans: Array.isArray(port.vlans) ? port.vlans.filter((entry) => (entry as Fields).vlan !== id) : [],
  }));
  const known = ports.find((port) => (port as Fields).ifname === device);
  const flags = [
    ...(words.includes("pvid") ? ["PVID"] : []),
    ...(words.includes("untagged") ? ["Egress Untagged"] : []),
  ];
  const entry = { vlan: id, ...(vid[2] === undefined ? {} : { vlanEnd: Number(vid[2]) }), flags };
  if (!/^d/.test(verb)) {
    if (known) known.vlans.push(entry);
    else ports.push({ ifname: device, vlans: [entry] } as (typeof ports)[number]);
  }
  ns.vlans = ports;
  ns.typed = true;
  return true;
}

// nftables as `nft -j list ruleset` prints it: base chains by hook, and the matches a ping can meet.

import { formatIpv4, type Ipv4, inPrefix, parseIpv4, parsePrefix } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import {
  type Action,
  allOf,
  type BaseChain,
  type FilterPacket,
  type FilterRule,
  type Match,
} from "./firewall-chain.ts";
import { formatNftRule } from "./firewall-nft-text.ts";

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function objects(list: unknown): Json[] {
  return Array.isArray(list) ? list.map(object).filter((e): e is Json => e !== null) : [];
}

function entries(ns: Namespace): Json[] {
  return objects(object(ns.nft)?.nftables);
}

const IPTABLES_TABLES = ["raw", "mangle", "nat", "filter", "security"];

/** Base chains of these families on a hook (of one device for ingress and egress). */
export function nftChains(
  ns: Namespace,
  families: readonly string[],
  hook: string,
  device: string | null,
): BaseChain[] {
  const all = entries(ns);
  const found: BaseChain[] = [];
  for (const entry of all) {
    const chain = object(entry.chain);
    if (!chain || chain.hook !== hook || !families.includes(String(chain.family))) continue;
    let perhapsElsewhere = false;
    if (device !== null && chain.dev !== undefined) {
      const devices = Array.isArray(chain.dev) ? chain.dev : [chain.dev];
      if (!devices.includes(device)) continue;
    } else if (device !== null) perhapsElsewhere = (ns.links ?? []).filter((l) => !l.isLoopback).length !== 1;
    // What iptables-nft made is read from its own words where state has them.
    if (
      chain.family === "ip" &&
      ns.iptables?.nft !== undefined &&
      IPTABLES_TABLES.includes(String(chain.table)) &&
      /^[A-Z]+$/.test(String(chain.name))
    )
      continue;
    const inTable = all.flatMap((e) => {
      const rule = object(e.rule);
      return rule && rule.family === chain.family && rule.table === chain.table ? [rule] : [];
    });
    const sets = all.flatMap((e) => {
      const set = object(e.set) ?? object(e.map);
      return set && set.family === chain.family && set.table === chain.table ? [set] : [];
    });
    const others = new Map<string, FilterRule[]>();
    for (const rule of inTable) {
      const name = String(rule.chain);
      const list = others.get(name) ?? [];
      list.push(ruleOf(ns, rule, sets));
      others.set(name, list);
    }
    const policy = chain.policy === "drop" ? "drop" : "accept";
    const header = `${chain.family} ${chain.table} ${chain.name}`;
    found.push({
      name: header,
      source: "nft",
      priority: Number(chain.prio) || 0,
      policy,
      line: {
        netns: ns.key,
        key: "nft",
        line: `chain ${header} { type ${chain.type} hook ${chain.hook} priority ${chain.prio}; policy ${policy}; }`,
      },
      rules: others.get(String(chain.name)) ?? [],
      others,
      perhapsElsewhere,
    });
  }
  return found;
}

function ruleOf(ns: Namespace, rule: Json, sets: readonly Json[]): FilterRule {
  const expressions = objects(rule.expr);
  const matches = expressions.filter((e) => "match" in e || !isStatement(e));
  const invalid = expressions.some((e) => JSON.stringify(e).includes('"invalid"'));
  return {
    line: {
      netns: ns.key,
      key: "nft",
      line: `${rule.family} ${rule.table} ${rule.chain} ${formatNftRule(expressions)}`,
    },
    invalid,
    action: actionOf(expressions),
    matches: (packet) => allOf(matches.map((e) => matchOf(object(e.match), packet, sets))),
  };
}

const HARMLESS = ["counter", "log", "comment", "notrack", "last"];
const VERDICTS = ["accept", "drop", "reject", "jump", "goto", "return", "continue"];

function isStatement(e: Json): boolean {
  return Object.keys(e).some(
    (k) =>
      HARMLESS.includes(k) ||
      VERDICTS.includes(k) ||
      ["masquerade", "snat", "dnat", "redirect", "mangle", "queue", "vmap", "fwd", "dup"].includes(k),
  );
}

function actionOf(expressions: readonly Json[]): Action {
  for (const e of expressions) {
    if ("accept" in e) return { kind: "accept" };
    if ("drop" in e) return { kind: "drop" };
    if ("return" in e) return { kind: "return" };
    if ("reject" in e) return { kind: "reject", code: rejectCode(object(e.reject)) };
    for (const kind of ["jump", "goto"] as const) {
      const target = object(e[kind])?.target;
      if (typeof target === "string") return { kind, chain: target };
    }
    if (isStatement(e) && !Object.keys(e).some((k) => HARMLESS.includes(k) || k === "continue"))
      return { kind: "unknown" };
  }
  return { kind: "continue" };
}

// Without an expression nft rejects with port-unreachable.
function rejectCode(reject: Json | null): number {
  const names: Readonly<Record<string, number>> = {
    "net-unreachable": 0,
    "host-unreachable": 1,
    "prot-unreachable": 2,
    "port-unreachable": 3,
    "net-prohibited": 9,
    "host-prohibited": 10,
    "admin-prohibited": 13,
    "no-route": 0,
  };
  return names[String(reject?.expr ?? "port-unreachable")] ?? 3;
}

function matchOf(match: Json | null, packet: FilterPacket, sets: readonly Json[]): Match {
  if (!match) return null;
  const left = object(match.left);
  const actual = left ? fieldOf(left, packet) : null;
  if (actual === undefined) return false;
  if (actual === null) return null;
  const hit = holds(actual, match.right, sets);
  if (hit === null) return null;
  if (match.op === "!=") return !hit;
  return match.op === "==" || match.op === "in" ? hit : compareOf(String(match.op), actual, match.right);
}

function compareOf(op: string, actual: string | number, right: unknown): Match {
  const a = Number(actual);
  const b = Number(right);
  if (Number.isNaN(a) || Number.isNaN(b)) return null;
  return op === "<" ? a < b : op === ">" ? a > b : op === "<=" ? a <= b : op === ">=" ? a >= b : null;
}

const ICMP_TYPES: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  redirect: 5,
  "echo-request": 8,
  "time-exceeded": 11,
  "parameter-problem": 12,
};

// What the packet holds there: undefined where it has no such field at all (the match fails), null where this walk does not know.
function fieldOf(left: Json, packet: FilterPacket): string | number | null | undefined {
  const payload = object(left.payload);
  if (payload) {
    const { protocol, field } = payload;
    if (protocol === "ip") {
      if (packet.protocol !== "icmp") return undefined;
      if (field === "saddr") return formatIpv4(packet.source);
      if (field === "daddr") return formatIpv4(packet.destination);
      if (field === "protocol") return "icmp";
      if (field === "ttl") return packet.ttl;
      if (field === "length") return packet.length;
      return null;
    }
    if (protocol === "icmp") {
      if (packet.protocol !== "icmp") return undefined;
      if (field === "type") return packet.icmpType;
      return field === "code" ? packet.icmpCode : null;
    }
    if (protocol === "arp") {
      if (packet.protocol !== "arp") return undefined;
      if (field === "operation") return packet.arpReply ? "reply" : "request";
      if (field === "saddr ip") return formatIpv4(packet.source);
      return field === "daddr ip" ? formatIpv4(packet.destination) : null;
    }
    if (protocol === "ether") return field === "type" ? (packet.protocol === "icmp" ? "ip" : "arp") : null;
    if (["tcp", "udp", "sctp", "dccp", "udplite", "ip6", "icmpv6", "th", "esp", "ah"].includes(String(protocol)))
      return undefined;
    return null;
  }
  const meta = object(left.meta);
  if (meta) {
    switch (meta.key) {
      case "iifname":
      case "iif":
        return packet.iif ?? "";
      case "oifname":
      case "oif":
        return packet.oif ?? "";
      case "l4proto":
        return packet.protocol === "icmp" ? "icmp" : undefined;
      case "nfproto":
        return "ipv4";
      case "protocol":
        return packet.protocol === "icmp" ? "ip" : "arp";
      case "mark":
        return packet.mark;
      case "length":
        return packet.length;
      default:
        return null;
    }
  }
  const ct = object(left.ct);
  return ct?.key === "state" ? packet.ctState : null;
}

function holds(actual: string | number, right: unknown, sets: readonly Json[]): Match {
  if (typeof right === "string" && right.startsWith("@")) {
    const set = sets.find((s) => s.name === right.slice(1));
    return set && Array.isArray(set.elem) ? anyOf(actual, set.elem, sets) : set ? false : null;
  }
  if (Array.isArray(right)) return anyOf(actual, right, sets);
  const o = object(right);
  if (o) {
    if (Array.isArray(o.set)) return anyOf(actual, o.set, sets);
    if ("elem" in o) return holds(actual, object(o.elem)?.val ?? o.elem, sets);
    const prefix = object(o.prefix);
    if (prefix) {
      const parsed = parsePrefix(`${prefix.addr}/${prefix.len}`);
      const address = typeof actual === "string" ? parseIpv4(actual) : null;
      return parsed && address !== null ? inPrefix(address, parsed) : null;
    }
    if (Array.isArray(o.range)) return inRange(actual, o.range[0], o.range[1]);
    return null;
  }
  return same(actual, right);
}

function anyOf(actual: string | number, list: readonly unknown[], sets: readonly Json[]): Match {
  const results = list.map((item) => holds(actual, item, sets));
  if (results.includes(true)) return true;
  return results.includes(null) ? null : false;
}

function inRange(actual: string | number, low: unknown, high: unknown): Match {
  const number = (v: unknown): number | null =>
    typeof v === "number" ? v : typeof v === "string" ? ((parseIpv4(v) as Ipv4 | null) ?? ICMP_TYPES[v] ?? null) : null;
  const [a, b, c] = [number(actual), number(low), number(high)];
  return a === null || b === null || c === null ? null : b <= a && a <= c;
}

function same(actual: string | number, right: unknown): Match {
  if (typeof actual === "number") {
    if (typeof right === "number") return actual === right;
    const named = typeof right === "string" ? ICMP_TYPES[right] : undefined;
    return named === undefined ? null : actual === named;
  }
  if (typeof right !== "string" && typeof right !== "number") return null;
  const wanted = String(right);
  if (wanted.endsWith("*")) return actual.startsWith(wanted.slice(0, -1));
  if (actual === "icmp" && wanted === "1") return true;
  return actual === wanted;
}

// Which policy rules fit a packet: the selectors of `ip rule`, as fib_rule_match and fib4_rule_match test them.

import { type Ipv4, inPrefix } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { PortRange } from "../../model/port-range.ts";
import type { Namespace, Rule } from "../../model/system-state.ts";
import { tableName, tosFits } from "./fib-table.ts";
import { vrfOf } from "./vrf.ts";

/** A packet as rules see it; everything is filled in. */
export interface RuleKey {
  readonly destination: Ipv4;
  readonly source: Ipv4;
  readonly iif: string;
  readonly oif: string | null;
  readonly mark: number;
  readonly tos: number;
  readonly uid: number | null;
  readonly ipProtocol: number;
  /** Of what has ports. */
  readonly ports: FlowPorts | null;
}

/** Ports of a flow: one, or any of a range where the kernel chooses it. */
export interface FlowPorts {
  readonly destination: PortRange;
  readonly source: PortRange;
}

/** Whether a rule fits; "unknown" names the part of state that would tell, "assumed" what was taken for granted. */
export type RuleMatch = { readonly matches: boolean; readonly assumed?: "uid" } | { readonly unknown: string };

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  sctp: 132,
};

/** Tests one rule (fib_rule_match): `not` turns the whole answer round. */
export function matchRule(ns: Namespace, rule: Rule, key: RuleKey): RuleMatch {
  if (rule.l3mdev && ns.links === undefined) return { unknown: "link" };
  if (rule.unread !== undefined && fits(ns, rule, key)) return { unknown: `rule ${rule.unread}` };
  const ports = portsFit(rule, key.ports);
  if (ports === null && fits(ns, rule, key)) return { unknown: "sport" };
  const others = ports !== false && fits(ns, rule, key);
  const uid = uidFits(rule, key);
  const result: { matches: boolean; assumed?: "uid" } = { matches: (others && uid) !== rule.not };
  if (others && rule.uidRange !== null && key.uid === null) result.assumed = "uid";
  return result;
}

function fits(ns: Namespace, rule: Rule, key: RuleKey): boolean {
  if (rule.iif !== null && rule.iif !== key.iif) return false;
  // A rule with oif is tested only for sockets bound to that device; the lookup does not know its result yet.
  if (rule.oif !== null && rule.oif !== key.oif) return false;
  if (rule.mark !== null && ((rule.mark.value ^ key.mark) & rule.mark.mask) !== 0) return false;
  if (rule.l3mdev && vrfOfFlow(ns, key.iif, key.oif) === null) return false;
  if (!inPrefix(key.source, rule.from) || !inPrefix(key.destination, rule.to)) return false;
  if (!tosFits(rule.tos, key.tos)) return false;
  return rule.ipProtocol === null || protocolNumber(rule.ipProtocol) === key.ipProtocol;
}

// Null where only a part of the ports that the kernel chooses from is meant.
function portsFit({ hasPorts, sourcePorts, destinationPorts }: Rule, ports: FlowPorts | null): boolean | null {
  if (!hasPorts) return true;
  // A tunnel's id, or what has no ports.
  if (ports === null || (sourcePorts === null && destinationPorts === null)) return false;
  const [to, from] = [portFits(destinationPorts, ports.destination), portFits(sourcePorts, ports.source)];
  if (to === false || from === false) return false;
  return to === null || from === null ? null : true;
}

function portFits(range: PortRange | null, { start, end }: PortRange): boolean | null {
  if (range === null || (range.start <= start && range.end >= end)) return true;
  return range.end < start || range.start > end ? false : null;
}

// The kernel's own packets (input, ICMP replies) carry the uid of the namespace's owner: 0.
function uidFits(rule: Rule, key: RuleKey): boolean {
  if (rule.uidRange === null) return true;
  const uid = key.uid ?? 0;
  return uid >= rule.uidRange.start && uid <= rule.uidRange.end;
}

/** The VRF a flow belongs to (l3mdev_update_flow): that of the output device, else that of the input device. */
export function vrfOfFlow(ns: Namespace, iif: string, oif: string | null) {
  if (oif !== null) return vrfOf(ns, oif);
  return iif === "lo" ? null : vrfOf(ns, iif);
}

function protocolNumber(text: string): number {
  return ownValue(PROTOCOLS, text.toLowerCase()) ?? (/^\d+$/.test(text) ? Number(text) : -1);
}

/** Whether only the three rules of a fresh namespace are there: then local and main are one trie (fib_has_custom_rules is 0). */
export function hasOnlyDefaultRules(rules: readonly Rule[]): boolean {
  const known = plainLists.get(rules) ?? areDefault(rules);
  plainLists.set(rules, known);
  return known;
}

// Nobody changes a list in place, and every lookup asks.
const plainLists = new WeakMap<readonly Rule[], boolean>();

const DEFAULT_RULES = [
  [0, "local"],
  [32766, "main"],
  [32767, "default"],
] as const;

function areDefault(rules: readonly Rule[]): boolean {
  return (
    rules.length === DEFAULT_RULES.length &&
    DEFAULT_RULES.every(([priority, table], index) => {
      const rule = rules[index];
      return rule !== undefined && rule.priority === priority && leadsTo(rule, table) && isPlain(rule);
    })
  );
}

function leadsTo(rule: Rule, table: string): boolean {
  return rule.action.kind === "lookup" && tableName(rule.action.table) === table;
}

/** Whether a rule has no selector at all. */
export function isPlain(rule: Rule): boolean {
  return (
    !rule.not &&
    rule.from.length === 0 &&
    rule.to.length === 0 &&
    rule.iif === null &&
    rule.oif === null &&
    rule.mark === null &&
    rule.tos === 0 &&
    rule.uidRange === null &&
    rule.ipProtocol === null &&
    !rule.hasPorts &&
    !rule.l3mdev &&
    rule.suppressPrefixLength === null &&
    rule.suppressIfGroup === null &&
    rule.unread === undefined
  );
}

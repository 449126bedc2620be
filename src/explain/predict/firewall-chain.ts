// A firewall chain as the walk runs it: rules with matches that are true, false or not understood, and what they then do.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { NatChange } from "../../model/nft-ruleset.ts";

/** What rules can ask about a packet. */
export interface FilterPacket {
  readonly protocol: "icmp" | "arp";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly arpReply: boolean;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly ctState: "new" | "established" | "related" | "invalid" | null;
  readonly ttl: number;
  readonly length: number;
  readonly mark: number;
  /** Whether NAT has given its connection another address. */
  readonly translated: boolean;
  /** Whether it stands in a frame here: what this host makes gets its frame after the IP stack's hooks. */
  readonly framed: boolean;
  /** Of the frame; null where it is not known. */
  readonly sourceMac: Mac | null;
  readonly destinationMac: Mac | null;
  /** What an address is to the host (local, broadcast, multicast, unicast), or to one of its devices; undefined is unknown. */
  addressType(address: Ipv4, device: string | null): string | undefined;
}

/** True, false, or not understood. */
export type Match = boolean | null;
export type Action =
  | { readonly kind: "accept" }
  /** `invalid`: because connection tracking calls the packet so. */
  | { readonly kind: "drop"; readonly invalid: boolean }
  | { readonly kind: "return" }
  | { readonly kind: "continue" }
  | { readonly kind: "reject"; readonly code: number }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  /** Sets the packet's mark, and the rules go on. */
  | { readonly kind: "mark"; readonly value: number }
  | { readonly kind: "nat"; readonly change: NatChange }
  | { readonly kind: "unknown" };

export interface FilterRule {
  readonly line: StateLine;
  /** What it does with a packet; "continue" where it does not match or only counts. */
  decide(packet: FilterPacket): Action;
}

/** A chain that hangs on a hook, with the chains of its table that it may jump to. */
export interface BaseChain {
  readonly name: string;
  readonly source: "nft" | "iptables";
  /** A chain of type nat sees the first packet of a connection only. */
  readonly isNat: boolean;
  readonly priority: number;
  readonly policy: "accept" | "drop";
  /** The chain's own line, quoted where its policy decides. */
  readonly line: StateLine;
  readonly rules: readonly FilterRule[];
  readonly others: ReadonlyMap<string, readonly FilterRule[]>;
  /** It may see no packet here: older nft leaves out on which device a netdev chain hangs, and whether a table is dormant. */
  readonly perhapsIdle?: boolean;
  /** A changed mark makes the packet look for its route again (ip_route_me_harder). */
  readonly reroutes?: boolean;
}

/** The mark a packet leaves a chain with, and the rule that set it. */
export interface Marked {
  readonly value: number;
  readonly by: StateLine;
}

export type Ruling =
  | { readonly kind: "accept"; readonly marked: Marked | null }
  | { readonly kind: "drop"; readonly rule: StateLine | null; readonly invalid: boolean }
  | { readonly kind: "reject"; readonly rule: StateLine; readonly code: number }
  | { readonly kind: "nat"; readonly rule: StateLine; readonly change: NatChange }
  | { readonly kind: "unknown"; readonly line: StateLine };

/** Runs a packet through a base chain to its policy. */
export function runChain(chain: BaseChain, packet: FilterPacket): Ruling {
  const passing: Passing = { packet, marked: null };
  const ruling = runRules(chain, chain.rules, passing, 0) ?? policyOf(chain, passing);
  if (passing.marked !== null && (chain.reroutes || chain.perhapsIdle))
    return { kind: "unknown", line: passing.marked.by };
  if (!chain.perhapsIdle || ruling.kind === "accept" || ruling.kind === "unknown") return ruling;
  return { kind: "unknown", line: ruling.rule ?? chain.line };
}

interface Passing {
  packet: FilterPacket;
  marked: Marked | null;
}

function policyOf(chain: BaseChain, { marked }: Passing): Ruling {
  return chain.policy === "drop" ? { kind: "drop", rule: null, invalid: false } : { kind: "accept", marked };
}

function runRules(chain: BaseChain, rules: readonly FilterRule[], passing: Passing, depth: number): Ruling | null {
  for (const rule of rules) {
    const action = rule.decide(passing.packet);
    switch (action.kind) {
      case "continue":
        continue;
      case "mark":
        passing.marked = { value: action.value, by: rule.line };
        passing.packet = { ...passing.packet, mark: action.value };
        continue;
      case "unknown":
        return { kind: "unknown", line: rule.line };
      case "accept":
        return { kind: "accept", marked: passing.marked };
      case "drop":
        return { kind: "drop", rule: rule.line, invalid: action.invalid };
      case "reject":
        return { kind: "reject", rule: rule.line, code: action.code };
      case "nat":
        return { kind: "nat", rule: rule.line, change: action.change };
      case "return":
        return null;
      case "jump":
      case "goto": {
        const target = chain.others.get(action.chain);
        if (!target || depth > 16) return { kind: "unknown", line: rule.line };
        const inner = runRules(chain, target, passing, depth + 1);
        if (inner) return inner;
        if (action.kind === "goto") return null;
      }
    }
  }
  return null;
}

/** What a rule does whose matches hold, do not, or are not understood. One that only counts does no harm, whatever it matches. */
export function decided(matched: Match, action: Action): Action {
  if (matched === false || action.kind === "continue") return { kind: "continue" };
  return matched === null ? { kind: "unknown" } : action;
}

/** All matches of a rule together: one false decides, one unknown spoils. */
export function allOf(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes(null) ? null : true;
}

// A firewall chain as the walk runs it: rules with matches that are true, false or not understood, and what they then do.

import type { Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";

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
}

/** True, false, or not understood. */
export type Match = boolean | null;
export type Action =
  | { readonly kind: "accept" }
  | { readonly kind: "drop" }
  | { readonly kind: "return" }
  | { readonly kind: "continue" }
  | { readonly kind: "reject"; readonly code: number }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "unknown" };

export interface FilterRule {
  readonly line: StateLine;
  /** Whether one of its matches is `ct state invalid`. */
  readonly invalid: boolean;
  matches(packet: FilterPacket): Match;
  readonly action: Action;
}
/** A chain that hangs on a hook, with the chains of its table that it may jump to. */
export interface BaseChain {
  readonly name: string;
  readonly source: "nft" | "iptables";
  readonly priority: number;
  readonly policy: "accept" | "drop";
  /** The chain's own line, quoted where its policy decides. */
  readonly line: StateLine;
  readonly rules: readonly FilterRule[];
  readonly others: ReadonlyMap<string, readonly FilterRule[]>;
  /** Older nft leaves the device of a netdev chain out: it may hang on another interface. */
  readonly perhapsElsewhere?: boolean;
}

export type Ruling =
  | { readonly kind: "accept" }
  | { readonly kind: "drop"; readonly rule: StateLine | null; readonly invalid: boolean }
  | { readonly kind: "reject"; readonly rule: StateLine; readonly code: number }
  | { readonly kind: "unknown"; readonly line: StateLine };

/** Runs a packet through a base chain to its policy. */
export function runChain(chain: BaseChain, packet: FilterPacket): Ruling {
  const ruling = runRules(chain, chain.rules, packet, 0) ?? policyOf(chain);
  if (!chain.perhapsElsewhere || ruling.kind === "accept" || ruling.kind === "unknown") return ruling;
  return { kind: "unknown", line: ruling.rule ?? chain.line };
}

function policyOf(chain: BaseChain): Ruling {
  return chain.policy === "drop" ? { kind: "drop", rule: null, invalid: false } : { kind: "accept" };
}

function runRules(chain: BaseChain, rules: readonly FilterRule[], packet: FilterPacket, depth: number): Ruling | null {
  for (const rule of rules) {
    const matched = rule.matches(packet);
    if (matched === false) continue;
    const { action } = rule;
    // A rule that only counts or logs does no harm, whatever it matches.
    if (action.kind === "continue") continue;
    if (matched === null || action.kind === "unknown") return { kind: "unknown", line: rule.line };
    switch (action.kind) {
      case "accept":
        return { kind: "accept" };
      case "drop":
        return { kind: "drop", rule: rule.line, invalid: rule.invalid };
      case "reject":
        return { kind: "reject", rule: rule.line, code: action.code };
      case "return":
        return null;
      case "jump":
      case "goto": {
        const target = chain.others.get(action.chain);
        if (!target || depth > 16) return { kind: "unknown", line: rule.line };
        const inner = runRules(chain, target, packet, depth + 1);
        if (inner) return inner;
        if (action.kind === "goto") return null;
      }
    }
  }
  return null;
}

/** All matches of a rule together: one false decides, one unknown spoils. */
export function allOf(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes(null) ? null : true;
}

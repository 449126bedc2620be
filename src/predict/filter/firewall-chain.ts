// A firewall chain as the walk runs it: rules with matches that are true, false or not understood, and what they then do.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { HeaderChange, NatChange } from "../../model/nft-ruleset.ts";
import type { Outer, Segment } from "../message.ts";
import type { ReverseQuestion } from "./reverse-lookup.ts";

/** What rules can ask about a packet. */
export interface FilterPacket {
  readonly protocol: "icmp" | "arp";
  /** It is a tunnel's outer packet, which carries this instead of ICMP. */
  readonly outer: Outer | null;
  /** It is TCP or UDP instead of ICMP. */
  readonly segment: Segment | null;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly arpReply: boolean;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly ctState: "new" | "established" | "related" | "invalid" | "untracked" | null;
  /** What its state would be in another zone of connection tracking. */
  readonly ctStateIn?: (zone: number) => FilterPacket["ctState"];
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
  /** Which piece of a datagram that was cut, before it is put together again; null is the whole. */
  readonly piece: Piece | null;
  readonly length: number;
  readonly mark: number;
  /** Whether NAT has given its connection another address. */
  readonly translated: boolean;
  /** Of a connection with ports, which of its addresses; absent where that is not known. */
  readonly natStatus?: readonly ("snat" | "dnat")[];
  /** Whether it stands in a frame here: what this host makes gets its frame after the IP stack's hooks. */
  readonly framed: boolean;
  /** Of the frame; null where it is not known. */
  readonly sourceMac: Mac | null;
  readonly destinationMac: Mac | null;
  /** What an address is to the host (local, broadcast, multicast, unicast), or to one of its devices; undefined is unknown. */
  addressType(address: Ipv4, device: string | null): string | undefined;
  /** Whether an answer to its source would have a way; absent where it is no IP packet, undefined is unknown. */
  wayBack?(question: ReverseQuestion): boolean | undefined;
}

/** A fragment: its offset in bytes, and whether others follow. */
export interface Piece {
  readonly offset: number;
  readonly more: boolean;
}

/** True, false, or not understood. */
export type Match = boolean | null;
/** What a rule does. */
export type Action =
  | { readonly kind: "accept" }
  /** `invalid`: because connection tracking calls the packet so. */
  | { readonly kind: "drop"; readonly invalid: boolean }
  | { readonly kind: "return" }
  | { readonly kind: "continue" }
  /** With the code of ICMP destination unreachable, or with a TCP reset. */
  | { readonly kind: "reject"; readonly code: number | "tcp-reset" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  /** Sets the packet's mark, and the rules go on: of the old one the bits of `keep` stay, those of `flip` are turned. */
  | { readonly kind: "mark"; readonly keep: number; readonly flip: number }
  /** Changes its header, or takes it out of connection tracking, and the rules go on. */
  | { readonly kind: "alter"; readonly change: HeaderChange }
  | { readonly kind: "nat"; readonly change: NatChange }
  /** One of these, and nobody can tell which: a load balancer throws a coin. */
  | { readonly kind: "one-of"; readonly actions: readonly Action[] }
  /** Whether the rule holds nobody can tell; `would` is what it does if it does, null where that is not understood either. */
  | { readonly kind: "unknown"; readonly would: Exclude<Action, { kind: "unknown" }> | null };

/** A rule with its line. */
export interface FilterRule {
  readonly line: StateLine;
  /** What it does with a packet; "continue" where it does not match or only counts. */
  decide(packet: FilterPacket): Action;
}

/** A chain that hangs on a hook, with the chains of its table that it may jump to. */
export interface BaseChain {
  readonly name: string;
  readonly source: "nft" | "iptables" | "arptables";
  /** Of iptables-legacy, beside iptables-nft, whose name is plain `iptables`. */
  readonly tool?: "iptables-legacy";
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

/** What rules have changed of a packet. */
export type Altered = Partial<Pick<FilterPacket, "ttl" | "tos">> & {
  readonly untracked?: true;
  /** The zone of connection tracking that it was put into. */
  readonly zone?: number;
  /** The last rule that did. */
  readonly by: StateLine;
};

/** How a chain ends for a packet. */
export type Ruling =
  | { readonly kind: "accept"; readonly marked: Marked | null; readonly altered: Altered | null }
  | { readonly kind: "drop"; readonly rule: StateLine | null; readonly invalid: boolean }
  | { readonly kind: "reject"; readonly rule: StateLine; readonly code: number | "tcp-reset" }
  | { readonly kind: "nat"; readonly rule: StateLine; readonly change: NatChange }
  | { readonly kind: "unknown"; readonly line: StateLine };

/** One way a chain may end for a packet; `doubt` is the rule of which nobody can tell whether it holds, where one leads here. */
export interface PossibleRuling {
  readonly ruling: Ruling;
  readonly doubt: StateLine | null;
  /** Of a datagram in pieces, all but the first end so; that one goes on, to be waited beside in vain. */
  readonly later?: true;
}

/** Runs a packet through a base chain to its policy: every way it may end, those first that need no doubtful rule to hold. */
export function runChain(chain: BaseChain, packet: FilterPacket): readonly [PossibleRuling, ...PossibleRuling[]] {
  const { ended, live } = runRules(chain, chain.rules, [{ packet, marked: null, altered: null, doubt: null }], 0);
  const byPolicy = live.map((one): PossibleRuling => ({ ruling: policyOf(chain, one), doubt: one.doubt }));
  // Where no rule is in doubt there is one way; the sort is stable, so that otherwise the rules' order stays.
  const all = [...ended, ...byPolicy].map((one) => ({ ...one, ruling: asSeen(chain, one.ruling) }));
  const distinct = all.filter((one, at) => all.findIndex((other) => isSame(other.ruling, one.ruling)) === at);
  return distinct.sort((a, b) => doubtOf(a) - doubtOf(b)) as [PossibleRuling, ...PossibleRuling[]];
}

function doubtOf({ ruling, doubt }: PossibleRuling): number {
  return ruling.kind === "accept" ? 0 : doubt === null ? 1 : 2;
}

function isSame(a: Ruling, b: Ruling): boolean {
  if (a.kind === "accept") return b.kind === "accept" && isSameMark(a, b);
  if (b.kind === "accept" || a.kind !== b.kind || lineOf(a)?.line !== lineOf(b)?.line) return false;
  return a.kind !== "nat" || b.kind !== "nat" || JSON.stringify(a.change) === JSON.stringify(b.change);
}

function lineOf(ruling: Exclude<Ruling, { kind: "accept" }>): StateLine | null {
  return ruling.kind === "unknown" ? ruling.line : ruling.rule;
}

// A chain that may see no packet here decides nothing for sure.
function asSeen(chain: BaseChain, ruling: Ruling): Ruling {
  if (!chain.perhapsIdle || ruling.kind === "unknown") return ruling;
  if (ruling.kind !== "accept") return { kind: "unknown", line: ruling.rule ?? chain.line };
  const changed = ruling.marked ?? ruling.altered;
  return changed === null ? ruling : { kind: "unknown", line: changed.by };
}

/** A packet under way through the rules. */
interface Live {
  readonly packet: FilterPacket;
  readonly marked: Marked | null;
  readonly altered: Altered | null;
  readonly doubt: StateLine | null;
}

interface RulesRun {
  readonly ended: readonly PossibleRuling[];
  /** What comes out at the end of the rules. */
  readonly live: readonly Live[];
}

function policyOf(chain: BaseChain, { marked, altered }: Live): Ruling {
  return chain.policy === "drop" ? { kind: "drop", rule: null, invalid: false } : { kind: "accept", marked, altered };
}

const DEEPEST_JUMP = 16;

function runRules(chain: BaseChain, rules: readonly FilterRule[], start: readonly Live[], depth: number): RulesRun {
  const ended: PossibleRuling[] = [];
  const out: Live[] = [];
  let live = start;
  for (const rule of rules) {
    const next: Live[] = [];
    for (const one of live) {
      const action = rule.decide(one.packet);
      if (action.kind === "unknown" && action.would !== null) {
        next.push(one);
        const run = runAction(chain, rule, action.would, { ...one, doubt: one.doubt ?? rule.line }, depth);
        ended.push(...run.ended);
        next.push(...run.live);
        out.push(...run.out);
        continue;
      }
      const run = runAction(chain, rule, action, one, depth);
      ended.push(...run.ended);
      next.push(...run.live);
      out.push(...run.out);
    }
    live = distinctLives(next);
    if (live.length === 0) break;
  }
  return { ended, live: distinctLives([...live, ...out]) };
}

// Two that carry the same mark and header meet the same rules from here on.
function distinctLives(lives: readonly Live[]): Live[] {
  return lives.filter(
    (one, at) => lives.findIndex((other) => other.packet.mark === one.packet.mark && isSameMark(other, one)) === at,
  );
}

function isSameMark(a: Pick<Live, "marked" | "altered">, b: Pick<Live, "marked" | "altered">): boolean {
  const [one, other] = [a.altered, b.altered];
  return (
    a.marked?.value === b.marked?.value &&
    one?.ttl === other?.ttl &&
    one?.tos === other?.tos &&
    one?.untracked === other?.untracked &&
    one?.zone === other?.zone
  );
}

/** What goes on after a rule, what has ended, and what has left these rules (return, or a goto that came to its end). */
interface ActionRun extends RulesRun {
  readonly out: readonly Live[];
}

function runAction(chain: BaseChain, rule: FilterRule, action: Action, one: Live, depth: number): ActionRun {
  const { line } = rule;
  const ends = (ruling: Ruling): ActionRun => ({ ended: [{ ruling, doubt: one.doubt }], live: [], out: [] });
  switch (action.kind) {
    case "continue":
      return { ended: [], live: [one], out: [] };
    case "mark": {
      const mark = ((one.packet.mark & action.keep) ^ action.flip) >>> 0;
      return {
        ended: [],
        live: [{ ...one, marked: { value: mark, by: line }, packet: { ...one.packet, mark } }],
        out: [],
      };
    }
    case "alter":
      return { ended: [], live: [altered(one, action.change, line)], out: [] };
    case "unknown":
      return ends({ kind: "unknown", line });
    case "accept":
      return ends({ kind: "accept", marked: one.marked, altered: one.altered });
    case "drop":
      return ends({ kind: "drop", rule: line, invalid: action.invalid });
    case "reject":
      return ends({ kind: "reject", rule: line, code: action.code });
    case "nat":
      return ends({ kind: "nat", rule: line, change: action.change });
    case "one-of": {
      const doubted = { ...one, doubt: one.doubt ?? line };
      const runs = action.actions.map((may) => runAction(chain, rule, may, doubted, depth));
      return {
        ended: runs.flatMap(({ ended }) => ended),
        live: runs.flatMap(({ live }) => live),
        out: runs.flatMap(({ out }) => out),
      };
    }
    case "return":
      return { ended: [], live: [], out: [one] };
    case "jump":
    case "goto": {
      const target = chain.others.get(action.chain);
      if (!target || depth > DEEPEST_JUMP) return ends({ kind: "unknown", line });
      const { ended, live } = runRules(chain, target, [one], depth + 1);
      return action.kind === "goto" ? { ended, live: [], out: live } : { ended, live, out: [] };
    }
  }
}

function altered(one: Live, change: HeaderChange, by: StateLine): Live {
  const { packet } = one;
  switch (change.kind) {
    case "ttl": {
      const ttl = change.how === "set" ? change.value : packet.ttl + (change.how === "inc" ? 1 : -1) * change.value;
      const kept = Math.min(255, Math.max(0, ttl));
      return { ...one, packet: { ...packet, ttl: kept }, altered: { ...one.altered, ttl: kept, by } };
    }
    case "tos": {
      const tos = (packet.tos & change.keep) ^ change.flip;
      return { ...one, packet: { ...packet, tos }, altered: { ...one.altered, tos, by } };
    }
    case "notrack":
      return { ...one, packet: { ...packet, ctState: "untracked" }, altered: { ...one.altered, untracked: true, by } };
    case "zone":
      return { ...one, altered: { ...one.altered, zone: change.zone, by } };
  }
}

/** What a rule does whose matches hold, do not, or are not understood. One that only counts does no harm, whatever it matches. */
export function decided(matched: Match, action: Action): Action {
  if (matched === false || action.kind === "continue") return { kind: "continue" };
  return matched === null ? doubtful(action) : action;
}

/** The action of a rule of which nobody can tell whether it holds. */
export function doubtful(action: Action): Action {
  return action.kind === "unknown" || action.kind === "continue" ? action : { kind: "unknown", would: action };
}

/** All matches of a rule together: one false decides, one unknown spoils. */
export function allOf(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes(null) ? null : true;
}

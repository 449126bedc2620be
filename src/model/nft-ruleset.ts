// nftables as both its forms tell it, `nft list ruleset` and `nft -j list ruleset`: chains on hooks, rules as statements, sets.

import type { Ipv4 } from "./address.ts";

/** Everything that is loaded, of all families. */
export interface NftRuleset {
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
}

export interface NftChain {
  /** ip, ip6, inet, arp, bridge or netdev. */
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Null for a chain that is only jumped to, and for all chains of a table that sleeps (`flags dormant`). */
  readonly hook: NftHook | null;
  readonly rules: readonly NftRule[];
  /** As a person would quote its head: `chain inet filter input { type filter hook input priority 0; policy drop; }`. */
  readonly line: string;
}

/** Where a base chain hangs. */
export interface NftHook {
  /** filter, nat or route. */
  readonly type: string;
  readonly hook: string;
  /** Devices of an ingress or egress chain; null where the listing leaves them out, as `nft -j` before 1.0.7 does. */
  readonly devices: readonly string[] | null;
  readonly priority: number;
  readonly policy: "accept" | "drop";
  /** It may see no packet: its table may be dormant, or nobody showed where it hangs and its name alone says so. */
  readonly perhapsIdle?: true;
}

export interface NftRule {
  readonly handle: number | null;
  /** In their order, which is the order in which the kernel runs them. */
  readonly statements: readonly NftStatement[];
  /** `inet filter input icmp type echo-request counter packets 3 bytes 252 drop`. */
  readonly line: string;
}

export type NftStatement =
  | { readonly kind: "match"; readonly field: NftField; readonly operator: NftOperator; readonly value: NftValue }
  | { readonly kind: "verdict"; readonly verdict: NftVerdict }
  /** What a map holds for the packet's field decides. */
  | { readonly kind: "vmap"; readonly field: NftField; readonly map: NftMap }
  | { readonly kind: "counter"; readonly packets: number | null }
  /** Tells or remembers something and does nothing to the packet: log, `ct mark set`, `add @set`. */
  | { readonly kind: "note" }
  /** Holds for some packets, and nobody here can tell for which: limit, quota, a match that is not understood. */
  | { readonly kind: "perhaps" }
  | { readonly kind: "nat"; readonly change: NatChange }
  /** `meta mark set 0x1` */
  | { readonly kind: "mark"; readonly value: number }
  /** Changes the packet or takes it elsewhere: a NAT to one of several addresses, queue, what is not understood. */
  | { readonly kind: "change" };

/** What a NAT rule gives a new connection. */
export type NatChange =
  | { readonly kind: "snat" | "dnat"; readonly address: Ipv4 }
  /** The address of the interface it leaves by, or came in by. */
  | { readonly kind: "masquerade" | "redirect" };

export type NftOperator = "==" | "!=" | "<" | ">" | "<=" | ">=";

/** What of a packet is asked: `ip saddr`, `iifname`, `ct state`; several in a concatenation; `?` is not understood. */
export interface NftField {
  readonly names: readonly string[];
  /** `meta mark & 0xff`: in decimal, null where there is none. */
  readonly mask: string | null;
}

export type NftValue =
  /** An address, a name, or a number in decimal. */
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "prefix"; readonly address: string; readonly length: number }
  | { readonly kind: "range"; readonly low: string; readonly high: string }
  /** `established,related`: any of these bits. */
  | { readonly kind: "flags"; readonly words: readonly string[] }
  | { readonly kind: "set"; readonly elements: readonly NftValue[] }
  | { readonly kind: "named"; readonly set: string }
  | { readonly kind: "concat"; readonly parts: readonly NftValue[] }
  | { readonly kind: "unknown" };

export type NftVerdict =
  | { readonly kind: "accept" | "drop" | "return" | "continue" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  /** With the code of the ICMP destination unreachable that it sends; null where that is not understood. */
  | { readonly kind: "reject"; readonly code: number | "of another protocol" | null };

/** Entries of a verdict map, or the name of one. */
export type NftMap =
  | { readonly kind: "named"; readonly set: string }
  | { readonly kind: "entries"; readonly entries: readonly NftEntry[] };

export interface NftEntry {
  readonly key: NftValue;
  /** Null where the map holds something that is no verdict. */
  readonly verdict: NftVerdict | null;
}

/** A named set or map. */
export interface NftSet {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of a set, the verdict of each element is null. */
  readonly entries: readonly NftEntry[];
}

// nftables as both its forms tell it, `nft list ruleset` and `nft -j list ruleset`: chains on hooks, rules as statements, sets.

import type { Ipv4 } from "./address.ts";
import type { PortRange } from "./port-range.ts";

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
  /** Any of its entries decides: a number that is made up or a hash chooses one (`numgen random mod 2 vmap …`). */
  | { readonly kind: "one-of"; readonly map: NftMap; readonly nat: "snat" | "dnat" | null }
  | { readonly kind: "counter"; readonly packets: number | null }
  /** Tells or remembers something and does nothing to the packet: log, `ct mark set`, `add @set`. */
  | { readonly kind: "note" }
  /** Holds for some packets, and nobody here can tell for which: limit, quota, a match that is not understood. */
  | { readonly kind: "perhaps" }
  | { readonly kind: "nat"; readonly change: NatChange }
  /** The address that a map holds for the packet's field: `dnat to ip daddr map @m`. */
  | { readonly kind: "nat-map"; readonly nat: "snat" | "dnat"; readonly field: NftField; readonly map: NftMap }
  /** `meta mark set meta mark | 0x1`: of the old mark the bits of `keep` stay, those of `flip` are turned. */
  | { readonly kind: "mark"; readonly keep: number; readonly flip: number }
  | { readonly kind: "alter"; readonly change: HeaderChange }
  /** To a program that listens; dropped where none does. */
  | { readonly kind: "queue" }
  /** Changes the packet or takes it elsewhere: a NAT to one of several addresses, queue, what is not understood. */
  | { readonly kind: "change" };

/** What a rule changes of the packet itself: `ip ttl set 1`, `ip dscp set ef`, `notrack`, `ct zone set 5`. */
export type HeaderChange =
  | { readonly kind: "ttl"; readonly how: "set" | "inc" | "dec"; readonly value: number }
  /** Of the type of service the bits of `keep` stay, those of `flip` are turned. */
  | { readonly kind: "tos"; readonly keep: number; readonly flip: number }
  | { readonly kind: "notrack" }
  /** The zone of connection tracking in which its connection is looked for. */
  | { readonly kind: "zone"; readonly zone: number };

/** What a NAT rule gives a new connection. */
export type NatChange =
  /** Without an address, the port alone. */
  | { readonly kind: "snat" | "dnat"; readonly address: Ipv4 | null; readonly port?: PortRange }
  /** One of these, by a hash of the addresses; `persistent`: of the source alone. */
  | {
      readonly kind: "snat" | "dnat";
      readonly address: Ipv4;
      readonly last: Ipv4;
      readonly persistent: boolean;
      readonly port?: PortRange;
    }
  /** The address of the interface it leaves by, or came in by. */
  | { readonly kind: "masquerade" | "redirect"; readonly port?: PortRange };

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
  | { readonly kind: "reject"; readonly code: number | "tcp-reset" | "of another protocol" | null };

/** Entries of a verdict map, or the name of one. */
export type NftMap =
  | { readonly kind: "named"; readonly set: string }
  | { readonly kind: "entries"; readonly entries: readonly NftEntry[] };

export interface NftEntry {
  readonly key: NftValue;
  /** Null where the map holds something that is no verdict. */
  readonly verdict: NftVerdict | null;
  /** What a map of addresses holds. */
  readonly address?: Ipv4;
}

/** A named set or map. */
export interface NftSet {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of a set, the verdict of each element is null. */
  readonly entries: readonly NftEntry[];
  /** Rules put elements in (`flags dynamic`), or elements expire: the listing is that of a moment. */
  readonly changes?: true;
}

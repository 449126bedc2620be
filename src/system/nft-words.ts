// Words of nftables that its two forms print differently, or as a number in one and as a name in the other.

import { UNREACHABLE_CODES } from "../model/icmp-names.ts";
import type { NftOperator, NftValue, NftVerdict } from "../model/nft-ruleset.ts";
import { ownValue } from "../model/own-value.ts";

/** Numbers in decimal, whatever base they were printed in; everything else as it is. */
export function canonicalWord(word: string): string {
  if (!/^(?:0x[0-9a-f]{1,16}|\d{1,18})$/i.test(word)) return word;
  return String(BigInt(word));
}

/** One value that stands alone: an address, a prefix, a range, `established,related`, a name or a number. */
export function parseValue(text: string): NftValue {
  const prefix = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(text);
  if (prefix) return { kind: "prefix", address: prefix[1] as string, length: Number(prefix[2]) };
  const range = /^([\d.]+|0x[\da-f]+|[\da-f]*:[\da-f:.]*)-([\d.]+|0x[\da-f]+|[\da-f]*:[\da-f:.]*)$/i.exec(text);
  if (range) return { kind: "range", low: canonicalWord(range[1] as string), high: canonicalWord(range[2] as string) };
  if (text.includes(",")) return { kind: "flags", words: text.split(",").map(canonicalWord) };
  if (/[{}@$]/.test(text)) return { kind: "unknown" };
  return { kind: "word", word: canonicalWord(text) };
}

/** `==` and its kin, also as iptables' translations spell them (`ip ttl lt 5`); null for any other word. */
export function operatorOf(word: string): NftOperator | null {
  const spelled: Readonly<Record<string, NftOperator>> = {
    eq: "==",
    ne: "!=",
    neq: "!=",
    lt: "<",
    gt: ">",
    le: "<=",
    ge: ">=",
    in: "==",
  };
  if (Object.hasOwn(spelled, word)) return ownValue(spelled, word) as NftOperator;
  return ["==", "!=", "<", ">", "<=", ">="].includes(word) ? (word as NftOperator) : null;
}

// Named in nft's datatypes icmp_code and icmpx_code.
const REJECT_CODES: Readonly<Record<string, number>> = { ...UNREACHABLE_CODES, "no-route": 0 };

// enum nft_reject_inet_code: icmpx counts on its own.
const ICMPX_CODES: Readonly<Record<string, number>> = { 0: 0, 1: 3, 2: 1, 3: 13 };

/** What `reject with TYPE CODE` sends; without a code, port unreachable (nft's default). */
export function rejectVerdict(type: string | null, code: string | null): NftVerdict {
  // Its family or protocol is an unwritten match of the rule: `reject with tcp reset`, `reject with icmpv6 no-route`.
  if (type === "tcp reset" || (type === "tcp" && code === "reset")) return { kind: "reject", code: "tcp-reset" };
  if (type !== null && !/^icmpx?$/.test(type)) return { kind: "reject", code: "of another protocol" };
  if (code === null) return { kind: "reject", code: 3 };
  const named = ownValue(REJECT_CODES, code);
  if (named !== undefined) return { kind: "reject", code: named };
  if (!/^\d{1,2}$/.test(code)) return { kind: "reject", code: null };
  return { kind: "reject", code: type === "icmpx" ? (ownValue(ICMPX_CODES, code) ?? null) : Number(code) };
}

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};
// NF_BR_PRI_*: the bridge family counts differently.
const BRIDGE_PRIORITIES: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

/** `filter - 5`, `dstnat`, `-100` as a number; null where no such name is known. */
export function priorityOf(family: string, text: string): number | null {
  const match = /^(-?\d{1,10})$|^([a-z]+)(?:\s*([+-])\s*(\d{1,10}))?$/.exec(text.trim());
  if (!match) return null;
  if (match[1] !== undefined) return Number(match[1]);
  const name = match[2] as string;
  const names = family === "bridge" ? BRIDGE_PRIORITIES : PRIORITIES;
  if (!Object.hasOwn(names, name)) return null;
  const offset = Number(match[4] ?? 0) * (match[3] === "-" ? -1 : 1);
  return (ownValue(names, name) as number) + offset;
}

/** The head of a chain as a person would quote it. */
export function chainLine(
  head: { readonly family: string; readonly table: string; readonly name: string },
  hook: { readonly type: string; readonly hook: string; readonly priority: number; readonly policy: string } | null,
): string {
  const named = `chain ${head.family} ${head.table} ${head.name}`;
  return hook === null
    ? named
    : `${named} { type ${hook.type} hook ${hook.hook} priority ${hook.priority}; policy ${hook.policy}; }`;
}

/** nft's datatype dscp (RFC 2474, 2597, 3246). */
export const DSCP_CLASSES: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Array.from({ length: 8 }, (_, k) => [`cs${k}`, k << 3])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((d) => [`af${c}${d}`, (c << 3) | (d << 1)]))),
  be: 0,
  df: 0,
  lephb: 1,
  va: 44,
  ef: 46,
};
/** Names of the two bits of congestion notification. */
export const ECN: Readonly<Record<string, number>> = { "not-ect": 0, ect1: 1, ect0: 2, ce: 3 };

/** The value of a DSCP that has a name; undefined where it has none. */
export function dscpNamed(name: string): number | undefined {
  return ownValue(DSCP_CLASSES, name.toLowerCase());
}

// Whether what an nft rule asks holds for a packet: true, false, or not understood.

import { type Ipv4, inPrefix, parseIpv4, parseMac } from "../../model/address.ts";
import type { NftEntry, NftField, NftOperator, NftSet, NftStatement, NftValue } from "../../model/nft-ruleset.ts";
import { ownValue } from "../../model/own-value.ts";
import { allOf, type FilterPacket, type Match } from "./firewall-chain.ts";
import { type Actual, fieldOf } from "./firewall-nft-field.ts";
import { portNumber } from "./port-name.ts";

type MatchStatement = Extract<NftStatement, { kind: "match" }>;
type MapStatement = Extract<NftStatement, { kind: "vmap" | "nat-map" }>;

/** Whether a match holds. A field that the packet does not have fails it, also behind `!=`. */
export function matchOf(
  { field, operator, value }: MatchStatement,
  packet: FilterPacket,
  sets: readonly NftSet[],
): Match {
  const actual = contentOf(field, packet);
  if (actual === undefined) return false;
  if (actual === null) return null;
  if (operator === "==") return holds(actual, value, sets);
  if (operator !== "!=") return actual.length === 1 ? compare(operator, actual[0] as Actual, value) : null;
  // `ct state != established,related` means neither in some versions of nft, and holds always in others.
  if (value.kind === "flags") return null;
  const equal = holds(actual, value, sets);
  return equal === null ? null : !equal;
}

/** The entry of a map for this packet; undefined where it has none, null where that is not understood. */
export function entryFor(
  { field, map }: MapStatement,
  packet: FilterPacket,
  sets: readonly NftSet[],
): NftEntry | null | undefined {
  const actual = contentOf(field, packet);
  if (!actual) return actual;
  const entries = map.kind === "entries" ? map.entries : (sets.find((set) => set.name === map.set)?.entries ?? null);
  if (entries === null) return null;
  let unsure = false;
  let otherwise: NftEntry | undefined;
  for (const entry of entries) {
    // The element `*` is for what no other one holds.
    if (isCatchall(entry.key)) {
      otherwise = entry;
      continue;
    }
    const held = holds(actual, entry.key, sets);
    if (held) return unsure ? null : entry;
    if (held === null) unsure = true;
  }
  return unsure ? null : otherwise;
}

function isCatchall(key: NftValue): boolean {
  return key.kind === "word" && key.word === "*";
}

function contentOf({ names, mask }: NftField, packet: FilterPacket): Actual[] | null | undefined {
  const all = names.map((name) => fieldOf(name, packet));
  if (all.includes(undefined)) return undefined;
  const known = all.filter((one) => one !== null && one !== undefined);
  if (known.length < all.length) return null;
  const [only] = known;
  if (mask === null) return known;
  const masked = known.length === 1 && only ? withMask(only, mask) : null;
  return masked === null ? null : [masked];
}

function withMask(actual: Actual, mask: string): Actual | null {
  if (actual.kind === "address") {
    const bits = parseIpv4(mask);
    return bits === null ? null : { kind: "address", address: ((actual.address & bits) >>> 0) as Ipv4 };
  }
  if (actual.kind === "flags") {
    const kept = flagsOf(mask.split(","));
    return kept === null
      ? null
      : { kind: "flags", set: actual.set.filter((flag) => kept.includes(flag)), masked: true };
  }
  const bits = /^\d+$/.test(mask) ? Number(mask) : null;
  if (actual.kind !== "number" || bits === null || bits > 0xffffffff) return null;
  return { kind: "number", number: (actual.number & bits) >>> 0, names: {} };
}

function holds(actual: readonly Actual[], value: NftValue, sets: readonly NftSet[]): Match {
  switch (value.kind) {
    case "set":
      return anyOf(actual, value.elements, sets);
    case "named": {
      const set = sets.find((one) => one.name === value.set);
      if (!set) return null;
      const keys = set.entries.map(({ key }) => key);
      const listed = anyOf(actual, keys, sets);
      // By the time the packet comes a rule may have put it there.
      return set.changes && listed === false ? null : listed;
    }
    case "concat":
      if (value.parts.length !== actual.length) return null;
      return allOf(value.parts.map((part, index) => holds([actual[index] as Actual], part, sets)));
    default:
      if (isCatchall(value)) return true;
      return actual.length === 1 ? one(actual[0] as Actual, value) : null;
  }
}

function anyOf(actual: readonly Actual[], list: readonly NftValue[], sets: readonly NftSet[]): Match {
  const results = list.map((item) => holds(actual, item, sets));
  if (results.includes(true)) return true;
  return results.includes(null) ? null : false;
}

const FLAGS: Readonly<Record<string, number>> = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 };

// Names, or the number that they make; null where one is not known.
function flagsOf(words: readonly string[]): string[] | null {
  const names = Object.keys(FLAGS);
  const flags = words.map((word) =>
    /^\d+$/.test(word)
      ? names.filter((name) => (Number(word) & (ownValue(FLAGS, name) ?? 0)) !== 0)
      : names.filter((name) => name === word),
  );
  return flags.some((list, at) => list.length === 0 && words[at] !== "0") ? null : flags.flat();
}

// Behind a mask exactly these; without one, nft's short form asks for any of them, `==` for exactly these.
function sameFlags({ set, masked }: Extract<Actual, { kind: "flags" }>, words: readonly string[]): Match {
  const wanted = flagsOf(words);
  if (wanted === null) return null;
  const exactly = set.length === wanted.length && set.every((flag) => wanted.includes(flag));
  const any = set.some((flag) => wanted.includes(flag));
  return masked || exactly === any ? exactly : null;
}

// nft prints `missing` where no way is asked for, in some forms as 0; which device it is, is not compared here.
function wayMatches(exists: boolean, value: NftValue): Match {
  if (value.kind !== "word") return null;
  if (value.word === "exists") return exists;
  return value.word === "missing" || value.word === "0" ? !exists : null;
}

function one(actual: Actual, value: NftValue): Match {
  if (actual.kind === "flags")
    return value.kind === "word"
      ? sameFlags(actual, [value.word])
      : value.kind === "flags"
        ? sameFlags(actual, value.words)
        : null;
  if (actual.kind === "port") return portMatches(actual, value);
  if (actual.kind === "way") return wayMatches(actual.exists, value);
  switch (value.kind) {
    case "word":
      return same(actual, value.word);
    case "flags":
      return anyOf(
        [actual],
        value.words.map((word) => ({ kind: "word", word })),
        [],
      );
    case "prefix": {
      const address = parseIpv4(value.address);
      if (actual.kind !== "address" || address === null || value.length > 32) return null;
      return inPrefix(actual.address, { address, length: value.length });
    }
    case "range": {
      const [at, low, high] = [orderOf(actual), orderIn(actual, value.low), orderIn(actual, value.high)];
      return at === null || low === null || high === null ? null : low <= at && at <= high;
    }
    default:
      return null;
  }
}

function portMatches({ low, high }: Extract<Actual, { kind: "port" }>, value: NftValue): Match {
  if (value.kind !== "word" && value.kind !== "range") return null;
  const [first, last] = value.kind === "word" ? [value.word, value.word] : [value.low, value.high];
  const [start, end] = [portNumber(first), portNumber(last)];
  if (start === null || end === null) return null;
  if (low >= start && high <= end) return true;
  return high < start || low > end ? false : null;
}

function same(actual: Actual, word: string): Match {
  switch (actual.kind) {
    case "interface":
      // By its number, where nft did not find the name: which one that is, the rule does not tell.
      if (/^\d+$/.test(word)) return null;
      return word.endsWith("*") ? actual.name.startsWith(word.slice(0, -1)) : actual.name === word;
    case "mac": {
      const mac = parseMac(word);
      return mac === null ? null : mac === actual.mac;
    }
    case "name":
      return /^\d+$/.test(word) ? Number(word) === actual.number : actual.name === word;
    case "nat-status":
      return actual.set.includes(word) ? true : word === "snat" || word === "dnat" ? false : null;
    case "none-of":
      return actual.names.includes(word) ? false : null;
    default: {
      const wanted = orderIn(actual, word);
      return wanted === null ? null : wanted === orderOf(actual);
    }
  }
}

function compare(operator: Exclude<NftOperator, "==" | "!=">, actual: Actual, value: NftValue): Match {
  if (actual.kind === "port") return comparePort(operator, actual, value);
  const [at, wanted] = [orderOf(actual), value.kind === "word" ? orderIn(actual, value.word) : null];
  if (at === null || wanted === null) return null;
  return operator === "<"
    ? at < wanted
    : operator === ">"
      ? at > wanted
      : operator === "<="
        ? at <= wanted
        : at >= wanted;
}

function comparePort(
  operator: "<" | ">" | "<=" | ">=",
  { low, high }: Extract<Actual, { kind: "port" }>,
  value: NftValue,
): Match {
  const wanted = value.kind === "word" ? portNumber(value.word) : null;
  if (wanted === null) return null;
  const fits = (port: number): boolean =>
    operator === "<"
      ? port < wanted
      : operator === ">"
        ? port > wanted
        : operator === "<="
          ? port <= wanted
          : port >= wanted;
  return fits(low) === fits(high) ? fits(low) : null;
}

function orderOf(actual: Actual): number | null {
  return actual.kind === "address" ? actual.address : actual.kind === "number" ? actual.number : null;
}

function orderIn(actual: Actual, word: string): number | null {
  if (actual.kind === "address") return parseIpv4(word);
  if (actual.kind !== "number") return null;
  if (/^\d+$/.test(word)) return Number(word);
  return Object.hasOwn(actual.names, word) ? (ownValue(actual.names, word) as number) : null;
}

// A rule of `nft -j`: each expression as the statement it is.

import { parseIpv4 } from "../../model/address.ts";
import type {
  HeaderChange,
  NftEntry,
  NftField,
  NftMap,
  NftStatement,
  NftValue,
  NftVerdict,
} from "../../model/nft-ruleset.ts";
import type { PortRange } from "../../model/port-range.ts";
import { canonicalWord, dscpNamed, operatorOf, rejectVerdict } from "../nft-words.ts";
import { type Fields, isFields, listField, nameField, numberField, textField } from "./shape.ts";

const UNKNOWN_FIELD: NftField = { names: ["?"], mask: null };

/** The statements in their order; what is not understood may match, or may do anything. */
export function parseNftStatements(expressions: readonly Fields[]): NftStatement[] {
  return expressions.filter((expression) => !isRemark(expression)).map(statementOf);
}

function isRemark({ xt }: Fields): boolean {
  return isFields(xt) && xt.type === "match" && xt.name === "comment";
}

/** A map's element, `[key, verdict]`. */
export function parseNftEntry(element: unknown): NftEntry {
  if (!Array.isArray(element)) return { key: { kind: "unknown" }, verdict: null };
  const [key, verdict] = element;
  const address = typeof verdict === "string" ? parseIpv4(verdict) : null;
  return {
    key: nftValueOf(key),
    verdict: isFields(verdict) ? verdictOf(verdict) : null,
    ...(address === null ? {} : { address }),
  };
}

// What a rule tells or remembers without touching the packet.
const NOTES = new Set(["log", "last", "ct helper", "ct timeout", "ct expectation", "flow"]);
const MATCHES = new Set(["limit", "quota", "ct count", "meter", "connlimit"]);

function statementOf(expression: Fields): NftStatement {
  const { match, vmap, counter, mangle, set, xt } = expression;
  if (isFields(match)) {
    const operator = operatorOf(String(match.op));
    if (operator === null) return { kind: "perhaps" };
    return { kind: "match", field: fieldOf(match.left), operator, value: nftValueOf(match.right) };
  }
  const verdict = verdictOf(expression);
  if (verdict !== null) return { kind: "verdict", verdict };
  if (isFields(vmap))
    return isMadeUp(vmap.key)
      ? { kind: "one-of", map: mapOf(vmap.data), nat: null }
      : { kind: "vmap", field: fieldOf(vmap.key), map: mapOf(vmap.data) };
  if (counter !== undefined)
    return { kind: "counter", packets: isFields(counter) ? numberField(counter, "packets") : null };
  if (isFields(mangle)) return settingOf(fieldOf(mangle.key), mangle.value);
  // Elements that carry a limit of their own let the rule go on only within it.
  if (isFields(set)) return { kind: listField(set, "stmt").some((one) => !("counter" in one)) ? "perhaps" : "note" };
  if (isFields(xt)) return extensionOf(textField(xt, "type"), textField(xt, "name"));
  if ("notrack" in expression) return { kind: "alter", change: { kind: "notrack" } };
  // nf_queue: dropped where no program listens.
  if ("queue" in expression) return { kind: JSON.stringify(expression.queue).includes("bypass") ? "change" : "queue" };
  const nat = natOf(expression);
  if (nat !== null) return nat;
  const [key = ""] = Object.keys(expression);
  return { kind: NOTES.has(key) ? "note" : MATCHES.has(key) ? "perhaps" : "change" };
}

/** What setting a field of the packet to a value amounts to. */
export function settingOf(field: NftField, value: unknown): NftStatement {
  const [name = ""] = field.names;
  if (/^ct (original |reply )?zone$/.test(name))
    return name === "ct zone" && typeof value === "number"
      ? { kind: "alter", change: { kind: "zone", zone: value } }
      : { kind: "change" };
  if (isOnlyNoted(field)) return { kind: "note" };
  const altered = headerSetting(field, value);
  if (altered !== null) return { kind: "alter", change: altered };
  const isMark = field.names.length === 1 && field.names[0] === "meta mark" && field.mask === null;
  const bits = isMark ? markBits(value) : null;
  return bits === null ? { kind: "change" } : { kind: "mark", ...bits };
}

const ALL_BITS = 0xffffffff;

// A number, the mark itself, or what `&`, `|` and `^` make of them; null where something else comes in.
function markBits(value: unknown): { readonly keep: number; readonly flip: number } | null {
  if (typeof value === "number") return { keep: 0, flip: value };
  if (!isFields(value)) return null;
  if (isFields(value.meta)) return value.meta.key === "mark" ? { keep: ALL_BITS, flip: 0 } : null;
  for (const operator of ["&", "|", "^"] as const) {
    const sides = value[operator];
    if (!Array.isArray(sides) || typeof sides[1] !== "number") continue;
    const [left, by] = [markBits(sides[0]), sides[1]];
    return left === null || sides.length > 2 ? null : combined(left, operator, by);
  }
  return null;
}

function combined(
  { keep, flip }: { readonly keep: number; readonly flip: number },
  operator: "&" | "|" | "^",
  by: number,
) {
  if (operator === "&") return { keep: (keep & by) >>> 0, flip: (flip & by) >>> 0 };
  if (operator === "^") return { keep, flip: (flip ^ by) >>> 0 };
  return { keep: (keep & ~by) >>> 0, flip: (flip | by) >>> 0 };
}

// A packet does not tell which number it will be.
function isMadeUp(key: unknown): boolean {
  return isFields(key) && ["numgen", "jhash", "symhash"].some((name) => Object.hasOwn(key, name));
}

// `ip ttl set 1`; the DSCP is the upper six bits of the type of service.
function headerSetting({ names, mask }: NftField, value: unknown): HeaderChange | null {
  if (names.length !== 1 || mask !== null) return null;
  if (names[0] === "ip ttl" && typeof value === "number") return { kind: "ttl", how: "set", value };
  if (names[0] !== "ip dscp") return null;
  const dscp = typeof value === "number" ? value : typeof value === "string" ? dscpNamed(value) : undefined;
  return dscp === undefined ? null : { kind: "tos", keep: 0x03, flip: dscp << 2 };
}

// A prefix of addresses leaves open which one it will be.
function natOf(expression: Fields): NftStatement | null {
  for (const kind of ["masquerade", "redirect"] as const) {
    const to = expression[kind];
    if (kind in expression) return { kind: "nat", change: { kind, ...(isFields(to) ? portOf(to.port) : {}) } };
  }
  for (const kind of ["snat", "dnat"] as const) {
    const to = expression[kind];
    if (!isFields(to)) continue;
    const port = portOf(to.port);
    if (isFields(to.addr)) return natToOneOf(kind, to.addr, JSON.stringify(to.flags ?? ""), port ?? {});
    const address = typeof to.addr === "string" ? parseIpv4(to.addr) : null;
    if (port !== null && (address !== null || (to.addr === undefined && "port" in port)))
      return { kind: "nat", change: { kind, address, ...port } };
  }
  return null;
}

// A map or a number that is made up leaves open which port it will be.
function portOf(port: unknown): { readonly port?: PortRange } | null {
  if (port === undefined) return {};
  if (typeof port === "number") return { port: { start: port, end: port } };
  const range = isFields(port) && Array.isArray(port.range) ? port.range.map(Number) : [];
  const [start, end] = range;
  return start === undefined || end === undefined || Number.isNaN(start + end) ? null : { port: { start, end } };
}

function natToOneOf(
  kind: "snat" | "dnat",
  { range, map }: Fields,
  flags: string,
  port: { readonly port?: PortRange },
): NftStatement | null {
  if (isFields(map) && isMadeUp(map.key)) return { kind: "one-of", map: mapOf(map.data), nat: kind };
  if (isFields(map)) return { kind: "nat-map", nat: kind, field: fieldOf(map.key), map: mapOf(map.data) };
  const [address = null, last = null] = Array.isArray(range) ? range.map((end) => parseIpv4(String(end))) : [];
  if (address === null || last === null) return null;
  return { kind: "nat", change: { kind, address, last, persistent: flags.includes("persistent"), ...port } };
}

/** An iptables extension that nft has no words for. */
export function extensionOf(type: string | null, name: string | null): NftStatement {
  if (type === "match") return { kind: "perhaps" };
  return { kind: /^(?:LOG|NFLOG|TRACE)$/.test(name ?? "") ? "note" : "change" };
}

/** Whether setting this field leaves the packet's way alone. */
function isOnlyNoted({ names }: NftField): boolean {
  return names.every((name) => name.startsWith("ct ") || name === "meta nftrace" || name === "meta priority");
}

function verdictOf(expression: Fields): NftVerdict | null {
  for (const kind of ["accept", "drop", "return", "continue"] as const) {
    if (kind in expression) return { kind };
  }
  for (const kind of ["jump", "goto"] as const) {
    const target = isFields(expression[kind]) ? nameField(expression[kind] as Fields, "target") : null;
    if (target !== null) return { kind, chain: target };
  }
  if (!("reject" in expression)) return null;
  const reject = isFields(expression.reject) ? expression.reject : {};
  return rejectVerdict(textField(reject, "type"), nameField(reject, "expr"));
}

function mapOf(data: unknown): NftMap {
  if (typeof data === "string") return { kind: "named", set: data.replace(/^@/, "") };
  const entries: unknown[] = isFields(data) && Array.isArray(data.set) ? data.set : [];
  return { kind: "entries", entries: entries.map(parseNftEntry) };
}

function fieldOf(left: unknown): NftField {
  if (!isFields(left)) return UNKNOWN_FIELD;
  const masked = left["&"];
  if (Array.isArray(masked)) {
    const [field, mask] = masked;
    const words: unknown[] = Array.isArray(mask) ? mask : [mask];
    return { ...fieldOf(field), mask: words.map((word) => canonicalWord(String(word))).join(",") };
  }
  if (Array.isArray(left.concat)) return { names: left.concat.flatMap((part) => fieldOf(part).names), mask: null };
  const name = nameOf(left);
  return name === null ? UNKNOWN_FIELD : { names: [name], mask: null };
}

function nameOf({ payload, meta, ct, fib, rt, socket }: Fields): string | null {
  if (isFields(payload)) {
    if (payload.base !== undefined) return `@${payload.base},${payload.offset},${payload.len}`;
    return `${payload.protocol} ${payload.field}`;
  }
  if (isFields(meta)) return metaName(String(meta.key));
  if (isFields(ct)) return ["ct", textField(ct, "dir"), nameField(ct, "key")].filter((w) => w !== null).join(" ");
  if (isFields(fib)) {
    const flags = Array.isArray(fib.flags) ? fib.flags : [fib.flags];
    return `fib ${flags.join(" . ")} ${fib.result}`;
  }
  if (isFields(rt)) return `rt ${rt.key}`;
  return isFields(socket) ? `socket ${socket.key}` : null;
}

/** `meta iifname` and `iifname` are one; `mark` is `meta mark`. */
export function metaName(key: string): string {
  return /^[io]if(?:name|type|group)?$/.test(key) ? key : `meta ${key}`;
}

function nftValueOf(right: unknown): NftValue {
  if (typeof right === "boolean") return { kind: "word", word: right ? "exists" : "missing" };
  if (typeof right === "string" && right.startsWith("@")) return { kind: "named", set: right.slice(1) };
  if (typeof right === "string" || typeof right === "number")
    return { kind: "word", word: canonicalWord(String(right)) };
  if (Array.isArray(right)) return { kind: "flags", words: right.map((word) => canonicalWord(String(word))) };
  if (!isFields(right)) return { kind: "unknown" };
  const { set, prefix, range, concat, elem } = right;
  if (Array.isArray(set)) return { kind: "set", elements: set.map(nftValueOf) };
  if (isFields(elem)) return nftValueOf(elem.val);
  if (isFields(prefix) && typeof prefix.addr === "string" && typeof prefix.len === "number")
    return { kind: "prefix", address: prefix.addr, length: prefix.len };
  if (Array.isArray(range) && range.length === 2 && range.every((end) => /string|number/.test(typeof end)))
    return { kind: "range", low: canonicalWord(String(range[0])), high: canonicalWord(String(range[1])) };
  return Array.isArray(concat) ? { kind: "concat", parts: concat.map(nftValueOf) } : { kind: "unknown" };
}

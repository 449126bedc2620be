// One rule as nft prints or people type it, read into the statements that `nft -j` would give.

import { parseIpv4 } from "../../model/address.ts";
import type { NftEntry, NftMap, NftStatement, NftValue, NftVerdict } from "../../model/nft-ruleset.ts";
import { ownValue } from "../../model/own-value.ts";
import type { PortRange } from "../../model/port-range.ts";
import { canonicalWord, operatorOf, parseValue, rejectVerdict } from "../../system/nft-words.ts";
import { extensionOf, settingOf } from "../../system/parse/nft-rule.ts";
import { nftFieldOf } from "./nft-field-text.ts";
import { type NftToken, NftTokens } from "./nft-tokens.ts";

/** The statements of a rule. From where a word is not understood on, the rule may do anything. */
export function nftStatementsOf(tokens: readonly NftToken[]): NftStatement[] {
  const rule = new NftTokens(tokens);
  const statements: NftStatement[] = [];
  while (rule.peek() !== null) {
    const read = statementOf(rule);
    if (read === "comment") continue;
    if (read === null) return [...statements, { kind: "change" }];
    statements.push(read);
  }
  return statements;
}

function statementOf(rule: NftTokens): NftStatement | "comment" | null {
  const token = rule.peek();
  if (token === null || token.kind !== "word") return null;
  const verdict = verdictOf(rule);
  if (verdict !== null) return { kind: "verdict", verdict };
  switch (token.text) {
    case "comment":
      rule.next();
      return rule.word() === null ? null : "comment";
    case "counter":
      return counterOf(rule);
    case "log":
      return logOf(rule);
    case "limit":
    case "quota":
      return rateOf(rule);
    case "meter":
      while (rule.peek() !== null && !rule.sees("{")) rule.next();
      if (rule.sees("{")) rule.braces();
      return { kind: "perhaps" };
    case "add":
    case "update":
    case "delete":
      return elementChange(rule);
    case "xt":
      return extension(rule);
    case "last":
      rule.next();
      while (rule.sees("used") || rule.sees("never")) {
        rule.next();
        if (!rule.sees("never")) rule.next();
      }
      return { kind: "note" };
    case "masquerade":
    case "redirect":
    case "snat":
    case "dnat":
      return natOf(rule);
    case "notrack":
      rule.next();
      return { kind: "alter", change: { kind: "notrack" } };
    case "queue":
      return queueOf(rule);
    case "numgen":
    case "jhash":
    case "symhash": {
      const map = madeUp(rule) && rule.takes("vmap") ? mapOf(rule) : null;
      return map === null ? null : { kind: "one-of", map, nat: null };
    }
    case "flow":
      while (rule.word() !== null);
      return { kind: "note" };
    default:
      return rule.sees("ct") && rule.sees("count", 1) ? rateOf(rule) : matchOf(rule);
  }
}

function verdictOf(rule: NftTokens): NftVerdict | null {
  for (const kind of ["accept", "drop", "return", "continue"] as const) {
    if (rule.takes(kind)) return { kind };
  }
  for (const kind of ["jump", "goto"] as const) {
    if (!rule.takes(kind)) continue;
    const chain = rule.word();
    return chain === null ? null : { kind, chain };
  }
  if (!rule.takes("reject")) return null;
  if (!rule.takes("with")) return rejectVerdict(null, null);
  const type = rule.word();
  // iptables' translations, and what people type: `reject with icmp type host-prohibited`.
  rule.takes("type");
  return rejectVerdict(type, rule.word());
}

// `masquerade random`, `redirect to :8080`
function natOf(rule: NftTokens): NftStatement | null {
  const kind = rule.word();
  rule.takes("ip");
  const isTo = rule.takes("to");
  if (kind === "snat" || kind === "dnat") return isTo ? natTo(rule, kind) : null;
  const port = portOf(isTo ? (rule.word() ?? "") : "");
  flagsOf(rule);
  return kind === "masquerade" || kind === "redirect" ? { kind: "nat", change: { kind, ...port } } : null;
}

// `192.0.2.2`, `10.0.0.2:80`, `:8080`, `192.0.2.2-192.0.2.5 persistent`, `ip daddr map @m`
function natTo(rule: NftTokens, kind: "snat" | "dnat"): NftStatement | null {
  if (madeUp(rule)) {
    const map = rule.takes("map") ? mapOf(rule) : null;
    return map === null ? null : { kind: "one-of", map, nat: kind };
  }
  const field = nftFieldOf(rule);
  if (field !== null) {
    const map = rule.takes("map") ? mapOf(rule) : null;
    return map === null ? null : { kind: "nat-map", nat: kind, field, map };
  }
  const words = rule.word() ?? "";
  const port = portOf(words);
  const addresses = words.replace(/:\d+(?:-\d+)?$/, "");
  const [address = null, last] = addresses.split("-").map((end) => parseIpv4(end));
  const persistent = flagsOf(rule).includes("persistent");
  if (addresses === "" && "port" in port) return { kind: "nat", change: { kind, address: null, ...port } };
  if (address === null || last === null) return null;
  const change = last === undefined ? { kind, address, ...port } : { kind, address, last, persistent, ...port };
  return { kind: "nat", change };
}

// `numgen random mod 2 offset 1`, `jhash ip saddr . tcp dport mod 2 seed 0x3`
function madeUp(rule: NftTokens): boolean {
  if (rule.takes("numgen")) rule.next();
  else if (rule.takes("jhash")) nftFieldOf(rule);
  else if (!rule.takes("symhash")) return false;
  while (["mod", "seed", "offset"].some((word) => rule.takes(word))) rule.next();
  return true;
}

function portOf(to: string): { readonly port?: PortRange } {
  const [, start, end = start] = /:(\d+)(?:-(\d+))?$/.exec(to) ?? [];
  return start === undefined ? {} : { port: { start: Number(start), end: Number(end) } };
}

function flagsOf(rule: NftTokens): string[] {
  const flags: string[] = [];
  while (rule.takes(",") || /^(?:fully-)?random$|^persistent$/.test(rule.peek()?.text ?? "")) {
    const flag = rule.word();
    if (flag !== null) flags.push(flag);
  }
  return flags;
}

// `queue num 3`, `queue flags bypass to 3`
function queueOf(rule: NftTokens): NftStatement {
  rule.next();
  let bypass = false;
  for (let word = rule.word(); word !== null; word = rule.word()) bypass ||= word.includes("bypass");
  return { kind: bypass ? "change" : "queue" };
}

function counterOf(rule: NftTokens): NftStatement {
  rule.next();
  let packets: number | null = null;
  if (rule.takes("name")) rule.next();
  if (rule.takes("packets")) packets = Number(rule.word() ?? 0);
  if (rule.takes("bytes")) rule.next();
  return { kind: "counter", packets };
}

function logOf(rule: NftTokens): NftStatement {
  rule.next();
  for (;;) {
    if (rule.takes("flags")) {
      // `flags tcp sequence,options`, `flags ip options`
      if (!rule.takes("tcp")) rule.takes("ip");
      rule.next();
    } else if (["prefix", "group", "snaplen", "queue-threshold", "level"].some((word) => rule.takes(word))) rule.next();
    else return { kind: "note" };
  }
}

// `limit rate over 10 mbytes/second burst 5 packets`, `quota over 25 mbytes`, `ct count over 3`
function rateOf(rule: NftTokens): NftStatement {
  const WORDS = /^(?:limit|quota|ct|count|rate|over|until|used|name|\d+|\d+\/\w+|burst|packets|k?m?bytes(?:\/\w+)?)$/;
  let named = false;
  while (rule.peek() !== null && (named || WORDS.test(rule.peek()?.text ?? ""))) named = rule.next()?.text === "name";
  return { kind: "perhaps" };
}

function extension(rule: NftTokens): NftStatement | "comment" {
  rule.next();
  const [type, name] = [rule.word(), rule.word()];
  return type === "match" && name === "comment" ? "comment" : extensionOf(type, name);
}

// Elements that carry a limit of their own let the rule go on only within it.
function elementChange(rule: NftTokens): NftStatement | null {
  rule.next();
  if (!/^@/.test(rule.word() ?? "") || !rule.sees("{")) return null;
  const { inside } = rule.braces();
  return { kind: inside.some((token) => /^(?:limit|quota|count)$/.test(token.text)) ? "perhaps" : "note" };
}

function matchOf(rule: NftTokens): NftStatement | null {
  let field = nftFieldOf(rule);
  if (field === null) return null;
  if (rule.takes("set")) {
    return settingOf(field, settingValue(rule));
  }
  if (rule.takes("vmap")) {
    const map = mapOf(rule);
    return map === null ? null : { kind: "vmap", field, map };
  }
  if (rule.takes("&") || rule.takes("and")) {
    const mask = maskOf(rule);
    if (mask === null) return null;
    field = { ...field, mask };
  }
  const operator = operatorOf(rule.peek()?.kind === "word" ? (rule.peek()?.text ?? "") : "");
  if (operator !== null) rule.next();
  const value = nftValueOf(rule);
  if (value === null) return null;
  // `tcp flags syn / fin,syn`
  if (rule.takes("/")) field = { ...field, mask: rule.word() };
  return { kind: "match", field, operator: operator ?? "==", value };
}

function maskOf(rule: NftTokens): string | null {
  if (!rule.takes("(")) {
    const word = rule.word();
    return word === null ? null : canonicalWord(word);
  }
  const words: string[] = [];
  for (let word = rule.word(); word !== ")"; word = rule.word()) {
    if (word === null) return null;
    if (word !== "|") words.push(...word.split("|"));
  }
  return words.join(",");
}

const OPERATORS: Readonly<Record<string, string>> = { "&": "&", and: "&", "|": "|", or: "|", "^": "^", xor: "^" };

// As `nft -j` has it: a number, a name, or what operators make of the mark; null where that is not understood.
function settingValue(rule: NftTokens): unknown {
  let value = settingTerm(rule);
  for (;;) {
    const word = rule.peek()?.kind === "word" ? (rule.peek()?.text ?? "") : "";
    if (!/^(?:[&|^.]|or|and|xor|<<|>>|map)$/.test(word)) return value;
    rule.next();
    const operator = ownValue(OPERATORS, word);
    const next = settingTerm(rule);
    value = operator === undefined || value === null ? null : { [operator]: [value, next] };
  }
}

function settingTerm(rule: NftTokens): unknown {
  const field = nftFieldOf(rule);
  if (field !== null) return field.names.join() === "meta mark" ? { meta: { key: "mark" } } : null;
  const token = rule.peek();
  const text = token?.kind === "word" ? rule.word() : null;
  if (text === null && !rule.sees("{")) rule.next();
  if (rule.sees("{")) rule.braces();
  return text === null ? null : Number.isNaN(Number(text)) ? text : Number(text);
}

function nftValueOf(rule: NftTokens): NftValue | null {
  if (rule.sees("{")) {
    const { inside, closed } = rule.braces();
    // A verdict is no element: the brace was closed by that of another line.
    if (!closed || inside.some((token) => token.kind === "word" && /^(?:accept|drop|return|jump)$/.test(token.text)))
      return null;
    return { kind: "set", elements: listOf(inside).map(({ key }) => key) };
  }
  const first = oneValue(rule);
  if (first === null) return null;
  if (rule.sees("|")) {
    // Exactly these bits and no others: no packet's state has two.
    while (rule.takes("|")) rule.word();
    return { kind: "unknown" };
  }
  const parts = [first];
  while (rule.takes(".")) {
    const part = oneValue(rule);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.length === 1 ? first : { kind: "concat", parts };
}

function oneValue(rule: NftTokens): NftValue | null {
  const token = rule.peek();
  if (token === null || /^[{}(),]$/.test(token.text)) return null;
  rule.next();
  if (token.kind === "quoted") return { kind: "word", word: token.text };
  return token.text.startsWith("@") ? { kind: "named", set: token.text.slice(1) } : parseValue(token.text);
}

function mapOf(rule: NftTokens): NftMap | null {
  if (rule.sees("{")) {
    const { inside, closed } = rule.braces();
    return closed ? { kind: "entries", entries: listOf(inside) } : null;
  }
  const name = rule.word();
  return name?.startsWith("@") ? { kind: "named", set: name.slice(1) } : null;
}

/** Elements of a set or map, as they stand between its braces. */
export function listOf(inside: readonly NftToken[]): NftEntry[] {
  const elements: NftToken[][] = [[]];
  for (const token of inside.filter((one) => one.kind === "word" || one.kind === "quoted")) {
    if (token.kind === "word" && token.text === ",") elements.push([]);
    // Typed without blanks: `{ 22,80 }`, `{ established:accept }`.
    else if (token.kind === "word" && token.text.includes(",")) {
      for (const [index, part] of token.text.split(",").entries()) {
        if (index > 0) elements.push([]);
        if (part !== "") elements.at(-1)?.push({ ...token, text: part });
      }
    } else elements.at(-1)?.push(token);
  }
  return elements.filter((element) => element.length > 0).map((element) => entryOf(new NftTokens(splitColon(element))));
}

function splitColon(element: readonly NftToken[]): NftToken[] {
  return element.flatMap((token) => {
    const match = token.kind === "word" ? /^([^:]+):(accept|drop|return|continue|jump|goto)?$/.exec(token.text) : null;
    if (!match) return [token];
    const words = [match[1], ":", match[2]].filter((word) => word !== undefined);
    return words.map((text) => ({ ...token, text }));
  });
}

// `10.0.0.0/24 timeout 10m expires 9m counter packets 0 bytes 0 comment "x" : accept`
function entryOf(element: NftTokens): NftEntry {
  const key = nftValueOf(element) ?? { kind: "unknown" };
  while (element.peek() !== null && !element.sees(":")) element.next();
  if (!element.takes(":")) return { key, verdict: null };
  const verdict = verdictOf(element);
  const address = verdict === null ? parseIpv4(element.peek()?.text ?? "") : null;
  return { key, verdict, ...(address === null ? {} : { address }) };
}

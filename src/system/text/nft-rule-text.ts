// One rule as nft prints or people type it, read into the statements that `nft -j` would give.

import { parseIpv4 } from "../../model/address.ts";
import type { NftEntry, NftMap, NftStatement, NftValue, NftVerdict } from "../../model/nft-ruleset.ts";
import { canonicalWord, operatorOf, parseValue, rejectVerdict } from "../nft-words.ts";
import { extensionOf, settingOf } from "../parse/nft-rule.ts";
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

// `snat to 192.0.2.2`, `dnat ip to 10.0.0.2:80`, `masquerade random`, `redirect to :8080`
function natOf(rule: NftTokens): NftStatement | null {
  const kind = rule.word();
  rule.takes("ip");
  const to = rule.takes("to") ? rule.word() : null;
  while (["random", "fully-random", "persistent"].some((flag) => rule.takes(flag)) || rule.takes(","));
  if (kind === "masquerade" || kind === "redirect") return { kind: "nat", change: { kind } };
  const address = to === null ? null : parseIpv4(to.replace(/:\d+(?:-\d+)?$/, ""));
  return address === null || (kind !== "snat" && kind !== "dnat") ? null : { kind: "nat", change: { kind, address } };
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
    const word = rule.peek()?.kind === "word" ? Number(rule.peek()?.text) : Number.NaN;
    const more = skipSetValue(rule);
    return settingOf(field, Number.isNaN(word) || more > 1 ? null : word);
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

// The number of terms it is made of.
function skipSetValue(rule: NftTokens): number {
  let terms = 0;
  do {
    terms++;
    if (nftFieldOf(rule) === null) rule.word();
    if (rule.sees("{")) rule.braces();
  } while (/^(?:[&|^.]|or|and|xor|<<|>>|map)$/.test(rule.peek()?.text ?? "") && rule.next() !== null);
  return terms;
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
  return { key, verdict: element.takes(":") ? verdictOf(element) : null };
}

// `nft list ruleset` as text: its tables, read into the very model that `nft -j` gives.

import type { NftChain, NftEntry, NftHook, NftRule, NftRuleset, NftSet } from "../../model/nft-ruleset.ts";
import { typedLine } from "../../model/typed-line.ts";
import { chainLine, priorityOf } from "../../system/nft-words.ts";
import { listOf, nftStatementsOf } from "./nft-rule-text.ts";
import { type NftToken, NftTokens, tokensOf } from "./nft-tokens.ts";

/** Where a chain or set belongs. */
export interface NftPlace {
  readonly family: string;
  readonly table: string;
  readonly name: string;
}

/** What the text shows. A chain that it cuts off ends in a rule that may do anything. */
export function nftFromText(text: string): NftRuleset {
  const chains: NftChain[] = [];
  const sets: NftSet[] = [];
  const reader = new NftTokens(tokensOf(text));
  for (let token = reader.next(); token !== null; token = reader.next()) {
    if (token.kind !== "word" || token.text !== "table") continue;
    const words = [reader.word(), reader.sees("{") ? null : reader.word()].filter((word) => word !== null);
    const [family, table] = words.length > 1 ? words : ["ip", ...words];
    if (family === undefined || table === undefined || !reader.sees("{")) continue;
    const { inside, closed } = reader.braces();
    const found = tableOf(text, inside, { family, table }, closed);
    chains.push(...found.chains);
    sets.push(...found.sets);
  }
  return { chains, sets };
}

function tableOf(
  text: string,
  inside: readonly NftToken[],
  place: Omit<NftPlace, "name">,
  closed: boolean,
): NftRuleset {
  const table = new NftTokens(inside);
  const chains: NftChain[] = [];
  const sets: NftSet[] = [];
  let asleep = false;
  while (table.peek() !== null) {
    if (table.sees("flags")) asleep = table.line().tokens.some((token) => token.text === "dormant") || asleep;
    const object = table.word();
    if (object === null) {
      table.next();
      continue;
    }
    const name = table.word();
    if (name === null || !table.sees("{")) continue;
    const block = table.braces();
    const whole = closed || block.closed;
    if (object === "chain") chains.push(chainOf(text, block.inside, { ...place, name }, whole));
    if (object === "set" || object === "map") sets.push(setOf(block.inside, { ...place, name }));
  }
  return { chains: asleep ? chains.map((chain) => withHook(chain, null)) : chains, sets };
}

/** The chain, hanging elsewhere or nowhere. */
export function withHook(chain: NftChain, hook: NftHook | null): NftChain {
  return { ...chain, hook, line: chainLine(chain, hook) };
}

function chainOf(text: string, inside: readonly NftToken[], place: NftPlace, whole: boolean): NftChain {
  const chain = new NftTokens(inside);
  const rules: NftRule[] = [];
  let hook: NftHook | null = null;
  let policy: NftHook["policy"] = "accept";
  while (chain.peek() !== null) {
    const { tokens, remarks } = chain.line();
    const [first, second] = tokens;
    if (first === undefined) continue;
    const about = first.kind === "word" ? first.text : "";
    if (about === "type" && second?.kind === "word") hook = hookOf(place.family, tokens);
    else if (about === "policy") policy = second?.text === "drop" ? "drop" : "accept";
    else if (about !== "comment" && about !== "flags") rules.push(nftRuleOf(text, tokens, remarks, place));
  }
  const { family, table, name } = place;
  if (!whole)
    rules.push({ handle: null, statements: [{ kind: "change" }], line: `${family} ${table} ${name} … (cut off here)` });
  return withHook({ ...place, hook, rules, line: "" }, hook && { ...hook, policy });
}

/** A rule of a chain; remarks hold its handle (`nft -a`). */
export function nftRuleOf(
  text: string,
  tokens: readonly NftToken[],
  remarks: readonly string[],
  { family, table, name }: NftPlace,
): NftRule {
  const words = text.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0).replace(/\s+/g, " ");
  const handle = /^# handle (\d+)/.exec(remarks[0] ?? "")?.[1];
  // An nft without iptables' extensions names them in a remark: `# xt_conntrack`.
  const hidden = remarks.some((remark) => /^#\s*xt_/.test(remark));
  const from = remarks.flatMap((remark) => /^# (firewalld .*)$/.exec(remark)?.[1] ?? []);
  return {
    handle: handle === undefined ? null : Number(handle),
    statements: hidden ? [{ kind: "change" }] : nftStatementsOf(tokens),
    line: typedLine(`${family} ${table} ${name} ${words}${hidden ? ` ${remarks.join(" ")}` : ""}`, from),
  };
}

/** `type filter hook ingress devices = { veth0, veth1 } priority filter - 5`; null where a word of it is missing. */
export function hookOf(family: string, tokens: readonly NftToken[]): NftHook | null {
  const words = tokens.filter((token) => token.text !== "=").map((token) => token.text);
  const after = (word: string): string | null => {
    const at = words.indexOf(word);
    return at < 0 ? null : (words[at + 1] ?? null);
  };
  const [type, hook] = [after("type"), after("hook")];
  if (type === null || hook === null) return null;
  const many = words.indexOf("devices");
  const one = after("device");
  const devices = many < 0 ? (one === null ? [] : [one]) : words.slice(many + 2, words.indexOf("}", many));
  const at = words.indexOf("priority");
  const priority = at < 0 ? 0 : priorityOf(family, words.slice(at + 1).join(" "));
  return {
    type,
    hook,
    devices: devices.length === 0 ? null : devices.filter((name) => name !== ","),
    priority: priority ?? 0,
    policy: "accept",
  };
}

function setOf(inside: readonly NftToken[], place: NftPlace): NftSet {
  return { ...place, ...(isChanging(inside) ? { changes: true as const } : {}), entries: setEntriesOf(inside) };
}

function isChanging(inside: readonly NftToken[]): boolean {
  const set = new NftTokens(inside);
  while (set.peek() !== null && !set.sees("elements")) {
    const { tokens } = set.line();
    if (tokens[0]?.text === "flags" && tokens.some(({ text }) => /\b(?:dynamic|timeout)\b/.test(text))) return true;
  }
  return false;
}

/** Elements of a set or map, from what stands between the braces of its definition. */
export function setEntriesOf(inside: readonly NftToken[]): NftEntry[] {
  const set = new NftTokens(inside);
  while (set.peek() !== null && !set.sees("elements")) set.line();
  set.next();
  set.takes("=");
  return set.sees("{") ? listOf(set.braces().inside) : [];
}

/** Whether iptables in its nftables variant made some of these chains: it names them in capitals. */
export function hasIptables({ chains }: NftRuleset): boolean {
  return chains.some(({ family, hook, name }) => family === "ip" && hook !== null && /^[A-Z]+$/.test(name));
}

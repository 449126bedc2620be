// `nft add`, `insert`, `delete`, `flush` as people type them, and listings that show a part: both change the ruleset known so far.

import type { NftChain, NftRule, NftRuleset, NftSet } from "../../model/nft-ruleset.ts";
import { typedLine } from "../../model/typed-line.ts";
import type { NamespaceModel } from "./network.ts";
import { listOf } from "./nft-rule-text.ts";
import { hookOf, type NftPlace, nftFromText, nftRuleOf, setEntriesOf, withHook } from "./nft-text.ts";
import { type NftToken, NftTokens, tokensOf } from "./nft-tokens.ts";

const NOTHING: NftRuleset = { chains: [], sets: [] };

/** Puts a listing of some tables (or of one chain) in the place of what was known of them. */
export function withListing(before: NftRuleset | undefined, shown: NftRuleset, argv: readonly string[]): NftRuleset {
  const { chains, sets } = before ?? NOTHING;
  const table = (one: Pick<NftPlace, "family" | "table">): string => `${one.family} ${one.table}`;
  const listed = new Set([...shown.chains, ...shown.sets].map(table));
  if (!argv.includes("chain") && !argv.includes("set") && !argv.includes("map"))
    return {
      chains: [...chains.filter((chain) => !listed.has(table(chain))), ...shown.chains],
      sets: [...sets.filter((set) => !listed.has(table(set))), ...shown.sets],
    };
  const isShown = (one: NftPlace, among: readonly NftPlace[]): boolean => among.some((other) => isSame(other, one));
  return {
    chains: [...chains.filter((chain) => !isShown(chain, shown.chains)), ...shown.chains],
    sets: [...sets.filter((set) => !isShown(set, shown.sets)), ...shown.sets],
  };
}

function isSame(a: NftPlace, b: NftPlace): boolean {
  return a.family === b.family && a.table === b.table && a.name === b.name;
}

/** Replays one `nft …`; false where it shows something or is not understood. `typed` is how it will be quoted. */
export function changeNft(ns: NamespaceModel, line: string, typed: string): boolean {
  const text = nftTextOf(line);
  if (text === null) return false;
  if (/^(?:-\S+\s+)*(?:list|monitor|describe|reset|export|--?[vVh])/.test(text)) return false;
  // What lies in a file was not pasted.
  if (/^(?:-\S+\s+)*(?:-\w*f\w*|--file)\s+(?!-(?:\s|$)|\/dev\/stdin)/.test(text)) return lose(ns);
  // Until a listing shows it again.
  if (ns.missing.has("nft")) return true;
  const command = new NftTokens(tokensOf(text).filter((token) => token.kind !== "remark"));
  while (command.peek()?.text.startsWith("-")) command.next();
  let ruleset = ns.nft ?? NOTHING;
  let did = false;
  while (command.peek() !== null) {
    const changed = changeOne(ruleset, command, text, typed);
    if (changed === null) return false;
    if (changed === "unknown") return lose(ns);
    ruleset = changed;
    did = true;
    while (command.peek()?.kind === "break") command.next();
  }
  if (!did) return false;
  ns.nft = ruleset;
  ns.typed = true;
  return true;
}

// From here on the ruleset is not known.
function lose(ns: NamespaceModel): true {
  ns.nft = undefined;
  ns.missing.set("nft", "changed by what was not pasted");
  return true;
}

// The words behind `nft`, without what the shell takes away: single quotes, backslashes, quotes around it all.
function nftTextOf(line: string): string | null {
  const rest = /(?:^|[\s/])nft\s+([\s\S]+)$/.exec(line)?.[1];
  if (rest === undefined) return null;
  const bare = rest.replace(/'([^']*)'|\\([\s\S])/g, (_, quoted, escaped) => quoted ?? escaped ?? "");
  return bare
    .replace(/^"((?:add|insert|create|delete|flush|replace|rename)\s[^"]*)"$/, "$1")
    .replace(/"(\s*\{[^"]*\}\s*)"/g, "$1");
}

const FAMILIES = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/** A line as it is read, and as it will be quoted. */
interface NftLine {
  readonly text: string;
  readonly typed: string;
}

/** The ruleset after one command; null where it is not understood, "unknown" where what it left cannot be told. */
function changeOne(before: NftRuleset, command: NftTokens, text: string, typed: string): NftRuleset | "unknown" | null {
  const verb = command.word();
  if (verb === "table") return withListing(before, nftFromText(`${text}`), []);
  const object = command.word();
  if (verb === null || !/^(?:add|create|insert|delete|destroy|flush|replace|rename)$/.test(verb)) return null;
  if (object === "ruleset" && verb === "flush") {
    const family = FAMILIES.includes(command.peek()?.text ?? "") ? command.word() : null;
    const kept = <T extends NftPlace>(list: readonly T[]): T[] =>
      family === null ? [] : list.filter((one) => one.family !== family);
    return { chains: kept(before.chains), sets: kept(before.sets) };
  }
  const family = FAMILIES.includes(command.peek()?.text ?? "") ? (command.word() as string) : "ip";
  const table = command.word();
  if (table === null) return null;
  if (object === "table") return changeTable(before, verb, { family, table }, command, text);
  const name = command.word();
  if (name === null) return null;
  const place: NftPlace = { family, table, name };
  switch (object) {
    case "chain":
      return changeChain(before, verb, place, command, typed);
    case "rule":
      return changeRule(before, verb, place, command, { text, typed });
    case "set":
    case "map":
    case "element":
      return changeSet(before, verb, object, place, command);
    default:
      // Counters, quotas and flow tables decide about nothing by themselves.
      while (command.peek() !== null && command.peek()?.kind !== "break") {
        if (command.sees("{")) command.braces();
        else command.next();
      }
      return before;
  }
}

function changeTable(
  before: NftRuleset,
  verb: string,
  place: Omit<NftPlace, "name">,
  command: NftTokens,
  text: string,
): NftRuleset {
  const isOf = (one: NftPlace): boolean => one.family === place.family && one.table === place.table;
  if (verb === "flush")
    return { ...before, chains: before.chains.map((chain) => (isOf(chain) ? { ...chain, rules: [] } : chain)) };
  if (verb === "delete" || verb === "destroy")
    return {
      chains: before.chains.filter((chain) => !isOf(chain)),
      sets: before.sets.filter((set) => !isOf(set)),
    };
  if (!command.sees("{")) return before;
  command.braces();
  return withListing(before, nftFromText(text.replace(/^\s*\w+\s+/, "")), []);
}

function changeChain(
  before: NftRuleset,
  verb: string,
  place: NftPlace,
  command: NftTokens,
  typed: string,
): NftRuleset | null {
  const known = before.chains.find((chain) => isSame(chain, place));
  const put = (chain: NftChain): NftRuleset => ({
    ...before,
    chains: known ? before.chains.map((one) => (one === known ? chain : one)) : [...before.chains, chain],
  });
  if (verb === "flush") return known ? put({ ...known, rules: [] }) : before;
  if (verb === "delete" || verb === "destroy")
    return { ...before, chains: before.chains.filter((chain) => chain !== known) };
  if (verb === "rename") {
    const name = command.word();
    return known && name !== null ? put(withHook({ ...known, name }, known.hook)) : null;
  }
  const inside = command.sees("{") ? command.braces().inside : [];
  const made: NftChain = known ?? { ...place, hook: null, rules: [], line: "" };
  const asked = hookOf(place.family, upToBreak(inside)) ?? made.hook;
  const policy = inside[inside.findIndex((token) => token.text === "policy") + 1]?.text;
  const says = inside.some((token) => token.text === "policy");
  const hook = asked && {
    ...asked,
    policy: says ? (policy === "drop" ? ("drop" as const) : ("accept" as const)) : asked.policy,
  };
  if (known && inside.length === 0) return before;
  const chain = withHook(made, hook);
  return put({ ...chain, line: typedLine(chain.line, [typed]) });
}

function upToBreak(tokens: readonly NftToken[]): readonly NftToken[] {
  const end = tokens.findIndex((token) => token.kind === "break");
  return end < 0 ? tokens : tokens.slice(0, end);
}

function changeRule(
  before: NftRuleset,
  verb: string,
  place: NftPlace,
  command: NftTokens,
  { text, typed }: NftLine,
): NftRuleset | "unknown" | null {
  const known = before.chains.find((chain) => isSame(chain, place));
  const how = ["handle", "position", "index"].find((word) => command.sees(word));
  if (how !== undefined) command.next();
  const at = how === undefined ? null : Number(command.word());
  const rules = known?.rules ?? [];
  const found = at === null ? -1 : how === "index" ? at : rules.findIndex((rule) => rule.handle === at);
  if (at !== null && (found < 0 || found >= rules.length)) return "unknown";
  const { tokens } = command.line();
  const changed = [...rules];
  if (verb === "delete" || verb === "destroy") {
    if (at === null) return null;
    changed.splice(found, 1);
  } else {
    if (tokens.length === 0) return null;
    const plain = nftRuleOf(text, tokens, [], place);
    const rule: NftRule = { ...plain, line: typedLine(plain.line, [typed]) };
    if (verb === "replace") changed.splice(found, 1, { ...rule, handle: at });
    else if (verb === "insert") changed.splice(Math.max(found, 0), 0, rule);
    else changed.splice(at === null ? changed.length : found + 1, 0, rule);
  }
  const chain = known ?? neverShown(place);
  const others = before.chains.filter((one) => one !== known);
  return { ...before, chains: [...others, { ...chain, rules: changed }] };
}

// A chain that nobody showed and no command made: that `input` hangs on input is a custom, so its rules leave packets open.
function neverShown(place: NftPlace): NftChain {
  const hook = place.name.toLowerCase();
  const chain = withHook({ ...place, hook: null, rules: [], line: "" }, null);
  if (!/^(?:prerouting|input|forward|output|postrouting)$/.test(hook)) return chain;
  return { ...chain, hook: { type: "filter", hook, devices: null, priority: 0, policy: "accept", perhapsIdle: true } };
}

function changeSet(before: NftRuleset, verb: string, object: string, place: NftPlace, command: NftTokens): NftRuleset {
  const known = before.sets.find((set) => isSame(set, place));
  const inside = command.sees("{") ? command.braces().inside : [];
  const others = before.sets.filter((set) => set !== known);
  const put = (entries: NftSet["entries"]): NftRuleset => ({ ...before, sets: [...others, { ...place, entries }] });
  const old = known?.entries ?? [];
  if (verb === "flush") return put([]);
  if (object !== "element")
    return verb === "delete" || verb === "destroy" ? { ...before, sets: others } : put(setEntriesOf(inside));
  const elements = listOf(inside);
  const keys = new Set(elements.map(({ key }) => JSON.stringify(key)));
  const kept = old.filter(({ key }) => !keys.has(JSON.stringify(key)));
  return put(verb === "delete" || verb === "destroy" ? kept : [...kept, ...elements]);
}

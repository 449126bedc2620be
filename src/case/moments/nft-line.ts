// A line of `nft -j monitor`: a chain, a rule or a set that came, went or changed.

import type { NftChain, NftRuleset } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";
import { parseNft } from "../../system/parse/nft.ts";
import { type Fields, isFields, numberField, textField } from "../../system/parse/shape.ts";

const VERBS = ["add", "insert", "create", "replace", "delete", "destroy"] as const;
type Verb = (typeof VERBS)[number];

/** What the line is about, and what happened to it. */
interface NftTold {
  readonly verb: Verb;
  readonly kind: string;
  readonly object: Fields;
}

/** Null where the line is no change. */
function readNftLine(line: string): NftTold | null {
  const json = jsonOf(line);
  if (!isFields(json)) return null;
  const verb = VERBS.find((one) => Object.hasOwn(json, one));
  const inner = verb === undefined ? undefined : json[verb];
  if (verb === undefined || !isFields(inner)) return null;
  const [kind, object] = Object.entries(inner)[0] ?? [];
  return kind === undefined || !isFields(object) ? null : { verb, kind, object };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Whether only reading again tells what it comes to: tables that iptables keeps, maps and sets with elements. */
export function isUnreadNft(line: string): boolean {
  const told = readNftLine(line);
  if (told === null) return false;
  return !KINDS.has(told.kind) || isOfIptables(told.object, told.kind) || JSON.stringify(told.object).includes('"xt"');
}

const KINDS = new Set(["table", "chain", "rule"]);
const OF_IPTABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);

// iptables-nft keeps its rules in tables of these names, and what its own tool prints is what is read of them.
function isOfIptables(object: Fields, kind: string): boolean {
  const table = textField(object, kind === "table" ? "name" : "table") ?? "";
  return textField(object, "family") === "ip" && OF_IPTABLES.has(table);
}

/** The namespace with that change; null where the line says none, or its rules are not known. */
export function withNftLine(ns: Namespace, line: string): Namespace | null {
  const told = readNftLine(line);
  if (told === null || ns.nft === undefined) return null;
  const nft = changed(ns.nft, told);
  return nft === null ? null : { ...ns, nft };
}

function changed(nft: NftRuleset, { verb, kind, object }: NftTold): NftRuleset | null {
  const gone = verb === "delete" || verb === "destroy";
  const family = textField(object, "family") ?? "";
  if (kind === "table") {
    const table = textField(object, "name");
    const others = nft.chains.filter((chain) => chain.family !== family || chain.table !== table);
    return gone ? { ...nft, chains: others } : null;
  }
  if (kind === "chain") {
    const [shown] = parseNft({ nftables: [{ chain: object }] })?.chains ?? [];
    return shown === undefined ? null : { ...nft, chains: withChain(nft.chains, shown, gone) };
  }
  return kind === "rule" ? withRule(nft, object, verb) : null;
}

function sameChain(a: NftChain, b: Pick<NftChain, "family" | "table" | "name">): boolean {
  return a.family === b.family && a.table === b.table && a.name === b.name;
}

function withChain(chains: readonly NftChain[], shown: NftChain, gone: boolean): readonly NftChain[] {
  if (gone) return chains.filter((chain) => !sameChain(chain, shown));
  if (!chains.some((chain) => sameChain(chain, shown))) return [...chains, shown];
  return chains.map((chain) => (sameChain(chain, shown) ? { ...shown, rules: chain.rules } : chain));
}

function withRule(nft: NftRuleset, object: Fields, verb: Verb): NftRuleset | null {
  const place = { family: textField(object, "family") ?? "", table: textField(object, "table") ?? "" };
  const name = textField(object, "chain") ?? "";
  const [shown] = parseNft({ nftables: [{ chain: { ...place, name } }, { rule: object }] })?.chains ?? [];
  const [rule] = shown?.rules ?? [];
  const handle = numberField(object, "handle");
  const chain = nft.chains.find((one) => sameChain(one, { ...place, name }));
  if (chain === undefined || rule === undefined) return null;
  const others = chain.rules.filter((one) => one.handle === null || one.handle !== handle);
  const rules =
    verb === "delete" || verb === "destroy"
      ? others
      : verb === "insert"
        ? [rule, ...others]
        : verb === "replace"
          ? chain.rules.map((one) => (one.handle === handle ? rule : one))
          : [...others, rule];
  return { ...nft, chains: nft.chains.map((one) => (one === chain ? { ...chain, rules } : one)) };
}

// A rule of nftables: taken out by its handle, or put where this packet meets it before the rule that dropped it.

import type { NftChainName, NftRuleEdit } from "../model/edit.ts";
import type { NftChain, NftRule, NftRuleset } from "../model/nft-ruleset.ts";
import { printedPart } from "../model/typed-line.ts";
import { nftRuleOf } from "../paste/state/nft-text.ts";
import { tokensOf } from "../paste/state/nft-tokens.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepNft } from "./keep-rules.ts";
import { name, words } from "./typed.ts";

export const nftRule: Face<NftRuleEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const changed = ns.nft && changeRuleset(ns.nft, edit);
      return changed ? { ...ns, nft: changed } : null;
    }),
  command: (edit) =>
    words(
      `nft ${edit.verb} rule ${chainWords(edit.chain)}`,
      edit.handle !== undefined && `handle ${edit.handle}`,
      edit.rule !== undefined && ruleWords(edit.rule),
    ),
  undo: (edit, before) => {
    const chain = chainOf(before.namespaces.get(edit.netns ?? "")?.nft, edit.chain);
    if (chain === undefined || edit.verb !== "delete") return null;
    const at = chain.rules.findIndex((rule) => rule.handle === edit.handle);
    const was = chain.rules[at];
    if (was === undefined) return null;
    const next = chain.rules[at + 1]?.handle ?? null;
    const again = { kind: "nft-rule", netns: edit.netns, chain: edit.chain, rule: textOf(was, edit.chain) } as const;
    return [next === null ? { ...again, verb: "add" } : { ...again, verb: "insert", handle: next }];
  },
  keep: (edit, manager) => keepNft(nftRule.command(edit), manager),
  cost: COST.firewall,
};

/** `inet filter input`, each part as a shell takes it. */
export function chainWords({ family, table, name: chain }: NftChainName): string {
  return words(...[family, table, chain].map(name));
}

// A rule's words as a shell takes them: braces in single quotes, names in double ones kept for nft.
function ruleWords(rule: string): string {
  return rule
    .split(/(\{[^}]*\})/)
    .map((part) =>
      part.startsWith("{")
        ? `'${part}'`
        : part
            .split(/("[^"]*"|\s+)/)
            .map((word) => (word.startsWith('"') ? `'${word}'` : /^\s*$/.test(word) ? word : name(word)))
            .join(""),
    )
    .join("");
}

/** A chain of the ruleset by its name. */
export function chainOf(ruleset: NftRuleset | undefined, wanted: NftChainName): NftChain | undefined {
  return ruleset?.chains.find(
    (one) => one.family === wanted.family && one.table === wanted.table && one.name === wanted.name,
  );
}

// A rule's own words, without what it has counted.
function textOf(rule: NftRule, { family, table, name: chain }: NftChainName): string {
  return printedPart(rule.line)
    .slice(`${family} ${table} ${chain} `.length)
    .replace(/counter packets \d+ bytes \d+/g, "counter");
}

function changeRuleset(ruleset: NftRuleset, edit: NftRuleEdit): NftRuleset | null {
  const chain = chainOf(ruleset, edit.chain);
  if (chain === undefined) return null;
  const rules = [...chain.rules];
  const at = edit.handle === undefined ? -1 : rules.findIndex((rule) => rule.handle === edit.handle);
  if (edit.handle !== undefined && at < 0) return null;
  if (edit.verb === "delete") {
    if (edit.handle === undefined) return null;
    rules.splice(at, 1);
  } else {
    if (edit.rule === undefined) return null;
    const made = nftRuleBy(edit.rule, edit.chain);
    if (edit.verb === "replace") rules.splice(at, 1, { ...made, handle: edit.handle ?? null });
    else if (edit.verb === "insert") rules.splice(Math.max(at, 0), 0, made);
    else rules.splice(at < 0 ? rules.length : at + 1, 0, made);
  }
  return { ...ruleset, chains: ruleset.chains.map((one) => (one === chain ? { ...chain, rules } : one)) };
}

/** A rule as the ruleset holds it, from its words. */
export function nftRuleBy(text: string, place: NftChainName): NftRule {
  return nftRuleOf(text, tokensOf(text), [], place);
}

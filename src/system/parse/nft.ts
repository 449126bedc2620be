// `nft -j list ruleset`: its flat list of tables, chains, rules and sets put together.

import type { NftChain, NftEntry, NftHook, NftRule, NftRuleset, NftSet } from "../../model/nft-ruleset.ts";
import { chainLine } from "../nft-words.ts";
import { parseNftEntry, parseNftStatements } from "./nft-rule.ts";
import { formatNftRule } from "./nft-rule-line.ts";
import { type Fields, isFields, listField, nameField, numberField, textField } from "./shape.ts";

/** The ruleset; undefined where this is no output of `nft -j`. */
export function parseNft(json: unknown): NftRuleset | undefined {
  if (!isFields(json) || !Array.isArray(json.nftables)) return undefined;
  const entries = listField(json, "nftables");
  const objects = (key: string): Fields[] =>
    entries.flatMap((entry) => (isFields(entry[key]) ? [entry[key] as Fields] : []));
  const asleep = new Set(
    objects("table")
      .filter(isDormant)
      .map((table) => placeOf(table, nameField(table, "name"))),
  );
  const rules = new Map<string, NftRule[]>();
  for (const rule of objects("rule")) {
    const place = `${placeOf(rule, nameField(rule, "table"))} ${nameField(rule, "chain")}`;
    rules.set(place, [...(rules.get(place) ?? []), ruleOf(rule)]);
  }
  const chains = objects("chain").map((chain): NftChain => {
    const head = headOf(chain);
    const table = placeOf(chain, head.table);
    const hook = asleep.has(table) ? null : hookOf(chain);
    return { ...head, hook, rules: rules.get(`${table} ${head.name}`) ?? [], line: chainLine(head, hook) };
  });
  return { chains, sets: [...objects("set"), ...objects("map")].map(setOf) };
}

function placeOf(fields: Fields, table: string | null): string {
  return `${textField(fields, "family")} ${table}`;
}

function headOf(fields: Fields): { family: string; table: string; name: string } {
  return {
    family: textField(fields, "family") ?? "",
    table: nameField(fields, "table") ?? "",
    name: nameField(fields, "name") ?? "",
  };
}

// nft 1.0.6 prints the flag as "d"; it is the only one but for `owner` and `persist`.
function isDormant({ flags }: Fields): boolean {
  return (Array.isArray(flags) ? flags : [flags]).some((flag) => flag === "d" || flag === "dormant");
}

function hookOf(chain: Fields): NftHook | null {
  const hook = textField(chain, "hook");
  if (hook === null) return null;
  const { dev } = chain;
  const devices = (Array.isArray(dev) ? dev : [dev]).filter((name): name is string => typeof name === "string");
  return {
    type: textField(chain, "type") ?? "filter",
    hook,
    devices: devices.length === 0 ? null : devices,
    priority: numberField(chain, "prio") ?? 0,
    policy: chain.policy === "drop" ? "drop" : "accept",
  };
}

function ruleOf(rule: Fields): NftRule {
  const expressions = listField(rule, "expr");
  const place = [rule.family, rule.table, rule.chain].join(" ");
  const family = textField(rule, "family") ?? "";
  return {
    handle: numberField(rule, "handle"),
    statements: parseNftStatements(expressions),
    line: `${place} ${formatNftRule(expressions, family, textField(rule, "comment"))}`,
  };
}

function setOf(set: Fields): NftSet {
  const elements: unknown[] = Array.isArray(set.elem) ? set.elem : [];
  return {
    ...headOf(set),
    entries: elements.map((element): NftEntry => parseNftEntry(Object.hasOwn(set, "map") ? element : [element, null])),
  };
}

// `nft -j list ruleset`: its flat list of tables, chains, rules and sets put together.

import type { NftChain, NftEntry, NftHook, NftRule, NftRuleset, NftSet } from "../../model/nft-ruleset.ts";
import { ownValue } from "../../model/own-value.ts";
import { chainLine } from "../nft-words.ts";
import { parseNftEntry, parseNftStatements } from "./nft-rule.ts";
import { formatNftRule } from "./nft-rule-line.ts";
import { type Fields, isFields, listField, nameField, numberField, textField } from "./shape.ts";

/** The ruleset; undefined where this is no output of `nft -j`. */
export function parseNft(json: unknown): NftRuleset | undefined {
  if (!isFields(json) || !Array.isArray(json.nftables)) return undefined;
  const entries = listField(json, "nftables");
  const objects = (key: string): Fields[] =>
    entries.flatMap((entry) => (isFields(ownValue(entry, key)) ? [ownValue(entry, key) as Fields] : []));
  const asleep = new Map(
    objects("table").map((table) => [placeOf(table, nameField(table, "name")), isDormant(table)] as const),
  );
  const rules = new Map<string, NftRule[]>();
  for (const rule of objects("rule")) {
    const place = `${placeOf(rule, nameField(rule, "table"))} ${nameField(rule, "chain")}`;
    const known = rules.get(place);
    if (known) known.push(ruleOf(rule));
    else rules.set(place, [ruleOf(rule)]);
  }
  const chains = objects("chain").map((chain): NftChain => {
    const head = headOf(chain);
    const table = placeOf(chain, head.table);
    const found = asleep.get(table) === true ? null : hookOf(chain);
    const hook = found && asleep.get(table) === null ? { ...found, perhapsIdle: true as const } : found;
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

// nft 1.0.6 prints any text at all for a table's one flag (it reads memory that is not set): null is not known.
function isDormant({ flags }: Fields): boolean | null {
  const names: unknown[] = Array.isArray(flags) ? flags : flags === undefined ? [] : [flags];
  if (names.includes("dormant")) return true;
  return names.every((name) => name === "owner" || name === "persist") ? false : null;
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
  const flags: unknown[] = Array.isArray(set.flags) ? set.flags : [set.flags];
  return {
    ...headOf(set),
    ...(flags.includes("dynamic") || flags.includes("timeout") ? { changes: true as const } : {}),
    entries: elements.map((element): NftEntry => parseNftEntry(Object.hasOwn(set, "map") ? element : [element, null])),
  };
}

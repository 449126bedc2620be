// What both forms of nft's output must agree on, put side by side.

import { expect } from "vitest";
import type { NftChain, NftRule, NftRuleset, NftStatement } from "../../src/model/nft-ruleset.ts";

const named = (list: NftRuleset["chains"] | NftRuleset["sets"]): string[] =>
  list.map((one) => `${one.family} ${one.table} ${one.name}`).sort();

/** Expects the ruleset read from text to be that of the JSON. Where JSON only names an iptables extension, text may know more. */
export function expectSameRuleset(text: NftRuleset, json: NftRuleset): void {
  expect(named(text.chains)).toEqual(named(json.chains));
  for (const chain of json.chains) expectSameChain(find(text.chains, chain), chain);
  const sets = ({ sets }: NftRuleset) => [...sets].sort((a, b) => (a.table + a.name < b.table + b.name ? -1 : 1));
  expect(sets(text)).toEqual(sets(json));
}

function find(chains: readonly NftChain[], { family, table, name }: NftChain): NftChain {
  const found = chains.find((one) => one.family === family && one.table === table && one.name === name);
  if (found === undefined) throw new Error(`no chain ${family} ${table} ${name}`);
  return found;
}

function expectSameChain(text: NftChain, json: NftChain): void {
  expect(text.rules.length).toBe(json.rules.length);
  for (const [index, rule] of json.rules.entries()) expectSameRule(text.rules[index] as NftRule, rule);
  // What a dormant table's flag is, nft 1.0.6 tells in text only.
  if (json.hook?.perhapsIdle && text.hook === null) return;
  // nft before 1.0.7 leaves devices out of its JSON.
  const devices = json.hook?.devices ?? text.hook?.devices ?? null;
  expect(text.hook).toEqual(json.hook && { ...json.hook, devices });
  expect(text.line).toBe(json.line);
}

function expectSameRule(text: NftRule, json: NftRule): void {
  if (text.handle !== null) expect(text.handle).toBe(json.handle);
  if (!json.line.includes(" xt ")) {
    expect([text.line, text.statements]).toEqual([json.line, json.statements]);
    return;
  }
  const open = (statement: NftStatement): boolean => statement.kind === "perhaps" || statement.kind === "change";
  const rest = [...text.statements];
  for (const statement of json.statements.filter((one) => !open(one))) {
    const at = rest.findIndex((one) => JSON.stringify(one) === JSON.stringify(statement));
    expect(`${json.line}: ${at}`).not.toBe(`${json.line}: -1`);
    rest.splice(0, at + 1);
  }
}

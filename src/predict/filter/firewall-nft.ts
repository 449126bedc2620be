// nftables on a hook: its base chains, with rules run statement by statement as nft_do_chain does.

import type {
  HeaderChange,
  NftChain,
  NftField,
  NftRule,
  NftRuleset,
  NftSet,
  NftStatement,
  NftVerdict,
} from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";
import { type Action, type BaseChain, doubtful, type FilterPacket, type FilterRule } from "./firewall-chain.ts";
import { entryFor, matchOf } from "./firewall-nft-match.ts";
import { keptForEach } from "./kept-chains.ts";

const IPTABLES_TABLES = ["raw", "mangle", "nat", "filter", "security"];

/** Base chains of these families on a hook (of one device for ingress and egress). */
export const nftChains = keptForEach(chainsOn);

function chainsOn(ns: Namespace, families: readonly string[], hook: string, device: string | null): BaseChain[] {
  const { nft } = ns;
  if (nft === undefined) return [];
  const savedTables = (ns.iptables?.nft ?? "").split("\n");
  return nft.chains.flatMap((chain): BaseChain[] => {
    if (chain.hook?.hook !== hook || !families.includes(chain.family)) return [];
    const { devices, priority, policy, type } = chain.hook;
    if (device !== null && devices !== null && !devices.includes(device)) return [];
    // What iptables-nft made is read from its own words where state has them.
    if (isOfIptables(chain) && savedTables.includes(`*${chain.table}`)) return [];
    const unnamed = device !== null && devices === null;
    const others = new Map(
      nft.chains
        .filter((other) => other.family === chain.family && other.table === chain.table)
        .map((other) => [other.name, other.rules.map((rule) => filterRule(ns, nft, other, rule))]),
    );
    return [
      {
        name: `${chain.family} ${chain.table} ${chain.name}`,
        source: "nft",
        isNat: type === "nat",
        priority,
        policy,
        line: { netns: ns.key, key: "nft", line: chain.line },
        rules: others.get(chain.name) ?? [],
        others,
        perhapsIdle:
          chain.hook.perhapsIdle === true ||
          (unnamed && (ns.links ?? []).filter((link) => !link.isLoopback).length !== 1),
        reroutes: type === "route",
      },
    ];
  });
}

function isOfIptables({ family, table, name }: NftChain): boolean {
  return family === "ip" && IPTABLES_TABLES.includes(table) && /^[A-Z]+$/.test(name);
}

function filterRule(ns: Namespace, nft: NftRuleset, chain: NftChain, rule: NftRule): FilterRule {
  const sets = nft.sets.filter((set) => set.family === chain.family && set.table === chain.table);
  return {
    line: { netns: ns.key, key: "nft", line: rule.line },
    decide: (packet) => decide(rule.statements, packet, sets),
  };
}

// A match that fails ends the rule (NFT_BREAK); what is not understood leaves open whether the rest is reached.
function decide(statements: readonly NftStatement[], packet: FilterPacket, sets: readonly NftSet[]): Action {
  let sure = true;
  let invalid = false;
  let mark: Extract<NftStatement, { kind: "mark" }> | null = null;
  let alter: HeaderChange | null = null;
  const goOn = (): Action => (alter !== null ? { kind: "alter", change: alter } : (mark ?? { kind: "continue" }));
  for (const statement of statements) {
    switch (statement.kind) {
      case "counter":
      case "note":
        continue;
      case "perhaps":
        sure = false;
        continue;
      case "mark":
        if (!sure || alter !== null || mark !== null) return { kind: "unknown", would: null };
        mark = statement;
        continue;
      case "alter":
        if (!sure || alter !== null || mark !== null) return { kind: "unknown", would: null };
        alter = statement.change;
        continue;
      case "queue":
        return carriedOut({ kind: "drop" }, false, false, packet);
      case "change":
        return { kind: "unknown", would: null };
      case "nat":
        return sure ? { kind: "nat", change: statement.change } : { kind: "unknown", would: null };
      case "nat-map": {
        const entry = entryFor(statement, packet, sets);
        if (entry === undefined) return goOn();
        if (!sure || entry?.address === undefined) return { kind: "unknown", would: null };
        return { kind: "nat", change: { kind: statement.nat, address: entry.address } };
      }
      case "one-of":
        if (mark !== null || alter !== null) return { kind: "unknown", would: null };
        return anyOf(statement, packet, sets, { sure, invalid });
      case "match": {
        const matched = matchOf(statement, packet, sets);
        if (matched === false) return goOn();
        if (matched === null) sure = false;
        invalid ||= asksState(statement, packet);
        continue;
      }
      case "vmap": {
        const entry = entryFor(statement, packet, sets);
        if (entry === undefined) return goOn();
        const verdict = mark !== null || alter !== null ? null : (entry?.verdict ?? null);
        if (verdict === null) return { kind: "unknown", would: null };
        return carriedOut(verdict, sure, invalid || asksState(statement, packet), packet);
      }
      case "verdict":
        // A change and a verdict in one rule are more than this follows.
        if (mark !== null || alter !== null)
          return statement.verdict.kind === "continue" ? goOn() : { kind: "unknown", would: null };
        return carriedOut(statement.verdict, sure, invalid, packet);
    }
  }
  return goOn();
}

// One of the entries, whichever.
function anyOf(
  { map, nat }: Extract<NftStatement, { kind: "one-of" }>,
  packet: FilterPacket,
  sets: readonly NftSet[],
  { sure, invalid }: { readonly sure: boolean; readonly invalid: boolean },
): Action {
  const entries = map.kind === "entries" ? map.entries : (sets.find((set) => set.name === map.set)?.entries ?? []);
  const actions = entries.map(({ verdict, address }): Action | null => {
    if (nat !== null) return address === undefined ? null : { kind: "nat", change: { kind: nat, address } };
    return verdict === null ? null : carriedOut(verdict, true, invalid, packet);
  });
  const known = actions.filter((action) => action !== null);
  const [first] = known;
  if (first === undefined || known.length < actions.length) return { kind: "unknown", would: null };
  const action: Action = known.length === 1 ? first : { kind: "one-of", actions: known };
  return sure ? action : doubtful(action);
}

// It asks for the state, and that is invalid.
function asksState({ field }: { readonly field: NftField }, { ctState }: FilterPacket): boolean {
  return ctState === "invalid" && field.names.includes("ct state");
}

function carriedOut(verdict: NftVerdict, sure: boolean, invalid: boolean, { segment }: FilterPacket): Action {
  const isTcp = segment?.what.protocol === "tcp";
  if (verdict.kind === "continue") return { kind: "continue" };
  // Its protocol or family is an unwritten match of the rule.
  if (verdict.kind === "reject" && verdict.code === "of another protocol") return { kind: "continue" };
  if (verdict.kind === "reject" && verdict.code === "tcp-reset" && !isTcp) return { kind: "continue" };
  const action = actionOf(verdict, invalid);
  return sure ? action : doubtful(action);
}

function actionOf(verdict: Exclude<NftVerdict, { kind: "continue" }>, invalid: boolean): Action {
  switch (verdict.kind) {
    case "drop":
      return { kind: "drop", invalid };
    case "reject":
      return typeof verdict.code === "number" || verdict.code === "tcp-reset"
        ? { kind: "reject", code: verdict.code }
        : { kind: "unknown", would: null };
    case "jump":
    case "goto":
      return { kind: verdict.kind, chain: verdict.chain };
    default:
      return { kind: verdict.kind };
  }
}

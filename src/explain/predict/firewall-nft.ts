// nftables on a hook: its base chains, with rules run statement by statement as nft_do_chain does.

import type { NftChain, NftRule, NftRuleset, NftSet, NftStatement, NftVerdict } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";
import type { Action, BaseChain, FilterPacket, FilterRule } from "./firewall-chain.ts";
import { entryFor, matchOf } from "./firewall-nft-match.ts";

const IPTABLES_TABLES = ["raw", "mangle", "nat", "filter", "security"];

/** Base chains of these families on a hook (of one device for ingress and egress). */
export function nftChains(
  ns: Namespace,
  families: readonly string[],
  hook: string,
  device: string | null,
): BaseChain[] {
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
  let mark: number | null = null;
  const goOn = (): Action => (mark === null ? { kind: "continue" } : { kind: "mark", value: mark });
  for (const statement of statements) {
    switch (statement.kind) {
      case "counter":
      case "note":
        continue;
      case "perhaps":
        sure = false;
        continue;
      case "mark":
        if (!sure) return { kind: "unknown" };
        mark = statement.value;
        continue;
      case "change":
        return { kind: "unknown" };
      case "nat":
        return sure ? { kind: "nat", change: statement.change } : { kind: "unknown" };
      case "match": {
        const matched = matchOf(statement, packet, sets);
        if (matched === false) return goOn();
        if (matched === null) sure = false;
        if (statement.field.names.includes("ct state") && packet.ctState === "invalid") invalid = true;
        continue;
      }
      case "vmap": {
        const entry = entryFor(statement, packet, sets);
        if (entry === null) return { kind: "unknown" };
        if (entry === undefined) return goOn();
        if (entry.verdict === null || mark !== null) return { kind: "unknown" };
        const stated = statement.field.names.includes("ct state") && packet.ctState === "invalid";
        return carriedOut(entry.verdict, sure, invalid || stated);
      }
      case "verdict":
        // A mark and a verdict in one rule are more than this follows.
        if (mark !== null) return statement.verdict.kind === "continue" ? goOn() : { kind: "unknown" };
        return carriedOut(statement.verdict, sure, invalid);
    }
  }
  return goOn();
}

function carriedOut(verdict: NftVerdict, sure: boolean, invalid: boolean): Action {
  if (verdict.kind === "continue") return { kind: "continue" };
  // Its protocol or family is an unwritten match of the rule.
  if (verdict.kind === "reject" && verdict.code === "of another protocol") return { kind: "continue" };
  if (!sure) return { kind: "unknown" };
  switch (verdict.kind) {
    case "drop":
      return { kind: "drop", invalid };
    case "reject":
      return typeof verdict.code === "number" ? { kind: "reject", code: verdict.code } : { kind: "unknown" };
    case "jump":
    case "goto":
      return { kind: verdict.kind, chain: verdict.chain };
    default:
      return { kind: verdict.kind };
  }
}

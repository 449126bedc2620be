// A NAT rule: what iptables or nft make of it.

import type { NatEdit, NftChainName, TablesRuleEdit } from "../model/edit.ts";
import type { NftRuleset } from "../model/nft-ruleset.ts";
import { chainLine } from "../system/nft-words.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepNft } from "./keep-rules.ts";
import { chainOf, nftRule, nftRuleBy } from "./nft-rule.ts";
import { tablesRule } from "./tables-rule.ts";
import { words } from "./typed.ts";

export const nat: Face<NatEdit> = {
  apply: (state, edit) => {
    if (edit.tool !== "nft") return tablesRule.apply(state, asTablesRule(edit, edit.tool));
    const { chain } = edit;
    if (chain !== undefined) return nftRule.apply(state, asNftRule(edit, chain));
    return changeNamespace(state, edit.netns, (ns) => {
      const made = ns.nft && withOwnChain(ns.nft, edit);
      return made ? { ...ns, nft: made } : null;
    });
  },
  command: (edit) => {
    if (edit.tool !== "nft") return tablesRule.command(asTablesRule(edit, edit.tool));
    if (edit.chain !== undefined) return nftRule.command(asNftRule(edit, edit.chain));
    const { hook, priority } = placeOf(edit);
    const own = ownChain(edit);
    const place = `${own.family} ${own.table} ${own.name}`;
    return `nft '${[
      `add table ${own.family} ${own.table}`,
      `add chain ${place} { type nat hook ${hook} priority ${priority}; }`,
      `add rule ${place} ${nftWords(edit)}`,
    ].join("; ")}'`;
  },
  undo: (edit, before) => (edit.tool === "nft" ? null : tablesRule.undo(asTablesRule(edit, edit.tool), before)),
  keep: (edit, manager) =>
    edit.tool === "nft" ? keepNft(nat.command(edit), manager) : tablesRule.keep(asTablesRule(edit, edit.tool), manager),
  cost: COST.firewall,
};

function placeOf({ change }: NatEdit): { hook: string; priority: number } {
  return change === "dnat" ? { hook: "prerouting", priority: -100 } : { hook: "postrouting", priority: 100 };
}

function ownChain(edit: NatEdit): NftChainName {
  return { family: "ip", table: "pktwhy_nat", name: placeOf(edit).hook };
}

function nftWords(edit: NatEdit): string {
  return words(
    edit.inInterface !== undefined && `iifname "${edit.inInterface}"`,
    edit.outInterface !== undefined && `oifname "${edit.outInterface}"`,
    edit.source !== undefined && `ip saddr ${edit.source}`,
    edit.destination !== undefined && `ip daddr ${edit.destination}`,
    edit.protocol !== undefined && `${edit.protocol} dport ${edit.port}`,
    edit.change === "masquerade" ? "masquerade" : `${edit.change} to ${edit.address}`,
  );
}

function asNftRule(edit: NatEdit, chain: NftChainName) {
  return { kind: "nft-rule", netns: edit.netns, verb: "add", chain, rule: nftWords(edit) } as const;
}

function asTablesRule(edit: NatEdit, tool: TablesRuleEdit["tool"]): TablesRuleEdit {
  const target =
    edit.change === "masquerade"
      ? "-j MASQUERADE"
      : edit.change === "snat"
        ? `-j SNAT --to-source ${edit.address}`
        : `-j DNAT --to-destination ${edit.address}`;
  return {
    kind: "tables-rule",
    netns: edit.netns,
    tool,
    verb: "append",
    table: "nat",
    chain: placeOf(edit).hook.toUpperCase(),
    rule: words(
      edit.source !== undefined && `-s ${edit.source}`,
      edit.destination !== undefined && `-d ${edit.destination}`,
      edit.inInterface !== undefined && `-i ${edit.inInterface}`,
      edit.outInterface !== undefined && `-o ${edit.outInterface}`,
      edit.protocol !== undefined && `-p ${edit.protocol} -m ${edit.protocol} --dport ${edit.port}`,
      target,
    ),
  };
}

function withOwnChain(ruleset: NftRuleset, edit: NatEdit): NftRuleset {
  const own = ownChain(edit);
  const known = chainOf(ruleset, own);
  const rule = nftRuleBy(nftWords(edit), own);
  if (known !== undefined)
    return {
      ...ruleset,
      chains: ruleset.chains.map((one) => (one === known ? { ...known, rules: [...known.rules, rule] } : one)),
    };
  const hook = { type: "nat", ...placeOf(edit), devices: null, policy: "accept" } as const;
  return { ...ruleset, chains: [...ruleset.chains, { ...own, hook, rules: [rule], line: chainLine(own, hook) }] };
}

// A chain's policy: never the advice where a rule can open the way for this packet alone.

import type { PolicyEdit } from "../model/edit.ts";
import { chainLine } from "../system/nft-words.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepNft } from "./keep-rules.ts";
import { chainOf, chainWords } from "./nft-rule.ts";
import { changeTable, changeTables, tablesOf } from "./tables-rule.ts";
import { name, option, words } from "./typed.ts";

export const policy: Face<PolicyEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const { chain } = edit;
      if ("tool" in chain)
        return changeTables(ns, chain.tool, (text) =>
          changeTable(text, chain.table ?? "filter", (lines) => {
            const at = lines.findIndex((line) => line.startsWith(`:${chain.name} `) && !/^:\S+ -/.test(line));
            return at < 0
              ? null
              : lines.map((line, index) => (index === at ? `:${chain.name} ${edit.policy.toUpperCase()} [0:0]` : line));
          }),
        );
      const known = chainOf(ns.nft, chain);
      if (!ns.nft || !known?.hook) return null;
      const hook = { ...known.hook, policy: edit.policy };
      const changed = { ...known, hook, line: chainLine(known, hook) };
      return { ...ns, nft: { ...ns.nft, chains: ns.nft.chains.map((one) => (one === known ? changed : one)) } };
    }),
  command: ({ chain, policy: value }) =>
    "tool" in chain
      ? words(chain.tool, option("-t", chain.table), `-P ${name(chain.name)} ${value.toUpperCase()}`)
      : `nft add chain ${chainWords(chain)} '{ policy ${value}; }'`,
  undo: (edit, before) => {
    const ns = before.namespaces.get(edit.netns ?? "");
    const { chain } = edit;
    const was =
      "tool" in chain
        ? ns &&
          new RegExp(`^:${chain.name} (ACCEPT|DROP)`, "m").exec(tablesOf(ns, chain.tool) ?? "")?.[1]?.toLowerCase()
        : chainOf(ns?.nft, chain)?.hook?.policy;
    return was === "accept" || was === "drop" ? [{ ...edit, policy: was }] : null;
  },
  keep: (edit, manager) => ("tool" in edit.chain ? null : keepNft(policy.command(edit), manager)),
  cost: COST.firewall * 2,
};

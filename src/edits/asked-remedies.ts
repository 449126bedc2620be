// What a cause offers, for a connection or a question over UDP: rules that let a ping pass let its port pass instead, and what
// is typed in place of a ping is left out.

import { spoken } from "../model/asked-words.ts";
import type { Cause } from "../model/cause.ts";
import type { Edit, NftRuleEdit, TablesRuleEdit } from "../model/edit.ts";
import type { Facts } from "../model/finding.ts";
import type { Remedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The remedies of a cause for what was asked. */
export function remediesFor(cause: Pick<Cause, "fixes">, facts: Facts, netns: string | null): readonly Remedy[] {
  const remedies = cause.fixes(facts, netns);
  if (facts.protocol === undefined) return remedies;
  return remedies.flatMap((remedy): Remedy[] => {
    const effect = spoken(remedy.effect, facts);
    if (remedy.edits === undefined) return isPing(remedy.advice ?? remedy.command) ? [] : [{ ...remedy, effect }];
    if (remedy.edits.some(({ kind }) => kind === "question")) return [];
    const [first, ...others] = remedy.edits.map((edit) => ofPort(edit, facts));
    if (first === undefined) return [];
    const opened = remedy.edits.some(letsPingPass);
    // A rule without a port would open all of them.
    if (opened && facts.service === undefined) return [];
    return [{ ...remedy, edits: [first, ...others], effect: opened ? LETS_PORT_PASS : effect }];
  });
}

const LETS_PORT_PASS = text(
  "lets this port pass, in front of all other rules; lasts until the rules are loaded anew",
  "在所有规则之前放行这个端口；规则重新加载后失效",
);

function isPing(command: string): boolean {
  return /(?:^|\s)(?:ping|arping) /.test(command);
}

function isRule(edit: Edit): edit is NftRuleEdit | TablesRuleEdit {
  return edit.kind === "nft-rule" || edit.kind === "tables-rule";
}

function letsPingPass(edit: Edit): boolean {
  return isRule(edit) && /\bicmp\b/.test(edit.rule ?? "") && /accept/i.test(edit.rule ?? "");
}

function ofPort(edit: Edit, facts: Facts): Edit {
  if (!letsPingPass(edit) || !isRule(edit)) return edit;
  const { protocol, service } = facts;
  const nft = `${protocol} dport ${service} accept`;
  return { ...edit, rule: edit.kind === "nft-rule" ? nft : `-p ${protocol} --dport ${service} -j ACCEPT` };
}

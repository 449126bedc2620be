// What a cause offers, as it is printed: the commands of its edits, or its advice.

import type { Cause } from "../model/cause.ts";
import type { Facts, Fix, Settle } from "../model/finding.ts";
import { hasBlank, type Remedy } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";
import { remediesFor } from "./asked-remedies.ts";
import { command } from "./edits.ts";

/** Said of what no walk has tried. */
export const UNPROVEN: Text = text(
  "not proven: the walk cannot tell what comes after it",
  "未经验证：推演无法确定之后的情况",
);

/** The fixes of a cause for these facts, most advisable first. */
export function fixesOf(cause: Pick<Cause, "fixes">, facts: Facts, netns: string | null): Fix[] {
  return remediesFor(cause, facts, netns).map(fixOf);
}

function fixOf(remedy: Remedy): Fix {
  const { effect } = remedy;
  if (remedy.command !== undefined)
    return { command: remedy.command, effect, edits: [], proof: "unproven", outcome: UNPROVEN };
  if (remedy.edits === undefined) return { command: remedy.advice, effect };
  const { edits, incomplete } = remedy;
  return { command: edits.map(command).join(" && "), effect, edits, ...(incomplete ? { incomplete } : {}) };
}

/** A cause's fixes with what only looks, or has a blank that a person must fill in, set apart as advice. */
export function fixesAndAdvice(
  cause: Pick<Cause, "fixes">,
  facts: Facts,
  netns: string | null,
): { readonly fixes: readonly Fix[]; readonly advice: readonly Settle[] } {
  const all = fixesOf(cause, facts, netns);
  const isFix = (fix: Fix): boolean =>
    fix.edits !== undefined && fix.incomplete !== true && (fix.edits.length > 0 || !hasBlank(fix.command));
  const advice = all.filter((fix) => !isFix(fix)).map(({ command, effect }) => ({ command, because: effect }));
  return { fixes: all.filter(isFix), advice };
}

// Repairs of the world that leads: proven in the system as it is supposed, so that each proof says "if".

import type { Cause } from "../../model/cause.ts";
import type { Finding, Fix } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { WhyLog } from "../../model/why.ts";
import type { WalkBudget } from "../repair/budget.ts";
import { type Repaired, withRepair } from "../repair/proof.ts";
import type { World } from "./world.ts";

/** What a leading world is repaired with. */
interface Means {
  readonly shown: SystemState;
  readonly causes: readonly Cause[];
  readonly budget: WalkBudget;
  readonly why: WhyLog | null;
}

/** The findings with fixes for hosts that were shown; the cause stays what the world has. */
export function repairedWorld(
  findings: readonly Finding[],
  { state, walk }: World,
  { shown, causes, budget, why }: Means,
): Repaired {
  const { trace } = walk.comparison;
  const found = withRepair(findings, { state, trace, causes, budget, why });
  const [first, ...others] = found.findings;
  const [main] = findings;
  if (first === undefined || main === undefined || first.code !== main.code || first.netns !== main.netns)
    return { findings, notes: found.notes };
  return { ...found, findings: [{ ...first, fixes: first.fixes.filter(isAt(shown)).map(withIf) }, ...others] };
}

function isAt({ namespaces }: SystemState): (fix: Fix) => boolean {
  return ({ edits = [] }) => edits.every(({ netns }) => netns === undefined || netns === null || namespaces.has(netns));
}

function withIf(fix: Fix): Fix {
  if (fix.outcome === undefined || fix.proof === "unproven") return fix;
  return { ...fix, outcome: supposed(fix.outcome) };
}

function supposed({ en, zh }: Text): Text {
  return text(`if what is assumed here holds, ${en}`, `如果这里的假定成立，${zh}`);
}

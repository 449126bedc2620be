// Builds the causes and open ends a walk stops with.

import type { Code } from "../model/code.ts";
import type { Evidence, StateLine } from "../model/evidence.ts";
import type { CauseHit, Facts, RuledOut } from "../model/finding.ts";
import { type Text, text, verbatim } from "../model/text.ts";
import type { Disposition } from "../model/trace.ts";
import { typeset } from "./typeset.ts";

/** Every way a walk can end but with an answer. */
export type Halt = Exclude<Disposition, { kind: "answered" }>;

/** A cause, before its evidence is put together. */
export interface HitDraft {
  readonly code: Code;
  readonly netns: string;
  readonly interface?: string | null;
  readonly facts?: Facts;
  readonly lines?: readonly StateLine[];
  /** Said where no line of state can be quoted, or besides them. */
  readonly because?: Text;
  readonly ruledOut?: readonly RuledOut[];
  readonly certainty?: CauseHit["certainty"];
}

/** A cause with its evidence: every quoted line once, then what follows from them. */
export function makeHit(draft: HitDraft): CauseHit {
  const evidence: Evidence[] = [];
  const seen = new Set<string>();
  for (const line of draft.lines ?? []) {
    const key = `${line.netns}\n${line.key}\n${line.line}`;
    if (seen.has(key)) continue;
    seen.add(key);
    evidence.push(line.assumed ? assumedEvidence(line) : { basis: "state", text: verbatim(line.line), state: line });
  }
  if (draft.because || evidence.length === 0) {
    const because = draft.because ?? text("follows from the steps before", "由前面的步骤推出");
    evidence.push({ basis: "inferred", text: typeset(because) });
  }
  return {
    code: draft.code,
    netns: draft.netns,
    interface: draft.interface ?? null,
    facts: draft.facts ?? {},
    evidence: evidence as [Evidence, ...Evidence[]],
    ruledOut: (draft.ruledOut ?? []).map((r) => ({ code: r.code, because: typeset(r.because) })),
    certainty: draft.certainty ?? "certain",
  };
}

/** A line that no state holds, and that is taken to hold. */
export function assumedEvidence(line: StateLine): Evidence {
  return { basis: "inferred", text: assumedText(line.line), state: line };
}

/** The same where only its words are told. */
export function assumedText(line: string): Text {
  return text(`assumed: ${line}`, `假定：${line}`);
}

/** The walk ends with this cause, which may have further names. */
export function stopped(hit: CauseHit, alsoAs: readonly CauseHit[] = []): Extract<Halt, { kind: "stopped" }> {
  return { kind: "stopped", hit, ...(alsoAs.length === 0 ? {} : { alsoAs }) };
}

/** An end that state does not decide. */
export function open(
  netns: string,
  missing: readonly string[],
  question: Text,
  candidates: readonly Code[] = [],
): Halt {
  return { kind: "open", netns, missing, question: typeset(question), candidates };
}

/** The lines of state that a cause rests on. */
export function stateOf({ evidence }: CauseHit): StateLine[] {
  return evidence.flatMap((one) => (one.state ? [one.state] : []));
}

/** The same cause with more facts. */
export function withFacts(hit: CauseHit, facts: Facts): CauseHit {
  return { ...hit, facts: { ...hit.facts, ...facts } };
}

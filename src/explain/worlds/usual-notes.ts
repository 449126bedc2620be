// What is remarkable of the way that a packet usually takes through the hosts that were shown, where it was answered.

import { weaker } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Case } from "../case.ts";
import type { WalkChoice } from "../choose-walk.ts";
import type { Observed } from "../outcome.ts";

/** The remarks of the walk through the usual system that rest on nothing but lines that were shown. */
export function notesOfUsual(
  subject: Case,
  { worlds, allAnswered }: Pick<WalkChoice, "worlds" | "allAnswered">,
  { answered }: Observed,
): CauseHit[] {
  const [usual] = worlds?.fitting ?? [];
  if (answered === 0 || usual === undefined || usual.fault !== null) return [];
  // Beside a loss only what may be the reason of it comes first.
  const isNote = (hit: CauseHit): boolean =>
    subject.causes.some(({ code, severity }) => code === hit.code && severity === "note");
  return usual.walk.comparison.trace.remarks
    .filter((hit) => isShownWhole(subject, hit) && (allAnswered || !isNote(hit)))
    .map((hit) => ({ ...hit, certainty: weaker(hit.certainty, "likely") }));
}

function isShownWhole({ state }: Case, { netns, evidence }: CauseHit): boolean {
  const lines = evidence.flatMap((one) => one.state ?? []);
  const isThere = netns !== null && state?.namespaces.has(netns) === true;
  return isThere && lines.length > 0 && lines.every(({ assumed }) => assumed !== true);
}

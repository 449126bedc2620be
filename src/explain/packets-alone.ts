// What packets can show without any state: every cause that has a check is asked, the surest answer comes first.

import type { Cause, PacketView } from "../model/cause.ts";
import type { Certainty } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";

const ORDER: readonly Certainty[] = ["certain", "likely", "possible"];

/** Hits of all checks that can be the answer; a problem or a story before the plain codes that only say how it ended. */
export function checkPackets(causes: readonly Cause[], view: PacketView): CauseHit[] {
  const hits: { hit: CauseHit; rank: number; isPlain: boolean }[] = [];
  for (const cause of causes) {
    const hit =
      (cause.beside && cause.severity === "note") || view.isExcluded?.(cause.code) ? null : hitOf(cause, view);
    if (hit === null) continue;
    const group = cause.upsets ? -1 : (cause.lastResort ?? 0);
    hits.push({ hit, rank: group * 10 + ORDER.indexOf(hit.certainty), isPlain: cause.lastResort !== undefined });
  }
  const sorted = hits.sort((a, b) => a.rank - b.rank);
  // What only says how it ended is said by the more telling ones too.
  const telling = sorted.filter(({ isPlain }) => !isPlain);
  return (telling.length > 0 ? telling : sorted).map(({ hit }) => hit);
}

/** Hits that no state can change: what the frames themselves decide. */
export function decidedByPackets(causes: readonly Cause[], view: PacketView): CauseHit[] {
  return causes.flatMap((cause) => {
    const verdict = cause.check?.(view);
    if (!verdict?.stateless) return [];
    const { stateless: _, ...hit } = verdict;
    return [{ code: cause.code, ...hit }];
  });
}

/** What the frames show beside the answer, whatever else holds. */
export function storiesBeside(causes: readonly Cause[], view: PacketView): CauseHit[] {
  return causes.flatMap((cause) => (cause.beside ? (hitOf(cause, view) ?? []) : []));
}

function hitOf(cause: Cause, view: PacketView): CauseHit | null {
  const verdict = cause.check?.(view);
  if (!verdict) return null;
  return { code: cause.code, ...verdict, facts: { basis: "packets", ...verdict.facts } };
}

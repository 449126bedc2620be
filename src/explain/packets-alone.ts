// What packets can show without any state: every cause that has a check is asked, the surest answer comes first.

import type { Cause, PacketView } from "../model/cause.ts";
import type { Certainty } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";

const ORDER: readonly Certainty[] = ["certain", "likely", "possible"];

/** Hits of all checks; a problem or a story before the plain codes that only say how it ended. */
export function checkPackets(causes: readonly Cause[], view: PacketView): CauseHit[] {
  const hits: { hit: CauseHit; rank: number }[] = [];
  for (const cause of causes) {
    const verdict = cause.check?.(view);
    if (!verdict) continue;
    const plain = PLAIN.indexOf(cause.code) + 1;
    hits.push({
      hit: { code: cause.code, ...verdict, facts: { ...verdict.facts, basis: "packets" } },
      rank: plain * 10 + ORDER.indexOf(verdict.certainty),
    });
  }
  const sorted = hits.sort((a, b) => a.rank - b.rank).map((h) => h.hit);
  // What only says how it ended is said by the more telling ones too.
  const telling = sorted.filter((hit) => !PLAIN.includes(hit.code));
  return telling.length > 0 ? telling : sorted;
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

// For when nothing more telling holds, in this order.
const PLAIN: readonly string[] = ["answered", "arp-no-answer", "echo-no-reply", "host-unreachable-is-local"];

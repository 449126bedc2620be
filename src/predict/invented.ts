// What a walk through a changed state quotes: lines that no state file holds are assumptions, and told as such.

import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { isVerbatim } from "../model/text.ts";
import type { RenderedLines } from "../system/rendered-lines.ts";
import { assumedEvidence, assumedText } from "./hits.ts";

/** The hit with all that these lines do not hold marked as assumed. */
export function withoutInvented(hit: CauseHit, rendered: RenderedLines): CauseHit {
  const [first, ...others] = hit.evidence.map((one): Evidence => {
    if (one.state === undefined || one.state.assumed || rendered.has(one.state)) return one;
    return assumedEvidence({ ...one.state, assumed: true });
  });
  const ruledOut = hit.ruledOut.map(({ code, because }) =>
    isVerbatim(because) && !rendered.holds(because.en) ? { code, because: assumedText(because.en) } : { code, because },
  );
  return first === undefined ? hit : { ...hit, evidence: [first, ...others], ruledOut };
}

// Part of a flow: of its lost requests only some, beside all that were answered.

import type { Flow, Outcome } from "../../model/flow.ts";
import type { Nanoseconds } from "../../model/time.ts";
import { isLost, spanOf } from "./of-flow.ts";

interface LostOutcome {
  readonly signature: string;
  readonly from: Nanoseconds | null;
  readonly to: Nanoseconds | null;
}

/** The flow with those of its lost outcomes that are wanted; null where that is none. */
export function makeLostFlow(flow: Flow, wanted: (lost: LostOutcome) => boolean): Flow | null {
  const isWanted = (one: Outcome): boolean =>
    !isLost(one, flow.netns) || wanted({ signature: one.signature, ...spanOf(one) });
  const echoOutcomes = flow.echoOutcomes.filter(isWanted);
  const arpOutcomes = flow.arpOutcomes.filter(isWanted);
  const isLeft = [...echoOutcomes, ...arpOutcomes].some((one) => isLost(one, flow.netns));
  if (!isLeft) return null;
  const dropped = flow.echoOutcomes.filter((one) => !echoOutcomes.includes(one));
  const requests = flow.requests - dropped.reduce((sum, { count }) => sum + count, 0);
  return { ...flow, echoOutcomes, arpOutcomes, requests };
}

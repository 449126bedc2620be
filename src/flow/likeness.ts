// How a flow went, in a short text: flows of one crowd with the same text are explained by one of them.

import { answeredArp, cameBack } from "../model/observed.ts";
import type { FlowRecord } from "./flow-record.ts";

// Beyond so many ways of going, one more is told with the last.
const LONGEST = 160;

/** What was seen of it at which places, however often; and whether it was answered. */
export function likenessOf(flow: FlowRecord): string {
  const passed = new Set<string>();
  for (const { signature } of [
    ...flow.arpOutcomes,
    ...flow.echoOutcomes,
    ...(flow.transportOutcomes ?? []),
    ...flow.loneOutcomes,
  ])
    for (const passage of signature.split(" ")) passed.add(passage);
  const heard = isAnswered(flow) ? (flow.replies < flow.requests ? "partly" : "answered") : "silent";
  // Who asks again is patient: a ping among the single questions of a flood.
  const often = flow.kind === "ping" && flow.requests > 1 ? "often" : "once";
  return `${heard} ${often} ${[...passed].sort().join(" ").slice(0, LONGEST)}`;
}

/** Whether any of its questions was answered, where the question was seen to leave. */
export function isAnswered(flow: FlowRecord): boolean {
  if (flow.kind === "arp") return answeredArp(flow).length > 0;
  if (flow.transportOutcomes !== undefined) return flow.replies > 0;
  return (
    flow.replies > 0 && flow.echoOutcomes.some(({ first }) => first.kind === "echo" && cameBack(first, flow.netns))
  );
}

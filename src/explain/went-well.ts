// Connections that went well beside something else are counted in a sentence: a report is about what did not.

import { endsOf } from "../model/connection.ts";
import type { Flow } from "../model/flow.ts";
import { type Text, text } from "../model/text.ts";
import type { ExplainedFlow } from "./explain-flow.ts";

/** Flows that are not told one by one, and what is said of them instead. */
export interface WentWell {
  readonly flows: ReadonlySet<Flow>;
  readonly notes: readonly Text[];
}

// So many that went well are told each, where there is nothing else.
const MOST_TOLD = 8;

/** Where nothing but connections was seen and they are few, each is told; what the command itself did always is. */
export function wentWell(explained: readonly ExplainedFlow[], isOwn: (flow: Flow) => boolean): WentWell {
  const flows = explained.flatMap(({ report: { flow, verdict } }) => {
    const isGood = verdict === "worked" || (verdict === "cannot-tell" && isMidway(flow));
    return isGood && flow.transportOutcomes !== undefined && !isOwn(flow) ? [flow] : [];
  });
  const known = new Set(flows);
  // Who was asked for a MAC address on the way, and gave it, is no story beside a connection that needed it.
  const others = explained.filter(({ report: { flow, verdict } }) => {
    const isAsked = flow.kind === "arp" && verdict !== "failed" && verdict !== "worked-with-trouble";
    return !known.has(flow) && !isAsked;
  }).length;
  if (flows.length === 0 || (others === 0 && flows.length <= MOST_TOLD)) return { flows: new Set(), notes: [] };
  // Where all is well, the first of them are the story.
  const spared = others > 0 ? flows : flows.slice(MOST_TOLD);
  return { flows: new Set(spared), notes: [counted(spared)] };
}

// Over UDP nobody need answer, and of a connection that was older than the capture only the middle was seen.
function isMidway(flow: Flow): boolean {
  return flow.kind === "udp" || endsOf(flow).every(({ end }) => end.kind === "midway");
}

function counted(flows: readonly Flow[]): Text {
  const of = (kind: Flow["kind"]): number =>
    flows.filter((flow) => flow.kind === kind).reduce((sum, { requests }) => sum + requests, 0);
  const [tcp, udp] = [of("tcp"), of("udp")];
  const en = [
    ...(tcp > 0 ? [`${tcp} TCP ${tcp === 1 ? "connection" : "connections"}`] : []),
    ...(udp > 0 ? [`${udp} UDP ${udp === 1 ? "exchange" : "exchanges"}`] : []),
  ].join(" and ");
  const zh = [...(tcp > 0 ? [`${tcp} 个 TCP 连接`] : []), ...(udp > 0 ? [`${udp} 次 UDP 交互`] : [])].join("、");
  return text(`Besides: ${en}, none of which shows a failure.`, `另有 ${zh}，都没有看到失败。`);
}

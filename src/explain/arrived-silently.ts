// Whether the kernel's own counts leave nothing but a hook: packets came in, and were neither delivered, passed on nor refused.

import { endsOf } from "../model/connection.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";

// Where a packet that has come in goes on, or is refused and counted (ip_rcv_core, ip_rcv_finish_core, ip_forward, ip_local_deliver).
const GOES_ON = [
  "IpInDelivers",
  "IpForwDatagrams",
  "IpInHdrErrors",
  "IpInAddrErrors",
  "IpInUnknownProtos",
  "IpInDiscards",
  "IpReasmReqds",
  "IpExtInNoRoutes",
  "IpExtInTruncatedPkts",
  "TcpExtIPReversePathFilter",
];

/** A hook that drops without a count of its own is certain where just these packets came to its host and nothing else did. */
export function withSilentArrival(
  hit: CauseHit,
  flow: Flow,
  before: SystemState | null,
  after: SystemState | null,
): CauseHit {
  const { netns, evidence } = hit;
  const isHook = evidence.some(({ state }) => state?.key === "nft" || state?.key === "iptables");
  const isInferred = evidence.some(({ basis }) => basis === "inferred");
  if (hit.certainty !== "likely" || !isHook || !isInferred || netns === null) return hit;
  const [from, to] = [before, after].map((state) => state?.namespaces.get(netns)?.counters);
  const sent = questionsOf(flow);
  if (from === undefined || to === undefined || sent === null) return hit;
  const [first, second] = [from.get("IpInReceives"), to.get("IpInReceives")];
  const stood = GOES_ON.every((name) => from.has(name) && from.get(name) === to.get(name));
  if (first === undefined || second === undefined || second - first !== sent || !stood) return hit;
  const counter = { netns, name: "IpInReceives", before: first, after: second };
  const said = text(
    "counted by the kernel: IpInReceives (none of these packets was delivered, forwarded or refused for another reason)",
    "内核计数 IpInReceives 增加，而这些报文没有一个被递交、转发或因别的原因被拒",
  );
  const [head, ...others] = evidence.filter(({ basis }) => basis !== "inferred");
  if (head === undefined) return hit;
  return { ...hit, certainty: "certain", evidence: [head, ...others, { basis: "kernel", text: said, counter }] };
}

// How many packets asked; null where only some of the like ones were kept.
function questionsOf(flow: Flow): number | null {
  if (flow.kind === "ping") return flow.requests;
  const ends = endsOf(flow);
  if (ends.length !== flow.requests) return null;
  return ends.reduce(
    (sum, { exchange }) => sum + (exchange.kind === "tcp" ? exchange.syns : exchange.questions).length,
    0,
  );
}

// What a walk that fits says: its causes, with how sure they are and how often they held.

import { formatIpv4 } from "../model/address.ts";
import { type Certainty, type Evidence, weaker } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { text } from "../model/text.ts";
import type { Case } from "./case.ts";
import { addressedTo, type Comparison } from "./compare.ts";
import type { Observed } from "./outcome.ts";
import { type ComparedWalk, explainsLoss } from "./walk-of.ts";

/** What the walk stops at, or what is worth telling of a walk that is answered, as sure as the facts make it. */
export function hitsOfWalk(subject: Case, walk: ComparedWalk, observed: Observed, fromAfter: boolean): CauseHit[] {
  const { comparison, rest } = walk;
  const { trace } = comparison;
  const explained = explainsLoss(walk);
  const lost = explained ? null : lossEvidence(observed);
  const limit = limitOfWalk(subject, walk, observed, fromAfter);
  const weaken = (hit: CauseHit): CauseHit => ({ ...hit, certainty: weaker(hit.certainty, limit) });
  if (trace.disposition.kind === "stopped") {
    const later = trace.remarks.filter(
      (r) => r.code !== (trace.disposition.kind === "stopped" ? trace.disposition.hit.code : ""),
    );
    const some = rest === null ? null : shareAnswered(observed);
    const stop = countedAsSeen(trace.disposition.hit, comparison);
    return [withEvidence(withEvidence(stop, macEvidence(stop, comparison)), some), ...later].map(weaken);
  }
  const [first, ...others] = trace.remarks;
  const share = explained && rest === null && observed.answered < observed.sent ? shareAnswered(observed) : lost;
  if (first === undefined) return [withEvidence(answeredHit(comparison, observed, limit), lost)];
  return [withEvidence(first, share), ...others].map(weaken);
}

/** How sure a cause may be by this walk alone: of the moment of its state, and with no other way left. */
export function limitOfWalk(subject: Case, walk: ComparedWalk, observed: Observed, fromAfter: boolean): Certainty {
  const alone = (explainsLoss(walk) || lossEvidence(observed) === null) && !(walk.ambiguous ?? false);
  return weaker(walkCertainty(subject, walk.comparison, observed, fromAfter), alone ? "certain" : "likely");
}

// The frames themselves show it, where they were captured with their MAC addresses.
function macEvidence({ facts: { mac } }: CauseHit, comparison: Comparison): Evidence | null {
  const shown = mac === undefined ? [] : addressedTo(comparison, mac).so;
  if (shown.length === 0) return null;
  return {
    basis: "seen",
    text: text(`the frames are addressed to ${mac}`, `帧的目的 MAC 是 ${mac}`),
    frames: shown.map(({ frame }) => frame),
  };
}

function withEvidence(hit: CauseHit, evidence: Evidence | null): CauseHit {
  return evidence === null ? hit : { ...hit, evidence: [...hit.evidence, evidence] };
}

// Requests that stayed unanswered though nothing on the way stops them.
function lossEvidence(observed: Observed): Evidence | null {
  const lost = observed.sent - observed.answered;
  if (observed.answered === 0 || lost <= 0) return null;
  return {
    basis: "missing",
    text: text(
      `${lost} of ${observed.sent} requests stayed unanswered, and nothing that was seen or that state tells explains why`,
      `${observed.sent} 个请求中有 ${lost} 个没有应答，看到的报文和状态都说明不了原因`,
    ),
  };
}

function shareAnswered(observed: Observed): Evidence {
  return {
    basis: "seen",
    text: text(
      `${observed.answered} of ${observed.sent} requests were answered: it does not hold all the time`,
      `${observed.sent} 个请求中有 ${observed.answered} 个得到了应答：故障并非一直存在`,
    ),
  };
}

// How often the question was asked in so many seconds is what the captures show, not what the settings let expect.
function countedAsSeen(hit: CauseHit, { steps }: Comparison): CauseHit {
  if (hit.facts.seconds === undefined) return hit;
  const asked = steps.find((s) => s.step.expects?.packet.kind === "arp-request" && s.step.leg === "arp-request");
  if (hit.facts.count === undefined || asked === undefined || asked.status !== "seen") return hit;
  return { ...hit, facts: { ...hit.facts, count: String(Math.max(asked.count, asked.packets.length)) } };
}

function answeredHit({ trace, steps }: Comparison, observed: Observed, certainty: Certainty): CauseHit {
  const reply = steps.filter((s) => s.status === "seen" && s.step.leg === "reply").at(-1);
  const words =
    observed.by === "ping"
      ? text(
          `ping says: ${observed.answered} of ${observed.sent} answered`,
          `ping 的输出：${observed.sent} 个请求收到 ${observed.answered} 个应答`,
        )
      : text("the reply was seen", "看到了应答");
  const { transport } = trace.attempt;
  return {
    code: transport === undefined ? "answered" : "connected",
    netns: trace.attempt.netns,
    interface: reply?.step.interface ?? null,
    facts: {
      target: formatIpv4(trace.attempt.destination),
      ...(trace.source === null ? {} : { source: formatIpv4(trace.source) }),
      ...(transport && { protocol: transport.protocol, service: String(transport.destinationPort) }),
      ...(observed.answered < observed.sent ? { lost: String(observed.sent - observed.answered) } : {}),
    },
    evidence: [{ basis: "seen", text: words, ...(reply ? { frames: reply.packets.map((p) => p.frame) } : {}) }],
    ruledOut: [],
    // ping's own words need no state.
    certainty: observed.by === "ping" && observed.answered >= observed.sent ? "certain" : certainty,
  };
}

// State decides between look-alikes; it is weaker where it may describe another moment or where parts were assumed.
function walkCertainty(subject: Case, { trace, seen }: Comparison, observed: Observed, fromAfter: boolean): Certainty {
  let certainty: Certainty = "certain";
  if (fromAfter) certainty = "likely";
  if (!observed.anything && observed.by === "packets") certainty = "likely";
  if (seen === 0 && observed.by === "packets" && trace.disposition.kind !== "stopped") certainty = "likely";
  const assumed = trace.assumed ?? [];
  if (
    assumed.length > 0 &&
    !(trace.disposition.kind === "stopped" && arpStop(trace.hops.at(-1)?.leg)) &&
    trace.disposition.kind !== "answered"
  )
    certainty = "likely";
  if (subject.inputs.some((i) => i.timeSource === "userspace")) certainty = weaker(certainty, "certain");
  // What was typed is taken as the whole system, which it need not be.
  const told = [...new Set(trace.hops.map((h) => h.netns))].flatMap((n) => subject.state?.namespaces.get(n) ?? []);
  if (told.some((n) => n.replayed)) certainty = "likely";
  if (takenElsewhen(subject)) certainty = "likely";
  // Begun where the packet came in: of the hosts before and beside this one nothing is known.
  if (!subject.state?.namespaces.has(trace.attempt.netns)) certainty = "likely";
  return certainty;
}

function arpStop(leg: string | undefined): boolean {
  return leg?.includes("arp") ?? false;
}

const STATE_MAY_BE_OLD = 600_000_000_000n;

function takenElsewhen({ state, inputs }: Case): boolean {
  const taken = state?.takenAt ?? null;
  if (taken === null) return false;
  const from = inputs.flatMap((i) => (i.from === null ? [] : [i.from]));
  const to = inputs.flatMap((i) => (i.to === null ? [] : [i.to]));
  if (from.length === 0 || to.length === 0) return false;
  const first = from.reduce((a, b) => (a < b ? a : b));
  const last = to.reduce((a, b) => (a > b ? a : b));
  return taken < first - STATE_MAY_BE_OLD || taken > last + STATE_MAY_BE_OLD;
}

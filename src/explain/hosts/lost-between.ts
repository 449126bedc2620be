// What left one host and did not come in at another is told as lost between the two sightings: nobody can look in there.

import { formatIpv4 } from "../../model/address.ts";
import type { Evidence } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Flow } from "../../model/flow.ts";
import { text } from "../../model/text.ts";
import type { ExpectedSighting } from "../../model/trace.ts";
import type { InputSummary } from "../../model/vantage.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { leadsOut, otherEnd } from "../../system/lookup/peer.ts";
import type { Case } from "../case.ts";
import type { ComparedStep } from "../compare.ts";
import type { Observed } from "../outcome.ts";
import type { ComparedWalk } from "../walk-of.ts";

/** The cause, where the walk's own first missing sighting is on another host than the last one seen; else null. */
export function lostBetween(subject: Case, flow: Flow, observed: Observed, walk: ComparedWalk | null): CauseHit | null {
  const hosts = subject.state?.hosts ?? [];
  if (hosts.length < 2 || walk === null || walk.fits || observed.answered > 0) return null;
  const { steps, missing, unexpected, trace } = walk.comparison;
  if (unexpected.length > 0) return null;
  const { kind } = trace.disposition;
  if (missing === null) return kind === "exits" ? notSeenAtOwner(subject, flow, steps) : null;
  const before = steps.slice(0, steps.indexOf(missing)).findLast(({ step }) => step.expects !== null);
  const [out, into] = [before?.step.expects, missing.step.expects];
  if (!before || !out || !into || before.status !== "seen" || missing.input === null) return null;
  const isBetween =
    out.direction === "out" && into.direction === "in" && hostOf(subject, out) !== hostOf(subject, into);
  if (!isBetween || steps.slice(steps.indexOf(missing)).some(({ status }) => status === "seen")) return null;
  return hitOf(flow, { before, out, into, input: missing.input, isJoined: true });
}

function hostOf({ state }: Case, { netns }: ExpectedSighting): string | undefined {
  return state?.namespaces.get(netns)?.host;
}

// It left all that is known; another host has the address, was captured on where it leads out itself, and saw nothing of it.
function notSeenAtOwner(subject: Case, flow: Flow, steps: readonly ComparedStep[]): CauseHit | null {
  const { state, view } = subject;
  const before = steps.findLast(({ step }) => step.expects !== null);
  const out = before?.step.expects;
  if (state === null || !before || !out || before.status !== "seen" || out.direction !== "out") return null;
  const asked = out.packet.kind === "arp-request" ? out.packet.target : flow.dst;
  const [owner, ...others] = ownersOf(state, asked).filter(
    ({ netns, interface: name }) =>
      state.namespaces.get(netns)?.host !== hostOf(subject, out) && leadsOut(otherEnd(state, netns, name)),
  );
  if (owner === undefined || others.length > 0) return null;
  const input = view.watching(owner.netns, owner.interface);
  if (input === null || !view.trustsAbsence(input, out.packet.kind.startsWith("arp") ? "arp" : "icmp")) return null;
  const into = { ...out, netns: owner.netns, interface: owner.interface, direction: "in" as const };
  return hitOf(flow, { before, out, into, input, isJoined: false });
}

interface Between {
  readonly before: ComparedStep;
  readonly out: ExpectedSighting;
  readonly into: ExpectedSighting;
  readonly input: InputSummary;
  readonly isJoined: boolean;
}

function hitOf(flow: Flow, { before, out, into, input, isJoined }: Between): CauseHit {
  const [left, there] = [placeOf(out), placeOf(into)];
  const seen: Evidence = {
    basis: "seen",
    text: text(`it leaves ${left}`, `从 ${left} 发出`),
    frames: before.packets.map(({ frame }) => frame),
  };
  const missing: Evidence = {
    basis: "missing",
    text: text(
      `nothing of it at ${there}, where ${input.packets} other packets were captured`,
      `${there} 上没有它，那里抓到了另外 ${input.packets} 个报文`,
    ),
  };
  const lossless = input.droppedByKernel === 0 && (before.input?.droppedByKernel ?? 0) === 0;
  return {
    code: "lost-between-hosts",
    netns: out.netns,
    interface: out.interface,
    certainty: isJoined ? (lossless ? "certain" : "likely") : "possible",
    facts: {
      target: formatIpv4(flow.dst),
      ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
      outInterface: left,
      inInterface: there,
      ...(isJoined ? {} : { basis: "packets" }),
    },
    evidence: [seen, missing],
    ruledOut: [],
  };
}

function placeOf({ netns, interface: name }: ExpectedSighting): string {
  return `${netns}:${name}`;
}

// The walk that explains a flow: of what was attempted, by the state, as far as it agrees with what was seen.

import { assumedBy } from "../edits/assumed.ts";
import { formatMac } from "../model/address.ts";
import { endsOf } from "../model/connection.ts";
import { type Flow, failedLate } from "../model/flow.ts";
import { answeredArp } from "../model/observed.ts";
import type { Printed } from "../model/printed.ts";
import { errnoOf } from "../model/socket-error.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Attempt, stepsOf, type Trace } from "../model/trace.ts";
import type { Misfit } from "../model/why.ts";
import { predictPaths } from "../predict/predict.ts";
import { predictArrival } from "../predict/predict-arrival.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { arrivalsOf } from "./arrivals.ts";
import { askerNamespace, attemptsOf } from "./attempt.ts";
import type { AskedPing, Case } from "./case.ts";
import { addressedTo, type Comparison, compare } from "./compare.ts";
import { type Observed, partsOf } from "./outcome.ts";
import type { View } from "./view.ts";
import { type Telling, tellWalk } from "./why.ts";

/** A walk by state beside what was seen. */
export interface ComparedWalk {
  readonly comparison: Comparison;
  /** Whether what was seen is what the walk foresees: same end, nothing missing, nothing unforeseen. */
  readonly fits: boolean;
  /** Where only the requests that failed are what the walk foresees: the outcomes that were answered. */
  readonly rest: Flow | null;
  /** Another way that state leaves open fits as well, and ends otherwise. */
  readonly ambiguous?: boolean;
  /** Its number among the walks that were told; null where nobody asked. */
  readonly number: number | null;
}

/** Whether the walk ends where the kernel stops the packet. */
export function isStopped(walk: ComparedWalk | null): walk is ComparedWalk {
  return walk?.comparison.trace.disposition.kind === "stopped";
}

/** Whether the walk tells why some requests were answered and others not: an entry that is not renewed does. */
export function explainsLoss({ comparison, rest }: ComparedWalk): boolean {
  return rest !== null || comparison.trace.remarks.some((r) => r.code === "arp-problem-hidden-by-cache");
}

/** Of the attempts that would explain the flow, the one whose walk fits; else the first, so that the difference can be told. */
export function walkOf(
  subject: Case,
  state: SystemState,
  flow: Flow,
  observed: Observed,
  telling: Telling | null,
): ComparedWalk | null {
  const view = subject.view.at(state);
  // Timestamp replies, redirects and the like are no ping: nobody attempted what a walk would walk.
  if (flow.kind === "other" && !subject.asked.has(flow)) return null;
  if (flow.dstPort !== undefined && !isOpening(flow)) return null;
  const asked = subject.asked.get(flow) ?? null;
  const named = asked?.netns ?? (flow.told === undefined ? null : flow.netns);
  // What was typed on a host of which the paste tells nothing was not typed on one of which it does.
  const elsewhere = named !== null && subject.pasted && (!state.namespaces.has(named) || asksForItsHost(asked, state));
  const known = elsewhere
    ? null
    : named !== null && state.namespaces.has(named)
      ? named
      : askerNamespace(flow, state, view);
  // Without a socket nothing of the namespace matters.
  const netns = known ?? (asked?.output?.socketRefused ? (named ?? "") : null);
  const held: Held = { subject, flow, observed, view, telling };
  if (netns === null) return arrivalWalk(held, state);
  const attempts = attemptsOf(flow, netns, asked, state);
  const traces = attempts.flatMap((attempt) => predictPaths(state, attempt, assumedBy(subject.causes)));
  const walks = traces.map((trace) => heldAgainst(held, trace, flow.printed));
  const fitting = walks.filter((w) => w.fits).sort((a, b) => b.comparison.seen - a.comparison.seen);
  const [best] = fitting;
  if (best) {
    // Of a way that is answered and one that is stopped, each may have been taken by some of the requests.
    const others = traces.filter((trace) => trace.attempt === best.comparison.trace.attempt);
    const part = failedPart(held, others);
    if (part !== null) return part;
    const rivals = [...fitting, ...walks.filter((walk) => mayHaveEnded(walk, observed))];
    return { ...best, ambiguous: rivals.some((other) => sameAttempt(best, other) && endsOtherwise(best, other)) };
  }
  const own = failedPart(held, traces) ?? walks[0] ?? null;
  if (own === null || own.fits || own.comparison.trace.disposition.kind !== "open" || own.comparison.seen > 0)
    return own;
  const arrival = arrivalWalk(held, state);
  return arrival?.fits ? arrival : own;
}

/**
 * Whether no more of the connections than how they open has to be explained: a walk follows a handshake, or one question;
 * what becomes of a connection that stands, its packets tell.
 */
export function isOpening(flow: Flow): boolean {
  return endsOf(flow).every(({ end: { kind } }) => OPENINGS.has(kind));
}

const OPENINGS: ReadonlySet<string> = new Set(["connected", "silent", "refused", "error", "disowned"]);

/** One attempt's walk through a system that is only supposed, beside what was seen; of several ways the one that fits. */
export function supposedWalk(
  subject: Case,
  state: SystemState,
  flow: Flow,
  observed: Observed,
  { attempt, telling }: { readonly attempt: Attempt; readonly telling: Telling | null },
): ComparedWalk | null {
  const held: Held = { subject, flow, observed, view: subject.view, telling };
  const walks = predictPaths(state, attempt).map((trace) => heldAgainst(held, trace, flow.printed));
  return walks.find(({ fits }) => fits) ?? walks[0] ?? null;
}

/** What walks are held against. */
interface Held {
  readonly subject: Case;
  readonly flow: Flow;
  readonly observed: Observed;
  readonly view: View;
  readonly telling: Telling | null;
}

function heldAgainst({ subject, flow, observed, view, telling }: Held, trace: Trace, printed?: Printed): ComparedWalk {
  const comparison = compare(trace, flow, view, subject.flows);
  const against =
    misfitOf(comparison, observed) ??
    (isLearnedMeanwhile(trace, flow)
      ? "unforeseen"
      : agrees(trace, printed) && failsAsTold(trace, flow)
        ? null
        : "printed-otherwise");
  return { comparison, fits: against === null, rest: null, number: tellWalk(telling, comparison, against) };
}

// The asker's side is not known, but the host where the question came in is.
function arrivalWalk(held: Held, state: SystemState): ComparedWalk | null {
  const { flow, observed, view } = held;
  if (observed.answered > 0) return null;
  const walks = arrivalsOf(flow, state, view).map((arrived) => heldAgainst(held, predictArrival(state, flow, arrived)));
  return (
    walks.find((walk) => walk.fits) ?? walks.find((walk) => walk.comparison.trace.disposition.kind === "open") ?? null
  );
}

// A program of which nobody can tell whether it drops: what was seen of the packet it got, and nothing behind it.
function mayHaveEnded({ comparison }: ComparedWalk, observed: Observed): boolean {
  const { disposition } = comparison.trace;
  if (disposition.kind !== "open" || !disposition.missing.includes("bpf") || observed.answered > 0) return false;
  return misfitOf(comparison, observed) === "open";
}

function sameAttempt(a: ComparedWalk, b: ComparedWalk): boolean {
  return a.comparison.trace.attempt === b.comparison.trace.attempt && a.comparison.seen === b.comparison.seen;
}

function endsOtherwise(a: ComparedWalk, b: ComparedWalk): boolean {
  const [one, two] = [a.comparison.trace.disposition, b.comparison.trace.disposition];
  if (one.kind !== "stopped" || two.kind !== "stopped") return one.kind !== two.kind;
  return one.hit.code !== two.hit.code || one.hit.facts.rule !== two.hit.facts.rule;
}

// Where some requests were answered and some not, the walk may tell why those failed: the kernel mends itself meanwhile.
function failedPart({ subject, flow, observed, view, telling }: Held, traces: readonly Trace[]): ComparedWalk | null {
  if (observed.answered === 0 || observed.answered >= observed.sent) return null;
  const parts = partsOf(flow);
  if (parts === null) return unsentPart({ subject, flow, observed, view, telling }, traces);
  const walks = traces
    .filter((trace) => trace.disposition.kind === "stopped")
    .flatMap((trace) => parts.failed.map((part) => compare(trace, part, view, subject.flows)))
    .filter((comparison) => comparison.seen > 0)
    .flatMap((comparison): ComparedWalk[] => {
      const against =
        misfitOf(comparison, { ...observed, answered: 0 }) ??
        (isLearnedMeanwhile(comparison.trace, flow) ? "unforeseen" : null);
      const number = tellWalk(telling, comparison, against, true);
      return against === null ? [{ comparison, fits: true, rest: parts.answered, number }] : [];
    })
    .sort((a, b) => b.comparison.seen - a.comparison.seen);
  const [best] = walks;
  return best === undefined ? null : { ...best, ambiguous: walks.some((other) => endsOtherwise(best, other)) };
}

// Requests that ping counts and no capture at its own interfaces saw: they never left, and the walk may tell why. Of a
// question that was asked by another interface, with another source, the error alone is a flow of its own.
function unsentPart({ subject, flow, observed, view, telling }: Held, traces: readonly Trace[]): ComparedWalk | null {
  const left = flow.echoOutcomes.reduce((sum, { count }) => sum + count, 0);
  if (observed.by !== "ping" || left === 0 || left >= observed.sent) return null;
  const none: Flow = { ...flow, echoOutcomes: [], arpOutcomes: [], loneOutcomes: [] };
  const elsewhere = failedElsewhere(flow, subject.flows);
  for (const trace of traces) {
    if (trace.disposition.kind !== "stopped") continue;
    const expected = stepsOf(trace).flatMap(({ expects }) => expects?.packet.kind ?? []);
    const unasked = subject.timeline !== null && !expected.includes("echo-request");
    for (const part of expected.length === 0 ? [none] : [...elsewhere, ...(unasked ? [none] : [])]) {
      const comparison = compare(trace, part, view, subject.flows);
      const misfit = misfitOf(comparison, { ...observed, answered: 0 });
      // Where the fault was over before, no error came of it.
      const against = misfit === "missing" && unasked && lacksErrorOnly(comparison) ? null : misfit;
      const number = tellWalk(telling, comparison, against, true);
      if (against === null && (expected.length === 0 || comparison.seen > 0))
        return { comparison, fits: true, rest: flow, number };
    }
  }
  return null;
}

function lacksErrorOnly({ steps, seen }: Comparison): boolean {
  const missing = steps.filter(({ status }) => status === "missing");
  return seen > 0 && missing.every(({ step }) => step.expects?.packet.kind === "icmp-error");
}

/** What the same ping, by its identifier, asked with another source and in vain. */
export function failedElsewhere(flow: Flow, flows: readonly Flow[]): Flow[] {
  if (flow.kind !== "ping" || flow.icmpId === null) return [];
  return flows.filter(
    (other) =>
      other !== flow &&
      other.kind === "ping" &&
      other.replies === 0 &&
      other.icmpId === flow.icmpId &&
      other.dst === flow.dst &&
      other.netns === flow.netns,
  );
}

// An entry that a reply of this very run has made is not out of date: somebody answers with that address, whatever the
// state says of who is there.
function isLearnedMeanwhile({ disposition, hops, nextHop }: Trace, flow: Flow): boolean {
  const mac = disposition.kind === "stopped" ? disposition.hit.facts.mac : undefined;
  if (mac === undefined || hops.some(({ leg }) => leg === "arp-request")) return false;
  return answeredArp(flow).some(
    ({ target, replies }) =>
      target === nextHop &&
      replies.some(({ sightings }) =>
        sightings.some(
          ({ network }) => network.kind === "arp" && network.senderMac !== null && formatMac(network.senderMac) === mac,
        ),
      ),
  );
}

// What a program printed of its socket's error must be what the walk lets the socket hear.
function failsAsTold({ heard }: Trace, { told }: Flow): boolean {
  const toldFailed = told?.failure;
  if (toldFailed == null || heard == null) return true;
  switch (heard.kind) {
    case "connected":
      return failedLate({ told });
    case "reply":
      return false;
    case "reset":
      return toldFailed === "ECONNREFUSED";
    case "nothing":
      return toldFailed === "ETIMEDOUT";
    case "error":
      return toldFailed === heard.errno;
    case "icmp-error":
      return toldFailed === errnoOf(heard);
  }
}

// What ping printed must be what the walk lets it hear. Silence agrees with everything: errors are rate-limited, come
// late, and are hidden by -I; of `sendmsg` ping says little.
function agrees(trace: Trace, printed: Printed | undefined): boolean {
  const { heard, disposition } = trace;
  if (!printed || printed.answers > 0 || heard === undefined || disposition.kind !== "stopped") return true;
  const said = printed.errors.filter(({ icmp }) => icmp !== null && icmp.type !== 5);
  if (said.length > 0) {
    // A socket bound to an interface is not told what comes in by lo, but older pings were.
    if (heard.kind !== "icmp-error")
      return (
        said.every(({ icmp, own }) => own === true && icmp?.type === 3 && icmp.code === 1) &&
        stepsOf(trace).some((step) => step.kind === "icmp-error")
      );
    if (!said.some(({ icmp }) => icmp?.type === heard.type && icmp.code === heard.code)) return false;
  }
  const refused = printed.refusals.filter(
    ({ call, errno }) => errno !== null && (call === "connect" || call === "bind"),
  );
  if (refused.length === 0)
    return (
      heard.kind !== "error" ||
      heard.call === "sendmsg" ||
      !(Number(printed.transmitted) > 0) ||
      isUnconnected(printed, heard.errno)
    );
  return heard.kind === "error" && refused.some(({ errno }) => errno === heard.errno);
}

// A ping that connects no socket (busybox, BSD, Windows) is refused each packet, and by words of its own system.
function isUnconnected({ refusals, windows }: Printed, errno: string): boolean {
  const isNoRoute = (one: string | null): boolean => one === "ENETUNREACH" || one === "EHOSTUNREACH";
  return refusals.some(
    (one) =>
      one.call === "sendmsg" &&
      (one.errno === errno || (isNoRoute(one.errno) && isNoRoute(errno)) || (one.errno === null && windows)),
  );
}

/** What speaks first against a walk that should be what was seen; null where it fits. */
export function misfitOf(comparison: Comparison, { answered }: Observed): Misfit | null {
  const { trace, missing, unexpected } = comparison;
  if (unexpected.length > 0) return "unforeseen";
  if (isAddressedOtherwise(comparison)) return "addressed-otherwise";
  const { kind } = trace.disposition;
  if (kind === "open" || kind === "exits") return "open";
  if ((kind === "answered") !== answered > 0) return "ends-otherwise";
  return missing === null ? null : "missing";
}

// Where the stop rests on a MAC address, frames to another one show that the state is not that of the moment.
function isAddressedOtherwise(comparison: Comparison): boolean {
  const { disposition } = comparison.trace;
  const mac = disposition.kind === "stopped" ? disposition.hit.facts.mac : undefined;
  if (mac === undefined) return false;
  const { so, otherwise } = addressedTo(comparison, mac);
  return so.length === 0 && otherwise.length > 0;
}

// At an unnamed prompt, what a named host has itself is asked for by another one: a host seldom pings itself in vain.
function asksForItsHost(asked: AskedPing | null, { namespaces }: SystemState): boolean {
  if (asked === null || asked.otherPrompt !== true || asked.destination === null) return false;
  const ns = namespaces.get(asked.netns ?? "");
  return ns !== undefined && localOwner(ns, asked.destination) != null;
}

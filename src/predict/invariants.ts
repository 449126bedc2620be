// What must hold of a walk at its end: its hops begin and end as hops do, each sighting belongs to its step, and every
// line of state that it quotes is one of that state.

import type { Breach } from "../model/breach.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { isVerbatim, type Text, text } from "../model/text.ts";
import { type Hop, type Leg, type Step, type StepKind, stepsOf, type Trace } from "../model/trace.ts";
import { type RenderedLines, renderedLines } from "../system/rendered-lines.ts";

/** Every place where the walk is not what a walk must be; none in a walk that is right. */
export function breachesOfWalk(
  trace: Trace,
  state: SystemState,
  rendered: RenderedLines = renderedLines(state),
): Breach[] {
  return [
    ...breachesOfHops(trace),
    ...breachesOfBranches(trace),
    ...breachesOfPlaces(trace, state),
    ...breachesOfQuotes(trace, rendered),
  ];
}

/** A frame has left, or its way ended here: what the last step of a hop may be. */
const LEAVES_OR_ENDS: ReadonlySet<StepKind> = new Set([
  "transmit",
  "cross",
  "stop",
  "open",
  "arp-input",
  "bridge",
  "deliver",
  "socket-receive",
  "neighbour",
]);

/** The last step of a walk, by how it ends; null where any may be: what is open may be so anywhere. */
const LAST: Readonly<Record<Trace["disposition"]["kind"], ReadonlySet<StepKind> | null>> = {
  answered: new Set<StepKind>(["socket-receive"]),
  // Given up after ARP rounds, or ended by the error that the socket was told.
  stopped: new Set<StepKind>(["stop", "neighbour", "deliver"]),
  open: null,
  exits: new Set<StepKind>(["transmit"]),
};

function breachesOfHops({ hops, disposition, attempt }: Trace): Breach[] {
  const breaches: Breach[] = [];
  const visited = new Set<string>();
  const departed = new Set<Leg>();
  const first = hops[0]?.steps[0];
  // A ping may get no socket; a walk that begins where the packet came in has none: nobody knows the asker's.
  const fromSocket = first?.netns === attempt.netns;
  const begins: readonly StepKind[] = fromSocket ? ["socket", "stop"] : ["cross"];
  if (first && !begins.includes(first.kind))
    breaches.push(breach("hop", first, text("no walk begins so", "推演不会从这一步开始")));
  hops.forEach((hop, at) => {
    const before = hops[at - 1];
    const enters = hop.steps[0] as Step;
    if (before && before.netns !== hop.netns) {
      const left = before.steps.at(-1) as Step;
      // A tunnel whose other end takes nothing is stopped where it begins.
      const endsAtItsBegin = enters.kind === "stop" && visited.has(keyOf(hop));
      if (!LEAVES_OR_ENDS.has(left.kind) && !endsAtItsBegin)
        breaches.push(breach("hop", left, text("nothing leaves a namespace so", "报文不会在这一步离开命名空间")));
      const isKnown = visited.has(keyOf(hop)) || answersHere(enters, visited) || isFurtherCopy(left, enters, departed);
      if (!comesOver(left, enters) && !isKnown)
        breaches.push(breach("hop", enters, text("nothing has come here yet", "此时还没有报文到达这里")));
    }
    visited.add(keyOf(hop));
    for (const { kind, leg } of hop.steps) if (kind === "transmit") departed.add(leg);
  });
  const last = hops.at(-1)?.steps.at(-1);
  // Beyond a host that was entered from outside, nothing is known of the way.
  const allowed = fromSocket ? LAST[disposition.kind] : null;
  if (last && allowed !== null && !allowed.has(last.kind))
    breaches.push(breach("hop", last, text(`no walk that is ${disposition.kind} ends so`, "推演不会在这一步结束")));
  return breaches;
}

// Every copy has a known end and comes off what was told before it; the walk ends on the way that counts.
function breachesOfBranches({ hops, branches = [], disposition }: Trace): Breach[] {
  const steps = hops.flatMap((hop) => hop.steps);
  const known = new Set(branches.map(({ n }) => n));
  const strays = steps.filter(({ branch }) => branch !== undefined && !known.has(branch));
  const last = steps.at(-1);
  return [
    ...strays.map((step) => breach("hop", step, text("it is on a branch without an end", "它所在的分支没有结局"))),
    ...branches
      .filter(({ n, of }) => of >= n || (of !== 0 && !known.has(of)))
      .map(
        ({ n, of }): Breach => ({
          rule: "hop",
          text: text(`branch ${n} comes off branch ${of}`, `分支 ${n} 源自分支 ${of}`),
        }),
      ),
    ...(last?.branch !== undefined && disposition.kind !== "open"
      ? [breach("hop", last, text("the walk ends on a copy beside", "推演结束在旁支上"))]
      : []),
  ];
}

// A packet was in this namespace before: a further copy of a flood leaves it, or an ARP round for it is over.
function keyOf({ netns, leg }: Pick<Hop, "netns" | "leg">): string {
  return `${leg} ${netns}`;
}

// What became of another copy, its answer included, was told between the departure and this one's arrival.
function isFurtherCopy(left: Step, enters: Step, departed: ReadonlySet<Leg>): boolean {
  const isOnItsWay = enters.kind === "cross" || enters.kind === "transmit";
  return isOnItsWay && (left.branch ?? 0) !== (enters.branch ?? 0) && departed.has(enters.leg);
}

/** What an ARP answer answers. */
const QUESTION: Partial<Record<Leg, Leg>> = { "arp-reply": "arp-request", "reply-arp-reply": "reply-arp-request" };

// A bridge that answers ARP itself (br_do_proxy_suppress_arp) floods the question to its other ports all the same: their
// copies are told first, and then its answer.
function answersHere({ kind, leg, netns }: Step, visited: ReadonlySet<string>): boolean {
  const question = QUESTION[leg];
  return kind === "bridge" && question !== undefined && visited.has(keyOf({ netns, leg: question }));
}

// By the link, by a device that stands on another one, or as a further copy of what was told before; a frame may die
// between the two ends.
function comesOver(left: Step, enters: Step): boolean {
  // A question that dies in the device below its own, in the namespace of that one.
  if (left.kind === "neighbour" && enters.kind === "stop" && enters.leg.endsWith("arp-request")) return true;
  return left.leg === enters.leg && (left.kind === "transmit" || left.kind === "cross" || enters.kind === "cross");
}

/** Which packets a leg is made of. */
const PACKETS: Readonly<Record<Leg, readonly string[]>> = {
  request: ["echo-request", "transport"],
  reply: ["echo-reply", "transport"],
  error: ["icmp-error", "transport"],
  "arp-request": ["arp-request"],
  "arp-reply": ["arp-reply"],
  "reply-arp-request": ["arp-request"],
  "reply-arp-reply": ["arp-reply"],
};

function breachesOfPlaces(trace: Trace, { namespaces }: SystemState): Breach[] {
  return stepsOf(trace).flatMap((step): Breach[] => {
    const { expects, leg } = step;
    const found: Breach[] = [];
    if (!isThere(namespaces.get(step.netns), step.interface))
      found.push(breach("place", step, text("there is no such interface", "没有这个接口")));
    if (expects === null) return found;
    if (expects.netns !== step.netns || expects.interface !== step.interface)
      found.push(breach("sighting", step, text("its sighting is of another place", "预期的报文属于另一处")));
    if (!PACKETS[leg].includes(expects.packet.kind))
      found.push(breach("sighting", step, text("its sighting is of another packet", "预期的是另一种报文")));
    const goes = step.kind === "transmit" || step.kind === "route" ? "out" : "in";
    if (expects.direction !== goes)
      found.push(breach("sighting", step, text("its sighting goes the other way", "预期的方向相反")));
    return found;
  });
}

function isThere(ns: Namespace | undefined, name: string | null): boolean {
  return name === null || ns?.links === undefined || ns.links.some((link) => link.name === name);
}

function breachesOfQuotes(trace: Trace, rendered: RenderedLines): Breach[] {
  const hits: readonly CauseHit[] = [
    ...(trace.disposition.kind === "stopped" ? [trace.disposition.hit] : []),
    ...trace.remarks,
  ];
  const quoted = [
    ...stepsOf(trace).flatMap((step) => step.state.map((line) => ({ where: placeOf(step), line }))),
    ...trace.evidence.flatMap((one) => (one.state ? [{ where: "-", line: one.state }] : [])),
    ...hits.flatMap(({ code, evidence }) =>
      evidence.flatMap((one) => (one.state ? [{ where: code, line: one.state }] : [])),
    ),
  ];
  const excluded = hits.flatMap(({ code, ruledOut }) =>
    ruledOut.flatMap(({ because }) => (isVerbatim(because) && !rendered.holds(because.en) ? [{ code, because }] : [])),
  );
  return [
    ...excluded.map(({ code, because: { en: line } }) => ({
      rule: "quote" as const,
      text: text(`${code}: no object of the state reads “${line}”`, `${code}：状态里没有任何对象写作“${line}”`),
    })),
    ...quoted.flatMap(({ where, line }) => {
      if (line.assumed || rendered.has(line)) return [];
      const place = `${line.netns === "" ? "" : `${line.netns}: `}${line.key}`;
      return [
        {
          rule: "quote" as const,
          text: text(
            `${where}: no object of the state (${place}) reads “${line.line}”`,
            `${where}：状态（${place}）里没有任何对象写作“${line.line}”`,
          ),
        },
      ];
    }),
  ];
}

function breach(rule: Breach["rule"], step: Step, why: Text): Breach {
  const place = placeOf(step);
  return { rule, text: text(`${place}: ${why.en}`, `${place}：${why.zh}`) };
}

function placeOf({ netns, interface: name, leg, kind }: Step): string {
  return `${netns === "" ? "" : `${netns}:`}${name ?? "stack"} ${leg} ${kind}`;
}

// A drop that the kernel reports of this flow's own packets, and that no walk foresees: it is the answer.

import { causesOf, isGivenUpNeighbour, isNoise } from "../kernel/drop-marks.ts";
import type { KernelDrop } from "../kernel/event.ts";
import { dropWords } from "../kernel/words.ts";
import { formatIpv4 } from "../model/address.ts";
import type { Code } from "../model/code.ts";
import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { CauseHit, Facts } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { type Marks, marksOf, type Stage } from "../model/marks.ts";
import { cameBack } from "../model/observed.ts";
import type { FrameRef, Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";
import { localOwner } from "../system/lookup/owner.ts";
import type { Case } from "./case.ts";
import type { DropFinder } from "./drop-finder.ts";
import { echoEnds, lostEnds } from "./lost-ends.ts";
import type { Observed } from "./outcome.ts";

/** A drop with how it is tied to the flow, and the place it speaks of. */
interface Tied {
  readonly drop: KernelDrop;
  readonly frames: readonly FrameRef[];
  readonly how: "frame" | "call" | "beside" | "alike";
  readonly netns: string | null;
  readonly interface: string | null;
  readonly way: "in" | "out" | null;
  readonly stage: Stage | null;
  readonly count: number;
}

const CAN_BE_LOST: ReadonlySet<Flow["kind"]> = new Set(["ping", "arp", "tcp", "udp"]);

/** How the packets that were lost ended, by the kernel's own words; null where it says nothing of them, or several things. */
export function unforeseenDrop(
  subject: Case,
  drops: DropFinder,
  flow: Flow,
  observed: Observed,
  answeredByState: boolean,
): CauseHit | null {
  const isWhole = observed.verdict === "worked" || (observed.answered > 0 && observed.answered >= observed.sent);
  if (drops.traced === null || isWhole || !CAN_BE_LOST.has(flow.kind)) return null;
  const tied =
    ofFrames(subject, drops, flow, observed) ??
    ofCalls(subject, drops, flow) ??
    ofTheMiddle(subject, drops, flow, observed) ??
    beside(subject, drops, flow, observed);
  const hit = tied === null ? null : hitOf(subject, flow, observed, tied, answeredByState);
  // Which segments of a connection were lost says more than that the kernel dropped them, where its reason fits several causes.
  return hit?.code === "kernel-drop" && flow.transportOutcomes !== undefined ? null : hit;
}

// What only says that somebody else was meant, or that an address did not answer, has its own words elsewhere.
function tells(subject: Case, drop: KernelDrop): boolean {
  if (isNoise(drop) || isGivenUpNeighbour(drop) || drop.reason === null) return false;
  if (drop.reason === "OTHERHOST" || drop.reason === "NO_SOCKET" || drop.reason === "QUEUE_PURGE") return false;
  return drop.reason !== "NOT_SPECIFIED" || causesOf(subject.causes, drop).length > 0;
}

// Each exchange that was lost ended where it was seen last.
function ofFrames(subject: Case, drops: DropFinder, flow: Flow, observed: Observed): Tied | null {
  const ends = lostEnds(flow, observed);
  const found = drops.of(ends).filter(({ drop }) => tells(subject, drop));
  const [first] = found;
  if (first === undefined || found.some(({ drop }) => !isLike(drop, first.drop))) return null;
  const { vantage } = first.frame;
  const way = first.drop.passed.at(-1)?.way ?? null;
  return {
    drop: first.drop,
    frames: found.map(({ frame }) => frame),
    how: "frame",
    netns: subject.view.netnsOf(vantage),
    interface: vantage.interface,
    way,
    stage: stageOf(
      subject,
      way,
      ends.find(({ frame }) => frame === first.frame),
    ),
    count: drops.like(first.drop),
  };
}

// A system call of the command itself: nothing that was sent was seen.
function ofCalls(subject: Case, drops: DropFinder, flow: Flow): Tied | null {
  const pids = drops.traced?.pids ?? [];
  const isAsked = subject.asked.has(flow) && subject.command !== null;
  if (!isAsked || flow.echoOutcomes.length > 0 || (flow.transportOutcomes ?? []).length > 0) return null;
  const own = drops.unseen.filter(
    (drop) => drop.pid !== null && pids.includes(drop.pid) && drop.passed.length === 0 && tells(subject, drop),
  );
  const [first] = own;
  if (first === undefined || own.some((drop) => !isLike(drop, first))) return null;
  const netns = subject.asked.get(flow)?.netns ?? flow.netns;
  const place = { netns, interface: null, way: "out", stage: "sent" } as const;
  return { drop: first, frames: [], how: "call", ...place, count: own.length };
}

// Replies that all came back and of which ping got some: the frames that are kept need not be those that were dropped.
function ofTheMiddle(subject: Case, drops: DropFinder, flow: Flow, observed: Observed): Tied | null {
  const { from, to } = flow;
  const lost = observed.sent - observed.answered;
  if (observed.by !== "ping" || observed.answered === 0 || from === null || to === null) return null;
  if (flow.echoOutcomes.some(({ first }) => first.kind === "echo" && !cameBack(first, flow.netns))) return null;
  const home = flow.echoOutcomes.flatMap(({ first }) => echoEnds(first)).at(-1);
  const name = home?.frame.vantage.interface;
  if (home === undefined || !name || flow.echoOutcomes.reduce((sum, one) => sum + one.count, 0) < observed.sent)
    return null;
  const lengths = home.network.kind === "icmp" ? home.network.ip.totalLength : null;
  const own = drops.unseen.filter((drop) => {
    const last = drop.passed.at(-1);
    if (last?.interface !== name || last.way !== "in" || last.length !== lengths) return false;
    return drop.time >= from && drop.time <= to + 1_000_000_000n && tells(subject, drop);
  });
  const [first] = own;
  if (first === undefined || own.length > lost || own.some((drop) => !isLike(drop, first))) return null;
  const netns = subject.view.netnsOf(home.frame.vantage);
  const place = { netns, interface: name, way: "in", stage: "arrived" } as const;
  return { drop: first, frames: [], how: "alike", ...place, count: own.length };
}

// An answer that was dropped before any capture could see it was dropped in the course of its question.
function beside(subject: Case, drops: DropFinder, flow: Flow, observed: Observed): Tied | null {
  const ends = lostEnds(flow, observed);
  const own = drops.unseen.flatMap((drop) => {
    const packet = tells(subject, drop) ? ends.find((end) => inTheCourseOf(drops, drop, end)) : undefined;
    return packet === undefined ? [] : [{ drop, frame: packet.frame }];
  });
  const [first] = own;
  if (first === undefined || own.some(({ drop }) => !isLike(drop, first.drop))) return null;
  const { vantage } = first.frame;
  return {
    drop: first.drop,
    frames: own.map(({ frame }) => frame),
    how: "beside",
    netns: subject.view.netnsOf(vantage),
    interface: vantage.interface,
    way: "out",
    stage: "sent",
    count: own.length,
  };
}

// A queue that does not take a packet has it before any capture does: it left by the same device, within a moment.
function inTheCourseOf(drops: DropFinder, drop: KernelDrop, { frame, network }: Packet): boolean {
  if ((network.kind === "arp" ? ARP : IPV4) !== drop.protocol) return false;
  if (drops.besideOf(drop) === frame) return true;
  const [passed, ...more] = drop.passed;
  if (passed === undefined || more.length > 0 || passed.way !== "out" || frame.time === null) return false;
  const after = passed.time - frame.time;
  return passed.interface === frame.vantage.interface && after >= 0n && after < SAME_COURSE;
}

// From a question's arrival to its answer in the device's queue: some ten microseconds, more on a busy machine.
const SAME_COURSE = 200_000n;
const MOST_ALIKE = 7;
const ARP = 0x0806;
const IPV4 = 0x0800;

function isLike(a: KernelDrop, b: KernelDrop): boolean {
  return a.reason === b.reason && a.location === b.location;
}

function hitOf(subject: Case, flow: Flow, observed: Observed, tied: Tied, answeredByState: boolean): CauseHit {
  const { drop, how, netns } = tied;
  const named = causesOf(subject.causes, drop);
  const open = named.filter((code) => !(answeredByState && isKnowable(marksOf(subject.causes, code))));
  const here = open.filter((code) => isAt(marksOf(subject.causes, code), tied.stage));
  const codes = [here, open, named].find((some) => some.length > 0) ?? [];
  const [only] = codes;
  const bound = drop.reason !== "NOT_SPECIFIED" && codes.length === 1 ? only : undefined;
  const code: Code = bound ?? "kernel-drop";
  const share: Evidence[] = observed.answered === 0 ? [] : [shareOf(observed)];
  return {
    code,
    netns,
    interface: tied.interface,
    facts: factsOf(flow, tied),
    evidence: [evidenceOf(tied), ...share],
    ruledOut: [],
    ...(bound === undefined ? { alike: codes.slice(0, MOST_ALIKE) } : {}),
    certainty: how === "frame" && (bound !== undefined || codes.length === 0) ? "certain" : "likely",
  };
}

// The state that was read tells these, and by it the packet passes.
function isKnowable(marks: Marks | undefined): boolean {
  const known = ["link", "addr", "route", "neigh", "bridge"];
  const decides = marks?.decides ?? [];
  return decides.length > 0 && decides.every((one) => typeof one === "string" && known.includes(one));
}

function isAt(marks: Marks | undefined, stage: Stage | null): boolean {
  return stage === null || marks?.stages === undefined || marks.stages.includes(stage);
}

// What came in for an address of that host has arrived; what came in for another one, or at a bridge's port, goes on.
function stageOf({ state, view }: Case, way: "in" | "out" | null, packet: Packet | undefined): Stage | null {
  if (way === "out") return "sent";
  const { network, frame } = packet ?? {};
  const netns = frame === undefined ? null : view.netnsOf(frame.vantage);
  const namespace = netns === null ? undefined : state?.namespaces.get(netns);
  if (way === null || !network || !namespace || network.kind === "other") return null;
  const port = namespace.links?.find((link) => link.name === frame?.vantage.interface);
  if (network.kind === "arp") return port?.master ? "forwarded" : "arrived";
  const owner = localOwner(namespace, network.ip.destination);
  return owner === undefined ? null : owner === null ? "forwarded" : "arrived";
}

function factsOf(flow: Flow, { drop, interface: name, way, netns, count }: Tied): Facts {
  return {
    target: formatIpv4(flow.dst),
    ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
    ...(flow.kind === "tcp" || flow.kind === "udp" ? { protocol: flow.kind } : {}),
    ...(flow.dstPort == null ? {} : { service: String(flow.dstPort) }),
    ...(name === null ? {} : way === "in" ? { inInterface: name } : { outInterface: name }),
    ...(netns ? { owner: netns } : {}),
    ...(drop.reason === null ? {} : { error: drop.reason }),
    ...(drop.location === null ? {} : { kernelFunction: drop.location.replace(/\.(?:constprop|isra|part)\.\d+/g, "") }),
    count: String(count),
  };
}

function evidenceOf({ drop, frames, how, count }: Tied): Evidence {
  const what = dropWords(drop);
  const often = count < 2 ? text("", "") : text(` (${count} times)`, `（共 ${count} 次）`);
  const [frame] = frames;
  const said =
    how === "frame" && frame !== undefined
      ? text(
          `the kernel dropped ${formatFrame(frame)}: ${what.en}${often.en}`,
          `内核丢弃了 ${formatFrame(frame)}：${what.zh}${often.zh}`,
        )
      : how === "call"
        ? text(
            `the kernel dropped what the command sent: ${what.en}${often.en}`,
            `内核丢弃了该命令发出的报文：${what.zh}${often.zh}`,
          )
        : how === "beside" && frame !== undefined
          ? text(
              `the kernel dropped a packet in the course of ${formatFrame(frame)}: ${what.en}${often.en}`,
              `内核在处理 ${formatFrame(frame)} 时丢弃了一个报文：${what.zh}${often.zh}`,
            )
          : text(
              `the kernel dropped packets of this length that came in there during the ping: ${what.en}${often.en}`,
              `在这次 ping 期间，内核丢弃了从那里进来的同样长度的报文：${what.zh}${often.zh}`,
            );
  return { basis: "kernel", text: said, ...(frames.length > 0 ? { frames } : {}) };
}

function shareOf({ answered, sent }: Observed): Evidence {
  return {
    basis: "seen",
    text: text(
      `${answered} of ${sent} requests were answered: it does not hold all the time`,
      `${sent} 个请求中有 ${answered} 个得到了应答：故障并非一直存在`,
    ),
  };
}

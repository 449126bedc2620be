// What the kernel said of the packets of a walk: a drop that bears the prediction out, one that speaks against it, or that
// there was none.

import { bearingOf, causesOf, isGivenUpNeighbour, isReported, isSilent } from "../kernel/drop-marks.ts";
import type { KernelDrop, KernelEvents, Traced } from "../kernel/event.ts";
import { dropWords, untracedWords } from "../kernel/words.ts";
import type { Code } from "../model/code.ts";
import { type Certainty, type Evidence, formatFrame, weaker } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { type Marks, marksOf } from "../model/marks.ts";
import { sightingsOf } from "../model/observed.ts";
import type { FrameRef, Packet } from "../model/packet.ts";
import type { FlowReport, ReportStep } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import type { Step } from "../model/trace.ts";
import type { ComparedStep, Comparison } from "./compare.ts";
import type { DropFinder } from "./drop-finder.ts";
import type { View } from "./view.ts";

type Draft = Omit<ReportStep, "n">;

/** A step to be told after one of the walk's. */
export interface KernelStep {
  readonly after: Step;
  readonly step: Draft;
}

/** A hit with what the kernel said of it. */
export interface KernelSaid {
  readonly hit: CauseHit;
  readonly steps: readonly KernelStep[];
  /** Codes that would make the drop that was traced instead. */
  readonly instead: readonly Code[];
}

interface Found extends KernelSaid {
  /** How many drops bear the hit out. */
  readonly borne?: number;
}

/** What a drop of the foreseen kind is worth beside the walk. */
export interface Bearable {
  /** How sure the walk alone may be. */
  readonly limit: Certainty;
  /** So many packets were lost among others that were not: each must have been dropped so. */
  readonly lost: number;
}

/** Adds what the kernel said of the packet that the walk stops; the hit as it was where nothing was traced. */
export function withKernelEvents(
  finder: DropFinder,
  { steps }: Comparison,
  flow: Flow,
  hit: CauseHit,
  bearable: Bearable,
): KernelSaid {
  const { traced } = finder;
  const at = steps.findLastIndex(({ step }) => step.kind === "stop");
  const stop = steps[at]?.step;
  if (traced === null || stop === undefined) return { hit, steps: [], instead: [] };
  const waits = marksOf(finder.causes, hit.code)?.waits === "neighbour";
  const waited = waits ? givenUp(finder, traced, steps.slice(at), flow) : [];
  const seen = steps.filter(({ step, status }) => step.leg === stop.leg && status === "seen");
  const here = seen.findLast(({ step }) => step.netns === stop.netns && step.interface === stop.interface);
  const before = here ?? steps.slice(0, at).findLast((one) => seen.includes(one)) ?? seen.at(-1);
  const places = { all: seen.flatMap((one) => one.packets), last: before?.packets ?? [], isHere: here !== undefined };
  const found = seen.length > 0 ? ofFrames(finder, places, stop, hit) : ofUnseen(finder, traced, stop, flow, hit);
  const said = { ...found, hit: settledBy(found, bearable) };
  const earlier = ofOtherLegs(finder, steps.slice(0, at), stop, said.hit);
  return { ...said, hit: earlier.hit, steps: [...earlier.steps, ...said.steps, ...waited] };
}

// The state leaves one end, and the kernel has dropped each of these packets in just that way.
function settledBy({ hit, borne, instead }: Found, { limit, lost }: Bearable): CauseHit {
  const settles = hit.certainty === "likely" && limit === "certain" && instead.length === 0;
  return settles && borne !== undefined && borne >= Math.max(1, lost) ? { ...hit, certainty: "certain" } : hit;
}

// Where the walk ends with an error that is lost, the packet that it was about had ended before.
function ofOtherLegs(
  finder: DropFinder,
  steps: readonly ComparedStep[],
  stop: Step,
  hit: CauseHit,
): Pick<KernelSaid, "hit" | "steps"> {
  const marks = marksOf(finder.causes, hit.code);
  const other = steps.filter(({ step, status }) => step.leg !== stop.leg && status === "seen");
  const drops = finder.of(other.flatMap(({ packets }) => packets)).filter(({ drop }) => supports(marks, drop));
  const [first] = drops;
  const last = other.findLast(({ packets }) => packets.some(({ frame }) => frame === first?.frame))?.step;
  if (first === undefined || last === undefined) return { hit, steps: [] };
  const frames = drops.map(({ frame }) => frame);
  const count = finder.like(first.drop);
  return {
    hit: added(hit, { basis: "kernel", text: traceWords(first.drop, count), frames }, hit.certainty),
    steps: [{ after: last, step: dropStep(first.drop, count, last, frames) }],
  };
}

/** What limits what the kernel said; nothing where all was answered. */
export function kernelNotes(kernel: KernelEvents | null, reports: readonly FlowReport[]): Text[] {
  if (kernel === null || reports.every(({ verdict }) => verdict === "worked")) return [];
  if (kernel.kind === "untraced") return kernel.because === "not-asked" ? [] : [untracedWords(kernel.because)];
  if (kernel.lost + kernel.omitted === 0) return [];
  return [
    text(
      "More kernel events came than could be kept: that no drop was traced proves nothing.",
      "内核事件太多，没有全部保留：没有跟踪到丢包，不能当作没有丢。",
    ),
  ];
}

/** The drops of a flow's captured packets, where no walk says at which step they belong. */
export function dropsAlone(finder: DropFinder, flow: Flow, view: View): Draft[] {
  const drops = finder.of(sightingsOf(flow));
  const firsts = drops.filter(
    (one, at) =>
      drops.findIndex((other) => isLike(one.drop, other.drop) && one.frame.vantage === other.frame.vantage) === at,
  );
  return firsts.map(({ drop, frame: { vantage } }) => {
    const frames = drops.filter((one) => isLike(one.drop, drop) && one.frame.vantage === vantage);
    const place = { netns: view.netnsOf(vantage) ?? "", interface: vantage.interface };
    return dropStep(
      drop,
      finder.like(drop),
      place,
      frames.map((one) => one.frame),
    );
  });
}

/** Adds what the kernel said of captured packets to a cause that packets alone suggest: how it dropped them, and so how not. */
export function withDropsAlone(finder: DropFinder, flow: Flow, hit: CauseHit): CauseHit {
  const drops = finder.of(sightingsOf(flow)).filter(({ drop }) => drop.reason !== null);
  const ways = kinds(drops.map(({ drop }) => drop));
  const told = ways.reduce((so, way) => {
    const frames = drops.filter(({ drop }) => isLike(drop, way)).map(({ frame }) => frame);
    return added(so, { basis: "kernel", text: traceWords(way, finder.like(way)), frames }, so.certainty);
  }, hit);
  const [only, ...more] = ways;
  // Packets that ended in several ways exclude little.
  return only === undefined || more.length > 0 ? told : withoutOthers(finder, told, only);
}

/** The frames of the packet that is stopped: wherever it was seen, and where it was last seen before its end. */
interface Places {
  readonly all: readonly Packet[];
  readonly last: readonly Packet[];
  /** It was last seen at the very interface where it is stopped. */
  readonly isHere: boolean;
}

function ofFrames(finder: DropFinder, { all, last, isHere }: Places, stop: Step, hit: CauseHit): Found {
  const drops = finder.of(all);
  const lastFrames = new Set(last.map((packet) => packet.frame));
  // A copy that a bridge has flooded to somebody else ends there in its own way.
  const marks = marksOf(finder.causes, hit.code);
  const telling = drops
    .map((one) => ({ ...one, bearing: bearingOf(marks, one.drop) }))
    .filter((one) => one.bearing !== "nothing" && (one.bearing !== "contradicts" || lastFrames.has(one.frame)));
  const [first] = telling;
  if (first === undefined) {
    const none = isHere && drops.every((one) => !lastFrames.has(one.frame));
    return { hit: none ? withoutDrop(finder, last, hit) : hit, steps: [], instead: [] };
  }
  const against = telling.find((one) => one.bearing === "contradicts");
  const frames = telling.map((one) => one.frame);
  const steps = kinds(telling.map((one) => one.drop)).map((drop): KernelStep => {
    const own = telling.filter((one) => isLike(one.drop, drop)).map((one) => one.frame);
    return { after: stop, step: dropStep(drop, finder.like(drop), stop, own) };
  });
  if (against === undefined) {
    const evidence = { basis: "kernel", text: traceWords(first.drop, finder.like(first.drop)), frames } as const;
    const settled = first.bearing === "supports" && hit.certainty === "likely" ? "certain" : hit.certainty;
    const told = added(hit, evidence, settled);
    const more = { steps, instead: [], borne: finder.like(first.drop) };
    return { hit: settled === "certain" ? told : withoutOthers(finder, told, first.drop), ...more };
  }
  const what = dropWords(against.drop);
  const said = text(
    `but the kernel dropped ${formatFrame(against.frame)} for another reason than foreseen: ${what.en}`,
    `但是内核丢弃 ${formatFrame(against.frame)} 的原因与预测不同：${what.zh}`,
  );
  const limit = telling.some((one) => one.bearing !== "contradicts") ? "likely" : "possible";
  return {
    hit: added(hit, { basis: "kernel", text: said, frames: [against.frame] }, weaker(hit.certainty, limit)),
    steps,
    instead: causesOf(finder.causes, against.drop).filter((code) => code !== hit.code),
  };
}

// Other causes end in another drop, or in none at all.
function withoutOthers(finder: DropFinder, hit: CauseHit, drop: KernelDrop): CauseHit {
  const known = new Set(hit.ruledOut.map(({ code }) => code));
  const own = finder.causes.find((cause) => cause.code === hit.code);
  const others = finder.causes
    .filter(({ code, lookalikes }) => own?.lookalikes.includes(code) || lookalikes.includes(hit.code))
    .flatMap(({ code, marks }) => (!known.has(code) && bearingOf(marks, drop) === "contradicts" ? code : []));
  const what = dropWords(drop);
  const because = text(`the kernel reports ${what.en}`, `内核报告的是 ${what.zh}`);
  return { ...hit, ruledOut: [...hit.ruledOut, ...others.map((code) => ({ code, because }))] };
}

// That nothing was traced is worth a word only where everything would have been.
function withoutDrop(finder: DropFinder, packets: readonly Packet[], hit: CauseHit): CauseHit {
  const [packet] = packets;
  if (packet === undefined || !finder.wouldHaveSeen(packets)) return hit;
  const frame = formatFrame(packet.frame);
  const frames = packets.map((one) => one.frame);
  const protocol = packet.network.kind === "arp" ? "arp" : "ipv4";
  const marks = marksOf(finder.causes, hit.code);
  if (isSilent(marks, protocol)) {
    const said = text(
      `drops were traced, and there was none of ${frame}: for the kernel this is no drop`,
      `跟踪了内核丢包，其中没有 ${frame}：内核不把它算作丢包`,
    );
    return added(hit, { basis: "kernel", text: said, frames }, hit.certainty);
  }
  if (!isReported(marks, protocol)) return hit;
  const said = text(
    `drops were traced, and there was none of ${frame}, though one was to be expected`,
    `跟踪了内核丢包，其中没有 ${frame}，而这里本应有一个`,
  );
  return added(hit, { basis: "kernel", text: said, frames }, weaker(hit.certainty, "likely"));
}

// What no frame shows: a drop in a system call of the command itself, or one in the course of a frame of the flow.
function ofUnseen(finder: DropFinder, traced: Traced, stop: Step, flow: Flow, hit: CauseHit): Found {
  const marks = marksOf(finder.causes, hit.code);
  const drops = finder.unseen.filter((drop) => supports(marks, drop));
  const own = drops.filter(({ pid }) => pid !== null && traced.pids.includes(pid));
  const frames = new Set(sightingsOf(flow).map((packet) => packet.frame));
  const beside = drops.flatMap((drop) => {
    const frame = finder.besideOf(drop);
    return frame !== null && frames.has(frame) ? [{ drop, frame }] : [];
  });
  const [first] = own;
  const [next] = beside;
  if (first !== undefined) {
    const what = dropWords(first);
    const said = text(
      `the kernel dropped what the command sent: ${what.en}${times(own.length).en}`,
      `内核丢弃了该命令发出的报文：${what.zh}${times(own.length).zh}`,
    );
    const step = { ...dropStep(first, own.length, stop, []), text: said };
    return {
      hit: added(hit, { basis: "kernel", text: said }, hit.certainty),
      steps: [{ after: stop, step }],
      instead: [],
      borne: own.length,
    };
  }
  if (next === undefined) return { hit, steps: [], instead: [] };
  const what = dropWords(next.drop);
  const often = times(beside.length);
  const said = text(
    `the kernel dropped a packet in the course of ${formatFrame(next.frame)}: ${what.en}${often.en}`,
    `内核在处理 ${formatFrame(next.frame)} 时丢弃了一个报文：${what.zh}${often.zh}`,
  );
  const evidence = { basis: "kernel", text: said, frames: beside.map((one) => one.frame) } as const;
  const step = { ...dropStep(next.drop, 1, stop, []), text: said };
  const steps = [{ after: stop, step }];
  return { hit: added(hit, evidence, hit.certainty), steps, instead: [], borne: beside.length };
}

function supports(marks: Marks | undefined, drop: KernelDrop): boolean {
  const bearing = bearingOf(marks, drop);
  return bearing === "supports" || bearing === "supports-kind";
}

// The packets that waited for the address to be answered for; the error they make passes in the same moment.
function givenUp(finder: DropFinder, traced: Traced, rest: readonly ComparedStep[], flow: Flow): KernelStep[] {
  const frames = new Set(sightingsOf(flow).map((packet) => packet.frame));
  const drops = traced.drops.filter(isGivenUpNeighbour);
  const beside = drops.flatMap((drop) => {
    const frame = finder.besideOf(drop);
    return frame !== null && frames.has(frame) ? [{ drop, frame }] : [];
  });
  const [first] = beside;
  const error = rest.findIndex(({ step }) => step.leg === "error" && step.expects !== null);
  const after = rest[error < 0 ? rest.length - 1 : error - 1]?.step;
  if (first === undefined || after === undefined) return [];
  const moment = drops.filter(({ time }) => time >= first.drop.time && time <= (beside.at(-1) ?? first).drop.time);
  const what = dropWords(first.drop);
  const step = {
    netns: after.netns,
    interface: null,
    direction: null,
    time: first.drop.time,
    basis: "kernel",
    text: text(
      `packets that waited for the MAC address are dropped: ${what.en}${times(moment.length).en}`,
      `等待该 MAC 地址的报文被丢弃：${what.zh}${times(moment.length).zh}`,
    ),
    frames: [],
    state: [],
  } as const;
  return [{ after, step }];
}

function dropStep(
  drop: KernelDrop,
  count: number,
  { netns, interface: name }: Pick<Step, "netns" | "interface">,
  frames: readonly FrameRef[],
): Draft {
  return {
    netns,
    interface: name,
    direction: null,
    time: drop.time,
    basis: "kernel",
    text: traceWords(drop, count),
    frames,
    // Of like packets the first and the last are kept.
    ...(frames.length > 0 && count > frames.length ? { total: count } : {}),
    state: [],
  };
}

function traceWords(drop: KernelDrop, count: number): Text {
  const what = dropWords(drop);
  const often = times(count);
  return text(`the kernel dropped it: ${what.en}${often.en}`, `内核丢弃了它：${what.zh}${often.zh}`);
}

function times(count: number): Text {
  return count < 2 ? text("", "") : text(` (${count} times)`, `（共 ${count} 次）`);
}

function kinds(drops: readonly KernelDrop[]): KernelDrop[] {
  return drops.filter((drop, index) => drops.findIndex((other) => isLike(other, drop)) === index);
}

function isLike(a: KernelDrop, b: KernelDrop): boolean {
  return a.reason === b.reason && a.location === b.location;
}

function added(hit: CauseHit, evidence: Evidence, certainty: Certainty): CauseHit {
  return { ...hit, certainty, evidence: [hit.evidence[0], ...hit.evidence.slice(1), evidence] };
}

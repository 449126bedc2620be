// How well one could see: losses, packets cut short, clocks, times without a common part. Each thing that lowers what
// can be concluded is told, and limits how certain a conclusion may be.

import { formatIpv4 } from "../model/address.ts";
import type { ClockFit } from "../model/clock-fit.ts";
import { type Certainty, weaker } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import { examplesOf, journeysOf, sightingsOf, vantagesOf } from "../model/observed.ts";
import { listOf, othersIn, unreachedIn } from "../model/other-traffic.ts";
import { type Text, text } from "../model/text.ts";
import { formatSpan } from "../model/time.ts";
import { formatVantage, type InputSummary, type Vantage } from "../model/vantage.ts";
import { checksumVerdicts } from "./checksums.ts";
import { grouped } from "./crowds.ts";
import { apartInTime } from "./overlap.ts";

/** What the captures say of themselves. */
export interface QualityInput {
  readonly inputs: readonly InputSummary[];
  readonly evicted: number;
  /** Flows that had ended and were only counted, for want of room. */
  readonly onlyCounted?: number;
}

/** What limits the conclusions about one flow, and how certain they may be at most. */
interface Quality {
  readonly notes: readonly Text[];
  readonly limit: Certainty;
}

type Check = (input: QualityInput, flow: Flow) => Quality;

const FINE: Quality = { notes: [], limit: "certain" };

/** One sentence for each thing that lowers what can be concluded. */
export function qualityNotes(input: QualityInput, flows: readonly Flow[]): Text[] {
  const notes = new Map<string, Text>();
  const add = (note: Text): unknown => notes.set(note.en, note);
  for (const flow of flows) qualityOf(input, flow).notes.forEach(add);
  for (const one of input.inputs) {
    [...lostNotes(one), ...offsetNotes(one), ...stepNotes(one)].forEach(add);
  }
  notFollowed(input.inputs).forEach(add);
  if (input.evicted > 0) {
    add(
      text(
        `${input.evicted} packets could not be followed for lack of room.`,
        `有 ${input.evicted} 个报文因超出容量而没有继续跟踪。`,
      ),
    );
  }
  const counted = input.onlyCounted ?? 0;
  if (counted > 0) {
    add(
      text(
        `Of ${grouped(counted)} flows that had ended, only the numbers are kept, for lack of room: what one of them alone would tell is not known.`,
        `有 ${grouped(counted)} 条已结束的流因超出容量只计了数：单独某一条能说明什么，已无从知道。`,
      ),
    );
  }
  return [...notes.values()];
}

// A packet that was not seen may have passed inside one of these.
function notFollowed(inputs: readonly InputSummary[]): Text[] {
  const counts = unreachedIn(othersIn(inputs));
  if (counts.size === 0) return [];
  const list = listOf(counts);
  return [
    text(
      `Packets that carry others and could not be followed: ${list.en}. What was not seen may have passed inside them.`,
      `内含其他报文、但无法继续解析的报文：${list.zh}。没有看到的报文可能就在其中。`,
    ),
  ];
}

/** How certain any conclusion about a flow may be, by how well one could see. */
export function certaintyLimit(input: QualityInput, flow: Flow): Certainty {
  return qualityOf(input, flow).limit;
}

/** All that limits the conclusions about one flow. */
function qualityOf(input: QualityInput, flow: Flow): Quality {
  const found = CHECKS.map((check) => check(input, flow));
  return {
    notes: found.flatMap((one) => one.notes),
    limit: found.reduce<Certainty>((limit, one) => weaker(limit, one.limit), "certain"),
  };
}

const CHECKS: readonly Check[] = [joined, lost, cutShort, clocks, apart, anyDevice, checksums, givenUp];

function joined(_: QualityInput, flow: Flow): Quality {
  if (flow.joinedRuns === undefined) return FINE;
  const ids = flow.joinedRuns.flatMap((id) => (id === null ? [] : [String(id)]));
  const runs =
    ids.length > 1 ? text(` (echo ids ${ids.join(", ")})`, `（echo id 分别为 ${ids.join("、")}）`) : text("", "");
  const note = text(
    `These captures of ${formatIpv4(flow.dst)} were taken one after another${runs.en}: that they show the same thing is inferred, so nothing that rests on it is certain.`,
    `这些关于 ${formatIpv4(flow.dst)} 的抓包是先后分别抓的${runs.zh}：把它们当作同一件事只是推断，由此得出的结论不算确定。`,
  );
  return { notes: [note], limit: "likely" };
}

// What was seen stays seen: only what rests on something missing suffers.
function lost({ inputs }: QualityInput, flow: Flow): Quality {
  return restsOnMissing(flow) && inputs.some(mayHaveMissed) ? weakened([]) : FINE;
}

// What a capture left unread when it ended, the kernel does not count as dropped.
function mayHaveMissed(one: InputSummary): boolean {
  return (one.droppedByKernel ?? 0) > 0 || one.problems.some((problem) => problem.kind === "capture-behind");
}

/** What a capture lost. */
export function lostNotes(one: InputSummary): Text[] {
  if ((one.droppedByKernel ?? 0) === 0) return [];
  const place = formatVantage(one.vantage);
  return [
    text(
      `The capture on ${place} lost ${one.droppedByKernel} packets: that something is not seen there proves nothing.`,
      `${place} 上的抓包丢了 ${one.droppedByKernel} 个包：那里没看到的，不能当作没有。`,
    ),
  ];
}

function cutShort({ inputs }: QualityInput, flow: Flow): Quality {
  const cut = new Map<Vantage, number>();
  for (const { frame, faults } of sightingsOf(flow)) {
    if (frame.captured !== null && faults.some((fault) => fault.limitedBy === "snap length")) {
      cut.set(frame.vantage, Math.max(frame.captured, cut.get(frame.vantage) ?? 0));
    }
  }
  const notes = [...cut].map(([vantage, captured]) => {
    const kept = inputs.find((one) => one.vantage === vantage)?.snapLength ?? captured;
    const place = formatVantage(vantage);
    return text(
      `The capture on ${place} keeps ${kept} bytes of a packet, which cuts headers off: what they would tell is not known. Capture with -s 0.`,
      `${place} 上的抓包每个包只保留 ${kept} 字节，报文头被截断，其中的内容无从知道。请用 -s 0 抓包。`,
    );
  });
  return notes.length > 0 ? weakened(notes) : FINE;
}

// Clocks decide the order of sightings at several places; one capture has its own order.
function clocks({ inputs }: QualityInput, flow: Flow): Quality {
  const places = vantagesOf(flow);
  if (new Set([...places].map((vantage) => vantage.source)).size < 2) return FINE;
  const isDoubtful = ({ clockOffset, clockStepsBack, clock }: InputSummary): boolean =>
    clockStepsBack !== undefined || (clockOffset !== undefined && (clock?.residual ?? null) === null);
  const doubtful = inputs.some((one) => places.has(one.vantage) && isDoubtful(one));
  return doubtful ? weakened([]) : FINE;
}

function offsetNotes(one: InputSummary): Text[] {
  if (one.clockOffset === undefined) return [];
  const ahead = one.clockOffset < 0n;
  const by = formatSpan(one.clockOffset < 0n ? -one.clockOffset : one.clockOffset).slice(1);
  if (one.clock !== undefined) return [hostClockNote(one.vantage, one.clock, by)];
  const place = formatVantage(one.vantage);
  return [
    text(
      `The clock of ${place} (${one.vantage.source}) is ${by} ${ahead ? "ahead of" : "behind"} the first capture's, estimated from packets seen in both: its times are shown corrected, and the order between the two is not certain.`,
      `${place}（${one.vantage.source}）的时钟比第一份抓包${ahead ? "快" : "慢"} ${by}，由两边都看到的包估计得出：其时间已作校正，两份抓包之间的先后次序不算确定。`,
    ),
  ];
}

// One host has one clock: told once, however many captures it gave.
function hostClockNote(
  { netns }: Vantage,
  { host = netns ?? "", add, drift, residual, matched }: ClockFit,
  by: string,
): Text {
  const [en, zh] = add < 0n ? ["ahead of", "快"] : ["behind", "慢"];
  const ppm = Math.round(Math.abs(drift) / 100) / 10;
  const runs =
    drift === 0
      ? text("", "")
      : text(
          ` and runs ${ppm} ppm ${drift < 0 ? "faster" : "slower"}`,
          `，且每秒${drift < 0 ? "快" : "慢"} ${ppm} 微秒`,
        );
  const left =
    residual === null
      ? text("packets went one way only, so that how exact this is, is not known", "只有单方向的报文，精确程度无从知道")
      : text(`exact to ${formatSpan(residual).slice(1)}`, `误差不超过 ${formatSpan(residual).slice(1)}`);
  return text(
    `The clock of ${host} is ${by} ${en} the first host's${runs.en}, measured on ${matched} packets that both saw (${left.en}): its times are shown corrected.`,
    `${host} 的时钟比第一台主机${zh} ${by}${runs.zh}，根据两边都看到的 ${matched} 个报文测得（${left.zh}）：其时间已作校正。`,
  );
}

function stepNotes(one: InputSummary): Text[] {
  const steps = one.clockStepsBack;
  if (steps === undefined) return [];
  const place = formatVantage(one.vantage);
  const by = formatSpan(steps.largest).slice(1);
  return [
    text(
      `The clock of ${place} was set back by ${by} (first at frame ${place}#${steps.frame}): times across that moment tell neither order nor duration.`,
      `${place} 的时钟被往回拨了 ${by}（最早出现在帧 ${place}#${steps.frame}）：跨越那一刻的时间既不能说明先后，也不能说明间隔。`,
    ),
  ];
}

function apart({ inputs }: QualityInput, flow: Flow): Quality {
  // Joined runs have their own note.
  if (flow.joinedRuns !== undefined || !restsOnMissing(flow)) return FINE;
  const notes = apartInTime(inputs);
  return notes.length > 0 ? weakened(notes) : FINE;
}

// LINUX_SLL does not name the interface: the same packet at three interfaces is three sightings at one vantage.
function anyDevice({ inputs }: QualityInput, flow: Flow): Quality {
  const notes: Text[] = [];
  for (const one of inputs) {
    if (one.linkType !== "LINUX_SLL" || !seenSeveralTimes(flow, one.vantage)) continue;
    const place = formatVantage(one.vantage);
    notes.push(
      text(
        `${place} was captured with -i any in a format that does not name interfaces: one packet stands there once for each interface it passed, which is no duplicate. Capture with -y LINUX_SLL2 to see which.`,
        `${place} 是用 -i any 抓的，而该格式不记录接口：同一个包每经过一个接口就出现一次，并不是重复包。用 -y LINUX_SLL2 抓包可以看出是哪个接口。`,
      ),
    );
  }
  return notes.length > 0 ? weakened(notes) : FINE;
}

function seenSeveralTimes(flow: Flow, vantage: Vantage): boolean {
  return examplesOf(flow).some((exchange) =>
    journeysOf(exchange).some((journey) => journey.sightings.filter((s) => s.frame.vantage === vantage).length > 1),
  );
}

function checksums(_: QualityInput, flow: Flow): Quality {
  const verdicts = checksumVerdicts(flow);
  const doubtful = verdicts.some((one) => one.kind !== "harmless") && restsOnMissing(flow);
  return { notes: verdicts.map((one) => one.note), limit: doubtful ? "likely" : "certain" };
}

function givenUp({ evicted, onlyCounted = 0 }: QualityInput, flow: Flow): Quality {
  return evicted + onlyCounted > 0 && restsOnMissing(flow) ? weakened([]) : FINE;
}

function weakened(notes: readonly Text[]): Quality {
  return { notes, limit: "likely" };
}

function restsOnMissing(flow: Flow): boolean {
  return flow.requests === 0 || flow.replies < flow.requests;
}

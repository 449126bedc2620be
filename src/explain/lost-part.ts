// The requests of a flow that were lost while others were answered: which, when, and how far they were seen.

import { type Evidence, formatFrame } from "../model/evidence.ts";
import type { EchoExchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import { startOf } from "../model/journey.ts";
import { cameBack } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { Observed } from "./outcome.ts";

/** What was lost. */
export interface LostPart {
  readonly count: number;
  /** Sequence numbers of the first and of the last of them. */
  readonly first: number;
  readonly last: number;
  /** None between the two was answered. */
  readonly isOneStretch: boolean;
  readonly from: Nanoseconds | null;
  readonly to: Nanoseconds | null;
  /** Whether requests before and behind were answered. */
  readonly before: boolean;
  readonly behind: boolean;
  /** Where they ended: the last sights of those that are kept. */
  readonly ends: readonly Packet[];
}

/** Null where no request of the flow that was seen to leave was lost, or none was answered. */
export function lostPart(flow: Flow): LostPart | null {
  const echoes = flow.echoOutcomes.flatMap((outcome) => (hasRequest(outcome) ? [outcome] : []));
  const lost = echoes.filter(({ first }) => first.kind === "echo" && !cameBack(first, flow.netns));
  const answered = echoes.filter((outcome) => !lost.includes(outcome));
  if (lost.length === 0 || answered.length === 0) return null;
  const kept = lost.flatMap(exchangesOf);
  const sequences = kept.map(({ sequence }) => sequence);
  const others = answered.flatMap(exchangesOf).map(({ sequence }) => sequence);
  const [first, last] = [Math.min(...sequences), Math.max(...sequences)];
  const count = lost.reduce((sum, one) => sum + one.count, 0);
  const timeOf = (wanted: number): Nanoseconds | null => {
    const request = kept.find(({ sequence }) => sequence === wanted)?.request;
    return request ? startOf(request) : null;
  };
  return {
    count,
    first,
    last,
    isOneStretch: last - first + 1 === count,
    from: timeOf(first),
    to: timeOf(last),
    before: others.some((one) => one < first),
    behind: others.some((one) => one > last),
    ends: kept.flatMap(({ request, replies }) => {
      const end = (replies.at(-1) ?? request)?.sightings.at(-1);
      return end === undefined ? [] : [end];
    }),
  };
}

function hasRequest({ first }: Outcome): boolean {
  return first.kind === "echo" && first.request !== null;
}

function exchangesOf({ first, last }: Outcome): EchoExchange[] {
  return [first, ...(last === null ? [] : [last])].flatMap((one) => (one.kind === "echo" ? [one] : []));
}

/** Which requests were lost and when, and where they were seen last. */
export function momentOf(part: LostPart, flow: Flow): Evidence {
  const [end] = part.ends;
  const words = whichOf(part, flow.from);
  const seen =
    end === undefined
      ? text("", "")
      : text(`, last seen at ${formatFrame(end.frame)}`, `，最后出现在 ${formatFrame(end.frame)}`);
  return {
    basis: "missing",
    text: text(`${words.en}${seen.en}`, `${words.zh}${seen.zh}`),
    ...(part.ends.length > 0 ? { frames: part.ends.map(({ frame }) => frame) } : {}),
  };
}

/** Requests that ping counts and of which no capture saw anything; null where there are none. */
export function neverLeft({ echoOutcomes }: Flow, { by, sent }: Observed): Evidence | null {
  const left = echoOutcomes.reduce((sum, { count }) => sum + count, 0);
  if (by !== "ping" || left === 0 || left >= sent) return null;
  return {
    basis: "missing",
    text: text(
      `ping counts ${sent} requests, and only ${left} were seen to leave: the other ${sent - left} never did`,
      `ping 发了 ${sent} 个请求，只看到 ${left} 个发出：其余 ${sent - left} 个没有离开本机`,
    ),
  };
}

function whichOf(
  { first, last, count, isOneStretch, from, to, before, behind }: LostPart,
  start: Nanoseconds | null,
): Text {
  if (!isOneStretch)
    return text(
      `${count} requests between ${first} and ${last} stayed unanswered, and others between them were answered`,
      `第 ${first} 到第 ${last} 个请求之间有 ${count} 个没有应答，其间也有得到应答的`,
    );
  const which =
    first === last
      ? text(`request ${first}`, `第 ${first} 个请求`)
      : text(`requests ${first} to ${last}`, `第 ${first} 到第 ${last} 个请求`);
  const when =
    start === null || from === null || to === null
      ? text("", "")
      : first === last
        ? text(`, ${seconds(from - start)} s after the start,`, `（开始后 ${seconds(from - start)} 秒）`)
        : text(
            `, ${seconds(from - start)} s to ${seconds(to - start)} s after the start,`,
            `（开始后 ${seconds(from - start)} 到 ${seconds(to - start)} 秒）`,
          );
  const around =
    before && behind
      ? text(", those before and after were answered", "，此前和此后的都有应答")
      : before
        ? text(", all before were answered", "，此前的都有应答")
        : behind
          ? text(", all after were answered", "，此后的都有应答")
          : text("", "");
  return text(`${which.en}${when.en} stayed unanswered${around.en}`, `${which.zh}${when.zh}没有应答${around.zh}`);
}

function seconds(span: Nanoseconds): string {
  return (Number(span) / 1e9).toFixed(1);
}

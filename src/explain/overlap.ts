// Captures that show different times cannot show the same packets: what one of them lacks proves nothing.

import { type Text, text } from "../model/text.ts";
import { formatTime, type Nanoseconds, SECOND } from "../model/time.ts";
import { formatVantage, type InputSummary } from "../model/vantage.ts";

// A quiet interface shows its few packets seconds after the others': only gaps beyond a ping's patience are told.
const TELLING_GAP = 10n * SECOND;

interface Span {
  readonly input: InputSummary;
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

/** Pairs of captures, of different files, whose packets lie far apart in time: one note each, for the nearest pair. */
export function apartInTime(inputs: readonly InputSummary[]): Text[] {
  const spans = inputs
    .flatMap((input): Span[] =>
      input.from === null || input.to === null ? [] : [{ input, from: input.from, to: input.to }],
    )
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const notes: Text[] = [];
  let latest: Span | null = null;
  for (const span of spans) {
    // The file that was captured longest so far; interfaces of one file were captured together.
    if (
      latest !== null &&
      latest.input.vantage.source !== span.input.vantage.source &&
      span.from > latest.to + TELLING_GAP
    ) {
      notes.push(noteOn(latest, span));
    }
    if (latest === null || span.to > latest.to) latest = span;
  }
  return notes;
}

function noteOn(before: Span, after: Span): Text {
  const gap = Number((after.from - before.to) / SECOND);
  const [a, b] = [formatVantage(before.input.vantage), formatVantage(after.input.vantage)];
  const [end, start] = [formatTime(before.to), formatTime(after.from)];
  return text(
    `The last packet on ${a} (${end}) is ${gap} s older than the first on ${b} (${start}): the two show no common time, so that something is missing on one of them proves nothing.`,
    `${a} 上的最后一个包（${end}）比 ${b} 上的第一个包（${start}）早 ${gap} 秒：两份抓包没有共同的时间段，其中一份里没有的，不能当作证据。`,
  );
}

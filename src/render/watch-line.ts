// What `pktwhy watch` tells while it looks: a line for each exchange, and marks where something changed.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Certainty } from "../model/evidence.ts";
import { printable, type Text, text } from "../model/text.ts";
import { formatTime, MILLISECOND, type Nanoseconds } from "../model/time.ts";
import type { WatchExchangeJson, WatchMarkJson } from "./json-shape.ts";
import type { Page } from "./page.ts";
import type { Look } from "./style.ts";
import { displayWidth, padEnd } from "./width.ts";
import { CERTAINTY, WORDS } from "./words.ts";

/** An exchange that can be told. */
export interface WatchedExchange {
  readonly kind: "exchange";
  /** When its last frame was seen. */
  readonly time: Nanoseconds | null;
  readonly type: WatchExchangeJson["kind"];
  readonly flow: number;
  readonly netns: string | null;
  readonly src: Ipv4 | null;
  readonly dst: Ipv4;
  readonly icmpId: number | null;
  readonly sequence: number | null;
  /** What was asked: `ping 192.168.2.11 > 192.168.2.1 #3`. */
  readonly what: Text;
  /** Where it was seen, question first. */
  readonly path: readonly string[];
  readonly outcome: WatchExchangeJson["outcome"];
  readonly rttMs: number | null;
  /** Told before: this adds to it. */
  readonly correction: WatchExchangeJson["correction"];
  readonly answer: { readonly code: string; readonly certainty: Certainty; readonly headline: Text } | null;
}

/** Something changed. */
export interface WatchMark {
  readonly kind: "mark";
  readonly time: Nanoseconds | null;
  readonly change: WatchMarkJson["change"];
  /** Whether things got worse, better, or only different. */
  readonly tone: "bad" | "good" | "neutral";
  readonly text: Text;
}

export type WatchEvent = WatchedExchange | WatchMark;

// Columns that keep the lines of one ping below each other.
const WHAT = 42;
const PATH = 22;

const CORRECTIONS: Readonly<Record<NonNullable<WatchedExchange["correction"]>, Text>> = {
  late: text("late answer", "迟到的应答"),
  duplicate: text("duplicate answer", "重复应答"),
  state: text("explained again with the current state", "按当前状态更正"),
};

/** One line, with its newline; at most `room` columns wide, however much that leaves out. Null: nothing is left out. */
export function renderWatchLine(event: WatchEvent, page: Page, room: number | null = null): string {
  const time: Part = { text: clock(event.time), look: "faint" };
  if (event.kind === "mark") {
    const look = event.tone === "bad" ? "bad" : event.tone === "good" ? "good" : "unsure";
    return written([time, { text: `** ${page.say(event.text)}`, look }], page, room);
  }
  const what = page.say(event.what);
  const path = event.path.map(printable).join(" > ");
  const end = ending(event, page);
  const columns: Part[] = [time, { text: padEnd(what, WHAT) }, { text: padEnd(path, PATH) }, ...end];
  const forms: Part[][] = [
    columns,
    [time, { text: what }, { text: path }, ...end],
    [time, { text: what }, ...end],
    // How it went is what matters: the certainty and the code stand in the summary too.
    [time, { text: what }, ...end.filter(({ look }) => look !== "faint")],
  ];
  const form = forms.find((one) => room === null || widthOf(one) <= room) ?? (forms.at(-1) as Part[]);
  return written(form, page, room);
}

/** Words of a line that look alike. */
interface Part {
  readonly text: string;
  readonly look?: Look;
}

const GAP = "  ";

function widthOf(parts: readonly Part[]): number {
  return displayWidth(
    parts
      .map(({ text: words }) => words)
      .join(GAP)
      .trimEnd(),
  );
}

// What does not fit is cut at its end, before it is dressed.
function written(parts: readonly Part[], page: Page, room: number | null): string {
  let left = room ?? Number.POSITIVE_INFINITY;
  const told: string[] = [];
  for (const { text: words, look } of parts) {
    if (words === "") continue;
    const shown = displayWidth(words) <= left ? words : cutTo(words, left);
    if (shown === "") break;
    told.push(look === undefined ? shown : page.style(look, shown));
    left -= displayWidth(shown) + GAP.length;
  }
  return `${told.join(GAP).trimEnd()}\n`;
}

function cutTo(words: string, room: number): string {
  let shown = "";
  for (const letter of words) {
    if (displayWidth(`${shown}${letter}…`) > room) break;
    shown += letter;
  }
  return shown === "" ? "" : `${shown.trimEnd()}…`;
}

function ending(event: WatchedExchange, page: Page): Part[] {
  const { answer, outcome, rttMs, correction } = event;
  const parts: Part[] = [];
  if (correction !== null) parts.push({ text: page.say(CORRECTIONS[correction]), look: "unsure" });
  if (outcome === "answered") {
    const taken = rttMs === null ? page.say(text("answered", "有应答")) : `${milliseconds(rttMs)} ms`;
    parts.push({ text: taken, look: "good" });
    if (answer !== null && answer.code !== "answered") parts.push({ text: answer.code, look: "faint" });
  } else if (answer !== null) {
    const certainty = `${answer.code}${page.say(WORDS.comma)}${page.say(CERTAINTY[answer.certainty])}`;
    parts.push({ text: page.say(answer.headline), look: outcome === "failed" ? "bad" : "unsure" });
    parts.push({ text: certainty, look: "faint" });
  } else if (outcome === "failed") parts.push({ text: page.say(text("no answer", "没有应答")), look: "bad" });
  return parts.filter((part) => displayWidth(part.text) > 0);
}

// Three significant digits are what a round trip over veth has to tell.
function milliseconds(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

// Local time, as tcpdump prints it beside.
function clock(time: Nanoseconds | null): string {
  if (time === null) return "--:--:--.---";
  const at = new Date(Number(time / MILLISECOND));
  const two = (n: number): string => String(n).padStart(2, "0");
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}

/** The same as a plain object for one line of JSON. */
export function watchJson(event: WatchEvent, language: keyof Text): WatchExchangeJson | WatchMarkJson {
  const time = event.time === null ? null : formatTime(event.time);
  if (event.kind === "mark") return { type: "mark", time, change: event.change, text: event.text[language] };
  const { answer } = event;
  return {
    type: "exchange",
    time,
    kind: event.type,
    flow: event.flow,
    // What is watched is one machine.
    host: null,
    netns: event.netns,
    src: event.src === null ? null : formatIpv4(event.src),
    dst: formatIpv4(event.dst),
    icmpId: event.icmpId,
    sequence: event.sequence,
    path: [...event.path],
    outcome: event.outcome,
    correction: event.correction,
    rttMs: event.rttMs === null ? null : Math.round(event.rttMs * 1e6) / 1e6,
    code: answer?.code ?? null,
    certainty: answer?.certainty ?? null,
    headline: answer?.headline[language] ?? null,
  };
}

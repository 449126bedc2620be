// What `pktwhy watch` tells while it looks: a line for each exchange, and marks where something changed.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Certainty } from "../model/evidence.ts";
import { printable, type Text, text } from "../model/text.ts";
import { formatTime, MILLISECOND, type Nanoseconds } from "../model/time.ts";
import type { Page } from "./page.ts";
import { displayWidth, padEnd } from "./width.ts";
import { CERTAINTY, WORDS } from "./words.ts";

/** An exchange that can be told. */
export interface WatchedExchange {
  readonly kind: "exchange";
  /** When its last frame was seen. */
  readonly time: Nanoseconds | null;
  readonly type: "echo" | "arp" | "other";
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
  readonly outcome: "answered" | "failed" | "note";
  readonly rttMs: number | null;
  /** Told before: this adds to it. */
  readonly correction: "late" | "duplicate" | "state" | null;
  readonly answer: { readonly code: string; readonly certainty: Certainty; readonly headline: Text } | null;
}

/** Something changed. */
export interface WatchMark {
  readonly kind: "mark";
  readonly time: Nanoseconds | null;
  readonly change: "loss" | "recovery" | "mac" | "link" | "state" | "capture";
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
  state: text("told anew by the state as it is now", "按当前状态更正"),
};

/** One line, with its newline. */
export function renderWatchLine(event: WatchEvent, page: Page): string {
  const time = page.style("faint", clock(event.time));
  if (event.kind === "mark") {
    const look = event.tone === "bad" ? "bad" : event.tone === "good" ? "good" : "unsure";
    return `${time}  ${page.style(look, `** ${page.say(event.text)}`)}\n`;
  }
  const path = event.path.map(printable).join(" > ");
  const head = `${padEnd(page.say(event.what), WHAT)}  ${padEnd(path, PATH)}  `;
  return `${time}  ${head}${ending(event, page)}`.trimEnd().concat("\n");
}

function ending(event: WatchedExchange, page: Page): string {
  const { answer, outcome, rttMs, correction } = event;
  const parts: string[] = [];
  if (correction !== null) parts.push(page.style("unsure", page.say(CORRECTIONS[correction])));
  if (outcome === "answered") {
    const taken = rttMs === null ? page.say(text("answered", "有应答")) : `${milliseconds(rttMs)} ms`;
    parts.push(page.style("good", taken));
    if (answer !== null && answer.code !== "answered") parts.push(page.style("faint", answer.code));
  } else if (answer !== null) {
    const certainty = `${answer.code}${page.say(WORDS.comma)}${page.say(CERTAINTY[answer.certainty])}`;
    parts.push(page.style(outcome === "failed" ? "bad" : "unsure", page.say(answer.headline)));
    parts.push(page.style("faint", certainty));
  } else if (outcome === "failed") parts.push(page.style("bad", page.say(text("no answer", "没有应答"))));
  return parts.filter((part) => displayWidth(part) > 0).join("  ");
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
export function watchJson(event: WatchEvent, language: keyof Text): Record<string, unknown> {
  const time = event.time === null ? null : formatTime(event.time);
  if (event.kind === "mark") return { type: "mark", time, change: event.change, text: event.text[language] };
  const { answer } = event;
  return {
    type: "exchange",
    time,
    kind: event.type,
    flow: event.flow,
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

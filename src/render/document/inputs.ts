// What was read: one line in all, or a table of every capture.

import { listOf, othersIn } from "../../model/other-traffic.ts";
import type { FlowReport } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import { formatTime } from "../../model/time.ts";
import { formatVantage, type InputSummary } from "../../model/vantage.ts";
import { WORDS } from "../words.ts";
import { FULL, type InputRow, type Part, SHORT } from "./document.ts";
import type { Voice } from "./voice.ts";

// More than these would not fit on one line; -v lists them.
const MOST_PLACES = 3;

/** One line: how many packets were read, and what became of them. */
export function countSentence(voice: Voice, inputs: readonly InputSummary[], flows: readonly FlowReport[]): Part[] {
  if (inputs.length === 0) return [];
  const packets = inputs.reduce((sum, input) => sum + input.packets, 0);
  const explained = inputs.reduce((sum, input) => sum + input.explained, 0);
  const dropped = inputs.some((i) => i.droppedByKernel !== null)
    ? inputs.reduce((sum, input) => sum + (input.droppedByKernel ?? 0), 0)
    : null;
  const others = voice.say(listOf(othersIn(inputs)));
  const places = inputs.map(placeOf);
  const shown =
    places.length > MOST_PLACES
      ? text(`in ${places.length} captures`, `${places.length} 份抓包里`)
      : text(`on ${places.join(", ")}`, `${places.join("、")} 上`);
  const connects = flows.some(({ flow }) => flow.kind === "tcp" || flow.kind === "udp");
  const kinds = connects ? text("ARP, ICMP, TCP or UDP", "ARP、ICMP、TCP 或 UDP") : text("ARP or ICMP", "ARP 或 ICMP");
  const sentence = text(
    `${packets} packets read ${shown.en}: ${explained} ${kinds.en}${others === "" ? "" : `, ${others} left aside`}${dropped === null ? "" : `; ${dropped} dropped by the kernel while capturing`}`,
    `在 ${shown.zh}共读到 ${packets} 个报文：${kinds.zh} ${explained} 个${others === "" ? "" : `，其余略过（${others}）`}${dropped === null ? "" : `；抓包丢失 ${dropped} 个`}`,
  );
  return [{ kind: "counts", levels: SHORT, sentence: voice.say(sentence) }];
}

/** A table of the captures. */
export function inputsPart(voice: Voice, inputs: readonly InputSummary[]): Part[] {
  if (inputs.length === 0) return [];
  const head: InputRow =
    voice.language === "zh"
      ? ["位置", "来源", "报文", "已解释", "内核丢弃", "时间"]
      : ["place", "from", "packets", "explained", "dropped", "time"];
  const rows = inputs.map(
    (input): InputRow => [
      placeOf(input),
      printable(input.vantage.source.split("/").at(-1) ?? ""),
      String(input.packets),
      String(input.explained),
      input.droppedByKernel === null ? "?" : String(input.droppedByKernel),
      spanOf(input),
    ],
  );
  return [{ kind: "inputs", levels: FULL, label: voice.say(WORDS.inputs), head, rows }];
}

// `en0 (Wi-Fi)`: what Windows and macOS call an interface is what a person knows it by.
function placeOf({ vantage, description }: InputSummary): string {
  const place = printable(formatVantage(vantage));
  return description === undefined ? place : `${place} (${printable(description)})`;
}

// When it was captured; only how long where nothing tells the day.
function spanOf(input: InputSummary): string {
  if (input.from === null || input.to === null) return "";
  // Microseconds do for a table; the JSON report has all nine digits.
  const span = `+${(Number(input.to - input.from) / 1e9).toFixed(3)} s`;
  if (input.vantage.undated === true) return span;
  return `${formatTime(input.from).slice(0, 19).replace("T", " ")} ${span}`;
}

// What is said of several steps that are told as one.

import type { Flow } from "../../model/flow.ts";
import type { ReportStep } from "../../model/report.ts";
import { type Text, text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";

// Places between the ends that are named; of more only their number.
const MOST_BETWEEN = 3;

/** An ARP request and its answer. */
export const ARP_ROUND: Text = text("ARP, one round, answered", "ARP 一轮，有应答");

/** A packet that went from one place to another, and what it passed. */
export function wayWords(way: readonly ReportStep[], kind: Flow["kind"]): Text {
  const places = way.flatMap((step) => (step.direction === null || step.interface === null ? [] : [step]));
  const packet = packetWords(way[0]?.walk?.leg ?? "request", kind);
  const last = places.at(-1);
  if (last === undefined) return text(`${packet.en} goes on`, `${packet.zh}继续前行`);
  const end = last.netns ? `${last.netns}:${last.interface}` : `${last.interface}`;
  const between = [...new Set(places.slice(1, -1).map((step) => `${step.interface}`))].filter(
    (name) => name !== last.interface,
  );
  if (between.length === 0) return text(`${packet.en} reaches ${end}`, `${packet.zh}到达 ${end}`);
  const [en, zh] =
    between.length > MOST_BETWEEN
      ? [`${between.length} interfaces`, `${between.length} 个接口`]
      : [between.join(", "), between.join("、")];
  return text(`${packet.en} reaches ${end} (by ${en})`, `${packet.zh}到达 ${end}（经 ${zh}）`);
}

function packetWords(leg: Leg, kind: Flow["kind"]): Text {
  if (leg.endsWith("arp-request")) return text("the ARP request", "ARP 请求");
  if (leg.endsWith("arp-reply")) return text("the ARP reply", "ARP 应答");
  if (leg === "error") return text("the ICMP error", "ICMP 差错");
  const isPing = kind === "ping";
  if (leg === "reply") return isPing ? text("the echo reply", "echo 应答") : text("the answer", "应答");
  return isPing ? text("the echo request", "echo 请求") : text("the request", "请求");
}

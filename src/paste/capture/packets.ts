// The packets of a pasted capture, each with its vantage, number and time, and what was looked at where.

import type { Ipv4 } from "../../model/address.ts";
import type { Packet } from "../../model/packet.ts";
import type { Nanoseconds } from "../../model/time.ts";
import type { InputSummary, Vantage } from "../../model/vantage.ts";
import { decode } from "../../wire/decode.ts";
import type { PastedLine } from "../clean.ts";
import { fromText, type TextCapture, TextClock } from "./capture-text.ts";
import { Context } from "./context.ts";

/** What the times of a pasted capture count from. */
type PasteClock = "date" | "midnight" | "capture" | "none";

/** Gives the vantage of an interface (null where the text names none); called once a capture and interface. */
export type VantageFor = (interfaceName: string | null, netns: string | null, clock: PasteClock) => Vantage;

export interface PastePackets {
  /** ARP and ICMP packets, in the order of the text. */
  readonly packets: readonly Packet[];
  /** One for each vantage. */
  readonly summaries: readonly InputSummary[];
  /** Packet lines whose addresses nothing resolves. */
  readonly unknown: readonly PastedLine[];
  readonly clock: PasteClock;
}

/** What the times of this capture count from; all but "date" are `undated`. */
function clockOf(capture: TextCapture): PasteClock {
  const kinds = new Set(capture.packets.map((packet) => packet.head.stamp.kind));
  if (kinds.has("date") || kinds.has("epoch")) return "date";
  const first = capture.packets[0]?.head.stamp;
  // -ttttt counts from the first packet, -ttt from the one before.
  if (kinds.has("delta") || (first?.kind === "clock" && first.nanoseconds === 0n)) return "capture";
  return kinds.has("clock") ? "midnight" : "none";
}

/** Turns a pasted capture into packets; each vantage is numbered from 1. */
export function packetsOf(
  capture: TextCapture,
  vantageFor: VantageFor,
  resolve: (name: string) => Ipv4 | null,
): PastePackets {
  const clock = clockOf(capture);
  const times = new TextClock(capture.packets);
  const seen = new Map<string | null, InputSummary>();
  const contexts = new Map<InputSummary, Context>();
  const packets: Packet[] = [];
  const unknown: PastedLine[] = [];
  const summaryOf = (name: string | null): InputSummary => {
    const known = seen.get(name);
    if (known) return known;
    const made = emptySummary(capture, vantageFor(name, capture.netns, clock));
    seen.set(name, made);
    return made;
  };
  const whole = capture.interface === "any" ? null : capture.interface;
  if (capture.packets.length === 0 || whole !== null) summaryOf(whole);
  for (const text of capture.packets) {
    const summary = summaryOf(text.head.interface ?? whole);
    const time = times.read(text.head.stamp);
    summary.packets++;
    noteTime(summary, time);
    const read = fromText(text, summary.vantage, summary.packets, time, resolve);
    if (read === null) {
      unknown.push(text.line);
      count(summary, "other");
      continue;
    }
    const packet = read.kind === "frame" ? decode(read.frame) : read.packet;
    const { network } = packet;
    if (network.kind === "other") {
      count(summary, network.protocol);
      continue;
    }
    summary.explained++;
    const context = contexts.get(summary) ?? new Context();
    contexts.set(summary, context);
    packets.push(context.complete(isOfAnyDevice(capture, text) ? ofAnyDevice(packet) : packet));
  }
  return { packets, summaries: [...seen.values()], unknown, clock };
}

function isOfAnyDevice({ interface: name }: TextCapture, { head }: TextCapture["packets"][number]): boolean {
  return name === "any" && head.interface === null;
}

// Before libpcap 1.10 `-i any` named no interface: one vantage shows all that a packet passes.
function ofAnyDevice(packet: Packet): Packet {
  if (packet.link.kind !== "none") return packet;
  const etherType = packet.network.kind === "arp" ? 0x0806 : 0x0800;
  const link = {
    kind: "cooked",
    packetType: "unknown",
    source: null,
    etherType,
    hardwareType: 1,
    interfaceIndex: null,
  } as const;
  return { ...packet, link };
}

function emptySummary(capture: TextCapture, vantage: Vantage): InputSummary {
  return {
    vantage,
    format: "tcpdump-text",
    linkType: "TEXT",
    packets: 0,
    explained: 0,
    otherProtocols: new Map(),
    droppedByKernel: capture.dropped,
    snapLength: null,
    from: null,
    to: null,
    filter: capture.filter,
    timeSource: "kernel",
    problems: [],
  };
}

function count(summary: InputSummary, protocol: string): void {
  summary.otherProtocols.set(protocol, (summary.otherProtocols.get(protocol) ?? 0) + 1);
}

function noteTime(summary: InputSummary, time: Nanoseconds | null): void {
  if (time === null) return;
  if (summary.from === null || time < summary.from) summary.from = time;
  if (summary.to === null || time > summary.to) summary.to = time;
}

// The small drawing of a report: interfaces in a row, and how far question and answer came.

import { formatIpv4 } from "../model/address.ts";
import type { Drawing } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { ComparedStep, Comparison } from "./compare.ts";
import { nameOfExpected, nameOfQuestion } from "./packet-name.ts";

const MOST_PLACES = 16;

/** Null where the packets pass fewer than two interfaces, or too many to draw. */
export function draw(comparison: Comparison, state: SystemState): Drawing | null {
  const passing = comparison.steps.filter(
    (s) => s.step.expects !== null && s.status !== "skipped" && s.step.expects.packet.kind !== "icmp-error",
  );
  const lost = lostBehindArp(comparison, passing);
  const places = placesOf(passing, lost);
  if (places.length < 2 || places.length > MOST_PLACES) return null;
  const placeOf = (at: { netns: string; interface: string | null }): number =>
    places.findIndex((p) => p.netns === at.netns && p.interface === at.interface);
  const stopped = comparison.trace.disposition.kind === "stopped" || comparison.trace.disposition.kind === "exits";
  const lastKey = lost?.key ?? (passing.at(-1) ? keyOf(passing.at(-1) as ComparedStep) : null);
  // One line for each packet, in the order in which they set out; each ARP question is a packet of its own.
  const packets = new Map<string, ComparedStep[]>();
  for (const step of passing) packets.set(keyOf(step), [...(packets.get(keyOf(step)) ?? []), step]);
  const lines = [...packets].flatMap(([key, own]) => {
    const first = own[0];
    const last = own.at(-1);
    if (!first || !last) return [];
    const end = stopped && key === lastKey ? ("dies" as const) : ("arrives" as const);
    const to = placeOf(lost?.key === key ? lost.place : last.step);
    const line = { from: placeOf(first.step), to, label: nameOf(first), end };
    return [isAsideOf(passing, own) ? { ...line, isAside: true as const } : line];
  });
  // What never came to a capture point has no line of its own yet.
  if (lost !== null && lost.label !== null)
    lines.push({ from: placeOf(lost.place), to: placeOf(lost.place), label: lost.label, end: "dies" });
  return {
    places: places.map((p) => ({
      name: p.netns === "" ? p.interface : `${p.netns}:${p.interface}`,
      detail: addressesOf(state, p),
    })),
    lines,
  };
}

interface Place {
  readonly netns: string;
  readonly interface: string;
}

function placesOf(passing: readonly ComparedStep[], lost: Lost | null): Place[] {
  const places: Place[] = [];
  const all = [...passing.map(({ step }) => step), ...(lost === null ? [] : [lost.place])];
  for (const { netns, interface: name } of all)
    if (name !== null && !places.some((p) => p.netns === netns && p.interface === name))
      places.push({ netns, interface: name });
  return places;
}

/** A packet that died after the ARP for it was answered: where, by the line that is drawn for it, or what a new one is called. */
interface Lost {
  readonly key: string | null;
  readonly label: Text | null;
  readonly place: Place;
}

// Inside a tunnel, or in front of every capture point: then the last packet that passes is the ARP reply, and that arrived.
function lostBehindArp({ trace, steps }: Comparison, passing: readonly ComparedStep[]): Lost | null {
  const { disposition, attempt } = trace;
  const leg = steps.findLast(({ step }) => step.leg !== "error")?.step.leg;
  if (disposition.kind !== "stopped" || leg === undefined || !cameBack(passing) || leg === passing.at(-1)?.step.leg)
    return null;
  const { netns, interface: name } = disposition.hit;
  if (netns === null || name === null) return null;
  const own = passing.findLast(({ step }) => step.leg === leg);
  if (own !== undefined) return { key: keyOf(own), label: null, place: { netns, interface: name } };
  return { key: "", label: leg === "request" ? nameOfQuestion(attempt) : null, place: { netns, interface: name } };
}

// Whether the last that passes is an ARP reply, and it is with who asked.
function cameBack(passing: readonly ComparedStep[]): boolean {
  const last = passing.at(-1)?.step;
  const reply = last?.expects?.packet;
  if (reply?.kind !== "arp-reply") return false;
  const asked = passing.find(
    ({ step: { expects } }) => expects?.packet.kind === "arp-request" && expects.packet.target === reply.sender,
  );
  return asked?.step.netns === last?.netns && asked?.step.interface === last?.interface;
}

// ARP whose packet went on afterwards.
function isAsideOf(passing: readonly ComparedStep[], own: readonly ComparedStep[]): boolean {
  const leg = own[0]?.step.leg ?? "request";
  if (!/arp-(request|reply)$/.test(leg)) return false;
  const waiting = leg.startsWith("reply-") ? "reply" : "request";
  const after = passing.indexOf(own.at(-1) as ComparedStep);
  return passing.slice(after).some(({ step }) => step.leg === waiting);
}

function keyOf({ step }: ComparedStep): string {
  const packet = step.expects?.packet;
  if (packet?.kind === "arp-request" || packet?.kind === "arp-reply") {
    return `${step.leg} ${packet.kind} ${packet.sender} ${packet.target}`;
  }
  return packet?.kind === "transport" ? `${step.leg} ${packet.what.kind}` : `${step.leg} ${packet?.kind}`;
}

function nameOf({ step }: ComparedStep): Text {
  return step.expects === null ? text("?", "?") : nameOfExpected(step.expects);
}

function addressesOf(state: SystemState, place: { netns: string; interface: string }): string {
  const addresses = state.namespaces.get(place.netns)?.addresses;
  if (addresses === undefined) return "";
  const own = addresses.filter((a) => a.interface === place.interface);
  return own.map((a) => `${formatIpv4(a.local)}/${a.prefixLength}`).join(" ");
}

// The small drawing of a report: interfaces in a row, and how far question and answer came.

import { formatIpv4 } from "../model/address.ts";
import type { Drawing } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { ComparedStep, Comparison } from "./compare.ts";
import { nameOfExpected } from "./packet-name.ts";

const MOST_PLACES = 16;

/** Null where the packets pass fewer than two interfaces, or too many to draw. */
export function draw(comparison: Comparison, state: SystemState): Drawing | null {
  const passing = comparison.steps.filter(
    (s) => s.step.expects !== null && s.status !== "skipped" && s.step.expects.packet.kind !== "icmp-error",
  );
  const places: { netns: string; interface: string }[] = [];
  for (const { step } of passing) {
    if (step.interface === null) continue;
    if (!places.some((p) => p.netns === step.netns && p.interface === step.interface))
      places.push({ netns: step.netns, interface: step.interface });
  }
  if (places.length < 2 || places.length > MOST_PLACES) return null;
  const indexOf = (s: ComparedStep): number =>
    places.findIndex((p) => p.netns === s.step.netns && p.interface === s.step.interface);
  const stopped = comparison.trace.disposition.kind === "stopped" || comparison.trace.disposition.kind === "exits";
  const lastKey = passing.at(-1) ? keyOf(passing.at(-1) as ComparedStep) : null;
  // One line for each packet, in the order in which they set out; each ARP question is a packet of its own.
  const packets = new Map<string, ComparedStep[]>();
  for (const step of passing) packets.set(keyOf(step), [...(packets.get(keyOf(step)) ?? []), step]);
  const lines = [...packets].flatMap(([key, own]) => {
    const first = own[0];
    const last = own.at(-1);
    if (!first || !last) return [];
    const end = stopped && key === lastKey ? ("dies" as const) : ("arrives" as const);
    const line = { from: indexOf(first), to: indexOf(last), label: nameOf(first), end };
    return [isAsideOf(passing, own) ? { ...line, isAside: true as const } : line];
  });
  return {
    places: places.map((p) => ({
      name: p.netns === "" ? p.interface : `${p.netns}:${p.interface}`,
      detail: addressesOf(state, p),
    })),
    lines,
  };
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

// The small drawing of a report: interfaces in a row, and how far question and answer came.

import { formatIpv4 } from "../model/address.ts";
import type { Drawing } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { Leg } from "../model/trace.ts";
import type { ComparedStep, Comparison } from "./compare.ts";

const MOST_PLACES = 6;

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
  const legs: [Leg, Text][] = [
    ["arp-request", text("ARP who-has", "ARP 请求")],
    ["arp-reply", text("ARP reply", "ARP 应答")],
    ["request", text("echo request", "echo request")],
    ["reply-arp-request", text("ARP who-has", "ARP 请求")],
    ["reply", text("echo reply", "echo reply")],
  ];
  const stopped = comparison.trace.disposition.kind === "stopped" || comparison.trace.disposition.kind === "exits";
  const lastLeg = passing.at(-1)?.step.leg;
  const lines = legs.flatMap(([leg, label]) => {
    const own = passing.filter((s) => s.step.leg === leg);
    const first = own[0];
    const last = own.at(-1);
    if (!first || !last) return [];
    return [
      {
        from: indexOf(first),
        to: indexOf(last),
        label,
        end: stopped && leg === lastLeg ? ("dies" as const) : ("arrives" as const),
      },
    ];
  });
  return {
    places: places.map((p) => ({
      name: p.netns === "" ? p.interface : `${p.netns}:${p.interface}`,
      detail: addressesOf(state, p),
    })),
    lines,
  };
}

function addressesOf(state: SystemState, place: { netns: string; interface: string }): string {
  const addresses = state.namespaces.get(place.netns)?.addresses;
  if (addresses === undefined) return "";
  const own = addresses.filter((a) => a.interface === place.interface);
  return own.map((a) => `${formatIpv4(a.local)}/${a.prefixLength}`).join(" ");
}

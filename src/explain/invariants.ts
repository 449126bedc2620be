// What must hold between a walk and what was seen of it: times do not go back along a journey, nothing comes in before it
// went out, and every sighting belongs to a step.

import type { Breach } from "../model/breach.ts";
import { formatFrame } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Journey } from "../model/journey.ts";
import { examplesOf, journeysOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { SystemState } from "../model/system-state.ts";
import { isVerbatim, type Text, text } from "../model/text.ts";
import { renderedLines } from "../system/rendered-lines.ts";
import { type Comparison, isFirstThatPassed } from "./compare.ts";
import type { View } from "./view.ts";

// Stamps of one packet, taken on several CPUs, can step back by up to 43 µs (measured; flow/order.ts).
const STEP_BACK = 50_000n;

/** Journeys along which time goes back. */
export function breachesOfTime(flow: Flow): Breach[] {
  return journeysIn(flow).flatMap(({ sightings }) =>
    sightings.flatMap((packet, at): Breach[] => {
      const before = sightings[at - 1];
      return before === undefined ? [] : goesBack(before, packet);
    }),
  );
}

function goesBack(before: Packet, after: Packet): Breach[] {
  if (before.frame.time === null || after.frame.time === null) return [];
  if (after.frame.time + STEP_BACK >= before.frame.time) return [];
  return [breach("time", after, text(`was seen before ${named(before)}`, `比 ${named(before)} 更早被看到`))];
}

/** Sightings that belong to no step of a walk that is said to fit, to a step of another place, or out of their order. */
export function breachesOfComparison({ trace, steps, unexpected }: Comparison, flow: Flow, view: View): Breach[] {
  const told = new Set<Packet>();
  const breaches: Breach[] = [];
  const journeys = journeysIn(flow);
  steps.forEach(({ step, packets }, at) => {
    const next = steps[at + 1];
    if (step.kind === "transmit" && next?.step.kind === "cross")
      breaches.push(...breachesOfCrossing(packets, next.packets, journeys));
    for (const packet of packets) {
      told.add(packet);
      const { vantage } = packet.frame;
      if (vantage.interface !== step.interface || view.netnsOf(vantage) !== step.netns)
        breaches.push(breach("sighting", packet, text("is told at another place", "被归到了另一处")));
    }
  });
  const foreign = new Set(unexpected);
  for (const packet of journeys.flatMap(({ sightings }) => sightings)) {
    const isOf = packet.network.kind === "icmp" && isFirstThatPassed(trace, packet.network.ip);
    if (!told.has(packet) && !foreign.has(packet) && !isOf && isEcho(packet) && isKnown(packet, view))
      breaches.push(breach("sighting", packet, text("belongs to no step", "不属于任何一步")));
  }
  return breaches;
}

// The two ends of one link are next to each other in the walk, whatever other copies of the packet there are.
function breachesOfCrossing(out: readonly Packet[], into: readonly Packet[], journeys: readonly Journey[]): Breach[] {
  return journeys.flatMap(({ sightings }): Breach[] => {
    const left = sightings.find((packet) => out.includes(packet));
    const came = sightings.filter((packet) => into.includes(packet));
    // Where no direction is known, one place may show the packet on both of its ways through a router.
    const found = left === undefined ? [] : came.map((packet) => goesBack(left, packet));
    return found.every((one) => one.length > 0) ? (found[0] ?? []) : [];
  });
}

/** Lines that a finding quotes as state and that neither state holds: of the files that were read, before and after. */
export function breachesOfFindings(findings: readonly Finding[], states: readonly (SystemState | null)[]): Breach[] {
  const rendered = states.flatMap((state) => (state === null ? [] : [renderedLines(state)]));
  return findings.flatMap(({ code, evidence, ruledOut }) => {
    const quoted = evidence.flatMap(({ basis, state }) => (basis === "state" && state ? [state] : []));
    const invented = [
      ...quoted.filter((state) => !rendered.some((lines) => lines.has(state))).map(({ line }) => line),
      // Without a state, what excludes a look-alike is no line of it.
      ...(rendered.length === 0 ? [] : ruledOut)
        .filter(({ because }) => isVerbatim(because) && !rendered.some((lines) => lines.holds(because.en)))
        .map(({ because }) => because.en),
    ];
    return invented.map(
      (line): Breach => ({
        rule: "quote",
        text: text(`${code}: no object of the state reads “${line}”`, `${code}：状态里没有任何对象写作“${line}”`),
      }),
    );
  });
}

function journeysIn(flow: Flow): Journey[] {
  return examplesOf(flow).flatMap((exchange) => [...journeysOf(exchange)]);
}

function isEcho({ network }: Packet): boolean {
  return network.kind === "icmp" && network.icmp?.body.kind === "echo";
}

function isKnown({ frame: { vantage } }: Packet, view: View): boolean {
  const netns = view.netnsOf(vantage);
  return vantage.interface !== null && netns !== null && (view.state?.namespaces.has(netns) ?? false);
}

function breach(rule: Breach["rule"], packet: Packet, why: Text): Breach {
  return { rule, text: text(`${named(packet)} ${why.en}`, `${named(packet)} ${why.zh}`) };
}

function named(packet: Packet): string {
  return formatFrame(packet.frame);
}

// What passed between two interfaces, read off the steps: each sighting belongs to one arrow.

import type { ReportStep } from "../../model/report.ts";
import type { DrawnCrossing, SpotKey } from "./shapes.ts";

/** All arrows of a flow, in the order of its steps. */
export function crossingsOf(steps: readonly ReportStep[]): DrawnCrossing[] {
  const passing = steps.filter(isPassing);
  const found: DrawnCrossing[] = [];
  for (let k = 0; k < passing.length; k++) {
    const step = passing[k] as ReportStep;
    const next = passing[k + 1];
    const from = spotOf(step);
    if (step.direction === null) {
      // Packets alone: what was seen before is on its way from there.
      const before = step.packet?.again === true ? found.at(-1) : undefined;
      if (before !== undefined) found.push(made([step], before.to ?? before.from, from));
      else if (next?.packet?.again === true && next.direction === null) {
        found.push(made([step, next], from, spotOf(next)));
        k++;
      } else found.push(made([step], from, null));
    } else if (step.direction === "out") {
      if (next !== undefined && continues(step, next) && next.direction === "in") {
        found.push(made([step, next], from, spotOf(next)));
        k++;
      } else if (next !== undefined && continues(step, next) && next.netns === step.netns) {
        found.push(made([step], from, spotOf(next)));
      } else found.push(made([step], from, null));
    } else found.push(made([step], whence(passing, k), from));
  }
  return found;
}

/** The key of an interface among others. */
export function keyOf({ netns, name }: SpotKey): string {
  return `${netns === null ? "?" : `=${netns}`}\n${name}`;
}

/** Where a step happens. */
export function spotOf({ netns, interface: name }: ReportStep): SpotKey {
  return { netns, name: name ?? "" };
}

function isPassing(step: ReportStep): boolean {
  if (step.interface === null) return false;
  return step.direction !== null || (step.walk === undefined && step.packet !== undefined);
}

function continues(step: ReportStep, next: ReportStep): boolean {
  if (next.packet?.again === true) return true;
  return next.walk !== undefined && step.walk?.leg === next.walk.leg && step.branch === next.branch;
}

// A frame that comes in where another came in before, in the same host, was handed on inside: to a VLAN, to a bridge.
function whence(passing: readonly ReportStep[], at: number): SpotKey | null {
  const step = passing[at] as ReportStep;
  const before = passing
    .slice(0, at)
    .findLast(({ walk, netns }) => walk?.leg === step.walk?.leg && netns === step.netns);
  const last = passing[at - 1];
  const isNear = before !== undefined && before.direction === "in" && (before === last || step.branch !== last?.branch);
  if (isNear && before.interface !== step.interface) return spotOf(before);
  return step.packet?.again === true && last !== undefined ? spotOf(last) : null;
}

function made(steps: readonly [ReportStep, ...ReportStep[]], from: SpotKey | null, to: SpotKey | null): DrawnCrossing {
  const [first] = steps;
  // Half of a way that nobody watched makes the whole of it no sighting.
  const weakest = steps.find(({ basis }) => basis !== "seen") ?? first;
  return {
    from,
    to,
    leg: first.walk?.leg ?? null,
    branch: first.branch ?? 0,
    label: first.packet?.name ?? first.text,
    basis: weakest.basis,
    count: Math.max(...steps.map(({ total, frames }) => total ?? frames.length)),
    steps,
  };
}

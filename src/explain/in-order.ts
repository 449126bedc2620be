// What the kernel said of a packet, told in the order of its times: an error that it sent before it freed the packet comes
// before the drop.

import type { ReportStep } from "../model/report.ts";

/** The steps with each of the kernel's own behind those of its host that were seen before it. */
export function inOrderOfTime(steps: readonly ReportStep[]): readonly ReportStep[] {
  const order = [...steps];
  for (const drop of steps.filter(({ basis, time }) => basis === "kernel" && time !== null)) {
    const at = order.indexOf(drop);
    const last = order.findLastIndex((step, index) => index > at && isBefore(step, drop));
    if (last < 0) continue;
    order.splice(at, 1);
    order.splice(last, 0, drop);
  }
  return order.map((step, index) => (step.n === index + 1 ? step : { ...step, n: index + 1 }));
}

function isBefore({ time, netns, basis, walk }: ReportStep, drop: ReportStep): boolean {
  return (
    basis === "seen" &&
    walk?.leg === "error" &&
    netns === drop.netns &&
    time !== null &&
    drop.time !== null &&
    time < drop.time
  );
}

// Frames by their names.

import { formatFrame } from "../../model/evidence.ts";
import type { FrameRef } from "../../model/packet.ts";
import { printable } from "../../model/text.ts";
import { formatVantage } from "../../model/vantage.ts";

/** Runs of frames that are named one by one; of more the last one stands for the rest. */
const MOST_RUNS = 4;

/**
 * `veth0#1`, `veth0#1, #3` (these two), `veth0#2…#9` (from #2 to #9): several frames of one vantage name it once. `total`
 * is how many there were, where only the first and the last were kept.
 */
export function framesOf(frames: readonly FrameRef[], total = frames.length): string {
  const byVantage = new Map<string, FrameRef[]>();
  for (const frame of frames) {
    const place = formatVantage(frame.vantage);
    const same = byVantage.get(place);
    if (!same) byVantage.set(place, [frame]);
    else if (!same.some((f) => f.number === frame.number)) same.push(frame);
  }
  const isWhole = total <= frames.length;
  return printable([...byVantage.values()].map((same) => ofOneVantage(same, isWhole)).join(" "));
}

function ofOneVantage(same: readonly FrameRef[], isWhole: boolean): string {
  const name = formatFrame(same[0] as FrameRef);
  const numbers = same.map((frame) => frame.number).sort((a, b) => a - b);
  const place = name.slice(0, name.length - `#${(same[0] as FrameRef).number}`.length);
  const [first, last] = [numbers[0] as number, numbers.at(-1) as number];
  if (!isWhole && last > first) return `${place}#${first}…#${last}`;
  const runs = runsOf(numbers);
  if (runs.length <= MOST_RUNS) return `${place}${runs.map(runWords).join(", ")}`;
  return `${place}${runs
    .slice(0, MOST_RUNS - 1)
    .map(runWords)
    .join(", ")} … #${last}`;
}

type Run = readonly [first: number, last: number];

function runsOf(numbers: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const n of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === n - 1) runs[runs.length - 1] = [run[0], n];
    else runs.push([n, n]);
  }
  return runs;
}

function runWords([first, last]: Run): string {
  if (first === last) return `#${first}`;
  return last === first + 1 ? `#${first}, #${last}` : `#${first}…#${last}`;
}

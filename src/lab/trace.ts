// What the kernel tells of drops while a scenario runs, sorted by what its taps saw.

import { CapturedMoments } from "../kernel/attach.ts";
import type { Traced } from "../kernel/event.ts";
import { Lives } from "../kernel/lives.ts";
import { hasKernelPids } from "../kernel/read-owner.ts";
import { readTrace, type TraceEnd } from "../kernel/read-trace.ts";
import type { Vantage } from "../model/vantage.ts";
import { SavefileReader } from "../savefile/reader.ts";
import { decode } from "../wire/decode.ts";
import type { Tap } from "./taps.ts";

/** A recording under way; it may be none, where the kernel cannot be asked. */
export interface LabTrace {
  /** A command of the scenario has this process. */
  began(pid: number): void;
  finish(taps: readonly Tap[]): Traced | null;
  /** Ends it if it still runs. */
  abandon(): void;
}

/** Follows packets on these interfaces, by name; what happens to them behind one of `elsewhere` nobody is told. */
export function traceLab(interfaces: readonly string[], elsewhere: readonly string[] = []): LabTrace {
  const heard: string[] = [];
  const pids: number[] = [];
  const reading = readTrace([...interfaces, ...elsewhere], (words) => heard.push(words));
  if ("because" in reading) return { began: () => {}, finish: () => null, abandon: () => {} };
  let end: TraceEnd | null = null;
  const stop = (): TraceEnd => {
    end ??= reading.stop();
    return end;
  };
  return {
    began: (pid) => {
      if (hasKernelPids()) pids.push(pid);
    },
    finish: (taps) => {
      const lives = new Lives(reading.offset);
      const ended = stop();
      lives.push(heard.join(""));
      return ownOf(lives.finish(ended, pids, momentsOf(taps)), elsewhere);
    },
    abandon: stop,
  };
}

function ownOf(traced: Traced, elsewhere: readonly string[]): Traced {
  const isOwn = (name: string) => !elsewhere.includes(name);
  return {
    ...traced,
    interfaces: traced.interfaces.filter(isOwn),
    drops: traced.drops.filter(({ passed, beside }) =>
      [...passed, ...(beside === null ? [] : [beside])].every((passing) => isOwn(passing.interface)),
    ),
  };
}

function momentsOf(taps: readonly Tap[]): CapturedMoments {
  const moments = new CapturedMoments();
  for (const { netns, interface: name, bytes } of taps) {
    const vantage: Vantage = { id: 0, netns, interface: name, source: name };
    const reader = new SavefileReader(name);
    reader.append(bytes);
    reader.finish();
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type !== "packet") continue;
      const { direction, length, start, end } = record;
      const time = record.time();
      const frame = { vantage, number: 1, time, linkType: "EN10MB" as const, direction, length };
      moments.note(decode({ ...frame, bytes: record.bytes, start, end }));
    }
  }
  return moments;
}

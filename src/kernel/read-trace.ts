// Records what the kernel says of drops while something else happens: reads our own trace buffer, and never waits for it.

import { closeSync, constants, openSync, readSync } from "node:fs";
import { elapsedMs, monotonicOffset, now } from "../clock.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { Traced, Untraced } from "./event.ts";
import { findTracefs, Instance, sweepInstances } from "./read-instance.ts";
import { parseTraceLine } from "./trace-line.ts";

const POLL_MS = 100;
const CHUNK = 65_536;
// Read at one go, so that nothing else waits long; the rest comes at the next.
const MOST_AT_ONCE = 4 << 20;
const MOST_DRAINS = 16;
// A line has 90 to 150 bytes: above about 10,000 events a second only drops are traced, and if it is still as much, nothing.
const BUSY_BYTES = 1_000_000;
const SECOND_MS = 1000;
const NANOSECONDS_A_SECOND = 1_000_000_000n;

/** What is known once the recording has ended; the drops are in the text that was heard. */
export type TraceEnd = Pick<Traced, "from" | "to" | "interfaces" | "dropsOnlySince">;

/** A recording under way. */
export interface TraceReading {
  /** Added to the trace's clock it gives UTC. */
  readonly offset: Nanoseconds;
  /** Ends it; all text has been heard when this returns, and the buffer is gone. */
  stop(): TraceEnd;
}

/** Starts a recording that follows packets on these interfaces; `hear` gets its text as it comes. */
export function readTrace(
  interfaces: readonly string[],
  hear: (text: string) => void,
): TraceReading | { readonly because: Untraced } {
  const tracefs = findTracefs();
  if (typeof tracefs !== "string") return tracefs;
  sweepInstances(tracefs);
  const instance = Instance.make(tracefs);
  if (instance === null) return { because: "no-instance" };
  try {
    return started(instance, [...new Set(interfaces)], hear);
  } catch {
    instance.remove();
    return { because: "no-instance" };
  }
}

function started(
  instance: Instance,
  interfaces: readonly string[],
  hear: (text: string) => void,
): TraceReading | { readonly because: Untraced } {
  const pipe = openSync(instance.path("trace_pipe"), constants.O_RDONLY | constants.O_NONBLOCK);
  instance.beforeRemoval(() => closeSync(pipe));
  const offset = clockOffset(instance, pipe);
  if (offset === null) {
    instance.remove();
    return { because: "no-clock" };
  }
  if (!instance.traceDrops()) {
    instance.remove();
    return { because: "no-event" };
  }
  const follows = instance.tracePassings(interfaces);
  const from = now();
  let dropsOnlySince = follows ? null : from;
  let ceased: Nanoseconds | null = null;
  let bytes = 0;
  let since = elapsedMs();
  const drain = () => {
    const text = available(pipe);
    if (text !== "") hear(text);
    bytes += text.length;
    const span = elapsedMs() - since;
    if (ceased === null && bytes > BUSY_BYTES && bytes / span > BUSY_BYTES / SECOND_MS) {
      if (dropsOnlySince === null) {
        dropsOnlySince = now();
        instance.stopPassings();
      } else {
        ceased = now();
        instance.cease();
      }
      [bytes, since] = [0, elapsedMs()];
    } else if (span > SECOND_MS) [bytes, since] = [0, elapsedMs()];
    return text.length;
  };
  const timer = setInterval(drain, POLL_MS);
  // Watching must not keep anybody waiting.
  timer.unref();
  return {
    offset,
    stop: () => {
      clearInterval(timer);
      const to = ceased ?? now();
      if (ceased === null) instance.cease();
      // More than one buffer holds is not to be read: nothing is traced any more.
      for (let left = MOST_DRAINS; left > 0 && drain() > 0; left--);
      instance.remove();
      return { from, to, interfaces: follows ? interfaces : [], dropsOnlySince };
    },
  };
}

// Whole lines, as far as the buffer holds any: the kernel gives EAGAIN where it would have to wait.
function available(pipe: number): string {
  const chunk = Buffer.alloc(CHUNK);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    while (size < MOST_AT_ONCE) {
      const read = readSync(pipe, chunk, 0, CHUNK, null);
      if (read === 0) break;
      parts.push(Buffer.from(chunk.subarray(0, read)));
      size += read;
    }
  } catch {
    // EAGAIN: the kernel would have to wait for more. Anything else must not stop the run either.
  }
  return Buffer.concat(parts).toString("latin1");
}

// TAI differs from UTC by whole seconds, 37 where the system is told of them, else 0. Before 5.19 there is no such
// trace clock: then the monotonic one, measured against the wall clock.
function clockOffset(instance: Instance, pipe: number): Nanoseconds | null {
  for (const clock of ["tai", "mono"] as const) {
    try {
      instance.write("trace_clock", clock);
    } catch {
      continue;
    }
    if (clock === "mono") return monotonicOffset();
    const stamp = stampNow(instance, pipe);
    if (stamp === null) continue;
    const apart = Number((now() - stamp) / 1_000_000n);
    return BigInt(Math.round(apart / SECOND_MS)) * NANOSECONDS_A_SECOND;
  }
  return null;
}

function stampNow(instance: Instance, pipe: number): Nanoseconds | null {
  try {
    instance.write("trace_marker", "pktwhy");
    for (const words of available(pipe).split("\n")) {
      const line = parseTraceLine(words);
      if (line?.kind === "mark") return line.time;
    }
  } catch {
    // A buffer without markers.
  }
  return null;
}

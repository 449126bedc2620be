// The kernel's own words of drops during a run: recorded by the half that may be root, sorted by the one that is nobody.

import { CapturedMoments } from "../kernel/attach.ts";
import type { KernelEvents } from "../kernel/event.ts";
import { Lives } from "../kernel/lives.ts";
import { hasKernelPids } from "../kernel/read-owner.ts";
import { readTrace } from "../kernel/read-trace.ts";
import type { Packet } from "../model/packet.ts";
import type { LiveTrace } from "./messages.ts";

/** A recording under way, or the reason why there is none. */
export interface TraceRecording {
  /** Ends it; `pid` is the watched command's. */
  stop(pid: number | null): LiveTrace;
}

/** Follows packets on these interfaces until it is stopped, if that is asked for; `hear` gets the trace's text. */
export function recordTrace(
  interfaces: readonly string[],
  hear: (offset: string, words: string) => void,
  asked = true,
): TraceRecording {
  if (!asked) return { stop: () => ({ kind: "untraced", because: "not-asked" }) };
  const reading = readTrace(interfaces, (words) => {
    if ("offset" in reading) hear(String(reading.offset), words);
  });
  if ("because" in reading) return { stop: () => ({ kind: "untraced", because: reading.because }) };
  let ended: LiveTrace | null = null;
  return {
    stop: (pid) => {
      if (ended !== null) return ended;
      const { from, to, interfaces: followed, dropsOnlySince } = reading.stop();
      ended = {
        kind: "traced",
        offset: String(reading.offset),
        from: String(from),
        to: String(to),
        interfaces: followed,
        dropsOnlySince: dropsOnlySince === null ? null : String(dropsOnlySince),
        pids: pid !== null && hasKernelPids() ? [pid] : [],
      };
      return ended;
    },
  };
}

/** Sorts what the trace told by what was captured. */
export class TraceSorter {
  readonly #captured = new CapturedMoments();
  #lives: Lives | null = null;

  hear(offset: string, words: string): void {
    this.#lives ??= new Lives(BigInt(offset));
    this.#lives.push(words);
  }

  note(packet: Packet): void {
    this.#captured.note(packet);
  }

  finish(trace: LiveTrace): KernelEvents {
    if (trace.kind === "untraced") return trace;
    const { from, to, interfaces, dropsOnlySince } = trace;
    const end = {
      from: BigInt(from),
      to: BigInt(to),
      interfaces,
      dropsOnlySince: dropsOnlySince === null ? null : BigInt(dropsOnlySince),
    };
    return (this.#lives ?? new Lives(BigInt(trace.offset))).finish(end, trace.pids, this.#captured);
  }
}

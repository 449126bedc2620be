// One line of a trace buffer as tracefs prints it (`trace_pipe`), as data.

import type { Nanoseconds } from "../model/time.ts";

/** What every event line says; the time is the trace clock's. */
interface LineHead {
  readonly cpu: number;
  readonly time: Nanoseconds;
  /** Null in an interrupt. */
  readonly pid: number | null;
}

/** An event that explanations use. `skb` names a packet only for as long as it lives. */
export type TraceLine =
  | (LineHead & {
      readonly kind: "passing";
      readonly way: "out" | "in";
      readonly skb: string;
      readonly interface: string;
      readonly length: number;
    })
  | (LineHead & {
      readonly kind: "drop";
      readonly skb: string;
      readonly protocol: number;
      readonly location: string | null;
      readonly reason: string | null;
    })
  /** Written by ourselves, to compare clocks. */
  | (LineHead & { readonly kind: "mark"; readonly words: string })
  /** The buffer was full. */
  | { readonly kind: "lost"; readonly count: number };

// TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: FIELDS. A task's name may hold anything, blanks included.
const LINE = /^ *.*-(\d+) +\[(\d+)\] +(?:(\S{4,6}) +)?(\d+)\.(\d{6,9}): (\w+): (.*)$/;
const LOST = /^CPU:\d+ \[LOST (\d+) EVENTS\]/;
const PASSING = /^dev=(\S+) skbaddr=(\S+) len=(\d+)$/;
const DROP = /^skbaddr=(\S+) (?:rx_sk=\S+ )?protocol=(\d+) location=(\S+)(?: \[\w+\])?(?: reason: (\w+))?$/;
// irqs-off, need-resched, then whether an interrupt is being served: "." is none (trace_print_lat_fmt).
const IN_INTERRUPT = 2;

/** Null for a line that tells nothing of a packet. */
export function parseTraceLine(line: string): TraceLine | null {
  const lost = LOST.exec(line);
  if (lost) return { kind: "lost", count: Number(lost[1]) };
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, pid = "", cpu = "", flags = "", seconds = "", fraction = "", event = "", fields = ""] = match;
  const head = {
    cpu: Number(cpu),
    time: BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0")),
    pid: flags[IN_INTERRUPT] === "." ? Number(pid) : null,
  };
  switch (event) {
    case "net_dev_queue":
      return passing(head, "out", fields);
    case "netif_receive_skb":
      return passing(head, "in", fields);
    case "kfree_skb":
      return drop(head, fields);
    case "tracing_mark_write":
      return { ...head, kind: "mark", words: fields };
    default:
      return null;
  }
}

function passing(head: LineHead, way: "out" | "in", fields: string): TraceLine | null {
  const match = PASSING.exec(fields);
  if (match === null) return null;
  const [, name = "", skb = "", length = ""] = match;
  return { ...head, kind: "passing", way, skb, interface: name, length: Number(length) };
}

function drop(head: LineHead, fields: string): TraceLine | null {
  const match = DROP.exec(fields);
  if (match === null) return null;
  const [, skb = "", protocol = "", location = "", reason] = match;
  return {
    ...head,
    kind: "drop",
    skb,
    protocol: Number(protocol),
    location: functionOf(location),
    reason: reason ?? null,
  };
}

// "ip_rcv_finish_core+0x25b/0x470", "__netif_receive_skb_core.constprop.0+0x…", or a bare address.
function functionOf(location: string): string | null {
  const name = location.split("+")[0]?.replace(/\.(?:constprop|isra|part|cold)\b.*$/, "") ?? "";
  return /^[A-Za-z_]\w*$/.test(name) && !/^(?:0x)?[0-9a-f]{8,}$/.test(name) ? name : null;
}

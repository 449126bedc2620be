// Which process made something that outlives it (a namespace, a trace buffer), told by a name, and whether it is gone.

import { readFileSync, readlinkSync } from "node:fs";

/** A process, so that a reused PID is not taken for it. */
export interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: a reused PID has another. */
  readonly started: number;
  /** Inode of the PID namespace in which the PID means that process. */
  readonly pidNamespace: number;
}

// PROC_PID_INIT_INO: the PID namespace whose numbers the kernel itself uses in its events.
const FIRST_PID_NAMESPACE = 4026531836;

/** `PID.STARTED.PIDNAMESPACE` of this process, for names. */
export function ownTag(): string {
  return `${process.pid}.${startOf(process.pid)}.${pidNamespace()}`;
}

/** Whether the process is gone; false where this cannot be judged from here. */
export function isGone(owner: Owner): boolean {
  return owner.pidNamespace === pidNamespace() && startOf(owner.pid) !== owner.started;
}

/** Whether the kernel's events name processes by the numbers that we know them by. */
export function hasKernelPids(): boolean {
  return pidNamespace() === FIRST_PID_NAMESPACE;
}

// The 22nd field of /proc/PID/stat; the second one, the command in parentheses, may hold blanks. Null: no such process,
// or one that is dead and only not yet reaped by its parent.
function startOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

function pidNamespace(): number {
  return Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0]);
}

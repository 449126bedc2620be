// CPU time of a program and of everything it starts, by what each process runs, read from /proc while they live.

import { readdirSync, readFileSync } from "node:fs";

const LOOK_MS = 40;

interface Process {
  readonly name: string;
  readonly parent: number;
}

/** Follows a process and its descendants. */
export class CpuWatch {
  readonly #root: number;
  readonly #seen = new Map<number, { name: string; seconds: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(root: number) {
    this.#root = root;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Seconds, user and system, by name of the program; what was used in the last moment of each process is missing. */
  stop(): Record<string, number> {
    clearInterval(this.#timer);
    const sums: Record<string, number> = {};
    for (const { name, seconds } of this.#seen.values()) sums[name] = (sums[name] ?? 0) + seconds;
    return sums;
  }

  #look(): void {
    const all = processes();
    const own = new Set([this.#root]);
    // A child's number is nearly always above its parent's; the next look finds the others.
    for (const [pid, { parent }] of all) if (own.has(parent)) own.add(pid);
    for (const pid of own) {
      const found = all.get(pid);
      if (found === undefined) continue;
      // One that is ending has no threads left to ask.
      const seconds = Math.max(secondsOf(pid), this.#seen.get(pid)?.seconds ?? 0);
      this.#seen.set(pid, { name: found.name, seconds });
    }
  }
}

// The scheduler's own count, in nanoseconds and for each thread; the ticks of /proc/PID/stat miss short runs.
function secondsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ");
      return sum + Number(nanoseconds) / 1e9;
    }, 0);
  } catch {
    return 0;
  }
}

function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  for (const pid of pids.sort((a, b) => a - b)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const end = stat.lastIndexOf(")");
      const fields = stat.slice(end + 2).split(" ");
      const name = stat.slice(stat.indexOf("(") + 1, end);
      found.set(pid, { name: name === "MainThread" ? "node" : name, parent: Number(fields[1]) });
    } catch {
      // Gone while we looked.
    }
  }
  return found;
}

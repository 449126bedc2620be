// Captures with tcpdump: no foreign code in our process, time stamps and counted losses from the kernel.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { ProblemError } from "../model/problem.ts";
import { toolEnvironment } from "../tool-environment.ts";
import type { Capture, CaptureBackend, CaptureEnd, CapturePlace, CaptureSettings } from "./backend.ts";
import { captureFault, missingTool, neverReady } from "./faults.ts";

const READY_MS = 10_000;

/** One tcpdump a namespace (`-i any` with LINUX_SLL2), or one an interface where destination MAC addresses matter. */
export const tcpdump: CaptureBackend = {
  name: "tcpdump",
  timeSource: "kernel",
  // Enough at 50,000 packets/s.
  largestBufferKib: 32 * 1024,
  limits: [],
  start(place, settings, bufferKib, output) {
    const [file = "", ...args] = commandOf(place, settings, bufferKib, process.getuid?.() === 0);
    // A session of its own: Ctrl-C in the terminal is for the command that is watched, not for whoever watches.
    const child = spawn(file, args, { env: environment(), detached: true, stdio: ["ignore", output, "pipe"] });
    return followed(child, place, settings);
  },
};

/** Environment of a capture: words in English, and the directories where tcpdump lives. */
export function environment(): NodeJS.ProcessEnv {
  return toolEnvironment();
}

/** Words that run a program in the place's namespace, ending with its parent. */
export function insideDyingWithParent(place: CapturePlace, words: readonly string[]): string[] {
  const enter = place.path === null ? [] : ["nsenter", `--net=${place.path}`, "--"];
  return ["setpriv", "--pdeathsig", "TERM", "--", ...enter, ...words];
}

/** The whole command line of a capture. */
export function commandOf(place: CapturePlace, settings: CaptureSettings, bufferKib: number, root: boolean): string[] {
  return insideDyingWithParent(place, [
    "tcpdump",
    // Debian's tcpdump changes its user unless told otherwise, which would clear the parent-death signal.
    ...(root ? ["-Z", "root"] : []),
    // Promiscuous mode would change what the kernel does with frames for others.
    "-p",
    "-n",
    "-i",
    place.interface ?? "any",
    ...(place.interface === null ? ["-y", "LINUX_SLL2"] : []),
    // Immediate mode with the default snap length and buffer loses a quarter at 50,000 packets/s.
    "--immediate-mode",
    "-U",
    "-s",
    String(settings.snapLength),
    "-B",
    String(bufferKib),
    "--time-stamp-precision=nano",
    "-w",
    "-",
    ...(settings.filter === null ? [] : ["--", settings.filter]),
  ]);
}

/** Follows a child that says "listening on" when it listens, and ends when it gets SIGINT. */
export function followed(child: ChildProcess, place: CapturePlace, settings: CaptureSettings): Capture {
  const at = { netns: place.netns, interface: place.interface, filter: settings.filter };
  let said = "";
  let listening = false;
  let stopped = false;
  let failed: NodeJS.ErrnoException | null = null;
  let isReady = () => {};
  let isNot = (_: ProblemError) => {};
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    isNot = reject;
  });
  // Whoever waits for `ready` hears of it; where nobody does, `ended` tells the same.
  ready.catch(() => {});
  const late = setTimeout(() => {
    isNot(new ProblemError(neverReady(at, READY_MS / 1000)));
    child.kill("SIGKILL");
  }, READY_MS);
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    if (said.length < 65_536) said += chunk;
    if (listening || !said.includes("listening on")) return;
    listening = true;
    clearTimeout(late);
    isReady();
  });
  child.on("error", (error) => {
    failed = error;
  });
  const ended = new Promise<CaptureEnd>((resolve) => {
    const finish = (status: number | null, signal: string | null) => {
      clearTimeout(late);
      if (stopped && listening) {
        resolve({ dropped: droppedOf(said), unread: unreadOf(said), problem: null });
        return;
      }
      const problem = failed !== null ? missingTool("setpriv") : captureFault(at, said, { status, signal, listening });
      isNot(new ProblemError(problem));
      resolve({ dropped: droppedOf(said), problem });
    };
    child.on("close", finish);
    // Where the program could not be started there may be no close.
    child.on("error", () => finish(null, null));
  });
  return {
    place,
    pid: child.pid ?? null,
    bytes: child.stdout,
    ready,
    ended,
    isDrained: () => (child.exitCode === null && child.pid !== undefined ? waitsForFrames(child.pid) : null),
    stop() {
      stopped = true;
      child.kill("SIGINT");
    },
    kill() {
      child.kill("SIGKILL");
    },
  };
}

/** What tcpdump says it lost: in the kernel's buffer, or before it in the interface. */
function droppedOf(said: string): number | null {
  const kernel = /^(\d+) packets? dropped by kernel/m.exec(said)?.[1];
  if (kernel === undefined) return null;
  const device = /^(\d+) packets? dropped by interface/m.exec(said)?.[1];
  return Number(kernel) + Number(device ?? 0);
}

/** What the kernel took for tcpdump and tcpdump never read; of lo it is more, since libpcap leaves out one of two copies. */
function unreadOf(said: string): number | null {
  const [captured, received, dropped] = ["captured", "received by filter", "dropped by kernel"].map((what) =>
    Number(new RegExp(`^(\\d+) packets? ${what}`, "m").exec(said)?.[1] ?? Number.NaN),
  ) as [number, number, number];
  const unread = received - dropped - captured;
  return Number.isNaN(unread) ? null : Math.max(0, unread);
}

// poll and ppoll, by the numbers of x86-64 and of arm64 and riscv64.
const POLL_CALLS: Readonly<Record<string, readonly string[]>> = { x64: ["7", "271"], arm64: ["73"], riscv64: ["73"] };

/** libpcap sleeps in poll only when its ring is empty, and a frame makes it runnable at once (tpacket_rcv, sk_data_ready). */
function waitsForFrames(pid: number): boolean | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    if (stat[stat.lastIndexOf(")") + 2] !== "S") return false;
    // Asleep, but perhaps in a write because whoever reads its packets is slower.
    const call = readFileSync(`/proc/${pid}/syscall`, "latin1").split(" ")[0] ?? "";
    return POLL_CALLS[process.arch]?.includes(call) ?? true;
  } catch {
    return null;
  }
}

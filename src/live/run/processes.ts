// Follows the processes of the watched command from its start, children and all: what each runs, and in which network
// namespace. Looks into /proc, as often as a few milliseconds of CPU a second allow.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { elapsedMs } from "../../clock.ts";

/** A program that one of the processes ran. */
export interface SeenProgram {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Inode of its network namespace. */
  readonly netns: number;
}

// What starts a ping does so within its first milliseconds, and is gone soon after.
const EARLY_MS = 250;
const EARLY_PAUSE_MS = 3;
// One part of looking to 250 parts of waiting: at most four milliseconds a second.
const PAUSES = 250;
const LONGEST_PAUSE_MS = 500;
const MOST_PROCESSES = 256;
const MOST_PROGRAMS = 256;
const LONGEST_ARGUMENTS = 64 * 1024;

/** The processes below one, from now on. */
export class ProcessWatch {
  readonly #began = elapsedMs();
  readonly #alive = new Map<number, string>();
  readonly #programs: SeenProgram[] = [];
  readonly #entered: (netns: number, program: SeenProgram) => void;
  #timer: NodeJS.Timeout | null = null;

  /** `entered` hears of each program; there may be several in a namespace before one of them sends. */
  constructor(root: number, entered: (netns: number, program: SeenProgram) => void) {
    this.#entered = entered;
    this.#alive.set(root, "");
    this.#look();
  }

  /** Ends it; the programs in order of first sight, a wrapper before what it runs. */
  stop(): readonly SeenProgram[] {
    if (this.#timer !== null) clearTimeout(this.#timer);
    return this.#programs;
  }

  #look(): void {
    const start = elapsedMs();
    // A child that is found is looked at in the same round.
    for (const pid of this.#alive.keys()) this.#lookAt(pid);
    const now = elapsedMs();
    const pause = Math.min(LONGEST_PAUSE_MS, (now - start) * PAUSES);
    const early = now - this.#began < EARLY_MS;
    this.#timer = setTimeout(() => this.#look(), early ? EARLY_PAUSE_MS : Math.max(EARLY_PAUSE_MS, pause));
    this.#timer.unref();
  }

  #lookAt(pid: number): void {
    let words: string;
    let netns: number;
    try {
      words = readFileSync(`/proc/${pid}/cmdline`, "latin1").slice(0, LONGEST_ARGUMENTS);
      netns = Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0]);
      for (const task of readdirSync(`/proc/${pid}/task`)) this.#noteChildren(`/proc/${pid}/task/${task}/children`);
    } catch {
      this.#alive.delete(pid);
      return;
    }
    // A dead process that its parent has not looked at has neither words nor namespace.
    if (words === "" || !Number.isFinite(netns)) return;
    const key = `${netns} ${words}`;
    if (this.#alive.get(pid) === key) return;
    this.#alive.set(pid, key);
    this.#note({ pid, argv: argumentsOf(words), netns });
  }

  #noteChildren(file: string): void {
    for (const word of readFileSync(file, "latin1").split(" ")) {
      const child = Number(word);
      if (child > 0 && this.#alive.size < MOST_PROCESSES && !this.#alive.has(child)) this.#alive.set(child, "");
    }
  }

  #note(program: SeenProgram): void {
    if (this.#programs.length < MOST_PROGRAMS) this.#programs.push(program);
    this.#entered(program.netns, program);
  }
}

function argumentsOf(words: string): string[] {
  const argv = Buffer.from(words, "latin1").toString("utf8").split("\0");
  if (argv.at(-1) === "") argv.pop();
  return argv;
}

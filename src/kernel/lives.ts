// Follows packets by their address in the kernel from interface to interface, and keeps those that were dropped.

import type { Nanoseconds } from "../model/time.ts";
import type { CapturedMoments } from "./attach.ts";
import type { KernelDrop, Passing, Traced } from "./event.ts";
import { parseTraceLine, type TraceLine } from "./trace-line.ts";

/** Bounds of what is kept. */
export interface LivesBounds {
  readonly followed: number;
  readonly drops: number;
}

const BOUNDS: LivesBounds = { followed: 4096, drops: 10_000 };
const MOST_PASSED = 16;
// From an interface to where a packet is dropped it goes in one softirq: 3 to 9 µs (measured), more when interrupted.
const SAME_MOMENT = 1_000_000n;
// What happens in the course of something else on a CPU follows it within microseconds.
const BESIDE = 100_000n;

interface Life {
  readonly passed: Passing[];
  cpu: number;
  /** Packets that had come in on that CPU by then. */
  received: number;
}

/** What happened on a CPU so far. */
interface Cpu {
  latest: Passing;
  received: number;
}

type PassingLine = Extract<TraceLine, { kind: "passing" }>;
type DropLine = Extract<TraceLine, { kind: "drop" }>;

/** Takes the text of a trace as it comes; `offset` makes its clock UTC. */
export class Lives {
  readonly #drops: KernelDrop[] = [];
  #lost = 0;
  #omitted = 0;
  readonly #offset: Nanoseconds;
  readonly #bounds: LivesBounds;
  readonly #lives = new Map<string, Life>();
  readonly #cpus = new Map<number, Cpu>();
  #rest = "";

  constructor(offset: Nanoseconds, bounds: LivesBounds = BOUNDS) {
    this.#offset = offset;
    this.#bounds = bounds;
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(parseTraceLine(line));
  }

  /** Everything that was told of captured packets and of the commands' own, in the order of time. */
  finish(
    end: Pick<Traced, "from" | "to" | "interfaces" | "dropsOnlySince">,
    pids: readonly number[],
    captured: CapturedMoments,
  ): Traced {
    const drops = this.#drops
      .filter((drop) => captured.concerns(drop, pids))
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const { from, to, interfaces, dropsOnlySince } = end;
    const counts = { lost: this.#lost, omitted: this.#omitted };
    return { kind: "traced", from, to, interfaces, ...counts, dropsOnlySince, pids, drops };
  }

  #take(line: TraceLine | null): void {
    if (line === null || line.kind === "mark") return;
    if (line.kind === "lost") {
      this.#lost += line.count;
      // What lies in the gap may have been the end of any of them.
      this.#lives.clear();
    } else if (line.kind === "passing") this.#passes(line);
    else this.#ends(line);
  }

  #passes(line: PassingLine): void {
    const passing = {
      time: line.time + this.#offset,
      way: line.way,
      interface: line.interface,
      length: line.length,
    };
    const cpu = this.#cpus.get(line.cpu) ?? { latest: passing, received: 0 };
    this.#cpus.set(line.cpu, cpu);
    cpu.latest = passing;
    if (passing.way === "in") cpu.received++;
    const life = this.#lives.get(line.skb);
    const before = life?.passed.at(-1);
    // An address is used again within microseconds; a packet that rests between two interfaces counts as a new one.
    if (life && before && passing.time - before.time <= SAME_MOMENT) {
      life.cpu = line.cpu;
      life.received = cpu.received;
      life.passed.push(passing);
      if (life.passed.length > MOST_PASSED) life.passed.shift();
      return;
    }
    this.#lives.delete(line.skb);
    this.#lives.set(line.skb, { passed: [passing], cpu: line.cpu, received: cpu.received });
    if (this.#lives.size > this.#bounds.followed) this.#lives.delete(this.#lives.keys().next().value as string);
  }

  #ends(line: DropLine): void {
    const { skb, reason, location, protocol, cpu, pid } = line;
    const time = line.time + this.#offset;
    const life = this.#lives.get(skb);
    this.#lives.delete(skb);
    if (this.#drops.length >= this.#bounds.drops) {
      this.#omitted++;
      return;
    }
    const there = this.#cpus.get(cpu);
    const passed = life && this.#isSame(life, line, time) ? life.passed : [];
    const beside = passed.length === 0 && there && time - there.latest.time <= BESIDE ? there.latest : null;
    this.#drops.push({ time, reason, location, protocol, cpu, pid, passed, beside });
  }

  // Whether what is dropped is still the packet that passed: an address is given to the next packet within microseconds.
  // A softirq deals with one received packet after another, so that none may have come in between; a packet that came in
  // is not dropped in somebody's system call.
  #isSame({ passed, cpu, received }: Life, line: DropLine, time: Nanoseconds): boolean {
    const last = passed.at(-1);
    if (last === undefined || cpu !== line.cpu || time - last.time > SAME_MOMENT) return false;
    if (last.way === "in" && line.pid !== null) return false;
    return received === this.#cpus.get(cpu)?.received;
  }
}

// Which blocks of the source a single case runs, as V8 counts them: what tells an input that reaches further from others.

import { Session } from "node:inspector/promises";

const READING = /\/src\/(?:wire|savefile|flow|paste)\/[\w./-]+$/;

/** Bytes of functions that were run, by function. */
type Reached = Map<string, Uint8Array>;

/** Counts what runs between two looks. */
export class BlockCoverage {
  readonly #session = new Session();
  readonly #known: Reached = new Map();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** What ran since the last look. */
  async reached(): Promise<Reached> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const reached: Reached = new Map();
    for (const { url, functions } of result) {
      const file = READING.exec(url)?.[0];
      if (file === undefined) continue;
      for (const { functionName, ranges } of functions) {
        const [own] = ranges;
        if (own === undefined || own.count === 0) continue;
        const painted = new Uint8Array(own.endOffset - own.startOffset);
        const outermostFirst = [...ranges].sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
        for (const { startOffset, endOffset, count } of outermostFirst)
          painted.fill(count > 0 ? 1 : 0, startOffset - own.startOffset, endOffset - own.startOffset);
        reached.set(`${functionName || "a function"} of ${file.slice(1)} ${own.startOffset}`, painted);
      }
    }
    return reached;
  }

  /** The part of it that nothing reached before. */
  newOf(reached: Reached): Reached {
    const fresh: Reached = new Map();
    for (const [key, painted] of reached) {
      const known = this.#known.get(key);
      const only = known === undefined ? painted : painted.map((one, at) => (one === 1 && known[at] !== 1 ? 1 : 0));
      if (only.includes(1)) fresh.set(key, only);
    }
    return fresh;
  }

  /** From now on this is known. */
  learn(reached: Reached): void {
    for (const [key, painted] of reached) {
      const known = this.#known.get(key);
      if (known === undefined) this.#known.set(key, Uint8Array.from(painted));
      else
        painted.forEach((one, at) => {
          if (one === 1) known[at] = 1;
        });
    }
  }
}

/** Whether `reached` holds all of `wanted`. */
export function holds(reached: Reached, wanted: Reached): boolean {
  return [...wanted].every(([key, part]) => {
    const got = reached.get(key);
    return got !== undefined && part.every((one, at) => one === 0 || got[at] === 1);
  });
}

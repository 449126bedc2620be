// The long run, in portions that can be run at different times and added up: `npm run fuzz -- --long [--seed N] [--from A]
// [--to B] [--minutes M] [--log FILE]`, and `-- --sum FILE` for what a log holds. A portion is 100,000 cases of all families,
// a hundred portions are ten million.

import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import type { Family } from "./family.ts";

/** Cases of each family in a portion; those that take milliseconds have few. */
const PORTION: Readonly<Record<string, number>> = {
  frame: 78_000,
  reader: 20_000,
  capture: 1600,
  gzip: 200,
  text: 120,
  state: 50,
  report: 30,
};
const ALL_PORTIONS = 100;
// A run that keeps what it reads grows by some kilobytes a case.
const MOST_MEGABYTES = 2000;
const MOST_FAILURES = 20;
const ROOMS = ["wire", "savefile", "flow", "paste", "system", "render"];

/** What is asked of a run. */
export interface LongRun {
  readonly seed: number;
  /** Portions, the first one and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly minutes: number | null;
  readonly log: string | null;
}

interface Line {
  readonly version: string;
  readonly seed: number;
  readonly portion: number;
  readonly family: string;
  readonly from: number;
  readonly cases: number;
  readonly failures: number;
}

/** The portions there are, where nothing else is asked for. */
export const PORTIONS = { from: 0, to: ALL_PORTIONS };

/** Runs portion after portion; returns how many cases failed. `at` tells which case is at work. */
export async function runLong(
  families: readonly Family[],
  { seed, from, to, minutes, log }: LongRun,
  at: (family: number, number: number) => void,
): Promise<number> {
  const version = versionOf();
  const coverage = await Coverage.start();
  const start = performance.now();
  const end = minutes === null ? Number.POSITIVE_INFINITY : start + minutes * 60_000;
  const done = new Map<string, number>();
  let failures = 0;
  let portion = from;
  for (; portion < to && performance.now() < end && failures < MOST_FAILURES; portion++) {
    const lines: Line[] = [];
    for (const [index, family] of families.entries()) {
      const cases = PORTION[family.name] ?? 0;
      const first = portion * cases;
      const failed = await runSome(family, seed, first, cases, (number) => at(index, number));
      failures += failed;
      done.set(family.name, (done.get(family.name) ?? 0) + cases);
      lines.push({ version, seed, portion, family: family.name, from: first, cases, failures: failed });
    }
    const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
    const seconds = Math.round((performance.now() - start) / 1000);
    const cpu = Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1e6);
    console.log(
      `portion ${portion} of seed ${seed}: ${failures} failed so far; ${megabytes} MB, ${seconds} s, ${cpu} s of CPU`,
    );
    if (log !== null) appendFileSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    if (megabytes > MOST_MEGABYTES) {
      console.log(`FAILED: ${megabytes} MB are held after portion ${portion}`);
      failures++;
    }
  }
  const all = [...done.values()].reduce((sum, cases) => sum + cases, 0);
  console.log(
    `seed ${seed}, portions ${from} to ${portion - 1}, version ${version}: ${all} cases, ${failures} failures`,
  );
  for (const [name, cases] of done) console.log(`  ${name}: ${cases} cases`);
  for (const line of await coverage.told()) console.log(`  ${line}`);
  if (portion < to) console.log(`to go on: npm run fuzz -- --long --seed ${seed} --from ${portion} --to ${to}`);
  return failures;
}

async function runSome(
  family: Family,
  seed: number,
  from: number,
  cases: number,
  at: (number: number) => void,
): Promise<number> {
  let failures = 0;
  for (let number = from; number < from + cases && failures < MOST_FAILURES; number++) {
    at(number);
    try {
      await family.run(seed, number);
    } catch (error) {
      failures++;
      console.log(`FAILED: npm run fuzz -- --family ${family.name} --seed ${seed} --from ${number} --count 1`);
      console.log(error instanceof Error ? error.stack : String(error));
    }
  }
  return failures;
}

/** What a log adds up to; a portion that was run twice counts once. */
export function sumOf(file: string): string[] {
  const lines = new Map<string, Line>();
  for (const text of readFileSync(file, "utf8").trimEnd().split("\n")) {
    const line = JSON.parse(text) as Line;
    lines.set(`${line.seed} ${line.family} ${line.from}`, line);
  }
  const all = [...lines.values()];
  const sum = (some: readonly Line[], key: "cases" | "failures"): number =>
    some.reduce((total, line) => total + line[key], 0);
  const names = [...new Set(all.map(({ family }) => family))];
  const seeds = [...new Set(all.map(({ seed }) => seed))];
  const versions = [...new Set(all.map(({ version }) => version))];
  return [
    `${sum(all, "cases")} cases, ${sum(all, "failures")} failures; seeds ${seeds.join(", ")}; versions ${versions.join(", ")}`,
    ...names.map((name) => {
      const own = all.filter(({ family }) => family === name);
      return `  ${name}: ${sum(own, "cases")} cases, ${sum(own, "failures")} failures`;
    }),
  ];
}

function versionOf(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** Which bytes of the source were run, as V8 counts them. */
class Coverage {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async start(): Promise<Coverage> {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
    return new Coverage(session);
  }

  /** A line for each room. */
  async told(): Promise<string[]> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const rooms = new Map(ROOMS.map((room) => [room, { bytes: 0, run: 0, functions: 0, called: 0 }]));
    for (const { url, functions } of result) {
      const room = rooms.get(/\/src\/([^/]+)\//.exec(url)?.[1] ?? "");
      if (room === undefined) continue;
      const { bytes, run } = bytesRun(functions.flatMap(({ ranges }) => ranges));
      room.bytes += bytes;
      room.run += run;
      const named = functions.filter(({ functionName }) => functionName !== "");
      room.functions += named.length;
      room.called += named.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).length;
    }
    this.#session.disconnect();
    return [...rooms].map(
      ([name, { bytes, run, functions, called }]) =>
        `coverage of ${name}: ${Math.round((100 * run) / Math.max(1, bytes))} % of its source, ${called} of ${functions} functions`,
    );
  }
}

// Ranges nest; the innermost one that holds a byte tells whether it was run.
function bytesRun(ranges: readonly Range[]): { bytes: number; run: number } {
  const bytes = Math.max(0, ...ranges.map(({ endOffset }) => endOffset));
  const painted = new Uint8Array(bytes);
  const outermostFirst = [...ranges].sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  for (const { startOffset, endOffset, count } of outermostFirst)
    painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return { bytes, run: painted.reduce((sum, one) => sum + one, 0) };
}

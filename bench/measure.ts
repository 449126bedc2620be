// Runs whole programs and measures what a person would: seconds until they end, and the most memory they held.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";

// Certificates named so are read by every Node at its start, an empty one too, which would flatter what is compared to it.
const { NODE_EXTRA_CA_CERTS: _certificates, ...environment } = process.env;

/** One program on one input. */
export interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
}

/** What a run took. */
export interface Taken {
  readonly seconds: number;
  /** Seconds of CPU, which another program on the machine does not add to; 0 where the system does not tell. */
  readonly cpu: number;
  /** Megabytes of memory at the peak (VmHWM); null where the system has no /proc. */
  readonly megabytes: number | null;
}

// How often /proc is asked; the peak it tells never falls, so that only growth in the last moment is missed.
const ASK_EVERY_MS = 5;

/** The quickest of several runs, and the most memory that any of them took; what a program prints is thrown away. */
export async function best(command: Command, runs: number): Promise<Taken> {
  return (await bestOf([command], runs))[0] as Taken;
}

/** The same for several programs that run in turns, so that all of them meet the same machine. */
export async function bestOf(commands: readonly Command[], runs: number): Promise<Taken[]> {
  const all = commands.map((): Taken[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, { argv }] of commands.entries()) all[index]?.push(await once(argv, null));
  }
  return all.map((taken) => ({
    seconds: Math.min(...taken.map((one) => one.seconds)),
    cpu: Math.min(...taken.map((one) => one.cpu)),
    megabytes: taken.some((one) => one.megabytes === null) ? null : Math.max(...taken.map((one) => one.megabytes ?? 0)),
  }));
}

/** One run, with what it reads on standard input where that is given. */
export function once([program, ...rest]: Command["argv"], input: Readable | null): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, rest, {
      env: environment,
      stdio: [input === null ? "ignore" : "pipe", "ignore", "ignore"],
    });
    let megabytes: number | null = null;
    let cpu = 0;
    const timer = setInterval(() => {
      megabytes = peakOf(child.pid) ?? megabytes;
      cpu = cpuOf(child.pid) ?? cpu;
    }, ASK_EVERY_MS);
    child.once("error", (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.once("exit", (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      // 1: pktwhy found a problem, which most captures made here have.
      if (code !== 0 && code !== 1) reject(new Error(`${program} ${rest.join(" ")} ended with ${code}`));
      else resolve({ seconds, cpu, megabytes });
    });
    if (input !== null && child.stdin !== null) input.pipe(child.stdin);
  });
}

/** Medians in milliseconds of short programs, run in turns so that all of them meet the same machine. */
export function medians(commands: readonly Command[], runs: number): number[] {
  const all = commands.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, { argv }] of commands.entries()) {
      const [program, ...rest] = argv;
      const start = performance.now();
      spawnSync(program, rest, { env: environment, stdio: "ignore" });
      all[index]?.push(performance.now() - start);
    }
  }
  return all.map((times) => times.sort((a, b) => a - b)[runs >> 1] as number);
}

/** The first line a program says of itself; null where it is not installed. */
export function versionOf(program: string): string | null {
  const { error, stdout, stderr } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (error !== undefined) return null;
  return `${stdout}${stderr}`.split("\n").find((line) => /\d\.\d/.test(line)) ?? program;
}

function peakOf(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line === null ? null : Number(line[1]) / 1024;
  } catch {
    return null;
  }
}

// Jiffies of user and system time; Linux has shown a hundred of them a second to programs since 2.6.
function cpuOf(pid: number | undefined): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

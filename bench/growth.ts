// How the time grows with the input: each kind of input once, four and sixteen times as large. What grows with its square
// takes 256 times as long; sorting and reading take 16 times and a little.

import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { crowdedState, type Plenty } from "./crowded-state.ts";
import { type Crowd, crowdChunks } from "./crowds.ts";
import { type Command, once, type Taken } from "./measure.ts";
import { duration, type Row, times } from "./table.ts";

/** What is measured with. */
export interface Bench {
  readonly directory: string;
  readonly fixtures: string;
  explain(file: string): Command;
}

const CROWDS: readonly (readonly [Crowd["kind"], number])[] = [
  ["arp-sweep", 3125],
  ["ping-sweep", 3125],
  ["syn-sweep", 3125],
  ["random-sources", 62_500],
  ["random-pairs", 62_500],
  ["syn-flood", 62_500],
];
const STATES: readonly (readonly [Plenty, number])[] = [
  ["links", 6250],
  ["addresses", 6250],
  ["routes", 6250],
  ["neighbours", 6250],
  ["rules", 1250],
];
// Of a paste at most 100,000 lines are read.
const PASTES: readonly (readonly [string, string])[] = [
  ["blank lines", "\n"],
  ["lines that nobody understands", "a\n"],
  ["short listings", "$ ip addr\n2: eth0: <UP> mtu 1500\n\n"],
];
const PASTED_LINES = 6000;
const STEPS = [1, 4, 16];
const MOST_TIMES = 24;
// Aims at the largest size: seconds of CPU, and megabytes.
const SWEEP_SECONDS = 8;
const FLOOD_SECONDS = 20;
const FLOOD_MEGABYTES = 300;

/** The rows of all kinds. */
export async function growth(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  // What every start costs is taken off before times are compared.
  const start = await cheapest(bench, crowd(bench, "arp-sweep", 1));
  for (const [kind, least] of CROWDS) {
    const taken = await measured(bench, (factor) => crowd(bench, kind, least * factor));
    const last = taken.at(-1) as Taken;
    rows.push(grown(`${kind} of ${least}, ${least * 4}, ${least * 16}`, taken, start));
    const isSweep = kind.endsWith("sweep");
    const most = isSweep ? SWEEP_SECONDS : FLOOD_SECONDS;
    const memory = isSweep ? "" : `, ${Math.round(last.megabytes ?? 0)} MB`;
    rows.push({
      what: `${kind} of ${(least * 16) / 1000},000`,
      measured: `${duration(last.cpu)} of CPU${memory}`,
      target: `≤ ${most} s${isSweep ? "" : `, ≤ ${FLOOD_MEGABYTES} MB`}`,
      met: last.cpu <= most && (isSweep || (last.megabytes ?? 0) <= FLOOD_MEGABYTES),
    });
  }
  for (const [kind, least] of STATES) {
    const taken = await measured(bench, (factor) => stateful(bench, kind, least * factor));
    rows.push(grown(`state with ${least}, ${least * 4}, ${least * 16} ${kind}`, taken, start));
  }
  for (const [what, unit] of PASTES) {
    const each = PASTED_LINES / (unit.split("\n").length - 1);
    const taken = await measured(bench, (factor) => pasted(bench, unit, each * factor));
    rows.push(grown(`paste of ${[1, 4, 16].map((factor) => each * factor).join(", ")} ${what}`, taken, start));
  }
  return rows;
}

function grown(what: string, taken: readonly Taken[], start: Taken): Row {
  const of = (one: Taken | undefined): number => Math.max(0.01, (one?.cpu ?? 0) - start.cpu);
  const ratio = of(taken[2]) / of(taken[0]);
  return {
    what,
    measured: `${taken.map((one) => duration(one.cpu)).join(", ")}: ${times(ratio)} for 16 times`,
    target: `≤ ${MOST_TIMES}×`,
    met: ratio <= MOST_TIMES,
  };
}

async function measured(bench: Bench, make: (factor: number) => string): Promise<Taken[]> {
  const all: Taken[] = [];
  for (const factor of STEPS) {
    const input = make(factor);
    all.push(await cheapest(bench, input));
    rmSync(input, { recursive: true });
  }
  return all;
}

// The machine is shared: of three runs the cheapest is the program's own, but a long one is not repeated.
async function cheapest(bench: Bench, input: string): Promise<Taken> {
  let best = await once(bench.explain(input).argv, null);
  for (let runs = 1; runs < 3 && best.cpu < 3; runs++) {
    const next = await once(bench.explain(input).argv, null);
    if (next.cpu < best.cpu) best = next;
  }
  return best;
}

function pasted({ directory }: Bench, unit: string, count: number): string {
  const path = join(directory, `paste-${count}.txt`);
  writeFileSync(
    path,
    `$ ping -c 1 192.168.2.1\nPING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n\n${unit.repeat(count)}`,
  );
  return path;
}

function crowd({ directory }: Bench, kind: Crowd["kind"], flows: number): string {
  const path = join(directory, `${kind}-${flows}.pcap`);
  const file = openSync(path, "w");
  for (const chunk of crowdChunks({ kind, flows, answeredNth: 50 })) writeSync(file, chunk);
  closeSync(file);
  return path;
}

// A loss that is explained and repaired, with all that a repair tries.
function stateful({ directory, fixtures }: Bench, kind: Plenty, count: number): string {
  const folder = join(directory, `${kind}-${count}`);
  mkdirSync(folder);
  cpSync(join(fixtures, "rp-filter-strict"), folder, { recursive: true });
  for (const name of ["state", "state.after"]) {
    const packed = join(folder, `${name}.json.gz`);
    const file = JSON.parse(gunzipSync(readFileSync(packed)).toString());
    rmSync(packed);
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(crowdedState(file, kind, count)));
  }
  return folder;
}

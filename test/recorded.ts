// The recorded cases and their reports. Each is explained once for all test files that a worker runs: those of the project
// `pure` share their modules (vitest.config.ts), and explaining every case anew in each file took most of their time.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type ReadResult, reportOf } from "../src/case/read-report.ts";
import type { Report } from "../src/model/report.ts";

/** Where the recorded cases lie. */
export const fixtures = join(import.meta.dirname, "../fixtures");

/** Their names. */
export const recorded: readonly string[] = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** What `make` gives for a name, made at the first call. */
export function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, { readonly value: T }>();
  return (name) => {
    const known = made.get(name) ?? { value: make(name) };
    made.set(name, known);
    return known.value;
  };
}

/** Reads what the arguments name; throws where that gives no report. */
export async function read(args: readonly string[]): Promise<Report> {
  const { report } = await reportOf(args);
  if (report === null) throw new Error(`no report of ${args.join(" ")}`);
  return report;
}

/** Paths of a recorded case's captures. */
export function capturesOf(name: string): string[] {
  const directory = join(fixtures, name);
  return readdirSync(directory)
    .filter((file) => /\.pcap(ng)?$/.test(file))
    .map((file) => join(directory, file));
}

/** All that comes of a recorded case. Its path is relative, so that its report names none of this machine. */
export const explained = once((name): Promise<ReadResult> => reportOf([`fixtures/${name}`]));

/** The report of a recorded case. */
export const withState = once(async (name): Promise<Report> => {
  const { report } = await explained(name);
  if (report === null) throw new Error(`no report of fixtures/${name}`);
  return report;
});

/** A recorded case's captures without state and without what ping printed; null where nothing can be told of them. */
export const packetsAlone = once(async (name) => (await reportOf(capturesOf(name))).report);

// Recordings that a kernel has made already, by scenario: the matrix goes on where it was left, and what was recorded is
// explained anew by whatever the tool has become.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportOf } from "../../src/case/read-report.ts";
import { scenarioByName } from "../../src/lab/lab.ts";
import { CACHE } from "./debian.ts";

/** The answer of a report, or why there is none. */
export type Outcome =
  | { readonly kind: "answer"; readonly code: string; readonly certainty: string }
  | { readonly kind: "none"; readonly because: string };

/** What one kernel has recorded. */
export class Kept {
  readonly #place: string;

  constructor(kernel: string) {
    this.#place = join(CACHE, "recorded", kernel);
    mkdirSync(this.#place, { recursive: true });
  }

  /** Whether the scenario, as it is today, was run there. */
  has(name: string): boolean {
    const path = this.#path(name, "scenario");
    return existsSync(path) && readFileSync(path, "utf8") === fingerprint(name);
  }

  /** Takes in a bundle, or why there is none. */
  keep(name: string, directory: string, because: string): void {
    this.forget(name);
    if (existsSync(directory)) cpSync(directory, this.#path(name, "bundle"), { recursive: true });
    else writeFileSync(this.#path(name, "because"), because);
    writeFileSync(this.#path(name, "scenario"), fingerprint(name));
  }

  forget(name: string): void {
    for (const part of ["scenario", "bundle", "because"])
      rmSync(this.#path(name, part), { recursive: true, force: true });
  }

  /** What the tool says of it today. */
  async outcome(name: string): Promise<Outcome> {
    const because = this.#path(name, "because");
    return outcomeOf(this.#path(name, "bundle"), existsSync(because) ? readFileSync(because, "utf8") : "");
  }

  #path(name: string, part: string): string {
    return join(this.#place, `${name}.${part}`);
  }
}

/** The answer that a bundle gets; where there is no bundle, why. */
export async function outcomeOf(directory: string, because: string): Promise<Outcome> {
  if (!existsSync(directory)) return { kind: "none", because };
  const { report } = await reportOf([directory]);
  if (!report?.answer) return { kind: "none", because: "there is no answer" };
  return { kind: "answer", code: report.answer.code, certainty: report.answer.certainty };
}

/** In one line, as the recordings' answers are told. */
export function shown(outcome: Outcome): string {
  return outcome.kind === "none" ? outcome.because : `${outcome.code}, ${outcome.certainty}`;
}

function fingerprint(name: string): string {
  return createHash("sha256")
    .update(JSON.stringify(scenarioByName(name)))
    .digest("hex");
}

// Finds the files of causes and scenarios and loads the causes: what registry, pages and lists are generated from.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cause } from "../src/model/cause.ts";

/** Top directory of the project. */
export const projectRoot = join(import.meta.dirname, "..");
const folder = join(projectRoot, "src/causes");

/** Codes that have a file, in alphabetical order. */
export function causeFileCodes(): string[] {
  return namesIn(folder).filter((name) => name !== "registry");
}

/** Names of the lab's scenarios, in alphabetical order. */
export function scenarioFileNames(): string[] {
  return namesIn(join(projectRoot, "src/lab/scenarios"));
}

function namesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/** Loads every cause; throws with the file's name where one declares none or another code. */
export async function loadCauses(): Promise<Cause[]> {
  const causes: Cause[] = [];
  for (const code of causeFileCodes()) {
    const module = (await import(pathToFileURL(join(folder, `${code}.ts`)).href)) as { cause?: Cause };
    if (module.cause?.code !== code)
      throw new Error(`src/causes/${code}.ts must export a cause with the code "${code}"`);
    causes.push(module.cause);
  }
  return causes;
}

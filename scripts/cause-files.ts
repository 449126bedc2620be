// Finds the cause files and loads them: the one source that registry, pages and lists are generated from.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cause } from "../src/model/cause.ts";

/** Top directory of the project. */
export const projectRoot = join(import.meta.dirname, "..");
const folder = join(projectRoot, "src/causes");
// Files of src/causes/ that declare no cause.
const others = new Set(["registry.ts", "codes.ts"]);

/** Codes that have a file, in alphabetical order. */
export function causeFileCodes(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !others.has(name))
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

// The far side as one script, which the build puts beside the command; the executable holds it.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { embeddedFile, packageRoot } from "../../case/package-root.ts";

const NAME = "far-side.cjs";

/** Its text, for node's memory on another host. */
export function farSideScript(): Buffer {
  const inside = embeddedFile(NAME);
  if (inside !== null) return inside;
  const beside = join(dirname(fileURLToPath(import.meta.url)), NAME);
  return readFileSync(existsSync(beside) ? beside : join(packageRoot(), "dist", NAME));
}

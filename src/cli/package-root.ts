// Where the package lies, whether it runs bundled or from its sources: its version and its recorded captures.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's top directory. */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json"))) {
    const above = dirname(directory);
    if (above === directory) throw new Error("package.json of pktwhy not found above its own program");
    directory = above;
  }
  return directory;
}

let version: string | null = null;

/** The version its package says; read once, for after root has been given up the file may be out of reach. */
export function packageVersion(): string {
  version ??= (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
  return version;
}

// Where the package lies, whether it runs bundled or from its sources, or as one executable: its version and its recorded
// captures.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownValue } from "../model/own-value.ts";
import { ProblemError } from "../model/problem.ts";
import { notToItsEnd } from "./bundle-directory.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** What the executable holds of the package, the files in base64; scripts/executable.ts puts it in. */
declare const PKTWHY_FILES: { readonly version: string; readonly files: Readonly<Record<string, string>> } | undefined;

const embedded = typeof PKTWHY_FILES === "undefined" ? undefined : PKTWHY_FILES;

/** The package's top directory; of the executable, the one it lies in. */
export function packageRoot(): string {
  if (embedded !== undefined) return dirname(process.execPath);
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json"))) {
    const above = dirname(directory);
    if (above === directory) throw new Error("package.json of pktwhy not found above its own program");
    directory = above;
  }
  return directory;
}

/** The directory of recorded captures of this name; the executable's are written out for as long as it runs. */
export function recordedCase(name: string): string {
  const inside = `fixtures/${name}`;
  if (embedded === undefined) return join(packageRoot(), inside);
  const directory = temporaryDirectory();
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  try {
    for (const [path, content] of Object.entries(embedded.files)) {
      if (!path.startsWith(`${inside}/`)) continue;
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), Buffer.from(content, "base64"));
    }
  } catch (error) {
    throw new ProblemError(notToItsEnd(directory, error));
  }
  return join(directory, inside);
}

/** A file that the executable holds; null where it is none, or holds none of this name. */
export function embeddedFile(name: string): Buffer | null {
  const content = embedded === undefined ? undefined : ownValue(embedded.files, name);
  return content === undefined ? null : Buffer.from(content, "base64");
}

let version: string | null = embedded?.version ?? null;

/** The version its package says; read once, for after root has been given up the file may be out of reach. */
export function packageVersion(): string {
  version ??= (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
  return version;
}

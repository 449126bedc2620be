// Directories that last as long as what is done in them; where the disk for such is full or read-only, that is said.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemError } from "../model/problem.ts";
import { cannotWrite } from "./bundle-directory.ts";

/** A new directory, which whoever asks for it takes away. */
export function temporaryDirectory(prefix = "pktwhy-"): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new ProblemError(cannotWrite(tmpdir(), error));
  }
}

/** Does something in a new directory, which is gone afterwards. */
export async function inTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = temporaryDirectory();
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

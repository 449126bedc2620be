// The directory of a bundle while it is written, by `run`, `watch` and the lab alike: for its owner alone, what is known
// opened before the first packet and written again in the end.

import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { type Problem, ProblemError } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import { PARTS } from "./bundle.ts";
import { usageError } from "./usage-error.ts";

/** An empty directory that becomes a bundle. */
export class BundleDirectory {
  readonly path: string;
  readonly #isNew: boolean;
  /** Names of the files in it, as they were made. */
  readonly files: string[] = [];
  readonly #open: FileHandle[] = [];
  readonly #parts = new Map<string, FileHandle>();

  private constructor(path: string, isNew: boolean) {
    this.path = path;
    this.#isNew = isNew;
  }

  /** Makes it, where it is not there; throws a ProblemError where something lies in it or it cannot be made. */
  static async open(path: string): Promise<BundleDirectory> {
    let entries: readonly string[];
    let isNew = true;
    try {
      await mkdir(path, 0o700).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        isNew = false;
      });
      entries = await readdir(path);
    } catch (error) {
      throw new ProblemError(cannotWrite(path, error));
    }
    if (entries.length > 0) throw isNotEmpty(path);
    return new BundleDirectory(path, isNew);
  }

  /** What was made for it, the directory last. */
  get made(): readonly string[] {
    const paths = this.files.map((name) => join(this.path, name));
    return this.#isNew ? [...paths, this.path] : paths;
  }

  /** A new file in it. */
  async file(name: string): Promise<FileHandle> {
    const handle = await createFile(join(this.path, name));
    this.files.push(name);
    this.#open.push(handle);
    return handle;
  }

  /** A new file in it, and all that is to stand there; throws a ProblemError where that cannot be. */
  async write(name: string, content: Uint8Array | string): Promise<void> {
    const handle = await this.file(name);
    await handle.writeFile(content).catch((error: unknown) => {
      throw new ProblemError(notToItsEnd(join(this.path, name), error));
    });
  }

  /** A new directory in it, for a bundle of its own; of a pod's name the first part is a directory, too. */
  async folder(name: string): Promise<BundleDirectory> {
    const path = join(this.path, name);
    const above = dirname(path);
    if (above !== normalize(this.path))
      await mkdir(above, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw new ProblemError(cannotWrite(above, error));
      });
    return BundleDirectory.open(path);
  }

  /** Opens the parts with the rights of now: those of later may not suffice. */
  async openParts(): Promise<void> {
    for (const name of Object.values(PARTS)) this.#parts.set(name, await this.file(name));
  }

  /** The parts that are open. */
  get parts(): readonly FileHandle[] {
    return [...this.#parts.values()];
  }

  /** Writes a part anew; what was written at the beginning stays until what may be shorter is there. */
  async replace(name: string, words: string): Promise<Problem | null> {
    const bytes = Buffer.from(words);
    try {
      const handle = this.#parts.get(name) ?? (await this.file(name));
      this.#parts.set(name, handle);
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
      await handle.truncate(bytes.length);
      return null;
    } catch (error) {
      return notToItsEnd(join(this.path, name), error);
    }
  }

  async close(): Promise<void> {
    for (const handle of this.#open) await handle.close();
  }
}

/** Opens a file to be written; a ProblemError where it cannot be. What is kept holds a machine's addresses, rules and names. */
export async function createFile(path: string, flags = "w+", mode = 0o600): Promise<FileHandle> {
  try {
    return await open(path, flags, mode);
  } catch (error) {
    throw new ProblemError(cannotWrite(path, error));
  }
}

function isNotEmpty(path: string): Error {
  const name = printable(path);
  return usageError(
    path,
    text(
      `${name} is not empty, and what lies there would mix with this run. Name a new directory, or empty it: rm -r ${name}`,
      `${name} 不是空目录，里面的内容会与这次的混在一起。请换一个目录，或先清空：rm -r ${name}`,
    ),
  );
}

/** The words for a place where nothing can be written. */
export function cannotWrite(path: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const name = printable(path);
  return {
    kind: "cannot-write",
    severity: "error",
    place: path,
    text: text(
      `${name} could not be written (${code}). Name a place that exists and that you may write to.`,
      `无法写入 ${name}（${code}）。请指定一个存在且有写权限的位置。`,
    ),
  };
}

/** The words for a file that took not all that was to be written. */
export function notToItsEnd(path: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const name = printable(path);
  return {
    kind: "cannot-write",
    severity: "error",
    place: path,
    text: text(
      `${name} could not be written to its end (${code}): what is there is not all. Name a place with room for it.`,
      `${name} 没能写完（${code}）：里面的内容不完整。请指定一个空间足够的位置。`,
    ),
  };
}

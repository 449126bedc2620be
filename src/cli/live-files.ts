// Files of a live capture: opened before the first packet is read, written as packets come, and read again to explain.

import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PcapngRecording } from "../capture/record-pcapng.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import type { CaptureInput } from "../savefile/open.ts";
import type { ByteSource } from "../savefile/open-bytes.ts";
import { PARTS, partBlock, partText } from "./bundle-parts.ts";
import type { Keep } from "./live-messages.ts";
import { usageError } from "./usage.ts";

interface OpenCapture {
  readonly handle: FileHandle;
  readonly input: CaptureInput;
  readonly recording: PcapngRecording;
}

/** Everything that lies beside the packets of a run. */
export interface Parts {
  readonly state: unknown;
  readonly stateAfter: unknown;
  readonly run: unknown;
  /** The text of the file. */
  readonly kernel: string | null;
}

const CHUNK = 1 << 20;

/** The open files of one live capture. */
export class LiveFiles {
  readonly keep: Keep;
  readonly #captures = new Map<string, OpenCapture>();
  readonly #parts = new Map<string, FileHandle>();
  #report: FileHandle | null = null;

  private constructor(keep: Keep) {
    this.keep = keep;
  }

  /** Opens all of them with the rights of now; throws a ProblemError where one cannot be. */
  static async open(
    keep: Keep,
    namespaces: readonly string[],
    report: string | null,
    application: string,
  ): Promise<LiveFiles> {
    const files = new LiveFiles(keep);
    if (keep.kind === "directory") {
      await emptyDirectory(keep.path);
      const names = fileNames(namespaces);
      // In the order in which a directory is read, so that the report comes out the same.
      const sorted = [...namespaces].sort((a, b) => ((names.get(a) ?? "") < (names.get(b) ?? "") ? -1 : 1));
      for (const netns of sorted) {
        await files.#openCapture(netns, join(keep.path, names.get(netns) ?? ""), application);
      }
      for (const name of Object.values(PARTS)) files.#parts.set(name, await create(join(keep.path, name)));
    } else if (keep.kind === "file") await files.#openCapture("", keep.path, application);
    else await files.#openSpool(application);
    if (report !== null) files.#report = await create(report);
    return files;
  }

  /** Where the packets of a namespace are recorded. */
  recordingOf(netns: string): PcapngRecording {
    const found = this.#captures.get(this.keep.kind === "directory" ? netns : "");
    if (found === undefined) throw new RangeError(`no file for the namespace ${netns}`);
    return found.recording;
  }

  /** Writes what lies beside the packets and ends the recordings; tells what could not be kept. */
  async finish(parts: Parts): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const [key, name] of Object.entries(PARTS)) {
      const value = parts[key as keyof Parts];
      if (value === null) continue;
      await this.#parts.get(name)?.writeFile(partText(value));
      if (this.keep.kind !== "file") continue;
      const block = partBlock(name, value);
      if (block === null) problems.push(tooLarge(name, this.keep.path));
      else this.recordingOf("").block(block);
    }
    for (const { recording } of this.#captures.values()) await recording.flush();
    return problems;
  }

  /** The captures as `explain` would find them. */
  get inputs(): readonly CaptureInput[] {
    return [...this.#captures.values()].map((capture) => capture.input);
  }

  /** The bytes of one of them, from its beginning. */
  bytesOf(input: CaptureInput): ByteSource {
    const capture = [...this.#captures.values()].find((one) => one.input === input);
    if (capture === undefined) throw new RangeError(`no file for ${input.source}`);
    return fromStart(capture.handle);
  }

  /** Writes the report to the file opened for it; false where none was. */
  async writeReport(words: string): Promise<boolean> {
    if (this.#report === null) return false;
    await this.#report.writeFile(words);
    return true;
  }

  async close(): Promise<void> {
    const captures = [...this.#captures.values()].map((capture) => capture.handle);
    for (const handle of [...captures, ...this.#parts.values(), this.#report]) await handle?.close();
  }

  async #openCapture(key: string, path: string, application: string): Promise<void> {
    this.#add(key, await create(path), path, application);
  }

  // A file without a name: gone with the process, however that ends.
  async #openSpool(application: string): Promise<void> {
    const path = join(tmpdir(), `pktwhy-${randomBytes(8).toString("hex")}.pcapng`);
    const handle = await create(path, "wx+");
    await unlink(path);
    this.#add("", handle, "live", application);
  }

  #add(key: string, handle: FileHandle, source: string, application: string): void {
    const input = { source, path: source, content: "pcapng", interface: null, netns: null, stem: null } as const;
    const append = async (bytes: Uint8Array) => {
      await handle.appendFile(bytes);
    };
    this.#captures.set(key, { handle, input, recording: new PcapngRecording(append, application) });
  }
}

function fromStart(handle: FileHandle): ByteSource {
  const buffer = new Uint8Array(CHUNK);
  let at = 0;
  const read = async (): Promise<Uint8Array | null> => {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
    at += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  };
  return { read, head: async () => new Uint8Array(0), close: async () => {}, problems: [] };
}

// The namespace pktwhy runs in has no name; one whose name begins with a dot would be a hidden file.
function fileNames(namespaces: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(namespaces);
  for (const netns of namespaces) {
    let name = netns === "" ? "main" : netns.replace(/^\./, "_.");
    while (name !== netns && taken.has(name)) name = `_${name}`;
    taken.add(name);
    names.set(netns, `${name}.pcapng`);
  }
  return names;
}

async function emptyDirectory(path: string): Promise<void> {
  let entries: readonly string[];
  try {
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    entries = await readdir(path);
  } catch (error) {
    throw new ProblemError(cannotWrite(path, error));
  }
  if (entries.length === 0) return;
  const name = printable(path);
  throw usageError(
    path,
    text(
      `${name} is not empty, and what lies there would mix with this run. Name a new directory, or empty it: rm -r ${name}`,
      `${name} 不是空目录，里面的内容会与这次的混在一起。请换一个目录，或先清空：rm -r ${name}`,
    ),
  );
}

async function create(path: string, flags = "w+"): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    throw new ProblemError(cannotWrite(path, error));
  }
}

function cannotWrite(path: string, error: unknown): Problem {
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

function tooLarge(part: string, path: string): Problem {
  const name = printable(path);
  return {
    kind: "part-too-large",
    severity: "warning",
    place: path,
    text: text(
      `The ${part} of this machine is too large to go into ${name}; keep a directory instead: -w ${name}.d/`,
      `本机的 ${part} 太大，放不进 ${name}；请改为保存到目录：-w ${name}.d/`,
    ),
  };
}

// Files of a live capture: opened before the first packet is read, written as packets come, and read again to explain.

import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { type FileHandle, rmdir, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BundleParts, partBlock, partFiles } from "../case/bundle.ts";
import { BundleDirectory, createFile, notToItsEnd } from "../case/bundle-directory.ts";
import type { TableFiles } from "../case/table-files.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import type { RowSource } from "../render/export/rows.ts";
import type { CaptureInput } from "../savefile/open.ts";
import type { ByteSource } from "../savefile/open-bytes.ts";
import { PcapngRecording } from "../savefile/record-pcapng.ts";

/** Where captures are kept: nowhere, in a directory, in one file. */
export type KeepWhere =
  | { readonly kind: "none" }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "file"; readonly path: string };

/** What -w asks for: a directory where there is one, or where its name says so. */
export function keepOf(path: string | undefined): KeepWhere {
  if (path === undefined) return { kind: "none" };
  const isDirectory = path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return { kind: isDirectory ? "directory" : "file", path };
}

/** Where the report goes: to a file, or as tables to the files of a directory. */
export interface ReportPlace {
  readonly path: string;
  readonly isTables: boolean;
}

interface OpenCapture {
  readonly handle: FileHandle;
  readonly input: CaptureInput;
  readonly recording: PcapngRecording;
}

const CHUNK = 1 << 20;

/** The open files of one live capture. */
export class LiveFiles {
  readonly keep: KeepWhere;
  readonly #captures = new Map<string, OpenCapture>();
  #directory: BundleDirectory | null = null;
  #report: { readonly handle: FileHandle; readonly path: string } | null = null;
  #tables: TableFiles | null = null;
  /** What was made for it, the directory last. */
  readonly made: string[] = [];
  /** What could not be written, each file once. */
  readonly #lost = new Map<string, Problem>();

  private constructor(keep: KeepWhere) {
    this.keep = keep;
  }

  /** Opens all of them with the rights of now; throws a ProblemError where one cannot be. */
  static async open(
    keep: KeepWhere,
    namespaces: readonly string[],
    report: ReportPlace | null,
    application: string,
  ): Promise<LiveFiles> {
    const files = new LiveFiles(keep);
    if (keep.kind === "directory") {
      const directory = await BundleDirectory.open(keep.path);
      files.#directory = directory;
      const names = fileNames(namespaces);
      // In the order in which a directory is read, so that the report comes out the same.
      const sorted = [...namespaces].sort((a, b) => ((names.get(a) ?? "") < (names.get(b) ?? "") ? -1 : 1));
      for (const netns of sorted) {
        const name = names.get(netns) ?? "";
        files.#add(netns, await directory.file(name), join(keep.path, name), application);
      }
      await directory.openParts();
      files.made.push(...directory.made);
    } else if (keep.kind === "file") await files.#openCapture("", keep.path, application);
    else await files.#openSpool(application);
    if (report !== null) await files.#openReport(report);
    return files;
  }

  async #openReport({ path, isTables }: ReportPlace): Promise<void> {
    if (isTables) {
      const { TableFiles } = await import("../case/table-files.ts");
      this.#tables = await TableFiles.open(path);
      this.made.unshift(...this.#tables.made);
      return;
    }
    const wasThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    this.#report = { handle: await createFile(path, "w+", 0o666), path };
    if (!wasThere) this.made.unshift(path);
  }

  /** Where the packets of a namespace are recorded. */
  recordingOf(netns: string): PcapngRecording {
    // A namespace that turned out to matter later has no file of its own: its blocks say whose they are.
    const own = this.#captures.get(this.keep.kind === "directory" ? netns : "");
    const found = own ?? this.#captures.values().next().value;
    if (found === undefined) throw new RangeError(`no file for the namespace ${netns}`);
    return found.recording;
  }

  /** Writes what is known before the first packet, and waits until it is on the disk. */
  async begin(parts: Pick<BundleParts, "state" | "run">): Promise<readonly Problem[]> {
    if (this.keep.kind === "none") return [];
    const problems = await this.#write({ ...parts, stateAfter: null, kernel: null });
    await this.flush();
    const handles = [...(this.#directory?.parts ?? []), ...[...this.#captures.values()].map(({ handle }) => handle)];
    // A file system that cannot (a pipe, some network drives) keeps it as well as it can.
    await Promise.all(handles.map((handle) => handle.datasync().catch(() => {})));
    // What cannot even be begun is better known before the command runs than after.
    const [lost] = this.#lost.values();
    if (lost !== undefined) throw new ProblemError(lost);
    return problems;
  }

  /** What could not be written to its end. */
  get lost(): readonly Problem[] {
    return [...this.#lost.values()];
  }

  /** Hands on what was recorded so far. */
  async flush(): Promise<void> {
    for (const { recording } of this.#captures.values()) await recording.flush();
  }

  /** Writes what lies beside the packets and ends the recordings; tells what could not be kept. */
  async finish(parts: BundleParts): Promise<readonly Problem[]> {
    const problems = await this.#write(parts);
    await this.flush();
    return [...problems, ...this.lost];
  }

  async #write(parts: BundleParts): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [name, words] of partFiles(parts)) {
      const problem = await this.#directory?.replace(name, words);
      if (problem) this.#lose(problem);
      if (this.keep.kind !== "file") continue;
      const block = partBlock(name, words);
      if (block === null) problems.push(tooLarge(name, this.keep.path));
      else this.recordingOf("").block(block);
    }
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

  /** Writes the report to the file opened for it; false where none was, or where it takes nothing. */
  async writeReport(words: string | AsyncIterable<Uint8Array>): Promise<boolean> {
    if (this.#report === null) return false;
    try {
      if (typeof words === "string") await this.#report.handle.writeFile(words);
      else for await (const block of words) await this.#report.handle.appendFile(block);
      return true;
    } catch (error) {
      this.#lose(notToItsEnd(this.#report.path, error));
      return false;
    }
  }

  /** Writes the tables to the files opened for them. */
  async writeTables(report: Report, from: RowSource, redact: boolean): Promise<void> {
    const problem = (await this.#tables?.write(report, from, redact)) ?? null;
    if (problem !== null) this.#lose(problem);
  }

  #lose(problem: Problem): void {
    if (!this.#lost.has(problem.place)) this.#lost.set(problem.place, problem);
  }

  async close(): Promise<void> {
    const captures = [...this.#captures.values()].map((capture) => capture.handle);
    if (this.#directory === null) for (const handle of captures) await handle.close();
    await this.#directory?.close();
    await this.#report?.handle.close();
    await this.#tables?.close();
  }

  async #openCapture(key: string, path: string, application: string): Promise<void> {
    const wasThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    this.#add(key, await createFile(path), path, application);
    // What a person had before is not taken away.
    if (!wasThere) this.made.push(path);
  }

  // A file without a name: gone with the process, however that ends.
  async #openSpool(application: string): Promise<void> {
    const path = join(tmpdir(), `pktwhy-${randomBytes(8).toString("hex")}.pcapng`);
    const handle = await createFile(path, "wx+");
    await unlink(path);
    this.#add("", handle, "live", application, tmpdir());
  }

  // `place` is where there has to be room for it.
  #add(key: string, handle: FileHandle, source: string, application: string, place = source): void {
    const input = { source, path: source, content: "pcapng", interface: null, netns: null, stem: null } as const;
    const append = async (bytes: Uint8Array) => {
      if (this.#lost.has(source)) return;
      await handle.appendFile(bytes).catch((error: unknown) => {
        this.#lose({ ...notToItsEnd(place, error), place: source });
      });
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

/** Takes away what was made for captures that never began. */
export async function discard(made: readonly string[]): Promise<void> {
  for (const path of made) await unlink(path).catch(() => rmdir(path).catch(() => {}));
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

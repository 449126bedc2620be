// From the arguments of a command to captures: files, directories, standard input, and interfaces named by hand.

import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Problem } from "../model/problem.ts";
import { type Content, recognise } from "./magic.ts";
import { fileFault, interfaceForDirectory, namedTwice, noCapturesIn, notAFile } from "./open-faults.ts";

/** One capture to be read. */
export interface CaptureInput {
  /** As reports call it: the path as it was given, or `-`. */
  readonly source: string;
  /** Null is standard input. */
  readonly path: string | null;
  /** What its first bytes (unpacked) are; null for standard input, which is not read here. */
  readonly content: Content | null;
  /** `IF@NETNS=FILE`: what a person said, which wins over what the file says; null is not said. */
  readonly interface: string | null;
  readonly netns: string | null;
  /** File name without its endings: the interface where nothing better names it. */
  readonly stem: string | null;
}

/** Files that lie beside captures in a bundle, by path; null where there is none. */
interface Companions {
  readonly state: string | null;
  readonly stateAfter: string | null;
  readonly run: string | null;
  readonly kernelEvents: string | null;
}

/** What the arguments name. Companions are those of directories given; nearby ones lie beside files given one by one. */
export interface ResolvedInputs {
  readonly captures: readonly CaptureInput[];
  readonly companions: Companions;
  readonly nearby: Companions;
  readonly problems: readonly Problem[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NO_COMPANIONS: Companions = { state: null, stateAfter: null, run: null, kernelEvents: null };
const COMPANION_NAMES: readonly (readonly [keyof Companions, RegExp])[] = [
  ["state", /^state\.json(\.gz)?$/],
  ["stateAfter", /^state\.after\.json(\.gz)?$/],
  ["run", /^run\.json(\.gz)?$/],
  ["kernelEvents", /^kernel(-events)?\.(json|jsonl|txt|trace)(\.gz)?$/],
];
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz)?$/i;
// Enough to recognise any content, and to unpack the first bytes of a gzip whose header holds a file name.
const HEAD = 4096;

/** Finds the captures that the arguments name, in their order, and what lies beside them. */
export async function resolveInputs(args: readonly string[]): Promise<ResolvedInputs> {
  const captures: CaptureInput[] = [];
  const problems: Problem[] = [];
  const companions: Mutable<Companions> = { ...NO_COMPANIONS };
  const nearby: Mutable<Companions> = { ...NO_COMPANIONS };
  const seen = new Set<string>();
  for (const arg of args) {
    const named = await splitVantage(arg);
    if (named.path === "-") {
      if (seen.has("-")) problems.push(namedTwice("-"));
      else
        captures.push({
          source: "-",
          path: null,
          content: null,
          interface: named.interface,
          netns: named.netns,
          stem: null,
        });
      seen.add("-");
      continue;
    }
    try {
      const info = await stat(named.path);
      if (info.isDirectory()) {
        if (named.interface !== null) problems.push(interfaceForDirectory(arg, named.path));
        else await addDirectory(named.path, seen, captures, companions, problems);
        continue;
      }
      if (info.isSocket() || info.isBlockDevice()) {
        problems.push(notAFile(named.path));
        continue;
      }
      const companion = companionOf(basename(named.path));
      if (companion !== null && named.interface === null) {
        companions[companion] ??= named.path;
        continue;
      }
      // A named pipe (also <(…) of a shell) cannot be looked into twice.
      const content = info.isFile() ? await contentOf(named.path) : null;
      await addFile({ ...named, content }, seen, captures, problems);
      await findCompanions(dirname(named.path), nearby);
    } catch (error) {
      problems.push(fileFault(named.path, codeOf(error), 0));
    }
  }
  return { captures, companions, nearby, problems };
}

/** What a file is by its content, looked at through gzip. */
async function contentOf(path: string): Promise<Content> {
  const handle = await open(path, "r");
  try {
    const buffer = new Uint8Array(HEAD);
    const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
    const head = buffer.subarray(0, bytesRead);
    if (recognise(head) !== "gzip") return recognise(head);
    // 2 is Z_SYNC_FLUSH: the rest of the compressed file is missing here on purpose.
    return recognise(gunzipSync(head, { finishFlush: 2 }).subarray(0, 64));
  } catch (error) {
    if (codeOf(error).startsWith("Z_")) return "gzip";
    throw error;
  } finally {
    await handle.close();
  }
}

interface Named {
  readonly path: string;
  readonly interface: string | null;
  readonly netns: string | null;
}

/** `IF@NETNS=FILE` or `IF=FILE`; a file that exists under the whole name wins. */
async function splitVantage(arg: string): Promise<Named> {
  const plain = { path: arg, interface: null, netns: null };
  const match = /^([^/\s=@]+)(?:@([^=]*))?=(.+)$/s.exec(arg);
  if (match === null || (await exists(arg))) return plain;
  return { path: match[3] ?? "", interface: match[1] ?? null, netns: match[2] ?? null };
}

async function addFile(
  file: Named & { content: Content | null },
  seen: Set<string>,
  captures: CaptureInput[],
  problems: Problem[],
): Promise<void> {
  const key = await realpath(file.path);
  if (seen.has(key)) {
    problems.push(namedTwice(file.path));
    return;
  }
  seen.add(key);
  const stem = basename(file.path)
    .replace(/\.gz$/i, "")
    .replace(/\.(pcap|pcapng|cap|dmp|ntar|txt|log)$/i, "");
  captures.push({ ...file, source: file.path, stem });
}

async function addDirectory(
  directory: string,
  seen: Set<string>,
  captures: CaptureInput[],
  companions: Mutable<Companions>,
  problems: Problem[],
): Promise<void> {
  const before = captures.length + problems.length;
  await findCompanions(directory, companions);
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort(byName)) {
    if (entry.name.startsWith(".") || companionOf(entry.name) !== null) continue;
    const path = join(directory, entry.name);
    try {
      if (!(await stat(path)).isFile()) continue;
      const content = await contentOf(path);
      if (content !== "pcap" && content !== "pcapng" && !CAPTURE_NAME.test(entry.name)) continue;
      await addFile({ path, interface: null, netns: null, content }, seen, captures, problems);
    } catch (error) {
      problems.push(fileFault(path, codeOf(error), 0));
    }
  }
  if (captures.length + problems.length === before) problems.push(noCapturesIn(directory));
}

/** Notes the companions in a directory; those of the first directory that has them win. */
async function findCompanions(directory: string, companions: Mutable<Companions>): Promise<void> {
  for (const entry of (await readdir(directory).catch(() => [])).sort()) {
    const kind = companionOf(entry);
    if (kind !== null) companions[kind] ??= join(directory, entry);
  }
}

function companionOf(name: string): keyof Companions | null {
  for (const [kind, pattern] of COMPANION_NAMES) if (pattern.test(name)) return kind;
  return null;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}

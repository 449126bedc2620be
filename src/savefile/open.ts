// From the arguments of a command to captures: files, directories, standard input, and interfaces named by hand.

import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
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
  /** Host that it was captured on, where a case holds several. */
  readonly host?: string;
}

/** Files that lie beside captures in a bundle, by path; null where there is none. */
export interface Companions {
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

/**
 * Finds the captures that the arguments name, in their order, and what lies beside them. What it asks of the system is
 * answered at once: forty questions about a bundle would each take longer through the thread pool than by themselves.
 */
export function resolveInputs(args: readonly string[]): ResolvedInputs {
  const captures: CaptureInput[] = [];
  const problems: Problem[] = [];
  const companions: Mutable<Companions> = { ...NO_COMPANIONS };
  const nearby: Mutable<Companions> = { ...NO_COMPANIONS };
  const seen = new Set<string>();
  for (const arg of args) {
    const named = splitVantage(arg);
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
      const info = statSync(named.path);
      if (info.isDirectory()) {
        if (named.interface !== null) problems.push(interfaceForDirectory(arg, named.path));
        else addDirectory(named.path, seen, captures, companions, problems);
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
      const content = info.isFile() ? contentOf(named.path) : null;
      addFile({ ...named, content }, seen, captures, problems);
      findCompanions(dirname(named.path), nearby);
    } catch (error) {
      problems.push(fileFault(named.path, codeOf(error), 0, neighboursOf(named.path)));
    }
  }
  return { captures, companions, nearby, problems };
}

// What lies where a file was looked for and is not.
function neighboursOf(path: string): string[] {
  try {
    return readdirSync(dirname(path)).map((name) => join(dirname(path), name));
  } catch {
    return [];
  }
}

/** What a file is by its content, looked at through gzip. */
function contentOf(path: string): Content {
  const file = openSync(path, "r");
  try {
    const buffer = new Uint8Array(HEAD);
    const head = buffer.subarray(0, readSync(file, buffer, 0, HEAD, 0));
    if (recognise(head) !== "gzip") return recognise(head);
    // 2 is Z_SYNC_FLUSH: the rest of the compressed file is missing here on purpose.
    return recognise(gunzipSync(head, { finishFlush: 2 }).subarray(0, 64));
  } catch (error) {
    if (codeOf(error).startsWith("Z_")) return "gzip";
    throw error;
  } finally {
    closeSync(file);
  }
}

interface Named {
  readonly path: string;
  readonly interface: string | null;
  readonly netns: string | null;
}

/** `IF@NETNS=FILE` or `IF=FILE`; a file that exists under the whole name wins. */
function splitVantage(arg: string): Named {
  const plain = { path: arg, interface: null, netns: null };
  const match = /^([^/\s=@]+)(?:@([^=]*))?=(.+)$/s.exec(arg);
  if (match === null || existsSync(arg)) return plain;
  return { path: match[3] ?? "", interface: match[1] ?? null, netns: match[2] ?? null };
}

function addFile(
  file: Named & { content: Content | null },
  seen: Set<string>,
  captures: CaptureInput[],
  problems: Problem[],
): void {
  const key = realpathSync(file.path);
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

function addDirectory(
  directory: string,
  seen: Set<string>,
  captures: CaptureInput[],
  companions: Mutable<Companions>,
  problems: Problem[],
): void {
  const before = captures.length + problems.length;
  findCompanions(directory, companions);
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort(byName)) {
    if (entry.name.startsWith(".") || companionOf(entry.name) !== null) continue;
    const path = join(directory, entry.name);
    try {
      if (!statSync(path).isFile()) continue;
      const content = contentOf(path);
      if (content !== "pcap" && content !== "pcapng" && !CAPTURE_NAME.test(entry.name)) continue;
      addFile({ path, interface: null, netns: null, content }, seen, captures, problems);
    } catch (error) {
      problems.push(fileFault(path, codeOf(error), 0));
    }
  }
  if (captures.length + problems.length === before) problems.push(noCapturesIn(directory));
}

/** Notes the companions in a directory; those of the first directory that has them win. */
function findCompanions(directory: string, companions: Mutable<Companions>): void {
  for (const entry of namesIn(directory).sort()) {
    const kind = companionOf(entry);
    if (kind !== null) companions[kind] ??= join(directory, entry);
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function companionOf(name: string): keyof Companions | null {
  for (const [kind, pattern] of COMPANION_NAMES) if (pattern.test(name)) return kind;
  return null;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}

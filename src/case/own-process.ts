// `run` and `watch` for programs: the command in a process of its own, as it is typed, since half of it gives up its rights
// and the other half has them. What it prints is data already.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Language } from "../model/text.ts";
import type { ReportJson, WatchLineJson } from "../render/json-shape.ts";
import { packageRoot } from "./package-root.ts";

/** Where and how to look; what is left out is found out. */
export interface LiveOptions {
  /** Interfaces, `IF` or `IF@NETNS`. */
  readonly interfaces?: readonly string[];
  readonly language?: Language;
  /** Where captures and state are kept: a directory (`case/`) or a file. */
  readonly write?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What became of a command that was run. */
export interface RunResult {
  readonly report: ReportJson;
  /** What pktwhy and the command said beside it. */
  readonly messages: string;
}

/** `pktwhy run -- COMMAND`: captures while it runs, and explains. Throws an Error with pktwhy's words where it cannot. */
export async function run(command: readonly string[], options: LiveOptions = {}): Promise<RunResult> {
  const child = started(["run", ...wordsOf(options), "-f", "json", "--", ...command], options);
  const [printed, messages] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.ended]);
  if (printed === "") throw new Error(messages.trim());
  return { report: JSON.parse(printed) as ReportJson, messages };
}

/** `pktwhy watch -f jsonl`: each line as it comes; leaving the loop ends it, `signal` lets it tell its summary first. */
export async function* watch(options: LiveOptions = {}): AsyncGenerator<WatchLineJson, void, void> {
  const child = started(["watch", ...wordsOf(options), "-f", "jsonl"], options);
  const messages = textOf(child.stderr);
  let lines = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      lines++;
      yield JSON.parse(line) as WatchLineJson;
    }
  } finally {
    child.end();
    await child.ended;
  }
  if (lines === 0) throw new Error((await messages).trim());
}

function started(words: readonly string[], { signal, language = "en" }: LiveOptions) {
  const program = join(packageRoot(), "bin/pktwhy.js");
  const child = spawn(process.execPath, [program, "--lang", language, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  // As Ctrl-C does: what was seen so far is told.
  const end = (): void => void child.kill("SIGINT");
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end, { once: true });
  return { stdout: child.stdout, stderr: child.stderr, ended, end };
}

function wordsOf({ interfaces = [], write }: LiveOptions): string[] {
  return [...interfaces.flatMap((name) => ["-i", name]), ...(write === undefined ? [] : ["-w", write])];
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

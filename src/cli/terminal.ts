// Where words go: standard output or a file for reports, standard error for what went wrong.

import { realpathSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { UNUSABLE } from "../case/exit-status.ts";
import type { LooksOf } from "../case/report-writer.ts";
import { usageError } from "../case/usage-error.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { TextOptions } from "../render/page.ts";

const NARROWEST = 40;
const WIDEST = 200;
const PLAIN = 80;

const output = { lost: false, outlived: false, isSilent: false };

/**
 * Says once, in one sentence, that what we print cannot be written any more (a full disk, a reader that has gone), and ends
 * with status 2; where something is still to be kept, whoever keeps it ends.
 */
export function mindOutputs(language: Language): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (output.lost) return;
    output.lost = true;
    process.exitCode = UNUSABLE;
    // `pktwhy explain … | head` asks for no more than the head.
    if (error.code === "EPIPE" && !output.outlived) process.exit(UNUSABLE);
    if (!output.isSilent) tell([outputLost(error.code ?? String(error))], language);
    if (!output.outlived) process.exit(UNUSABLE);
  });
  // There is nobody left to tell.
  process.stderr.on("error", () => {});
}

/** From here on something is kept that outlives a lost standard output; `silently` where another process says so. */
export function outliveOutput({ silently = false } = {}): void {
  output.outlived = true;
  output.isSilent = silently;
}

/** Whether standard output takes nothing any more. */
export function isOutputLost(): boolean {
  return output.lost;
}

function outputLost(code: string): Problem {
  return {
    kind: "cannot-write",
    severity: "error",
    place: "standard output",
    text:
      code === "EPIPE"
        ? text(
            "Whoever read the output has gone: not all of it was written (EPIPE).",
            "读取输出的一方已经退出：内容没有写完（EPIPE）。",
          )
        : text(
            `Standard output could not be written (${code}): not all of it is there. Send it where there is room, or name a file: -o FILE`,
            `标准输出无法写入（${code}）：内容没有写完。请输出到有空间的地方，或指定文件：-o 文件`,
          ),
  };
}

/** Looks of the text on a stream. */
export function textOptions(stream: NodeJS.WriteStream, ...[language, options]: Parameters<LooksOf>): TextOptions {
  const terminal = stream.isTTY === true && options.file !== true;
  return {
    language,
    width: widthOf(terminal ? stream.columns : undefined),
    color: coloured(options.color, terminal),
    verbose: options.verbose ?? false,
    quiet: options.quiet ?? false,
  };
}

// A terminal knows its width; elsewhere COLUMNS may say it.
function widthOf(columns: number | undefined): number {
  const asked = Number(process.env.COLUMNS ?? "");
  const known = columns ?? (Number.isInteger(asked) && asked > 0 ? asked : PLAIN);
  return Math.min(WIDEST, Math.max(NARROWEST, known));
}

/** What `--color` was set to; what is typed comes before what the environment says. */
export function colourAsked(when: string): boolean {
  if (!["always", "auto", "never"].includes(when)) throw new InvalidArgumentError("always, auto, never");
  if (when === "always") {
    process.env.FORCE_COLOR = "1";
    delete process.env.NO_COLOR;
  }
  return when !== "never";
}

// NO_COLOR comes before FORCE_COLOR, and both before what the stream is.
function coloured(asked: boolean, terminal: boolean): boolean {
  if (!asked || (process.env.NO_COLOR ?? "") !== "") return false;
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return terminal && process.env.TERM !== "dumb";
}

/** Looks of the text on standard output. */
export const looksOf: LooksOf = (language, options) => textOptions(process.stdout, language, options);

/** Refuses to print packets on a terminal, which would obey their bytes. */
export function refuseOnTerminal(format: string, file: string | undefined): void {
  if (format !== "pcapng" || !process.stdout.isTTY || (file !== undefined && file !== "-")) return;
  throw usageError(
    "-f pcapng",
    text(
      "-f pcapng is for a file: add -o FILE, or pipe it on.",
      "-f pcapng 输出的是二进制文件：请加上 -o 文件，或者用管道接走。",
    ),
  );
}

/** Writes bytes to a file or a pipe. */
export async function deliverBytes(blocks: AsyncIterable<Uint8Array>, file: string | undefined): Promise<void> {
  if (file === undefined || file === "-") {
    for await (const block of blocks) if (!process.stdout.write(block)) await drained();
    return;
  }
  const { open } = await import("node:fs/promises");
  try {
    const handle = await open(file, "w");
    try {
      for await (const batch of batches(blocks)) await handle.appendFile(batch);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw notWritten(file, error);
  }
}

// One write a packet would take longer than all else.
async function* batches(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const block of blocks) {
    waiting.push(block);
    size += block.length;
    if (size < BATCH) continue;
    yield Buffer.concat(waiting);
    [waiting, size] = [[], 0];
  }
  yield Buffer.concat(waiting);
}
const BATCH = 1 << 20;

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** Writes a report to standard output, or to a file where one was named. */
export async function deliver(report: string, file: string | undefined): Promise<void> {
  if (file === undefined || file === "-") {
    process.stdout.write(report);
    return;
  }
  try {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(file, report);
  } catch (error) {
    // What was found out is told where it still can be.
    process.stdout.write(report);
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): ProblemError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const name = printable(file);
  return new ProblemError({
    kind: "cannot-write",
    severity: "error",
    place: file,
    text: text(
      `${name} could not be written (${code}). Name a file in a directory that exists and that you may write to.`,
      `无法写入 ${name}（${code}）。请指定一个存在且有写权限的目录中的文件。`,
    ),
  });
}

/** Refuses an output file that is one of the inputs: writing would destroy what is to be read. */
export function refuseOverwriting(file: string | undefined, inputs: readonly (string | null)[]): void {
  if (file === undefined || file === "-") return;
  const target = real(file);
  if (target === null || !inputs.some((input) => input !== null && real(input) === target)) return;
  const name = printable(file);
  throw usageError(
    file,
    text(
      `${name} is one of the inputs, and -o would overwrite it. Name another file.`,
      `${name} 是输入文件之一，-o 会把它覆盖。请换一个文件名。`,
    ),
  );
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Tells problems on standard error, each once. */
export function tell(problems: readonly Problem[], language: Language): void {
  const told = new Set<string>();
  for (const problem of problems) {
    const sentence = printable(problem.text[language]);
    if (!told.has(sentence)) process.stderr.write(`pktwhy: ${sentence}\n`);
    told.add(sentence);
  }
}

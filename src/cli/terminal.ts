// Where words go: standard output or a file for reports, standard error for what went wrong.

import { realpathSync } from "node:fs";
import { type Problem, ProblemError } from "../model/problem.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { TextOptions } from "../render/page.ts";
import { usageError } from "./usage.ts";

const NARROWEST = 72;
const WIDEST = 100;
const PLAIN = 80;

/** Ends quietly when whoever reads our output has gone (`pktwhy … | head`). */
export function quietOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });
  }
}

/** Looks of the text on a stream: colour only on a terminal that nobody asked to stay plain. */
export function textOptions(
  stream: NodeJS.WriteStream,
  language: Language,
  options: { readonly color: boolean; readonly verbose?: boolean; readonly quiet?: boolean; readonly file?: boolean },
): TextOptions {
  const terminal = stream.isTTY === true && options.file !== true;
  const plain = !options.color || (process.env.NO_COLOR ?? "") !== "" || process.env.TERM === "dumb";
  return {
    language,
    width: terminal ? Math.min(WIDEST, Math.max(NARROWEST, stream.columns ?? PLAIN)) : PLAIN,
    color: terminal && !plain,
    verbose: options.verbose ?? false,
    quiet: options.quiet ?? false,
  };
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
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const name = printable(file);
    throw new ProblemError({
      kind: "cannot-write",
      severity: "error",
      place: file,
      text: text(
        `${name} could not be written (${code}). Name a file in a directory that exists and that you may write to.`,
        `无法写入 ${name}（${code}）。请指定一个存在且有写权限的目录中的文件。`,
      ),
    });
  }
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

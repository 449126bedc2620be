// The command that is watched: started like the shell would, its output passed on untouched and at once.

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { constants as system } from "node:os";
import { delimiter, join } from "node:path";
import { usageError } from "../../case/usage-error.ts";
import { ProblemError } from "../../model/problem.ts";
import { printable, text } from "../../model/text.ts";
import { toolPath } from "../../tool-environment.ts";

/** How a command went. */
export interface CommandEnd {
  /** 128 and the signal's number where a signal ended it, as shells tell it. */
  readonly exitCode: number | null;
  /** What it printed, both streams as they came; null where it was not read. */
  readonly output: string | null;
}

/** A command under way. */
export interface RunningCommand {
  readonly ended: Promise<CommandEnd>;
  /** Its process; null where it could not be started. */
  readonly pid: number | null;
  signal(name: NodeJS.Signals): void;
}

// Of an endless ping the first lines and the summary matter.
const HEAD = 512 * 1024;
const TAIL = 64 * 1024;

/** Throws a usage error where the shell would say "command not found". */
export function checkCommand(argv: readonly string[]): void {
  const [file = ""] = argv;
  if (isThere(file)) return;
  const name = printable(file);
  throw usageError(
    file,
    text(
      `There is no command ${name} that could be run. Check its name, or give its path.`,
      `没有可以运行的命令 ${name}。请检查名字，或给出它的路径。`,
    ),
  );
}

function isThere(file: string): boolean {
  const places = file.includes("/")
    ? [file]
    : (process.env.PATH ?? "/usr/bin:/bin").split(delimiter).map((at) => join(at || ".", file));
  return file !== "" && places.some(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Starts it. `read`: what it prints is kept and passed on; else it has our own descriptors. `quietStdout`: its output goes to standard error. */
export function startCommand(argv: readonly string[], how: { read: boolean; quietStdout: boolean }): RunningCommand {
  const out = how.quietStdout ? process.stderr : process.stdout;
  // To a pipe ping keeps its first lines until an answer comes; a person at a terminal is used to seeing them at once.
  const lines = how.read && out.isTTY && isThere("stdbuf") ? [toolPath("stdbuf"), "--output=L"] : [];
  // Dies with us, whatever happens to us; a program with rights of its own clears that.
  const child = spawn(toolPath("setpriv"), ["--pdeathsig", "TERM", "--", ...lines, ...argv], {
    stdio: how.read ? ["inherit", "pipe", "pipe"] : ["inherit", how.quietStdout ? 2 : 1, 2],
  });
  const kept = new Kept();
  for (const [from, to] of [
    [child.stdout, out],
    [child.stderr, process.stderr],
  ] as const) {
    from?.on("data", (chunk: Buffer) => {
      kept.add(chunk);
      // A reader of ours that is slow slows the command down, as it would without us.
      if (to.write(chunk)) return;
      from.pause();
      to.once("drain", () => from.resume());
    });
  }
  return {
    ended: new Promise((resolve, reject) => {
      child.on("error", () => reject(new ProblemError(cannotStart(argv[0] ?? ""))));
      child.on("close", (status, signal) => {
        const exitCode = signal === null ? status : 128 + (system.signals[signal] ?? 0);
        resolve({ exitCode, output: how.read ? kept.text() : null });
      });
    }),
    pid: child.pid ?? null,
    signal: (name) => signalTo(child, name),
  };
}

function signalTo(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(name);
}

function cannotStart(file: string) {
  const name = printable(file);
  return {
    kind: "cannot-start",
    severity: "error" as const,
    place: file,
    text: text(
      `${name} could not be started: setpriv is missing. Install it: sudo apt install util-linux.`,
      `无法启动 ${name}：缺少 setpriv。请安装：sudo apt install util-linux。`,
    ),
  };
}

/** The beginning and the end of what was printed. */
class Kept {
  readonly #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer = Buffer.alloc(0);
  #cut = false;

  add(chunk: Buffer): void {
    const room = HEAD - this.#headSize;
    const first = chunk.subarray(0, room);
    if (first.length > 0) {
      this.#head.push(first);
      this.#headSize += first.length;
    }
    if (chunk.length <= room) return;
    const rest = Buffer.concat([this.#tail, chunk.subarray(Math.max(0, room))]);
    if (rest.length > TAIL) this.#cut = true;
    this.#tail = Buffer.from(rest.subarray(-TAIL));
  }

  text(): string {
    if (!this.#cut) return Buffer.concat([...this.#head, this.#tail]).toString("utf8");
    const tail = this.#tail.toString("utf8");
    // A line that was cut in the middle says nothing reliable.
    return `${Buffer.concat(this.#head).toString("utf8")}\n…\n${tail.slice(tail.indexOf("\n") + 1)}`;
  }
}

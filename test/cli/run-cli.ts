// Runs the command line as people do: a process of its own, bundled from the sources.

import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { inject } from "vitest";

/** Top directory of the project. */
export const root = join(import.meta.dirname, "../..");

/** What a run printed and how it ended. */
export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pktwhy ARGS` in the project's directory, without a terminal. */
export function pktwhy(
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly env?: Record<string, string> } = {},
): CliRun {
  const { NO_COLOR: _color, PKTWHY_LANG: _language, ...env } = process.env;
  const run = spawnSync(process.execPath, [inject("program"), ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...env, ...options.env },
    maxBuffer: 1 << 26,
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** The same, while this process goes on: for what the command talks to. */
export async function pktwhyBeside(args: readonly string[]): Promise<CliRun> {
  const { NO_COLOR: _color, PKTWHY_LANG: _language, ...env } = process.env;
  const child = spawn(process.execPath, [inject("program"), ...args], { cwd: root, env });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (words: string) => {
      said[stream] += words;
    });
  const status = await new Promise<number | null>((done) => child.once("close", done));
  return { status, ...said };
}

// pktwhy run --host: captures on other hosts and here while a command runs, then explains all of it as one case. Each part
// is a pktwhy of its own: the one that captures here may be root, those that speak to other hosts and read what they gave
// are the caller.

import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UNUSABLE } from "../case/exit-status.ts";
import { formatOf } from "../case/report-writer.ts";
import { temporaryDirectory } from "../case/temporary-directory.ts";
import { usageError } from "../case/usage-error.ts";
import { identityToBecome } from "../live/privileges.ts";
import type { RunOptions } from "../live/run/run.ts";
import { isHostName } from "../model/host.ts";
import { type Language, text } from "../model/text.ts";
import { ownCommand } from "../tool-environment.ts";
import { type AskedHosts, parseHosts } from "./collect.ts";
import type { Remote } from "./remotes.ts";

export interface RunWithHosts extends RunOptions, AskedHosts {
  readonly remote: Remote;
}

/** Runs it; the exit status is that of the report. */
export async function runWithHosts(argv: readonly string[], options: RunWithHosts, language: Language): Promise<void> {
  if (options.since !== undefined) throw notTogether("--since");
  const names = parseHosts(options).map(({ name }) => name);
  const own = ownName(names);
  const kept = options.write === undefined ? null : options.write.replace(/\/+$/, "") || "/";
  const path = kept ?? temporary();
  // Ctrl-C is for the command that is watched: what came of it is told afterwards.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const say = ["--lang", language];
  try {
    const hosts = hostWords(options);
    const filter = options.filter === undefined ? ["--during", JSON.stringify(argv)] : ["--filter", options.filter];
    const collecting = asCaller([...say, "collect", ...hosts, "--beside", own, "-o", path, ...filter]);
    const isOver = ended(collecting);
    const begun = await Promise.race([
      new Promise<true>((begin) => collecting.once("message", () => begin(true))),
      isOver,
    ]);
    if (begun !== true) {
      process.exitCode = begun;
      return;
    }
    const local = spawn(...ourselves([...say, ...localWords(options, join(path, own)), "--", ...argv]), {
      stdio: ["inherit", isReportAlone(options) ? 2 : "inherit", "inherit"],
    });
    const status = await ended(local);
    // It ends as well where we are gone.
    collecting.disconnect();
    await isOver;
    if (status === UNUSABLE) process.exitCode = UNUSABLE;
    else process.exitCode = await ended(asCaller([...say, "explain", ...reportWords(options), path], "report"));
  } finally {
    if (kept === null) rmSync(path, { recursive: true, force: true });
  }
}

function hostWords({ host = [], pod = [], debugImage, remote }: RunWithHosts): string[] {
  return [
    ...host.flatMap((one) => ["--host", one]),
    ...pod.flatMap((one) => ["--pod", one]),
    ...(debugImage === undefined ? [] : ["--debug-image", debugImage]),
    ...["--remote", remote],
  ];
}

// A report that a program reads stands alone on standard output.
function isReportAlone(options: RunOptions): boolean {
  return formatOf(options) !== "text" && options.output === undefined;
}

function localWords(options: RunOptions, path: string): string[] {
  return [
    "run",
    ...(options.quiet === true ? ["-q"] : []),
    ...(options.interface ?? []).flatMap((name) => ["-i", name]),
    ...(options.filter === undefined ? [] : ["--filter", options.filter]),
    ...(options.kernelEvents ? [] : ["--no-kernel-events"]),
    ...["--backend", options.backend, "-f", "json", "-o", "/dev/null", "-w", `${path}/`],
  ];
}

function reportWords(options: RunOptions): string[] {
  const { output, expect } = options;
  return [
    ...["-f", formatOf(options)],
    ...(output === undefined ? [] : ["-o", output]),
    ...(expect === undefined ? [] : ["--expect", expect]),
    ...(options.verbose === true ? ["-v"] : []),
    ...(options.quiet === true ? ["-q"] : []),
    ...(options.redact === true ? ["--redact"] : []),
    ...(options.why === true ? ["--why"] : []),
    ...(options.color ? [] : ["--no-color"]),
  ];
}

function ourselves(words: readonly string[]): [string, string[]] {
  const [file, ...own] = ownCommand();
  return [file, [...own, ...words]];
}

// Behind sudo it is the caller's ssh that is asked for, and the caller's rights with which files of others are read.
function asCaller(words: readonly string[], what: "collect" | "report" = "collect"): ChildProcess {
  const identity = identityToBecome();
  const [file, args] = ourselves(words);
  const become =
    identity?.kind === "caller"
      ? ["setpriv", `--reuid=${identity.uid}`, `--regid=${identity.gid}`, "--init-groups", "--"]
      : [];
  const [first = file, ...rest] = [...become, file, ...args];
  return what === "report"
    ? spawn(first, rest, { stdio: ["ignore", "inherit", "inherit"] })
    : spawn(first, rest, { stdio: ["ignore", "ignore", "inherit", "ipc"], detached: true });
}

// All that they print is our own output. A channel that this side closes lets no "close" come.
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(UNUSABLE));
    child.once("exit", (status) => resolve(status ?? UNUSABLE));
  });
}

function temporary(): string {
  const path = temporaryDirectory("pktwhy-hosts-");
  const identity = identityToBecome();
  if (identity?.kind === "caller") chownSync(path, identity.uid, identity.gid);
  return path;
}

// How this host is told beside the others.
function ownName(others: readonly string[]): string {
  const [short = ""] = hostname().split(".");
  const name = isHostName(short) ? short : "here";
  return [name, "here", "local", "localhost"].find((one) => !others.includes(one)) ?? "this-host";
}

function notTogether(option: string) {
  return usageError(
    option,
    text(`${option} and --host do not go together yet.`, `${option} 目前还不能与 --host 一起使用。`),
  );
}

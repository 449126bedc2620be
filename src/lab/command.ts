// Runs the system's tools with argument arrays, and says in words what a person can mend when they fail.

import { type ChildProcess, spawn } from "node:child_process";
import { ownValue } from "../model/own-value.ts";
import { ProblemError } from "../model/problem.ts";
import { text } from "../model/text.ts";
import { toolEnvironment } from "../tool-environment.ts";

/** A command that had to work did not. */
export class CommandFailed extends Error {
  readonly command: string;
  /** The first line of what it said. */
  readonly said: string;

  constructor({ argv, exitCode, stderr }: Finished, input: string | undefined) {
    const command = argv.join(" ");
    const fed = input === undefined ? "" : `\n${input}`;
    super(`${command} ended with status ${exitCode}: ${stderr.trim()}${fed}`);
    this.command = command;
    this.said = stderr.trim().split("\n")[0] ?? "";
  }
}

/** What a finished command said. */
export interface Finished {
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Both as they came, as a person at a terminal reads them. */
  readonly output: string;
}

/** A command of the lab that runs, and what will have become of it. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Environment of every tool: messages in English, and the directories where iproute2 and tcpdump live. */
const environment = toolEnvironment();

/** Children that run now; whoever ends this process early ends them too. */
export const children = new Set<ChildProcess>();

// As nsenter, and a shell in a namespace, say that a command is not there.
const NOT_FOUND = 127;
const NO_TOOL = /^nsenter: failed to execute (\S+): No such file|^sh: \d+: (\S+): not found$/m;

/** The words that make a command run in a namespace. */
export function inside(realName: string, argv: readonly string[]): string[] {
  return ["nsenter", `--net=/run/netns/${realName}`, "--", ...argv];
}

/** Starts a command; `input` goes to its standard input. */
export function start(argv: readonly string[], input?: string | Uint8Array, onStderr?: (all: string) => void): Running {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  children.add(child);
  const finished = new Promise<Finished>((resolve, reject) => {
    const stdout: Buffer[] = [];
    const both: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      both.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      both.push(chunk);
      onStderr?.(stderr);
    });
    child.on("error", (error) => {
      children.delete(child);
      reject("code" in error && error.code === "ENOENT" ? noTool(file) : error);
    });
    child.on("close", (exitCode) => {
      children.delete(child);
      const lacks = exitCode === NOT_FOUND ? NO_TOOL.exec(stderr)?.slice(1).find(Boolean) : undefined;
      if (lacks !== undefined) reject(noTool(lacks));
      const output = Buffer.concat(both).toString();
      resolve({ argv, exitCode, stdout: Buffer.concat(stdout), stderr, output });
    });
  });
  // Whoever awaits it hears of the fault; until then it must not count as unheard.
  finished.catch(() => {});
  // A command that ends without reading its input closes the pipe.
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  return { child, finished };
}

/** Runs a command that has to work. */
export async function must(argv: readonly string[], input?: string): Promise<Finished> {
  const done = await start(argv, input).finished;
  if (done.exitCode !== 0) throw failed(done, input);
  return done;
}

function failed(done: Finished, input: string | undefined): Error {
  const said = done.stderr.trim().split("\n")[0] ?? "";
  const command = done.argv.join(" ");
  if (/Operation not permitted|Permission denied|must be root/i.test(done.stderr)) {
    const problem = text(
      `The lab makes network namespaces and needs root: ${command} said "${said}". Run it with sudo.`,
      `实验环境要创建网络命名空间，需要 root：${command} 报告“${said}”。请用 sudo 运行。`,
    );
    return new ProblemError({ kind: "no-permission", severity: "error", place: command, text: problem });
  }
  const setting = /^tee: \/proc\/sys\/(\S+): No such file/m.exec(done.stderr)?.[1]?.replaceAll("/", ".");
  if (setting !== undefined) return lacksSetting(setting, command);
  return new CommandFailed(done, input);
}

function lacksSetting(setting: string, command: string): ProblemError {
  const bridged = setting.startsWith("net.bridge.");
  const mend = bridged
    ? text(
        " br_netfilter is not loaded, and loading it changes every bridge of this machine: sudo modprobe br_netfilter",
        "br_netfilter 没有加载；加载它会影响本机所有网桥：sudo modprobe br_netfilter",
      )
    : text("", "");
  return new ProblemError({
    kind: "no-setting",
    severity: "error",
    place: command,
    text: text(
      `This scenario sets ${setting}, which this machine's kernel does not have.${mend.en}`,
      `这个场景要设置 ${setting}，但本机内核没有这一项。${mend.zh}`,
    ),
  });
}

// Debian's packages, by tool.
const PACKAGES: Readonly<Record<string, string>> = {
  ip: "iproute2",
  bridge: "iproute2",
  tcpdump: "tcpdump",
  ping: "iputils-ping",
  nft: "nftables",
  nc: "netcat-openbsd",
  cat: "coreutils",
  tee: "coreutils",
  "iptables-nft-restore": "iptables",
  wg: "wireguard-tools",
  nsenter: "util-linux",
  setpriv: "util-linux",
};

function noTool(tool: string): ProblemError {
  const from = ownValue(PACKAGES, tool) ?? tool;
  return new ProblemError({
    kind: "no-tool",
    severity: "error",
    place: tool,
    text: text(
      `The lab needs ${tool}, which is not installed. Debian and Ubuntu: sudo apt install ${from}`,
      `实验环境需要 ${tool}，但它没有安装。Debian 和 Ubuntu：sudo apt install ${from}`,
    ),
  });
}

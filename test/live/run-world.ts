// Throw-away namespaces for the tests of live captures, and pktwhy as a process of its own inside or beside them.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Why live captures cannot be tested here; null where they can. With PKTWHY_REQUIRE_ALL=1 a reason is an error. */
export function whyNoCaptures(): string | null {
  const missing = ["tcpdump", "ip", "ping", "setpriv", "nsenter"].filter(
    (tool) => spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${tool}`]).status !== 0,
  );
  let reason: string | null = missing.length > 0 ? `no ${missing.join(", ")} here` : null;
  if (process.getuid?.() !== 0) reason = "live captures need root";
  if (reason === null) {
    const name = `pwliveprobe${process.pid}`;
    if (spawnSync("ip", ["netns", "add", name]).status !== 0) reason = "no namespaces here";
    else spawnSync("ip", ["netns", "del", name]);
  }
  if (reason === null) return null;
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

let worlds = 0;

/** A set of namespaces under short names, gone after `remove`. */
export class LiveWorld {
  readonly #names = new Map<string, string>();

  constructor(spaces: readonly string[]) {
    worlds++;
    for (const space of spaces) {
      const name = `pwlive${process.pid.toString(36)}x${worlds}${space}`;
      execFileSync("ip", ["netns", "add", name]);
      this.#names.set(space, name);
      this.run(space, "ip link set lo up", "sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
    }
  }

  name(space: string): string {
    const name = this.#names.get(space);
    if (name === undefined) throw new Error(`no namespace ${space} in this world`);
    return name;
  }

  /** Commands in a namespace; `{x}` stands for the real name of namespace x. */
  run(space: string, ...commands: readonly string[]): void {
    const words = commands.map((command) => command.replace(/\{(\w+)\}/g, (_, other: string) => this.name(other)));
    execFileSync("ip", ["netns", "exec", this.name(space), "sh", "-ec", words.join("\n")], { stdio: "pipe" });
  }

  remove(): void {
    for (const name of this.#names.values()) spawnSync("ip", ["netns", "del", name]);
  }
}

/** net0:veth0 10.7.0.1 - net1:veth1 10.7.0.2 */
export function twoNamespaces(): LiveWorld {
  const world = new LiveWorld(["a", "b"]);
  world.run(
    "a",
    "ip link add veth0 type veth peer name veth1 netns {b}",
    "ip addr add 10.7.0.1/24 dev veth0",
    "ip link set veth0 up",
  );
  world.run("b", "ip addr add 10.7.0.2/24 dev veth1", "ip link set veth1 up");
  return world;
}

/** How a pktwhy went. */
export interface Done {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A pktwhy under way. */
export interface RunningPktwhy {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
  /** Fulfilled once either stream has said this. */
  said(what: RegExp): Promise<void>;
}

/** Starts `pktwhy ARGS`, in a namespace where one is named, `through` other words that run a command. */
export function startPktwhy(
  args: readonly string[],
  how: {
    readonly inside?: string;
    readonly env?: Record<string, string>;
    readonly through?: readonly string[];
  } = {},
): RunningPktwhy {
  const { NO_COLOR: _color, PKTWHY_LANG: _language, SUDO_UID: _uid, ...env } = process.env;
  const enter = how.inside === undefined ? [] : ["nsenter", `--net=/run/netns/${how.inside}`, "--"];
  const [file = "", ...rest] = [...(how.through ?? []), ...enter, process.execPath, inject("program"), ...args];
  const child = spawn(file, rest, { cwd: root, env: { ...env, ...how.env }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  const waiting: { what: RegExp; heard: () => void }[] = [];
  const look = () => {
    for (const one of waiting) if (one.what.test(stdout) || one.what.test(stderr)) one.heard();
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    look();
  });
  const done = new Promise<Done>((resolve) => {
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    done,
    said: (what) =>
      Promise.race([
        new Promise<void>((heard) => {
          waiting.push({ what, heard });
          look();
        }),
        done.then((end) => {
          if (what.test(end.stdout) || what.test(end.stderr)) return;
          throw new Error(`pktwhy ended before it said ${what}: ${end.stdout}${end.stderr}`);
        }),
      ]),
  };
}

/** Runs `pktwhy ARGS` to its end. */
export function pktwhyLive(args: readonly string[], how: Parameters<typeof startPktwhy>[1] = {}): Promise<Done> {
  return startPktwhy(args, how).done;
}

/** PIDs of all processes below this one, by what they run. */
export function descendants(pid: number): { pid: number; words: string }[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // Gone while we looked.
    }
  }
  const below = [pid];
  for (const one of below) for (const [child, parent] of parents) if (parent === one) below.push(child);
  return below.slice(1).map((one) => ({ pid: one, words: wordsOf(one) }));
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
  } catch {
    return "";
  }
}

/** Whether the process still runs (a dead one that is not yet reaped does not). */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "");
  } catch {
    return false;
  }
}

/** Waits until the condition holds; throws after that many seconds. */
export async function until(condition: () => boolean, seconds: number, what: string): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

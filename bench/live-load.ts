// Two namespaces joined by a veth pair, and a bounded flood of small UDP packets from one to the other.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const SENDER = join(import.meta.dirname, "live-sender.ts");
const PORT = "9000";

/** What the sender of a flood did. */
export interface Flood {
  readonly sent: number;
  readonly seconds: number;
}

/** A flood that waits for its start. */
export interface ReadyFlood {
  readonly pid: number;
  /** Starts it; fulfilled at its end. */
  start(): Promise<Flood>;
}

/** net A, veth0 10.7.0.1 - net B, veth1 10.7.0.2; everything is gone after `remove`. */
export class LoadWorld {
  readonly a: string;
  readonly b: string;
  readonly source = "10.7.0.1";
  readonly target = "10.7.0.2";
  readonly #children: ChildProcess[] = [];

  constructor(name: string) {
    [this.a, this.b] = [`${name}a`, `${name}b`];
    try {
      for (const space of [this.a, this.b]) {
        ip("netns", "add", space);
        inside(space, "ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
      }
      inside(
        this.a,
        `ip link add veth0 type veth peer name veth1 netns ${this.b}; ip addr add ${this.source}/24 dev veth0; ip link set veth0 up`,
      );
      inside(this.b, `ip addr add ${this.target}/24 dev veth1; ip link set veth1 up`);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Prepares a flood from A to B; it ends after that many seconds, or after five. */
  async flood(rate: number, seconds: number): Promise<ReadyFlood> {
    await said(this.#child(this.b, ["take", this.target, PORT]), /ready/);
    const sender = this.#child(this.a, ["send", this.target, PORT, String(rate), String(seconds)]);
    await said(sender, /ready/);
    return {
      pid: sender.pid as number,
      start: async () => {
        const end = said(sender, /\{.*\}/);
        sender.stdin?.write("go\n");
        return JSON.parse(await end) as Flood;
      },
    };
  }

  /** Runs commands of the shell in a namespace. */
  inside(space: "a" | "b", commands: string): void {
    inside(this[space], commands);
  }

  /** Ends what still runs here. */
  calm(): void {
    for (const child of this.#children.splice(0)) child.kill("SIGKILL");
  }

  remove(): void {
    this.calm();
    for (const space of [this.a, this.b]) spawnSync("ip", ["netns", "del", space], { stdio: "ignore" });
  }

  #child(space: string, words: readonly string[]): ChildProcess {
    const argv = [`--net=/run/netns/${space}`, "--", process.execPath, "--import", "tsx", SENDER, ...words];
    // Dies with us, whatever happens to us.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", "nsenter", ...argv], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#children.push(child);
    return child;
  }
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}

function inside(space: string, commands: string): void {
  ip("netns", "exec", space, "sh", "-ec", commands);
}

/** Fulfilled with what matches in the child's output once it does; rejected where the child ends without. */
function said(child: ChildProcess, what: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      words += chunk;
      const found = what.exec(words)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("error", reject);
    child.once("close", (status) => reject(new Error(`the sender ended with ${status}: ${words}`)));
  });
}

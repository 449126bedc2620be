// Throw-away namespaces for the tests that hold predictions against the running kernel: built, looked at, pinged, removed.

import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import type { Ipv4 } from "../../src/model/address.ts";
import { formatIpv4, parseIpv4 } from "../../src/model/address.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Attempt, Heard } from "../../src/model/trace.ts";
import { collectState } from "../../src/system/collect.ts";
import { parseState } from "../../src/system/parse.ts";

/** Whether namespaces can be made here. */
export function canBuild(): boolean {
  if (process.getuid?.() !== 0) return false;
  const name = `pwprt${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]).status === 0;
  if (made) spawnSync("ip", ["netns", "del", name]);
  return made && spawnSync("ping", ["-V"]).status === 0;
}

/** One ping as a story tells it. */
export interface PingStory {
  readonly from: string;
  readonly to: string;
  readonly bind?: string;
  readonly size?: number;
  readonly ttl?: number;
  readonly discovery?: "do" | "dont" | "want";
  readonly broadcast?: boolean;
  readonly mark?: number;
}

/** What ping got to hear first, and all it printed. */
interface Pinged {
  readonly heard: Heard | { readonly kind: "other" };
  readonly output: string;
}

const MUCH_PATIENCE = 10;

const run = promisify(execFile);

let worlds = 0;

/** A set of namespaces under short names (a, b, r…), gone after `remove`. */
export class World {
  private readonly names = new Map<string, string>();

  private constructor() {}

  static async of(spaces: readonly string[]): Promise<World> {
    const world = new World();
    const prefix = `pwpr${process.pid.toString(36)}x${(worlds++).toString(36)}`;
    try {
      for (const space of spaces) {
        await run("ip", ["netns", "add", `${prefix}${space}`]);
        world.names.set(space, `${prefix}${space}`);
      }
      await world.run(spaces.map((space) => `${space}: ip link set lo up`).join("\n"));
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  name(space: string): string {
    const name = this.names.get(space);
    if (name === undefined) throw new Error(`no namespace ${space} in this world`);
    return name;
  }

  /** Short name of a namespace key. */
  short(key: string): string {
    return [...this.names].find(([, name]) => name === key)?.[0] ?? key;
  }

  /** Lines `SPACE: command`; `{x}` in a command stands for namespace x. */
  async run(script: string): Promise<void> {
    const commands = script
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [, space = "", command = ""] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
        const words = command.replace(/\{(\w+)\}/g, (_, other: string) => this.name(other));
        return `ip netns exec ${this.name(space)} ${words}`;
      });
    if (commands.length > 0) await run("sh", ["-ec", commands.join("\n")]);
  }

  /** Makes ARP give up after 0.6 s instead of 3, so that a story takes a second. */
  async quicken(): Promise<void> {
    const script = "for f in /proc/sys/net/ipv4/neigh/*/retrans_time_ms; do echo 200 > $f; done";
    for (const name of this.names.values()) await run("ip", ["netns", "exec", name, "sh", "-c", script]);
  }

  async state(): Promise<SystemState> {
    const file = await collectState({ namespaces: [...this.names.values()], current: false });
    return parseState(JSON.parse(JSON.stringify(file)), "live").state;
  }

  attempt(ping: PingStory): Attempt {
    const bound = ping.bind === undefined ? null : parseIpv4(ping.bind);
    const discovery = ping.discovery ?? "want";
    return {
      netns: this.name(ping.from),
      destination: parseIpv4(ping.to) as Ipv4,
      source: bound,
      outInterface: ping.bind !== undefined && bound === null ? ping.bind : null,
      ttl: ping.ttl ?? null,
      length: (ping.size ?? 56) + 28,
      dontFragment: discovery === "do",
      pathMtuDiscovery: discovery,
      broadcastAllowed: ping.broadcast ?? false,
      mark: ping.mark ?? 0,
      origin: "command",
    };
  }

  /** Pings, and once more with patience where only silence came and something else was foretold: on a busy machine the
   * kernel may answer after ping has gone. */
  async pingUntil(ping: PingStory, foretold: Heard | undefined, patience = 1): Promise<Pinged> {
    const first = await this.ping(ping, patience);
    if (first.heard.kind !== "nothing" || foretold?.kind === "nothing") return first;
    return this.ping(ping, MUCH_PATIENCE);
  }

  /** Really pings, and says what ping got to hear first; it waits so many seconds for what never comes. */
  async ping(ping: PingStory, patience = 1): Promise<Pinged> {
    const args = ["netns", "exec", this.name(ping.from), "ping", "-n", "-c", "2", "-i", "0.4", "-W", String(patience)];
    if (ping.bind !== undefined) args.push("-I", ping.bind);
    if (ping.size !== undefined) args.push("-s", String(ping.size));
    if (ping.ttl !== undefined) args.push("-t", String(ping.ttl));
    if (ping.discovery !== undefined) args.push("-M", ping.discovery);
    if (ping.broadcast) args.push("-b");
    if (ping.mark !== undefined) args.push("-m", String(ping.mark));
    // A ping that hears nothing ends with status 1, which is an answer too.
    const done = await run("ip", [...args, ping.to], {
      timeout: 60_000,
      env: { ...process.env, LC_ALL: "C" },
    }).catch((error: { stdout: string; stderr: string }) => error);
    const output = `${done.stdout}${done.stderr}`;
    return { heard: heardBy(output), output };
  }

  async remove(): Promise<void> {
    for (const name of this.names.values()) await run("ip", ["netns", "del", name]);
  }
}

const ERRNO: Readonly<Record<string, string>> = {
  "Network is unreachable": "ENETUNREACH",
  "No route to host": "EHOSTUNREACH",
  "Invalid argument": "EINVAL",
  "Cannot assign requested address": "EADDRNOTAVAIL",
  "No buffer space available": "ENOBUFS",
  "Operation not permitted": "EPERM",
  "message too long": "EMSGSIZE",
};
const ICMP: Readonly<Record<string, readonly [number, number]>> = {
  "Destination Net Unreachable": [3, 0],
  "Destination Host Unreachable": [3, 1],
  "Destination Protocol Unreachable": [3, 2],
  "Destination Port Unreachable": [3, 3],
  "Frag needed and DF set": [3, 4],
  "Destination Net Prohibited": [3, 9],
  "Destination Host Prohibited": [3, 10],
  "Packet filtered": [3, 13],
  "Time to live exceeded": [11, 0],
};

/** What ping got to hear first, by what it printed. */
export function heardBy(output: string): Heard | { readonly kind: "other" } {
  // The first line counts: a path MTU that the first error told of lets the second echo pass.
  const reply = output.search(/bytes from/);
  const refusal = output.search(/^From (?!.*Redirect)/m);
  if (reply >= 0 && (refusal < 0 || reply < refusal)) return { kind: "reply" };
  const error = /^From (\S+?):? icmp_seq=\d+ (.+)$/m.exec(output.replace(/^From .*Redirect.*$/gm, ""));
  if (error) {
    const name = Object.keys(ICMP).find((n) => error[2]?.startsWith(n));
    const [type, code] = name === undefined ? [-1, -1] : (ICMP[name] as readonly [number, number]);
    return { kind: "icmp-error", from: parseIpv4(error[1] ?? "") ?? (0 as Ipv4), type, code };
  }
  if (/Do you want to ping broadcast/.test(output)) return { kind: "error", call: "connect", errno: "EACCES" };
  const called = /ping: (connect|bind|sendmsg|local error): (.+?)(, mtu=\d+)?$/m.exec(output);
  if (called)
    return {
      kind: "error",
      call: called[1] === "local error" ? "sendmsg" : (called[1] as "connect"),
      errno: ERRNO[called[2] ?? ""] ?? String(called[2]),
    };
  return /100% packet loss/.test(output) ? { kind: "nothing" } : { kind: "other" };
}

/** What this ping would print of what it hears: it keeps quiet about most errors of sendmsg. */
export function printed(heard: Heard | undefined): Heard | undefined {
  if (heard?.kind === "error" && heard.call === "sendmsg" && !["ENOBUFS", "EMSGSIZE"].includes(heard.errno))
    return { kind: "nothing" };
  return heard;
}

/** For messages: `reply`, `icmp-error 3/1 from 10.0.0.1`, `connect ENETUNREACH`. */
export function wordsOf(heard: Heard | { readonly kind: "other" } | undefined): string {
  if (heard === undefined) return "open";
  if (heard.kind === "icmp-error") return `icmp-error ${heard.type}/${heard.code} from ${formatIpv4(heard.from)}`;
  return heard.kind === "error" ? `${heard.call} ${heard.errno}` : heard.kind;
}

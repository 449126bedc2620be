// Asks this machine what it lets us do: rights, capture, kernel events, tools. Looks only; loads and mounts nothing.

import { execFile } from "node:child_process";
import { access, constants, open, readFile } from "node:fs/promises";
import { toolEnvironment } from "../tool-environment.ts";
import { findNamespaces } from "./collect-namespaces.ts";

/** What a tool said when it was asked. */
export interface ToolReply {
  /** 127 where it is not installed, 126 where it may not be run, TOO_SLOW where it gave no answer in time. */
  readonly status: number;
  /** Standard output and standard error. */
  readonly said: string;
}

/** The tools that are asked for their version. */
export const TOOLS = [
  "ip",
  "bridge",
  "tc",
  "nft",
  "iptables",
  "ping",
  "nstat",
  "nsenter",
  "setpriv",
  "tcpdump",
  "conntrack",
] as const;
export type Tool = (typeof TOOLS)[number];

/** Everything a judgement rests on. */
export interface DoctorFacts {
  readonly platform: string;
  readonly kernel: string | null;
  readonly uid: number | null;
  readonly groups: readonly number[];
  /** Effective capabilities as a bit set (CapEff); null where the kernel does not tell. */
  readonly capabilities: bigint | null;
  /** Lowest and highest group that may open an ICMP datagram socket; null where not told. */
  readonly pingGroups: readonly [number, number] | null;
  readonly tools: Readonly<Record<Tool, ToolReply>>;
  /** `tcpdump -p -L -i any`: opens a packet socket and lists its link types. */
  readonly linkTypes: ToolReply;
  /** `ip -j link`: the state is JSON. */
  readonly state: ToolReply;
  /** Entering our own network namespace takes the right that any other would. */
  readonly enter: ToolReply;
  /** Loads the `cap` package in a process of its own. */
  readonly addon: ToolReply;
  /** Network namespaces that can be seen, ours among them. */
  readonly namespaces: number;
  readonly tracing: TracingFacts;
}

/** What tracefs offers. */
interface TracingFacts {
  /** Where it is mounted and readable; null where it is not. */
  readonly directory: string | null;
  readonly supported: boolean;
  readonly mounted: boolean;
  /** Events that are there, as `group/name`. */
  readonly events: readonly string[];
  /** Whether `skb/kfree_skb` names the reason of a drop. */
  readonly reasons: boolean;
  readonly taiClock: boolean;
  /** Whether a trace buffer of our own may be made. */
  readonly instances: boolean;
}

/** Events that explanations can use. */
export const EVENTS = ["skb/kfree_skb", "net/net_dev_queue", "net/netif_receive_skb"] as const;

const VERSION_FLAGS: Readonly<Record<Tool, string>> = {
  ip: "-V",
  bridge: "-V",
  tc: "-V",
  nft: "--version",
  iptables: "--version",
  ping: "-V",
  nstat: "-V",
  nsenter: "--version",
  setpriv: "--version",
  tcpdump: "--version",
  conntrack: "--version",
};
// A busy or emulated machine takes seconds for what is usually a matter of milliseconds.
const PATIENCE_MS = 60_000;
/** As a shell ends. */
export const NOT_INSTALLED = 127;
export const NOT_PERMITTED = 126;
/** As `timeout` ends: the tool was stopped, which tells nothing of what it can do. */
export const TOO_SLOW = 124;

/** Collects the facts; `packageDirectory` is where an optional package of ours would be found from. */
export async function collectDoctor(packageDirectory: string): Promise<DoctorFacts> {
  const [status, kernel, groups, linkTypes, state, enter, addon, namespaces, tracing, tools] = await Promise.all([
    textOf("/proc/self/status"),
    textOf("/proc/sys/kernel/osrelease"),
    textOf("/proc/sys/net/ipv4/ping_group_range"),
    ask("tcpdump", ["-p", "-L", "-i", "any"]),
    ask("ip", ["-j", "link"]),
    ask("nsenter", ["--net=/proc/self/ns/net", "--", "true"]),
    ask(process.execPath, ["-e", "require('cap')"], packageDirectory),
    findNamespaces(),
    tracingFacts(),
    Promise.all(TOOLS.map(async (tool) => [tool, await ask(tool, [VERSION_FLAGS[tool]])] as const)),
  ]);
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? "")?.[1];
  const range = /^(\d+)\s+(\d+)/.exec(groups ?? "");
  const group = process.getegid?.();
  return {
    platform: process.platform,
    kernel: kernel?.trim() ?? null,
    uid: process.geteuid?.() ?? null,
    groups: [...(group === undefined ? [] : [group]), ...(process.getgroups?.() ?? [])],
    capabilities: effective === undefined ? null : BigInt(`0x${effective}`),
    pingGroups: range === null ? null : [Number(range[1]), Number(range[2])],
    tools: Object.fromEntries(tools) as Record<Tool, ToolReply>,
    linkTypes,
    state,
    enter,
    addon,
    namespaces: namespaces.length,
    tracing,
  };
}

async function tracingFacts(): Promise<TracingFacts> {
  const [filesystems, mounts] = await Promise.all([textOf("/proc/filesystems"), textOf("/proc/self/mounts")]);
  const supported = /\ttracefs$/m.test(filesystems ?? "");
  const places = [...(mounts ?? "").matchAll(/^\S+ (\S+) tracefs /gm)].map((match) => match[1] as string);
  for (const directory of places) {
    const events: string[] = [];
    for (const event of EVENTS) if (await readable(`${directory}/events/${event}/format`)) events.push(event);
    if (events.length === 0) continue;
    const [format, clocks] = await Promise.all([
      textOf(`${directory}/events/skb/kfree_skb/format`),
      textOf(`${directory}/trace_clock`),
    ]);
    const reasons = /\bfield:[^;]*\breason;/.test(format ?? "");
    const instances = await writable(`${directory}/instances`);
    return { directory, supported, mounted: true, events, reasons, taiClock: /\btai\b/.test(clocks ?? ""), instances };
  }
  const none = { events: [], reasons: false, taiClock: false, instances: false };
  return { directory: null, supported, mounted: places.length > 0, ...none };
}

async function readable(path: string): Promise<boolean> {
  try {
    await (await open(path, "r")).close();
    return true;
  } catch {
    return false;
  }
}

async function writable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}

function ask(file: string, args: readonly string[], cwd?: string): Promise<ToolReply> {
  const settings = { env: toolEnvironment(), timeout: PATIENCE_MS, encoding: "utf8" as const };
  return new Promise<ToolReply>((resolve, reject) => {
    // Throws at once where the program has a file capability that this process may not gain (EPERM).
    execFile(file, args, cwd === undefined ? settings : { ...settings, cwd }, (error, stdout, stderr) => {
      if (error?.killed) resolve({ status: TOO_SLOW, said: "" });
      else if (typeof (error?.code ?? 0) === "number")
        resolve({ status: Number(error?.code ?? 0), said: `${stdout}${stderr}`.trim() || (error?.message ?? "") });
      else reject(error);
    });
  }).catch((error: NodeJS.ErrnoException) =>
    // Also where the search met a directory that may not be read.
    error.code === "ENOENT" || error.code === "EACCES"
      ? { status: NOT_INSTALLED, said: "" }
      : { status: error.code === "EPERM" ? NOT_PERMITTED : 1, said: error.message },
  );
}

// The kernel's own words of what changes in a namespace: `ip monitor`, and `nft monitor` where nothing need be loaded for
// it. What they leave open (rules of iptables, sets, nexthops) is read again at once, what they never tell from time to time.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, insideDyingWithParent } from "../capture/tcpdump.ts";
import { readIpLine } from "../case/moments/ip-line.ts";
import { isUnreadNft } from "../case/moments/nft-line.ts";
import { now } from "../clock.ts";
import { ownValue } from "../model/own-value.ts";
import { formatTime } from "../model/time.ts";
import { changedParts } from "../system/changed-parts.ts";
import { collectNamespace, type NamespaceTarget } from "../system/collect.ts";
import { modulesThere } from "../system/collect-modules.ts";
import type { NamespaceFile, StateFile, TimedChange } from "../system/state-file.ts";

/** Hears of each change as it is told. */
export type OnChange = (netns: string, change: TimedChange, read?: NamespaceFile) => void;

// Two processes each.
const MOST_MONITORED = 32;
// A routing daemon can change thousands of lines a second.
const MOST_KEPT = 20_000;
const READY_MS = 1500;
const LOOK_MS = 10;
// A script that writes rules is several events in a row.
const SETTLE_MS = 50;
const MOST_READ_AGAIN = 100;
const IP_OBJECTS = ["link", "address", "route", "rule", "neigh", "netconf"] as const;

/** The monitors of the namespaces that are captured. */
export class Monitors {
  readonly #watched: readonly Watched[];
  #stopped = false;

  private constructor(watched: readonly Watched[]) {
    this.#watched = watched;
  }

  /** Starts them; what changes after this returns is heard. */
  static async start(
    targets: readonly NamespaceTarget[],
    state: StateFile,
    onChange: OnChange = () => {},
  ): Promise<Monitors> {
    const { there } = await modulesThere();
    const withNft = there.split(" ").includes("nf_tables");
    const watched = targets
      .slice(0, MOST_MONITORED)
      .map(
        (target) => new Watched(target, ownValue(state.namespaces, target.key) ?? {}, state.takenAt, onChange, withNft),
      );
    const monitors = new Monitors(watched);
    await Promise.all(watched.map((one) => one.ready()));
    return monitors;
  }

  /** Reads all of them again. */
  async readAgain(): Promise<void> {
    await Promise.all(this.#watched.map((one) => one.readAgain()));
  }

  /** Ends them, and waits for what is being read. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await Promise.all(this.#watched.map((one) => one.stop()));
  }

  /** The state that was taken after it, with what they told until then. */
  into(after: StateFile): StateFile {
    const namespaces = new Map(Object.entries(after.namespaces));
    for (const { netns, kept, fault } of this.#watched) {
      const file = namespaces.get(netns);
      if (file === undefined) continue;
      const missing = fault === null ? {} : { missing: { ...file.missing, changes: fault } };
      namespaces.set(netns, { ...file, ...missing, changes: kept });
    }
    return { ...after, namespaces: Object.fromEntries(namespaces) };
  }
}

/** One namespace and its monitors. */
class Watched {
  readonly netns: string;
  readonly kept: TimedChange[] = [];
  /** Why not all that changed is kept. */
  fault: string | null = null;
  readonly #target: NamespaceTarget;
  readonly #onChange: OnChange;
  readonly #children: ChildProcess[] = [];
  /** What was read last, and when. */
  #read: NamespaceFile;
  #readAt: string;
  /** When something was told that only reading tells. */
  #unread: { since: string; at: string } | null = null;
  #reading: Promise<void> | null = null;
  #readings = 0;
  #stopped = false;

  constructor(target: NamespaceTarget, read: NamespaceFile, readAt: string, onChange: OnChange, withNft: boolean) {
    this.netns = target.key;
    this.#target = target;
    this.#read = read;
    this.#readAt = readAt;
    this.#onChange = onChange;
    this.#follow(["ip", "-ts", "-o", "-d", "monitor", "label", ...IP_OBJECTS, "nexthop"], (line) => this.#ipLine(line));
    if (withNft) this.#follow(["nft", "-j", "monitor"], (line) => this.#nftLine(line));
  }

  async ready(): Promise<void> {
    await Promise.all(this.#children.map((child) => sleeps(child)));
  }

  readAgain(): Promise<void> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const child of this.#children) child.kill();
    await this.#reading;
  }

  #follow(words: readonly string[], hear: (line: string) => void): void {
    const place = { netns: this.netns, path: this.#target.path, interface: null };
    const [file = "", ...args] = insideDyingWithParent(place, words);
    // Times are printed in the time zone of the environment.
    const env = { ...environment(), TZ: "UTC0" };
    const child = spawn(file, args, { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
    this.#children.push(child);
    let rest = "";
    let heard = false;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      heard = true;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
    child.on("error", () => this.#fail(`${words[0]} monitor could not be started`));
    child.on("exit", (status) => {
      if (this.#stopped || status === null) return;
      // Before iproute2 5.3 there were no nexthop objects.
      if (!heard && words.includes("nexthop")) this.#follow(words.slice(0, -1), hear);
      else this.#fail(`${words[0]} monitor ended with status ${status}`);
    });
  }

  #fail(why: string): void {
    this.fault ??= why;
  }

  #ipLine(text: string): void {
    const [, time, line] = /^\[(\S+)\] ?(.*)$/.exec(text) ?? [];
    if (time === undefined || line === undefined) {
      // ENOBUFS: the kernel had more to say than was read.
      if (/buffer/i.test(text)) this.#fail("ip monitor lost messages");
      return;
    }
    const told = readIpLine(line);
    if (told === null) return;
    const at = `${time}Z`;
    this.#keep({ at, by: "ip monitor", line });
    if (told.kind === "unread") this.#spoil(at);
  }

  #nftLine(line: string): void {
    if (!line.startsWith("{")) return;
    const at = formatTime(now());
    this.#keep({ at, by: "nft monitor", line });
    if (isUnreadNft(line)) this.#spoil(at);
  }

  #keep(change: TimedChange, read?: NamespaceFile): void {
    this.#onChange(this.netns, change, read);
    if (this.kept.length < MOST_KEPT) this.kept.push(change);
    else this.#fail(`more than ${MOST_KEPT} changes: the later ones are left out`);
  }

  #spoil(at: string): void {
    this.#unread = { since: this.#unread?.since ?? at, at };
    if (this.#reading !== null || this.#readings >= MOST_READ_AGAIN) return;
    this.#reading = sleep(SETTLE_MS)
      .then(() => this.#readNow())
      .finally(() => {
        this.#reading = null;
        if (this.#unread !== null && !this.#stopped) this.#spoil(this.#unread.at);
      });
  }

  async #readNow(): Promise<void> {
    if (this.#stopped) return;
    this.#readings++;
    const unread = this.#unread;
    this.#unread = null;
    const began = formatTime(now());
    const file = await collectNamespace(this.#target);
    // Of a namespace that cannot be read any more, the last reading stays.
    if (file.link === undefined) return;
    const read = changedParts(this.#read, file);
    const since = this.#readAt;
    [this.#read, this.#readAt] = [file, began];
    if (read === null) return;
    const when = unread === null ? { at: began, since } : { at: unread.at, since: unread.since };
    this.#keep({ ...when, by: "reading", read }, file);
  }
}

// It has subscribed once it sleeps in its own program; what comes before that is found by comparing states.
async function sleeps({ pid }: ChildProcess): Promise<void> {
  for (let waited = 0; pid !== undefined && waited < READY_MS; waited += LOOK_MS) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      if (/^\d+ \((?:ip|nft)\) S/.test(stat)) return;
    } catch {
      return;
    }
    await sleep(LOOK_MS);
  }
}

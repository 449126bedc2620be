// Follows the state of the namespaces that are watched: read once, and again whenever the kernel tells of a change.

import { type ChildProcess, spawn } from "node:child_process";
import { environment, insideDyingWithParent } from "../capture/tcpdump.ts";
import { collectNamespace, collectState, type NamespaceTarget } from "../system/collect.ts";
import type { NamespaceFile, StateFile } from "../system/state-file.ts";

// A link that goes down is several messages in a row.
const SETTLE_MS = 50;
// Not everything that changes is announced (accept_local, arp_ignore, firewall rules): few namespaces are read often.
const READ_AGAIN_MS = 5000;
const READ_MANY_AGAIN_MS = 30_000;
const MANY = 8;

/** Called with namespaces that were read again; `quiet` where they were not known before. */
export type OnState = (namespaces: Readonly<Record<string, NamespaceFile>>, quiet: boolean) => void;

/** Reads what is watched, and the namespaces beside it once, since whoever answers may sit there. */
export class StateFollower {
  readonly #watched: readonly NamespaceTarget[];
  readonly #monitors: ChildProcess[] = [];
  readonly #stale = new Set<string>();
  readonly #onState: OnState;
  #timer: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #reading: Promise<void> = Promise.resolve();
  #busy = false;
  #stopped = false;

  constructor(watched: readonly NamespaceTarget[], onState: OnState) {
    this.#watched = watched;
    this.#onState = onState;
  }

  /** Begins to follow; `beside` are read once. */
  follow(beside: readonly NamespaceTarget[]): void {
    for (const target of this.#watched) this.#monitor(target);
    const pause = this.#watched.length > MANY ? READ_MANY_AGAIN_MS : READ_AGAIN_MS;
    this.#again = setInterval(() => this.refresh(), pause);
    if (beside.length > 0) this.#run(() => this.#readBeside(beside));
  }

  /** Reads everything that is watched again, at once. */
  refresh(): void {
    for (const { key } of this.#watched) this.#spoil(key, 0);
  }

  /** Ends; waits for a reading under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#again !== null) clearInterval(this.#again);
    for (const monitor of this.#monitors) monitor.kill();
    await this.#reading;
  }

  #monitor(target: NamespaceTarget): void {
    const place = { netns: target.key, path: target.path, interface: null };
    const words = ["ip", "-o", "monitor", "link", "address", "route", "rule", "netconf"];
    const [file = "", ...args] = insideDyingWithParent(place, words);
    const child = spawn(file, args, { env: environment(), detached: true, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.on("data", () => this.#spoil(target.key, SETTLE_MS));
    // Without it the state is still read again from time to time.
    child.on("error", () => {});
    this.#monitors.push(child);
  }

  #spoil(netns: string, delay: number): void {
    if (this.#stopped) return;
    this.#stale.add(netns);
    if (this.#busy || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#run(() => this.#readStale());
    }, delay);
  }

  // One reading at a time; what changes meanwhile is read next.
  #run(read: () => Promise<void>): void {
    this.#busy = true;
    this.#reading = read()
      .then(() => this.#readStale())
      .finally(() => {
        this.#busy = false;
      });
  }

  async #readStale(): Promise<void> {
    while (this.#stale.size > 0 && !this.#stopped) {
      const targets = this.#watched.filter((target) => this.#stale.has(target.key));
      this.#stale.clear();
      const read = await Promise.all(
        targets.map(async (target) => [target.key, await collectNamespace(target)] as const),
      );
      this.#tell(Object.fromEntries(read), false);
    }
  }

  // A machine may hold hundreds: what changes where we watch is read in between.
  async #readBeside(beside: readonly NamespaceTarget[]): Promise<void> {
    for (let at = 0; at < beside.length && !this.#stopped; at += MANY) {
      const { namespaces } = await readNamespaces(beside.slice(at, at + MANY));
      this.#tell(namespaces, true);
      await this.#readStale();
    }
  }

  // Of a namespace that cannot be read any more, the last reading stays.
  #tell(namespaces: Readonly<Record<string, NamespaceFile>>, quiet: boolean): void {
    const readable = Object.entries(namespaces).filter(([, file]) => file.link !== undefined);
    if (readable.length > 0 && !this.#stopped) this.#onState(Object.fromEntries(readable), quiet);
  }
}

/** The state of these namespaces. */
export function readNamespaces(targets: readonly NamespaceTarget[]): Promise<StateFile> {
  return collectState({
    namespaces: targets.map((target) => target.key).filter((key) => key !== ""),
    current: targets.some((target) => target.key === ""),
  });
}

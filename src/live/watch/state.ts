// Follows the state of what is watched: by the monitors, by reading again from time to time, and once beside it.

import type { NamespaceTarget } from "../../system/collect.ts";
import { collectState } from "../../system/collect.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";
import { Monitors, type OnChange } from "../monitors.ts";

// Not everything that changes is announced (accept_local, arp_ignore, legacy iptables): few namespaces are read often.
const READ_AGAIN_MS = 5000;
const READ_MANY_AGAIN_MS = 30_000;
const MANY = 8;

/** Who hears of what is found. */
interface Hears {
  /** A change where is watched. */
  readonly change: OnChange;
  /** Namespaces beside it that are known from now on. */
  readonly beside: (namespaces: Readonly<Record<string, NamespaceFile>>) => void;
}

/** Reads what is watched, and the namespaces beside it once, since whoever answers may sit there. */
export class StateFollower {
  readonly #watched: readonly NamespaceTarget[];
  #monitors: Monitors | null = null;
  #again: NodeJS.Timeout | null = null;
  #beside: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(watched: readonly NamespaceTarget[]) {
    this.#watched = watched;
  }

  /** Begins to follow; `beside` are read once. What changes after this returns is heard. */
  async follow(beside: readonly NamespaceTarget[], state: StateFile, hears: Hears): Promise<void> {
    this.#monitors = await Monitors.start(this.#watched, state, hears.change);
    const pause = this.#watched.length > MANY ? READ_MANY_AGAIN_MS : READ_AGAIN_MS;
    this.#again = setInterval(() => this.refresh(), pause);
    if (beside.length > 0) this.#beside = this.#readBeside(beside, hears);
  }

  /** Reads everything that is watched again, at once. */
  refresh(): void {
    if (!this.#stopped) void this.#monitors?.readAgain();
  }

  /** Ends; waits for a reading under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#again !== null) clearInterval(this.#again);
    await this.#monitors?.stop();
    await this.#beside;
  }

  /** The state that was taken after it, with what changed until then. */
  into(after: StateFile): StateFile {
    return this.#monitors?.into(after) ?? after;
  }

  // A machine may hold hundreds: what changes where we watch is read in between.
  async #readBeside(beside: readonly NamespaceTarget[], hears: Hears): Promise<void> {
    for (let at = 0; at < beside.length && !this.#stopped; at += MANY) {
      const { namespaces } = await readNamespaces(beside.slice(at, at + MANY));
      const readable = Object.entries(namespaces).filter(([, file]) => file.link !== undefined);
      if (readable.length > 0 && !this.#stopped) hears.beside(Object.fromEntries(readable));
    }
  }
}

/** The state of these namespaces. */
export function readNamespaces(targets: readonly NamespaceTarget[]): Promise<StateFile> {
  return collectState({
    namespaces: targets.map((target) => target.key).filter((key) => key !== ""),
    current: targets.some((target) => target.key === ""),
  });
}

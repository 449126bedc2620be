// The states that a case went through: the one before, and one for each change that was told, with its time.

import { formatMac } from "../../model/address.ts";
import type { Moment } from "../../model/moment.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Link, Neighbour, StateChange, SystemState } from "../../model/system-state.ts";
import { MILLISECOND, type Nanoseconds } from "../../model/time.ts";
import { readIpLine } from "./ip-line.ts";
import { replayed } from "./replay.ts";

// A link that goes down is a burst of messages, and so is a script that configures one.
const BURST = 30n * MILLISECOND;
/** A routing daemon or a storm of flaps must not fill the memory: what comes later is one moment. */
const MOST = 128;

/** Collects the moments of a case in order of time. */
export class MomentLine {
  readonly #moments: Mutable<Moment>[];
  /** With what makes no moment of its own: what a host has learned meanwhile did not hold before. */
  #now: SystemState;

  constructor(first: SystemState) {
    this.#moments = [{ from: null, surely: null, state: first, told: [] }];
    this.#now = first;
  }

  /** The moments so far, the first one is the state before. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  /** The state as it is now. */
  get state(): SystemState {
    return this.#now;
  }

  /** A namespace that was read only later stands as it was read then, in all moments. */
  learn(state: SystemState): void {
    for (const moment of this.#moments) {
      const namespaces = new Map([...state.namespaces, ...moment.state.namespaces]);
      moment.state = { ...moment.state, namespaces };
    }
    this.#now = { ...this.#now, namespaces: new Map([...state.namespaces, ...this.#now.namespaces]) };
  }

  /** Makes a change; false where it says nothing that a ping may meet. */
  add(change: StateChange): boolean {
    const last = this.#moments.at(-1) as Mutable<Moment>;
    const before = this.#now;
    const state = replayed(before, change);
    if (state === before) return false;
    this.#now = state;
    if (!matters(before, change)) return false;
    const { netns, by, line, at, since } = change;
    const told = { netns, by, line };
    const inBurst = last.surely !== null && at - last.surely <= BURST && since >= (last.from as Nanoseconds);
    if (inBurst || this.#moments.length >= MOST) {
      last.state = state;
      last.surely = at;
      last.told = [...last.told, told];
    } else this.#moments.push({ from: since, surely: at, state, told: [told] });
    return true;
  }

  /** Number of the moment at this time. */
  at(time: Nanoseconds): number {
    return Math.max(
      0,
      this.#moments.findLastIndex(({ from }) => from === null || from <= time),
    );
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** All moments of a case, by what was told until the state after was taken; null where nobody listened. */
export function momentsOf(before: SystemState, after: SystemState | null): MomentLine | null {
  if (after?.changes === undefined) return null;
  const line = new MomentLine(before);
  for (const change of after.changes) line.add(change);
  return line;
}

// How fresh a neighbour's entry is changes by the second, and a link's line is told again for each of its queues.
function matters(before: SystemState, change: StateChange): boolean {
  if (change.by !== "ip monitor") return true;
  const told = readIpLine(change.line ?? "");
  const ns = before.namespaces.get(change.netns);
  if (told?.kind === "link") {
    const was = ns?.links?.find(({ index }) => index === told.link.index);
    return was === undefined || told.gone || linkKey(was) !== linkKey(told.link);
  }
  if (told?.kind !== "neighbour") return told !== null;
  const was = ns?.neighbours?.find(
    (one) => one.interface === told.entry.interface && one.address === told.entry.address,
  );
  if (isTyped(told.entry) || (was !== undefined && isTyped(was))) return true;
  return was !== undefined && was.mac !== null && told.entry.mac !== null && was.mac !== told.entry.mac;
}

function linkKey(link: Link): string {
  const { flags, mtu, mac, master, name, slaveData, xdp } = link;
  const port = ["state", "isolated", "locked", "flood", "bcast_flood", "learning", "hairpin", "neigh_suppress"];
  const up = ["UP", "LOWER_UP", "NOARP"].map((flag) => flags.has(flag));
  return JSON.stringify([
    up,
    mtu,
    mac === null ? null : formatMac(mac),
    master,
    name,
    xdp,
    port.map((one) => ownValue(slaveData, one)),
  ]);
}

function isTyped({ states }: Neighbour): boolean {
  return states.has("PERMANENT");
}

// A trace buffer of our own (`instances/` of tracefs): made, set up and removed without a touch to anybody else's tracing.

import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Untraced } from "./event.ts";
import { isGone, ownTag } from "./read-owner.ts";

const NAME = /^pktwhy-(\d+)\.(\d+)\.(\d+)\.\d+$/;
// In all, whatever the number of CPUs; 10,000 events a second are about 0.6 MB in the buffer.
const BUFFER_KB = 8192;
const LEAST_KB = 64;
const MOST_KB = 1024;
// A filter is at most a page long.
const LONGEST_FILTER = 4000;
const IPV4_AND_ARP = "protocol == 2048 || protocol == 2054";
// NO_SOCKET among them: it comes with every good echo reply and therefore says nothing.
const OF_SOCKETS = /^(?:TCP|UDP|UNIX|SOCKET|NO_SOCKET)/;
// Of those, what is no ordinary end of a packet: a full buffer or queue, a filter, a checksum.
const TELLING = /^(?:SOCKET_RCVBUFF|SOCKET_FILTER|TCP_CSUM|UDP_CSUM|TCP_LISTEN_OVERFLOW)$/;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The events that show what a packet passed. */
const PASSINGS = ["net/net_dev_queue", "net/netif_receive_skb"] as const;
const DROPS = "skb/kfree_skb";

/** Where tracefs is mounted and its instances may be made, or why they may not. */
export function findTracefs(): string | { readonly because: Untraced } {
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  if (!/\ttracefs$/m.test(read("/proc/filesystems"))) return { because: "no-tracefs" };
  const places = [...read("/proc/self/mounts").matchAll(/^\S+ (\S+) tracefs /gm)].map((match) => match[1] as string);
  if (places.length === 0) return { because: "not-mounted" };
  for (const place of places) {
    try {
      accessSync(join(place, "instances"), constants.W_OK | constants.X_OK);
      return place;
    } catch {
      // Another mount of it may let us.
    }
  }
  return { because: "no-permission" };
}

/** Removes the buffers of processes that are gone; returns their names. */
export function sweepInstances(tracefs: string): string[] {
  const gone: string[] = [];
  try {
    for (const name of readdirSync(join(tracefs, "instances"))) {
      const match = NAME.exec(name);
      if (match === null) continue;
      const [pid, started, pidNamespace] = match.slice(1).map(Number) as [number, number, number];
      if (!isGone({ pid, started, pidNamespace })) continue;
      if (removed(join(tracefs, "instances", name))) gone.push(name);
    }
  } catch {
    // Nothing to see here: nothing to sweep.
  }
  return gone;
}

let made = 0;
const standing = new Set<Instance>();

/** One buffer. Removed when this process ends, however it ends short of SIGKILL. */
export class Instance {
  readonly #directory: string;
  #beforeRemoval: () => void = () => {};

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes an empty buffer that traces nothing yet; null where the kernel refuses. */
  static make(tracefs: string): Instance | null {
    made++;
    const instance = new Instance(join(tracefs, "instances", `pktwhy-${ownTag()}.${made}`));
    if (standing.size === 0) {
      process.on("exit", removeAll);
      for (const signal of SIGNALS) process.on(signal, onSignal);
    }
    standing.add(instance);
    try {
      mkdirSync(instance.#directory);
      const cpus = readdirSync(join(instance.#directory, "per_cpu")).length;
      const each = Math.min(MOST_KB, Math.max(LEAST_KB, Math.floor(BUFFER_KB / Math.max(1, cpus))));
      instance.write("buffer_size_kb", String(each));
      return instance;
    } catch {
      instance.remove();
      return null;
    }
  }

  path(file: string): string {
    return join(this.#directory, file);
  }

  write(file: string, words: string): void {
    writeFileSync(this.path(file), words);
  }

  /** Hears that the buffer goes, so that nothing holds it. */
  beforeRemoval(release: () => void): void {
    this.#beforeRemoval = release;
  }

  /** Traces drops of IPv4 and ARP from now on, as far as they can be ICMP's; false where the kernel has no such event. */
  traceDrops(): boolean {
    try {
      try {
        this.write(`events/${DROPS}/filter`, `(${IPV4_AND_ARP})${this.#notOfSockets()}`);
      } catch {
        this.write(`events/${DROPS}/filter`, IPV4_AND_ARP);
      }
      this.write(`events/${DROPS}/enable`, "1");
      return true;
    } catch {
      return false;
    }
  }

  // A flood of UDP to a port that nobody listens at makes a drop of each packet. The format tells this kernel's numbers.
  #notOfSockets(): string {
    const format = readFileSync(this.path(`events/${DROPS}/format`), "latin1");
    return [...format.matchAll(/\{ (\d+), "(\w+)" \}/g)]
      .filter(([, , name = ""]) => OF_SOCKETS.test(name) && !TELLING.test(name))
      .map(([, value]) => ` && reason != ${value}`)
      .join("");
  }

  /** Traces what passes these interfaces; false where that cannot be limited to them. */
  tracePassings(interfaces: readonly string[]): boolean {
    const filter = interfaces.map((name) => `name == "${name}"`).join(" || ");
    // A quote cannot be escaped in a filter.
    if (interfaces.length === 0 || filter.length > LONGEST_FILTER || interfaces.some((name) => /["\\]/.test(name)))
      return false;
    try {
      for (const event of PASSINGS) this.write(`events/${event}/filter`, filter);
      for (const event of PASSINGS) this.write(`events/${event}/enable`, "1");
      return true;
    } catch {
      return false;
    }
  }

  /** Traces nothing from now on; what was traced can still be read. */
  cease(): void {
    this.#writeIfThere("tracing_on", "0");
  }

  /** Goes on with drops alone. */
  stopPassings(): void {
    for (const event of PASSINGS) this.#writeIfThere(`events/${event}/enable`, "0");
  }

  // Somebody may have removed the buffer, or unmounted tracefs: the run goes on without it.
  #writeIfThere(file: string, words: string): void {
    try {
      this.write(file, words);
    } catch {
      // Then nothing is traced either.
    }
  }

  /** Removes the buffer and what it traces. */
  remove(): void {
    if (!standing.delete(this)) return;
    if (standing.size === 0) {
      process.off("exit", removeAll);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    }
    this.#beforeRemoval();
    removed(this.#directory);
  }
}

// rmdir disables its events; it is refused while somebody has one of its files open.
function removed(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function removeAll(): void {
  for (const instance of [...standing]) instance.remove();
}

function onSignal(signal: NodeJS.Signals): void {
  // Where somebody else listens, it is for them to decide whether this is the end.
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.kill(process.pid, signal);
}

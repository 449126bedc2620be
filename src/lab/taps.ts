// One tcpdump for each interface of a run: all ready before the first packet, each read to its end.

import { inside, type Running, start } from "./command.ts";
import { drained, lastCounts } from "./drained.ts";

/** An interface to capture at. */
export interface TapPlace {
  readonly realName: string;
  readonly netns: string;
  readonly interface: string;
}

/** What was captured at an interface. */
export interface Tap {
  readonly netns: string;
  readonly interface: string;
  /** A whole pcap file. */
  readonly bytes: Uint8Array;
  /** Packets, by tcpdump's own words. */
  readonly captured: number;
}

const FILTER = "arp or icmp";
const WITH_PORTS = `${FILTER} or tcp or udp`;
const READY_MS = 10_000;

/** Captures that run. */
export interface OpenTaps {
  /** Ends them and gives what they saw. */
  close(): Promise<readonly Tap[]>;
  /** Ends those that still run, whatever they saw. */
  abandon(): Promise<void>;
}

/** Starts the captures and waits until each of them listens; `withPorts`: TCP and UDP are what it is about. */
export async function openTaps(
  places: readonly TapPlace[],
  stamps: "micro" | "nano",
  withPorts = false,
): Promise<OpenTaps> {
  const running: Running[] = [];
  const abandon = async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await Promise.allSettled(running.map((tap) => tap.finished));
  };
  try {
    await Promise.all(places.map((place) => listening(tcpdump(place, stamps, withPorts), place, running)));
  } catch (error) {
    await abandon();
    throw error;
  }
  return { abandon, close: () => closeTaps(running, places) };
}

function listening(words: readonly string[], place: TapPlace, running: Running[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`tcpdump at ${place.interface} is not ready`)), READY_MS);
    const tap = start(words, undefined, (said) => {
      if (!said.includes("listening on")) return;
      clearTimeout(late);
      resolve();
    });
    running.push(tap);
    tap.finished
      .finally(() => clearTimeout(late))
      .then((done) => reject(new Error(`tcpdump at ${place.interface} ended: ${done.stderr.trim()}`)), reject);
  });
}

async function closeTaps(running: readonly Running[], places: readonly TapPlace[]): Promise<readonly Tap[]> {
  await Promise.all(running.map(({ child }) => drained(child)));
  for (const { child } of running) child.kill("SIGINT");
  const done = await Promise.all(running.map((tap) => tap.finished));
  return done.map((finished, index) => {
    const { netns, interface: name } = places[index] as TapPlace;
    const counts = lastCounts(finished.stderr);
    if (counts === null) throw new Error(`tcpdump did not say how much it saw: ${finished.stderr.trim()}`);
    const { captured, dropped } = counts;
    if (dropped !== 0) throw new Error(`${netns}:${name}: the kernel dropped ${dropped} packets from the capture`);
    return { netns, interface: name, bytes: finished.stdout, captured };
  });
}

// Without promiscuous mode, which would change what the kernel does. A change of user would clear the parent-death
// signal, and Debian's tcpdump changes it unless told not to.
function tcpdump(place: TapPlace, stamps: "micro" | "nano", withPorts: boolean): string[] {
  const options = [
    "-Z",
    "root",
    "-p",
    "-n",
    "-i",
    place.interface,
    "--immediate-mode",
    "-U",
    "-s",
    "2048",
    "-B",
    "4096",
  ];
  const words = ["tcpdump", ...options, `--time-stamp-precision=${stamps}`, "-w", "-", withPorts ? WITH_PORTS : FILTER];
  return ["setpriv", "--pdeathsig", "TERM", "--", ...inside(place.realName, words)];
}

// What a way to capture must be able to do; tcpdump is the default, the package `cap` the other.

import type { Readable, Stream } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { elapsedMs } from "../clock.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { fellBehind, tooManyPlaces } from "./faults.ts";

/** A namespace, or one interface in it, to capture at. */
export interface CapturePlace {
  /** Key of the namespace in the state; "" is the one pktwhy runs in. */
  readonly netns: string;
  /** What `nsenter --net=` takes; null is the namespace pktwhy runs in. */
  readonly path: string | null;
  /** Null captures the whole namespace, without destination MAC addresses but with directions. */
  readonly interface: string | null;
  /** What a backend opens that cannot take a whole namespace. */
  readonly interfaces?: readonly string[];
  /** Nobody asked for it by name: where it is gone by now, the others go on without it. */
  readonly optional?: boolean;
}

export interface CaptureSettings {
  /** In pcap's filter language; null takes every packet. */
  readonly filter: string | null;
  readonly snapLength: number;
}

/** How a capture ended. */
export interface CaptureEnd {
  /** Packets that found no room in the kernel's buffer; null is not known. */
  readonly dropped: number | null;
  /** Packets that were in that buffer when it ended, at most; null or absent is not known. */
  readonly unread?: number | null;
  /** Set where it ended before it was told to. */
  readonly problem: Problem | null;
}

/** A capture under way. */
export interface Capture {
  readonly place: CapturePlace;
  readonly pid: number | null;
  /** The savefile as it grows, where it was asked for with "pipe". */
  readonly bytes: Readable | null;
  /** Fulfilled once nothing that is sent from now on can be missed; rejected with a ProblemError. */
  readonly ready: Promise<void>;
  /** Never rejected. */
  readonly ended: Promise<CaptureEnd>;
  /** Whether it has taken everything the kernel holds for it; null where that cannot be known. */
  isDrained(): boolean | null;
  /** Asks it to end; `ended` tells when everything is written. */
  stop(): void;
  /** Ends it at once, whatever is lost. */
  kill(): void;
}

export interface CaptureBackend {
  readonly name: "tcpdump" | "cap";
  /** Who makes the time stamps. */
  readonly timeSource: "kernel" | "userspace";
  /** The most kernel memory that one capture needs. */
  readonly largestBufferKib: number;
  /** What a report must say of its limits. */
  readonly limits: readonly Problem[];
  /** Starts one; its savefile goes to `output`. `bufferKib` is its share of all kernel memory for captures. */
  start(place: CapturePlace, settings: CaptureSettings, bufferKib: number, output: Stream | "pipe"): Capture;
}

/** tcpdump's word for IPv4 needs none for ARP; fragments of ICMP are icmp too. */
export const DEFAULT_FILTER = "arp or icmp";
/** Headers, an error's quotation and the beginning of a payload. */
export const SNAP_LENGTH = 256;

// All kernel buffers together.
const ALL_BUFFERS_KIB = 256 * 1024;
/** More captures than this would only wait for each other. */
export const MOST_CAPTURES = 64;

/**
 * Starts captures, one output each, and waits until every one listens. Where one cannot that was asked for, none is left
 * running; one that was not asked for tells by `ended` why it is missing.
 */
export async function openCaptures(
  backend: CaptureBackend,
  places: readonly CapturePlace[],
  settings: CaptureSettings,
  outputs: readonly (Stream | "pipe")[],
): Promise<readonly Capture[]> {
  if (places.length > MOST_CAPTURES) throw new ProblemError(tooManyPlaces(places.length, MOST_CAPTURES));
  const buffer = Math.min(backend.largestBufferKib, Math.floor(ALL_BUFFERS_KIB / Math.max(1, places.length)));
  const captures = places.map((place, index) => backend.start(place, settings, buffer, outputs[index] ?? "pipe"));
  try {
    await Promise.all(
      captures.map((capture) => (capture.place.optional ? capture.ready.catch(() => {}) : capture.ready)),
    );
  } catch (error) {
    for (const capture of captures) capture.kill();
    await Promise.all(captures.map((capture) => capture.ended));
    throw error;
  }
  return captures;
}

// Frames just seen are still on their way into the kernel's buffer: at once, thousands of packets are lost (measured).
const LAST_FRAMES_MS = 10;
const LOOK_MS = 2;
// A flood may never end, or its reader be too slow: what is left in the buffers after that time is given up.
const DRAIN_MS = 5000;
const PATIENCE_MS = 5000;

/** Ends captures so that nothing seen before is lost; where that cannot be had, its end says so. */
export async function closeCaptures(captures: readonly Capture[]): Promise<readonly CaptureEnd[]> {
  await sleep(LAST_FRAMES_MS);
  const behind = await drained(captures);
  for (const capture of captures) capture.stop();
  const late = setTimeout(() => {
    for (const capture of captures) capture.kill();
  }, PATIENCE_MS);
  const ends = await Promise.all(captures.map((capture) => capture.ended));
  clearTimeout(late);
  return ends.map((end, at) => {
    const capture = captures[at] as Capture;
    if (end.problem !== null || end.unread === 0 || !behind.has(capture)) return end;
    return { ...end, problem: fellBehind({ ...capture.place, filter: null }, end.unread ?? null) };
  });
}

// tcpdump forgets what is left in its buffer when it is told to end, and then counts no loss. A buffer that was empty once
// from here on held everything from before, whatever comes into it later: in a flood all are never empty at a time.
async function drained(captures: readonly Capture[]): Promise<ReadonlySet<Capture>> {
  const waiting = new Set(captures);
  const deadline = elapsedMs() + DRAIN_MS;
  for (;;) {
    for (const capture of waiting) if (capture.isDrained() !== false) waiting.delete(capture);
    if (waiting.size === 0 || elapsedMs() >= deadline) return waiting;
    await sleep(LOOK_MS);
  }
}

// What one vantage of an input has shown so far, counted without allocation and summed up at the end.

import { type ClockFit, corrected } from "../../model/clock-fit.ts";
import { carriedName } from "../../model/other-traffic.ts";
import type { Packet } from "../../model/packet.ts";
import type { Problem } from "../../model/problem.ts";
import { SECOND } from "../../model/time.ts";
import type { InputSummary, LinkType, Vantage } from "../../model/vantage.ts";
import { TRAFFIC, type Traffic } from "../../wire/classify.ts";
import { TransportSieve } from "../../wire/transport-sieve.ts";
import { netnsOf } from "../netns-name.ts";
import type { InterfaceRecord, PacketRecord } from "../record.ts";
import type { SkimmedRun } from "../skimmed-run.ts";

const PROTOCOLS: readonly (readonly [Traffic, string])[] = [
  [TRAFFIC.tcp, "tcp"],
  [TRAFFIC.udp, "udp"],
  [TRAFFIC.ipv6, "ipv6"],
  [TRAFFIC.ipv4Other, "ipv4-other"],
  [TRAFFIC.llc, "llc"],
  [TRAFFIC.other, "other"],
];

/** Counters of one vantage. */
export class VantageCount {
  readonly vantage: Vantage;
  readonly linkType: LinkType;
  /** Problems of this vantage's packets, besides those of its file. */
  readonly ownProblems: Problem[] = [];
  /** Which of its TCP and UDP tells something. */
  readonly sieve = new TransportSieve();
  packets = 0;
  explained = 0;
  /** The latest merge key, below which none of this vantage may come. */
  key = Number.NEGATIVE_INFINITY;
  /** The key of the packet counted last, which may lie below. */
  lastKey = Number.NEGATIVE_INFINITY;
  readonly #record: InterfaceRecord;
  readonly #traffic = new Array<number>(8).fill(0);
  readonly #carried = new Map<string, number>();
  #fromSeconds = Number.POSITIVE_INFINITY;
  #fromRest = 0;
  #toSeconds = Number.NEGATIVE_INFINITY;
  #toRest = 0;
  #lost = 0;
  #lostTold = false;
  #dropped: number | null = null;
  #stepsBack = 0;
  #farthestBack = 0;
  #firstAfterStep = 0;

  constructor(vantage: Vantage, record: InterfaceRecord) {
    this.vantage = vantage;
    this.linkType = record.linkType;
    this.#record = record;
  }

  /** Counts a packet that was read. */
  count(packet: PacketRecord): void {
    this.packets++;
    if (packet.dropped > 0) {
      this.#lost += packet.dropped;
      this.#lostTold = true;
    }
    if (packet.hasTime) this.#cover(packet.seconds, packet.nanoseconds);
  }

  /** Counts a run of packets that nobody explains. */
  pass(run: SkimmedRun): void {
    this.packets += run.packets;
    for (let kind = 1; kind < this.#traffic.length; kind++) {
      this.#traffic[kind] = (this.#traffic[kind] as number) + (run.kinds[kind] as number);
    }
    this.#cover(run.fromSeconds, run.fromNanoseconds);
    this.#cover(run.toSeconds, run.toNanoseconds);
  }

  #cover(seconds: number, nanoseconds: number): void {
    if (seconds < this.#fromSeconds || (seconds === this.#fromSeconds && nanoseconds < this.#fromRest)) {
      this.#fromSeconds = seconds;
      this.#fromRest = nanoseconds;
    }
    if (seconds > this.#toSeconds || (seconds === this.#toSeconds && nanoseconds > this.#toRest)) {
      this.#toSeconds = seconds;
      this.#toRest = nanoseconds;
    }
  }

  /** Counts a packet that nobody explains, by its protocol. */
  other(traffic: Traffic): void {
    this.#traffic[traffic] = (this.#traffic[traffic] ?? 0) + 1;
  }

  /** Counts a packet that carries another, which nobody explains, by what was reached in it: `vxlan/tcp`, `esp`. */
  carried({ network, outer }: Packet): void {
    const inner = network.kind === "other" ? network.protocol : network.kind;
    const name = carriedName(outer?.kind ?? null, inner);
    this.#carried.set(name, (this.#carried.get(name) ?? 0) + 1);
  }

  /** Notes that the packet of this number is older than the one before it, by as many nanoseconds. */
  stepBack(frame: number, nanoseconds: number): void {
    if (this.#stepsBack++ === 0) this.#firstAfterStep = frame;
    if (nanoseconds > this.#farthestBack) this.#farthestBack = nanoseconds;
  }

  /** Adds what a capture says its kernel dropped; null is not told. */
  addDropped(dropped: number | null): void {
    if (dropped !== null) this.#dropped = (this.#dropped ?? 0) + dropped;
  }

  /** The summary, with its times moved by what is known of the clock. */
  summary(format: InputSummary["format"], clock: ClockFit): InputSummary {
    const otherProtocols = new Map<string, number>();
    for (const [traffic, name] of PROTOCOLS) {
      const n = this.#traffic[traffic] ?? 0;
      if (n > 0) otherProtocols.set(name, n);
    }
    for (const [name, n] of this.#carried) otherProtocols.set(name, (otherProtocols.get(name) ?? 0) + n);
    const lost = this.#lostTold ? this.#lost : null;
    const timed = this.#toSeconds !== Number.NEGATIVE_INFINITY;
    return {
      vantage: this.vantage,
      format,
      linkType: this.linkType,
      packets: this.packets,
      explained: this.explained,
      otherProtocols,
      droppedByKernel: this.#dropped === null ? lost : Math.max(this.#dropped, this.#lost),
      snapLength: this.#record.snapLength,
      from: timed ? corrected(BigInt(this.#fromSeconds) * SECOND + BigInt(this.#fromRest), clock) : null,
      to: timed ? corrected(BigInt(this.#toSeconds) * SECOND + BigInt(this.#toRest), clock) : null,
      ...this.#described(),
      filter: this.#record.filter,
      // A savefile does not tell who made its time stamps.
      timeSource: "unknown",
      problems: [...this.ownProblems],
      ...(clock.add === 0n && clock.drift === 0 ? {} : { clockOffset: clock.add }),
      ...(clock.residual === null && clock.drift === 0 ? {} : { clock }),
      ...(this.#stepsBack === 0 ? {} : { clockStepsBack: this.#steps() }),
    };
  }

  // pktwhy's own description is the namespace, which the vantage tells.
  #described(): Pick<InputSummary, "description"> {
    const { description } = this.#record;
    const isSaid = description === null || description === this.vantage.interface || netnsOf(description) !== null;
    return isSaid ? {} : { description };
  }

  #steps(): NonNullable<InputSummary["clockStepsBack"]> {
    return { count: this.#stepsBack, largest: BigInt(Math.round(this.#farthestBack)), frame: this.#firstAfterStep };
  }
}

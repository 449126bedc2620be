// The drops that the kernel reported, found by the frames that the dropped packets were.

import { FrameFinder } from "../kernel/attach.ts";
import { isNoise } from "../kernel/drops-of-causes.ts";
import type { KernelDrop, Traced } from "../kernel/event.ts";
import type { Cause } from "../model/cause.ts";
import { sightingsOf } from "../model/observed.ts";
import type { FrameRef, Packet } from "../model/packet.ts";
import type { Case } from "./case.ts";

/** A drop with the frame that the packet was when it was last seen. */
export interface SeenDrop {
  readonly drop: KernelDrop;
  readonly frame: FrameRef;
}

/** Finds the drops of the captured frames. */
export class DropFinder {
  readonly traced: Traced | null;
  readonly causes: readonly Cause[];
  readonly #seen: readonly SeenDrop[];
  readonly #finder: FrameFinder;

  constructor(subject: Case) {
    this.causes = subject.causes;
    this.traced = subject.kernel?.kind === "traced" ? subject.kernel : null;
    const packets = this.traced === null ? [] : subject.flows.flatMap(sightingsOf);
    this.#finder = new FrameFinder([...new Set(packets)], (packet) => subject.view.directionOf(packet));
    this.#seen = (this.traced?.drops ?? []).flatMap((drop) => {
      const last = drop.passed.at(-1);
      const packet = last === undefined ? null : this.#finder.frameOf(last);
      return packet && isOf(packet, drop) ? [{ drop, frame: packet.frame }] : [];
    });
  }

  /** Drops of packets that were last seen as one of these frames; those that say nothing are left out. */
  of(packets: readonly Packet[]): SeenDrop[] {
    const frames = new Set(packets.map((packet) => packet.frame));
    return this.#seen.filter(({ drop, frame }) => frames.has(frame) && !isNoise(drop));
  }

  /** Drops of packets that no frame shows. */
  get unseen(): readonly KernelDrop[] {
    const seen = new Set(this.#seen.map(({ drop }) => drop));
    return (this.traced?.drops ?? []).filter((drop) => !seen.has(drop));
  }

  /** Drops like this one at an interface of that name, this one among them. */
  like(drop: KernelDrop): number {
    const last = drop.passed.at(-1);
    return (this.traced?.drops ?? []).filter((other) => {
      const place = other.passed.at(-1);
      return (
        other.reason === drop.reason &&
        other.location === drop.location &&
        place?.interface === last?.interface &&
        place?.way === last?.way &&
        place?.length === last?.length
      );
    }).length;
  }

  /** Whether the absence of a drop counts: nothing lost, these packets followed. */
  wouldHaveSeen(packets: readonly Packet[]): boolean {
    const { traced } = this;
    if (traced === null || traced.lost > 0 || traced.omitted > 0 || traced.dropsOnlySince !== null) return false;
    return packets.every(({ frame: { time, vantage } }) => {
      if (time === null || vantage.interface === null || !traced.interfaces.includes(vantage.interface)) return false;
      return time >= traced.from && time <= traced.to;
    });
  }

  /** The frame in whose course a packet that passed nothing was dropped. */
  besideOf(drop: KernelDrop): FrameRef | null {
    return drop.beside === null ? null : (this.#finder.frameOf(drop.beside)?.frame ?? null);
  }
}

const ARP = 0x0806;

function isOf({ network }: Packet, { protocol }: KernelDrop): boolean {
  return (network.kind === "arp") === (protocol === ARP);
}

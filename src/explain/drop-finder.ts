// The drops that the kernel reported, found by the frames that the dropped packets were.

import { FrameFinder } from "../kernel/attach.ts";
import { isNoise } from "../kernel/drop-marks.ts";
import type { KernelDrop, Traced } from "../kernel/event.ts";
import { isGroupMac } from "../model/address.ts";
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
  readonly #byFrame = new Map<FrameRef, SeenDrop[]>();
  readonly #alike = new Map<string, number>();
  #places: Map<SeenDrop, number> | null = null;
  #unseen: readonly KernelDrop[] | null = null;
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
    for (const seen of this.#seen) {
      const others = this.#byFrame.get(seen.frame);
      if (others === undefined) this.#byFrame.set(seen.frame, [seen]);
      else others.push(seen);
    }
    for (const drop of this.traced?.drops ?? []) {
      const likeness = likenessOf(drop);
      this.#alike.set(likeness, (this.#alike.get(likeness) ?? 0) + 1);
    }
  }

  /** Drops of packets that were last seen as one of these frames; those that say nothing are left out. */
  of(packets: readonly Packet[]): SeenDrop[] {
    const frames = new Set(packets.map((packet) => packet.frame));
    const found = [...frames].flatMap((frame) => this.#byFrame.get(frame) ?? []).filter(({ drop }) => !isNoise(drop));
    return found.length < 2 ? found : this.#inOrder(found);
  }

  // As the kernel told them, however the frames were given.
  #inOrder(found: readonly SeenDrop[]): SeenDrop[] {
    this.#places ??= new Map(this.#seen.map((seen, at) => [seen, at]));
    const places = this.#places;
    return [...found].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  }

  /**
   * Drops of the copy that a host keeps of what it sends to a group (ip_mc_output, dev_loopback_xmit): it comes in where
   * the frame goes out, and no capture shows it.
   */
  keptOf(packets: readonly Packet[]): SeenDrop[] {
    const sent = new Set(packets.filter(isToGroup).map(({ frame }) => frame));
    return this.unseen.flatMap((drop) => {
      const [passed, ...more] = drop.passed;
      if (passed?.way !== "in" || more.length > 0 || isNoise(drop)) return [];
      const packet = this.#finder.sentWith(passed);
      return packet && sent.has(packet.frame) && isOf(packet, drop) ? [{ drop, frame: packet.frame }] : [];
    });
  }

  /** Drops of packets that no frame shows. */
  get unseen(): readonly KernelDrop[] {
    if (this.#unseen === null) {
      const seen = new Set(this.#seen.map(({ drop }) => drop));
      this.#unseen = (this.traced?.drops ?? []).filter((drop) => !seen.has(drop));
    }
    return this.#unseen;
  }

  /** Drops like this one at an interface of that name, this one among them. */
  like(drop: KernelDrop): number {
    return this.#alike.get(likenessOf(drop)) ?? 0;
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

// What makes two drops alike: the same packet's kind, lost in the same place for the same reason.
function likenessOf({ reason, location, passed }: KernelDrop): string {
  const last = passed.at(-1);
  return JSON.stringify([reason, location, last?.interface, last?.way, last?.length]);
}

const ARP = 0x0806;

function isToGroup({ link, network }: Packet): boolean {
  return network.kind === "icmp" && link.kind === "ethernet" && isGroupMac(link.destination);
}

function isOf({ network }: Packet, { protocol }: KernelDrop): boolean {
  return (network.kind === "arp") === (protocol === ARP);
}

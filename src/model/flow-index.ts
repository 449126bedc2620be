// What is asked of all flows together, found without looking at each of them again: a sweep has tens of thousands.

import type { Ipv4 } from "./address.ts";
import { arpExamples, type Flow, type Outcome } from "./flow.ts";
import { journeysOf, sightingsOf } from "./observed.ts";
import type { FrameRef, Packet } from "./packet.ts";
import type { Vantage } from "./vantage.ts";

/** The flows of one report by what they were asked about. Built at the first question, and kept as long as the list is. */
export class FlowIndex {
  static readonly #kept = new WeakMap<readonly Flow[], FlowIndex>();
  readonly #flows: readonly Flow[];
  #arp: Map<Ipv4, Flow[]> | null = null;
  #voices: Map<Ipv4, FrameRef> | null = null;
  #packets: Map<Ipv4, Map<Vantage, Packet[]>> | null = null;
  #probes: Map<Ipv4, Flow[]> | null = null;
  #arpPlaces: Set<Vantage> | null = null;
  #icmpPlaces: Set<Vantage> | null = null;

  private constructor(flows: readonly Flow[]) {
    this.#flows = flows;
  }

  /** The index of this very list. */
  static of(flows: readonly Flow[]): FlowIndex {
    const index = FlowIndex.#kept.get(flows) ?? new FlowIndex(flows);
    FlowIndex.#kept.set(flows, index);
    return index;
  }

  /** ARP flows that ask for an address, in order. */
  arpFor(target: Ipv4): readonly Flow[] {
    this.#arp ??= grouped(this.#flows, (flow) => (flow.kind === "arp" ? [flow.dst] : []));
    return this.#arp.get(target) ?? [];
  }

  /** Flows with a probe (from 0.0.0.0) for an address, in order. */
  probing(target: Ipv4): readonly Flow[] {
    this.#probes ??= grouped(this.#flows, (flow) =>
      arpExamples(flow).flatMap((round) => (round.purpose === "probe" ? [round.target] : [])),
    );
    return this.#probes.get(target) ?? [];
  }

  /** Whether any kept ARP packet was seen there. */
  sawArp(vantage: Vantage): boolean {
    this.#arpPlaces ??= placesOf(this.#flows.flatMap(({ arpOutcomes }) => arpOutcomes));
    return this.#arpPlaces.has(vantage);
  }

  /** Whether any kept echo or other ICMP message was seen there. */
  sawIcmp(vantage: Vantage): boolean {
    this.#icmpPlaces ??= placesOf(
      this.#flows.flatMap(({ echoOutcomes, loneOutcomes }) => [...echoOutcomes, ...loneOutcomes]),
    );
    return this.#icmpPlaces.has(vantage);
  }

  /** The first kept frame that shows an address as ARP sender or IPv4 source; null where there is none. */
  voiceOf(address: Ipv4): FrameRef | null {
    if (this.#voices === null) {
      this.#voices = new Map();
      for (const flow of this.#flows)
        for (const { network, frame } of sightingsOf(flow)) {
          const speaker =
            network.kind === "arp" ? network.senderIp : network.kind === "icmp" ? network.ip.source : null;
          if (speaker !== null && !this.#voices.has(speaker)) this.#voices.set(speaker, frame);
        }
    }
    return this.#voices.get(address) ?? null;
  }

  /** Kept packets that an address sent, or got by ICMP, at one vantage. */
  packetsAbout(address: Ipv4, vantage: Vantage): readonly Packet[] {
    this.#packets ??= packetsByAddress(this.#flows);
    return this.#packets.get(address)?.get(vantage) ?? [];
  }
}

function grouped(flows: readonly Flow[], keysOf: (flow: Flow) => readonly Ipv4[]): Map<Ipv4, Flow[]> {
  const found = new Map<Ipv4, Flow[]>();
  for (const flow of flows)
    for (const key of new Set(keysOf(flow))) {
      const list = found.get(key);
      if (list === undefined) found.set(key, [flow]);
      else list.push(flow);
    }
  return found;
}

function packetsByAddress(flows: readonly Flow[]): Map<Ipv4, Map<Vantage, Packet[]>> {
  const found = new Map<Ipv4, Map<Vantage, Packet[]>>();
  const add = (address: Ipv4, packet: Packet): void => {
    const { vantage } = packet.frame;
    const places = found.get(address) ?? new Map<Vantage, Packet[]>();
    found.set(address, places);
    const list = places.get(vantage);
    if (list === undefined) places.set(vantage, [packet]);
    else list.push(packet);
  };
  for (const flow of flows)
    for (const packet of sightingsOf(flow)) {
      const { network } = packet;
      if (network.kind === "arp" && network.senderIp !== null) add(network.senderIp, packet);
      if (network.kind !== "icmp") continue;
      add(network.ip.source, packet);
      if (network.ip.destination !== network.ip.source) add(network.ip.destination, packet);
    }
  return found;
}

function placesOf(outcomes: readonly Outcome[]): Set<Vantage> {
  return new Set(
    outcomes.flatMap(({ first, last }) =>
      [first, ...(last === null ? [] : [last])].flatMap((exchange) =>
        journeysOf(exchange).flatMap(({ sightings }) => sightings.map(({ frame }) => frame.vantage)),
      ),
    ),
  );
}

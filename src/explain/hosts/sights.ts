// Packets that left one host and came in at another: what shows which interfaces hang on one wire, and how clocks go.

import type { Mac } from "../../model/address.ts";
import type { Packet } from "../../model/packet.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Nanoseconds } from "../../model/time.ts";
import { leadsOut, linkOf, otherEnd } from "../../system/lookup/peer.ts";
import type { LinkPlace } from "../../system/lookup/segment.ts";

/** A packet at an interface that leads out of its host. */
export interface EdgeSight {
  readonly host: string;
  readonly place: LinkPlace;
  readonly direction: "in" | "out";
  /** By its host's own clock. */
  readonly time: Nanoseconds;
  readonly source: Mac | null;
  /** Null of ARP. */
  readonly ttl: number | null;
}

/** One packet on its way from one host to another. */
export interface Crossing {
  readonly out: EdgeSight;
  readonly in: EdgeSight;
}

// A flood must not fill the memory: of so many packets, those that come later are thinned out.
const MOST_KEYS = 50_000;
const MOST_ALIKE = 64;

/** Collects what was seen at the hosts' edges. */
export class EdgeSights {
  readonly #state: SystemState;
  readonly #byKey = new Map<string, EdgeSight[]>();
  readonly #edges = new Map<string, { readonly host: string; readonly mac: Mac | null } | null>();

  constructor(state: SystemState) {
    this.#state = state;
  }

  push(packet: Packet): void {
    const { vantage, time } = packet.frame;
    if (time === null || vantage.netns === null || vantage.interface === null || packet.outer !== undefined) return;
    const place = { netns: vantage.netns, interface: vantage.interface };
    const edge = this.#edgeOf(place);
    if (edge === null) return;
    const source = packet.link.kind === "none" ? null : packet.link.source;
    const direction = packet.frame.direction ?? directionBy(source, edge.mac);
    const key = identityOf(packet);
    if (direction === null || key === null) return;
    const alike = this.#byKey.get(key);
    const { network } = packet;
    const ttl = network.kind === "arp" || network.kind === "other" ? null : network.ip.ttl;
    const sight = { host: edge.host, place, direction, time, source, ttl };
    if (alike !== undefined) {
      if (alike.length < MOST_ALIKE) alike.push(sight);
    } else if (this.#byKey.size < MOST_KEYS) this.#byKey.set(key, [sight]);
  }

  /** The ways of packets between hosts; the k-th of those that are alike left where the k-th came in. */
  crossings(): Crossing[] {
    return [...this.#byKey.values()].flatMap(crossingsOf);
  }

  #edgeOf(place: LinkPlace) {
    const key = `${place.netns} ${place.interface}`;
    const known = this.#edges.get(key);
    if (known !== undefined) return known;
    const ns = this.#state.namespaces.get(place.netns);
    const link = ns && linkOf(ns, place.interface);
    const isEdge = link !== undefined && leadsOut(otherEnd(this.#state, place.netns, place.interface));
    const edge = isEdge && ns?.host !== undefined ? { host: ns.host, mac: link.mac } : null;
    this.#edges.set(key, edge);
    return edge;
  }
}

function directionBy(source: Mac | null, own: Mac | null): "in" | "out" | null {
  return source === null || own === null ? null : source === own ? "out" : "in";
}

function crossingsOf(alike: readonly EdgeSight[]): Crossing[] {
  const at = new Map<string, EdgeSight[]>();
  for (const sight of alike) {
    const key = `${sight.direction} ${sight.place.netns} ${sight.place.interface}`;
    at.set(key, [...(at.get(key) ?? []), sight]);
  }
  const groups = [...at.values()];
  const outs = groups.filter(([first]) => first?.direction === "out");
  const ins = groups.filter(([first]) => first?.direction === "in");
  return outs.flatMap((left) =>
    ins
      .filter((came) => came[0]?.host !== left[0]?.host && came.length === left.length)
      .flatMap((came) => left.map((out, index) => ({ out, in: came[index] as EdgeSight }))),
  );
}

// Whatever routers rewrite is left out: lifetime and MAC addresses are compared where it matters.
function identityOf({ network }: Packet): string | null {
  switch (network.kind) {
    case "arp": {
      const { operation, senderIp, senderMac, targetIp } = network;
      return senderMac === null ? null : `arp ${operation} ${senderIp} ${senderMac} ${targetIp}`;
    }
    case "icmp": {
      const { ip, icmp } = network;
      if (icmp === null || ip.identification === null) return null;
      const { body } = icmp;
      const numbers = body.kind === "echo" ? `${body.id} ${body.sequence}` : `${icmp.code}`;
      const own = `${ip.source} ${ip.destination} ${ip.identification} ${ip.fragmentOffset}`;
      return `icmp ${own} ${icmp.type} ${numbers} ${network.payloadHash}`;
    }
    case "tcp":
    case "udp": {
      const { ip } = network;
      if (ip.identification === null) return null;
      const own = `${network.kind} ${ip.source} ${ip.destination} ${ip.identification} ${ip.fragmentOffset}`;
      if (network.kind === "udp")
        return network.udp === null ? null : `${own} ${network.udp.sourcePort} ${network.udp.destinationPort}`;
      const { tcp } = network;
      return tcp === null ? null : `${own} ${tcp.sourcePort} ${tcp.destinationPort} ${tcp.sequence} ${tcp.flags}`;
    }
    default:
      return null;
  }
}

// Questions that explanations ask of what was seen: who asked, who answered, where, and which address ever spoke.

import type { Ipv4 } from "./address.ts";
import type { PacketView } from "./cause.ts";
import type { ArpExchange, EchoExchange, Exchange } from "./exchange.ts";
import type { Flow } from "./flow.ts";
import type { Journey } from "./journey.ts";
import type { FrameRef, Packet } from "./packet.ts";
import type { Vantage } from "./vantage.ts";

/** Linux gives its loopback device the name lo in every namespace. */
export function isLoopbackVantage(vantage: Vantage): boolean {
  return vantage.interface === "lo";
}

/** All journeys of an exchange, the question first. */
export function journeysOf(exchange: Exchange): readonly Journey[] {
  switch (exchange.kind) {
    case "arp":
      return [...exchange.requests, ...exchange.replies];
    case "echo":
      return [
        ...(exchange.request ? [exchange.request] : []),
        ...(exchange.copies ?? []),
        ...exchange.fragments,
        ...exchange.replies,
        ...exchange.errors,
      ];
    case "lone":
      return [exchange.journey];
  }
}

/** The kept example exchanges of a flow, ARP first. */
export function examplesOf(flow: Flow): Exchange[] {
  return [...flow.arpOutcomes, ...flow.echoOutcomes, ...flow.loneOutcomes].flatMap((o) =>
    o.last ? [o.first, o.last] : [o.first],
  );
}

/** Every kept sighting of a flow. */
export function sightingsOf(flow: Flow): Packet[] {
  return examplesOf(flow).flatMap((e) => journeysOf(e).flatMap((j) => [...j.sightings]));
}

/** Frames of a list of journeys, in order of time, each once. */
export function framesOf(journeys: readonly Journey[]): FrameRef[] {
  return journeys.flatMap((j) => j.sightings.map((s) => s.frame));
}

/** The first kept frame that shows `address` as ARP sender or IPv4 source, in any flow; null where there is none. */
export function spoke(flows: readonly Flow[], address: Ipv4): FrameRef | null {
  for (const flow of flows) {
    for (const packet of sightingsOf(flow)) {
      const network = packet.network;
      if (network.kind === "arp" && network.senderIp === address) return packet.frame;
      if (network.kind === "icmp" && network.ip.source === address) return packet.frame;
    }
  }
  return null;
}

/** ARP rounds of the flow that ask for a next hop and that nobody answered, with how often they occurred. */
export function unansweredArp(flow: Flow): { exchange: ArpExchange; count: number }[] {
  return flow.arpOutcomes.flatMap((o) =>
    o.first.kind === "arp" && o.first.purpose === "resolve" && o.first.replies.length === 0
      ? [{ exchange: o.first, count: o.count }]
      : [],
  );
}

/** ARP rounds of the flow that were answered. */
export function answeredArp(flow: Flow): ArpExchange[] {
  return flow.arpOutcomes.flatMap((o) => (o.first.kind === "arp" && o.first.replies.length > 0 ? [o.first] : []));
}

/** Example echo exchanges whose request was seen, answered or not. */
export function echoes(flow: Flow): EchoExchange[] {
  return flow.echoOutcomes.flatMap((o) => (o.first.kind === "echo" ? [o.first] : []));
}

/** An ICMP error in the flow that an address sent to itself: its own kernel made it, and it travels on lo. */
export function selfMadeError(
  flow: Flow,
): { frame: FrameRef; address: Ipv4; type: number; code: number | null } | null {
  for (const exchange of examplesOf(flow)) {
    const errors = exchange.kind === "echo" ? exchange.errors : exchange.kind === "lone" ? [exchange.journey] : [];
    for (const journey of errors) {
      const packet = journey.sightings[0];
      if (packet?.network.kind !== "icmp" || packet.network.icmp?.body.kind !== "error") continue;
      const { ip, icmp } = packet.network;
      if (ip.source === ip.destination && icmp.body.kind === "error" && icmp.body.quoted?.ip.source === ip.source) {
        return { frame: packet.frame, address: ip.source, type: icmp.type, code: icmp.code };
      }
    }
  }
  return null;
}

/** Vantages at which any kept packet of the flow was seen. */
export function vantagesOf(flow: Flow): Set<Vantage> {
  return new Set(sightingsOf(flow).map((p) => p.frame.vantage));
}

/** Whether any input looked at an interface other than those given. */
export function lookedAt(view: PacketView, predicate: (vantage: Vantage) => boolean): boolean {
  return view.inputs.some((input) => predicate(input.vantage));
}

/** A vantage on something other than the loopback device; false where the interface is not known. */
export function isWire(vantage: Vantage): boolean {
  return vantage.interface !== null && !isLoopbackVantage(vantage);
}

/** Facts about where a journey began and where it was seen last. */
export function interfacesOf(journey: Journey | null | undefined): { outInterface?: string; inInterface?: string } {
  const first = journey?.sightings[0]?.frame.vantage.interface;
  const last = journey && journey.sightings.length > 1 ? journey.sightings.at(-1)?.frame.vantage.interface : null;
  return { ...(first ? { outInterface: first } : {}), ...(last && last !== first ? { inInterface: last } : {}) };
}

// A packet that comes by the same place again and again, its TTL smaller each time: it goes in circles.

import type { EchoExchange } from "./exchange.ts";
import type { Journey } from "./journey.ts";
import type { Packet } from "./packet.ts";
import type { Vantage } from "./vantage.ts";

/** Where a packet goes round, and its sightings there, in order. */
export interface Circle {
  readonly vantage: Vantage;
  readonly packets: readonly Packet[];
}

/** Routers on one wire that tell each other of a shorter way bring a packet by twice, or three times. */
const ROUNDS = 4;

/** The circle that a request or its reply is in; null where each place was passed as often as a sound path does. */
export function circleOf({ request, copies = [], replies }: EchoExchange): Circle | null {
  return circleIn([...(request === null ? [] : [request]), ...copies]) ?? circleIn(replies);
}

/** The same of journeys of one packet. */
export function circleIn(journeys: readonly Journey[]): Circle | null {
  const at = new Map<Vantage, Packet[]>();
  for (const { sightings } of journeys)
    for (const packet of sightings) at.set(packet.frame.vantage, [...(at.get(packet.frame.vantage) ?? []), packet]);
  for (const [vantage, packets] of at) if (goesRound(packets)) return { vantage, packets };
  return null;
}

// Of one datagram (RFC 791: its identification), the TTL falls.
function goesRound(packets: readonly Packet[]): boolean {
  const passed = packets.flatMap(({ network }) =>
    network.kind === "icmp" && network.ip.ttl !== null ? [{ ttl: network.ip.ttl, id: network.ip.identification }] : [],
  );
  const [first] = passed;
  const ttls = new Set(passed.filter(({ id }) => id === first?.id).map(({ ttl }) => ttl));
  if (ttls.size < ROUNDS) return false;
  const falling = [...ttls];
  return falling.every((ttl, at) => at === 0 || ttl < (falling[at - 1] ?? 0));
}

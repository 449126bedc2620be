// Where the asker sits, and how long its answer took: only what the vantage points can tell.

import type { EchoExchange } from "../model/exchange.ts";
import type { Journey } from "../model/journey.ts";
import { isLoopbackVantage } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { Vantage } from "../model/vantage.ts";

/** The namespace a packet started in, as far as its sightings tell; null is not known. */
export function namespaceOfSender(journey: Journey): string | null {
  const first = journey.sightings[0] as Packet;
  const { direction, vantage } = first.frame;
  if (vantage.netns === null) return null;
  if (direction === "out" || isLoopbackVantage(vantage)) return vantage.netns;
  // Without directions, a packet that is seen elsewhere afterwards was nearer to its sender here.
  const second = journey.sightings[1];
  if (direction !== null || journey.orderInferred || second === undefined) return null;
  return second.frame.vantage === vantage ? null : vantage.netns;
}

/** The namespace an echo exchange was started in, by its request, or by what came back to it over its own lo. */
export function namespaceOfAsker(exchange: EchoExchange): string | null {
  if (exchange.request !== null) return namespaceOfSender(exchange.request);
  for (const journey of [exchange.errors[0], exchange.replies[0]]) {
    const last = journey?.sightings[journey.sightings.length - 1];
    if (last !== undefined && isLoopbackVantage(last.frame.vantage)) return last.frame.vantage.netns;
  }
  return null;
}

/** From the request's first sighting to the first answer's last one; null unless the answer was seen to arrive. */
export function roundTrip(exchange: EchoExchange): Nanoseconds | null {
  const reply = exchange.replies[0];
  if (exchange.request === null || reply === undefined) return null;
  const asked = (exchange.request.sightings[0] as Packet).frame;
  const answered = arrivalOf(reply, asked.vantage).frame;
  if (asked.time === null || answered.time === null || answered.time < asked.time) return null;
  const local = isLoopbackVantage(answered.vantage);
  // Request in, reply out: the answering side, whose delay is not the asker's.
  if (answered.direction === "out" && !local) return null;
  if (asked.direction === "in" && !local) return null;
  if (answered.direction === null && answered.vantage !== asked.vantage && !local) return null;
  return answered.time - asked.time;
}

// Where stamps tie, the last one need not be the asker's.
function arrivalOf(reply: Journey, home: Vantage): Packet {
  const { sightings } = reply;
  for (let i = sightings.length - 1; i >= 0; i--) {
    const packet = sightings[i] as Packet;
    if (packet.frame.vantage === home) return packet;
  }
  return sightings[sightings.length - 1] as Packet;
}

// What makes two exchanges alike: the same packets, seen at the same places in the same order.

import { gapOf } from "../model/connection.ts";
import type { EchoExchange, Exchange, TransportExchange } from "../model/exchange.ts";
import type { Journey } from "../model/journey.ts";
import type { Packet } from "../model/packet.ts";

/** A short text that like exchanges share: vantage numbers, directions and what passed, e.g. `0>q,1<q 2<r`. */
export function signatureOf(exchange: Exchange): string {
  switch (exchange.kind) {
    case "lone":
      return `lone ${passage(exchange.journey)}`;
    case "arp":
      // Several hosts that answer one broadcast ask for its sender at the same places.
      return `${exchange.purpose}${exchange.purpose === "resolve" ? ` ${exchange.asker}` : ""}${passages(exchange.requests)}${passages(exchange.replies)}`;
    case "echo": {
      const asked = exchange.request === null ? "-" : passage(exchange.request);
      const rest = passages(exchange.replies) + passages(exchange.errors) + passages(exchange.fragments);
      return asked + rest + passages(exchange.copies ?? []);
    }
  }
}

/** The same of a connection or UDP exchange: retries of one question are not told apart. */
export function signatureOfTransport(exchange: TransportExchange): string {
  const one = (journeys: readonly Journey[]): string => {
    const last = journeys.at(-1);
    return last === undefined ? "" : ` ${passage(last)}`;
  };
  const all = passages(exchange.errors);
  if (exchange.kind === "udp") return `udp${one(exchange.questions)}${one(exchange.answers)}${all}`;
  const { syns, synAcks, resets, fins, repeats, closedWindows } = exchange;
  const stalled = repeats.length > 1 ? one(repeats) : "";
  const closed = closedWindows.length > 0 ? " w" : "";
  const ended = fins.length > 0 ? (gapOf(exchange) === null ? " end" : " gap") : "";
  return `tcp${one(syns)}${one(synAcks)}${one(resets)}${stalled}${closed}${ended}${all}`;
}

/** Whether two echo exchanges surely have the same signature; false where only writing them out tells. */
export function wentAlike(a: Exchange, b: Exchange): boolean {
  if (a.kind !== "echo" || b.kind !== "echo") return false;
  if (a.request === null || b.request === null || !passedAlike(a.request, b.request)) return false;
  if (a.replies.length !== 1 || b.replies.length !== 1) return false;
  if (!passedAlike(a.replies[0] as Journey, b.replies[0] as Journey)) return false;
  return isPlain(a) && isPlain(b);
}

function isPlain(exchange: EchoExchange): boolean {
  return exchange.errors.length + exchange.fragments.length + (exchange.copies?.length ?? 0) === 0;
}

// Requests are compared with requests and replies with replies: what passed is the same.
function passedAlike(a: Journey, b: Journey): boolean {
  if (a.orderInferred !== b.orderInferred || a.sightings.length !== b.sightings.length) return false;
  for (let i = 0; i < a.sightings.length; i++) {
    const x = (a.sightings[i] as Packet).frame;
    const y = (b.sightings[i] as Packet).frame;
    if (x.vantage !== y.vantage || x.direction !== y.direction) return false;
  }
  return true;
}

function passages(journeys: readonly Journey[]): string {
  let text = "";
  for (let i = 0; i < journeys.length; i++) text += ` ${passage(journeys[i] as Journey)}`;
  return text;
}

function passage(journey: Journey): string {
  const { sightings } = journey;
  let text = "";
  let tells = !journey.orderInferred;
  for (let i = 0; i < sightings.length; i++) {
    const packet = sightings[i] as Packet;
    if (packet.frame.direction === null) tells = false;
    text += (i > 0 ? "," : "") + mark(packet);
  }
  // An order that only stamps of a microsecond tell, or nothing, must not make two outcomes of one.
  return tells || sightings.length < 2 ? text : sightings.map(mark).sort().join(",");
}

function mark(packet: Packet): string {
  const { direction, vantage } = packet.frame;
  const way = direction === "out" ? ">" : direction === "in" ? "<" : "=";
  return vantage.id + way + what(packet);
}

function what(packet: Packet): string {
  const network = packet.network;
  if (network.kind === "arp") return network.operation === 1 ? "a" : network.operation === 2 ? "s" : "?";
  if (network.kind === "tcp") return flagLetters(network.tcp?.flags ?? 0);
  if (network.kind === "udp") return "u";
  if (network.kind !== "icmp") return "?";
  const icmp = network.icmp;
  if (icmp === null) return "f";
  const body = icmp.body;
  if (body.kind === "echo") return body.reply ? "r" : "q";
  if (body.kind !== "error") return `i${icmp.type}`;
  const about = body.quoted?.icmp?.type;
  // Of a path each hop is told.
  const hop = icmp.type === 11 ? `@${network.ip.source}` : "";
  return `e${icmp.type}.${icmp.code ?? "?"}${about === 0 ? "r" : ""}${hop}`;
}

function flagLetters(flags: number): string {
  return ["F", "S", "R"].filter((_, bit) => (flags & (1 << bit)) !== 0).join("") || "d";
}

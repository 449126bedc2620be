// Which ARP round was asked for which packet, where addresses alone do not tell: gateways and routers.

import type { Ipv4Header, Packet, Quoted } from "../model/packet.ts";
import type { ArpRecord, OpenJourney } from "./records.ts";
import { firstOf } from "./records.ts";

/** An ICMP "unreachable" and what it quotes. */
export interface Quote {
  readonly journey: OpenJourney;
  readonly ip: Ipv4Header;
  readonly code: number | null;
  readonly quoted: Quoted;
}

const HOST_UNREACHABLE = 1;
// neigh_timer_handler gives up one retrans_time (1.02 s) after the last request; a dead carrier may be sooner.
const GIVES_UP_WITHIN = 1.6e9;
const SEARCHED = 256;

/** The unanswered round whose end this error reports; null where none or more than one fits. */
export function roundBehindError(waiting: ReadonlySet<ArpRecord>, quote: Quote, at: number): ArpRecord | null {
  if (quote.code !== HOST_UNREACHABLE) return null;
  const gateways: ArpRecord[] = [];
  let direct: ArpRecord | null = null;
  let left = SEARCHED;
  for (const round of waiting) {
    if (left-- === 0) break;
    if (at < round.lastAskAt || at - round.lastAskAt > GIVES_UP_WITHIN) continue;
    if (round.target === quote.quoted.ip.destination) direct = round;
    else if (mayBeGateway(round, quote)) gateways.push(round);
  }
  if (direct !== null) return direct;
  return gateways.length === 1 ? (gateways[0] as ArpRecord) : null;
}

// The one who asked for the gateway is the one who reports: by its address, or by the namespace both were seen in.
function mayBeGateway(round: ArpRecord, quote: Quote): boolean {
  if (round.asker === quote.ip.source) return true;
  const asked = round.requests[0];
  if (asked === undefined) return false;
  const here = firstOf(asked).frame;
  const there = firstOf(quote.journey).frame;
  return (
    here.vantage.netns !== null &&
    here.vantage.netns === there.vantage.netns &&
    here.direction === "out" &&
    there.direction === "out"
  );
}

/** Whether this packet leaves by the neighbour the round has just resolved. */
export function neighbourLearned(round: ArpRecord, packet: Packet): boolean {
  const asked = round.requests[0];
  const answered = round.replies[0];
  if (asked === undefined || answered === undefined || packet.frame.direction === "in") return false;
  if (!asked.sightings.some((s) => s.frame.vantage === packet.frame.vantage && s.frame.direction !== "in"))
    return false;
  const reply = firstOf(answered).network;
  if (packet.link.kind !== "ethernet" || reply.kind !== "arp" || reply.senderMac === null) return true;
  return packet.link.destination === reply.senderMac;
}

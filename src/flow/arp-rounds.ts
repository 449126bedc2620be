// ARP rounds: an ask with its retries and the answers to it.

import type { Ipv4 } from "../model/address.ts";
import { isGroupMac } from "../model/address.ts";
import type { ArpExchange } from "../model/exchange.ts";
import { isOtherSegment } from "../model/outer.ts";
import type { Arp, Packet } from "../model/packet.ts";
import { ArpRecord, firstOf, type OpenJourney } from "./records.ts";

// mcast_solicit and ucast_solicit are 3; retrans_time is 1 s, 1.02 s as measured at HZ=250. The next round starts as
// long after the third request as a retry would, so only the count tells them apart.
const REQUESTS = 3;
/** A retry that comes later than this after the request before it starts a new round. */
export const RETRY_WITHIN = 1.6e9;
const SEARCHED = 64;

/** The open ARP rounds. `isNew` tells whether the last call opened the round it returned. */
export class ArpBook {
  readonly #byTarget = new Map<Ipv4, ArpRecord[]>();
  /** Rounds that ask and have no answer and no end yet, oldest first. */
  readonly waiting = new Set<ArpRecord>();
  isNew = false;

  /** A request or announcement; null where the frame does not say who asks for what. */
  ask(journey: OpenJourney, arp: Arp, at: number): ArpRecord | null {
    if (arp.senderIp === null || arp.targetIp === null) return null;
    const packet = firstOf(journey);
    const purpose = purposeOf(arp, packet);
    const rounds = this.#byTarget.get(arp.targetIp);
    if (rounds !== undefined && purpose !== "gratuitous") {
      for (let i = rounds.length - 1; i >= Math.max(0, rounds.length - SEARCHED); i--) {
        const round = rounds[i] as ArpRecord;
        if (round.asker !== arp.senderIp || !isSameAsker(round, arp) || isElsewhere(round, packet)) continue;
        if (!this.#continues(round, packet, purpose, at)) break;
        round.requests.push(journey);
        round.lastAskAt = at;
        this.isNew = false;
        return round;
      }
    }
    const opened = this.#open(arp.senderIp, arp.targetIp, purpose, at);
    opened.requests.push(journey);
    if (purpose !== "gratuitous") this.waiting.add(opened);
    return opened;
  }

  /** A reply: it belongs to the latest round that asked for its sender. */
  answer(journey: OpenJourney, arp: Arp, at: number): ArpRecord | null {
    if (arp.senderIp === null) return null;
    const rounds = this.#byTarget.get(arp.senderIp) ?? [];
    let round: ArpRecord | undefined;
    if (arp.senderIp !== arp.targetIp) {
      for (let i = rounds.length - 1; i >= Math.max(0, rounds.length - SEARCHED); i--) {
        const candidate = rounds[i] as ArpRecord;
        if (candidate.purpose === "gratuitous" || (arp.targetIp !== null && candidate.asker !== arp.targetIp)) continue;
        if (isElsewhere(candidate, firstOf(journey))) continue;
        round = candidate;
        break;
      }
    }
    this.isNew = false;
    if (round === undefined) {
      const purpose = arp.senderIp === arp.targetIp ? "gratuitous" : "resolve";
      round = this.#open(arp.targetIp ?? (0 as Ipv4), arp.senderIp, purpose, at);
    }
    round.replies.push(journey);
    round.answeredAt ??= at;
    this.end(round);
    return round;
  }

  /** Says that no further request belongs to the round. */
  end(round: ArpRecord): void {
    round.ended = true;
    this.waiting.delete(round);
  }

  /** Takes a closed round out. */
  close(round: ArpRecord): void {
    this.end(round);
    const rounds = this.#byTarget.get(round.target);
    if (rounds === undefined) return;
    const at = rounds.indexOf(round);
    if (at >= 0) rounds.splice(at, 1);
    if (rounds.length === 0) this.#byTarget.delete(round.target);
  }

  #continues(round: ArpRecord, packet: Packet, purpose: ArpExchange["purpose"], at: number): boolean {
    if (round.ended || round.requests.length >= REQUESTS || at - round.lastAskAt > RETRY_WITHIN) return false;
    if (round.purpose === "probe" || purpose === "probe") return round.purpose === purpose;
    // A transmitted frame of a cooked capture does not tell its destination.
    const before = firstUnicast(round);
    const now = isUnicast(packet);
    return before === null || now === null || before === now;
  }

  #open(asker: Ipv4, target: Ipv4, purpose: ArpExchange["purpose"], at: number): ArpRecord {
    const record = new ArpRecord(asker, target, purpose, at);
    const rounds = this.#byTarget.get(target);
    if (rounds === undefined) this.#byTarget.set(target, [record]);
    else rounds.push(record);
    this.isNew = true;
    return record;
  }
}

/** Whether a round has its last request: the next one would belong to another round. */
export function hasAllRequests(round: ArpRecord): boolean {
  return round.requests.length >= REQUESTS;
}

/** Looks again what the round was for: a further sighting may show that the request went to one host only. */
export function refinePurpose(round: ArpRecord): void {
  if (round.purpose === "resolve" && firstUnicast(round) === true) round.purpose = "unicast-check";
}

function purposeOf(arp: Arp, packet: Packet): ArpExchange["purpose"] {
  if (arp.senderIp === arp.targetIp) return "gratuitous";
  // RFC 5227, section 2.1.1: a probe has an all-zero sender address.
  if (arp.senderIp === 0) return "probe";
  return isUnicast(packet) === true ? "unicast-check" : "resolve";
}

// neigh_probe sends to the address it knows; the target hardware field stays zero (arp_solicit), so only the link
// header tells.
function isUnicast(packet: Packet): boolean | null {
  const { link } = packet;
  if (link.kind === "ethernet") return !isGroupMac(link.destination);
  if (link.kind !== "cooked") return null;
  if (link.packetType === "host" || link.packetType === "other-host") return true;
  return link.packetType === "broadcast" || link.packetType === "multicast" ? false : null;
}

function firstUnicast(round: ArpRecord): boolean | null {
  for (const journey of round.requests) {
    for (const packet of journey.sightings) {
      const told = isUnicast(packet);
      if (told !== null) return told;
    }
  }
  return null;
}

// Two tenants may use the same addresses, each in a network of its own.
function isElsewhere(round: ArpRecord, packet: Packet): boolean {
  const asked = round.requests[0];
  return asked !== undefined && isOtherSegment(firstOf(asked), packet);
}

function isSameAsker(round: ArpRecord, arp: Arp): boolean {
  const first = round.requests[0];
  if (first === undefined) return false;
  const network = firstOf(first).network;
  if (network.kind !== "arp" || network.senderMac === null || arp.senderMac === null) return true;
  return network.senderMac === arp.senderMac;
}

// Echo exchanges: which request a reply, an error or a fragment belongs to.

import type { Ipv4 } from "../model/address.ts";
import type { Ipv4Header, Packet, Quoted } from "../model/packet.ts";
import { mix } from "./identity.ts";
import { EchoRecord, firstOf, type OpenJourney, withJourney } from "./records.ts";

const BUCKETS = 1 << 14;
// A flood that repeats one id and sequence must not make each packet search through all of the others.
const LONGEST_SEARCH = 64;
const FRAGMENTED = 256;

type Echo = { readonly id: number; readonly sequence: number };

/** The open echo exchanges. Each method returns the exchange it added the journey to; `isNew` where it opened it. */
export class EchoBook {
  readonly #buckets: (EchoRecord | null)[] = new Array(BUCKETS).fill(null);
  /** Exchanges with a fragmented packet, by what its fragments share (RFC 791: id, addresses, protocol). */
  readonly #fragmented = new Map<string, EchoRecord>();
  isNew = false;

  /** An echo request: a question of its own, unless it is one already asked, seen once more. */
  request(journey: OpenJourney, ip: Ipv4Header, echo: Echo): EchoRecord {
    const hash = hashOf(echo);
    this.isNew = false;
    let left = LONGEST_SEARCH;
    for (let open = this.#head(hash); open !== null && left-- > 0; open = open.next) {
      if (!isAbout(open, echo) || open.source !== ip.source || open.destination !== ip.destination) continue;
      if (open.request === null) {
        open.request = journey;
        return this.noteFragments(open, ip);
      }
      const asked = firstOf(open.request).network;
      const number = asked.kind === "icmp" ? asked.ip.identification : null;
      if (number !== null && number !== 0 && number === ip.identification) {
        open.copies = withJourney(open.copies, journey);
        // A router that cuts the request makes such a copy of it: its first fragment.
        return this.noteFragments(open, ip);
      }
      break;
    }
    const opened = this.#open(ip.source, ip.destination, echo, hash);
    opened.request = journey;
    return this.noteFragments(opened, ip);
  }

  /** An echo reply. */
  reply(journey: OpenJourney, ip: Ipv4Header, echo: Echo): EchoRecord {
    const found =
      this.#find(ip.destination, ip.source, echo) ?? this.#open(ip.destination, ip.source, echo, hashOf(echo));
    found.replies = withJourney(found.replies, journey);
    return this.noteFragments(found, ip);
  }

  /** An ICMP error that quotes an echo packet; null where it quotes anything else. */
  error(journey: OpenJourney, quoted: Quoted | null): EchoRecord | null {
    const icmp = quoted?.icmp;
    if (!quoted || !icmp || icmp.id === null || icmp.sequence === null || (icmp.type !== 8 && icmp.type !== 0))
      return null;
    const echo = { id: icmp.id, sequence: icmp.sequence };
    const source = icmp.type === 8 ? quoted.ip.source : quoted.ip.destination;
    const destination = icmp.type === 8 ? quoted.ip.destination : quoted.ip.source;
    const found = this.#find(source, destination, echo) ?? this.#open(source, destination, echo, hashOf(echo));
    found.errors = withJourney(found.errors, journey);
    return found;
  }

  /** A later fragment; null where its first one was not seen. */
  fragment(journey: OpenJourney, ip: Ipv4Header): EchoRecord | null {
    this.isNew = false;
    const found = this.#fragmented.get(fragmentKey(ip)) ?? null;
    if (found === null || found.closed) return null;
    found.fragments = withJourney(found.fragments, journey);
    return found;
  }

  /** Takes a closed exchange out. */
  close(record: EchoRecord): void {
    const { previous, next } = record;
    if (previous === null) this.#buckets[record.hash & (BUCKETS - 1)] = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    record.previous = null;
    record.next = null;
  }

  #head(hash: number): EchoRecord | null {
    return this.#buckets[hash & (BUCKETS - 1)] as EchoRecord | null;
  }

  // Both addresses fit best. A broadcast is answered from another address, translation rewrites one: then one that
  // fits is enough, at any place where the request was seen.
  #find(source: Ipv4, destination: Ipv4, echo: Echo): EchoRecord | null {
    this.isNew = false;
    let best: EchoRecord | null = null;
    let bestScore = 0;
    let left = LONGEST_SEARCH;
    for (let open = this.#head(hashOf(echo)); open !== null && left-- > 0; open = open.next) {
      if (!isAbout(open, echo)) continue;
      if (open.source === source && open.destination === destination) return open;
      const score = likeness(open, source, destination);
      if (score > bestScore) {
        best = open;
        bestScore = score;
      }
    }
    return best;
  }

  #open(source: Ipv4, destination: Ipv4, echo: Echo, hash: number): EchoRecord {
    const record = new EchoRecord(source, destination, echo.id, echo.sequence, hash);
    const bucket = hash & (BUCKETS - 1);
    const head = this.#buckets[bucket] as EchoRecord | null;
    record.next = head;
    if (head !== null) head.previous = record;
    this.#buckets[bucket] = record;
    this.isNew = true;
    return record;
  }

  /** Remembers to which exchange the later fragments of a cut packet belong. */
  noteFragments(record: EchoRecord, ip: Ipv4Header): EchoRecord {
    if (ip.moreFragments !== true || ip.identification === null) return record;
    const key = fragmentKey(ip);
    this.#fragmented.delete(key);
    this.#fragmented.set(key, record);
    if (this.#fragmented.size > FRAGMENTED) {
      for (const oldest of this.#fragmented.keys()) {
        this.#fragmented.delete(oldest);
        break;
      }
    }
    return record;
  }
}

function isAbout(record: EchoRecord, echo: Echo): boolean {
  return record.icmpId === echo.id && record.sequence === echo.sequence;
}

function likeness(record: EchoRecord, source: Ipv4, destination: Ipv4): number {
  let score = (record.source === source ? 1 : 0) + (record.destination === destination ? 1 : 0);
  const sightings: readonly Packet[] = record.request?.sightings ?? [];
  for (const { network } of sightings) {
    if (network.kind !== "icmp") continue;
    const here = (network.ip.source === source ? 1 : 0) + (network.ip.destination === destination ? 1 : 0);
    if (here > score) score = here;
  }
  return score;
}

function hashOf(echo: Echo): number {
  return mix(0x10008, (echo.id << 16) | echo.sequence);
}

function fragmentKey(ip: Ipv4Header): string {
  return `${ip.identification}/${ip.source}/${ip.destination}/${ip.protocol}`;
}

// Which packets of TCP and UDP tell how a connection went, for the hot path: of each connection at one vantage the handshake,
// the first data each way, what is sent again, closed windows and the end. All others only carry it on, and are counted.

import { PROTOCOL_TCP, PROTOCOL_UDP } from "./ipv4.ts";
import { readU16, readU32 } from "./octets.ts";

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

// Of one direction, within its half of the state word.
const SEEN = 0x1;
const HAS_DATA = 0x2;
const REPEATS = 0x3c;
const REPEAT_STEP = 0x4;
const CLOSED_TOLD = 0x1c0;
const CLOSED_STEP = 0x40;
const CLOSED_NOW = 0x200;
const AWAITS_ACK = 0x400;
const HAS_HIGH = 0x800;
const HALF = 12;

// Connections in one generation: two of them are kept, so that what is active is never forgotten and memory has a bound.
const MOST_KEPT = 1 << 18;
const FEWEST = 1 << 10;
// Address, address, ports, state (never 0 where taken), and the end of what each direction has sent.
const WORDS = 6;

const MOST_DATAGRAMS = 6;
// What only carries other packets is no exchange of its own: VXLAN (Linux's old port, too) and GENEVE.
const TUNNEL_PORTS: ReadonlySet<number> = new Set([4789, 8472, 6081]);
const DNS = 53;
const DHCP_SERVER = 67;
const DHCP_CLIENT = 68;
const TAKEN = 0x1000000;
const UDP_TAKEN = 0x2000000;

/** What one vantage has seen of each connection, in a few words. */
export class TransportSieve {
  /** Connections that were forgotten for want of room. */
  forgotten = 0;
  #young = new Uint32Array(FEWEST * WORDS);
  #old: Uint32Array | null = null;
  #count = 0;

  /** Whether the IPv4 packet `bytes[ip..end)` of TCP or UDP tells something. To be asked once for each, in order. */
  wants(bytes: Uint8Array, ip: number, end: number): boolean {
    if (end - ip < 28) return false;
    const first = bytes[ip] as number;
    const at = ip + (first & 0x0f) * 4;
    if (first >>> 4 !== 4 || at < ip + 20 || end - at < 8) return false;
    // Later fragments have no ports.
    if ((((bytes[ip + 6] as number) & 0x1f) | (bytes[ip + 7] as number)) !== 0) return false;
    const protocol = bytes[ip + 9] as number;
    if (protocol === PROTOCOL_TCP) return end - at >= 16 && this.#segment(bytes, ip, at);
    return protocol === PROTOCOL_UDP && this.#datagram(bytes, ip, at);
  }

  #segment(bytes: Uint8Array, ip: number, at: number): boolean {
    const flags = bytes[at + 13] as number;
    const slot = this.#slot(bytes, ip, at, TAKEN);
    const table = this.#young;
    const back = isBack(bytes, ip, at) ? 1 : 0;
    const shift = back * HALF;
    if ((flags & (SYN | RST)) !== 0) {
      // A new connection under the ports of an old one.
      if ((flags & (SYN | ACK)) === SYN) table[slot + 3] = TAKEN;
      if ((flags & SYN) !== 0) this.#reached(slot, back, readU32(bytes, at + 4) + 1);
      return true;
    }
    const before = table[slot + 3] as number;
    const mine = (before >>> shift) & 0xfff;
    const payload = readU16(bytes, ip + 2) - (at - ip) - ((bytes[at + 12] as number) >>> 4) * 4;
    const next = (readU32(bytes, at + 4) + payload + (flags & FIN)) >>> 0;
    let state = mine | SEEN;
    let isWanted = (mine & SEEN) === 0 || (flags & FIN) !== 0;
    if (payload > 0 && (mine & HAS_DATA) === 0) {
      state |= HAS_DATA;
      isWanted = true;
    }
    const ahead = (mine & HAS_HIGH) === 0 ? 1 : (next - (table[slot + 4 + back] as number)) | 0;
    // A keep-alive repeats one byte that was acknowledged before.
    if (payload > 1 && ahead <= 0 && (state & REPEATS) !== REPEATS) {
      state = (state + REPEAT_STEP) | AWAITS_ACK;
      isWanted = true;
    }
    if (readU16(bytes, at + 14) === 0) {
      if ((state & CLOSED_TOLD) !== CLOSED_TOLD) {
        state += CLOSED_STEP;
        isWanted = true;
      }
      state |= CLOSED_NOW;
    } else if ((state & CLOSED_NOW) !== 0) {
      state &= ~CLOSED_NOW;
      isWanted = true;
    }
    let whole = (before & ~(0xfff << shift)) | (state << shift);
    const other = HALF - shift;
    if (((before >>> other) & 0xfff & AWAITS_ACK) !== 0 && (flags & ACK) !== 0) {
      // The repeated data has arrived after all.
      if (((readU32(bytes, at + 8) - (table[slot + 4 + 1 - back] as number)) | 0) >= 0) {
        whole &= ~(AWAITS_ACK << other);
        isWanted = true;
      }
    }
    table[slot + 3] = whole;
    if (ahead > 0) this.#reached(slot, back, next);
    return isWanted;
  }

  #reached(slot: number, back: number, next: number): void {
    const table = this.#young;
    table[slot + 4 + back] = next;
    table[slot + 3] = (table[slot + 3] as number) | (HAS_HIGH << (back * HALF));
  }

  #datagram(bytes: Uint8Array, ip: number, at: number): boolean {
    const source = readU16(bytes, at);
    const destination = readU16(bytes, at + 2);
    if (TUNNEL_PORTS.has(destination)) return false;
    if (source === DNS || destination === DNS) return true;
    if (destination === DHCP_SERVER || destination === DHCP_CLIENT) return true;
    // To a group or to all: nobody owes an answer.
    const to = bytes[ip + 16] as number;
    if (to >= 224 || (bytes[ip + 19] as number) === 255) return false;
    const slot = this.#slot(bytes, ip, at, UDP_TAKEN);
    const table = this.#young;
    const shift = (isBack(bytes, ip, at) ? 1 : 0) * HALF;
    const before = table[slot + 3] as number;
    if (((before >>> shift) & 0xf) >= MOST_DATAGRAMS) return false;
    table[slot + 3] = before + (1 << shift);
    return true;
  }

  // Where the connection stands in the young table; what stood in the old one is taken over.
  #slot(bytes: Uint8Array, ip: number, at: number, taken: number): number {
    const back = isBack(bytes, ip, at);
    const a = readU32(bytes, ip + (back ? 16 : 12));
    const b = readU32(bytes, ip + (back ? 12 : 16));
    const ports = ((readU16(bytes, at + (back ? 2 : 0)) << 16) | readU16(bytes, at + (back ? 0 : 2))) >>> 0;
    const young = find(this.#young, a, b, ports, taken);
    if (this.#young[young + 3] !== 0) return young;
    if (this.#count * 4 >= (this.#young.length / WORDS) * 3) {
      this.#makeRoom();
      return this.#slot(bytes, ip, at, taken);
    }
    this.#count++;
    const table = this.#young;
    const old = this.#old === null ? -1 : find(this.#old, a, b, ports, taken);
    if (this.#old !== null && this.#old[old + 3] !== 0) {
      for (let i = 0; i < WORDS; i++) table[young + i] = this.#old[old + i] as number;
      this.#old[old + 3] = MOVED | taken;
    } else {
      table[young] = a;
      table[young + 1] = b;
      table[young + 2] = ports;
      table[young + 3] = taken;
    }
    return young;
  }

  #makeRoom(): void {
    const full = this.#young;
    if (full.length / WORDS >= MOST_KEPT) {
      if (this.#old !== null) this.forgotten += countOf(this.#old);
      this.#old = full;
      this.#young = new Uint32Array(full.length);
      this.#count = 0;
      return;
    }
    const larger = new Uint32Array(full.length * 4);
    for (let from = 0; from < full.length; from += WORDS) {
      const state = full[from + 3] as number;
      if (state === 0) continue;
      const to = find(larger, full[from] as number, full[from + 1] as number, full[from + 2] as number, state & KINDS);
      for (let i = 0; i < WORDS; i++) larger[to + i] = full[from + i] as number;
    }
    this.#young = larger;
  }
}

const KINDS = TAKEN | UDP_TAKEN;
const MOVED = 0x4000000;

function countOf(table: Uint32Array): number {
  let count = 0;
  for (let at = 3; at < table.length; at += WORDS) {
    const state = table[at] as number;
    if (state !== 0 && (state & MOVED) === 0) count++;
  }
  return count;
}

// The slot of this connection, or the free one where it would stand: there is always one.
function find(table: Uint32Array, a: number, b: number, ports: number, taken: number): number {
  const slots = table.length / WORDS;
  let hash = Math.imul(a ^ (b << 1) ^ (b >>> 31), 0x9e3779b1) ^ Math.imul(ports, 0x85ebca6b);
  hash ^= hash >>> 15;
  for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
    const at = slot * WORDS;
    const state = table[at + 3] as number;
    if (state === 0) return at;
    if (table[at] === a && table[at + 1] === b && table[at + 2] === ports && (state & KINDS) === taken) return at;
  }
}

// Both directions share a slot: the lower end comes first.
function isBack(bytes: Uint8Array, ip: number, at: number): boolean {
  const source = readU32(bytes, ip + 12);
  const destination = readU32(bytes, ip + 16);
  return source > destination || (source === destination && readU16(bytes, at) > readU16(bytes, at + 2));
}

// Makes captures for measuring: always the same bytes for the same wish, of any length, in chunks of bounded memory.

import { emitIpv4 } from "../src/wire/ipv4.ts";
import { emitEthernet } from "../src/wire/ethernet.ts";
import type { Ipv4, Mac } from "../src/model/address.ts";
import { pcapHeader } from "../src/savefile/write-pcap.ts";
import { interfaceBlock, sectionBlock } from "../src/savefile/write-pcapng.ts";
import { header, PingTraffic } from "./pings.ts";

/** What a capture for measuring holds. */
export interface Haystack {
  /** A pcapng of the three interfaces a ping crosses, or a classic pcap of the first of them. */
  readonly format: "pcap" | "pcapng";
  readonly packets: number;
  /** One packet in so many is ARP or ICMP; 1 is a capture of nothing else. */
  readonly everyNth: number;
}

/** The interfaces of a namespace that forwards from a bridge port to a veth pair. */
export const INTERFACES = ["veth0", "br0", "veth1"] as const;

const CHUNK = 4 << 20;
const LARGEST_RECORD = 2048;
const PCAP_RECORD = 16;
const ENHANCED_PACKET = 32;
const START_SECONDS = 1_795_267_574;
// 25,000 packets a second: a busy gigabit link at this mix of sizes.
const GAP_NS = 40_000;
const TEMPLATES = 4096;

// Sizes of a web-like mix: acknowledgements, small requests, middling answers, full segments; about 430 bytes on average.
const SIZES: readonly (readonly [share: number, least: number, most: number])[] = [
  [0.575, 60, 74],
  [0.12, 90, 300],
  [0.1, 300, 900],
  [0.205, 1500, 1514],
];

/** The capture in chunks; a chunk is overwritten by the next one. */
export function* chunksOf(wish: Haystack): Generator<Uint8Array, void, void> {
  const pcapng = wish.format === "pcapng";
  const random = randomFrom(20_261_121);
  const hay = wish.everyNth === 1 ? [] : templates(random);
  const pings = new PingTraffic(pcapng ? INTERFACES.length : 1, random);
  const chunk = new Uint8Array(CHUNK);
  const view = new DataView(chunk.buffer);
  let at = 0;
  const put = (bytes: Uint8Array): void => {
    chunk.set(bytes, at);
    at += bytes.length;
  };
  if (pcapng) {
    put(sectionBlock({ application: "pktwhy bench" }));
    for (const name of INTERFACES) put(interfaceBlock({ linkType: "EN10MB", name }));
  } else put(pcapHeader("EN10MB"));
  let seconds = START_SECONDS;
  let rest = 0;
  // A ping crosses all interfaces at once: its frames stand together, and then none come for a while.
  let credit = 0;
  for (let n = 0; n < wish.packets; n++) {
    credit++;
    const isPing = pings.midway || credit >= wish.everyNth;
    if (isPing) credit -= wish.everyNth;
    const frame = isPing ? pings.next() : (hay[(random() * hay.length) | 0] as Uint8Array);
    const place = isPing ? pings.interfaceId : pcapng ? n % INTERFACES.length : 0;
    rest += GAP_NS;
    if (rest >= 1e9) {
      rest -= 1e9;
      seconds++;
    }
    if (pcapng) {
      const total = ENHANCED_PACKET + frame.length + (-frame.length & 3);
      view.setUint32(at, 6, true);
      view.setUint32(at + 4, total, true);
      view.setUint32(at + 8, place, true);
      // Nanoseconds since 1970 exceed 2^53: high and low word are made from the whole second's.
      const whole = BigInt(seconds) * 1_000_000_000n;
      const low = Number(whole & 0xffffffffn) + rest;
      view.setUint32(at + 12, Number(whole >> 32n) + (low >= 2 ** 32 ? 1 : 0), true);
      view.setUint32(at + 16, low >>> 0, true);
      view.setUint32(at + 20, frame.length, true);
      view.setUint32(at + 24, frame.length, true);
      chunk.set(frame, at + 28);
      chunk.fill(0, at + 28 + frame.length, at + total - 4);
      view.setUint32(at + total - 4, total, true);
      at += total;
    } else {
      view.setUint32(at, seconds, true);
      view.setUint32(at + 4, rest, true);
      view.setUint32(at + 8, frame.length, true);
      view.setUint32(at + 12, frame.length, true);
      chunk.set(frame, at + PCAP_RECORD);
      at += PCAP_RECORD + frame.length;
    }
    if (at > CHUNK - LARGEST_RECORD) {
      yield chunk.subarray(0, at);
      at = 0;
    }
  }
  if (at > 0) yield chunk.subarray(0, at);
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Frames of TCP and UDP conversations between two subnets.
function templates(random: () => number): Uint8Array[] {
  return Array.from({ length: TEMPLATES }, () => {
    let pick = random();
    const [, least, most] = SIZES.find(([share]) => (pick -= share) < 0) ?? (SIZES[0] as (typeof SIZES)[number]);
    const length = Math.floor(least + random() * (most - least + 1));
    const tcp = random() < 0.8;
    const payload = Uint8Array.from({ length: length - 34 }, () => random() * 256);
    // Data offset 5, flags ACK: dissectors take it for a segment like any other.
    if (tcp) payload.set([0x50, 0x10], 12);
    else new DataView(payload.buffer).setUint16(4, payload.length);
    const source = (0x0a000100 + random() * 200) as Ipv4;
    const destination = (0x0a000200 + random() * 200) as Ipv4;
    const ip = emitIpv4(header(Math.floor(source) as Ipv4, Math.floor(destination) as Ipv4, tcp ? 6 : 17, 64, (random() * 65_536) | 0), payload);
    return emitEthernet(
      { kind: "ethernet", destination: 0x020000000001 as Mac, source: 0x020000000002 as Mac, etherType: 0x0800 },
      ip,
    );
  });
}

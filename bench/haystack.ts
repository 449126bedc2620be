// Makes captures for measuring: always the same bytes for the same wish, of any length, in chunks of bounded memory.

import { pcapHeader } from "../src/savefile/write-pcap.ts";
import { interfaceBlock, sectionBlock } from "../src/savefile/write-pcapng.ts";
import { Conversations } from "./conversations.ts";
import { PingTraffic } from "./pings.ts";

/** What a capture for measuring holds. */
export interface Haystack {
  /** A pcapng of the three interfaces a ping crosses, or a classic pcap of the first of them. */
  readonly format: "pcap" | "pcapng";
  readonly packets: number;
  /** One packet in so many is ARP or ICMP; 1 is a capture of nothing else. */
  readonly everyNth: number;
}

/** The interfaces of a namespace that forwards from a bridge port to a veth pair. */
const INTERFACES = ["veth0", "br0", "veth1"] as const;

const CHUNK = 4 << 20;
const LARGEST_RECORD = 2048;
const PCAP_RECORD = 16;
const ENHANCED_PACKET = 32;
const START_SECONDS = 1_795_267_574;
// 25,000 packets a second: a busy gigabit link at this mix of sizes.
const GAP_NS = 40_000;
/** The capture in chunks; a chunk is overwritten by the next one. */
export function* chunksOf(wish: Haystack): Generator<Uint8Array, void, void> {
  const pcapng = wish.format === "pcapng";
  const random = randomFrom(20_261_121);
  const hay = new Conversations(random);
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
    const frame = isPing ? pings.next() : hay.next();
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
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

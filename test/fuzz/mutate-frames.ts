// Captures of hostile frames, well formed on the outside: tags in tags, errors that quote errors, fragments that overlap,
// clocks that leap, and names that are meant for the terminal.

import type { LinkType } from "../../src/model/vantage.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "../../src/savefile/write-pcapng.ts";
import { checksumOf } from "../../src/wire/checksum.ts";
import { concat, damaged } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";
import type { SeedFrame } from "./seeds.ts";

const HOSTILE_NAMES = [
  "veth0",
  "\u001b[2J\u001b]0;owned\u0007",
  "a\nb\r\nc",
  "\u009b31m",
  "\u202egnp.exe",
  "<img src=x onerror=alert(1)>",
  "\u0000\u0000",
  "x".repeat(300),
  "名字",
  "constructor",
  "__proto__",
  "toString",
] as const;
const LINK_TYPES: readonly LinkType[] = ["EN10MB", "LINUX_SLL", "LINUX_SLL2", "NULL", "LOOP", "RAW"];
const SECOND = 1_000_000_000n;
const ETHERNET = 14;

/** A capture of up to a dozen frames. */
export function hostileCapture(frames: readonly SeedFrame[], random: Random): Uint8Array {
  const first = random.pick(frames);
  const linkType = random.chance(0.05) ? random.pick(LINK_TYPES) : first.linkType;
  const alike = frames.filter((frame) => frame.linkType === first.linkType);
  let time = 1_795_267_574n * SECOND;
  const parts: Uint8Array[] = [];
  const pcapng = random.chance(0.6);
  const interfaces = pcapng ? 1 + random.below(3) : 1;
  if (pcapng) {
    parts.push(sectionBlock({ application: random.pick(HOSTILE_NAMES), comments: [random.pick(HOSTILE_NAMES)] }));
    for (let i = 0; i < interfaces; i++) {
      const name = random.chance(0.7) ? `veth${i}` : random.pick(HOSTILE_NAMES);
      const netns = random.chance(0.3) ? random.pick(HOSTILE_NAMES) : null;
      parts.push(
        interfaceBlock({
          linkType,
          name,
          netns,
          filter: random.pick(HOSTILE_NAMES),
          snapLength: random.pick([0, 64, 262_144]),
        }),
      );
    }
  } else parts.push(pcapHeader(linkType));
  for (let left = 1 + random.below(12); left > 0; left--) {
    const frame = twisted(random.pick(alike).bytes, first.linkType, random);
    const length = random.chance(0.1) ? random.pick([0, 1, 0xffffffff, frame.length + 100]) : frame.length;
    // The same bytes at several interfaces and again, as journeys have them.
    for (let copies = 1 + random.below(4); copies > 0; copies--) {
      time += BigInt(random.pick([0, 1, 40_000, 1_020_000_000, -5_000_000, 20_000_000_000]));
      const captured = random.chance(0.1) ? damaged(frame, random) : frame;
      const interfaceId = random.below(interfaces);
      const direction = random.pick([null, "in", "out"] as const);
      if (pcapng && random.chance(0.08)) parts.push(simpleBlock(captured, length));
      else if (pcapng) parts.push(packetBlock({ interfaceId, time, captured, length, direction }));
      else parts.push(pcapPacket(time < 0n ? 0n : time, captured, length));
    }
  }
  if (pcapng && random.chance(0.3)) parts.push(statisticsBlock({ interfaceId: 0, time, dropped: random.below(3) }));
  const whole = concat(...parts);
  return random.chance(0.2) ? damaged(whole, random) : whole;
}

/** A Simple Packet Block: no interface, no time (the pcapng draft, section 4.4). */
export function simpleBlock(captured: Uint8Array, length = captured.length): Uint8Array {
  const total = 16 + captured.length + (-captured.length & 3);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 3, true);
  view.setUint32(4, total, true);
  view.setUint32(8, length, true);
  bytes.set(captured, 12);
  view.setUint32(total - 4, total, true);
  return bytes;
}

function twisted(frame: Uint8Array, linkType: LinkType, random: Random): Uint8Array {
  if (linkType !== "EN10MB" || frame.length < ETHERNET) return random.chance(0.5) ? damaged(frame, random) : frame;
  switch (random.below(5)) {
    case 0:
      return tagged(frame, 1 + random.below(12), random);
    case 1:
      return quotedAgain(frame, 1 + random.below(6), random);
    case 2:
      return fragment(frame, random);
    case 3:
      return lyingLengths(frame, random);
    default:
      return frame;
  }
}

function tagged(frame: Uint8Array, tags: number, random: Random): Uint8Array {
  const parts: Uint8Array[] = [frame.subarray(0, 12)];
  for (let i = 0; i < tags; i++) {
    parts.push(
      Uint8Array.of(
        ...random.pick([
          [0x81, 0x00],
          [0x88, 0xa8],
          [0x91, 0x00],
        ] as const),
        random.below(256),
        random.below(256),
      ),
    );
  }
  return concat(...parts, frame.subarray(12));
}

/** The frame's datagram inside an ICMP error inside an ICMP error… */
function quotedAgain(frame: Uint8Array, depth: number, random: Random): Uint8Array {
  let datagram: Uint8Array = frame.slice(ETHERNET);
  for (let i = 0; i < depth; i++) {
    const quote = datagram.subarray(0, random.chance(0.5) ? datagram.length : random.below(60));
    const type = random.pick([3, 3, 4, 5, 11, 12, 0, 8, 13]);
    const icmp = concat(Uint8Array.of(type, random.below(16), 0, 0, 0, random.below(256), random.below(256), 0), quote);
    const ip = Uint8Array.of(
      0x45,
      0,
      0,
      0,
      random.below(256),
      1,
      0,
      0,
      random.below(256),
      1,
      0,
      0,
      10,
      0,
      0,
      1,
      10,
      0,
      0,
      2,
    );
    datagram = concat(ip, icmp);
    const view = new DataView(datagram.buffer);
    view.setUint16(2, datagram.length);
    view.setUint16(10, checksumOf(datagram, 0, 20));
  }
  return concat(frame.subarray(0, 12), Uint8Array.of(8, 0), datagram);
}

/** A piece of the datagram that claims to lie somewhere in a larger one, perhaps over another piece. */
function fragment(frame: Uint8Array, random: Random): Uint8Array {
  const piece = Uint8Array.from(frame);
  if (piece.length < ETHERNET + 20) return piece;
  const view = new DataView(piece.buffer);
  view.setUint16(ETHERNET + 4, random.below(3));
  view.setUint16(ETHERNET + 6, random.pick([0, 0x2000, 0x2001, 0x0001, 0x0002, 0x00b9, 0x1fff, 0x3fff, 0xffff]));
  return piece;
}

function lyingLengths(frame: Uint8Array, random: Random): Uint8Array {
  const lying = Uint8Array.from(frame);
  if (lying.length < ETHERNET + 20) return lying;
  const view = new DataView(lying.buffer);
  // IPv4 version and header length, or ARP's hardware type; total length; ARP's address lengths.
  if (random.chance(0.5)) lying[ETHERNET] = random.below(256);
  if (random.chance(0.5)) view.setUint16(ETHERNET + 2, random.pick([0, 1, 19, 20, 21, 27, 28, 0x7fff, 0xffff]));
  if (random.chance(0.3)) view.setUint16(ETHERNET + 4, random.pick([0, 0x0604, 0xff04, 0x06ff, 0xffff]));
  return lying;
}

// A packet's bytes as far as the walk knows them, for filters that ask by offset and mask.

import type { PacketWord } from "../../model/system-state.ts";
import { type Datagram, onlyPort } from "../message.ts";
import type { Match } from "./firewall-chain.ts";

const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17 } as const;
const WORD = 4;

/** Whether a packet has these words. Bytes that the walk does not know (identification, checksums, data) decide nothing. */
export function hasWords(packet: Datagram, words: readonly PacketWord[]): Match {
  const known = bytesOf(packet);
  const answers = words.map((word) => hasWord(known, word));
  return answers.includes(false) ? false : answers.includes(null) ? null : true;
}

function hasWord(known: ReadonlyMap<number, number>, { offset, value, mask }: PacketWord): Match {
  let sure = true;
  for (let at = 0; at < WORD; at++) {
    const shift = 8 * (WORD - 1 - at);
    const wanted = (mask >>> shift) & 0xff;
    if (wanted === 0) continue;
    const byte = known.get(offset + at);
    if (byte === undefined) sure = false;
    else if ((byte & wanted) !== ((value >>> shift) & wanted)) return false;
  }
  return sure ? true : null;
}

// RFC 791 section 3.1, without options; then ICMP's type and code, or the ports.
function bytesOf(packet: Datagram): ReadonlyMap<number, number> {
  const { source, destination, segment, outer } = packet;
  const known = new Map<number, number>([
    [0, 0x45],
    [1, packet.tos ?? 0],
    [8, packet.ttl],
  ]);
  const put = (offset: number, value: number, bytes: number): void => {
    for (let at = 0; at < bytes; at++) known.set(offset + at, (value >>> (8 * (bytes - 1 - at))) & 0xff);
  };
  put(2, packet.length, 2);
  put(12, source, WORD);
  put(16, destination, WORD);
  if (packet.cutFrom === undefined) put(6, packet.dontFragment ? 0x4000 : 0, 2);
  if (outer !== undefined) return known;
  known.set(9, PROTOCOLS[segment?.what.protocol ?? "icmp"]);
  if (segment === undefined) {
    known.set(20, packet.type);
    known.set(21, packet.code);
    return known;
  }
  const [from, to] = [onlyPort(segment.sourcePort), onlyPort(segment.destinationPort)];
  if (from !== null) put(20, from, 2);
  if (to !== null) put(22, to, 2);
  return known;
}

// What a filter of traffic control asks of a packet, as words of it: u32 says them itself, flower by names of fields.

import { parsePrefix } from "../../model/address.ts";
import type { PacketWord } from "../../model/system-state.ts";
import { type Fields, isFields, textField } from "./shape.ts";

/** All that a filter asks for; null where something of it is not read here. */
export function matchesOf(kind: string, options: Fields): readonly PacketWord[] | null {
  if (kind === "matchall") return [];
  if (kind === "u32") return ofU32(options);
  return kind === "flower" ? ofFlower(options) : null;
}

// `tc -j` prints one key for each match; the collector has made a list of them.
function ofU32({ match, link, mark, indev }: Fields): readonly PacketWord[] | null {
  if (link !== undefined || mark !== undefined || indev !== undefined) return null;
  const words = (Array.isArray(match) ? match : match === undefined ? [] : [match]).map(ofU32Word);
  return words.length > 0 && words.every((word) => word !== null) ? words : null;
}

function ofU32Word(word: unknown): PacketWord | null {
  if (!isFields(word) || typeof word.off !== "number" || (textField(word, "offmask") ?? "") !== "") return null;
  const [value, mask] = [word.value, word.mask].map((hex) => Number.parseInt(String(hex), 16));
  if (value === undefined || mask === undefined || Number.isNaN(value + mask)) return null;
  return { offset: word.off, value: value >>> 0, mask: mask >>> 0 };
}

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["tcp", 6],
  ["udp", 17],
]);

function ofFlower({ keys }: Fields): readonly PacketWord[] | null {
  if (!isFields(keys)) return null;
  const words = Object.entries(keys).map(([name, value]) => ofKey(name, String(value)));
  return words.every((word) => word !== null) ? words.flat() : null;
}

function ofKey(name: string, value: string): readonly PacketWord[] | null {
  switch (name) {
    case "eth_type":
      return value === "ipv4" ? [] : null;
    case "src_ip":
    case "dst_ip":
      return ofPrefix(value, name === "src_ip" ? 12 : 16);
    case "ip_proto":
      return ofNumber(PROTOCOLS.get(value) ?? Number(value), { offset: 8, shift: 16, mask: 0xff });
    case "icmp_type":
      return ofNumber(Number(value), { offset: 20, shift: 24, mask: 0xff });
    case "icmp_code":
      return ofNumber(Number(value), { offset: 20, shift: 16, mask: 0xff });
    case "src_port":
      return ofNumber(Number(value), { offset: 20, shift: 16, mask: 0xffff });
    case "dst_port":
      return ofNumber(Number(value), { offset: 20, shift: 0, mask: 0xffff });
    default:
      return null;
  }
}

function ofPrefix(written: string, offset: number): PacketWord[] | null {
  const prefix = parsePrefix(written);
  if (prefix === null) return null;
  const mask = prefix.length === 0 ? 0 : (0xffffffff << (32 - prefix.length)) >>> 0;
  return [{ offset, value: (prefix.address & mask) >>> 0, mask }];
}

function ofNumber(
  value: number,
  { offset, shift, mask }: { readonly offset: number; readonly shift: number; readonly mask: number },
): PacketWord[] | null {
  return Number.isInteger(value) ? [{ offset, value: (value << shift) >>> 0, mask: (mask << shift) >>> 0 }] : null;
}

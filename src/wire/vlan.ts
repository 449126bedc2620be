// VLAN tags (IEEE 802.1Q): tag control information and the type of what follows; the tag's own TPID stands before it.

import type { VlanTag } from "../model/packet.ts";
import { readU16, writeU16 } from "./octets.ts";

const CONTROL = 0;
const ETHER_TYPE = 2;

/** Length of a tag without its TPID, which is the type field of the header before. */
export const VLAN_TAG = 4;

/** Most tags that are followed, as in __vlan_get_protocol (VLAN_MAX_DEPTH). */
export const MAX_VLAN_TAGS = 8;

/** Parses the tag at `start`, where 4 bytes must be; `tpid` is the type field that announced it. */
export function parseVlan(bytes: Uint8Array, start: number, tpid: number): VlanTag {
  const control = readU16(bytes, start + CONTROL);
  return { tpid, id: control & 0x0fff, priority: control >>> 13, dei: (control & 0x1000) !== 0 };
}

/** The type of what follows the tag. */
export function vlanEtherTypeAt(bytes: Uint8Array, start: number): number {
  return readU16(bytes, start + ETHER_TYPE);
}

/** Stacked tags, outermost first, and what they carry; the first TPID belongs into the header before them. */
export function emitVlans(tags: readonly VlanTag[], etherType: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(tags.length * VLAN_TAG + payload.length);
  tags.forEach((tag, index) => {
    const at = index * VLAN_TAG;
    writeU16(frame, at + CONTROL, (tag.priority << 13) | (tag.dei ? 0x1000 : 0) | tag.id);
    writeU16(frame, at + ETHER_TYPE, tags[index + 1]?.tpid ?? etherType);
  });
  frame.set(payload, tags.length * VLAN_TAG);
  return frame;
}

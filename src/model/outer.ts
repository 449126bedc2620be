// Packets inside others: what a frame itself begins with, whether two were seen in the same network, and in which words.

import type { OuterHeader, Packet } from "./packet.ts";
import { type Text, text } from "./text.ts";

/** The link header and the tags that the frame itself begins with, whatever it carries. */
export function frameHeader(packet: Packet): Pick<Packet, "link" | "vlans"> {
  return outersOf(packet).at(-1) ?? packet;
}

/** What a packet was seen inside of, the innermost first. */
export function outersOf(packet: Packet): OuterHeader[] {
  const outers: OuterHeader[] = [];
  for (let outer = packet.outer ?? null; outer !== null; outer = outer.outer) outers.push(outer);
  return outers;
}

/** Whether two sightings were inside the same, or both inside nothing. */
export function isInsideSame(a: Packet, b: Packet): boolean {
  let one: OuterHeader | null = a.outer ?? null;
  let other: OuterHeader | null = b.outer ?? null;
  while (one !== null && other !== null) {
    if (one.kind !== other.kind || one.number !== other.number || one.from !== other.from || one.to !== other.to)
      return false;
    one = one.outer;
    other = other.outer;
  }
  return one === other;
}

/** Whether two sightings were in networks that share nothing: the same kind of tunnel, with different numbers. */
export function isOtherSegment(a: Packet, b: Packet): boolean {
  const [one, other] = [a.outer, b.outer];
  if (one === undefined || other === undefined || one.kind !== other.kind) return false;
  return one.number !== null && other.number !== null && one.number !== other.number;
}

/** What a packet was seen inside of, e.g. `inside VXLAN 42 from 10.0.0.1 to 10.0.0.2`; null where it is the frame's own. */
export function insideOf(packet: Packet): Text | null {
  const { outer, vlans } = packet;
  const parts = outersOf(packet).map(wordsOf);
  if (outer === undefined && vlans.length > 1) parts.push(tagWords(vlans.map(({ id }) => id)));
  if (parts.length === 0) return null;
  return text(
    `inside ${parts.map(({ en }) => en).join(", inside ")}`,
    `封装在 ${parts.map(({ zh }) => zh).join("，外面是 ")} 里`,
  );
}

function tagWords(ids: readonly number[]): Text {
  const stack = ids.join("/");
  return text(`VLANs ${stack}`, `VLAN ${stack}`);
}

function wordsOf(outer: OuterHeader): Text {
  const name = nameOf(outer);
  const { from, to } = outer;
  if (from === null || to === null) return name;
  return text(`${name.en} from ${from} to ${to}`, `${name.zh}（${from} 发往 ${to}）`);
}

function nameOf({ kind, number, labels }: OuterHeader): Text {
  const alike = (words: string): Text => text(words, words);
  switch (kind) {
    case "vxlan":
      return alike(`VXLAN ${number}`);
    case "geneve":
      return alike(`GENEVE ${number}`);
    case "gre":
      return number === null ? alike("GRE") : text(`GRE with key ${number}`, `GRE（键 ${number}）`);
    case "pptp":
      return text(`PPTP call ${number}`, `PPTP 呼叫 ${number}`);
    case "gtp-u":
      return alike(`GTP-U TEID 0x${(number ?? 0).toString(16)}`);
    case "mpls":
      return alike(`MPLS ${labels.join("/")}`);
    case "pppoe":
      return text(`PPPoE session ${number}`, `PPPoE 会话 ${number}`);
    case "ipip":
      return alike("IPIP");
    case "6in4":
      return alike("6in4");
  }
}

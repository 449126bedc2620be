// The beginning of a line that tcpdump printed: time, interface and direction columns, link-level header (-e), VLAN tags.

import { BROADCAST_MAC, type Mac, parseMac } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Direction, LinkHeader, VlanTag } from "../../model/packet.ts";

/** How a line gives its time. */
export type Stamp =
  | { readonly kind: "none" }
  /** Nanoseconds since midnight (-t absent), or since the line before or the first line (-ttt, -ttttt): the reader decides. */
  | { readonly kind: "clock"; readonly nanoseconds: bigint }
  /** Since the line before, as tcpdump before 4.0 prints -ttt. */
  | { readonly kind: "delta"; readonly nanoseconds: bigint }
  | { readonly kind: "epoch"; readonly nanoseconds: bigint }
  | { readonly kind: "date"; readonly nanoseconds: bigint };

export interface LineHead {
  readonly stamp: Stamp;
  readonly interface: string | null;
  readonly direction: Direction | null;
  /** Classification column of `-i any`: the packet type, where one is printed. */
  readonly packetType: "host" | "broadcast" | "multicast" | "other-host" | "outgoing" | null;
  readonly link: LinkHeader;
  readonly vlans: readonly VlanTag[];
  /** Length of the frame as -e prints it. */
  readonly length: number | null;
  readonly network: "arp" | "ip" | "ip6" | "other";
  /** What follows the network's name. */
  readonly rest: string;
}

const TYPES: Readonly<Record<string, { direction: Direction | null; packetType: LineHead["packetType"] }>> = {
  In: { direction: "in", packetType: "host" },
  Out: { direction: "out", packetType: "outgoing" },
  B: { direction: "in", packetType: "broadcast" },
  M: { direction: "in", packetType: "multicast" },
  P: { direction: "in", packetType: "other-host" },
};

const MAC = "(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}|Broadcast";
const OUI = "(?: \\(oui [^)]*\\))?";
const ETHERNET = new RegExp(
  `^(${MAC})${OUI} > (${MAC})${OUI}, (?:ethertype ([\\w.]+(?: \\w+)?) \\(0x([0-9a-f]{4})\\)|(ARP|IPv4|IPv6|802\\.3|802\\.1Q)), length (\\d+): `,
  "i",
);
const COOKED = new RegExp(
  `^(?:ifindex (\\d+) )?(?:(${MAC})${OUI} )?ethertype ([\\w.]+(?: \\w+)?) \\(0x([0-9a-f]{4})\\), length (\\d+): `,
  "i",
);
const VLAN = /^vlan (\d+), p (\d)(, DEI)?, (?:ethertype ([\w.]+)(?: \(0x([0-9a-f]{4})\))?, )?/;

/** Null where the line does not begin as a packet does. */
export function parseHead(line: string): LineHead | null {
  const [stamp, afterStamp] = parseStamp(line);
  let rest = afterStamp;
  let name: string | null = null;
  let direction: Direction | null = null;
  let packetType: LineHead["packetType"] = null;
  const column = /^\s*(?:(\S+)\s+)?(In|Out|B|M|P)\s+(?=IP6? |ARP, |ifindex |ethertype |(?:[0-9a-f]{1,2}:){5})/i.exec(
    rest,
  );
  if (column) {
    const type = ownValue(TYPES, column[2] as string);
    if (type) {
      name = column[1] === undefined || column[1] === "?" ? null : column[1];
      ({ direction, packetType } = type);
      // Of a frame on lo libpcap shows only the arrival (linux_check_direction): "In" does not tell that it never left.
      if (name === "lo") direction = null;
      rest = rest.slice(column[0].length);
    }
  }
  rest = rest.trimStart();
  const linked = parseLink(rest, packetType);
  const networked = parseNetwork(linked.rest, linked.etherType);
  if (networked === null) return null;
  // Without a time only a whole, unmistakable packet counts (tcpdump -t).
  if (stamp.kind === "none" && networked.network !== "arp" && networked.network !== "ip") return null;
  return {
    stamp,
    interface: name,
    direction,
    packetType,
    link: linked.link,
    vlans: linked.vlans,
    length: linked.length,
    ...networked,
  };
}

function parseStamp(line: string): [Stamp, string] {
  const dated = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{6,9})\s/.exec(line);
  if (dated) {
    const [, y, mo, d, h, mi, s, fraction] = dated;
    const ms = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
    return [
      { kind: "date", nanoseconds: BigInt(ms) * 1_000_000n + fractionOf(fraction as string) },
      line.slice(dated[0].length),
    ];
  }
  const clock = /^\s*(\d\d):(\d\d):(\d\d)\.(\d{6,9})\s/.exec(line);
  if (clock) {
    const [, h, mi, s, fraction] = clock;
    const seconds = (Number(h) * 60 + Number(mi)) * 60 + Number(s);
    return [
      { kind: "clock", nanoseconds: BigInt(seconds) * 1_000_000_000n + fractionOf(fraction as string) },
      line.slice(clock[0].length),
    ];
  }
  const epoch = /^(\d{8,11})\.(\d{6,9})\s/.exec(line);
  if (epoch) {
    return [
      { kind: "epoch", nanoseconds: BigInt(epoch[1] as string) * 1_000_000_000n + fractionOf(epoch[2] as string) },
      line.slice(epoch[0].length),
    ];
  }
  const delta = /^\s*(?:(\d{1,6})\. ?)?(\d{6}) (?=IP|ARP|arp)/.exec(line);
  if (delta) {
    const seconds = BigInt(delta[1] ?? "0");
    return [
      { kind: "delta", nanoseconds: seconds * 1_000_000_000n + fractionOf(delta[2] as string) },
      line.slice(delta[0].length),
    ];
  }
  return [{ kind: "none" }, line];
}

/** Whether the line begins with a time as tcpdump prints it: the beginning of a packet that a terminal wrapped. */
export function startsLikeStamp(line: string): boolean {
  return parseStamp(`${line} `)[0].kind !== "none" && /^(?:\d{4}-\d\d-\d\d )?\s*[\d:.]{13,20}(?:\s|$)/.test(line);
}

function fractionOf(digits: string): bigint {
  return BigInt(digits.padEnd(9, "0"));
}

interface Linked {
  readonly link: LinkHeader;
  readonly vlans: readonly VlanTag[];
  readonly length: number | null;
  readonly etherType: number | null;
  readonly rest: string;
}

function parseLink(line: string, packetType: LineHead["packetType"]): Linked {
  const ethernet = ETHERNET.exec(line);
  if (ethernet) {
    const outer =
      ethernet[4] === undefined ? (ownValue(NAMED_TYPES, ethernet[5] ?? "") ?? 0) : Number.parseInt(ethernet[4], 16);
    const tagged = parseTags(line.slice(ethernet[0].length), outer);
    const link: LinkHeader = {
      kind: "ethernet",
      source: macOf(ethernet[1]),
      destination: macOf(ethernet[2]),
      etherType: tagged.etherType,
    };
    return { link, vlans: tagged.vlans, length: Number(ethernet[6]), etherType: tagged.etherType, rest: tagged.rest };
  }
  const cooked = COOKED.exec(line);
  if (cooked) {
    const tagged = parseTags(line.slice(cooked[0].length), Number.parseInt(cooked[4] as string, 16));
    const link: LinkHeader = {
      kind: "cooked",
      packetType: packetType ?? "unknown",
      source: cooked[2] === undefined ? null : macOf(cooked[2]),
      etherType: tagged.etherType,
      hardwareType: 1,
      interfaceIndex: cooked[1] === undefined ? null : Number(cooked[1]),
    };
    return { link, vlans: tagged.vlans, length: Number(cooked[5]), etherType: tagged.etherType, rest: tagged.rest };
  }
  // -e on the loopback device of BSD (length without its header), and where there is no link header (tunnels): `ip: `.
  const family = /^AF IPv4 \(2\), length (\d+): /.exec(line);
  if (family)
    return {
      link: { kind: "none" },
      vlans: [],
      length: Number(family[1]) + FAMILY_HEADER,
      etherType: NAMED_TYPES.IPv4 as number,
      rest: line.slice(family[0].length),
    };
  // Of link headers that are none (PPPoE, tunnels of routers) only the name of the protocol is left.
  const rest = line.replace(/^ethertype [\w.]+, (?=IP6? |ARP, )/, "").replace(/^ip: /, "IP ");
  return { link: { kind: "none" }, vlans: [], length: null, etherType: null, rest };
}

function macOf(text: string | undefined): Mac {
  return text === undefined || text === "Broadcast" ? BROADCAST_MAC : (parseMac(text) ?? BROADCAST_MAC);
}

const FAMILY_HEADER = 4;
const TAG_TYPES = new Set([0x8100, 0x88a8, 0x9100]);
const NAMED_TYPES: Readonly<Record<string, number>> = { ARP: 0x0806, IPv4: 0x0800, IPv6: 0x86dd, "802.1Q": 0x8100 };

function parseTags(line: string, outer: number): { vlans: VlanTag[]; etherType: number; rest: string } {
  const vlans: VlanTag[] = [];
  let etherType = outer;
  let rest = line;
  while (TAG_TYPES.has(etherType)) {
    const tag = VLAN.exec(rest);
    if (!tag) break;
    vlans.push({ tpid: etherType, id: Number(tag[1]), priority: Number(tag[2]), dei: tag[3] !== undefined });
    rest = rest.slice(tag[0].length);
    etherType = tag[5] !== undefined ? Number.parseInt(tag[5], 16) : (ownValue(NAMED_TYPES, tag[4] ?? "") ?? 0);
  }
  return { vlans, etherType, rest };
}

function parseNetwork(line: string, etherType: number | null): Pick<LineHead, "network" | "rest"> | null {
  if (etherType === 0x0806) return { network: "arp", rest: line };
  if (etherType === 0x0800) return { network: "ip", rest: line };
  if (etherType === 0x86dd) return { network: "ip6", rest: line };
  if (etherType !== null) return { network: "other", rest: line };
  if (line.startsWith("ARP, ")) return { network: "arp", rest: line.slice(5) };
  // tcpdump before 4.0.
  if (/^arp (?:who-has|reply) /.test(line)) return { network: "arp", rest: line.slice(4) };
  if (line.startsWith("IP6 ")) return { network: "ip6", rest: line.slice(4) };
  if (line.startsWith("IP ")) return { network: "ip", rest: line.slice(3) };
  if (/^[A-Z][\w.-]{1,15}(,| )/.test(line)) return { network: "other", rest: line };
  return null;
}

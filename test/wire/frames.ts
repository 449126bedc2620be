// Builds frames for the tests out of the emitters.

import type { Mac } from "../../src/model/address.ts";
import { parseIpv4 } from "../../src/model/address.ts";
import type { CapturedFrame } from "../../src/model/frame.ts";
import type { Icmp, IcmpBody, Ipv4Header } from "../../src/model/packet.ts";
import type { LinkType } from "../../src/model/vantage.ts";
import { ETHERTYPE_IPV4 } from "../../src/wire/ether-type.ts";
import { emitEthernet } from "../../src/wire/ethernet.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";

const vantage = { id: 0, netns: null, interface: "veth0", source: "test" };

/** A frame over all of `bytes`; `length` is larger where a snap length cut it. */
export function frameOf(bytes: Uint8Array, linkType: LinkType = "EN10MB", length = bytes.length): CapturedFrame {
  return {
    vantage,
    number: 1,
    time: 1n,
    linkType,
    direction: null,
    length,
    bytes,
    start: 0,
    end: bytes.length,
  };
}

/** An IPv4 header for ICMP with the given fields. */
export function ipv4(fields: Partial<Ipv4Header> = {}): Ipv4Header {
  return {
    source: address("192.168.2.11"),
    destination: address("192.168.2.1"),
    protocol: 1,
    headerLength: null,
    totalLength: null,
    identification: 4711,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    dscp: 0,
    ecn: 0,
    checksum: null,
    checksumOk: null,
    options: null,
    ...fields,
  };
}

/** An ICMP message whose checksum is computed when it is emitted. */
export function icmp(type: number, code: number, body: IcmpBody): Icmp {
  return { type, code, checksum: null, checksumOk: null, body };
}

/** An echo request. */
export function echo(id: number, sequence: number): Icmp {
  return icmp(8, 0, { kind: "echo", reply: false, id, sequence, payloadLength: null, payloadHash: 0 });
}

/** An ICMP error of which only the quoted datagram is given, by emitting it as the payload. */
export function unreachable(code: number, mtu: number | null = null): Icmp {
  return icmp(3, code, { kind: "error", what: "unreachable", mtu, gateway: null, pointer: null, quoted: null });
}

/** An Ethernet frame with an IPv4 datagram. */
export function ethernetIpv4(ip: Ipv4Header, payload: Uint8Array): Uint8Array {
  return ethernet(ETHERTYPE_IPV4, emitIpv4(ip, payload));
}

/** An Ethernet frame of any type. */
export function ethernet(etherType: number, payload: Uint8Array): Uint8Array {
  const destination = 0x020000000002 as Mac;
  const source = 0x020000000001 as Mac;
  return emitEthernet({ kind: "ethernet", destination, source, etherType }, payload);
}

/** An echo request of 56 bytes in an Ethernet frame of 98. */
export function ping(fields: Partial<Ipv4Header> = {}): Uint8Array {
  return ethernetIpv4(ipv4(fields), emitIcmp(echo(7, 1), pattern(56)));
}

/** Bytes 0, 1, 2… as ping sends them. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}

/** Joins byte strings. */
export function bytesOf(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** An address that is known to be one. */
export function address(textual: string) {
  const parsed = parseIpv4(textual);
  if (parsed === null) throw new Error(`no address: ${textual}`);
  return parsed;
}

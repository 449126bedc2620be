// Puts a packet inside others, by a random way and as deep as chance has it.

import type { Ipv4 } from "../../src/model/address.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { emitGeneve } from "../../src/wire/tunnel/geneve.ts";
import { emitGre } from "../../src/wire/tunnel/gre.ts";
import { emitGtpU } from "../../src/wire/tunnel/gtp-u.ts";
import { emitMpls } from "../../src/wire/tunnel/mpls.ts";
import { emitPppoe } from "../../src/wire/tunnel/pppoe.ts";
import { emitVxlan } from "../../src/wire/tunnel/vxlan.ts";
import { concat } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

const ETHERNET = 14;
const TCP_AND_UDP_PORTS = [4789, 8472, 6081, 2152, 1701, 4500, 4790, 51_820] as const;
const PROTOCOLS = [4, 41, 47, 50, 51, 97, 115, 137] as const;

/** An Ethernet frame whose packet is inside of up to `depth` others. */
export function putInside(frame: Uint8Array, depth: number, random: Random): Uint8Array {
  let whole = frame;
  for (let left = depth; left > 0 && whole.length < 4000; left--) whole = once(whole, random);
  return whole;
}

function once(frame: Uint8Array, random: Random): Uint8Array {
  if (frame.length < ETHERNET) return frame;
  const stations = frame.subarray(0, 12);
  const packet = frame.subarray(ETHERNET);
  const type = ((frame[12] as number) << 8) | (frame[13] as number);
  const ethernet = (etherType: number, payload: Uint8Array): Uint8Array =>
    concat(stations, Uint8Array.of(etherType >>> 8, etherType & 255), payload);
  const ip = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(0x0800, ipv4(protocol, payload, random));
  const udp = (port: number, payload: Uint8Array): Uint8Array => ip(17, datagram(port, payload));
  const number = random.below(1 << 24);
  switch (random.below(11)) {
    case 0:
      return ip(47, emitGre({ protocol: type, key: random.chance(0.5) ? number : null, sequence: null }, packet));
    case 1:
      return ip(47, emitGre({ protocol: 0x6558, key: null, sequence: random.chance(0.5) ? number : null }, frame));
    case 2:
      return udp(random.pick([4789, 8472]), emitVxlan(number, frame));
    case 3:
      return udp(6081, emitGeneve({ protocol: 0x6558, number, options: new Uint8Array(4 * random.below(20)) }, frame));
    case 4:
      return udp(2152, emitGtpU(number, packet));
    case 5:
      return ethernet(random.pick([0x8847, 0x8848]), emitMpls(labels(random), packet));
    case 6:
      return ethernet(0x8864, emitPppoe(number & 0xffff, random.pick([0x0021, 0x0057, 0x0281, 0xc021]), packet));
    case 7:
      return ip(random.pick(PROTOCOLS), packet);
    case 8:
      return ethernet(0x86dd, ipv6(random.pick([...PROTOCOLS, 17]), packet, random));
    case 9:
      return udp(random.pick(TCP_AND_UDP_PORTS), packet);
    // Enhanced GRE, as PPTP has it, and ERSPAN.
    default:
      return ip(
        47,
        concat(
          random.pick([
            Uint8Array.of(0x30, 0x01, 0x88, 0x0b, packet.length >>> 8, packet.length & 255, 0, 6, 0, 0, 0, 1, 0x21),
            Uint8Array.of(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0),
          ]),
          packet,
        ),
      );
  }
}

function labels(random: Random): number[] {
  return Array.from({ length: 1 + random.below(18) }, () => random.below(1 << 20));
}

function ipv4(protocol: number, payload: Uint8Array, random: Random): Uint8Array {
  return emitIpv4(
    {
      source: random.below(2 ** 32) as Ipv4,
      destination: random.below(2 ** 32) as Ipv4,
      protocol,
      headerLength: null,
      totalLength: random.chance(0.1) ? random.below(65_536) : null,
      identification: random.below(65_536),
      dontFragment: false,
      moreFragments: random.chance(0.05),
      fragmentOffset: random.chance(0.05) ? random.below(8192) : 0,
      ttl: 64,
      dscp: 0,
      ecn: 0,
      checksum: null,
      checksumOk: null,
      options: null,
    },
    payload,
  );
}

function ipv6(protocol: number, payload: Uint8Array, random: Random): Uint8Array {
  const extended = random.chance(0.4);
  const header = new Uint8Array(40);
  header[0] = 0x60;
  const extension = extended
    ? Uint8Array.of(protocol, random.below(3), 0, random.below(16), 0, 0, 0, 0)
    : new Uint8Array(0);
  const length = extension.length + payload.length;
  header.set([length >>> 8, length & 255, extended ? random.pick([0, 43, 44, 60]) : protocol], 4);
  for (let at = 8; at < 40; at++) header[at] = random.chance(0.5) ? 0 : random.below(256);
  return concat(header, extension, payload);
}

function datagram(port: number, payload: Uint8Array): Uint8Array {
  const length = 8 + payload.length;
  return concat(Uint8Array.of(0xc0, 0, port >>> 8, port & 255, (length >>> 8) & 255, length & 255, 0, 0), payload);
}

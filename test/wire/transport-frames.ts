// Frames of TCP, UDP, DNS and DHCP for the tests, out of the emitters.

import type { Dns, Tcp, Udp } from "../../src/model/packet.ts";
import { onesComplementSum } from "../../src/wire/checksum.ts";
import { emitTcp } from "../../src/wire/tcp.ts";
import { emitUdp } from "../../src/wire/udp.ts";
import { address, bytesOf, ethernetIpv4, ipv4, pattern } from "./frames.ts";

/** A SYN from port 40000 to port 80, with the given fields. */
export function tcp(fields: Partial<Tcp> = {}): Tcp {
  return {
    sourcePort: 40000,
    destinationPort: 80,
    sequence: 1000,
    acknowledgement: 0,
    headerLength: null,
    flags: 2,
    window: 64240,
    checksum: null,
    checksumOk: null,
    checksumPartial: false,
    payloadLength: null,
    options: {
      mss: 1460,
      windowScale: 7,
      sackPermitted: true,
      sack: [],
      timestamps: { value: 123456, echo: 0 },
      signed: false,
    },
    ...fields,
  };
}

/** A datagram from port 40000 to port 7, with the given fields. */
export function udp(fields: Partial<Udp> = {}): Udp {
  return {
    sourcePort: 40000,
    destinationPort: 7,
    length: null,
    checksum: null,
    checksumOk: null,
    checksumPartial: false,
    payloadLength: null,
    application: null,
    ...fields,
  };
}

// The segment with its checksum filled in: the whole of it, or the pseudo-header's sum alone as offload leaves it.
function withChecksum(segment: Uint8Array, protocol: 6 | 17, how: "whole" | "partial" = "whole"): Uint8Array {
  const field = protocol === 6 ? 16 : 6;
  const { source, destination } = ipv4();
  const pseudo = new Uint8Array(12);
  const view = new DataView(pseudo.buffer);
  view.setUint32(0, source);
  view.setUint32(4, destination);
  view.setUint16(8, protocol);
  view.setUint16(10, segment.length);
  const covered = how === "whole" ? bytesOf(pseudo, segment) : pseudo;
  const sum = onesComplementSum(covered, 0, covered.length);
  const filled = segment.slice();
  new DataView(filled.buffer).setUint16(field, how === "whole" ? ~sum & 0xffff : sum);
  return filled;
}

/** An Ethernet frame with a segment. */
export function tcpFrame(
  fields: Partial<Tcp> = {},
  payload: Uint8Array = new Uint8Array(0),
  how?: "whole" | "partial",
): Uint8Array {
  return ethernetIpv4(ipv4({ protocol: 6 }), withChecksum(emitTcp(tcp(fields), payload), 6, how));
}

/** An Ethernet frame with a datagram. */
export function udpFrame(fields: Partial<Udp>, payload: Uint8Array, how?: "whole" | "partial"): Uint8Array {
  return ethernetIpv4(ipv4({ protocol: 17 }), withChecksum(emitUdp(udp(fields), payload), 17, how));
}

const letters = (text: string): number[] => [...text].map((one) => one.charCodeAt(0));
const name = (...labels: readonly string[]): number[] => [...labels.flatMap((one) => [one.length, ...letters(one)]), 0];

/** A question for the A record of example.org. */
export function dnsQuestion(id: number): Uint8Array {
  return bytesOf([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], name("example", "org"), [0, 1, 0, 1]);
}

/** Its answer: an alias and an address, names as pointers. */
export function dnsAnswer(id: number, responseCode: Dns["responseCode"] = 0): Uint8Array {
  const question = dnsQuestion(id).slice(12);
  const alias = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, 97, 0xc0, 12];
  const record = [0xc0, 41, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7];
  return bytesOf([id >> 8, id & 0xff, 0x81, 0x80 | responseCode, 0, 1, 0, 2, 0, 0, 0, 0], question, alias, record);
}

/** A DHCP message of a client. */
export function dhcpRequest(message: number): Uint8Array {
  const fixed = new Uint8Array(236);
  fixed.set([1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78]);
  fixed.set([2, 0, 0, 0, 0, 1], 28);
  const wanted = new DataView(new ArrayBuffer(4));
  wanted.setUint32(0, address("192.168.2.50"));
  return bytesOf(
    fixed,
    [0x63, 0x82, 0x53, 0x63, 53, 1, message, 0, 50, 4],
    new Uint8Array(wanted.buffer),
    [54, 4, 192, 168, 2, 1, 255],
  );
}

/** One frame of each kind. */
export function transportFrames(): Uint8Array[] {
  return [
    tcpFrame(),
    tcpFrame({ flags: 0x18, options: null }, pattern(40)),
    tcpFrame({
      options: {
        mss: null,
        windowScale: null,
        sackPermitted: false,
        sack: [
          [5, 9],
          [20, 30],
        ],
        timestamps: null,
        signed: true,
      },
    }),
    udpFrame({}, pattern(30)),
    udpFrame({ destinationPort: 53 }, dnsQuestion(4660)),
    udpFrame({ sourcePort: 53 }, dnsAnswer(4660)),
    udpFrame({ sourcePort: 68, destinationPort: 67 }, dhcpRequest(3)),
  ];
}

// TCP, UDP, DNS and DHCP: bytes in, fields out, and the same bytes again.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIpv4, formatMac } from "../../src/model/address.ts";
import type { Dhcp, Dns, Tcp, Udp } from "../../src/model/packet.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { emitQuoted } from "../../src/wire/quoted.ts";
import { emitTcp } from "../../src/wire/tcp.ts";
import { emitUdp } from "../../src/wire/udp.ts";
import { bytesOf, ethernetIpv4, frameOf, ipv4, pattern, unreachable } from "./frames.ts";
import { dhcpRequest, dnsAnswer, dnsQuestion, tcp, tcpFrame, udp, udpFrame } from "./transport-frames.ts";

function tcpOf(bytes: Uint8Array, length = bytes.length): Tcp {
  const { network } = decode(frameOf(bytes, "EN10MB", length));
  if (network.kind !== "tcp" || network.tcp === null) throw new Error("no segment");
  return network.tcp;
}

function udpOf(bytes: Uint8Array): Udp {
  const { network } = decode(frameOf(bytes));
  if (network.kind !== "udp" || network.udp === null) throw new Error("no datagram");
  return network.udp;
}

function dnsOf(payload: Uint8Array): Dns {
  const { application } = udpOf(udpFrame({ destinationPort: 53 }, payload));
  if (application?.kind !== "dns") throw new Error("no DNS");
  return application;
}

describe("TCP", () => {
  test("a SYN with its options", () => {
    expect(tcpOf(tcpFrame())).toMatchObject({
      sourcePort: 40000,
      destinationPort: 80,
      sequence: 1000,
      flags: 2,
      window: 64240,
      checksumOk: true,
      checksumPartial: false,
      payloadLength: 0,
      options: { mss: 1460, windowScale: 7, sackPermitted: true, timestamps: { value: 123456, echo: 0 } },
    });
  });

  test("a checksum that the card has still to complete is no damage; any other is", () => {
    expect(tcpOf(tcpFrame({}, pattern(9), "partial"))).toMatchObject({ checksumOk: null, checksumPartial: true });
    const bytes = tcpFrame({}, pattern(9));
    bytes[bytes.length - 1] = 99;
    expect(tcpOf(bytes)).toMatchObject({ checksumOk: false, checksumPartial: false });
  });

  test("a segment cut by the snap length has its numbers and no judged checksum", () => {
    const bytes = tcpFrame({ flags: 0x18 }, pattern(400));
    expect(tcpOf(bytes.slice(0, 96), bytes.length)).toMatchObject({ payloadLength: 400, checksumOk: null });
  });

  test("a header that is shorter than any, and options that end early, are faults", () => {
    const bytes = tcpFrame();
    bytes[46] = 0x40;
    const short = decode(frameOf(bytes));
    expect(short.faults).toMatchObject([{ layer: "tcp", what: "bad-value", limitedBy: "tcp.data_offset" }]);
    const lying = tcpFrame();
    lying[55] = 60;
    expect(decode(frameOf(lying)).faults).toMatchObject([{ layer: "tcp", limitedBy: "tcp.option_length" }]);
  });

  test("what is emitted is parsed back as it was", () => {
    const number = fc.integer({ min: 0, max: 0xffffffff });
    const port = fc.integer({ min: 0, max: 0xffff });
    const options = fc.record({
      mss: fc.option(port, { nil: null }),
      windowScale: fc.option(fc.integer({ min: 0, max: 14 }), { nil: null }),
      sackPermitted: fc.boolean(),
      sack: fc.array(fc.tuple(number, number), { maxLength: 2 }),
      timestamps: fc.option(fc.record({ value: number, echo: number }), { nil: null }),
      signed: fc.constant(false),
    });
    const fields = fc.record({
      sourcePort: port,
      destinationPort: port,
      sequence: number,
      acknowledgement: number,
      flags: fc.integer({ min: 0, max: 0x1ff }),
      window: port,
      options,
    });
    fc.assert(
      fc.property(fields, fc.uint8Array({ maxLength: 60 }), (given, payload) => {
        const segment = emitTcp(tcp(given), payload);
        const { network, faults } = decode(frameOf(emitIpv4(ipv4({ protocol: 6 }), segment), "RAW"));
        expect(faults).toEqual([]);
        expect(network).toMatchObject({ kind: "tcp", tcp: { ...given, payloadLength: payload.length } });
      }),
    );
  });
});

describe("UDP", () => {
  test("a datagram; no checksum is no damage", () => {
    expect(udpOf(udpFrame({}, pattern(30)))).toMatchObject({ length: 38, payloadLength: 30, checksumOk: true });
    expect(udpOf(ethernetIpv4(ipv4({ protocol: 17 }), emitUdp(udp(), pattern(5))))).toMatchObject({
      checksum: 0,
      checksumOk: null,
    });
    expect(udpOf(udpFrame({}, pattern(30), "partial"))).toMatchObject({ checksumOk: null, checksumPartial: true });
  });

  test("a length beyond its packet is a fault", () => {
    const bytes = ethernetIpv4(ipv4({ protocol: 17 }), emitUdp(udp({ length: 500 }), pattern(5)));
    expect(decode(frameOf(bytes)).faults).toMatchObject([{ layer: "udp", what: "bad-value", limitedBy: "udp.length" }]);
  });

  test("a later fragment has no header", () => {
    const bytes = ethernetIpv4(ipv4({ protocol: 17, fragmentOffset: 10 }), pattern(40));
    expect(decode(frameOf(bytes)).network).toMatchObject({ kind: "udp", udp: null });
  });
});

describe("DNS", () => {
  test("a question, and an answer whose names are pointers", () => {
    expect(dnsOf(dnsQuestion(4660))).toEqual({
      kind: "dns",
      id: 4660,
      response: false,
      responseCode: 0,
      truncated: false,
      question: { name: "example.org", type: 1 },
      answers: 0,
      addresses: [],
    });
    const answer = dnsOf(dnsAnswer(4660));
    expect(answer).toMatchObject({ response: true, answers: 2, question: { name: "example.org", type: 1 } });
    expect(answer.addresses.map(formatIpv4)).toEqual(["192.0.2.7"]);
    expect(dnsOf(dnsAnswer(1, 3)).responseCode).toBe(3);
  });

  test("a name that points at itself, and one that ends outside, are no names", () => {
    const loop = bytesOf([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
    expect(dnsOf(loop).question).toBeNull();
    expect(dnsOf(bytesOf([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 97])).question).toBeNull();
  });

  test("bytes that a terminal would obey are written as numbers", () => {
    const odd = bytesOf([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 27, 91, 46, 97, 0, 0, 1, 0, 1]);
    expect(dnsOf(odd).question?.name).toBe("\\027[\\.a");
  });
});

test("DHCP", () => {
  const { application } = udpOf(udpFrame({ sourcePort: 68, destinationPort: 67 }, dhcpRequest(3)));
  const dhcp = application as Dhcp;
  expect(dhcp).toMatchObject({ kind: "dhcp", operation: 1, transaction: 0x12345678, message: 3, clientAddress: null });
  expect(formatMac(dhcp.clientMac ?? (0 as never))).toBe("02:00:00:00:00:01");
  expect([dhcp.requestedAddress, dhcp.server].map((one) => one && formatIpv4(one))).toEqual([
    "192.168.2.50",
    "192.168.2.1",
  ]);
});

test("an ICMP error quotes ports and sequence number, of which 8 bytes are enough", () => {
  const quote = emitQuoted({
    ip: ipv4({ protocol: 6 }),
    icmp: null,
    ports: { source: 40000, destination: 80 },
    sequence: 1000,
  });
  const { network } = decode(frameOf(ethernetIpv4(ipv4(), emitIcmp(unreachable(13), quote))));
  expect(network).toMatchObject({
    icmp: { body: { quoted: { ports: { source: 40000, destination: 80 }, sequence: 1000 } } },
  });
});

// Properties: what is emitted is parsed back as it was, and what is parsed back is emitted as the same bytes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ipv4, Mac } from "../../src/model/address.ts";
import type { Arp, Icmp, IcmpBody, Ipv4Header, Network } from "../../src/model/packet.ts";
import { emitArp } from "../../src/wire/arp.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitEthernet } from "../../src/wire/ethernet.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { type CookedHeader, emitSll } from "../../src/wire/linux-sll.ts";
import { emitSll2 } from "../../src/wire/linux-sll2.ts";
import { emitQuoted } from "../../src/wire/quoted.ts";
import { emitVlans } from "../../src/wire/vlan.ts";
import { frameOf } from "./frames.ts";

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const ipv4Address = u32.map((value) => value as Ipv4);
const mac = fc.integer({ min: 0, max: 0xffffffffffff }).map((value) => value as Mac);
const payload = fc.uint8Array({ maxLength: 100 });
const nothing = new Uint8Array(0);

const arp: fc.Arbitrary<Arp> = fc.record({
  kind: fc.constant("arp"),
  operation: u16,
  hardwareType: u16.filter((type) => type !== 24),
  protocolType: fc.constant(0x0800),
  senderMac: mac,
  senderIp: ipv4Address,
  targetMac: mac,
  targetIp: ipv4Address,
});

const header: fc.Arbitrary<Ipv4Header> = fc.record({
  source: ipv4Address,
  destination: ipv4Address,
  protocol: fc.constant(1),
  headerLength: fc.constant(null),
  totalLength: fc.constant(null),
  identification: u16,
  dontFragment: fc.boolean(),
  moreFragments: fc.constant(false),
  fragmentOffset: fc.constant(0),
  ttl: u8,
  dscp: fc.integer({ min: 0, max: 63 }),
  ecn: fc.integer({ min: 0, max: 3 }),
  checksum: fc.constant(null),
  checksumOk: fc.constant(null),
  options: fc
    .integer({ min: 0, max: 10 })
    .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
});

const tag = fc.record({
  tpid: fc.constantFrom(0x8100, 0x88a8, 0x9100),
  id: fc.integer({ min: 0, max: 0xfff }),
  priority: fc.integer({ min: 0, max: 7 }),
  dei: fc.boolean(),
});

const cooked: fc.Arbitrary<CookedHeader> = fc.record({
  kind: fc.constant("cooked"),
  packetType: fc.constantFrom("host", "broadcast", "multicast", "other-host", "outgoing", "unknown"),
  source: fc.option(mac, { nil: null }),
  etherType: fc.constant(0x0806),
  hardwareType: fc.constantFrom(1, 772, 65534),
  interfaceIndex: fc.constant(null),
});

const errorTypes = [
  { type: 3, code: 4, what: "unreachable" },
  { type: 3, code: 1, what: "unreachable" },
  { type: 4, code: 0, what: "source-quench" },
  { type: 5, code: 1, what: "redirect" },
  { type: 11, code: 0, what: "time-exceeded" },
  { type: 12, code: 0, what: "parameter-problem" },
] as const;

/** ICMP messages with what they carry. */
const messages: fc.Arbitrary<{ icmp: Icmp; payload: Uint8Array }> = fc.oneof(
  message([0, 8], (type) =>
    fc.record({ id: u16, sequence: u16 }).map((numbers) => {
      return { kind: "echo", reply: type === 0, ...numbers, payloadLength: null, payloadHash: 0 } satisfies IcmpBody;
    }),
  ),
  message([13, 14], (type) =>
    fc.record({ id: u16, sequence: u16, originate: u32, receive: u32, transmit: u32 }).map((numbers) => {
      return { kind: "timestamp", reply: type === 14, ...numbers } satisfies IcmpBody;
    }),
  ),
  message([9, 10, 17, 18, 40, 255], () => fc.constant({ kind: "other", payloadHash: 0 } satisfies IcmpBody)),
);

function message(types: readonly number[], bodyOf: (type: number) => fc.Arbitrary<IcmpBody>) {
  return fc.constantFrom(...types).chain((type) =>
    fc.record({
      icmp: fc
        .record({ code: u8, body: bodyOf(type) })
        .map(({ code, body }): Icmp => ({ type, code, checksum: null, checksumOk: null, body })),
      payload: type === 13 || type === 14 ? fc.constant(nothing) : fc.uint8Array({ minLength: 4, maxLength: 100 }),
    }),
  );
}

function icmpOf(network: Network): Extract<Network, { kind: "icmp" }> {
  if (network.kind !== "icmp") throw new Error(`expected icmp, not ${network.kind}`);
  return network;
}

describe("emit, parse, emit", () => {
  test("ARP in Ethernet behind any tags", () => {
    fc.assert(
      fc.property(mac, mac, fc.array(tag, { maxLength: 8 }), arp, (destination, source, tags, packet) => {
        const etherType = tags[0]?.tpid ?? 0x0806;
        const link = { kind: "ethernet", destination, source, etherType } as const;
        const bytes = emitEthernet(link, emitVlans(tags, 0x0806, emitArp(packet)));
        const decoded = decode(frameOf(bytes));
        expect(decoded).toMatchObject({ link, vlans: tags, network: packet, faults: [] });
        expect(emitArp(decoded.network as Arp)).toEqual(emitArp(packet));
      }),
    );
  });

  test("cooked headers", () => {
    fc.assert(
      fc.property(cooked, u32, arp, (link, interfaceIndex, packet) => {
        const old = decode(frameOf(emitSll(link, emitArp(packet)), "LINUX_SLL"));
        expect(old).toMatchObject({ link, network: packet, faults: [] });
        const bytes = emitSll2({ ...link, interfaceIndex }, emitArp(packet));
        const decoded = decode(frameOf(bytes, "LINUX_SLL2"));
        expect(decoded).toMatchObject({ link: { ...link, interfaceIndex }, network: packet, faults: [] });
        expect(emitSll2(decoded.link as CookedHeader, emitArp(packet))).toEqual(bytes);
      }),
    );
  });

  test("ICMP in IPv4", () => {
    fc.assert(
      fc.property(header, messages, (ip, { icmp, payload }) => {
        const bytes = emitIpv4(ip, emitIcmp(icmp, payload));
        const decoded = decode(frameOf(bytes, "RAW"));
        const network = icmpOf(decoded.network);
        const { headerLength: _, totalLength: __, checksum: ___, checksumOk: ____, ...plain } = ip;
        expect(network.ip).toMatchObject({ ...plain, totalLength: bytes.length, checksumOk: true });
        expect(network.icmp).toMatchObject({ type: icmp.type, code: icmp.code, checksumOk: true });
        expect(network.icmp?.body.kind).toBe(icmp.body.kind);
        expect(decoded.faults).toEqual([]);
        expect(emitIpv4(network.ip, emitIcmp(network.icmp as Icmp, payload))).toEqual(bytes);
      }),
    );
  });

  test("ICMP errors with what they quote", () => {
    const quotedIcmp = fc.record({ type: fc.constantFrom(0, 8, 13), code: u8, id: u16, sequence: u16 });
    fc.assert(
      fc.property(
        header,
        fc.constantFrom(...errorTypes),
        header,
        quotedIcmp,
        u16,
        u32,
        u8,
        (ip, error, innerIp, inner, mtu, gateway, pointer) => {
          const body: IcmpBody = {
            kind: "error",
            what: error.what,
            mtu: error.what === "unreachable" && error.code === 4 ? mtu : null,
            gateway: error.what === "redirect" ? (gateway as Ipv4) : null,
            pointer: error.what === "parameter-problem" ? pointer : null,
            quoted: { ip: innerIp, icmp: inner },
          };
          const icmp = { type: error.type, code: error.code, checksum: null, checksumOk: null, body };
          const bytes = emitIpv4(ip, emitIcmp(icmp, emitQuoted({ ip: innerIp, icmp: inner })));
          const decoded = decode(frameOf(bytes, "RAW"));
          const network = icmpOf(decoded.network);
          const { headerLength: _, totalLength: __, checksum: ___, checksumOk: ____, ...plain } = innerIp;
          expect(network.icmp).toMatchObject({
            checksumOk: true,
            body: { ...body, quoted: { ip: { ...plain, checksumOk: true }, icmp: inner } },
          });
          expect(decoded.faults).toEqual([]);
          const parsed = network.icmp?.body;
          if (parsed?.kind !== "error" || parsed.quoted === null) throw new Error("expected a quote");
          expect(emitIpv4(network.ip, emitIcmp(network.icmp as Icmp, emitQuoted(parsed.quoted)))).toEqual(bytes);
        },
      ),
    );
  });

  test("any payload behind any header is left as it is", () => {
    fc.assert(
      fc.property(header, u8, payload, (ip, protocol, bytes) => {
        const datagram = emitIpv4({ ...ip, protocol }, bytes);
        expect(datagram.subarray(datagram.length - bytes.length)).toEqual(bytes);
      }),
    );
  });
});

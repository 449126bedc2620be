// What decode() says of frames that are whole, cut short, padded, fragmented or wrong.

import { describe, expect, test } from "vitest";
import type { Mac } from "../../src/model/address.ts";
import type { Network } from "../../src/model/packet.ts";
import { emitArp } from "../../src/wire/arp.ts";
import { classify, TRAFFIC } from "../../src/wire/classify.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { emitSll } from "../../src/wire/linux-sll.ts";
import { emitSll2 } from "../../src/wire/linux-sll2.ts";
import { emitFamily } from "../../src/wire/null-loop.ts";
import { emitQuoted } from "../../src/wire/quoted.ts";
import { emitVlans } from "../../src/wire/vlan.ts";
import {
  address,
  bytesOf,
  echo,
  ethernet,
  ethernetIpv4,
  frameOf,
  icmp,
  ipv4,
  pattern,
  ping,
  unreachable,
} from "./frames.ts";

const arpBytes = emitArp({
  kind: "arp",
  operation: 1,
  hardwareType: 1,
  protocolType: 0x0800,
  senderMac: 0x020000000001 as Mac,
  senderIp: address("192.168.2.11"),
  targetMac: 0 as Mac,
  targetIp: address("192.168.2.1"),
});

function icmpOf(network: Network): Extract<Network, { kind: "icmp" }> {
  if (network.kind !== "icmp") throw new Error(`expected icmp, not ${network.kind}`);
  return network;
}
function decodeBytes(bytes: Uint8Array, length?: number) {
  return decode(frameOf(bytes, "EN10MB", length));
}

describe("link layers", () => {
  test("Ethernet: addresses above 2^31 survive", () => {
    const bytes = bytesOf([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0x80, 1, 2, 3, 4, 5, 0x08, 0x06], arpBytes);
    const packet = decodeBytes(bytes);
    expect(packet.link).toEqual({
      kind: "ethernet",
      destination: 0xfffefdfcfbfa,
      source: 0x800102030405,
      etherType: 0x0806,
    });
    expect(packet.network).toMatchObject({ kind: "arp", operation: 1, targetIp: address("192.168.2.1") });
    expect(packet.faults).toEqual([]);
  });

  test("a length in place of a type is LLC, also behind a tag and in cooked captures", () => {
    expect(decodeBytes(ethernet(0x0026, pattern(38))).network).toMatchObject({ protocol: "llc" });
    expect(decodeBytes(ethernet(0x05ff, pattern(38))).network).toMatchObject({ protocol: "llc" });
    expect(decodeBytes(ethernet(0x0600, pattern(38))).network).toMatchObject({ protocol: "other" });
    const tagged = ethernet(0x8100, emitVlans([{ tpid: 0x8100, id: 5, priority: 0, dei: false }], 38, pattern(38)));
    expect(decodeBytes(tagged).network).toMatchObject({ protocol: "llc" });
    const cooked = cookedHeader({ etherType: 4 });
    expect(decode(frameOf(emitSll(cooked, pattern(38)), "LINUX_SLL")).network).toMatchObject({ protocol: "llc" });
  });

  test("VLAN tags of three kinds, nested, in order", () => {
    const tags = [
      { tpid: 0x88a8, id: 200, priority: 5, dei: true },
      { tpid: 0x9100, id: 4095, priority: 0, dei: false },
      { tpid: 0x8100, id: 2001, priority: 7, dei: false },
    ];
    const packet = decodeBytes(ethernet(0x88a8, emitVlans(tags, 0x0806, arpBytes)));
    expect(packet.vlans).toEqual(tags);
    expect(packet.network.kind).toBe("arp");
  });

  test("a tag that is cut off, and more tags than are followed", () => {
    const cut = decodeBytes(ethernet(0x8100, new Uint8Array(3)), 98);
    expect(cut.faults).toEqual([{ layer: "vlan", needed: 4, had: 3, limitedBy: "snap length", what: "truncated" }]);
    const tags = Array.from({ length: 9 }, () => ({ tpid: 0x8100, id: 1, priority: 0, dei: false }));
    const deepBytes = ethernet(0x8100, emitVlans(tags, 0x0806, arpBytes));
    const deep = decodeBytes(deepBytes);
    expect(classify("EN10MB", deepBytes, 0, deepBytes.length)).toBe(TRAFFIC.other);
    expect(deep.vlans).toHaveLength(8);
    expect(deep.network).toMatchObject({ kind: "other", protocol: "other" });
    expect(deep.faults).toMatchObject([{ layer: "vlan", what: "bad-value" }]);
  });

  test("cooked captures tell direction, interface and packet type", () => {
    const header = cookedHeader({ interfaceIndex: 3, packetType: "outgoing" });
    const out = decode(frameOf(emitSll2(header, arpBytes), "LINUX_SLL2"));
    expect(out.link).toEqual(header);
    expect(out.frame.direction).toBe("out");
    const host = decode(frameOf(emitSll(cookedHeader({ packetType: "host" }), arpBytes), "LINUX_SLL"));
    expect(host.frame.direction).toBe("in");
    expect(host.link).toMatchObject({ interfaceIndex: null, packetType: "host" });
    const odd = decode(frameOf(emitSll(cookedHeader({ packetType: "unknown", source: null }), arpBytes), "LINUX_SLL"));
    expect(odd.frame.direction).toBeNull();
    expect(odd.link).toMatchObject({ source: null, packetType: "unknown" });
  });

  test("the capture's own direction goes before the cooked header's", () => {
    const bytes = emitSll2(cookedHeader({ packetType: "host" }), arpBytes);
    expect(decode({ ...frameOf(bytes, "LINUX_SLL2"), direction: "out" }).frame.direction).toBe("out");
  });

  test("netlink in a cooked capture is no EtherType", () => {
    const bytes = emitSll(cookedHeader({ hardwareType: 824, etherType: 0x0800 }), pattern(40));
    expect(decode(frameOf(bytes, "LINUX_SLL"))).toMatchObject({ network: { protocol: "other" }, faults: [] });
  });

  test("NULL in either host's byte order, LOOP in network order, RAW by version", () => {
    const datagram = emitIpv4(ipv4(), emitIcmp(echo(1, 1), pattern(8)));
    for (const order of ["network", "swapped"] as const) {
      expect(decode(frameOf(emitFamily(2, order, datagram), "NULL")).network.kind).toBe("icmp");
      for (const family of [24, 28, 30, 10]) {
        const packet = decode(frameOf(emitFamily(family, order, datagram), "NULL"));
        expect(packet.network).toMatchObject({ kind: "other", protocol: "ipv6" });
      }
    }
    const written = decode(frameOf(emitFamily(0x0f000800, "network", datagram), "NULL"));
    expect(written.network.kind).toBe("icmp");
    expect(decode(frameOf(emitFamily(0x0f000002, "network", datagram), "NULL")).network.kind).toBe("other");
    expect(decode(frameOf(emitFamily(2, "network", datagram), "LOOP")).network.kind).toBe("icmp");
    expect(decode(frameOf(emitFamily(2, "swapped", datagram), "LOOP")).network.kind).toBe("other");
    expect(decode(frameOf(datagram, "RAW")).network.kind).toBe("icmp");
    expect(decode(frameOf(new Uint8Array([0x60]), "RAW")).network).toMatchObject({ protocol: "ipv6" });
    expect(decode(frameOf(new Uint8Array([0x10]), "RAW")).faults).toMatchObject([{ layer: "link", what: "bad-value" }]);
  });

  test("a link type that nobody decodes is a fault, not a guess", () => {
    const packet = decode(frameOf(ping(), { unknown: 147 }));
    expect(packet.network).toMatchObject({ kind: "other", protocol: "other" });
    expect(packet.faults).toMatchObject([{ layer: "link", limitedBy: "link type" }]);
  });

  function cookedHeader(fields: object) {
    const base = { kind: "cooked", packetType: "host", source: 0x0200000000ff as Mac, etherType: 0x0806 } as const;
    return { ...base, hardwareType: 1, interfaceIndex: null, ...fields };
  }
});

describe("ARP", () => {
  test("cut off after the sender: what is there is told", () => {
    const packet = decodeBytes(ethernet(0x0806, arpBytes.slice(0, 18)), 60);
    expect(packet.network).toMatchObject({ operation: 1, senderIp: address("192.168.2.11"), targetIp: null });
    expect(packet.faults).toEqual([{ layer: "arp", needed: 28, had: 18, limitedBy: "snap length", what: "truncated" }]);
  });

  test("cut off before the operation: no ARP", () => {
    const packet = decodeBytes(ethernet(0x0806, arpBytes.slice(0, 7)));
    expect(packet.network.kind).toBe("other");
    expect(packet.faults).toEqual([{ layer: "arp", needed: 8, had: 7, limitedBy: "frame", what: "truncated" }]);
  });

  test("over InfiniBand: no MAC addresses, but IPv4 addresses", () => {
    const bytes = bytesOf([0, 32, 8, 0, 20, 4, 0, 1], pattern(20), [10, 0, 0, 1], pattern(20), [10, 0, 0, 2]);
    expect(decodeBytes(ethernet(0x0806, bytes)).network).toMatchObject({
      senderMac: null,
      senderIp: address("10.0.0.1"),
      targetMac: null,
      targetIp: address("10.0.0.2"),
    });
  });

  test("RARP is not ARP", () => {
    expect(decodeBytes(ethernet(0x8035, arpBytes)).network).toMatchObject({ kind: "other", protocol: "other" });
  });
});

describe("IPv4", () => {
  test("padding after the datagram is no payload", () => {
    const short = ethernetIpv4(ipv4(), emitIcmp(echo(7, 1), pattern(3)));
    const plain = icmpOf(decodeBytes(short).network);
    const padded = icmpOf(decodeBytes(bytesOf(short, new Uint8Array(20).fill(0xee))).network);
    expect(padded.icmp?.checksumOk).toBe(true);
    expect(padded.icmp?.body).toEqual(plain.icmp?.body);
    expect(padded.payloadHash).toBe(plain.payloadHash);
  });

  test("total length beyond the frame: a fault, and no verdict on the checksum", () => {
    const packet = decodeBytes(ping({ totalLength: 200 }));
    expect(icmpOf(packet.network).icmp?.checksumOk).toBeNull();
    expect(packet.faults).toEqual([{ layer: "ipv4", needed: 200, had: 84, limitedBy: "frame", what: "truncated" }]);
  });

  test("total length within the frame but beyond what was captured: no fault, no verdict", () => {
    const packet = decodeBytes(ping().slice(0, 60), 98);
    expect(icmpOf(packet.network)).toMatchObject({
      ip: { checksumOk: true },
      icmp: { checksumOk: null, body: { kind: "echo", id: 7, sequence: 1, payloadLength: 56 } },
    });
    expect(packet.faults).toEqual([]);
  });

  test("total length 0 takes the frame's length", () => {
    const network = icmpOf(decodeBytes(ping({ totalLength: 0 })).network);
    expect(network.ip.totalLength).toBe(0);
    expect(network.icmp).toMatchObject({ checksumOk: true, body: { kind: "echo", payloadLength: null } });
  });

  test("total length shorter than the header", () => {
    const packet = decodeBytes(ping({ totalLength: 19 }));
    expect(icmpOf(packet.network).icmp).toBeNull();
    expect(packet.faults).toEqual([
      { layer: "ipv4", needed: 20, had: 19, limitedBy: "ipv4.total_length", what: "bad-value" },
    ]);
  });

  test("wrong version, header length below 20, and a cut-off header are no IPv4", () => {
    const bytes = ping();
    for (const first of [0x55, 0x44]) {
      bytes[14] = first;
      const packet = decodeBytes(bytes);
      expect(packet.network).toEqual({ kind: "other", protocol: "ipv4-other", ip: null });
      expect(packet.faults).toMatchObject([{ layer: "ipv4", what: "bad-value" }]);
    }
    const cut = decodeBytes(ping({ protocol: 6 }).slice(0, 33), 98);
    expect(cut.network).toEqual({ kind: "other", protocol: "tcp", ip: null });
    expect(cut.faults).toMatchObject([{ layer: "ipv4", needed: 20, had: 19, limitedBy: "snap length" }]);
  });

  test("options are copied; cut off, they and the checksum are unknown", () => {
    const options = new Uint8Array([148, 4, 0, 0]);
    // As Node's streams hand them out; its slice() copies nothing.
    const bytes = Buffer.from(ping({ options }));
    const { ip } = icmpOf(decodeBytes(bytes).network);
    bytes.fill(0);
    expect(ip).toMatchObject({ headerLength: 24, checksumOk: true, options });
    const cut = decodeBytes(ping({ options }).slice(0, 36), 102);
    expect(icmpOf(cut.network)).toMatchObject({
      ip: { headerLength: 24, checksumOk: null, options: null },
      icmp: null,
    });
    expect(cut.faults).toMatchObject([{ layer: "ipv4", needed: 24, had: 22, limitedBy: "snap length" }]);
  });

  test("a wrong header checksum is told", () => {
    expect(icmpOf(decodeBytes(ping({ checksum: 1 })).network).ip).toMatchObject({ checksum: 1, checksumOk: false });
  });

  test("fragments: the first has ICMP without a verdict, later ones have a hash only", () => {
    const first = icmpOf(decodeBytes(ping({ moreFragments: true })).network);
    expect(first.icmp).toMatchObject({ checksumOk: null, body: { kind: "echo", id: 7, payloadLength: null } });
    const later = decodeBytes(ping({ fragmentOffset: 185 }));
    expect(icmpOf(later.network)).toMatchObject({ icmp: null, ip: { fragmentOffset: 185 } });
    expect(icmpOf(later.network).payloadHash).not.toBe(first.payloadHash);
    expect(later.faults).toEqual([]);
  });
});

describe("ICMP", () => {
  test("cut off in the echo header: neither id nor sequence is made up", () => {
    const packet = decodeBytes(ping().slice(0, 40), 98);
    expect(icmpOf(packet.network).icmp).toMatchObject({ type: 8, code: 0, checksumOk: null, body: { kind: "other" } });
    expect(packet.faults).toEqual([{ layer: "icmp", needed: 8, had: 6, limitedBy: "snap length", what: "truncated" }]);
  });

  test("nothing of it in the datagram", () => {
    const packet = decodeBytes(ethernetIpv4(ipv4(), new Uint8Array(0)));
    expect(icmpOf(packet.network).icmp).toBeNull();
    expect(packet.faults).toMatchObject([{ layer: "icmp", had: 0, limitedBy: "ipv4.total_length" }]);
  });

  test("errors: next-hop MTU, gateway, pointer, and what they quote", () => {
    const quoted = { ip: ipv4({ totalLength: 84 }), icmp: { type: 8, code: 0, id: 7, sequence: 3 } };
    const errors = [
      { message: unreachable(4, 1400), expected: { what: "unreachable", mtu: 1400, gateway: null, pointer: null } },
      { message: unreachable(1), expected: { what: "unreachable", mtu: null } },
      { message: error(5, "redirect", { gateway: address("10.0.0.9") }), expected: { gateway: address("10.0.0.9") } },
      {
        message: error(12, "parameter-problem", { pointer: 20 }),
        expected: { what: "parameter-problem", pointer: 20 },
      },
      { message: error(11, "time-exceeded", {}), expected: { what: "time-exceeded", mtu: null } },
      { message: error(4, "source-quench", {}), expected: { what: "source-quench" } },
    ];
    for (const { message, expected } of errors) {
      const packet = decodeBytes(ethernetIpv4(ipv4(), emitIcmp(message, emitQuoted(quoted))));
      expect(icmpOf(packet.network).icmp).toMatchObject({ checksumOk: true, body: { kind: "error", ...expected } });
      const body = icmpOf(packet.network).icmp?.body;
      expect(body?.kind === "error" && body.quoted).toMatchObject({
        ip: { source: quoted.ip.source, totalLength: 84, checksumOk: true },
        icmp: quoted.icmp,
      });
      expect(packet.faults).toEqual([]);
    }
  });

  test("a quote that is too short, cut at every byte", () => {
    const whole = emitQuoted({ ip: ipv4({ totalLength: 84 }), icmp: { type: 8, code: 0, id: 7, sequence: 3 } });
    for (let kept = 0; kept < whole.length; kept++) {
      const packet = decodeBytes(ethernetIpv4(ipv4(), emitIcmp(unreachable(1), whole.slice(0, kept))));
      const body = icmpOf(packet.network).icmp?.body;
      const quoted = body?.kind === "error" ? body.quoted : undefined;
      const limitedBy = "ipv4.total_length";
      if (kept < 20) {
        expect(quoted).toBeNull();
        expect(packet.faults).toEqual([{ layer: "quoted", needed: 20, had: kept, limitedBy, what: "truncated" }]);
      } else {
        const icmpKept = kept - 20;
        expect(quoted?.icmp ?? null).toEqual(
          icmpKept === 0
            ? null
            : { type: 8, code: icmpKept > 1 ? 0 : null, id: icmpKept >= 6 ? 7 : null, sequence: null },
        );
        expect(packet.faults).toEqual([{ layer: "quoted", needed: 8, had: icmpKept, limitedBy, what: "truncated" }]);
      }
    }
  });

  test("a quoted later fragment has no ICMP header", () => {
    const fragment = emitIpv4(ipv4({ fragmentOffset: 185 }), pattern(8));
    const packet = decodeBytes(ethernetIpv4(ipv4(), emitIcmp(unreachable(1), fragment)));
    const body = icmpOf(packet.network).icmp?.body;
    expect(body?.kind === "error" && body.quoted?.icmp).toBeNull();
    expect(packet.faults).toEqual([]);
  });

  test("a timestamp that is cut off is no timestamp", () => {
    const stamps = { id: 1, sequence: 2, originate: 3, receive: 0xffffffff, transmit: 5 };
    const message = emitIcmp(icmp(13, 0, { kind: "timestamp", reply: false, ...stamps }), new Uint8Array(0));
    expect(icmpOf(decodeBytes(ethernetIpv4(ipv4(), message)).network).icmp?.body).toMatchObject(stamps);
    const cut = decodeBytes(ethernetIpv4(ipv4(), message.slice(0, 19)));
    expect(icmpOf(cut.network).icmp?.body.kind).toBe("other");
    expect(cut.faults).toMatchObject([{ layer: "icmp", needed: 20, had: 19, limitedBy: "ipv4.total_length" }]);
  });

  function error(
    type: number,
    what: "redirect" | "parameter-problem" | "time-exceeded" | "source-quench",
    fields: object,
  ) {
    const none = { mtu: null, gateway: null, pointer: null, quoted: null };
    return icmp(type, 0, { kind: "error", what, ...none, ...fields });
  }
});

describe("the payload hash", () => {
  const hashOf = (bytes: Uint8Array, length?: number) => icmpOf(decodeBytes(bytes, length).network).payloadHash;

  test("is the same at interfaces with other addresses, TTL, checksums, tags and snap lengths", () => {
    const translated = ping({ source: address("203.0.113.9"), ttl: 63, dscp: 46, checksum: 0xbeef });
    expect(hashOf(translated)).toBe(hashOf(ping()));
    expect(hashOf(ping().slice(0, 74), 98)).toBe(hashOf(ping()));
    const datagram = ping().slice(14);
    const tagged = ethernet(0x8100, emitVlans([{ tpid: 0x8100, id: 5, priority: 0, dei: false }], 0x0800, datagram));
    expect(hashOf(tagged)).toBe(hashOf(ping()));
  });

  test("differs with the payload's first 32 bytes and with its length", () => {
    const changed = ping();
    changed[14 + 20 + 8 + 31] = 0;
    expect(hashOf(changed)).not.toBe(hashOf(ping()));
    const longer = ethernetIpv4(ipv4(), emitIcmp(echo(7, 1), pattern(57)));
    expect(hashOf(longer)).not.toBe(hashOf(ping()));
  });

  test("of an error ignores what address translation rewrites in the quote", () => {
    const quoting = (source: string, id: number, ttl: number, identification: number) => {
      const ip = ipv4({ source: address(source), totalLength: 84, ttl, identification });
      const quote = emitQuoted({ ip, icmp: { type: 8, code: 0, id, sequence: 3 } });
      return hashOf(ethernetIpv4(ipv4(), emitIcmp(unreachable(1), quote)));
    };
    expect(quoting("203.0.113.9", 1024, 63, 1)).toBe(quoting("10.0.0.1", 7, 64, 1));
    expect(quoting("10.0.0.1", 7, 64, 2)).not.toBe(quoting("10.0.0.1", 7, 64, 1));
  });
});

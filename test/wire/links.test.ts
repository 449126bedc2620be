// Link types that few captures have: frames built by their specifications, which tshark reads as we do.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatIpv4, formatMac } from "../../src/model/address.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { RareLinkType } from "../../src/model/vantage.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { emitArp } from "../../src/wire/arp.ts";
import { classify, TRAFFIC } from "../../src/wire/classify.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitMpls } from "../../src/wire/tunnel/mpls.ts";
import { emitPppoe } from "../../src/wire/tunnel/pppoe.ts";
import { sampled } from "../how-long.ts";
import { address, bytesOf, frameOf, ping } from "./frames.ts";

const ip = ping().slice(14);
const arp = emitArp({
  kind: "arp",
  operation: 1,
  hardwareType: 1,
  protocolType: 0x0800,
  senderMac: null,
  senderIp: address("192.168.2.11"),
  targetMac: null,
  targetIp: address("192.168.2.1"),
});
const zeros = (count: number): Uint8Array => new Uint8Array(count);

const mac = (last: number): number[] => [2, 0, 0, 0, 0, last];
const [STATION, HOST, POINT] = [mac(0x0c), mac(0x0d), mac(0xaa)];
const SNAP = [0xaa, 0xaa, 3, 0, 0, 0];
const ipSnap = bytesOf([...SNAP, 8, 0], ip);
const arpSnap = bytesOf([...SNAP, 8, 6], arp);

/** An 802.11 frame: control and flag bytes, three addresses, and what follows the sequence number. */
function wlan(control: number, flags: number, addresses: number[][], ...rest: (Uint8Array | number[])[]): Uint8Array {
  return bytesOf([control, flags, 0, 0], ...addresses, [0x10, 0], ...rest);
}
const DATA = 0x08;
const QOS = 0x88;
const toPoint = wlan(DATA, 1, [POINT, STATION, HOST], ipSnap);
const qos = wlan(QOS, 1, [POINT, STATION, HOST], [0, 0], ipSnap);
const qosPadded = wlan(QOS, 1, [POINT, STATION, HOST], [0, 0], [0, 0], ipSnap);
const frames80211 = [
  toPoint,
  wlan(DATA, 2, [STATION, POINT, HOST], ipSnap),
  wlan(DATA, 0, [HOST, STATION, POINT], ipSnap),
  qos,
  // High throughput control, and between two access points with four addresses.
  wlan(QOS, 0x81, [POINT, STATION, HOST], [0, 0, 0, 0, 0, 0], ipSnap),
  wlan(QOS, 3, [POINT, POINT, HOST], STATION, [0, 0], arpSnap),
  // An aggregate, whose first subframe has a header as Ethernet's.
  wlan(QOS, 1, [POINT, STATION, HOST], [0x80, 0], HOST, STATION, [ipSnap.length >>> 8, ipSnap.length & 255], ipSnap),
];
const encrypted = wlan(DATA, 0x41, [POINT, STATION, HOST], [1, 0, 0, 0x20, 0, 0, 0, 0], zeros(60));
const beacon = wlan(0x80, 0, [[255, 255, 255, 255, 255, 255], POINT, POINT], zeros(12));
const nothing = wlan(0x48, 1, [POINT, STATION, HOST]);

const little = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
const radiotap = (present: number[], fields: number[], frame: Uint8Array): Uint8Array =>
  bytesOf([0, 0, 4 + present.length + fields.length, 0], present, fields, frame);
const CHECK = [1, 2, 3, 4];
const CLOCK = [1, 0, 0, 0, 0, 0, 0, 0];

const attribute = (type: number, value: Uint8Array, big = false): Uint8Array => {
  const length = 4 + value.length;
  const head = big ? [length >>> 8, length & 255, 0, type] : [length & 255, length >>> 8, type, 0];
  return bytesOf(head, value, zeros(-value.length & 3));
};

/** Frames of each link type that all carry the same ping, or the same question. */
const carrying: Record<RareLinkType, readonly Uint8Array[]> = {
  SLIP: [bytesOf([1, 0x45], zeros(14), ip)],
  PPP: [bytesOf([0, 0x21], ip), bytesOf([0xff, 3, 0, 0x21], ip), bytesOf([0x21], ip), bytesOf([0xff, 3, 0x21], ip)],
  ATM_RFC1483: [ipSnap, arpSnap],
  PPP_HDLC: [bytesOf([0xff, 3, 0, 0x21], ip), bytesOf([0x0f, 0, 8, 0], ip)],
  PPP_ETHER: [emitPppoe(7, 0x0021, ip)],
  C_HDLC: [bytesOf([0x0f, 0, 8, 0], ip)],
  IEEE802_11: frames80211,
  ENC: [bytesOf([2, 0, 0, 0], zeros(8), ip), bytesOf([0, 0, 0, 2], zeros(8), ip)],
  PFLOG: [bytesOf([61, 2], zeros(62), ip)],
  PRISM_HEADER: [bytesOf(little(0x44), little(144), zeros(136), toPoint)],
  IEEE802_11_RADIOTAP: [
    ...frames80211.map((frame) => radiotap([0, 0, 0, 0], [], frame)),
    radiotap([2, 0, 0, 0], [0x10], bytesOf(toPoint, CHECK)),
    radiotap([3, 0, 0, 0], [...CLOCK, 0x20], qosPadded),
    radiotap([3, 0, 0, 0], [...CLOCK, 0x10], bytesOf(qos, CHECK)),
    radiotap([2, 0, 0, 0x80, 0, 0, 0, 0], [0x10, 0], bytesOf(toPoint, CHECK)),
  ],
  IEEE802_11_AVS: [bytesOf([0x80, 0x21, 0x10, 1, 0, 0, 0, 64], zeros(56), toPoint)],
  PPP_PPPD: [bytesOf([1, 3, 0, 0x21], ip)],
  PPI: [bytesOf([0, 0, 8, 0], little(105), toPoint), bytesOf([0, 0, 12, 0], little(1), zeros(4), ping())],
  PPP_WITH_DIR: [bytesOf([1, 0xff, 3, 0, 0x21], ip)],
  C_HDLC_WITH_DIR: [bytesOf([1, 0x0f, 0, 8, 0], ip)],
  MPLS: [emitMpls([5, 6], ip)],
  NFLOG: [
    bytesOf([2, 0, 0, 5], attribute(1, zeros(4)), attribute(10, bytesOf([112, 0])), attribute(9, ip)),
    bytesOf([2, 0, 0, 5], attribute(10, bytesOf([112, 0]), true), attribute(9, ip, true)),
  ],
  PKTAP: [
    bytesOf(little(108), little(1), little(1), zeros(96), ping()),
    bytesOf(little(108), little(1), little(12), zeros(96), ip),
    bytesOf(little(108), little(1), little(0), zeros(96), little(2), ip),
  ],
};
const types = Object.keys(carrying) as RareLinkType[];

function seen({ network }: Packet): string {
  if (network.kind === "arp") return `arp ${network.senderIp === null ? "?" : formatIpv4(network.senderIp)}`;
  if (network.kind === "other") return network.protocol;
  return `${network.kind} ${formatIpv4(network.ip.source)} > ${formatIpv4(network.ip.destination)}`;
}
const PING = "icmp 192.168.2.11 > 192.168.2.1";
const QUESTION = "arp 192.168.2.11";

describe("link types that few captures have", () => {
  test.each(types)("%s", (type) => {
    for (const bytes of carrying[type]) {
      const packet = decode(frameOf(bytes, type));
      expect([PING, QUESTION]).toContain(seen(packet));
      expect(packet.faults).toEqual([]);
      if (packet.network.kind === "icmp") expect(packet.network.icmp?.checksumOk).toBe(true);
      const traffic = classify(type, bytes, 0, bytes.length);
      expect(traffic).toBe(packet.outer === undefined ? TRAFFIC[packet.network.kind as "icmp"] : TRAFFIC.tunnel);
    }
  });

  test.each(types)("%s, cut anywhere, is never another packet", (type) => {
    for (const bytes of carrying[type]) {
      for (let kept = 0; kept < bytes.length; kept++) {
        const cut = decode(frameOf(bytes.slice(0, kept), type, bytes.length));
        expect(["icmp", "arp", "other"]).toContain(cut.network.kind);
        if (cut.network.kind === "icmp") {
          expect(cut.network.ip.source).toBe(address("192.168.2.11"));
          // A check sequence at the end may be cut off without loss.
          if (kept < bytes.length - CHECK.length) expect(cut.network.icmp?.checksumOk ?? null).toBeNull();
        }
      }
    }
  });

  test("stations of 802.11 are told by which way the frame goes", () => {
    for (const bytes of frames80211) {
      const { link } = decode(frameOf(bytes, "IEEE802_11"));
      expect(link.kind === "ethernet" && [formatMac(link.source), formatMac(link.destination)]).toEqual(
        bytes === frames80211[1]
          ? ["02:00:00:00:00:0d", "02:00:00:00:00:0c"]
          : ["02:00:00:00:00:0c", "02:00:00:00:00:0d"],
      );
    }
  });

  test("what is encrypted is said, and what is no data is nothing", () => {
    expect(seen(decode(frameOf(encrypted, "IEEE802_11")))).toBe("encrypted-wlan");
    expect(classify("IEEE802_11", encrypted, 0, encrypted.length)).toBe(TRAFFIC.tunnel);
    for (const frame of [beacon, nothing]) expect(seen(decode(frameOf(frame, "IEEE802_11")))).toBe("other");
  });

  test("the way a frame went, where the link type tells", () => {
    for (const type of ["SLIP", "PPP_PPPD", "PPP_WITH_DIR", "C_HDLC_WITH_DIR"] as const) {
      const [out] = carrying[type];
      if (out === undefined) throw new Error(type);
      expect(decode(frameOf(out, type)).frame.direction).toBe("out");
      expect(decode(frameOf(bytesOf([0], out.slice(1)), type)).frame.direction).toBe("in");
    }
  });
});

const tshark = spawnSync("tshark", ["--version"]).status === 0;
// Wireshark's own reader does not know these.
const unknownToTshark: readonly RareLinkType[] = ["SLIP", "PPP_PPPD", "C_HDLC_WITH_DIR", "MPLS"];

if (!tshark) {
  console.warn("SKIPPED: tshark is not installed, so rare link types are not compared with its account");
  test("tshark is installed", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands tshark").not.toBe("1");
    skip("tshark is not installed");
  });
}

describe.runIf(tshark)("against tshark", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pktwhy-links-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(sampled(types, "links", 4).filter((type) => !unknownToTshark.includes(type)))("%s", (type) => {
    const file = join(folder, `${type}.pcap`);
    // tshark takes the order of the file for that of the log's attributes.
    const frames = type === "NFLOG" ? carrying[type].slice(0, 1) : carrying[type];
    writeFileSync(file, bytesOf(pcapHeader(type), ...frames.map((bytes) => pcapPacket(1n, bytes))));
    const fields = ["ip.src", "ip.dst", "icmp.type", "arp.src.proto_ipv4"];
    const argv = ["-n", "-r", file, "-T", "fields", ...fields.flatMap((name) => ["-e", name])];
    const { stdout } = spawnSync("tshark", argv, { encoding: "utf8" });
    const theirs = stdout
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => {
        const [from, to, icmp, asker] = line.split("\t");
        return asker ? `arp ${asker}` : `${icmp ? "icmp" : "?"} ${from} > ${to}`;
      });
    expect(frames.map((bytes) => seen(decode(frameOf(bytes, type))))).toEqual(theirs);
  });
});

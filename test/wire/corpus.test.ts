// Conformance: every packet of 25 captures that nobody here made, against what tshark says of it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { CapturedFrame } from "../../src/model/frame.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { LinkType } from "../../src/model/vantage.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { emitArp, parseArp } from "../../src/wire/arp.ts";
import { classify, TRAFFIC } from "../../src/wire/classify.ts";
import { decode } from "../../src/wire/decode.ts";
import { emitEthernet } from "../../src/wire/ethernet.ts";
import { FaultLog } from "../../src/wire/fault-log.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { emitSll, SLL_HEADER } from "../../src/wire/linux-sll.ts";
import { emitSll2, SLL2_HEADER } from "../../src/wire/linux-sll2.ts";
import { FAMILY_HEADER, parseFamily } from "../../src/wire/null-loop.ts";
import { emitVlans, VLAN_TAG } from "../../src/wire/vlan.ts";
import { allowances, notCompared } from "./corpus-allowance.ts";
import { type OracleLine, oracleView } from "./oracle-view.ts";

const folder = new URL("../../../shared/corpus/captures/", import.meta.url);
const suffix = ".oracle.jsonl";
const there = existsSync(folder);

interface Read {
  readonly frame: CapturedFrame;
  readonly packet: Packet;
}

/** All frames of a capture, each with bytes of its own. */
function readCapture(file: string): Read[] {
  const reader = new SavefileReader(file);
  reader.append(new Uint8Array(readFileSync(new URL(file, folder))));
  reader.finish();
  const linkTypes = new Map<number, LinkType>();
  const vantage = { id: 0, netns: null, interface: null, source: file };
  const read: Read[] = [];
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type === "problem") throw new Error(record.problem.text.en);
    if (record.type === "interface") linkTypes.set(record.id, record.linkType);
    if (record.type !== "packet") continue;
    const frame: CapturedFrame = {
      vantage,
      number: read.length + 1,
      time: record.time(),
      linkType: linkTypes.get(record.interfaceId) ?? "TEXT",
      direction: record.direction,
      length: record.length,
      bytes: record.bytes.slice(record.start, record.end),
      start: 0,
      end: record.end - record.start,
    };
    read.push({ frame, packet: decode(frame) });
  }
  return read;
}

function readOracle(file: string): OracleLine[] {
  const text = readFileSync(new URL(file + suffix, folder), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as OracleLine);
}

const used = new Set<string>();

/** The names of the fields in which a packet differs from its oracle, allowances taken off. */
function differences(file: string, oracle: OracleLine, { frame, packet }: Read): string[] {
  const ours = oracleView(packet);
  const allowed = new Set(
    allowances.filter((a) => a.file === file && a.packet === frame.number).flatMap((a) => a.fields),
  );
  const found: string[] = [];
  for (const key of new Set([...Object.keys(oracle), ...Object.keys(ours)])) {
    if (notCompared.has(key) || same(key, oracle[key], ours[key], frame)) continue;
    if (allowed.has(key)) used.add(`${file} ${frame.number} ${key}`);
    else found.push(`#${frame.number} ${key}: tshark ${show(oracle[key])}, we ${show(ours[key])}`);
  }
  return found;
}

function same(key: string, theirs: unknown, ours: unknown, frame: CapturedFrame): boolean {
  switch (key) {
    // Fixed in every header that we accept.
    case "ip.version":
      return theirs === 4;
    case "arp.hw.size":
      return theirs === 6;
    case "arp.proto.size":
      return theirs === 4;
    // The reserved flag is not part of the model.
    case "ip.flags.rb":
      return theirs === 0;
    case "null.family":
    case "null.type":
      return theirs === parseFamily(frame.bytes, frame.start, "host");
    // tshark takes a time stamp of 8 bytes off the payload where it believes to see one, and has no key for an empty rest.
    case "data.len":
      return (
        typeof ours === "number" &&
        (theirs === undefined ? ours <= 8 || isCut(frame) : [0, 8].includes(ours - Number(theirs)))
      );
    case "icmp.inner":
      return show(innerOf(theirs)) === show(innerOf(ours));
    default:
      return show(theirs) === show(ours);
  }
}

function isCut(frame: CapturedFrame): boolean {
  return frame.end - frame.start < frame.length;
}

/** A quoted datagram less what we do not tell of it. */
function innerOf(inner: unknown): unknown {
  if (typeof inner !== "object" || inner === null) return inner;
  const ignored = ["ip.version", "ip.flags.rb", "icmp.checksum", "icmp.checksum.status", "data.len"];
  const kept = Object.entries(inner).filter(([key]) => !ignored.includes(key) && !notCompared.has(key));
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

/** The frame again, out of what was decoded, as far as the model holds it; null where a fault leaves too little. */
function emitAgain({ frame, packet }: Read): Uint8Array | null {
  const { bytes } = frame;
  const { link, vlans, network } = packet;
  const headerLength = { none: 0, ethernet: 14, cooked: frame.linkType === "LINUX_SLL2" ? SLL2_HEADER : SLL_HEADER };
  const isFamily = frame.linkType === "NULL";
  const at = (isFamily ? FAMILY_HEADER : headerLength[link.kind]) + vlans.length * VLAN_TAG;

  let inner: Uint8Array;
  if (network.kind === "arp") {
    inner = emitArp(network);
  } else if (network.ip !== null) {
    const body = bytes.slice(
      at + (network.ip.headerLength ?? 0),
      Math.min(bytes.length, at + (network.ip.totalLength ?? 0)),
    );
    if (network.kind === "icmp" && network.icmp !== null && packet.faults.length === 0) {
      const fixed = { echo: 8, error: 8, timestamp: 20, other: 4 }[network.icmp.body.kind];
      inner = emitIpv4(network.ip, emitIcmp(network.icmp, body.slice(fixed)));
    } else {
      inner = emitIpv4(network.ip, body);
    }
  } else {
    return null;
  }

  const tagged = emitVlans(vlans, network.kind === "arp" ? 0x0806 : 0x0800, inner);
  if (link.kind === "ethernet") return emitEthernet(link, tagged);
  if (link.kind === "cooked") return link.interfaceIndex === null ? emitSll(link, tagged) : emitSll2(link, tagged);
  return isFamily ? new Uint8Array([...bytes.slice(0, FAMILY_HEADER), ...tagged]) : tagged;
}

if (!there) {
  console.warn("SKIPPED: ../shared/corpus is absent, so decoding is not compared with tshark's");
  test("the corpus of real captures is there", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands ../shared/corpus").not.toBe("1");
    skip("../shared/corpus is absent");
  });
}

describe.runIf(there)("against tshark", () => {
  const files = there
    ? readdirSync(folder)
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length))
    : [];

  test("all 25 captures are there", () => {
    expect(files).toHaveLength(25);
  });

  test.each(files)("%s", (file) => {
    const read = readCapture(file);
    const oracle = readOracle(file);
    expect(read).toHaveLength(oracle.length);
    expect(oracle.flatMap((line, i) => differences(file, line, read[i] as Read))).toEqual([]);
  });

  test.each(files)("%s: emitted again, the same bytes", (file) => {
    for (const one of readCapture(file)) {
      const again = emitAgain(one);
      if (again === null) continue;
      expect(again).toEqual(one.frame.bytes.slice(0, again.length));
    }
  });

  test.each(files)("%s: classify() agrees with tshark's protocols", (file) => {
    const oracle = readOracle(file);
    readCapture(file).forEach(({ frame }, i) => {
      const traffic = classify(frame.linkType, frame.bytes, frame.start, frame.end);
      const line = oracle[i] ?? {};
      const isRarp = line["sll.etype"] === 0x8035;
      expect(traffic === TRAFFIC.arp, `#${i + 1} arp`).toBe("arp.opcode" in line && !isRarp);
      expect(traffic === TRAFFIC.ipv6, `#${i + 1} ipv6`).toBe("ipv6.src" in line);
      const protocol = line["ip.proto"];
      if (protocol === undefined) return;
      expect(traffic === TRAFFIC.icmp, `#${i + 1} icmp`).toBe(protocol === 1);
      expect(traffic === TRAFFIC.tcp, `#${i + 1} tcp`).toBe(protocol === 6);
      expect(traffic === TRAFFIC.udp, `#${i + 1} udp`).toBe(protocol === 17);
    });
  });

  test("RARP, which we do not take for ARP, has the fields that tshark shows", () => {
    const file = "06-linux_dlt_sll2.pcap";
    const { frame } = readCapture(file)[5] as Read;
    const arp = parseArp(frame.bytes, SLL2_HEADER, frame.end, "frame", new FaultLog());
    const { packet } = readCapture(file)[4] as Read;
    const line = readOracle(file)[5] ?? {};
    const view = oracleView({ ...packet, network: arp ?? packet.network });
    for (const key of Object.keys(view).filter((name) => name.startsWith("arp."))) expect(view[key]).toEqual(line[key]);
    expect(arp?.operation).toBe(3);
  });

  afterAll(() => {
    const all = allowances.flatMap((a) => a.fields.map((field) => `${a.file} ${a.packet} ${field}`));
    expect([...used].sort()).toEqual(all.sort());
  });
});

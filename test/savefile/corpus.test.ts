// Conformance: frames, times and lengths of 25 captures that nobody here made, against what tshark says of them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chunkSizes, interfacesOf, packetsOf, problemsOf, readRecords } from "./read-records.ts";

const folder = new URL("../../../shared/corpus/captures/", import.meta.url);
const suffix = ".oracle.jsonl";
const there = existsSync(folder);

if (!there) {
  test("../shared/corpus/captures is there", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands ../shared/corpus").not.toBe("1");
    skip("../shared/corpus is absent");
  });
}

interface OracleFrame {
  readonly n: number;
  readonly "frame.time_epoch"?: string;
  readonly "frame.len": number;
  readonly "frame.cap_len": number;
  readonly "frame.section_number"?: number;
  readonly "frame.interface_name"?: string;
  readonly "frame.packet_flags"?: number;
  readonly "frame.comment"?: string | readonly string[];
}

/** Nanoseconds of tshark's "seconds.nnnnnnnnn"; it leaves the key out where the record has no time. */
function timeOf(frame: OracleFrame): bigint | null {
  const text = frame["frame.time_epoch"];
  if (text === undefined) return null;
  const [seconds = "", rest = ""] = text.split(".");
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest.padEnd(9, "0").slice(0, 9));
}

describe.runIf(there)("corpus", () => {
  const files = there ? readdirSync(folder).filter((name) => !name.endsWith(suffix)) : [];
  test.each(files)("%s", (file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    const oracle = readFileSync(new URL(file + suffix, folder), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as OracleFrame);
    const records = readRecords(bytes);
    expect(problemsOf(records)).toEqual([]);
    const packets = packetsOf(records);
    expect(packets.map(({ time, captured, length }) => ({ time, captured, length }))).toEqual(
      oracle.map((frame) => ({ time: timeOf(frame), captured: frame["frame.cap_len"], length: frame["frame.len"] })),
    );
    const interfaces = interfacesOf(records);
    for (const [i, frame] of oracle.entries()) {
      const packet = packets[i];
      if (packet === undefined) continue;
      // In later sections tshark 4.0 names the first section's interface of that number (24-test201, section 2).
      if (frame["frame.section_number"] === 1 && "frame.interface_name" in frame)
        expect(interfaces[packet.interfaceId]?.name).toBe(frame["frame.interface_name"]);
      // epb_flags, bits 0 and 1: 1 is inbound, 2 outbound.
      const direction = (frame["frame.packet_flags"] ?? 0) & 3;
      if ("frame.packet_flags" in frame) expect(packet.direction).toBe([null, "in", "out", null][direction]);
      // tshark's JSON lines have spaces for the line ends in comments.
      const comments = packet.comments.map((comment) => comment.replaceAll("\n", " "));
      if ("frame.comment" in frame) expect(comments).toEqual([frame["frame.comment"]].flat());
    }
    for (const seed of [1, 2, 3]) expect(readRecords(bytes, chunkSizes(seed, 40))).toEqual(records);
    expect(readRecords(bytes, [1])).toEqual(records);
  });

  test("is complete", () => {
    expect(files.length).toBe(25);
  });
});

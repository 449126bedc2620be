// An independent reader (npm pcap-parser) must see the same packets in every classic microsecond pcap there is here.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, type TheirPacket } from "pcap-parser";
import { expect, test } from "vitest";
import { recognise } from "../../src/savefile/magic.ts";
import { packetsOf, readRecords } from "./read-records.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = [join(root, "fixtures"), join(root, "../shared/corpus/captures")].filter((folder) =>
  existsSync(folder),
);
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.pcap$/.test(name))
    .map((name) => join(folder, name))
    .filter(isMicrosecondPcap),
);

// The modified format has longer record headers, and pcap-parser knows no nanoseconds.
function isMicrosecondPcap(file: string): boolean {
  const head = readFileSync(file).subarray(0, 4);
  return recognise(head) === "pcap" && ["a1b2c3d4", "d4c3b2a1"].includes(head.toString("hex"));
}

function readWithParser(file: string): Promise<TheirPacket[]> {
  return new Promise((resolve, reject) => {
    const packets: TheirPacket[] = [];
    const parser = parse(file);
    parser.on("packet", (packet) => packets.push({ header: packet.header, data: Buffer.from(packet.data) }));
    parser.on("error", reject);
    parser.on("end", () => resolve(packets));
  });
}

test.runIf(files.length > 0).each(files.map((file) => [file.slice(file.lastIndexOf("/") + 1), file] as const))(
  "%s",
  async (_name, file) => {
    const ours = packetsOf(readRecords(new Uint8Array(readFileSync(file))));
    const theirs = await readWithParser(file);
    expect(
      ours.map(({ time, captured, length, bytes }) => ({
        time,
        captured,
        length,
        bytes: Buffer.from(bytes).toString("hex"),
      })),
    ).toEqual(
      theirs.map(({ header, data }) => ({
        time: BigInt(header.timestampSeconds) * 1_000_000_000n + BigInt(header.timestampMicroseconds) * 1000n,
        captured: header.capturedLength,
        length: header.originalLength,
        bytes: data.toString("hex"),
      })),
    );
  },
);

test("there are captures to compare", ({ skip }) => {
  if (files.length > 0) return;
  expect(process.env.PKTWHY_REQUIRE_ALL, "PKTWHY_REQUIRE_ALL=1 demands captures").not.toBe("1");
  skip("neither fixtures nor ../shared/corpus hold a classic pcap");
});

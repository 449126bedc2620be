// Formats that are no pcap or pcapng: refused by name, with the command that makes one of them. Old pcap variants as libpcap
// reads them. Files are written by editcap and the compressors themselves.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkTypeNumber, linkTypeOf, refusedName } from "../../src/savefile/link-type.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { packetsOf, problemsOf, readRecords } from "./read-records.ts";

const capture = new URL("../wire/tunnels/ipip.pcap", import.meta.url).pathname;
const PACKETS = 9;

function has(tool: string): boolean {
  return spawnSync(tool, ["--version"]).error === undefined;
}

function read(path: string, name = "my file.cap") {
  return readRecords(new Uint8Array(readFileSync(path)), [1 << 20], name);
}

const needed = ["editcap", "tcpdump", "xz", "bzip2", "zstd"];
const missing = needed.filter((tool) => !has(tool));

if (missing.length > 0) {
  console.warn(`SKIPPED: ${missing.join(", ")} not installed, so formats made by them are not read`);
  test("the tools that write other formats are installed", ({ skip }) => {
    expect(process.env.PKTWHY_REQUIRE_ALL, `PKTWHY_REQUIRE_ALL=1 demands ${missing.join(", ")}`).not.toBe("1");
    skip(`not installed: ${missing.join(", ")}`);
  });
}

describe.runIf(missing.length === 0)("other formats", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pktwhy-formats-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["snoop", "snoop"],
    ["netmon1", "Microsoft NetMon 1"],
    ["netmon2", "Microsoft NetMon 2"],
    ["5views", "InfoVista 5View"],
    ["lanalyzer", "Novell LANalyzer"],
    ["nettl", "HP-UX nettl"],
    ["ngsniffer", "Sniffer (DOS)"],
    ["ngwsniffer_2_0", "Sniffer (Windows), NetXray"],
    ["observer", "Viavi Observer"],
    ["visual", "Visual Networks"],
    ["erf", "Endace ERF"],
  ])("%s is refused with the command that rewrites it, which works", (format, name) => {
    const path = join(folder, `it's ${format}.cap`);
    // Which editcap reads, and does not write.
    if (format === "erf") writeFileSync(path, erfRecord());
    else execFileSync("editcap", ["-F", format, capture, path]);
    const [problem] = problemsOf(read(path, path));
    expect(problem?.kind).toBe("not-a-capture");
    expect(problem?.text.en).toContain(`it looks like ${name} data`);
    const command = /Rewrite it: (.*) \| pktwhy explain -$/.exec(problem?.text.en ?? "")?.[1] ?? "";
    expect(problem?.text.zh).toContain(command);
    // editcap writes these, and cannot read or convert what it wrote.
    if (format === "nettl" || format === "observer") return;
    const rewritten = join(folder, "rewritten");
    writeFileSync(rewritten, execFileSync("sh", ["-c", command]));
    expect(packetsOf(read(rewritten))).toHaveLength(format === "erf" ? 1 : PACKETS);
  });

  test.each([
    ["xz", ["-c"]],
    ["bzip2", ["-c"]],
    ["zstd", ["-qc"]],
  ])("%s is refused with the command that unpacks it, which works", (tool, argv) => {
    const path = join(folder, `a $(touch) ${tool}`);
    writeFileSync(path, execFileSync(tool, [...argv, capture]));
    const [problem] = problemsOf(read(path, path));
    expect(problem?.text.en).toContain(`it looks like ${tool} data`);
    const command = /Unpack it: (.*) \| pktwhy explain -$/.exec(problem?.text.en ?? "")?.[1] ?? "";
    expect(execFileSync("sh", ["-c", command])).toEqual(readFileSync(capture));
  });

  test.each(["pcap", "nsecpcap", "modpcap", "nokiapcap", "rh6_1pcap", "suse6_3pcap"])(
    "%s is read as libpcap reads it",
    (format) => {
      const path = join(folder, `${format}.pcap`);
      execFileSync("editcap", ["-F", format, capture, path]);
      const again = join(folder, "again.pcap");
      // libpcap ends where a record cannot be, and keeps what it has read until there.
      spawnSync("tcpdump", ["-r", path, "-w", again]);
      const theirs = packetsOf(read(again));
      const records = read(path);
      const ours = packetsOf(records);
      expect(ours.map(({ bytes }) => bytes)).toEqual(theirs.map(({ bytes }) => bytes));
      if (ours.length === PACKETS) {
        expect(ours.every(({ direction }) => direction === null)).toBe(true);
        return;
      }
      expect(problemsOf(records).at(-1)?.text.en).toMatch(/Nokia, Red Hat or SuSE.* rewrite it: editcap /);
    },
  );
});

/** One packet as a DAG card writes it: a time, type Ethernet, lengths, and two bytes of padding. */
function erfRecord(): Uint8Array {
  const record = new Uint8Array(18 + 60);
  const view = new DataView(record.buffer);
  view.setUint32(4, 1_795_918_939, true);
  record[8] = 2;
  record[9] = 4;
  view.setUint16(10, record.length);
  view.setUint16(14, 60);
  return record;
}

test("link types that are not decoded are refused by name, and those that are have no such name", () => {
  for (const [number, name] of [
    [144, "LINUX_IRDA"],
    [227, "CAN_SOCKETCAN"],
    [253, "NETLINK"],
    [189, "USB_LINUX"],
  ] as const) {
    expect(linkTypeOf(number)).toEqual({ unknown: number });
    expect(refusedName(number)).toBe(name);
  }
  for (let number = 0; number < 300; number++) {
    const linkType = linkTypeOf(number);
    if (typeof linkType === "object") continue;
    expect(refusedName(number)).toBeNull();
    expect(linkTypeOf(linkTypeNumber(linkType))).toBe(linkType);
  }
});

test("a capture of DG/UX has its lengths the other way round", () => {
  const header = pcapHeader("RAW");
  new DataView(header.buffer).setUint16(4, 543, true);
  const record = pcapPacket(0n, Uint8Array.of(0x45, 0, 0, 1), 9);
  const view = new DataView(record.buffer);
  view.setUint32(8, 9, true);
  view.setUint32(12, 4, true);
  const bytes = new Uint8Array([...header, ...record]);
  expect(packetsOf(readRecords(bytes))).toMatchObject([{ captured: 4, length: 9 }]);
});

// -f pcapng: the packets of every fixture with their steps as comments; tshark takes them, and explain tells the same again.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { packageVersion } from "../../src/case/package-root.ts";
import { packetsFile } from "../../src/case/packets-file.ts";
import { type ReadResult, reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import { jsonReport } from "../../src/render/json.ts";
import { sampled } from "../how-long.ts";
import { pktwhy, root } from "./run-cli.ts";

const made = mkdtempSync(join(tmpdir(), "pktwhy-pcapng-"));
afterAll(() => rmSync(made, { recursive: true }));
const looks = { language: "en", version: "1" } as const;
const options = { language: "en", application: `pktwhy ${packageVersion()}`, redact: false } as const;
const failing = "fixtures/veth-one-address";

const fixtures = readdirSync(join(root, "fixtures"))
  .filter((name) => existsSync(join(root, "fixtures", name, "report.json")))
  .sort();
const chosen = sampled(fixtures, "pcapng", 24);

async function written({ report, packets }: ReadResult, how: Partial<Parameters<typeof packetsFile>[2]> = {}) {
  if (report === null || packets === undefined) throw new Error("there are no packets");
  const blocks: Uint8Array[] = [];
  for await (const block of packetsFile(report, packets, { ...options, ...how })) blocks.push(block);
  return Buffer.concat(blocks);
}

// What a report says, but for the names and forms of the files it was read from.
function said(report: Report | null) {
  if (report === null) return null;
  const { inputs, ...whole } = jsonReport(report, looks);
  return { ...whole, inputs: inputs.map(({ source: _, format: __, ...input }) => input) };
}

function tshark(bytes: Uint8Array, ...fields: readonly string[]) {
  const file = join(made, "all.pcapng");
  writeFileSync(file, bytes);
  const run = spawnSync(
    "tshark",
    ["-n", "-o", "ip.check_checksum:TRUE", "-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])],
    {
      encoding: "utf8",
      maxBuffer: 1 << 27,
    },
  );
  const complaints = run.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user"));
  return { lines: run.stdout.trimEnd().split("\n"), complaints, missing: run.error !== undefined };
}

describe("of the fixtures", () => {
  const files = new Map<string, Buffer>();

  it.each(chosen)("%s is explained as before", async (name) => {
    const before = await reportOf([`fixtures/${name}`]);
    const bytes = await written(before);
    files.set(name, bytes);
    const file = join(made, `${name}.pcapng`);
    writeFileSync(file, bytes);
    expect(said((await reportOf([file])).report)).toEqual(said(before.report));
  });

  it("tshark reads all of them, one behind another, without a complaint", ({ skip }) => {
    // Sections follow each other in a file as they do here.
    const { lines, complaints, missing } = tshark(
      Buffer.concat([...files.values()]),
      "frame.comment",
      "frame.protocols",
    );
    if (missing && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("tshark is not installed");
    expect(complaints).toEqual([]);
    expect(files.size).toBe(chosen.length);
    expect(lines.filter((line) => line.startsWith("pktwhy: step ")).length).toBeGreaterThan(chosen.length);
    expect(lines.some((line) => line.includes("_ws.malformed") && line.startsWith("pktwhy: step"))).toBe(false);
  });
});

describe("pktwhy explain -f pcapng", () => {
  it("names places, steps and verdicts in the language asked for", ({ skip }) => {
    const file = join(made, "zh.pcapng");
    const run = pktwhy(["--lang", "zh", "explain", failing, "-f", "pcapng", "-o", file]);
    expect([run.stdout, run.stderr, run.status]).toEqual(["", "", 1]);
    const { lines, missing } = tshark(readFileSync(file), "frame.interface_name", "frame.comment");
    if (missing && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("tshark is not installed");
    expect(lines[0]).toMatch(
      /^veth0\tpktwhy：第 4 步：.*192\.168\.2\.11 -> 192\.168\.2\.1 失败.*arp-no-local-owner, 确定/,
    );
    expect(readFileSync(file).toString("utf8")).toContain("pktwhy：ARP 被丢弃：本机无此地址 192.168.2.1");
  });

  it("goes into a pipe, and from there into explain", () => {
    const whole = spawnSync(
      "sh",
      ["-c", `"$0" "$1" explain ${failing} -f pcapng | "$0" "$1" explain -`, process.execPath, inject("program")],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    expect(whole.stdout).toMatch(
      /^ping 192\.168\.2\.11 -> 192\.168\.2\.1 failed.*\n.*\n.*arp-no-local-owner, certain\n/,
    );
  });

  it("replaces addresses in packets, comments and names, and leaves out what may hold more", async () => {
    const read = await reportOf(["fixtures/frag-needed-df"]);
    const bytes = await written(read, { redact: true });
    const file = join(made, "redacted.pcapng");
    writeFileSync(file, bytes);
    const { report, problems } = await reportOf([file]);
    expect(problems).toEqual([]);
    const before = read.report as Report;
    expect(report?.inputs.map(({ packets, explained }) => [packets, explained])).toEqual(
      before.inputs.map(({ packets, explained }) => [packets, explained]),
    );
    expect(report?.flows.map(({ flow }) => [flow.requests, flow.replies, flow.errors])).toEqual(
      before.flows.map(({ flow }) => [flow.requests, flow.replies, flow.errors]),
    );
    for (const { flow } of before.flows) {
      const { src, dst } = flow;
      for (const address of [src, dst]) {
        if (address === null) continue;
        const raw = Buffer.alloc(4);
        raw.writeUInt32BE(address);
        expect(bytes.includes(raw)).toBe(false);
      }
    }
    // Checksums were mended with the addresses.
    const { lines, missing } = tshark(bytes, "ip.checksum.status", "icmp.checksum.status");
    if (missing && process.env.PKTWHY_REQUIRE_ALL !== "1") return;
    expect(lines.filter((line) => /\b0\b/.test(line))).toEqual([]);
  });

  it("refuses what has no packets", () => {
    const state = "fixtures/veth-one-address/state.json.gz";
    const forecast = pktwhy(["predict", "192.168.2.1", "--state", state, "-f", "pcapng"]);
    expect(forecast.stderr).toContain("-f pcapng writes the packets of captures");
    expect(forecast.status).toBe(2);
    const piped = pktwhy(["explain", "-", "-f", "pcapng"], { input: readFileSync(join(root, failing, "veth0.pcap")) });
    expect(piped.stderr).toContain("-f pcapng writes the packets of captures");
    expect(piped.status).toBe(2);
  });
});

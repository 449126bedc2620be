// Compressed captures as they go wrong: cut at every byte, damaged at every byte, and packed to unpack without end.

import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { root } from "../cli/run-cli.ts";
import { howMany } from "../how-long.ts";

const capture = readFileSync(join(root, "fixtures/veth-one-address/veth0.pcap"));

async function unpacked(bytes: Uint8Array): Promise<{ bytes: Buffer; problems: string[] }> {
  const source = openPipe(once(bytes), "x.gz");
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) chunks.push(chunk.slice());
  await source.close();
  return { bytes: Buffer.concat(chunks), problems: source.problems.map(({ kind }) => kind) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe("a compressed capture", () => {
  const packed = gzipSync(capture);

  it("cut at any byte gives all that zlib gets out of what is left, and says where it ends", async () => {
    for (let end = 2; end < packed.length; end++) {
      const cut = packed.subarray(0, end);
      const read = await unpacked(cut);
      // 2 is Z_SYNC_FLUSH: zlib gives what it has.
      expect(read.bytes.equals(gunzipSync(cut, { finishFlush: 2 })), `cut at ${end}`).toBe(true);
      expect(read.problems, `cut at ${end}`).toEqual(["gzip-cut-off"]);
    }
  });

  it("damaged at any byte gives what was unpacked before, and nothing that is not told to be damaged", async () => {
    for (let at = 2; at < packed.length; at++) {
      const damaged = Uint8Array.from(packed);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const { bytes, problems } = await unpacked(damaged);
      if (!bytes.equals(capture)) expect(problems, `damaged at ${at}`).not.toEqual([]);
    }
  });

  it("with a damaged trailer or a damaged member behind it is whole", async () => {
    const trailer = Uint8Array.from(packed);
    trailer[trailer.length - 6] = (trailer[trailer.length - 6] as number) ^ 0xff;
    for (const bytes of [
      trailer,
      Buffer.concat([packed, Uint8Array.of(0x1f, 0x8b, 8, 0xff, 0, 0, 0, 0, 0, 0, 1, 2)]),
    ]) {
      const read = await unpacked(bytes);
      expect(read.bytes.equals(capture)).toBe(true);
      expect(read.problems).toEqual(["gzip-damaged"]);
    }
  });
});

describe("what unpacks to a thousand times its size", () => {
  // A gigabyte in one megabyte, or a quarter of it. Node alone holds 45 MB, and what explains a capture of that size 120.
  const UNPACKED = howMany(256, 1024);
  const MOST_MEMORY = 220;
  let directory = "";
  const path = (name: string): string => join(directory, name);

  async function bomb(name: string, head: string, fill: string | number): Promise<void> {
    const one = Buffer.alloc(1 << 20, fill);
    const pieces = function* (): Generator<Uint8Array> {
      yield Buffer.from(head);
      for (let i = 0; i < UNPACKED; i++) yield one;
    };
    await pipeline(pieces, createGzip({ level: 1 }), createWriteStream(path(name)));
  }

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-bomb-"));
    const told = 'process.on("exit", () => console.error("MEMORY " + (process.resourceUsage().maxRSS >> 10)));';
    writeFileSync(path("memory.mjs"), told);
    writeFileSync(path("veth0.pcap"), capture);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const paste = "$ ping -c 1 192.168.2.1\nPING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n";
  it.each([
    ["zeros", "zeros.gz", "", 0, [], /not a pcap or pcapng capture/, 2],
    ["blanks in a paste", "x.txt.gz", paste, " ", [], /longer than any paste/, 1],
    ["empty lines in a paste", "y.txt.gz", paste, "\n", [], /longer than any paste/, 1],
    ["lines that nobody understands", "z.txt.gz", "$ ip addr\n", "a\n", [], /longer than any paste/, 2],
    ["blanks in a state file", "s.json.gz", "{", " ", ["veth0.pcap", "--state"], /unpacks to more than 64 MB/, 2],
  ] as const)("%s", async (_, name, head, fill, before, says, status) => {
    await bomb(name, head, fill);
    const args = [...before.map((word) => (word.startsWith("-") ? word : path(word))), path(name)];
    const node = ["--import", path("memory.mjs"), inject("program"), "explain", ...args];
    const run = spawnSync(process.execPath, node, { cwd: root, encoding: "utf8" });
    const told = run.stdout + run.stderr;
    expect(told).toMatch(says);
    expect(run.status).toBe(status);
    expect(Number(/MEMORY (\d+)/.exec(told)?.[1])).toBeLessThan(MOST_MEMORY);
  });
});

// From arguments to captures: files by content, directories with what lies beside, interfaces named by hand, gzip.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveInputs } from "../../src/savefile/open.ts";
import { openFile, openPipe } from "../../src/savefile/open-bytes.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { concat } from "./read-records.ts";

let root = "";
// Bytes that gzip cannot make much shorter, over several chunks.
const noise = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i * i + 17, 2654435761) >>> 24);
const capture = concat(pcapHeader("EN10MB"), pcapPacket(1n, new Uint8Array(60)), pcapPacket(2n, noise));
const at = (name: string) => join(root, name);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "pktwhy-open-"));
  mkdirSync(at("case"));
  mkdirSync(at("nothing"));
  writeFileSync(at("case/veth1.pcap"), capture);
  writeFileSync(at("case/veth0.pcap.gz"), gzipSync(capture));
  writeFileSync(at("case/no-name-tells"), capture);
  writeFileSync(at("case/empty.pcap"), "");
  writeFileSync(at("case/state.json"), "{}");
  writeFileSync(at("case/state.after.json.gz"), gzipSync("{}"));
  writeFileSync(at("case/run.json"), "{}");
  writeFileSync(at("case/README.md"), "# what is broken\n");
  writeFileSync(at("nothing/notes.txt"), "nothing\n");
  writeFileSync(at("veth0=odd.pcap"), capture);
  writeFileSync(at("ping.txt"), "PING 192.168.2.1\n");
  writeFileSync(at("a.json"), "{}");
  symlinkSync(at("case/veth1.pcap"), at("link.pcap"));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("resolveInputs", () => {
  test("a directory: captures by content or name, and what lies beside them", async () => {
    const { captures, companions, problems } = await resolveInputs([at("case")]);
    expect(captures.map(({ source, content, stem }) => [source.slice(root.length), content, stem])).toEqual([
      ["/case/empty.pcap", "empty", "empty"],
      ["/case/no-name-tells", "pcap", "no-name-tells"],
      ["/case/veth0.pcap.gz", "pcap", "veth0"],
      ["/case/veth1.pcap", "pcap", "veth1"],
    ]);
    expect(companions).toEqual({
      state: at("case/state.json"),
      stateAfter: at("case/state.after.json.gz"),
      run: at("case/run.json"),
      kernelEvents: null,
    });
    expect(problems).toEqual([]);
  });

  test("a file given alone takes no state from its directory, but tells of it", async () => {
    const { captures, companions, nearby } = await resolveInputs([at("case/veth1.pcap")]);
    expect(captures).toMatchObject([{ path: at("case/veth1.pcap"), interface: null, netns: null, stem: "veth1" }]);
    expect(companions.state).toBeNull();
    expect(nearby.state).toBe(at("case/state.json"));
  });

  test("interfaces named by hand, standard input, and a file whose name holds =", async () => {
    const named = [`veth0@net0=${at("case/veth1.pcap")}`, `lo=${at("ping.txt")}`, `eth0@=-`, at("veth0=odd.pcap")];
    const { captures, problems } = await resolveInputs(named);
    expect(problems).toEqual([]);
    expect(captures.map((one) => [one.interface, one.netns, one.content, one.stem])).toEqual([
      ["veth0", "net0", "pcap", "veth1"],
      ["lo", null, "text", "ping"],
      ["eth0", "", null, null],
      [null, null, "pcap", "veth0=odd"],
    ]);
  });

  test("what cannot be read is told with its remedy", async () => {
    const args = [
      at("missing.pcap"),
      at("nothing"),
      `veth0=${at("case")}`,
      at("case/veth1.pcap"),
      at("link.pcap"),
      at("a.json"),
    ];
    const { captures, problems } = await resolveInputs(args);
    expect(problems.map(({ kind, severity }) => [kind, severity])).toEqual([
      ["no-such-file", "error"],
      ["no-captures", "error"],
      ["interface-for-directory", "error"],
      ["named-twice", "warning"],
    ]);
    expect(captures.map((one) => one.content)).toEqual(["pcap", "json"]);
  });

  test("permission", async () => {
    chmodSync(at("a.json"), 0);
    try {
      const { problems } = await resolveInputs([at("a.json")]);
      // Root may read everything.
      expect(problems.map((problem) => problem.kind)).toEqual(process.getuid?.() === 0 ? [] : ["no-permission"]);
    } finally {
      chmodSync(at("a.json"), 0o644);
    }
  });
});

async function readAll(source: ReturnType<typeof openFile>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) parts.push(chunk.slice());
  await source.close();
  return concat(...parts);
}

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

describe("bytes", () => {
  test("files in small chunks, plain and gzip", async () => {
    for (const name of ["case/veth1.pcap", "case/veth0.pcap.gz"]) {
      for (const chunk of [1 << 20, 4096, 5000])
        expect(await readAll(openFile(at(name), name, chunk))).toEqual(capture);
    }
  });

  test("pipes in pieces of any size, and their head without taking it", async () => {
    const small = pcapHeader("EN10MB");
    for (const [whole, bytes] of [small, capture].flatMap((one) => [
      [one, one] as const,
      [one, new Uint8Array(gzipSync(one))] as const,
    ])) {
      for (const size of whole === small ? [1, 2, 3] : [700, 70_000]) {
        const source = openPipe(piecesOf(bytes, size), "-");
        const head = await source.head();
        expect(head[0]).toBe(whole[0]);
        expect(await readAll(source)).toEqual(whole);
        expect(source.problems).toEqual([]);
      }
    }
  });

  test("gzip cut anywhere gives what is there, and says that it is cut off", async () => {
    const packed = new Uint8Array(gzipSync(capture));
    for (const cut of [packed.length - 1, packed.length - 8, packed.length - 9, 50_000, 30]) {
      const source = openPipe(piecesOf(packed.subarray(0, cut), 1000), "x.pcap.gz");
      const got = await readAll(source);
      expect(got).toEqual(capture.subarray(0, got.length));
      if (cut > packed.length - 10) expect(got.length).toBe(capture.length);
      expect(source.problems).toMatchObject([{ kind: "gzip-cut-off", severity: "warning" }]);
      expect(source.problems[0]?.text.en).toContain(`at byte ${cut}`);
    }
  });

  test("a wrong checksum at the end loses nothing", async () => {
    const packed = new Uint8Array(gzipSync(capture));
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1;
    const source = openPipe(piecesOf(packed, 1 << 20), "x.pcap.gz");
    expect(await readAll(source)).toEqual(capture);
    expect(source.problems).toMatchObject([{ kind: "gzip-damaged", severity: "warning" }]);
  });

  test("several gzip members, and what follows them", async () => {
    const packed = concat(new Uint8Array(gzipSync(capture)), new Uint8Array(gzipSync(capture)), new Uint8Array(10));
    const source = openPipe(piecesOf(packed, 999), "x.pcap.gz");
    expect(await readAll(source)).toEqual(concat(capture, capture));
    expect(source.problems).toEqual([]);
  });

  test("a file that cannot be opened", async () => {
    const source = openFile(at("missing"), "missing");
    expect(await source.read()).toBeNull();
    expect(source.problems).toMatchObject([{ kind: "no-such-file", severity: "error" }]);
  });
});

// Bad input: one sentence that names file, fault and remedy; whatever was whole is still explained.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pktwhy } from "./run-cli.ts";

let directory = "";
const path = (name: string): string => join(directory, name);

// A classic capture header, little endian, microseconds, Ethernet.
const HEADER = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
const ARP_REQUEST = Buffer.from(
  "ffffffffffff0200000000010806000108000604000102000000000" + "1c0a8020b000000000000c0a80201",
  "hex",
);

function record(frame: Uint8Array, captured = frame.length): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1_795_230_245, 0);
  header.writeUInt32LE(captured >>> 0, 8);
  header.writeUInt32LE(captured >>> 0, 12);
  return Buffer.concat([header, frame]);
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content);
  return path(name);
}

function capture(name: string, ...parts: Uint8Array[]): string {
  writeFileSync(path(name), Buffer.concat([Buffer.from(HEADER), ...parts]));
  return path(name);
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pktwhy-input-"));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("nothing readable: status 2", () => {
  it.each([
    ["no such file", () => path("absent.pcap"), /absent\.pcap/],
    ["an empty file", () => file("zero.pcap", ""), /zero\.pcap/],
    ["not a capture", () => file("photo.pcap", Buffer.alloc(512, 0xee)), /photo\.pcap/],
    ["cut off in the file header", () => file("head.pcap", Buffer.from(HEADER.slice(0, 10))), /head\.pcap/],
    ["a directory without captures", () => directory.replace(/[^/]+$/, (name) => `${name}/none`), /none/],
  ])("%s", (_, make, names) => {
    const run = pktwhy(["explain", make()]);
    expect(run.stderr).toMatch(names);
    expect(run.stderr).toMatch(/^pktwhy: /);
    expect(run.stderr).not.toMatch(/\n {4}at /);
    expect(run.stdout).toBe("");
    expect(run.status).toBe(2);
  });

  it.each(["en", "zh"])("a directory that holds none, told in %s", (language) => {
    const empty = mkdtempSync(join(directory, "dir-"));
    const run = pktwhy(["explain", empty, "--lang", language]);
    expect(run.stderr).toContain(language === "en" ? "directory without captures" : "没有抓包文件");
    expect(run.status).toBe(2);
  });

  it.each([
    ["no JSON", "{", /no JSON/],
    ["a wrong key", '{"pktwhy":"state/9","namespaces":{}}', /pktwhy|state/],
    ["a wrong shape", "[]", /state/],
  ])("a state file named by hand that is %s", (_, content, sentence) => {
    const good = capture("asked.pcap", record(ARP_REQUEST));
    writeFileSync(path("bad-state.json"), content);
    const run = pktwhy(["explain", good, "--state", path("bad-state.json")]);
    expect(run.stderr).toMatch(/bad-state\.json/);
    expect(run.stderr).toMatch(sentence);
    expect(run.status).toBe(2);
  });
});

describe("what was whole is still explained", () => {
  it("a capture cut off in its second packet", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST), record(ARP_REQUEST).subarray(0, 30));
    const run = pktwhy(["explain", file]);
    expect(run.stdout).toContain("192.168.2.11 asked for 192.168.2.1: no answer");
    expect(run.stderr).toMatch(/veth0\.pcap/);
    expect(run.status).toBe(1);
  });

  it("a length field of 4 GB", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST), record(ARP_REQUEST, 0xffffffff));
    const run = pktwhy(["explain", file]);
    expect(run.stdout).toContain("192.168.2.11 asked for 192.168.2.1: no answer");
    expect(run.stderr).toMatch(/veth0\.pcap/);
    expect(run.status).toBe(1);
  });

  it("a capture without packets has nothing to explain: status 1", () => {
    const run = pktwhy(["explain", capture("quiet.pcap")]);
    expect(run.stdout).toContain("Nothing to explain");
    expect(run.status).toBe(1);
    expect(JSON.parse(pktwhy(["explain", path("quiet.pcap"), "--json"]).stdout).answer).toBeNull();
  });

  it("standard input", () => {
    const input = Buffer.concat([Buffer.from(HEADER), record(ARP_REQUEST)]);
    const run = pktwhy(["explain", "-"], { input });
    expect(run.stdout).toContain("192.168.2.11 asked for 192.168.2.1: no answer");
    expect(run.status).toBe(1);
  });
});

describe("options of explain", () => {
  it("-o writes the report to a file and nothing to standard output", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST));
    const report = path("report.txt");
    const run = pktwhy(["explain", file, "-o", report]);
    expect(run.stdout).toBe("");
    expect(run.status).toBe(1);
    expect(pktwhy(["explain", file]).stdout).not.toBe("");
  });

  it("-o refuses to overwrite what it reads, and says where it cannot write", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST));
    const over = pktwhy(["explain", file, "-o", file]);
    expect(over.status).toBe(2);
    expect(over.stderr).toContain("is one of the inputs");
    const nowhere = pktwhy(["explain", file, "-o", path("absent/report.txt")]);
    expect(nowhere.status).toBe(2);
    expect(nowhere.stderr).toContain("could not be written (ENOENT)");
  });

  it("-r is the same, -n changes nothing, -q prints the answer alone", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST));
    const plain = pktwhy(["explain", file]);
    expect(pktwhy(["-r", file, "-n"])).toEqual(plain);
    expect(pktwhy(["explain", "-r", file])).toEqual(plain);
    expect(pktwhy(["explain", "-q", file]).stdout.trimEnd().split("\n").length).toBeLessThan(4);
  });

  it("--expect decides between 0 and 3", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST));
    const { answer } = JSON.parse(pktwhy(["explain", "--json", file]).stdout);
    expect(pktwhy(["explain", file, "--expect", answer.code]).status).toBe(0);
    expect(pktwhy(["explain", file, "--expect", "reply-via-lo"]).status).toBe(3);
  });

  it("--lang zh tells it in Chinese", () => {
    const file = capture("veth0.pcap", record(ARP_REQUEST));
    expect(pktwhy(["explain", file, "--lang", "zh"]).stdout).toContain("192.168.2.11 询问 192.168.2.1：没有应答");
  });
});

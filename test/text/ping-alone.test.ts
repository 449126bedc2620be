// What ping printed and nothing else: no packets, no state.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";

const folder = mkdtempSync(join(tmpdir(), "pktwhy-paste-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(paste: string): Promise<Report> {
  const file = join(folder, "paste.txt");
  writeFileSync(file, paste);
  const { report } = await reportOf([file]);
  if (report === null) throw new Error("no report");
  return report;
}

describe("a pasted ping that got no socket", () => {
  it.each([
    ["$ ping 192.168.2.1\nping: socket: Operation not permitted\n"],
    ["/ # ping 192.168.2.1\nPING 192.168.2.1 (192.168.2.1): 56 data bytes\nping: permission denied (are you root?)\n"],
    ["$ ping -c1 192.168.2.1\nping: socket: 不允许的操作\n"],
  ])("is explained without state, as likely: %j", async (paste) => {
    const { answer } = await read(paste);
    expect(answer).toMatchObject({ code: "ping-permission", certainty: "likely", verdict: "failed" });
  });

  it("quotes the setting where it was pasted too", async () => {
    const report = await read(
      "$ ping 192.168.2.1\nping: socket: Operation not permitted\n$ sysctl net.ipv4.ping_group_range\nnet.ipv4.ping_group_range = 1\t0\n",
    );
    const evidence = report.flows[0]?.findings[0]?.evidence.map((one) => one.text.en);
    expect(evidence).toContain("net.ipv4.ping_group_range = 1 0");
  });

  it("does not blame rights where every group is let in", async () => {
    const report = await read(
      "$ ping 192.168.2.1\nping: socket: Operation not permitted\n$ sysctl net.ipv4.ping_group_range\nnet.ipv4.ping_group_range = 0\t2147483647\n",
    );
    expect(report.answer?.certainty).not.toBe("certain");
    expect(report.flows[0]?.findings[0]?.summary.en).toMatch(/something else refuses: seccomp/);
    expect(report.flows[0]?.findings[0]?.summary.en).not.toMatch(/lacks/);
  });
});

describe("a pasted ping over IPv6", () => {
  it("is said not to be followed", async () => {
    const report = await read(
      "$ ping -c1 box.example\nPING box.example(box.example (2001:db8::1)) 56 data bytes\n\n--- box.example ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n",
    );
    expect(report.answer).toBeNull();
    expect(report.notes.map((note) => note.en).join()).toMatch(
      /over IPv6, which is not explained.*ping -4 box\.example/,
    );
  });
});

describe("a pasted ping of a name", () => {
  it("is answered where the name does not matter", async () => {
    const report = await read("$ ping box.example\nping: socket: Operation not permitted\n");
    expect(report.answer).toMatchObject({ code: "ping-permission", certainty: "likely" });
  });

  it.each([
    ["ping: box.example: Name or service not known", /the name was not resolved/],
    ["ping: box.example: Temporary failure in name resolution", /the name was not resolved/],
    ["ping: bad address 'box.example'", /the name was not resolved/],
  ])("says why nothing was sent: %s", async (said, words) => {
    const report = await read(`$ ping box.example\n${said}\n`);
    expect(report.answer).toBeNull();
    expect(report.notes.map((note) => note.en).join("\n")).toMatch(words);
  });
});

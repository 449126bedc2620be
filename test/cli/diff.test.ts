// pktwhy diff on recorded states: the change that decides is named, with its proof, in both languages and as JSON.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { pktwhy, root } from "./run-cli.ts";

const made = mkdtempSync(join(tmpdir(), "pktwhy-diff-"));
afterAll(() => rmSync(made, { recursive: true }));

const bad = join(root, "fixtures/icmp-echo-ignore-all");
const state = JSON.parse(gunzipSync(readFileSync(join(bad, "state.json.gz"))).toString());
state.namespaces.net1.sysctl["net.ipv4.icmp_echo_ignore_all"] = "0";
const good = join(made, "good.json");
writeFileSync(good, JSON.stringify(state));

describe("pktwhy diff", () => {
  it("names the change that makes the ping of a bundle fail", () => {
    const run = pktwhy(["diff", good, bad]);
    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("This change makes it fail:");
    expect(run.stdout).toContain("net1: net.ipv4.icmp_echo_ignore_all was 0 and is 1");
    expect(run.stdout).toMatch(/without it ends like/);
    expect(run.status).toBe(1);
  });

  it("speaks Chinese", () => {
    const run = pktwhy(["--lang", "zh", "diff", good, bad]);
    expect(run.stdout).toContain("使它失败的改动是：");
    expect(run.stdout).toContain("net1：net.ipv4.icmp_echo_ignore_all 由 0 变为 1");
  });

  it("prints JSON", () => {
    const { diff } = JSON.parse(pktwhy(["diff", good, bad, "--json"]).stdout);
    expect(diff).toMatchObject({
      ping: { netns: "net0", destination: "192.168.2.1", protocol: "icmp", port: null },
      first: { verdict: "worked" },
      second: { verdict: "failed", code: "icmp-echo-ignore-all" },
      result: "decided",
      restored: true,
      changes: [{ netns: "net1", part: "setting", set: 1 }],
    });
    expect(diff.fix.command).toContain("net.ipv4.icmp_echo_ignore_all=0");
  });

  it("is written as Markdown and as a page", () => {
    const markdown = pktwhy(["diff", good, bad, "-f", "md"]).stdout;
    expect(markdown).toMatch(/^#+ .*ping 192\.168\.2\.1/);
    expect(markdown).toContain("**This change makes it fail**:");
    expect(markdown).toMatch(/icmp\\?_echo\\?_ignore\\?_all was 0 and is 1/);
    expect(markdown).not.toContain("::");
    expect(markdown).toContain("sysctl -w net.ipv4.icmp_echo_ignore_all=0");
    const html = pktwhy(["diff", good, bad, "-f", "html"]).stdout;
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain("This change makes it fail");
    expect(html).toContain("net.ipv4.icmp_echo_ignore_all was 0 and is 1");
  });

  it("holds no address with --redact, in any format, and says so", () => {
    for (const format of ["text", "json", "md", "html"]) {
      const { stdout } = pktwhy(["diff", good, bad, "--redact", "-f", format]);
      expect(stdout, format).not.toContain("192.168.2.");
      expect(stdout, format).toMatch(/icmp\\?_echo\\?_ignore\\?_all/);
      expect(stdout, format).toMatch(/Addresses\s+were\s+replaced/);
    }
    const audit = pktwhy(["audit", bad, "--redact"]).stdout;
    expect(audit).toMatch(/Addresses\s+were\s+replaced/);
    expect(audit).not.toContain("192.168.2.");
  });

  it("answers to --expect by its status", () => {
    const status = (code: string) => pktwhy(["diff", good, bad, "--expect", code]).status;
    expect([status("icmp-echo-ignore-all"), status("no-route"), status("no-such-cause")]).toEqual([0, 3, 2]);
    expect(pktwhy(["diff", good, bad, "-f", "pcapng"]).stderr).toMatch(/There is no format pcapng here/);
  });

  it("compares queues, peers and programs, and names what it does not compare", () => {
    const shaped = structuredClone(state);
    shaped.namespaces.net1.qdisc = [
      {
        kind: "netem",
        handle: "1:",
        dev: "veth1",
        root: true,
        refcnt: 2,
        options: { limit: 1000, "loss-random": { loss: 1, correlation: 0 } },
      },
    ];
    shaped.namespaces.net1.conntrack = "icmp 1 29 src=192.168.2.11 dst=192.168.2.1\n";
    delete shaped.namespaces.net0.arptables;
    const file = join(made, "shaped.json");
    writeFileSync(file, JSON.stringify(shaped));
    const { diff } = JSON.parse(pktwhy(["diff", good, file, "192.168.2.1", "--netns", "net0", "--json"]).stdout);
    expect(diff.changes.map(({ part }: { part: string }) => part)).toContain("queue");
    expect(diff.notes.join(" ")).toContain("Not compared: what conntrack knew of connections (net1)");
    const text = pktwhy(["diff", good, file, "192.168.2.1", "--netns", "net0"]).stdout;
    expect(text).toContain("Not compared: what conntrack knew");
  });

  it("ends with status 0 where both end alike", () => {
    const run = pktwhy(["diff", bad, bad]);
    expect(run.stdout).toContain("It fails by both, for the same reason.");
    expect(run.status).toBe(0);
  });

  it("says in one sentence what it lacks", () => {
    const lone = join(bad, "state.json.gz");
    for (const [args, sentence] of [
      [[lone, lone], /says what was pinged\. Name the address/],
      [[lone, lone, "example.org"], /example\.org is no IPv4 address/],
      [[lone, lone, "--tcp", "80"], /These options belong to an address/],
      [[lone, lone, "10.0.2.2"], /Say which namespace pings, with --netns/],
      [[join(made, "none.json"), lone], /none\.json/],
    ] as const) {
      const run = pktwhy(["diff", ...args]);
      expect(run.stderr).toMatch(sentence);
      expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(run.status).toBe(2);
    }
  });
});

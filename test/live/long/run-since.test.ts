// "Did that fix it?", live: a ping fails, somebody changes two things, and the second run names the one that mattered.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pktwhyLive, twoNamespaces, whyNoCaptures } from "../run-world.ts";

interface SinceJson {
  readonly outcome: string;
  readonly proven: boolean;
  readonly samePing: boolean;
  readonly before: { readonly verdict: string };
  readonly changes: readonly { readonly part: string; readonly text: string; readonly decides: boolean }[];
}

describe.skipIf(whyNoCaptures() !== null)("pktwhy run --since", () => {
  it("names the change that was the fix, in both languages", async () => {
    const world = twoNamespaces();
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-since-"));
    const bundle = join(directory, "case/");
    const ping = ["--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "1", "-W", "1", "10.7.0.2"];
    try {
      world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
      const failed = await pktwhyLive(["run", "--json", "-w", bundle, ...ping]);
      const before = JSON.parse(failed.stdout);
      expect(before.answer.code).toBe("icmp-echo-ignore-all");
      // Nobody asked: there is no such key.
      expect(before).not.toHaveProperty("since");
      expect(existsSync(join(bundle, "run.json"))).toBe(true);

      const again = await pktwhyLive(["run", "--json", "--since", bundle, ...ping]);
      expect(JSON.parse(again.stdout).since, again.stderr).toMatchObject({ outcome: "still-fails", changes: [] });

      world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=0", "sysctl -qw net.ipv4.conf.all.log_martians=1");
      const mended = await pktwhyLive(["run", "--json", "--since", bundle, ...ping]);
      const since = JSON.parse(mended.stdout).since as SinceJson;
      expect(since, mended.stderr).toMatchObject({ outcome: "fixed", proven: true, samePing: true });
      expect(since.before.verdict).toBe("failed");
      expect(since.changes.filter(({ decides }) => decides).map(({ text }) => text)).toEqual([
        `${world.name("b")}: net.ipv4.icmp_echo_ignore_all was 1 and is 0`,
      ]);
      expect(since.changes.some(({ text, decides }) => text.includes("log_martians") && !decides)).toBe(true);
      const chinese = await pktwhyLive(["--lang", "zh", "run", "--since", bundle, ...ping]);
      expect(chinese.stdout).toContain("修复它的是");
    } finally {
      world.remove();
      rmSync(directory, { recursive: true });
    }
  });

  it("does not start the ping where the earlier case is none", async () => {
    const done = await pktwhyLive(["run", "--since", "/nonexistent-case/", "--", "ping", "-c", "1", "127.0.0.1"]);
    expect(done.stderr).toContain("/nonexistent-case/: no such file");
    expect(done.status).toBe(2);
  });
});

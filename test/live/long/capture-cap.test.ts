// The backend `cap`: an optional package with limits of its own, kept away from the rest in a child.

import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLab } from "../../../src/lab/runner.ts";
import type { Scenario } from "../../../src/lab/scenario.ts";
import { scenarios } from "../../../src/lab/scenarios.ts";
import { type LiveWorld, pktwhyLive, startPktwhy, twoNamespaces, whyNoCaptures } from "../run-world.ts";

function whyNoCap(): string | null {
  const reason = whyNoCaptures();
  if (reason !== null) return reason;
  try {
    createRequire(import.meta.url)("cap");
    return null;
  } catch (error) {
    const words = `the package cap cannot be loaded: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
    if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(words);
    console.warn(`SKIPPED: ${words}`);
    return words;
  }
}

describe.skipIf(whyNoCap() !== null)("--backend cap", () => {
  let world: LiveWorld;
  beforeEach(() => {
    world = twoNamespaces();
  });
  afterEach(() => world.remove());

  it("tells veth-both-addresses, and its own limits", async () => {
    const scenario = scenarios.find((one) => one.name === "veth-both-addresses") as Scenario;
    await withLab(scenario, async (realNameOf) => {
      const words = ["run", "--json", "--backend", "cap", "--", "ping", "-c", "3", "-W", "1", "-I", "veth0"];
      const inside = realNameOf(scenario.commands[0].netns);
      const done = await pktwhyLive([...words, "192.168.2.1"], { inside });
      const report = JSON.parse(done.stdout);
      expect(report.answer, done.stderr).toMatchObject({ verdict: "worked", code: "reply-via-lo" });
      expect(report.flows[0]).toMatchObject({ requests: 3, replies: 3 });
      for (const input of report.inputs) {
        expect(input.droppedByKernel).toBeNull();
        expect(input.problems.join(" ")).toMatch(/time stamps are made late/);
      }
    });
  });

  it("survives the package's crash when a link changes, and explains what was seen", async () => {
    const argv = ["--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "4", "-i", "0.5", "-W", "1", "10.7.0.2"];
    const running = startPktwhy(["run", "--json", "--backend", "cap", ...argv]);
    await running.said(/icmp_seq=2/);
    world.run("a", "ip link set veth0 down");
    const done = await running.done;
    const report = JSON.parse(done.stdout);
    expect(report.flows[0].requests, done.stderr).toBeGreaterThanOrEqual(2);
    expect(done.stderr).not.toMatch(/bug/);
    const told = report.inputs.flatMap((input: { problems: string[] }) => input.problems).join(" ");
    expect(told, done.stderr).toMatch(/crashed \(SIGABRT\)/);
  });

  it.each([
    ["an interface that is not there", ["-i", "veth7"], /no interface veth7/],
    ["a bad filter", ["--filter", "arp or or icmp"], /filter "arp or or icmp"/],
  ])("says what is wrong: %s", async (_, words, sentence) => {
    const done = await pktwhyLive(["run", "--backend", "cap", ...words, "--", "true"]);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });
});

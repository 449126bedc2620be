// The recorded stories once more, live: built in namespaces, run under `pktwhy run`, and each with the right answer.

import { describe, expect, it } from "vitest";
import { withLab } from "../../src/lab/runner.ts";
import type { Scenario } from "../../src/lab/scenario.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { howMany } from "../how-long.ts";
import { pktwhyLive, whyNoCaptures } from "./run-world.ts";

const STORIES = [
  "veth-one-address",
  "veth-both-addresses",
  "veth-both-addresses-refused",
  "veth-both-addresses-half-fixed",
  "two-namespaces",
  "two-namespaces-peer-down",
  "own-address",
  // Nothing gets onto any wire.
  "no-route",
  "link-admin-down",
  "route-blackhole",
];

describe.skipIf(whyNoCaptures() !== null)("pktwhy run tells the stories", () => {
  it.concurrent.each(STORIES.slice(0, howMany(2, STORIES.length)))("%s", async (name) => {
    const scenario = scenarios.find((one) => one.name === name) as Scenario;
    await withLab(scenario, async (realNameOf) => {
      const [command] = scenario.commands;
      const real = realNameOf(command.netns);
      // Two pings are enough for a story; ping waits 10 s for the last answer unless told otherwise.
      const words = command.argv.filter((word) => !/^-[cW]$/.test(word));
      const kept = words.filter((word, at) => at === 0 || !/^\d+$/.test(word));
      const argv = [...kept.slice(0, 1), "-c", "2", "-W", "1", ...kept.slice(1)];
      const alone = Object.keys(scenario.namespaces).length === 1;
      const done = alone
        ? await pktwhyLive(["run", "--json", "--", ...argv], { inside: real })
        : await pktwhyLive(["run", "--json", "--", "ip", "netns", "exec", real, ...argv]);
      const report = done.stdout.startsWith("{") ? JSON.parse(done.stdout) : null;
      expect(report?.answer?.code, done.stderr + done.stdout).toBe(scenario.expected[0]);
      expect(report.answer.certainty).toBe("certain");
      // The command's own words are on standard error, whole, beside the list of interfaces.
      expect(done.stderr).toMatch(/watching \S/);
      if (name !== "no-route") expect(done.stderr).toMatch(/2 packets transmitted|ping: /);
    });
  });
});

// What Docker, ufw and systemd put on every server takes the certainty from no answer: the stories that people meet most, on
// hosts that are such servers.
// A sample; `npm run test:long` has all.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../../src/case/read-report.ts";
import { scenarioByName } from "../../../src/lab/lab.ts";
import { writeBundle } from "../../../src/lab/record.ts";
import { runLab } from "../../../src/lab/runner.ts";
import type { Code } from "../../../src/model/code.ts";
import { sampled } from "../../how-long.ts";
import { withServer } from "../ordinary-server.ts";
import { whyNoCaptures } from "../run-world.ts";

interface Story {
  readonly name: string;
  /** The hosts that are servers: all, where it does not say. */
  readonly servers?: readonly string[];
  /** Where being a server changes the story itself. */
  readonly code?: Code;
}

const STORIES: readonly Story[] = [
  { name: "veth-one-address" },
  { name: "veth-both-addresses" },
  { name: "veth-both-addresses-refused" },
  // docker0 has an address.
  { name: "target-has-no-address", code: "arp-no-local-owner" },
  { name: "arp-ignore-1" },
  { name: "rp-filter-strict" },
  { name: "ip-forward-off" },
  { name: "missing-return-route", servers: ["left", "right"] },
  // Docker's policy drops what a router forwards.
  { name: "router-ok", code: "iptables-drop" },
  { name: "icmp-echo-ignore-all" },
  { name: "iptables-drop" },
  { name: "nft-input-drop" },
  { name: "no-route" },
  { name: "two-namespaces" },
];

describe.skipIf(whyNoCaptures() !== null)("on ordinary servers", () => {
  it.concurrent.each(sampled(STORIES, "ordinary server", 2, ({ name }) => name))(
    "$name stays certain",
    { retry: 1 },
    async ({ name, servers, code }) => {
      const scenario = scenarioByName(name);
      const hosts = servers ?? Object.keys(scenario.namespaces);
      const served = hosts.reduce((before, host, at) => withServer(before, host, at), scenario);
      const directory = mkdtempSync(join(tmpdir(), "pwserver"));
      try {
        await writeBundle(await runLab(served), join(directory, name));
        const { report } = await reportOf([join(directory, name)]);
        const answer = report?.answer;
        expect([answer?.code, answer?.certainty]).toEqual([code ?? scenario.expected[0], "certain"]);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
});

// The flows of recorded captures, from their packets alone.

import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Flow } from "../../src/model/flow.ts";
import { journeysOf } from "../../src/model/observed.ts";
import { ip } from "./packets.ts";
import { recordedPackets } from "./recorded.ts";

/** All plain captures of a fixture; `net0.veth0.pcap` is veth0 in net0. */
function flowsOf(fixture: string): Flow[] {
  const folder = `fixtures/${fixture}`;
  const files = readdirSync(folder).filter((name) => name.endsWith(".pcap"));
  const captures = files.map((name) => {
    const parts = name.replace(/\.pcap$/, "").split(".");
    return {
      file: `${folder}/${name}`,
      netns: parts[1] ? (parts[0] as string) : null,
      interface: parts.at(-1) as string,
    };
  });
  const tracker = new FlowTracker();
  for (const packet of recordedPackets(captures)) tracker.push(packet);
  const flows = tracker.finish();
  expect([tracker.evicted, tracker.late]).toEqual([0, 0]);
  return flows;
}

/** Interfaces and what passed them, in order, of the first exchange of each outcome. */
function paths(flow: Flow): string[] {
  return [...flow.arpOutcomes, ...flow.echoOutcomes].map((o) =>
    journeysOf(o.first)
      .map((j) => j.sightings.map((s) => s.frame.vantage.interface).join(">"))
      .join(" "),
  );
}

const cases: readonly [string, (flows: Flow[]) => void][] = [
  [
    "veth-one-address",
    ([flow, ...others]) => {
      expect(others).toEqual([]);
      expect(flow).toMatchObject({
        kind: "ping",
        src: ip("192.168.2.11"),
        dst: ip("192.168.2.1"),
        replies: 0,
        rttMs: null,
      });
      expect(flow?.errors).toBeGreaterThan(0);
      expect(flow?.requests).toBe(flow?.errors);
      expect(flow?.arpOutcomes[0]?.first).toMatchObject({ purpose: "resolve", replies: [], requests: { length: 3 } });
      expect(flow && paths(flow)[0]).toBe("veth0>veth1 veth0>veth1 veth0>veth1");
    },
  ],
  [
    "veth-both-addresses",
    (flows) => {
      const flow = flows.at(-1) as Flow;
      expect(flow).toMatchObject({
        kind: "ping",
        src: ip("192.168.2.11"),
        dst: ip("192.168.2.1"),
        errors: 0,
        duplicates: 0,
      });
      expect(flow.replies).toBe(flow.requests);
      expect(paths(flow)).toContain("veth0>veth1 lo");
      expect(flow.rttMs?.min).toBeGreaterThan(0);
    },
  ],
  [
    "two-namespaces",
    (flows) => {
      const flow = flows[0] as Flow;
      expect(flow).toMatchObject({ kind: "ping", errors: 0, duplicates: 0 });
      expect(flow.replies).toBe(flow.requests);
      expect(flow.netns).toBe("net0");
      expect(paths(flow)).toContain("veth0>veth1 veth1>veth0");
      expect(flow.rttMs?.max).toBeLessThan(1000);
    },
  ],
];

describe("recorded captures", () => {
  for (const [name, check] of cases) {
    const there = existsSync(`fixtures/${name}`);
    if (!there) console.warn(`SKIPPED: there is no fixtures/${name}`);
    it.skipIf(!there && process.env.PKTWHY_REQUIRE_ALL !== "1")(name, () => check(flowsOf(name)));
  }
});

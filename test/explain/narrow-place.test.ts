// A stalled connection over one's own routers: the state names the link that is too small.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { withNarrowPlace } from "../../src/explain/narrow-place.ts";
import { parseState } from "../../src/system/parse.ts";
import { explained, fixtures } from "../recorded.ts";

const NOWHERE: ReadonlySet<string> = new Set();

it("is certain, with the router, its interface, the MTU and the rule that keeps the error back", async () => {
  const { report } = await explained("tcp-stall-own-routers");
  expect(report?.answer).toMatchObject({ code: "tcp-stall-pmtu", certainty: "certain" });
  const [finding] = report?.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings ?? [];
  expect(finding?.facts).toMatchObject({ router: "r1", outInterface: "wan1", mtu: "1400", error: "filtered" });
  expect(finding?.evidence.flatMap(({ state }) => state?.line ?? []).join("\n")).toMatch(/mtu 1400[\s\S]*drop/);
  expect(finding?.fixes[0]).toMatchObject({
    command: expect.stringMatching(/^sudo ip netns exec r1 .*clamp-mss-to-pmtu$/),
  });
});

it("stays likely where somebody else's routers lie between", async () => {
  const { report } = await explained("tcp-stall-pmtu");
  expect(report?.answer).toMatchObject({ code: "tcp-stall-pmtu", certainty: "likely" });
});

it("stays as it is where the segments fit, where nobody knows their size, and without state", async () => {
  const { report } = await explained("tcp-stall-own-routers");
  const file = readFileSync(join(fixtures, "tcp-stall-own-routers/state.json.gz"));
  const { state } = parseState(JSON.parse(gunzipSync(file).toString()), "state");
  const [finding] = report?.flows[0]?.findings ?? [];
  if (finding === undefined) throw new Error("nothing found");
  const { router: _, ...facts } = finding.facts;
  const hit = { ...finding, facts, certainty: "likely" as const };
  expect(withNarrowPlace(hit, null, NOWHERE)).toBe(hit);
  expect(withNarrowPlace(hit, state, NOWHERE)).not.toBe(hit);
  const small = { ...hit, facts: { ...facts, size: "1300" } };
  expect(withNarrowPlace(small, state, NOWHERE)).toBe(small);
});

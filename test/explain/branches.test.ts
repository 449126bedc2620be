// The walk as a tree: copies of a flooded frame are branches with their own end, what they share is told once, and what a
// bystander's copy ends with is never the cause where the owner hangs on the segment.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SystemState } from "../../src/model/system-state.ts";
import { stepsOf } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

function stateOf(name: string): SystemState {
  const file = join(import.meta.dirname, "../../fixtures", name, "state.json.gz");
  return parseState(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")), name).state;
}

function without(state: SystemState, netns: string): SystemState {
  return { ...state, namespaces: new Map([...state.namespaces].filter(([key]) => key !== netns)) };
}

describe("copies of a question", () => {
  const state = stateOf("bridge-ok");
  const trace = predict(state, ping("a", "192.168.2.1"));

  it("end each in its own way beside the one that is answered", () => {
    expect(trace.disposition.kind).toBe("answered");
    expect(trace.branches).not.toHaveLength(0);
    for (const { end } of trace.branches ?? []) expect(end).toMatchObject({ kind: "silent" });
  });

  it("have steps of their own, and share those before they part", () => {
    const steps = stepsOf(trace);
    const told = steps
      .filter(({ expects }) => expects?.packet.kind === "arp-request")
      .map((s) => `${s.netns} ${s.interface} ${s.expects?.direction}`);
    expect(new Set(told).size).toBe(told.length);
    for (const { n, netns } of trace.branches ?? [])
      expect(steps.filter(({ branch }) => branch === n).at(-1)?.netns).toBe(netns);
    expect(steps.at(-1)?.branch).toBeUndefined();
  });
});

describe("nobody has the address", () => {
  it("is certain where the whole segment is known", () => {
    const { disposition } = predict(stateOf("bridge-port-isolated"), ping("a", "192.168.2.77"));
    expect(disposition).toMatchObject({ kind: "stopped", hit: { code: "arp-no-local-owner", certainty: "certain" } });
  });

  it("is likely where a link that the question did not get to leads out of what is known", () => {
    const state = stateOf("bridge-port-isolated");
    const { disposition } = predict(without(state, "b"), ping("a", "192.168.2.77"));
    expect(disposition).toMatchObject({ kind: "stopped", hit: { code: "arp-no-local-owner", certainty: "likely" } });
  });
});

// A walk that is wrong, or that does not go with what was seen, is caught: each rule is broken on purpose.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { breachesOfComparison, breachesOfFindings, breachesOfTime } from "../../src/explain/invariants.ts";
import { View } from "../../src/explain/view.ts";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { Hop, Step, Trace } from "../../src/model/trace.ts";
import { breachesOfWalk } from "../../src/predict/invariants.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { asked } from "../attempts.ts";
import { echo, vantage } from "../flow/packets.ts";

const place = join(import.meta.dirname, "../../fixtures/two-namespaces/state.json.gz");
const { state } = parseState(JSON.parse(gunzipSync(readFileSync(place)).toString("utf8")), place);
const [asker = ""] = [...state.namespaces.keys()].filter((key) => key !== "");
const walk = predict(state, asked(asker, "192.168.2.1"));

const rules = (trace: Trace): string[] => [...new Set(breachesOfWalk(trace, state).map(({ rule }) => rule))];

function withHops(change: (hops: readonly Hop[]) => readonly Hop[]): Trace {
  return { ...walk, hops: change(walk.hops) };
}

function withSteps(change: (step: Step) => Step): Trace {
  return withHops((hops) => hops.map((hop) => ({ ...hop, steps: hop.steps.map(change) })));
}

describe("a walk", () => {
  it("is answered, and right, before anything is broken", () => {
    expect(walk.disposition.kind).toBe("answered");
    expect(rules(walk)).toEqual([]);
  });
  it("that begins without a socket", () => {
    const cut = withHops(([first, ...rest]) => [{ ...(first as Hop), steps: (first as Hop).steps.slice(1) }, ...rest]);
    expect(rules(cut)).toContain("hop");
  });
  it("that ends before the socket has its answer", () => {
    expect(rules(withHops((hops) => hops.slice(0, -1)))).toContain("hop");
  });
  it("that is somewhere before it came there", () => {
    const [first, ...rest] = walk.hops as [Hop, ...Hop[]];
    const far = rest.findIndex(({ netns, leg }) => netns !== asker && leg === "request");
    const moved = [first, rest[far] as Hop, ...rest.filter((_, at) => at !== far)];
    expect(rules({ ...walk, hops: moved })).toContain("hop");
  });
  it("in which a bridge answers a question that has not come to it", () => {
    const file = join(import.meta.dirname, "../../fixtures/bridge-neigh-suppress/state.json.gz");
    const bridged = parseState(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")), file).state;
    const answered = predict(bridged, { ...walk.attempt, netns: "a" });
    const rulesOf = (hops: readonly Hop[]): string[] =>
      breachesOfWalk({ ...answered, hops }, bridged).map(({ rule }) => rule);
    expect(rulesOf(answered.hops)).toEqual([]);
    const own = answered.hops.findIndex(({ leg, steps }) => leg === "arp-reply" && steps[0]?.kind === "bridge");
    const [first, ...rest] = answered.hops.filter((_, at) => at !== own) as [Hop, ...Hop[]];
    expect(own).toBeGreaterThan(0);
    expect(rulesOf([first, answered.hops[own] as Hop, ...rest])).toContain("hop");
  });
  it("at an interface that is not there", () => {
    expect(rules(withSteps((step) => ({ ...step, interface: step.interface && "veth9" })))).toContain("place");
  });
  it("whose sighting is elsewhere, of another packet, or the other way", () => {
    const broken: readonly ((expects: NonNullable<Step["expects"]>) => Step["expects"])[] = [
      (expects) => ({ ...expects, interface: "lo" }),
      (expects) => ({ ...expects, direction: expects.direction === "in" ? "out" : "in" }),
      (expects) => ({
        ...expects,
        packet: { kind: "echo-reply", source: null, destination: walk.attempt.destination },
      }),
    ];
    for (const change of broken)
      expect(rules(withSteps((step) => ({ ...step, expects: step.expects && change(step.expects) })))).toContain(
        "sighting",
      );
  });
  it("that quotes what no object reads", () => {
    const line = { netns: asker, key: "route", line: "default via 192.0.2.1 dev veth0" };
    expect(rules(withSteps((step) => ({ ...step, state: [line] })))).toEqual(["quote"]);
    expect(rules(withSteps((step) => ({ ...step, state: [{ ...line, assumed: true }] })))).toEqual([]);
  });
});

describe("what was seen", () => {
  const near = vantage(0, "veth0", asker);
  const far = vantage(1, "veth0", asker);
  const asked = { source: "192.168.2.11", destination: "192.168.2.1", sequence: 1 };
  const flowOf = (times: readonly [number, number]): Flow => ({
    id: 1,
    kind: "ping",
    netns: asker,
    src: parseIpv4("192.168.2.11"),
    dst: parseIpv4("192.168.2.1") as Ipv4,
    icmpId: 1,
    requests: 1,
    replies: 0,
    duplicates: 0,
    errors: 0,
    rttMs: null,
    from: null,
    to: null,
    echoOutcomes: [
      {
        signature: "",
        count: 1,
        last: null,
        first: {
          kind: "echo",
          source: parseIpv4("192.168.2.11") as Ipv4,
          destination: parseIpv4("192.168.2.1") as Ipv4,
          icmpId: 1,
          sequence: 1,
          request: {
            id: 1,
            orderInferred: false,
            sightings: [echo({ at: near, us: times[0] }, asked), echo({ at: far, us: times[1] }, asked)],
          },
          replies: [],
          errors: [],
          fragments: [],
        },
      },
    ],
    arpOutcomes: [],
    loneOutcomes: [],
  });

  it("may step back as far as stamps of two CPUs do, and no further", () => {
    expect(breachesOfTime(flowOf([100, 60]))).toEqual([]);
    expect(breachesOfTime(flowOf([100, 20])).map(({ rule }) => rule)).toEqual(["time"]);
  });

  it("and belongs to no step, where the walk knows of none", () => {
    const flow = flowOf([1, 2]);
    const view = new View(state, [], [flow]);
    const bare = { trace: walk, steps: [], missing: null, unexpected: [], seen: 0 };
    expect(breachesOfComparison(bare, flow, view).map(({ rule }) => rule)).toEqual(["sighting", "sighting"]);
  });
});

it("a finding that quotes what neither state holds", () => {
  const line = { netns: asker, key: "sysctl", line: "net.ipv4.ip_forward = 7" };
  const evidence = [{ basis: "state", text: { en: "", zh: "" }, state: line }];
  const because = { en: "net.ipv4.ip_forward = 8", zh: "net.ipv4.ip_forward = 8" };
  const finding = { code: "no-route", evidence, ruledOut: [{ code: "lo-down", because }] } as unknown as Finding;
  const lines = breachesOfFindings([finding], [state, null]).map(({ text }) => text.en);
  expect(lines).toEqual([
    "no-route: no object of the state reads “net.ipv4.ip_forward = 7”",
    "no-route: no object of the state reads “net.ipv4.ip_forward = 8”",
  ]);
});

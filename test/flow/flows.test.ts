import { describe, expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Exchange } from "../../src/model/exchange.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { Packet } from "../../src/model/packet.ts";
import { arp, echo, error, ip, laterFragment, type Seen, vantage } from "./packets.ts";

const veth0 = vantage(0, "veth0", "a");
const veth1 = vantage(1, "veth1", "a");
const lo = vantage(2, "lo", "a");
const SECOND = 1_000_000;

function flowsOf(packets: readonly Packet[]): Flow[] {
  const tracker = new FlowTracker();
  for (const packet of packets) tracker.push(packet);
  return tracker.finish();
}

/** A packet that crosses the pair from veth0 to veth1. */
function across(us: number, make: (where: Seen) => Packet): Packet[] {
  return [make({ at: veth0, us, direction: "out" }), make({ at: veth1, us: us + 4, direction: "in" })];
}

const request = (sequence: number, us: number) =>
  across(us, (where) => echo(where, { source: "10.0.0.1", destination: "10.0.0.2", sequence }));
const reply = (sequence: number, us: number, ipId?: number) => {
  const fields = { source: "10.0.0.2", destination: "10.0.0.1", sequence, reply: true };
  return echo({ at: lo, us, direction: "in" }, ipId === undefined ? fields : { ...fields, ipId });
};
const who = (us: number, target = "10.0.0.2") => across(us, (where) => arp(where, { sender: "10.0.0.1", target }));
const hostUnreachable = (sequence: number, us: number, destination = "10.0.0.2") =>
  error({ at: lo, us, direction: "in" }, "10.0.0.1", "10.0.0.1", { source: "10.0.0.1", destination, sequence });

describe("a ping that works", () => {
  it("is one flow with one outcome, its round trip taken where the asker sits", () => {
    const packets = [1, 2, 3].flatMap((n) => [...request(n, n * SECOND), reply(n, n * SECOND + 30)]);
    const [flow, ...others] = flowsOf(packets);
    expect(others).toEqual([]);
    expect(flow).toMatchObject({
      kind: "ping",
      netns: "a",
      icmpId: 7,
      requests: 3,
      replies: 3,
      duplicates: 0,
      errors: 0,
    });
    expect(flow?.rttMs).toEqual({ min: 0.03, avg: 0.03, max: 0.03 });
    expect(flow?.echoOutcomes.map((o) => [o.signature, o.count])).toEqual([["0>q,1<q 2<r", 3]]);
  });

  it("counts further replies as duplicates of the same exchange", () => {
    const [flow] = flowsOf([...request(1, 0), reply(1, 30), reply(1, 60, 555), ...request(2, SECOND)]);
    expect(flow).toMatchObject({ requests: 2, replies: 1, duplicates: 1 });
    expect(flow?.echoOutcomes).toHaveLength(2);
  });

  it("takes in an answer that is late, and the neighbour check of the other side", () => {
    const check = arp({ at: veth1, us: 9 * SECOND }, { sender: "10.0.0.2", target: "10.0.0.1", unicast: true });
    const flows = flowsOf([...request(1, 0), reply(1, 9 * SECOND - 50), check]);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ requests: 1, replies: 1 });
    expect(flows[0]?.arpOutcomes[0]?.first).toMatchObject({ purpose: "unicast-check" });
  });

  it("keeps another asker with the same id apart, and joins what a network doubled", () => {
    const other = { source: "10.0.0.9", destination: "10.0.0.2", sequence: 1 };
    const flows = flowsOf([...request(1, 0), echo({ at: veth1, us: 10, direction: "in" }, other)]);
    expect(flows.map((f) => f.requests)).toEqual([1, 1]);
    const doubled = flowsOf([...request(1, 0), ...request(1, 20)]);
    expect(doubled[0]).toMatchObject({ requests: 1 });
    expect(doubled[0]?.echoOutcomes[0]?.first).toMatchObject({ copies: [{ sightings: { length: 2 } }] });
  });

  it("attaches later fragments", () => {
    const fields = { source: "10.0.0.1", destination: "10.0.0.2", sequence: 1, moreFragments: true };
    const where = { at: veth0, us: 0, direction: "out" as const };
    const [flow] = flowsOf([echo(where, fields), laterFragment({ ...where, us: 1 }, fields, 185)]);
    expect(flow?.echoOutcomes[0]?.first).toMatchObject({ fragments: [{ sightings: { length: 1 } }] });
  });
});

describe("a ping that fails", () => {
  const failed = [0, 1.02, 2.04].flatMap((s) => who(s * SECOND));
  const errors = [1, 2, 3].map((n) => hostUnreachable(n, 3.06 * SECOND + n));

  it("is known by the errors that quote it, and its ARP round belongs to it", () => {
    const flows = flowsOf([...failed, ...errors, ...who(3.07 * SECOND), ...who(4.09 * SECOND)]);
    expect(flows).toHaveLength(1);
    const [flow] = flows as [Flow];
    expect(flow).toMatchObject({
      kind: "ping",
      netns: "a",
      requests: 3,
      replies: 0,
      errors: 3,
      icmpId: 7,
      rttMs: null,
    });
    expect(flow.arpOutcomes.map((o) => (o.first.kind === "arp" ? o.first.requests.length : 0))).toEqual([3, 2]);
    expect(flow.echoOutcomes).toMatchObject([{ count: 3, first: { request: null } }]);
  });

  it("without an error is an ARP flow that claims no ping", () => {
    const flows = flowsOf(failed);
    expect(flows).toMatchObject([{ kind: "arp", dst: ip("10.0.0.2"), src: ip("10.0.0.1"), icmpId: null, requests: 1 }]);
  });

  it("takes the gateway's failed round, since the asker reports its end", () => {
    const gateway = [0, 1.02, 2.04].flatMap((s) => who(s * SECOND, "10.0.0.254"));
    const flows = flowsOf([...gateway, hostUnreachable(1, 3.06 * SECOND, "8.8.8.8")]);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ kind: "ping", dst: ip("8.8.8.8"), arpOutcomes: [{ count: 1 }] });
  });

  it("leaves the unanswered question for another address alone", () => {
    const packets = [...request(1, 0), reply(1, 30), ...who(SECOND, "10.0.0.77")];
    expect(flowsOf(packets).map((f) => f.kind)).toEqual(["ping", "arp"]);
  });

  it("takes an error from a router on the way, and does not count a redirect as one", () => {
    const quoted = { source: "10.0.0.1", destination: "10.0.0.2", sequence: 1 };
    const where = { at: veth0, us: 50, direction: "in" as const };
    const exceeded = flowsOf([...request(1, 0), error(where, "10.0.0.254", "10.0.0.1", quoted, 11)]);
    expect(exceeded).toMatchObject([{ requests: 1, errors: 1 }]);
    const redirected = flowsOf([...request(1, 0), error(where, "10.0.0.254", "10.0.0.1", quoted, 5), reply(1, 90)]);
    expect(redirected).toMatchObject([{ requests: 1, replies: 1, errors: 0 }]);
  });
});

describe("ARP by itself", () => {
  it("knows announcements, probes and checks of a known neighbour", () => {
    const flows = flowsOf([
      arp({ at: veth0, us: 0 }, { sender: "10.0.0.5", target: "10.0.0.5" }),
      arp({ at: veth0, us: 10 }, { sender: "0.0.0.0", target: "10.0.0.6" }),
      arp({ at: veth0, us: 20 }, { sender: "10.0.0.1", target: "10.0.0.8", unicast: true }),
    ]);
    expect(flows.flatMap((f) => f.arpOutcomes.map((o) => (o.first.kind === "arp" ? o.first.purpose : "")))).toEqual([
      "gratuitous",
      "probe",
      "unicast-check",
    ]);
  });

  it("gives the answered question for a gateway to the packet that leaves right after it", () => {
    const answer = arp(
      { at: veth0, us: 40, direction: "in" },
      { sender: "10.0.0.254", target: "10.0.0.1", reply: true },
    );
    const leaves = echo(
      { at: veth0, us: 45, direction: "out" },
      { source: "10.0.0.1", destination: "8.8.8.8", sequence: 1 },
    );
    const flows = flowsOf([...who(0, "10.0.0.254"), answer, leaves]);
    expect(flows).toMatchObject([{ kind: "ping", arpOutcomes: [{ count: 1 }] }]);
  });
});

describe("telling", () => {
  it("tells an exchange soon after its answer, its error or the end of its round, and corrects it later", () => {
    const told: [string, number][] = [];
    let now = 0;
    const tracker = new FlowTracker({
      onSettled: (_flow: Flow, exchange: Exchange) => told.push([exchange.kind, now]),
    });
    const start = request(1, 0);
    for (const packet of [...start, reply(1, 30)]) tracker.push(packet);
    const zero = (start[0] as Packet).frame.time as bigint;
    const until = (ms: number) => {
      now = ms;
      tracker.advance(zero + BigInt(ms) * 1_000_000n);
    };
    until(40);
    expect(told).toEqual([]);
    until(60);
    expect(told).toEqual([["echo", 60]]);
    tracker.push(reply(1, 100_000, 777));
    until(200);
    expect(told).toHaveLength(2);
    for (const s of [1, 2.02, 3.04]) for (const packet of who(s * SECOND, "10.0.0.3")) tracker.push(packet);
    until(4000);
    expect(told).toHaveLength(2);
    until(4350);
    expect(told[2]?.[0]).toBe("arp");
  });
});

describe("bounds", () => {
  it("gives up the oldest exchanges, and only counts flows that have ended", () => {
    const tracker = new FlowTracker({ bounds: { exchanges: 10, toldExchanges: 5, flows: 3 } });
    for (let n = 1; n <= 50; n++) for (const packet of request(n, n * 100)) tracker.push(packet);
    expect(tracker.evicted).toBe(40);
    expect(tracker.finish()).toMatchObject([{ requests: 50, echoOutcomes: [{ count: 50 }] }]);
    const many = new FlowTracker({ bounds: { flows: 3 } });
    for (let n = 1; n <= 9; n++)
      many.push(arp({ at: veth0, us: n }, { sender: "10.0.0.1", target: `10.0.0.${n + 1}` }));
    const kept = many.finish();
    expect([many.evicted, kept.length + many.onlyCounted]).toEqual([0, 9]);
    expect(kept.length).toBeLessThanOrEqual(4);
  });

  it("counts what comes late, and takes packets without a time in the order they come", () => {
    const tracker = new FlowTracker();
    for (const packet of [...request(1, SECOND), reply(1, 30), reply(1, SECOND - 40)]) tracker.push(packet);
    expect(tracker.late).toBe(1);
    const timeless = { source: "10.0.0.1", destination: "10.0.0.2", sequence: 1 };
    const flows = flowsOf([
      echo({ at: veth0, us: null }, timeless),
      echo({ at: lo, us: null }, { ...timeless, source: "10.0.0.2", destination: "10.0.0.1", reply: true }),
    ]);
    expect(flows).toMatchObject([{ requests: 1, replies: 1, rttMs: null, from: null }]);
  });
});

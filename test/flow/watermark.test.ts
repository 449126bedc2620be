import fc from "fast-check";
import { expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Exchange } from "../../src/model/exchange.ts";
import type { Flow } from "../../src/model/flow.ts";
import { journeysOf } from "../../src/model/observed.ts";
import type { Direction, Packet } from "../../src/model/packet.ts";
import { arp, echo, error, type Seen, START, vantage } from "./packets.ts";

const places = [vantage(0, "veth0", "a"), vantage(1, "veth1", "b"), vantage(2, "lo", "a"), vantage(3, "eth0")] as const;
const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.254"] as const;

/** One event of a traffic that is meant to collide: few addresses, few numbers, gaps around every limit. */
const event = fc.record({
  gap: fc.oneof(
    fc.constantFrom(0, 1, 4, 40, 900, 60_000, 1_020_000, 1_600_000, 3_300_000, 10_000_000),
    fc.integer({ min: 0, max: 4_000_000 }),
  ),
  kind: fc.constantFrom("ask", "answer", "request", "request", "reply", "error"),
  place: fc.integer({ min: 0, max: 3 }),
  direction: fc.constantFrom<Direction | null>("in", "out", null),
  from: fc.integer({ min: 0, max: 2 }),
  to: fc.integer({ min: 0, max: 2 }),
  sequence: fc.integer({ min: 1, max: 3 }),
  ttl: fc.constantFrom(64, 63),
  // Where between this packet and the one before the watermarks lie, and how many there are.
  watermarks: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function packetOf(e: Event, us: number): Packet {
  const { direction, ttl } = e;
  const where: Seen = { at: places[e.place] ?? places[0], us, direction, ttl };
  const source = addresses[e.from] as string;
  const destination = addresses[e.to] as string;
  if (e.kind === "ask") return arp(where, { sender: source, target: destination });
  if (e.kind === "answer") return arp(where, { sender: source, target: destination, reply: true });
  if (e.kind === "error") return error(where, destination, source, { source, destination, sequence: e.sequence });
  return echo(where, { source, destination, sequence: e.sequence, reply: e.kind === "reply" });
}

/** All that a report could say of a flow. */
function summary(flow: Flow): unknown {
  const { id, kind, netns, src, dst, icmpId, requests, replies, duplicates, errors, rttMs, from, to } = flow;
  const outcomes = [...flow.arpOutcomes, ...flow.echoOutcomes, ...flow.loneOutcomes].map((o) => ({
    signature: o.signature,
    count: o.count,
    frames: [o.first, ...(o.last === null ? [] : [o.last])].map((exchange) =>
      journeysOf(exchange).map((j) => [j.id, j.orderInferred, j.sightings.map((s) => s.frame.number)]),
    ),
  }));
  return { id, kind, netns, src, dst, icmpId, requests, replies, duplicates, errors, rttMs, from, to, outcomes };
}

function run(packets: readonly Packet[], watermarks: readonly (readonly number[])[]): unknown {
  const told: string[] = [];
  const tracker = new FlowTracker({
    onSettled: (flow, exchange) => told.push(`${flow.id} ${exchange.kind} ${journeysOf(exchange).map((j) => j.id)}`),
    bounds: { exchanges: 12, toldExchanges: 6, journeys: 12, flows: 6 },
  });
  let before = START;
  packets.forEach((packet, i) => {
    const time = packet.frame.time as bigint;
    const marks = [...(watermarks[i] ?? [])].sort((a, b) => a - b);
    for (const mark of marks) tracker.advance(before + BigInt(Math.floor(Number(time - before) * mark)));
    tracker.push(packet);
    before = time;
  });
  const flows = tracker.finish();
  return { flows: flows.map(summary), told, evicted: tracker.evicted, late: tracker.late };
}

it("says the same whenever watermarks come", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let us = 0;
      const packets = events.map((e) => {
        us += e.gap;
        return packetOf(e, us);
      });
      const marks = events.map((e) => e.watermarks);
      expect(run(packets, marks)).toEqual(run(packets, []));
    }),
    { numRuns: 300 },
  );
});

it("keeps every sighting in exactly one exchange, and tells every exchange", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let us = 0;
      const packets = events.map((e) => {
        us += e.gap;
        return packetOf(e, us);
      });
      const exchanges = new Set<Exchange>();
      const tracker = new FlowTracker({ onSettled: (_flow, exchange) => exchanges.add(exchange) });
      for (const packet of packets) tracker.push(packet);
      const flows = tracker.finish();
      const kept = [...exchanges].flatMap((exchange) => {
        return journeysOf(exchange).flatMap((j) => j.sightings.map((s) => s.frame.number));
      });
      const numbers = (list: readonly number[]) => [...list].sort((a, b) => a - b);
      expect([...new Set(kept)]).toHaveLength(kept.length);
      expect(numbers(kept)).toEqual(numbers(packets.map((p) => p.frame.number)));
      const counted = flows.flatMap((f) => [...f.echoOutcomes, ...f.arpOutcomes, ...f.loneOutcomes]);
      expect(counted.reduce((sum, o) => sum + o.count, 0)).toBe(exchanges.size);
    }),
    { numRuns: 200 },
  );
});

// Many like flows: what they have in common is told once, what stands out of them stays, and memory has a bound.

import { describe, expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { Packet } from "../../src/model/packet.ts";
import { arp, echo, ip, vantage } from "./packets.ts";

const veth0 = vantage(0, "veth0", "net0");
const SECOND = 1e6;

function address(n: number): string {
  return `10.1.${n >> 8}.${n & 255}`;
}

function sweep(targets: number, at = 0): Packet[] {
  return Array.from({ length: targets }, (_, n) => {
    const asked = arp({ at: veth0, us: at + n * 500, direction: "out" }, { sender: "10.0.0.5", target: address(n) });
    if (n % 10 !== 0) return [asked];
    const answer = { sender: address(n), target: "10.0.0.5", reply: true };
    return [asked, arp({ at: veth0, us: at + n * 500 + 90, direction: "in" }, answer)];
  }).flat();
}

function followed(packets: readonly Packet[], flows = 64): { flows: Flow[]; onlyCounted: number; evicted: number } {
  const tracker = new FlowTracker({ bounds: { flows } });
  for (const packet of packets) tracker.push(packet);
  return { flows: tracker.finish(), onlyCounted: tracker.onlyCounted, evicted: tracker.evicted };
}

describe("a sweep", () => {
  it("is a crowd in which every address counts, also those that only numbers are kept of", () => {
    const { flows, onlyCounted, evicted } = followed(sweep(2500));
    expect(flows.length).toBeLessThanOrEqual(70);
    expect(flows.length + onlyCounted).toBe(2500);
    expect(evicted).toBe(0);
    expect(flows[0]?.inCrowd).toMatchObject({
      crowd: { shared: "asker", src: ip("10.0.0.5"), members: 2500, answered: 250, onlyCounted },
      alike: 250,
    });
    expect(flows.find((flow) => flow.replies === 0)?.inCrowd?.alike).toBe(2250);
  });

  it("of the same addresses again is not twice as many", () => {
    const { flows } = followed([...sweep(500), ...sweep(500, 60 * SECOND)]);
    expect(flows[0]?.inCrowd?.crowd).toMatchObject({ members: 500, answered: 50 });
  });

  it("pushes nothing out that is like no others, and is no crowd where it is small", () => {
    const ping = (sequence: number): Packet =>
      echo(
        { at: veth0, us: sequence * SECOND, direction: "out" },
        { source: "10.9.0.1", destination: "10.9.0.2", sequence },
      );
    const all = [...Array.from({ length: 4 }, (_, n) => ping(n)), ...sweep(2000, 4 * SECOND)];
    const lonely = followed(all).flows.find((flow) => flow.kind === "ping");
    expect(lonely).toMatchObject({ requests: 4, echoOutcomes: [{ count: 4 }] });
    expect(lonely?.inCrowd).toBeUndefined();
    expect(followed(sweep(12)).flows.map((flow) => flow.inCrowd)).toEqual(Array(12).fill(undefined));
  });
});

it("knows many askers of one target, and one pair that comes again and again, from a sweep", () => {
  const askers = Array.from({ length: 40 }, (_, n) =>
    echo({ at: veth0, us: n * 500 }, { source: address(n), destination: "10.0.0.9", id: n, sequence: 1 }),
  );
  expect(followed(askers).flows[0]?.inCrowd?.crowd).toMatchObject({
    shared: "target",
    dst: ip("10.0.0.9"),
    members: 40,
  });
  const again = Array.from({ length: 40 }, (_, n) =>
    echo({ at: veth0, us: n * SECOND }, { source: "10.0.0.5", destination: "10.0.0.9", id: n, sequence: 1 }),
  );
  expect(followed(again).flows[0]?.inCrowd?.crowd).toMatchObject({ shared: "pair", members: 40 });
});

it("gives each ARP round of a ping sweep to the ping it was asked for", () => {
  const packets = Array.from({ length: 600 }, (_, n) => {
    const us = n * 2000;
    const asked = { source: "10.0.0.5", destination: address(n), id: 7, sequence: n };
    return [
      arp({ at: veth0, us, direction: "out" }, { sender: "10.0.0.5", target: address(n) }),
      arp({ at: veth0, us: us + 50, direction: "in" }, { sender: address(n), target: "10.0.0.5", reply: true }),
      echo({ at: veth0, us: us + 60, direction: "out" }, asked),
      // The target checks its neighbour in its turn.
      arp({ at: veth0, us: us + 400, direction: "in" }, { sender: address(n), target: "10.0.0.5" }),
    ];
  }).flat();
  const { flows } = followed(packets, 4096);
  expect(flows.map((flow) => flow.kind)).toEqual(Array(600).fill("ping"));
  expect(
    flows.every((flow) =>
      flow.arpOutcomes.every(({ first }) => first.kind === "arp" && [first.asker, first.target].includes(flow.dst)),
    ),
  ).toBe(true);
});

// Two tenants with the same addresses, each in a network of its own, whose frames pass the same wire.

import { expect, test } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { ArpExchange } from "../../src/model/exchange.ts";
import type { Packet } from "../../src/model/packet.ts";
import { arp, type Seen, vantage } from "./packets.ts";

const wire = vantage(1, "eth0");

function inNetwork(number: number, packet: Packet): Packet {
  const around = { from: "10.0.0.1", to: "10.0.0.2", labels: [], headers: 50, outer: null } as const;
  return { ...packet, outer: { kind: "vxlan", number, ...around, link: { kind: "none" }, vlans: [] } };
}

function roundsOf(packets: readonly Packet[]): ArpExchange[] {
  const settled: ArpExchange[] = [];
  const tracker = new FlowTracker({
    onSettled: (_, exchange) => {
      if (exchange.kind === "arp") settled.push(exchange);
    },
  });
  for (const packet of packets) tracker.push(packet);
  tracker.finish();
  return settled;
}

const at = (us: number): Seen => ({ at: wire, us });
const question = { sender: "192.168.2.11", target: "192.168.2.1" };
const asks = (us: number): Packet => arp(at(us), question);
const answers = (us: number): Packet => arp(at(us), { sender: "192.168.2.1", target: "192.168.2.11", reply: true });

test("an answer belongs to the question of its own network", () => {
  const rounds = roundsOf([inNetwork(1, asks(0)), inNetwork(2, asks(100)), inNetwork(1, answers(200))]);
  expect(rounds.map(({ requests, replies }) => [requests[0]?.sightings[0]?.outer?.number, replies.length])).toEqual([
    [1, 1],
    [2, 0],
  ]);
});

test("the same question in both networks is asked twice, at another place in one network once", () => {
  const far = { at: vantage(2, "eth1"), us: 20 };
  const again = arp(far, question);
  const rounds = (second: number): number => roundsOf([inNetwork(1, asks(0)), inNetwork(second, again)]).length;
  expect(rounds(1)).toBe(1);
  expect(rounds(2)).toBe(2);
});

import { describe, expect, it } from "vitest";
import { JourneyTracker } from "../../src/flow/journeys.ts";
import { arrange } from "../../src/flow/order.ts";
import type { Packet } from "../../src/model/packet.ts";
import { arp, echo, START, vantage } from "./packets.ts";

const veth0 = vantage(0, "veth0", "a");
const veth1 = vantage(1, "veth1", "b");
const far = vantage(2, "eth0", "c");
const lo = vantage(3, "lo", "a");

/** The journey number of each packet, in the order given. */
function journeysOf(packets: readonly Packet[]): number[] {
  const tracker = new JourneyTracker<never>(64);
  let now = 0;
  return packets.map((packet) => {
    const at = Number((packet.frame.time ?? START) - START);
    now = Math.max(now, at);
    return tracker.sight(packet, at, now).id;
  });
}

const asked = { source: "10.0.0.1", destination: "10.0.0.2", sequence: 1 };
const who = { sender: "10.0.0.1", target: "10.0.0.2" };

describe("one packet at several places", () => {
  it("joins both ends of a veth pair, and a router's two sides where the TTL falls", () => {
    const packets = [
      echo({ at: veth0, us: 0 }, asked),
      echo({ at: veth1, us: 5 }, asked),
      echo({ at: far, us: 20, ttl: 63 }, asked),
    ];
    expect(journeysOf(packets)).toEqual([1, 1, 1]);
  });

  it("starts a new journey for the same bytes at the same place, unless the TTL fell", () => {
    const again = [echo({ at: veth0, us: 0 }, asked), echo({ at: veth0, us: 9 }, asked)];
    expect(journeysOf(again)).toEqual([1, 2]);
    const loop = [echo({ at: veth0, us: 0 }, asked), echo({ at: veth0, us: 9, ttl: 62 }, asked)];
    expect(journeysOf(loop)).toEqual([1, 1]);
  });

  it("takes both directions of lo for one journey", () => {
    const packets = [
      echo({ at: lo, us: 0, direction: "out" }, asked),
      echo({ at: lo, us: 1, direction: "in" }, asked),
      echo({ at: lo, us: 100, direction: "out" }, { ...asked, sequence: 2 }),
    ];
    expect(journeysOf(packets)).toEqual([1, 1, 2]);
  });

  it("pairs byte-identical ARP requests in order, and a retry with its own reception", () => {
    const burst = [0, 1, 5, 6].map((us, i) => arp({ at: i < 2 ? veth0 : veth1, us }, who));
    expect(journeysOf(burst)).toEqual([1, 2, 1, 2]);
    // The first request never arrived.
    const lost = [
      arp({ at: veth0, us: 0 }, who),
      arp({ at: veth0, us: 500_000 }, who),
      arp({ at: veth1, us: 500_009 }, who),
    ];
    expect(journeysOf(lost)).toEqual([1, 2, 2]);
    const late = [arp({ at: veth0, us: 0 }, who), arp({ at: veth1, us: 1_020_000 }, who)];
    expect(journeysOf(late)).toEqual([1, 2]);
  });

  it("recognises a packet whose addresses were translated, once or twice", () => {
    const packets = [
      echo({ at: veth0, us: 0 }, asked),
      echo({ at: veth1, us: 20, ttl: 63 }, { ...asked, source: "192.0.2.1" }),
      echo({ at: far, us: 40, ttl: 62 }, { ...asked, source: "192.0.2.1", destination: "10.9.9.9" }),
    ];
    expect(journeysOf(packets)).toEqual([1, 1, 1]);
  });

  it("tells packets apart by IP id, by payload, and by address where the IP id says nothing", () => {
    const first = echo({ at: veth0, us: 0 }, asked);
    expect(journeysOf([first, echo({ at: veth1, us: 5 }, { ...asked, ipId: 9 })])).toEqual([1, 2]);
    expect(journeysOf([first, echo({ at: veth1, us: 5 }, { ...asked, payloadHash: 5 })])).toEqual([1, 2]);
    const unnumbered = { ...asked, ipId: 0 };
    const elsewhere = { ...unnumbered, source: "10.7.7.7", destination: "10.8.8.8" };
    expect(journeysOf([echo({ at: veth0, us: 0 }, unnumbered), echo({ at: veth1, us: 5 }, elsewhere)])).toEqual([1, 2]);
    const text = { ...asked, ipId: null };
    expect(journeysOf([first, echo({ at: veth1, us: 5 }, text)])).toEqual([1, 1]);
  });
});

describe("the order of sightings", () => {
  const out = (us: number) => echo({ at: veth0, us, direction: "out" }, asked);
  const into = (us: number) => echo({ at: veth1, us, direction: "in" }, asked);
  const names = (packets: readonly Packet[]) => packets.map((p) => p.frame.vantage.interface);

  it("follows time where it tells, and direction where stamps tie", () => {
    expect(arrange([into(7), out(5)])).toMatchObject({ inferred: false });
    expect(names(arrange([into(7), out(5)]).sightings)).toEqual(["veth0", "veth1"]);
    const tie = arrange([into(5), out(5)]);
    expect(names(tie.sightings)).toEqual(["veth0", "veth1"]);
    expect(tie.inferred).toBe(false);
  });

  it("puts a reception after the transmission in another namespace although its stamp is earlier, and says so", () => {
    const { sightings, inferred } = arrange([into(5), out(30)]);
    expect(names(sightings)).toEqual(["veth0", "veth1"]);
    expect(inferred).toBe(true);
    expect(names(arrange([into(5), out(300)]).sightings)).toEqual(["veth1", "veth0"]);
  });

  it("lets the TTL decide between ties of a router", () => {
    const after = echo({ at: far, us: 5, ttl: 63 }, asked);
    const before = echo({ at: veth1, us: 5 }, asked);
    expect(arrange([after, before])).toEqual({ sightings: [before, after], inferred: false });
  });

  it("calls it inferred where nothing tells", () => {
    const tied = [echo({ at: veth0, us: 5 }, asked), echo({ at: veth1, us: 5 }, asked)];
    expect(arrange(tied).inferred).toBe(true);
    expect(arrange([...tied].reverse())).toEqual(arrange(tied));
    expect(arrange([echo({ at: veth0, us: 5 }, asked), echo({ at: veth1, us: 25 }, asked)]).inferred).toBe(false);
  });
});

// Connections and questions over UDP as they are followed: what belongs to which, what asks and what answers, what is counted.

import { describe, expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import type { TcpExchange, TransportExchange, UdpExchange } from "../../src/model/exchange.ts";
import type { Flow } from "../../src/model/flow.ts";
import type { Dhcp, Dns, Packet } from "../../src/model/packet.ts";
import { datagram, errorAbout, ip, type Seen, type SegmentFields, segment, vantage } from "./packets.ts";

const veth0 = vantage(0, "veth0", "a");
const inner = vantage(1, "veth1", "r");
const outer = vantage(2, "wan", "r");
const SECOND = 1_000_000;
const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

const there = { from: "10.0.0.1:40000", to: "10.0.0.2:80" };
const back = { from: there.to, to: there.from };

function flowsOf(packets: readonly Packet[], bounds = {}): Flow[] {
  const tracker = new FlowTracker({ bounds });
  for (const packet of packets) tracker.push(packet);
  return tracker.finish();
}

function exchangesOf(flows: readonly Flow[]): TransportExchange[] {
  return flows.flatMap(({ transportOutcomes = [] }) =>
    transportOutcomes.flatMap(({ first, last }) => (last === null ? [first] : [first, last])),
  );
}

/** The only connection of these packets. */
function connection(packets: readonly Packet[]): TcpExchange {
  const [one, ...others] = exchangesOf(flowsOf(packets));
  expect(others).toEqual([]);
  if (one?.kind !== "tcp") throw new Error("no connection");
  return one;
}

function exchange(packets: readonly Packet[]): UdpExchange {
  const [one, ...others] = exchangesOf(flowsOf(packets));
  expect(others).toEqual([]);
  if (one?.kind !== "udp") throw new Error("no exchange");
  return one;
}

const endsOf = ({ source, sourcePort, destination, destinationPort }: TransportExchange): string =>
  `${formatIpv4(source)}:${sourcePort} > ${formatIpv4(destination)}:${destinationPort}`;

const sent = (us: number, fields: Omit<SegmentFields, "from" | "to">) =>
  segment({ at: veth0, us, direction: "out" }, { ...there, ...fields });
const came = (us: number, fields: Omit<SegmentFields, "from" | "to">) =>
  segment({ at: veth0, us, direction: "in" }, { ...back, ...fields });
const syn = (us: number, sequence = 70_000) => sent(us, { flags: SYN, sequence });
const synAck = (us: number, sequence = 90_000) => came(us, { flags: SYN | ACK, sequence });

describe("a connection", () => {
  it("has its handshake, its data each way and its ends, under the ends that asked", () => {
    const one = connection([
      syn(0),
      synAck(30),
      sent(40, { flags: ACK, sequence: 70_001, length: 10 }),
      came(50, { flags: ACK, sequence: 90_001, length: 20 }),
      sent(60, { flags: FIN | ACK, sequence: 70_011 }),
      came(70, { flags: RST, sequence: 90_021 }),
    ]);
    expect(endsOf(one)).toBe("10.0.0.1:40000 > 10.0.0.2:80");
    const { syns, synAcks, segments, repeats, fins, resets, closedWindows } = one;
    const lists = [syns, synAcks, segments, repeats, fins, resets, closedWindows];
    expect(lists.map((list) => list.length)).toEqual([1, 1, 2, 0, 1, 1, 0]);
  });

  it("is counted as asked and answered once, with the time from its last SYN to the answer", () => {
    const [flow] = flowsOf([syn(0), syn(SECOND), synAck(SECOND + 30), synAck(SECOND + 90, 90_000)]);
    expect(flow).toMatchObject({ kind: "tcp", netns: "a", srcPort: 40000, dstPort: 80, requests: 1, replies: 1 });
    expect(flow?.rttMs).toEqual({ min: 0.03, avg: 0.03, max: 0.03 });
  });

  it("is asked again by the same number; another number after an end is a new one", () => {
    expect(connection([syn(0), syn(SECOND), syn(3 * SECOND)]).syns).toHaveLength(3);
    const [flow] = flowsOf([syn(0), came(10, { flags: RST | ACK, sequence: 0 }), syn(SECOND, 150_000)]);
    expect(flow?.requests).toBe(2);
    expect(exchangesOf(flow === undefined ? [] : [flow]).map((one) => one.kind === "tcp" && one.resets.length)).toEqual(
      [1, 0],
    );
  });

  it("is seen from its middle: the lower port is the service's, whoever speaks first", () => {
    const middle = (ends: { from: string; to: string }) =>
      segment({ at: veth0, us: 0 }, { ...ends, flags: ACK, sequence: 90_000 });
    expect(endsOf(connection([middle(there)]))).toBe("10.0.0.1:40000 > 10.0.0.2:80");
    expect(endsOf(connection([middle(back)]))).toBe("10.0.0.1:40000 > 10.0.0.2:80");
    expect(endsOf(connection([segment({ at: veth0, us: 0 }, { ...there, flags: SYN | ACK, sequence: 90_000 })]))).toBe(
      "10.0.0.2:80 > 10.0.0.1:40000",
    );
  });

  it("tells data that is sent again, and windows that are closed", () => {
    const data = (us: number, length: number) => sent(us, { flags: ACK, sequence: 70_001, length });
    const one = connection([
      syn(0),
      synAck(30),
      data(40, 10),
      data(SECOND, 10),
      came(SECOND + 9, { flags: ACK, sequence: 90_001, window: 0 }),
    ]);
    expect([one.segments.length, one.repeats.length, one.closedWindows.length]).toEqual([1, 1, 1]);
  });

  it("keeps no more than 24 of a kind", () => {
    const many = Array.from({ length: 40 }, (_, n) => syn(n * SECOND));
    expect(connection(many).syns).toHaveLength(24);
  });

  it("is another one under another port or address", () => {
    const other = (ends: { from: string; to: string }) =>
      segment({ at: veth0, us: 9 }, { ...ends, flags: SYN, sequence: 71_000 });
    for (const ends of [
      { ...there, from: "10.0.0.1:40001" },
      { ...there, from: "10.0.0.3:40000" },
      { ...there, to: "10.0.0.2:81" },
      { ...there, to: "10.0.0.3:80" },
    ])
      expect(exchangesOf(flowsOf([syn(0), other(ends)])), JSON.stringify(ends)).toHaveLength(2);
  });

  it("is one through a translation, with its answer and the errors about it", () => {
    const inside = { from: "192.0.2.1:61000", to: "10.9.0.2:8080" };
    const seen = (at: Seen["at"], us: number, direction: "in" | "out"): Seen => ({ at, us, direction });
    const flows = flowsOf([
      segment(seen(inner, 0, "in"), { ...there, flags: SYN, sequence: 70_000 }),
      segment(seen(outer, 5, "out"), { ...inside, flags: SYN, sequence: 70_000 }),
      segment(seen(outer, 20, "in"), { from: inside.to, to: inside.from, flags: SYN | ACK, sequence: 90_000 }),
      segment(seen(inner, 25, "out"), { ...back, flags: SYN | ACK, sequence: 90_000 }),
      errorAbout(seen(outer, 40, "in"), "10.9.0.254", inside, 6),
    ]);
    expect(flows.map(({ kind, replies, errors }) => [kind, replies, errors])).toEqual([["tcp", 1, 1]]);
    const [one] = exchangesOf(flows) as TcpExchange[];
    expect(endsOf(one as TcpExchange)).toBe("10.0.0.1:40000 > 10.0.0.2:80");
    expect(one?.syns[0]?.sightings.map(({ frame }) => frame.vantage.interface)).toEqual(["veth1", "wan"]);
    expect(one?.synAcks[0]?.sightings).toHaveLength(2);
    expect(one?.errors).toHaveLength(1);
  });

  it("takes an error about its own ends alone, and counts it once", () => {
    const error = (us: number, to: string, protocol: 6 | 17 = 6) =>
      errorAbout({ at: veth0, us, direction: "in" }, "10.0.0.2", { ...there, to }, protocol);
    expect(flowsOf([syn(0), error(9, there.to), error(SECOND, there.to)])[0]?.errors).toBe(1);
    for (const other of [error(9, "10.0.0.2:81"), error(9, "10.0.0.3:80"), error(9, there.to, 17)])
      expect(flowsOf([syn(0), other]).find(({ kind }) => kind === "tcp")?.errors).toBe(0);
  });

  it("is given up for want of room, the one that was silent longest first, and that is told", () => {
    const tracker = new FlowTracker({ bounds: { connections: 2 } });
    const ports = [1, 2, 3].map((port) => ({ ...there, from: `10.0.0.1:${port}` }));
    ports.forEach((ends, n) => {
      tracker.push(segment({ at: veth0, us: n * 10 }, { ...ends, flags: SYN, sequence: 70_000 + n }));
      // The first is heard of again.
      if (n === 1)
        tracker.push(segment({ at: veth0, us: 15 }, { ...(ports[0] as typeof there), flags: RST, sequence: 70_001 }));
    });
    expect(tracker.evicted).toBe(1);
    tracker.push(segment({ at: veth0, us: 90 }, { ...(ports[0] as typeof there), flags: RST, sequence: 70_009 }));
    const [flow] = tracker.finish();
    expect(flow?.requests, "the first is still known, the second is not").toBe(3);
  });

  it("is told as it stands where nothing was heard of it for 130 s", () => {
    const later = (us: number) =>
      connection([
        syn(0),
        segment({ at: veth0, us }, { ...there, from: "10.0.0.1:40000", flags: SYN, sequence: 70_000 }),
      ]);
    expect(later(129 * SECOND).syns).toHaveLength(2);
    expect(flowsOf([syn(0), syn(131 * SECOND)])[0]?.requests).toBe(2);
  });
});

function dns(id: number, response: boolean): Dns {
  const question = { name: "example.org", type: 1 };
  return {
    kind: "dns",
    id,
    response,
    responseCode: 0,
    truncated: false,
    question,
    answers: response ? 1 : 0,
    addresses: [],
  };
}

function dhcp(operation: number, transaction: number): Dhcp {
  const unknown = { clientMac: null, clientAddress: null, offeredAddress: null, relay: null };
  return {
    kind: "dhcp",
    operation,
    transaction,
    ...unknown,
    message: operation === 1 ? 1 : 2,
    requestedAddress: null,
    server: null,
  };
}

describe("an exchange over UDP", () => {
  const asked = { from: "10.0.0.1:40000", to: "10.0.0.2:7" };
  const answers = { from: asked.to, to: asked.from };

  it("has questions and answers, by who spoke first", () => {
    const packets = [asked, asked, answers].map((ends, n) =>
      datagram({ at: veth0, us: n * SECOND }, { ...ends, payloadHash: n }),
    );
    const one = exchange(packets);
    expect([endsOf(one), one.questions.length, one.answers.length]).toEqual(["10.0.0.1:40000 > 10.0.0.2:7", 2, 1]);
  });

  it("is an answer that was seen alone, where it comes from a service's port", () => {
    const alone = (from: string, to: string) => exchange([datagram({ at: veth0, us: 0 }, { from, to })]);
    expect(endsOf(alone("10.0.0.2:123", "10.0.0.1:40000"))).toBe("10.0.0.1:40000 > 10.0.0.2:123");
    expect(alone("10.0.0.2:123", "10.0.0.1:40000")).toMatchObject({ questions: [] });
    expect(endsOf(alone("10.0.0.2:123", "10.0.0.1:123")), "both serve").toBe("10.0.0.2:123 > 10.0.0.1:123");
    expect(endsOf(alone("10.0.0.2:7", "10.0.0.1:40000"))).toBe("10.0.0.2:7 > 10.0.0.1:40000");
  });

  it("of DNS is one for each id, and its answer is what says that it is one", () => {
    const server = { from: "10.0.0.1:40000", to: "10.0.0.2:53" };
    const other = { from: server.to, to: server.from };
    const packets = [
      datagram({ at: veth0, us: 0 }, { ...server, application: dns(1, false) }),
      datagram({ at: veth0, us: 10 }, { ...server, application: dns(2, false) }),
      datagram({ at: veth0, us: 20 }, { ...other, application: dns(2, true) }),
    ];
    const all = exchangesOf(flowsOf(packets)) as UdpExchange[];
    expect(all.map(({ questions, answers }) => [questions.length, answers.length])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    const alone = exchange([datagram({ at: veth0, us: 0 }, { ...server, application: dns(3, true) })]);
    expect([endsOf(alone), alone.answers.length]).toEqual(["10.0.0.2:53 > 10.0.0.1:40000", 1]);
  });

  it("of DHCP is one for each transaction, whatever its ends read", () => {
    const client = { from: "0.0.0.0:68", to: "255.255.255.255:67" };
    const packets = [
      datagram({ at: veth0, us: 0 }, { ...client, application: dhcp(1, 5) }),
      datagram({ at: veth0, us: 9 }, { from: "10.0.0.2:67", to: "10.0.0.50:68", application: dhcp(2, 5) }),
      datagram({ at: veth0, us: 20 }, { ...client, application: dhcp(1, 6) }),
    ];
    const all = exchangesOf(flowsOf(packets)) as UdpExchange[];
    expect(all.map((one) => [endsOf(one), one.questions.length, one.answers.length])).toEqual([
      ["0.0.0.0:68 > 255.255.255.255:67", 1, 1],
      ["0.0.0.0:68 > 255.255.255.255:67", 1, 0],
    ]);
  });

  it("is not what traceroute asks", () => {
    const probe = (port: number) => flowsOf([datagram({ at: veth0, us: 0 }, { ...asked, to: `10.0.0.2:${port}` })]);
    expect([33_433, 33_434, 34_199, 34_200].map((port) => probe(port).length)).toEqual([1, 0, 0, 1]);
  });

  it("is found by what an error quotes, where text leaves out the asker's port", () => {
    const error = errorAbout({ at: veth0, us: 9, direction: "in" }, "10.0.0.2", { ...asked, from: "10.0.0.1:0" }, 17);
    const { network } = error;
    if (network.kind !== "icmp" || network.icmp?.body.kind !== "error" || network.icmp.body.quoted === null)
      throw new Error();
    const quoted = { ...network.icmp.body.quoted, ports: { source: null, destination: 7 } };
    const unnamed = {
      ...error,
      network: { ...network, icmp: { ...network.icmp, body: { ...network.icmp.body, quoted } } },
    };
    const flows = flowsOf([datagram({ at: veth0, us: 0 }, asked), unnamed]);
    expect(flows.map(({ kind, errors, dst }) => [kind, errors, dst])).toEqual([["udp", 1, ip("10.0.0.2") as Ipv4]]);
  });
});

describe("a connection that its own host translates to itself", () => {
  const lo = vantage(5, "lo", "a");
  const asked = { from: "10.0.0.1:40000", to: "127.0.0.1:8080" };
  const back = { from: "10.0.0.2:80", to: asked.from };
  const syn = segment({ at: lo, us: 0 }, { ...asked, flags: SYN, sequence: 70_000 });
  const answer = (flags: number, acknowledgement: number, where: Partial<Seen> = {}) =>
    segment({ at: lo, us: 20, ...where }, { ...back, flags, sequence: 90_000, acknowledgement });

  it("is answered by what acknowledges its SYN, whatever the answer's own end", () => {
    for (const flags of [SYN | ACK, RST | ACK]) {
      const one = connection([syn, answer(flags, 70_001)]);
      expect([endsOf(one), one.synAcks.length + one.resets.length]).toEqual(["10.0.0.1:40000 > 127.0.0.1:8080", 1]);
    }
    const later = segment({ at: lo, us: 40 }, { ...back, flags: FIN | ACK, sequence: 90_001, acknowledgement: 70_001 });
    expect(connection([syn, answer(SYN | ACK, 70_001), later]).fins).toHaveLength(1);
  });

  it("is not answered by another number, on another interface, or at another port", () => {
    const others = [
      answer(SYN | ACK, 70_002),
      answer(RST, 70_001),
      answer(SYN | ACK, 70_001, { at: veth0 }),
      segment(
        { at: lo, us: 20 },
        { from: back.from, to: "10.0.0.1:40001", flags: SYN | ACK, sequence: 9, acknowledgement: 70_001 },
      ),
    ];
    for (const [at, other] of others.entries()) expect(exchangesOf(flowsOf([syn, other])), `${at}`).toHaveLength(2);
  });

  it("over UDP has the error that quotes the same datagram", () => {
    const question = datagram({ at: lo, us: 0 }, { from: asked.from, to: asked.to, length: 9 });
    if (question.network.kind !== "udp") throw new Error("no datagram");
    const named = { ...question, network: { ...question.network, ip: { ...question.network.ip, identification: 77 } } };
    const error = (identification: number) => {
      const about = errorAbout({ at: lo, us: 9 }, "10.0.0.2", { from: asked.from, to: "10.0.0.2:80" }, 17);
      if (about.network.kind !== "icmp" || about.network.icmp?.body.kind !== "error") throw new Error("no error");
      const { quoted } = about.network.icmp.body;
      if (quoted === null) throw new Error("nothing quoted");
      const body = { ...about.network.icmp.body, quoted: { ...quoted, ip: { ...quoted.ip, identification } } };
      return { ...about, network: { ...about.network, icmp: { ...about.network.icmp, body } } };
    };
    expect(flowsOf([named, error(77)]).map(({ kind, errors }) => [kind, errors])).toEqual([["udp", 1]]);
    expect(flowsOf([named, error(78)]).map(({ kind }) => kind)).toEqual(["udp", "icmp-error"]);
  });
});

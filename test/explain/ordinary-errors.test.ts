// What a host that was reached says of its ports, and what a traceroute asks for, is no firewall and no failure.

import { expect, it } from "vitest";
import { reportOfCaptures } from "../../src/case/report-of-captures.ts";
import type { Ipv4, Mac } from "../../src/model/address.ts";
import { parseIpv4 } from "../../src/model/address.ts";
import type { Ipv4Header, Quoted } from "../../src/model/packet.ts";
import type { FlowReport } from "../../src/model/report.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { parseState } from "../../src/system/parse.ts";
import { emitEthernet } from "../../src/wire/ethernet.ts";
import { emitIcmp } from "../../src/wire/icmp.ts";
import { emitIpv4 } from "../../src/wire/ipv4.ts";
import { emitQuoted } from "../../src/wire/quoted.ts";
import { concat } from "../savefile/read-records.ts";

const ip = (address: string): Ipv4 => parseIpv4(address) as Ipv4;
const ASKER = ip("10.0.0.5");
const ROUTER = ip("10.0.0.1");
const TARGET = ip("10.9.0.9");

function header(source: Ipv4, destination: Ipv4, protocol: number, ttl = 64): Ipv4Header {
  const lengths = { headerLength: null, totalLength: null, fragmentOffset: 0, checksum: null, checksumOk: null };
  const flags = { dontFragment: false, moreFragments: false, dscp: 0, ecn: 0, options: null };
  return { source, destination, protocol, ttl, identification: 1, ...lengths, ...flags };
}

function frame(source: Ipv4, destination: Ipv4, icmp: Uint8Array, ttl = 64): Uint8Array {
  const ends = { destination: 0x02000000000a as Mac, source: 0x02000000000b as Mac };
  return emitEthernet(
    { kind: "ethernet", ...ends, etherType: 0x0800 },
    emitIpv4(header(source, destination, 1, ttl), icmp),
  );
}

function error(from: Ipv4, type: number, code: number, quoted: Quoted): Uint8Array {
  const what = type === 11 ? "time-exceeded" : "unreachable";
  const body = { kind: "error", what, mtu: null, gateway: null, pointer: null, quoted } as const;
  return frame(from, ASKER, emitIcmp({ type, code, checksum: null, checksumOk: null, body }, emitQuoted(quoted)));
}

const udp = (destination: number): Quoted => ({
  ip: header(ASKER, TARGET, 17),
  icmp: null,
  ports: { source: 40_000, destination },
});

function echo(sequence: number, ttl: number, reply = false): Uint8Array {
  const body = { kind: "echo", reply, id: 7, sequence, payloadLength: 8, payloadHash: 0 } as const;
  const icmp = emitIcmp({ type: reply ? 0 : 8, code: 0, checksum: null, checksumOk: null, body }, new Uint8Array(8));
  return reply ? frame(TARGET, ASKER, icmp) : frame(ASKER, TARGET, icmp, ttl);
}

const expired = (sequence: number): Uint8Array =>
  error(ROUTER, 11, 0, { ip: header(ASKER, TARGET, 1, 1), icmp: { type: 8, code: 0, id: 7, sequence } });

async function toldOf(frames: readonly Uint8Array[], state: SystemState | null = null): Promise<FlowReport> {
  const records = frames.map((bytes, n) => pcapPacket(1_795_267_574_000_000_000n + BigInt(n) * 10_000_000n, bytes));
  const chunks = [concat(pcapHeader("EN10MB"), ...records)];
  const bytes = () => ({
    read: async () => chunks.shift() ?? null,
    head: async () => new Uint8Array(0),
    close: async () => {},
    problems: [],
  });
  const capture = { source: "eth0.pcap", path: "eth0.pcap", content: null, interface: "eth0", netns: null, stem: null };
  const set = { captures: [capture], state, stateAfter: null, run: null, problems: [] };
  const { report } = await reportOfCaptures(set, { bytes });
  const [only] = report?.flows ?? [];
  if (only === undefined) throw new Error("no flow");
  return only;
}

it("port unreachable about UDP, from the target itself, is a closed port", async () => {
  const { verdict, findings } = await toldOf([error(TARGET, 3, 3, udp(53))]);
  expect([verdict, findings[0]?.code, findings[0]?.certainty]).toEqual(["failed", "nothing-listens", "likely"]);
  expect(findings[0]?.headline.en).toBe("nothing listens there: 10.9.0.9, UDP port 53");
});

it("so is protocol unreachable; a firewall's codes, a router's word and what answers a ping stay rejections", async () => {
  const about = (protocol: number): Quoted => ({ ip: header(ASKER, TARGET, protocol), icmp: null });
  expect((await toldOf([error(TARGET, 3, 2, about(132))])).findings[0]?.code).toBe("nothing-listens");
  expect((await toldOf([error(TARGET, 3, 13, udp(53))])).findings[0]?.code).toBe("nft-reject");
  expect((await toldOf([error(ROUTER, 3, 3, udp(53))])).findings[0]?.code).toBe("nft-reject");
  const ping: Quoted = { ip: header(ASKER, TARGET, 1), icmp: { type: 8, code: 0, id: 7, sequence: 1 } };
  expect((await toldOf([echo(1, 64), error(TARGET, 3, 3, ping)])).findings[0]?.code).toBe("nft-reject");
});

it("a rule of the target that rejects leaves it open which of the two it was", async () => {
  const addr = [{ ifname: "eth0", ifindex: 2, addr_info: [{ family: "inet", local: "10.9.0.9", prefixlen: 24 }] }];
  const iptables = { nft: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -j REJECT\nCOMMIT\n" };
  const state = (more: object) =>
    parseState({ pktwhy: "state/1", namespaces: { b: { addr, ...more } } }, "state").state;
  const certainty = async (more: object) =>
    (await toldOf([error(TARGET, 3, 3, udp(53))], state(more))).findings[0]?.certainty;
  expect([await certainty({}), await certainty({ iptables })]).toEqual(["likely", "possible"]);
});

it("a traceroute that arrives has not failed, by UDP or by pings", async () => {
  const byUdp = [
    error(ROUTER, 11, 0, udp(33_434)),
    error(ROUTER, 11, 0, udp(33_435)),
    error(TARGET, 3, 3, udp(33_440)),
  ];
  const udpTold = await toldOf(byUdp);
  expect([udpTold.verdict, udpTold.findings[0]?.code]).toEqual(["worked", "trace-reached"]);
  const byPings = [echo(1, 1), expired(1), echo(2, 2), echo(2, 2, true), echo(3, 3), echo(3, 3, true)];
  const told = await toldOf(byPings);
  expect([told.verdict, told.findings[0]?.code]).toEqual(["worked", "trace-reached"]);
});

it("a ping that loses what others got, or never arrives, is no traceroute", async () => {
  const never = await toldOf([echo(1, 1), expired(1), echo(2, 1), expired(2)]);
  expect(never.verdict).toBe("failed");
  const lossy = await toldOf([echo(1, 1), expired(1), echo(2, 9), echo(2, 9, true), echo(3, 9)]);
  expect(lossy.verdict).toBe("worked-with-trouble");
});

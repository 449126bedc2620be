// Captures of many flows: sweeps, sources made up for each packet, and floods; always the same bytes for the same wish.

import { BROADCAST_MAC, type Ipv4, type Mac } from "../src/model/address.ts";
import { pcapHeader, pcapPacket } from "../src/savefile/write-pcap.ts";
import { emitArp } from "../src/wire/arp.ts";
import { emitEthernet } from "../src/wire/ethernet.ts";
import { emitIcmp } from "../src/wire/icmp.ts";
import { emitIpv4 } from "../src/wire/ipv4.ts";
import { emitTcp } from "../src/wire/tcp.ts";
import { header } from "./pings.ts";

/** Who asks whom: one asker for many addresses, many askers for one, or each pair once. */
type CrowdKind = "arp-sweep" | "ping-sweep" | "syn-sweep" | "random-sources" | "random-pairs" | "syn-flood";

/** What a crowd consists of. */
export interface Crowd {
  readonly kind: CrowdKind;
  readonly flows: number;
  /** One flow in so many is answered. */
  readonly answeredNth: number;
}

const ASKER_MAC = 0x02000000000a as Mac;
const TARGET_MAC = 0x02000000000b as Mac;
const ASKER = 0x0a000005 as Ipv4;
const TARGET = 0x0a000009 as Ipv4;
const FIRST = 0x0a010000;
const START = 1_795_267_574_000_000_000n;
// What arp-scan and nmap send in a second.
const GAP = 500_000n;
// A kernel asks three times, 1.02 s apart; a scanner sends each question once, and a second round after the first.
const ANSWER_AFTER = 90_000n;
const CHUNK = 1 << 20;
const EPHEMERAL = 32_768;
const HTTP = 80;
const SYN = 0x02;
const SYN_ACK = 0x12;

/** The capture of a crowd at one interface, in chunks. */
export function* crowdChunks(wish: Crowd): Generator<Uint8Array, void, void> {
  yield pcapHeader("EN10MB");
  let chunk: Uint8Array[] = [];
  let size = 0;
  for (let n = 0; n < wish.flows; n++) {
    const at = START + BigInt(n) * GAP;
    const [question, answer] = exchange(wish.kind, n);
    const records = [pcapPacket(at, question)];
    if (n % wish.answeredNth === 0) records.push(pcapPacket(at + ANSWER_AFTER, answer));
    for (const record of records) {
      chunk.push(record);
      size += record.length;
    }
    if (size < CHUNK) continue;
    yield joined(chunk, size);
    chunk = [];
    size = 0;
  }
  yield joined(chunk, size);
}

function exchange(kind: CrowdKind, n: number): [Uint8Array, Uint8Array] {
  // Another address for each flow, spread over the whole range as a random generator would.
  const spread = ((Math.imul(n + 1, 0x9e3779b1) >>> 0) | 0x01000000) >>> 0;
  if (kind === "arp-sweep") return arpPair((FIRST + n) as Ipv4);
  if (kind === "ping-sweep") return echoPair(ASKER, (FIRST + n) as Ipv4, 7, n & 0xffff);
  if (kind === "syn-sweep") return synPair(ASKER, (FIRST + n) as Ipv4, EPHEMERAL + (n % EPHEMERAL));
  if (kind === "syn-flood") return synPair(spread as Ipv4, TARGET, EPHEMERAL + (n % EPHEMERAL));
  if (kind === "random-sources") return echoPair(spread as Ipv4, TARGET, n & 0xffff, 1);
  return echoPair(spread as Ipv4, (FIRST + n) as Ipv4, n & 0xffff, 1);
}

function arpPair(target: Ipv4): [Uint8Array, Uint8Array] {
  const body = { kind: "arp", hardwareType: 1, protocolType: 0x0800 } as const;
  const asked = { ...body, operation: 1, senderMac: ASKER_MAC, senderIp: ASKER, targetMac: null, targetIp: target };
  const told = {
    ...body,
    operation: 2,
    senderMac: TARGET_MAC,
    senderIp: target,
    targetMac: ASKER_MAC,
    targetIp: ASKER,
  };
  const frame = { kind: "ethernet", etherType: 0x0806 } as const;
  return [
    emitEthernet({ ...frame, destination: BROADCAST_MAC, source: ASKER_MAC }, emitArp(asked)),
    emitEthernet({ ...frame, destination: ASKER_MAC, source: TARGET_MAC }, emitArp(told)),
  ];
}

function echoPair(source: Ipv4, destination: Ipv4, id: number, sequence: number): [Uint8Array, Uint8Array] {
  return [echo(source, destination, false, id, sequence), echo(destination, source, true, id, sequence)];
}

// A SYN to port 80, and the SYN-ACK.
function synPair(source: Ipv4, destination: Ipv4, port: number): [Uint8Array, Uint8Array] {
  const segment = (reply: boolean): Uint8Array => {
    const [to, from] = reply ? [ASKER_MAC, TARGET_MAC] : [TARGET_MAC, ASKER_MAC];
    const [sender, receiver] = reply ? [destination, source] : [source, destination];
    const tcp = emitTcp(
      {
        sourcePort: reply ? HTTP : port,
        destinationPort: reply ? port : HTTP,
        sequence: reply ? port : source,
        acknowledgement: reply ? (source + 1) >>> 0 : 0,
        headerLength: null,
        flags: reply ? SYN_ACK : SYN,
        window: 64_240,
        checksum: null,
        checksumOk: null,
        checksumPartial: false,
        payloadLength: null,
        options: null,
      },
      new Uint8Array(0),
    );
    return emitEthernet(
      { kind: "ethernet", destination: to, source: from, etherType: 0x0800 },
      emitIpv4(header(sender, receiver, 6, 64, port), tcp),
    );
  };
  return [segment(false), segment(true)];
}

function echo(source: Ipv4, destination: Ipv4, reply: boolean, id: number, sequence: number): Uint8Array {
  const payload = new Uint8Array(16).fill(sequence & 0xff);
  const body = { kind: "echo", reply, id, sequence, payloadLength: payload.length, payloadHash: 0 } as const;
  const icmp = emitIcmp({ type: reply ? 0 : 8, code: 0, checksum: null, checksumOk: null, body }, payload);
  const [to, from] = reply ? [ASKER_MAC, TARGET_MAC] : [TARGET_MAC, ASKER_MAC];
  return emitEthernet(
    { kind: "ethernet", destination: to, source: from, etherType: 0x0800 },
    emitIpv4(header(source, destination, 1, 64, (id + sequence) & 0xffff), icmp),
  );
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

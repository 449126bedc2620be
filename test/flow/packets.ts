// Small packets for tests of the flow room, with the fields that identify and order them.

import { BROADCAST_MAC, type Ipv4, type Mac, parseIpv4 } from "../../src/model/address.ts";
import type { Dhcp, Direction, Dns, Icmp, Ipv4Header, Packet } from "../../src/model/packet.ts";
import type { Vantage } from "../../src/model/vantage.ts";

export const START = 1_795_267_574_000_000_000n;
const ASKER_MAC = 0x020000000001 as Mac;
const TARGET_MAC = 0x020000000002 as Mac;

export function vantage(id: number, interfaceName: string, netns: string | null = null): Vantage {
  return { id, netns, interface: interfaceName, source: `${interfaceName}.pcap` };
}

export function ip(address: string): Ipv4 {
  return parseIpv4(address) as Ipv4;
}

/** Where and when a packet is seen: microseconds after START, or null for no time stamp. */
export interface Seen {
  readonly at: Vantage;
  readonly us: number | null;
  readonly direction?: Direction | null;
  readonly ttl?: number;
}

let number = 0;

function seen(where: Seen): Pick<Packet, "frame" | "vlans" | "faults"> {
  return {
    frame: {
      vantage: where.at,
      number: ++number,
      time: where.us === null ? null : START + BigInt(Math.round(where.us * 1000)),
      captured: 98,
      length: 98,
      direction: where.direction ?? null,
    },
    vlans: [],
    faults: [],
  };
}

export interface EchoFields {
  readonly source: string;
  readonly destination: string;
  readonly id?: number;
  readonly sequence: number;
  readonly reply?: boolean;
  readonly ipId?: number | null;
  readonly payloadHash?: number;
  readonly moreFragments?: boolean;
}

function header(source: string, destination: string, identification: number | null, ttl: number): Ipv4Header {
  return {
    source: ip(source),
    destination: ip(destination),
    protocol: 1,
    headerLength: 20,
    totalLength: 84,
    identification,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl,
    dscp: 0,
    ecn: 0,
    checksum: 0,
    checksumOk: true,
    options: null,
  };
}

export function echo(where: Seen, fields: EchoFields): Packet {
  const { id = 7, sequence, reply = false } = fields;
  const hash = fields.payloadHash ?? 1000 + sequence;
  const ipId = fields.ipId === undefined ? 100 + sequence + (reply ? 20_000 : 0) : fields.ipId;
  const icmp: Icmp = {
    type: reply ? 0 : 8,
    code: 0,
    checksum: 0,
    checksumOk: true,
    body: { kind: "echo", reply, id, sequence, payloadLength: 56, payloadHash: hash },
  };
  const base = header(fields.source, fields.destination, ipId, where.ttl ?? 64);
  return {
    ...seen(where),
    link: { kind: "none" },
    network: {
      kind: "icmp",
      ip: { ...base, moreFragments: fields.moreFragments ?? false },
      icmp,
      payloadHash: hash,
    },
  };
}

export function laterFragment(where: Seen, fields: EchoFields, offset: number): Packet {
  const first = echo(where, fields);
  if (first.network.kind !== "icmp") throw new Error("an echo is ICMP");
  const network = {
    kind: "icmp" as const,
    ip: { ...first.network.ip, fragmentOffset: offset },
    icmp: null,
    payloadHash: offset,
  };
  return { ...first, network };
}

export function error(
  where: Seen,
  source: string,
  destination: string,
  quoted: EchoFields,
  type: 3 | 11 | 5 = 3,
  ipId = 40_000 + quoted.sequence,
): Packet {
  const about = echo(where, quoted).network;
  if (about.kind !== "icmp") throw new Error("an echo is ICMP");
  const code = type === 11 ? 0 : 1;
  const what = type === 3 ? "unreachable" : type === 11 ? "time-exceeded" : "redirect";
  const icmp: Icmp = {
    type,
    code,
    checksum: 0,
    checksumOk: true,
    body: {
      kind: "error",
      what,
      mtu: null,
      gateway: null,
      pointer: null,
      quoted: {
        ip: about.ip,
        icmp: { type: quoted.reply ? 0 : 8, code: 0, id: quoted.id ?? 7, sequence: quoted.sequence },
      },
    },
  };
  return {
    ...seen(where),
    link: { kind: "none" },
    network: {
      kind: "icmp",
      ip: header(source, destination, ipId, where.ttl ?? 64),
      icmp,
      payloadHash: quoted.sequence,
    },
  };
}

export interface ArpFields {
  readonly sender: string;
  readonly target: string;
  readonly reply?: boolean;
  readonly unicast?: boolean;
  readonly senderMac?: Mac;
}

export function arp(where: Seen, fields: ArpFields): Packet {
  const reply = fields.reply ?? false;
  const source = fields.senderMac ?? (reply ? TARGET_MAC : ASKER_MAC);
  const destination = reply ? ASKER_MAC : fields.unicast ? TARGET_MAC : BROADCAST_MAC;
  return {
    ...seen(where),
    link: { kind: "ethernet", destination, source, etherType: 0x0806 },
    network: {
      kind: "arp",
      operation: reply ? 2 : 1,
      hardwareType: 1,
      protocolType: 0x0800,
      senderMac: source,
      senderIp: ip(fields.sender),
      targetMac: (reply ? ASKER_MAC : 0) as Mac,
      targetIp: ip(fields.target),
    },
  };
}

/** The ends of a segment or datagram: `ADDRESS:PORT`. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

export interface SegmentFields extends Ends {
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly length?: number;
  readonly window?: number;
}

const place = (text: string): { readonly address: string; readonly port: number } => {
  const [address = "", port] = text.split(":");
  return { address, port: Number(port) };
};

export function segment(where: Seen, fields: SegmentFields): Packet {
  const [from, to] = [place(fields.from), place(fields.to)];
  const { flags, sequence, acknowledgement = 0, length = 0, window = 500 } = fields;
  const tcp = {
    sourcePort: from.port,
    destinationPort: to.port,
    sequence,
    acknowledgement,
    headerLength: 20,
    flags,
    window,
    checksum: 0,
    checksumOk: true,
    checksumPartial: false,
    payloadLength: length,
    options: null,
  };
  const base = { ...header(from.address, to.address, null, where.ttl ?? 64), protocol: 6 };
  const network = { kind: "tcp" as const, ip: base, tcp, payloadHash: sequence };
  return { ...seen(where), link: { kind: "none" }, network };
}

export interface DatagramFields extends Ends {
  readonly application?: Dns | Dhcp | null;
  readonly length?: number;
  readonly payloadHash?: number;
}

export function datagram(where: Seen, fields: DatagramFields): Packet {
  const [from, to] = [place(fields.from), place(fields.to)];
  const udp = {
    sourcePort: from.port,
    destinationPort: to.port,
    length: 8 + (fields.length ?? 4),
    checksum: 0,
    checksumOk: true,
    checksumPartial: false,
    payloadLength: fields.length ?? 4,
    application: fields.application ?? null,
  };
  const base = { ...header(from.address, to.address, null, where.ttl ?? 64), protocol: 17 };
  const network = { kind: "udp" as const, ip: base, udp, payloadHash: fields.payloadHash ?? 1 };
  return { ...seen(where), link: { kind: "none" }, network };
}

/** The error about a segment or datagram. */
export function errorAbout(where: Seen, source: string, { from, to }: Ends, protocol: 6 | 17, code = 3): Packet {
  const [asker, asked] = [place(from), place(to)];
  const quoted = {
    ip: { ...header(asker.address, asked.address, null, 64), protocol },
    icmp: null,
    ports: { source: asker.port, destination: asked.port },
  };
  const body = { kind: "error", what: "unreachable", mtu: null, gateway: null, pointer: null, quoted } as const;
  const icmp: Icmp = { type: 3, code, checksum: 0, checksumOk: true, body };
  const ip = header(source, asker.address, 40_000, where.ttl ?? 64);
  return { ...seen(where), link: { kind: "none" }, network: { kind: "icmp", ip, icmp, payloadHash: asker.port } };
}

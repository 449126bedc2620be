// What a packet is called beside an arrow: two or three words.

import { pingErrorName } from "../model/icmp-names.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";
import type { Attempt, ExpectedSighting } from "../model/trace.ts";
import type { TransportPacket } from "../model/transport.ts";

const SEGMENTS: Readonly<Record<TransportPacket["kind"], Text>> = {
  syn: text("SYN", "SYN"),
  "syn-ack": text("SYN-ACK", "SYN-ACK"),
  reset: text("RST", "RST"),
  data: text("ACK", "ACK"),
  question: text("UDP", "UDP"),
  answer: text("UDP answer", "UDP 应答"),
};
const WHO_HAS = text("ARP who-has", "ARP 请求");
const IS_AT = text("ARP reply", "ARP 应答");
const REQUEST = text("echo request", "echo request");
const REPLY = text("echo reply", "echo reply");

/** The name of a packet that the walk foresees. */
export function nameOfExpected({ packet }: ExpectedSighting): Text {
  switch (packet.kind) {
    case "arp-request":
      return WHO_HAS;
    case "arp-reply":
      return IS_AT;
    case "echo-request":
      return REQUEST;
    case "echo-reply":
      return REPLY;
    case "icmp-error":
      return errorName(packet.type, packet.code);
    case "transport":
      return SEGMENTS[packet.what.kind];
  }
}

/** The name of what was asked with. */
export function nameOfQuestion({ transport }: Attempt): Text {
  if (transport === undefined) return REQUEST;
  return transport.protocol === "tcp" ? SEGMENTS.syn : SEGMENTS.question;
}

/** The name of a packet that was seen. */
export function nameOfPacket({ network }: Packet): Text {
  switch (network.kind) {
    case "arp":
      return network.operation === 2 ? IS_AT : network.operation === 1 ? WHO_HAS : text("ARP", "ARP");
    case "icmp":
      return icmpName(network.icmp);
    case "tcp":
      return tcpName(network.tcp?.flags ?? 0);
    case "udp":
      return SEGMENTS.question;
    default:
      return text(network.protocol, network.protocol);
  }
}

function icmpName(icmp: Extract<Packet["network"], { kind: "icmp" }>["icmp"]): Text {
  if (icmp === null) return text("ICMP", "ICMP");
  if (icmp.body.kind === "echo") return icmp.body.reply ? REPLY : REQUEST;
  return icmp.body.kind === "error" ? errorName(icmp.type, icmp.code ?? -1) : text("ICMP", "ICMP");
}

function errorName(type: number, code: number): Text {
  const { en, zh } = pingErrorName(type, code);
  return text(`ICMP ${en}`, `ICMP ${zh}`);
}

const FLAGS = [
  [0x02, "SYN"],
  [0x01, "FIN"],
  [0x04, "RST"],
  [0x08, "PSH"],
  [0x10, "ACK"],
] as const;

function tcpName(flags: number): Text {
  const set = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const name = set.length === 0 ? "TCP" : set.join("-");
  return text(name, name);
}

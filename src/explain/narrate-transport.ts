// The steps of connections and of exchanges over UDP, by what was seen of them.

import { formatIpv4, LIMITED_BROADCAST } from "../model/address.ts";
import { endOf } from "../model/connection.ts";
import type { TcpExchange, TransportExchange, UdpExchange } from "../model/exchange.ts";
import type { TransportOutcome } from "../model/flow.ts";
import { DHCP_MESSAGES, dnsWords } from "../model/lookup-words.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";
import { type Draft, seenSteps } from "./seen-steps.ts";
import type { View } from "./view.ts";

/** The steps of connections that went so; `error` words an ICMP error. */
export function transportSteps(
  { first, count }: TransportOutcome,
  view: View,
  error: (packet: Packet) => Text,
): Draft[] {
  const steps = first.kind === "tcp" ? tcpSteps(first, count, view) : udpSteps(first, count, view);
  const errors = seenSteps(first.errors, count, view, error);
  return [...steps, ...errors, ...silence(first)];
}

function tcpSteps(exchange: TcpExchange, count: number, view: View): Draft[] {
  const { syns, synAcks, resets, fins, segments, repeats, closedWindows } = exchange;
  const named = (name: Text) => (packet: Packet, again: boolean) => segmentWords(packet, name, again);
  const data = segments.find((one) => (sizeOf(one.sightings[0] as Packet) ?? 0) > 0);
  return [
    ...seenSteps(syns, count, view, named(text("TCP SYN", "TCP SYN"))),
    ...seenSteps(synAcks, count, view, named(text("SYN-ACK", "SYN-ACK"))),
    ...(data === undefined ? [] : seenSteps([data], count, view, named(text("first data", "首个数据段")))),
    ...seenSteps(repeats, count, view, named(text("data sent again", "重传的数据段"))),
    ...seenSteps(closedWindows.slice(-1), count, view, named(text("window 0", "窗口为 0 的报文段"))),
    ...seenSteps(fins.slice(0, 1), count, view, named(text("FIN", "FIN"))),
    ...seenSteps(resets.slice(0, 1), count, view, named(text("RST", "RST"))),
  ];
}

function udpSteps({ questions, answers }: UdpExchange, count: number, view: View): Draft[] {
  return [
    ...seenSteps(questions, count, view, (packet, again) => datagramWords(packet, again)),
    ...seenSteps(answers, count, view, (packet, again) => datagramWords(packet, again)),
  ];
}

function silence(exchange: TransportExchange): Draft[] {
  const end = endOf(exchange);
  if (end.kind !== "silent" || end.answered) return [];
  const asked = exchange.kind === "tcp" ? exchange.syns : exchange.questions;
  const last = asked.at(-1)?.sightings.at(-1)?.frame ?? null;
  const words =
    exchange.kind === "tcp"
      ? text("neither SYN-ACK nor RST in any of these captures", "所有抓包里都没有 SYN-ACK，也没有 RST")
      : exchange.destination === LIMITED_BROADCAST
        ? text("no answer in any of these captures", "所有抓包里都没有应答")
        : text(
            `no answer from ${formatIpv4(exchange.destination)} in any of these captures`,
            `所有抓包里都没有 ${formatIpv4(exchange.destination)} 的应答`,
          );
  return [
    {
      netns: null,
      interface: last ? formatVantage(last.vantage) : null,
      direction: null,
      time: last?.time ?? null,
      basis: "missing",
      text: words,
      frames: [],
      state: [],
    },
  ];
}

function segmentWords({ network }: Packet, name: Text, again: boolean): Text {
  if (network.kind !== "tcp") return name;
  const { ip, tcp } = network;
  const way = `${formatIpv4(ip.source)}:${tcp?.sourcePort ?? "?"} -> ${formatIpv4(ip.destination)}:${tcp?.destinationPort ?? "?"}`;
  if (again)
    return text(
      `the same ${name.en.replace(/^TCP /, "")}, ${way}`,
      `同一个${/^\w/.test(name.zh) ? " " : ""}${name.zh.replace(/^TCP /, "")}，${way}`,
    );
  const size = tcp?.payloadLength ?? 0;
  return size > 0
    ? text(`${name.en} ${way}, ${size} bytes`, `${name.zh} ${way}，${size} 字节`)
    : text(`${name.en} ${way}`, `${name.zh} ${way}`);
}

function datagramWords({ network }: Packet, again: boolean): Text {
  if (network.kind !== "udp" || network.udp === null) return text("a later fragment", "后续分片");
  const { ip, udp } = network;
  const way = `${formatIpv4(ip.source)}:${udp.sourcePort} -> ${formatIpv4(ip.destination)}:${udp.destinationPort}`;
  if (again) return text(`the same datagram, ${way}`, `同一个数据报，${way}`);
  const { application } = udp;
  if (application?.kind === "dns") {
    const what = dnsWords(application);
    return text(`${what.en}, ${way}`, `${what.zh}，${way}`);
  }
  if (application?.kind === "dhcp") {
    const name = DHCP_MESSAGES[(application.message ?? 0) - 1] ?? "message";
    return text(`DHCP ${name}, ${way}`, `DHCP ${name}，${way}`);
  }
  return text(`UDP ${way}, ${udp.payloadLength ?? "?"} bytes`, `UDP ${way}，${udp.payloadLength ?? "?"} 字节`);
}

function sizeOf({ network }: Packet): number | null {
  return network.kind === "tcp" ? (network.tcp?.payloadLength ?? null) : null;
}

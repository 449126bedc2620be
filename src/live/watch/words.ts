// What an exchange was about, where it was seen and how it ended, as far as its own packets tell.

import { formatIpv4, formatMac, type Ipv4 } from "../../model/address.ts";
import type { ArpExchange, EchoExchange, Exchange } from "../../model/exchange.ts";
import type { Flow } from "../../model/flow.ts";
import { type Journey, startOf } from "../../model/journey.ts";
import { isLoopbackVantage, journeysOf } from "../../model/observed.ts";
import type { Packet } from "../../model/packet.ts";
import { type Text, text, verbatim } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";
import { formatVantage } from "../../model/vantage.ts";

/** What was asked, in few words. */
export function whatOf(flow: Flow, exchange: Exchange): Text {
  switch (exchange.kind) {
    case "echo":
      return verbatim(
        `ping ${formatIpv4(exchange.source)} > ${formatIpv4(exchange.destination)} #${exchange.sequence}`,
      );
    case "arp":
      return arpWords(exchange);
    case "lone":
      return loneWords(flow, exchange.journey);
  }
}

function arpWords(exchange: ArpExchange): Text {
  const asker = formatIpv4(exchange.asker);
  const target = formatIpv4(exchange.target);
  const { length } = exchange.requests;
  const count = length > 1 ? text(` (${length} times)`, `（${length} 次）`) : verbatim("");
  const mac = answererOf(exchange);
  const answer = mac === null ? verbatim("") : text(`: ${mac}`, `：${mac}`);
  switch (exchange.purpose) {
    case "gratuitous":
      return text(`ARP ${target} announces itself`, `ARP ${target} 通告自己`);
    case "probe":
      return text(`ARP probe for ${target}${count.en}${answer.en}`, `ARP 探测 ${target}${count.zh}${answer.zh}`);
    default:
      return text(`ARP ${asker} asks for ${target}${count.en}`, `ARP ${asker} 询问 ${target}${count.zh}`);
  }
}

function answererOf(exchange: ArpExchange): string | null {
  const network = exchange.replies[0]?.sightings[0]?.network;
  return network?.kind === "arp" && network.senderMac !== null ? formatMac(network.senderMac) : null;
}

function loneWords(flow: Flow, journey: Journey): Text {
  const network = journey.sightings[0]?.network;
  if (network?.kind === "icmp") {
    const way = `${formatIpv4(network.ip.source)} > ${formatIpv4(network.ip.destination)}`;
    const { icmp } = network;
    if (icmp === null) return text(`fragment ${way}`, `分片 ${way}`);
    return verbatim(`ICMP ${way} type ${icmp.type} code ${icmp.code ?? "?"}`);
  }
  if (network?.kind === "arp") {
    return text(
      `ARP operation ${network.operation} about ${formatIpv4(flow.dst)}`,
      `ARP 操作码 ${network.operation}，关于 ${formatIpv4(flow.dst)}`,
    );
  }
  return verbatim(formatIpv4(flow.dst));
}

/** Where it was seen, in the order in which the packets passed; retries take the same way again. */
export function pathOf(exchange: Exchange): string[] {
  const journeys =
    exchange.kind === "echo"
      ? [exchange.request, exchange.replies[0] ?? exchange.errors[0]]
      : exchange.kind === "arp"
        ? [exchange.requests[0], exchange.replies[0]]
        : [exchange.journey];
  const path: string[] = [];
  for (const journey of journeys) {
    for (const sighting of journey?.sightings ?? []) {
      const place = formatVantage(sighting.frame.vantage);
      if (path.at(-1) !== place) path.push(place);
    }
  }
  return path;
}

/** When its latest frame was seen. */
export function lastTime(exchange: Exchange): Nanoseconds | null {
  let last: Nanoseconds | null = null;
  for (const journey of journeysOf(exchange)) {
    for (const { frame } of journey.sightings) {
      if (frame.time !== null && (last === null || frame.time > last)) last = frame.time;
    }
  }
  return last;
}

function firstTime(exchange: Exchange): Nanoseconds | null {
  const [first] = journeysOf(exchange);
  return first === undefined ? null : startOf(first);
}

/** From the question's first sighting to its answer's last; null where no answer was seen to arrive. */
export function roundTripMs(exchange: Exchange): number | null {
  const asked = exchange.kind === "echo" ? exchange.request : exchange.kind === "arp" ? exchange.requests.at(-1) : null;
  const answer = exchange.kind === "lone" ? undefined : exchange.replies[0];
  if (!asked || answer === undefined) return null;
  const first = (asked.sightings[0] as Packet).frame;
  const home = answer.sightings.filter((one) => one.frame.vantage === first.vantage).at(-1);
  const last = (home ?? (answer.sightings.at(-1) as Packet)).frame;
  // Request in, reply out: the answering side, whose delay is not the asker's.
  const answering = first.direction === "in" && !isLoopbackVantage(first.vantage);
  if (answering || first.time === null || last.time === null || last.time < first.time) return null;
  return Number(last.time - first.time) / 1e6;
}

/** A flow that holds this exchange alone, with the ARP that its flow has seen, so that it can be explained by itself. */
export function flowOfOne(flow: Flow, exchange: Exchange, arp: readonly ArpExchange[]): Flow {
  const one = (of: Exchange) => ({ signature: "", count: 1, first: of, last: null });
  return {
    id: 1,
    kind: flow.kind,
    netns: flow.netns,
    src: flow.src,
    dst: flow.dst,
    icmpId: flow.icmpId,
    ...countsOf(flow, exchange),
    rttMs: null,
    from: firstTime(exchange),
    to: lastTime(exchange),
    echoOutcomes: exchange.kind === "echo" ? [one(exchange)] : [],
    arpOutcomes: exchange.kind === "arp" ? [one(exchange)] : arp.map(one),
    loneOutcomes: exchange.kind === "lone" ? [one(exchange)] : [],
  };
}

function countsOf(flow: Flow, exchange: Exchange) {
  if (exchange.kind === "echo") return echoCounts(exchange);
  const replies = exchange.kind === "arp" ? Math.min(1, exchange.replies.length) : 0;
  const errors = flow.kind === "icmp-error" ? 1 : 0;
  return { requests: exchange.kind === "arp" && flow.kind === "arp" ? 1 : 0, replies, duplicates: 0, errors };
}

function echoCounts({ replies, errors }: EchoExchange) {
  return {
    requests: 1,
    replies: Math.min(1, replies.length),
    duplicates: Math.max(0, replies.length - 1),
    errors: Math.min(1, errors.length),
  };
}

/** Address and MAC that an ARP packet tells of its sender; null where it tells none. */
export function senderOf({ network }: Packet): { readonly address: Ipv4; readonly mac: string } | null {
  if (network.kind !== "arp" || network.senderIp === null || network.senderIp === 0) return null;
  return network.senderMac === null ? null : { address: network.senderIp, mac: formatMac(network.senderMac) };
}

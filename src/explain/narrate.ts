// The numbered steps of a report: the walk with what was seen of it, or, without state, the sightings alone.

import { formatIpv4 } from "../model/address.ts";
import type { Basis } from "../model/evidence.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import { icmpErrorName } from "../model/icmp-names.ts";
import type { Journey } from "../model/journey.ts";
import type { FrameRef, Packet } from "../model/packet.ts";
import { ownUnreachable } from "../model/printed-verdict.ts";
import type { ReportStep } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";
import type { ComparedStep, Comparison } from "./compare.ts";
import type { KernelStep } from "./kernel-evidence.ts";
import { transportSteps } from "./narrate-transport.ts";
import { nameOfExpected } from "./packet-name.ts";
import { type Draft, insideIn, seenSteps, withInside } from "./seen-steps.ts";
import type { View } from "./view.ts";

/** Steps of a flow whose walk is known with what the kernel said of them, and then those of requests that ended differently. */
export function narrateWalk(
  comparison: Comparison,
  flow: Flow,
  rest: readonly ReportStep[] = [],
  kernel: readonly KernelStep[] = [],
): ReportStep[] {
  // Older pings print what a socket that is bound to an interface should not be told.
  const told = comparison.trace.heard?.kind === "nothing" && ownUnreachable(flow)?.known === true;
  const drafts = comparison.steps.flatMap((compared, index, all): Draft[] => {
    if (compared.status === "skipped") return [];
    if (told && compared.step.leg === "error" && compared.step.kind === "deliver") return [];
    const draft = fromCompared(compared);
    const said = kernel.filter(({ after }) => after === compared.step).map(({ step }) => step);
    const known = all[index + 1]?.status === "skipped";
    return [known ? { ...draft, text: KNOWN_BEFORE, basis: "inferred" } : draft, ...said];
  });
  return number([...drafts, ...rest]);
}

// In front of an ARP round that the walk foresees and that nobody sent: an entry was there, whoever made it.
const KNOWN_BEFORE = text(
  "no ARP request was seen: the MAC address was known already",
  "没有看到 ARP 请求：MAC 地址原本就知道",
);

function fromCompared(compared: ComparedStep): Draft {
  const { step, packets } = compared;
  const frames = firstOfEach(packets);
  return {
    walk: { kind: step.kind, leg: step.leg },
    ...(step.expects === null ? {} : { packet: { name: nameOfExpected(step.expects), again: false } }),
    branch: step.branch ?? 0,
    netns: step.netns,
    interface: step.interface,
    direction: step.expects?.direction ?? null,
    time: frames[0]?.time ?? null,
    basis: basisOf(compared),
    text: withInside(withCount(step.text, compared), packets[0]),
    frames,
    ...insideIn(packets[0]),
    ...(compared.count > frames.length ? { total: compared.count } : {}),
    state: step.state,
  };
}

function basisOf({ step, status }: ComparedStep): Basis {
  switch (status) {
    case "seen":
      return "seen";
    case "missing":
      return "missing";
    case "unwatched":
      return "out-of-view";
    default:
      return step.state.length > 0 && step.state.every((line) => !line.assumed) ? "state" : "inferred";
  }
}

function withCount(sentence: Text, { status, count, packets, input }: ComparedStep): Text {
  if (status === "missing" && input !== null) {
    const place = formatVantage(input.vantage);
    return text(
      `${sentence.en} (expected, but not seen at ${place})`,
      `${sentence.zh}（本应出现，但在 ${place} 没有看到）`,
    );
  }
  const total = Math.max(count, packets.length);
  if (status !== "seen" || total < 2) return sentence;
  return text(`${sentence.en} (${total} times)`, `${sentence.zh}（共 ${total} 次）`);
}

/** Steps from sightings alone: no state, so nothing inside the stack is claimed but what the kernel said of drops. */
export function narrateSightings(flow: Flow, view: View, dropped: readonly Draft[] = []): ReportStep[] {
  const drafts: Draft[] = [...dropped];
  // An answer after more than 10 s stands alone (flow/exchanges.ts).
  const late = flow.echoOutcomes.some(
    ({ first }) => first.kind === "echo" && !first.request && first.replies.length > 0,
  );
  for (const outcome of [...flow.arpOutcomes, ...flow.echoOutcomes, ...flow.loneOutcomes])
    drafts.push(...fromOutcome(outcome, view, late));
  for (const outcome of flow.transportOutcomes ?? []) drafts.push(...transportSteps(outcome, view, errorWords));
  drafts.sort(inOrder);
  return number(drafts);
}

// A clock that was set back does not change the order in which one capture shows its frames.
function inOrder(a: Draft, b: Draft): number {
  const [one] = a.frames;
  const [other] = b.frames;
  if (one && one.vantage === other?.vantage && one.number !== other.number) return one.number - other.number;
  return a.time === null || b.time === null ? 0 : a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}

function fromOutcome(outcome: Outcome, view: View, late: boolean): Draft[] {
  const exchange = outcome.first;
  const drafts: Draft[] = [];
  const add = (journeys: readonly Journey[], words: (packet: Packet, again: boolean) => Text): void => {
    drafts.push(...seenSteps(journeys, outcome.count, view, words));
  };
  switch (exchange.kind) {
    case "arp":
      add(exchange.requests, (p, again) => arpWords(p, again));
      add(exchange.replies, (p, again) => arpWords(p, again));
      if (exchange.replies.length === 0 && exchange.purpose === "resolve") drafts.push(noAnswer(exchange, late));
      break;
    case "echo":
      if (exchange.request) add([exchange.request], (p, again) => echoWords(p, again));
      add(exchange.replies, (p, again) => echoWords(p, again));
      add(exchange.errors, (p) => errorWords(p));
      if (exchange.request && exchange.replies.length === 0 && exchange.errors.length === 0)
        drafts.push(noAnswer(exchange, late));
      break;
    case "lone":
      add([exchange.journey], (p) => errorWords(p));
  }
  return drafts;
}

function noAnswer(exchange: Exchange, late: boolean): Draft {
  const journey =
    exchange.kind === "arp" ? exchange.requests.at(-1) : exchange.kind === "echo" ? exchange.request : null;
  const last = journey?.sightings.at(-1)?.frame ?? null;
  const what =
    exchange.kind === "arp" ? text("no ARP reply", "没有 ARP 应答") : text("no echo reply", "没有 echo reply");
  const where =
    late && exchange.kind === "echo"
      ? text(`${what.en} in the 10 s after it`, `此后 10 秒内${what.zh}`)
      : text(`${what.en} in any of these captures`, `所有抓包里都${what.zh}`);
  return {
    netns: null,
    interface: last ? formatVantage(last.vantage) : null,
    direction: null,
    time: last?.time ?? null,
    basis: "missing",
    text: where,
    frames: [],
    state: [],
  };
}

function arpWords(packet: Packet, again: boolean): Text {
  const { network } = packet;
  if (network.kind !== "arp") return text("ARP", "ARP");
  const sender = network.senderIp === null ? "?" : formatIpv4(network.senderIp);
  const target = network.targetIp === null ? "?" : formatIpv4(network.targetIp);
  if (network.operation === 2) {
    return again
      ? text(`the same ARP reply: ${sender} is here`, `同一个 ARP 应答：${sender} 在此`)
      : text(`ARP reply: ${sender} is here`, `ARP 应答：${sender} 在此`);
  }
  return again
    ? text(`the same ARP request for ${target}`, `同一个 ARP 请求：谁是 ${target}`)
    : text(`ARP who-has ${target}, tell ${sender}`, `ARP 请求：谁是 ${target}？请告诉 ${sender}`);
}

function echoWords(packet: Packet, again: boolean): Text {
  const { network } = packet;
  const body = network.kind === "icmp" ? network.icmp?.body : null;
  if (network.kind !== "icmp" || body?.kind !== "echo") return text("a later fragment", "后续分片");
  const name = body.reply ? "echo reply" : "echo request";
  const way = `${formatIpv4(network.ip.source)} -> ${formatIpv4(network.ip.destination)}`;
  return again
    ? text(`the same ${name}, ${way}`, `同一个 ${name}，${way}`)
    : text(`${name} ${way}, id ${body.id}, seq ${body.sequence}`, `${name} ${way},id ${body.id},seq ${body.sequence}`);
}

/** What an ICMP error says, in the words of RFC 792 and ping. */
function errorWords(packet: Packet): Text {
  const { network } = packet;
  if (network.kind !== "icmp" || network.icmp === null) return text("ICMP message", "ICMP 报文");
  const { icmp, ip } = network;
  const source = formatIpv4(ip.source);
  const destination = formatIpv4(ip.destination);
  if (icmp.body.kind !== "error")
    return text(
      `ICMP type ${icmp.type} from ${source} to ${destination}`,
      `${source} 发给 ${destination} 的 ICMP 报文，类型 ${icmp.type}`,
    );
  const name = icmpErrorName(icmp.type, icmp.code);
  const own = ip.source === ip.destination;
  return own
    ? text(`ICMP "${name.en}" from ${source} to itself`, `ICMP"${name.zh}"，${source} 发给自己`)
    : text(`ICMP "${name.en}" from ${source} to ${destination}`, `ICMP"${name.zh}"，由 ${source} 发给 ${destination}`);
}

function firstOfEach(packets: readonly Packet[]): FrameRef[] {
  return packets.map((p) => p.frame);
}

function number(drafts: readonly Draft[]): ReportStep[] {
  return drafts.map((draft, index) => ({ ...draft, n: index + 1 }));
}

// ip_forward: TTL, MTU, redirect, the FORWARD hook, and on to the next link (causes.md 1.10).

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { sendError } from "../answer/icmp-error.ts";
import type { At } from "../at.ts";
import { passHook } from "../filter/firewall.ts";
import { passPolicies } from "../filter/ipsec.ts";
import { stopped } from "../hits.ts";
import { linkLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram } from "../message.ts";
import { finishOutput } from "../send/emit.ts";
import { onLink } from "../send/source.ts";
import { setting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import { doesNotFit, forwarded, inFrameToEverybody, ttlUsedUp, wentInCircles } from "./forward-words.ts";
import { senderFacts } from "./group-receive.ts";
import type { InputRoute } from "./ip-input.ts";

type Forwarded = Extract<InputRoute, { kind: "forward" }>;

/** A datagram passes through a router. */
export function forward(at: At<Datagram>, input: Forwarded): Disposition {
  const { packet } = at;
  const { route } = input;
  const facts = {
    ...addressFacts(packet),
    inInterface: at.interface,
    outInterface: route.device,
    router: at.ns.key,
  };
  if (packet.groupFrame) return inBroadcastFrame(at, packet.groupFrame, facts, input.lines);
  const refused = passPolicies(at, { direction: "fwd", device: at.interface });
  if (refused) return refused;
  if (packet.ttl <= 1) return expired(at, facts, input.lines);
  const kept = passPolicies(at, { direction: "out", device: route.device });
  if (kept) return kept;
  const tooLarge = fitToMtu(at, route, facts);
  if (tooLarge) return tooLarge;
  at.tell("forward", forwarded(at, route), { lines: input.lines });
  redirect(at, input, facts);
  const passed = at.with<Datagram>({ ...packet, ttl: packet.ttl - 1, routers: packet.routers + 1 });
  const through = passHook(passed, { hook: "forward", iif: at.interface, oif: route.device });
  return through.halt ?? finishOutput(at.with(through.datagram), route, at.interface);
}

// The first thing ip_forward looks at (pkt_type != PACKET_HOST): nobody is told, nothing is counted.
function inBroadcastFrame(
  at: At<Datagram>,
  frame: NonNullable<Datagram["groupFrame"]>,
  facts: Facts,
  lines: readonly StateLine[],
): Disposition {
  const sent = { ...facts, ...senderFacts(frame) };
  return at.stop({
    code: "forward-broadcast-frame",
    says: inFrameToEverybody(at.host),
    lines: [...frame.lines, ...lines],
    facts: sent,
    because: text(`the frame is addressed to ${sent.mac}`, `帧的目的 MAC 是 ${sent.mac}`),
  });
}

function expired(at: At<Datagram>, facts: Facts, lines: readonly StateLine[]): Disposition {
  const { walk, ns, leg, host } = at;
  const { ttl } = at.packet;
  const visits = walk.steps.filter((s) => s.kind === "forward" && s.leg === leg && s.netns === ns.key).length;
  const code = visits > 1 ? "routing-loop" : leg === "reply" ? "reply-ttl-expired" : "ttl-expired";
  const quoted = lines.find((l) => l.key === "route")?.line;
  const answerer = code === "reply-ttl-expired" ? answererOf(walk) : {};
  const end = at.stop({
    code,
    says: code === "routing-loop" ? wentInCircles(host, visits) : ttlUsedUp(host, ttl),
    lines,
    facts: {
      ...facts,
      ...answerer,
      ttl: String(ttl),
      error: "Time to live exceeded",
      ...(code === "routing-loop" && quoted !== undefined ? { route: quoted, count: String(visits) } : {}),
    },
    because: text(`TTL ${ttl} at ${host.en}`, `到${host.zh}时 TTL 为 ${ttl}`),
  });
  sendError(at, { type: 11, code: 0 });
  return end;
}

// Whose reply it is: the namespace in which the request became an answer.
function answererOf(walk: Walk): Pick<Facts, "owner"> {
  const answering = walk.steps.findLast((step) => step.kind === "icmp-echo");
  return answering === undefined ? {} : { owner: answering.netns };
}

// ip_exceeds_mtu: with DF the router says no, without it cuts the packet.
function fitToMtu(at: At<Datagram>, route: Forwarded["route"], facts: Facts): Disposition | null {
  const { packet } = at;
  if (route.mtu === null || (packet.largestPiece ?? packet.length) <= route.mtu) return null;
  const link = deviceOf(at.ns, route.device);
  const lines = route.route?.mtu || !link ? route.lines : [linkLine(at.ns.key, link)];
  const sized = { ...facts, mtu: String(route.mtu), size: String(packet.length) };
  if (packet.dontFragment) return tooBig(at, sized, lines);
  at.on(route.device).remark({ code: "forward-fragments", facts: sized, lines });
  return null;
}

function tooBig(at: At<Datagram>, facts: Facts, lines: readonly StateLine[]): Disposition {
  const { hit } = at.stop({
    code: "frag-needed-df",
    says: doesNotFit(at.packet.length, facts.mtu ?? "", facts.outInterface ?? ""),
    lines,
    facts: { ...facts, error: "Frag needed and DF set" },
  });
  const error = sendError(at, { type: 3, code: 4 });
  if (error?.kind === "stopped" && /^(nft|iptables|br-netfilter)/.test(error.hit.code)) {
    at.walk.remark(hit);
    return stopped({ ...hit, code: "pmtu-blackhole", evidence: [...hit.evidence, ...error.hit.evidence] }, [hit]);
  }
  return stopped(hit);
}

// ip_rt_send_redirect: the sender is told of a shorter way on the same link.
function redirect(at: At<Datagram>, { redirect: shorter, route, lines }: Forwarded, facts: Facts): void {
  const { walk, ns, packet } = at;
  if (!shorter) return;
  const shared = setting(walk, ns, "shared_media", route.device, 1);
  if (!shared.value && !onLink(ns, route.device, packet.source, route.nextHop)) return;
  at.on(route.device).remark({
    code: "icmp-redirect",
    facts: { ...facts, gateway: formatIpv4(route.nextHop) },
    lines,
  });
  if (packet.kind !== "icmp-error") sendError(at, { type: 5, code: 1 });
}

// ip_forward: TTL, MTU, redirect, the FORWARD hook, and on to the next link (causes.md 1.10).

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { finishOutput } from "./emit.ts";
import { passHook } from "./firewall.ts";
import { senderFacts } from "./group-receive.ts";
import { makeHit, stopped } from "./hits.ts";
import { sendError } from "./icmp-error.ts";
import type { InputRoute } from "./ip-input.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { onLink } from "./source.ts";
import { setting } from "./sysctls.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** A datagram passes through a router. */
export function forward(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  input: Extract<InputRoute, { kind: "forward" }>,
): Disposition {
  const { route } = input;
  const router = words.hostName(ns.key);
  const facts: Facts = {
    target: formatIpv4(datagram.destination),
    source: formatIpv4(datagram.source),
    inInterface: interfaceName,
    outInterface: route.device,
    router: ns.key,
  };
  if (datagram.groupFrame) {
    const { lines } = datagram.groupFrame;
    const sent = { ...facts, ...senderFacts(datagram.groupFrame) };
    return inBroadcastFrame(walk, ns, interfaceName, leg, sent, [...lines, ...input.lines]);
  }
  if (datagram.ttl <= 1) return expired(walk, ns, interfaceName, datagram, leg, facts, input.lines);
  if (route.mtu !== null && (datagram.largestPiece ?? datagram.length) > route.mtu) {
    const link = deviceOf(ns, route.device);
    const lines = route.route?.mtu || !link ? route.lines : [linkLine(ns.key, link)];
    if (datagram.dontFragment)
      return tooBig(
        walk,
        ns,
        interfaceName,
        datagram,
        leg,
        { ...facts, mtu: String(route.mtu), size: String(datagram.length) },
        lines,
        route.mtu,
      );
    walk.remark(
      makeHit({
        code: "forward-fragments",
        netns: ns.key,
        interface: route.device,
        facts: { ...facts, mtu: String(route.mtu), size: String(datagram.length) },
        lines,
      }),
    );
  }
  const via =
    route.gateway === null
      ? text("", "")
      : text(` to ${formatIpv4(route.gateway)}`, `交给 ${formatIpv4(route.gateway)}`);
  walk.add({
    kind: "forward",
    leg,
    netns: ns.key,
    interface: interfaceName,
    text: text(
      `not for ${router.en} itself: forwarded out of ${route.device}${via.en}, TTL ${datagram.ttl - 1}`,
      `目的地不是${router.zh}自己：从 ${route.device} 转发出去${via.zh}，TTL 减为 ${datagram.ttl - 1}`,
    ),
    state: input.lines,
  });
  if (
    input.redirect &&
    (setting(walk, ns, "shared_media", route.device, 1).value ||
      onLink(ns, route.device, datagram.source, route.nextHop))
  ) {
    walk.remark(
      makeHit({
        code: "icmp-redirect",
        netns: ns.key,
        interface: route.device,
        facts: { ...facts, gateway: formatIpv4(route.nextHop) },
        lines: input.lines,
      }),
    );
    if (datagram.kind !== "icmp-error") sendError(walk, ns, datagram, leg, 5, 1, interfaceName);
  }
  const passed: Datagram = { ...datagram, ttl: datagram.ttl - 1, routers: datagram.routers + 1 };
  const through = passHook(walk, ns, { hook: "forward", datagram: passed, leg, iif: interfaceName, oif: route.device });
  return through.halt ?? finishOutput(walk, ns, route, through.datagram, leg, interfaceName);
}

// The first thing ip_forward looks at (pkt_type != PACKET_HOST): nobody is told, nothing is counted.
function inBroadcastFrame(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  leg: Leg,
  facts: Facts,
  lines: readonly StateLine[],
): Disposition {
  const router = words.hostName(ns.key);
  walk.add({
    kind: "stop",
    leg,
    netns: ns.key,
    interface: interfaceName,
    text: text(
      `${router.en} would have to forward this packet, but it came in a frame to everybody: such are never forwarded`,
      `这个包需要${router.zh}转发，但装它的帧是发给所有人的：这样的包从不转发`,
    ),
    state: lines,
  });
  return stopped(
    makeHit({
      code: "forward-broadcast-frame",
      netns: ns.key,
      interface: interfaceName,
      facts,
      lines,
      because: text(`the frame is addressed to ${facts.mac}`, `帧的目的 MAC 是 ${facts.mac}`),
    }),
  );
}

function expired(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  facts: Facts,
  lines: readonly StateLine[],
): Disposition {
  const visits = walk.steps.filter((s) => s.kind === "forward" && s.leg === leg && s.netns === ns.key).length;
  const code = visits > 1 ? "routing-loop" : leg === "reply" ? "reply-ttl-expired" : "ttl-expired";
  const router = words.hostName(ns.key);
  const sentence =
    code === "routing-loop"
      ? text(
          `the packet has gone in circles (${visits} times through ${router.en}) until its TTL was used up`,
          `这个包绕了圈子（${visits} 次经过${router.zh}），直到 TTL 用完`,
        )
      : text(
          `the TTL of the packet is ${datagram.ttl} when it reaches ${router.en}: it may not go on`,
          `这个包到${router.zh}时 TTL 为 ${datagram.ttl}：不能再往前走`,
        );
  walk.add({ kind: "stop", leg, netns: ns.key, interface: interfaceName, text: sentence, state: lines });
  sendError(walk, ns, datagram, leg, 11, 0, interfaceName);
  const quoted = lines.find((l) => l.key === "route")?.line;
  return stopped(
    makeHit({
      code,
      netns: ns.key,
      interface: interfaceName,
      facts: {
        ...facts,
        ...(code === "reply-ttl-expired" ? answererOf(walk) : {}),
        ttl: String(datagram.ttl),
        error: "Time to live exceeded",
        ...(code === "routing-loop" && quoted !== undefined ? { route: quoted, count: String(visits) } : {}),
      },
      lines,
      because: text(`TTL ${datagram.ttl} at ${router.en}`, `到${router.zh}时 TTL 为 ${datagram.ttl}`),
    }),
  );
}

// Whose reply it is: the namespace in which the request became an answer.
function answererOf(walk: Walk): Pick<Facts, "owner"> {
  const answering = walk.steps.findLast((step) => step.kind === "icmp-echo");
  return answering === undefined ? {} : { owner: answering.netns };
}

function tooBig(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
  facts: Facts,
  lines: readonly StateLine[],
  mtu: number,
): Disposition {
  walk.add({
    kind: "stop",
    leg,
    netns: ns.key,
    interface: interfaceName,
    text: text(
      `${datagram.length} bytes do not fit the ${mtu} of ${facts.outInterface}, and DF forbids fragments`,
      `${datagram.length} 字节超过 ${facts.outInterface} 的 MTU ${mtu}，而 DF 禁止分片`,
    ),
    state: lines,
  });
  const error = sendError(walk, ns, datagram, leg, 3, 4, interfaceName);
  const hit = makeHit({
    code: "frag-needed-df",
    netns: ns.key,
    interface: interfaceName,
    facts: { ...facts, error: "Frag needed and DF set" },
    lines,
  });
  if (error?.kind === "stopped" && /^(nft|iptables|br-netfilter)/.test(error.hit.code)) {
    walk.remark(hit);
    return stopped({ ...hit, code: "pmtu-blackhole", evidence: [...hit.evidence, ...error.hit.evidence] });
  }
  return stopped(hit);
}

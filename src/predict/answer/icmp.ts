// icmp_echo and icmp_reply: whether a host answers an echo request, and which way its answer takes (causes.md 1.11).

import { formatIpv4, isMulticast } from "../../model/address.ts";
import type { Facts, RuledOut } from "../../model/finding.ts";
import { text, verbatim } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { stopped } from "../hits.ts";
import { addressLine, linkLine, routeLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram } from "../message.ts";
import type { Delivered } from "../receive/delivered.ts";
import { routeOutput } from "../send/output-route.ts";
import { failureHit } from "../send/send-failure.ts";
import { ttlOf } from "../send/time-to-live.ts";
import { gatewayName, type OutputFailure, type OutputRoute } from "../send/way.ts";
import { namespaceSetting, type Setting } from "../sysctls.ts";
import * as words from "../words.ts";
import { heldBackByLimit } from "./icmp-rate-limit.ts";
import {
  cannotSpeakAs,
  ignoresAll,
  ignoresBroadcasts,
  noRouteBack,
  refusesWayBack,
  takenByLo,
  whichWayBack,
} from "./icmp-words.ts";
import { lastRouter } from "./last-router.ts";
import { localRouteWithoutAddress } from "./local-route-without-address.ts";
import { notTranslated } from "./not-translated.ts";
import { deeperReason } from "./way-back.ts";

/** An echo request has reached ICMP. */
export function echo(at: At<Datagram>, arrived: Delivered): Disposition {
  const { walk, ns, packet } = at;
  const facts: Facts = {
    ...addressFacts(packet),
    inInterface: at.interface,
    owner: ns.key,
    ...(arrived.owner === null ? {} : { ownerInterface: arrived.owner }),
  };
  const unheard = ignoredBroadcast(at, arrived, facts);
  if (unheard) return unheard;
  const ignoreAll = namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_all", 0);
  // IP4_REPLY_MARK
  const reflected = packet.mark !== 0 && namespaceSetting(walk, ns, "net.ipv4.fwmark_reflect", 0).value !== 0;
  const mark = reflected ? packet.mark : 0;
  const source = arrived.broadcast ? null : packet.destination;
  // icmp_reply: the answer has the question's type of service.
  const { tos = 0 } = packet;
  const back = routeOutput(walk, ns, { destination: packet.source, source, oif: null, mark, tos });
  if (ignoreAll.value) return ignored(at, facts, ignoreAll, back.kind === "output" ? back : null);
  tellEcho(at, arrived);
  noteDownOwner(at, arrived, facts);
  if (back.kind === "unknown") return at.open(back.missing, whichWayBack(at), ["missing-return-route"]);
  if (back.kind === "failure")
    return (
      loopedAstray(at, arrived, back) ??
      localRouteWithoutAddress(at, arrived, facts, back) ??
      noWayBack(at, facts, back, ignoreAll)
    );
  const held = back.type === "local" ? null : heldBackByLimit(at, facts);
  if (held) return held;
  const reply = at.onLeg("reply").with<Datagram>({
    kind: "echo-reply",
    source: back.source,
    destination: packet.source,
    ttl: ttlOf(walk, ns, back),
    length: packet.length,
    dontFragment: false,
    mark,
    tos,
    type: 0,
    code: 0,
    routers: 0,
  });
  tellWayBack(reply, arrived, facts, back);
  return at.stack.emit(reply, back);
}

function ignoredBroadcast(at: At<Datagram>, arrived: Delivered, facts: Facts): Disposition | null {
  const { walk, ns, packet } = at;
  if (!arrived.broadcast && arrived.looped?.type !== "broadcast") return null;
  const ignored = namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_broadcasts", 1);
  if (!ignored.value) return null;
  const directed = walk.sent?.type === "unicast" ? "directed-broadcast-not-forwarded" : "broadcast-needs-b";
  return at.stop({
    code: isMulticast(packet.destination) ? "multicast-no-member" : directed,
    says: ignoresBroadcasts(at),
    lines: [...ignored.lines, ...arrived.lines],
    facts: { ...facts, sysctl: "net.ipv4.icmp_echo_ignore_broadcasts", value: "1", router: ns.key },
  });
}

function ignored(at: At<Datagram>, facts: Facts, ignoreAll: Setting, back: OutputRoute | null): Disposition {
  const quoted = back?.lines.at(-1)?.line;
  const ruledOut: RuledOut[] =
    quoted === undefined ? [] : [{ code: "missing-return-route", because: verbatim(quoted) }];
  return at.stop({
    code: "icmp-echo-ignore-all",
    says: ignoresAll(at.host),
    lines: ignoreAll.lines,
    facts: { ...facts, sysctl: "net.ipv4.icmp_echo_ignore_all", value: "1" },
    ruledOut,
  });
}

function tellEcho(at: At<Datagram>, { owner, lines, looped }: Delivered): void {
  const { ns, packet } = at;
  if (looped?.type === "unicast") {
    at.tell("icmp-echo", takenByLo(packet.destination), { lines: looped.lines });
    return;
  }
  const own = (ns.addresses ?? []).filter((a) => a.local === packet.destination);
  at.on(owner).tell("icmp-echo", words.localAndEcho(packet.destination, owner, ns.key), {
    lines: lines.length > 0 ? lines : own.map((a) => addressLine(ns.key, a)),
  });
}

/** Tells the route of an answer, and that it stays on the host where it does. */
export function tellWayBack(reply: At<Datagram>, arrived: Delivered, facts: Facts, back: OutputRoute): void {
  const { destination: asker } = reply.packet;
  const { lines } = back;
  if (back.type !== "local") {
    reply.on(back.device).tell("route", words.replyRoute(asker, back.device, gatewayName(back)), { lines });
    return;
  }
  const lo = reply.on("lo");
  lo.tell("route", words.replyRouteLocal(asker, back.owner), { lines });
  if (arrived.looped) return;
  lo.remark({
    code: "reply-via-lo",
    facts: {
      ...facts,
      ...(back.owner === null ? {} : { outInterface: back.owner, peerInterface: reply.interface }),
      table: "local",
      route: back.route?.line ?? "",
    },
    lines,
  });
}

/** Linux is a weak host: an address on an interface that is down is still answered for. */
export function noteDownOwner(at: At<Datagram>, { owner, lines }: Delivered, facts: Facts): void {
  if (owner === null || owner === at.interface) return;
  const link = deviceOf(at.ns, owner);
  if (!link || (link.flags.has("UP") && (link.flags.has("LOWER_UP") || !link.flags.has("NO-CARRIER")))) return;
  at.on(owner).remark({
    code: "address-on-down-interface",
    facts: { ...facts, state: link.operstate ?? "DOWN" },
    lines: [linkLine(at.ns.key, link), ...lines],
  });
}

// A socket that is bound to lo: whatever it asks for comes back here, and who is asked for is somebody else.
function loopedAstray(at: At<Datagram>, { looped }: Delivered, { why, lines }: OutputFailure): Disposition | null {
  if (!looped?.assumedOnLink || why !== "source-not-local") return null;
  const { target } = addressFacts(at.packet);
  return at
    .onLeg("reply")
    .on(null)
    .stop({
      code: "no-route",
      says: cannotSpeakAs(at),
      lines: [...looped.lines, ...lines],
      facts: { target, asker: at.ns.key, outInterface: looped.device, state: "looped" },
      because: text(
        `the socket is bound to ${looped.device}, and no route to ${target} leads out of it`,
        `套接字绑定在 ${looped.device} 上，没有去往 ${target} 的路由从那里出去`,
      ),
    });
}

// A route or a rule of the answering host says no.
function refusedBack(at: At<Datagram>, facts: Facts, failure: OutputFailure): Disposition {
  const asker = { ...at.walk.attempt, destination: at.packet.source, source: null, outInterface: null };
  const { code, facts: refused } = failureHit(at.ns, asker, failure, "sendmsg");
  const { route, rule } = refused;
  const quoted = route ?? rule;
  return at
    .onLeg("reply")
    .on(null)
    .stop({
      code,
      says: refusesWayBack(at, quoted ?? ""),
      lines: failure.lines,
      facts: {
        ...facts,
        target: formatIpv4(at.packet.source),
        source: formatIpv4(at.packet.destination),
        router: at.ns.key,
        ...(route === undefined ? {} : { route }),
        ...(rule === undefined ? {} : { rule }),
      },
      ruledOut: quoted === undefined ? [] : [{ code: "missing-return-route", because: verbatim(quoted) }],
    });
}

/** icmp_reply and tcp_conn_request give up without a sound: no event, no counter, no ICMP error. */
export function noWayBack(
  at: At<Datagram>,
  facts: Facts,
  failure: OutputFailure,
  ignoreAll: Setting | null,
): Disposition {
  const { walk, ns, host } = at;
  if (failure.why === "route" || failure.why === "rule") return refusedBack(at, facts, failure);
  // What is only assumed rules nothing out.
  const ignoreLine = ignoreAll?.lines.find((line) => !line.assumed)?.line;
  const from = formatIpv4(at.packet.source);
  const routes = (ns.routes ?? []).filter((r) => r.table !== "local" && r.type === "unicast");
  const end = at
    .onLeg("reply")
    .on(null)
    .stop({
      code: "missing-return-route",
      says: noRouteBack(at),
      lines: failure.lines,
      evidence: failure.lines.length > 0 ? failure.lines : routes.map((r) => routeLine(ns.key, r)),
      facts: { ...facts, ...lastRouter(walk, ns, at.interface), ...notTranslated(at) },
      because: text(`none of the routes of ${host.en} covers ${from}`, `${host.zh}没有一条路由能匹配 ${from}`),
      ruledOut: ignoreLine === undefined ? [] : [{ code: "icmp-echo-ignore-all", because: verbatim(ignoreLine) }],
    });
  const reason =
    failure.why === "mtu-below-68" ? failureHit(ns, walk.attempt, failure, "sendmsg") : deeperReason(at, facts);
  if (!reason) return end;
  walk.remark(end.hit);
  return stopped(reason);
}

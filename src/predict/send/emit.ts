// ip_output and what follows it: OUTPUT and POSTROUTING, lo, the neighbour, the wire, and whoever takes the frame at its far end.

import { BROADCAST_MAC, formatIpv4, type Ipv4, isGroupMac, type Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { printedPart } from "../../model/typed-line.ts";
import type { At } from "../at.ts";
import { passHook } from "../filter/firewall.ts";
import { passPolicies } from "../filter/ipsec.ts";
import { track } from "../filter/track.ts";
import { type Halt, stateOf } from "../hits.ts";
import { linkLine } from "../lines.ts";
import { transmit } from "../link/transmit.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram, type Frame, flowOf, type GroupFrame, sightingOf } from "../message.ts";
import { resolveNeighbour } from "../neighbour/neighbour.ts";
import { neighbourFailed } from "../neighbour/neighbour-failure.ts";
import type { Sent } from "../receive/misdirected.ts";
import * as words from "../words.ts";
import { chosenPathWords } from "./multipath.ts";
import { routeOutput } from "./output-route.ts";
import { errorWords, failureHit } from "./send-failure.ts";
import { lookupFails } from "./send-words.ts";
import { takeUp } from "./take-up.ts";
import type { OutputFailure, OutputRoute } from "./way.ts";

/** A datagram made on this host leaves it. */
export function emit(at: At<Datagram, string | null>, route: OutputRoute): Disposition {
  const { walk, ns, leg, packet } = at;
  track(walk, ns, packet);
  // What ping sends has been asked for by its own lookups.
  const kept = leg === "request" ? null : passPolicies(at.on(route.device), { direction: "out", device: route.device });
  if (kept) return kept;
  const passed = passHook(at, { hook: "output", iif: null, oif: route.device });
  if (passed.halt) {
    return refusedHere(at, passed.halt);
  }
  const onward = at.with(passed.datagram);
  const by = passed.rerouted;
  if (passed.datagram.destination === packet.destination && by === null) return finishOutput(onward, route, null);
  return rerouted(onward, by);
}

// NF_DROP is EPERM to whoever calls send; TCP sends its SYN again and tells nobody.
function refusedHere({ walk, leg, packet }: At<Datagram, string | null>, halt: Halt): Halt {
  if (halt.kind !== "stopped" || leg !== "request" || packet.segment?.what.protocol === "tcp") return halt;
  const refused = { kind: "error", call: "sendmsg", errno: "EPERM" } as const;
  walk.heard = packet.segment === undefined ? (walk.heard ?? refused) : refused;
  return halt;
}

// ip_route_me_harder: NAT gave it another destination, or a rule another mark, so its route is looked up again.
function rerouted(at: At<Datagram, string | null>, by: StateLine | null): Disposition {
  const { walk, ns, leg } = at;
  const { destination, source, mark, tos = 0 } = at.packet;
  const oif = leg === "request" ? walk.attempt.outInterface : null;
  const route = routeOutput(walk, ns, { destination, source, oif, mark, tos, flow: flowOf(at.packet) });
  const to = formatIpv4(destination);
  if (route.kind === "failure" && by !== null && leg === "request") return refusedAgain(at, route, by);
  if (route.kind !== "output") {
    // An error that its own host cannot route is nobody's story: only that it ends here.
    if (leg === "error" && route.kind !== "unknown")
      at.end(text(`no route to ${to}, where NAT sends it: dropped`, `没有到 ${to}（NAT 改写后的目的地）的路由：丢弃`));
    return at.open(
      route.kind === "unknown" ? route.missing : [],
      by === null
        ? text(`which way does it take to ${to}, where NAT sends it?`, `NAT 把它改发往 ${to}，该走哪条路由？`)
        : text(
            `which way does it take to ${to}, now that “${printedPart(by.line)}” has changed it?`,
            `“${printedPart(by.line)}”改动它之后，去 ${to} 该走哪条路由？`,
          ),
      ["no-route"],
    );
  }
  const why =
    by === null
      ? text("", "")
      : text(` (“${printedPart(by.line)}” has changed it)`, `（“${printedPart(by.line)}”改动了它）`);
  const says = text(
    `its route is looked up again${why.en}: ${to} goes out of ${route.device}`,
    `重新查路由${why.zh}：${to} 从 ${route.device} 发出`,
  );
  at.on(route.device).tell("route", says, { lines: [...(by === null ? [] : [by]), ...route.lines] });
  if (leg === "request") walk.sent = route;
  return finishOutput(at, route, null);
}

// nf_route_table_hook4: the lookup's error is what the call of sendmsg ends with.
function refusedAgain(at: At<Datagram, string | null>, failure: OutputFailure, by: StateLine): Disposition {
  const { walk, ns } = at;
  const hit = failureHit(ns, walk.attempt, failure, "sendmsg");
  // tcp_connect: the SYN is sent again, and the program only waits.
  if (at.packet.segment?.what.protocol === "tcp") {
    const { error: _, ...facts } = hit.facts;
    const says = text(
      "the route lookup fails this time: the SYN is dropped, and sent again in vain",
      "这一次查路由失败：SYN 被丢弃，重传也没有用",
    );
    return at.on(hit.interface).stopBy({ ...hit, facts }, says, [by, ...stateOf(hit)]);
  }
  walk.heard = { kind: "error", call: "sendmsg", errno: failure.errno };
  const says = lookupFails(walk.attempt.destination, errorWords("sendmsg", failure.errno));
  return at.on(hit.interface).stopBy(hit, says, [by, ...stateOf(hit)]);
}

/** The part that forwarded and own datagrams share; `cameBy` is the interface of a forwarded one. */
export function finishOutput(
  routed: At<Datagram, string | null>,
  route: OutputRoute,
  cameBy: string | null,
): Disposition {
  const leaving = routed.on(route.device);
  if (route.paths.length > 1) leaving.tell("route", chosenPathWords(route), { lines: route.lines });
  if (leaving.walk.exhausted) return leaving.open([], text("this walk goes in circles", "路径在绕圈"));
  const { nextHop, device } = route;
  const passed = passHook(leaving, { hook: "postrouting", iif: cameBy, oif: device, nextHop });
  if (passed.halt) return cameBy === null && leaving.packet.segment ? refusedHere(leaving, passed.halt) : passed.halt;
  const at = leaving.with(passed.datagram);
  if (route.type === "local" || isLoopbackRoute(at.ns, route)) return loop(at, route);
  if (route.type === "broadcast") return send(at, { route, mac: BROADCAST_MAC, known: null });
  if (route.type === "multicast") return send(at, { route, mac: groupMac(route.destination), known: null });
  const resolved = resolveNeighbour(at, route);
  if (resolved.kind === "halt") return resolved.halt;
  if (resolved.kind === "failed") return neighbourFailed(at, route, resolved, cameBy === null);
  return send(at, { route, mac: resolved.mac, known: resolved });
}

function send(at: At<Datagram>, sent: Sent): Disposition {
  const { packet } = at;
  const { route, mac } = sent;
  const source = deviceOf(at.ns, route.device)?.mac ?? null;
  // What does not fit the link is cut into fragments that do (without DF; with DF it never gets here).
  const whole = packet.largestPiece ?? packet.length;
  const size = route.mtu !== null && whole > route.mtu ? route.mtu : whole;
  const payload = { ...packet, length: size, ...(size < packet.length ? { cutFrom: packet.length } : {}) };
  const delivery = transmit(at.with<Frame>({ source, destination: mac, vlan: null, payload }));
  const cut = size < packet.length ? { ...packet, largestPiece: size } : packet;
  const groupFrame = groupFrameOf(at, sent);
  return takeUp(at.with<Datagram>(groupFrame ? { ...cut, groupFrame } : cut), sent, delivery);
}

// A neighbour entry that holds a group's MAC address puts a packet for one host into a frame for many.
function groupFrameOf(at: At<Datagram>, { route, mac, known }: Sent): GroupFrame | null {
  if (route.type !== "unicast" || mac === null || !isGroupMac(mac)) return null;
  return { mac, nextHop: route.nextHop, netns: at.ns.key, device: route.device, lines: known?.lines ?? [] };
}

// A route to somebody else's address that leads to lo, which asks nobody by ARP.
function isLoopbackRoute(ns: Namespace, { type, device }: OutputRoute): boolean {
  return type === "unicast" && deviceOf(ns, device)?.isLoopback === true;
}

// lo: dev_queue_xmit and netif_rx in one, the route stays attached to the packet (no source check behind it).
function loop(leaving: At<Datagram>, route: OutputRoute): Disposition {
  const at = leaving.on("lo");
  const { walk, ns, packet } = at;
  const lo = deviceOf(ns, "lo");
  if (lo === undefined) walk.assume(ns.key, "link");
  if (lo && !lo.flags.has("UP"))
    return at.stop({
      code: "lo-down",
      says: text(
        "lo is down: the packet is thrown away without a trace, and nothing can be captured there",
        "lo 没有启用（DOWN）：这个包被静默丢弃，在 lo 上也抓不到任何东西",
      ),
      lines: [linkLine(ns.key, lo)],
      evidence: [linkLine(ns.key, lo), ...route.lines],
      facts: {
        ...addressFacts(packet),
        outInterface: "lo",
        asker: ns.key,
        ...(route.owner === null ? {} : { ownerInterface: route.owner }),
      },
      ruledOut:
        route.type === "local"
          ? [{ code: "no-route", because: text("table local has a route, via lo", "local 表里有经 lo 的路由") }]
          : [],
    });
  const frame = { payload: packet, destination: 0 as Mac };
  const out = sightingOf(ns.key, "lo", "out", frame);
  if (out === null || !walk.expectOnLast("route", out))
    at.tell("transmit", words.givenToDevice(packet, "lo"), { expects: out });
  at.tell("loopback", words.loopedBack(), { expects: sightingOf(ns.key, "lo", "in", frame) });
  return at.stack.receive(at, route);
}

// RFC 1112 section 6.4.
function groupMac(address: Ipv4): Mac {
  return (0x01005e000000 + (address & 0x7fffff)) as Mac;
}

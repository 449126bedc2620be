// ip_output and what follows it: OUTPUT and POSTROUTING, lo, the neighbour, the wire, and whoever takes the frame at its far end.

import { BROADCAST_MAC, formatIpv4, type Ipv4, isGroupMac, type Mac } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { namespaceSysctl } from "../../system/lookup/sysctl.ts";
import { passHook } from "./firewall.ts";
import { makeHit, open, stopped } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { acceptsMac, misdirected } from "./misdirected.ts";
import { chosenPathWords } from "./multipath.ts";
import { type Resolved, resolveNeighbour } from "./neighbour.ts";
import { neighbourFailed } from "./neighbour-failure.ts";
import { type OutputRoute, routeOutput } from "./output-route.ts";
import { type Arrival, type Delivery, transmit } from "./transmit.ts";
import { type Datagram, type Frame, sightingOf, type Walk } from "./walk.ts";
import * as words from "./words.ts";

/** A datagram made on this host leaves it. */
export function emit(walk: Walk, ns: Namespace, route: OutputRoute, datagram: Datagram, leg: Leg): Disposition {
  if (datagram.kind === "echo-request") walk.track(ns.key);
  const passed = passHook(walk, ns, { hook: "output", datagram, leg, iif: null, oif: route.device });
  if (passed.halt) {
    const { halt } = passed;
    if (halt.kind === "stopped" && leg === "request") walk.heard ??= { kind: "error", call: "sendmsg", errno: "EPERM" };
    return halt;
  }
  if (passed.datagram.destination === datagram.destination)
    return finishOutput(walk, ns, route, passed.datagram, leg, null);
  return rerouted(walk, ns, passed.datagram, leg);
}

// ip_route_me_harder: NAT gave it another destination, so its route is looked up again.
function rerouted(walk: Walk, ns: Namespace, datagram: Datagram, leg: Leg): Disposition {
  const { destination, source, mark } = datagram;
  const oif = leg === "request" ? walk.attempt.outInterface : null;
  const route = routeOutput(walk, ns, { destination, source, oif, mark });
  const to = formatIpv4(destination);
  if (route.kind !== "output")
    return open(
      ns.key,
      route.kind === "unknown" ? route.missing : [],
      text(`which way does it take to ${to}, where NAT sends it?`, `NAT 把它改发往 ${to}，该走哪条路由？`),
      ["no-route"],
    );
  walk.add({
    kind: "route",
    leg,
    netns: ns.key,
    interface: route.device,
    text: text(
      `its route is looked up again: ${to} goes out of ${route.device}`,
      `重新查路由：${to} 从 ${route.device} 发出`,
    ),
    state: route.lines,
  });
  if (leg === "request") walk.sent = route;
  return finishOutput(walk, ns, route, datagram, leg, null);
}

/** The part that forwarded and own datagrams share; `cameBy` is the interface of a forwarded one. */
export function finishOutput(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  routed: Datagram,
  leg: Leg,
  cameBy: string | null,
): Disposition {
  if (route.paths.length > 1)
    walk.add({
      kind: "route",
      leg,
      netns: ns.key,
      interface: route.device,
      text: chosenPathWords(route),
      state: route.lines,
    });
  if (walk.exhausted) return open(ns.key, [], text("this walk goes in circles", "路径在绕圈"));
  const pass = { hook: "postrouting", datagram: routed, leg, iif: cameBy, oif: route.device } as const;
  const passed = passHook(walk, ns, { ...pass, nextHop: route.nextHop });
  if (passed.halt) return passed.halt;
  const { datagram } = passed;
  if (route.type === "local") return loop(walk, ns, route, datagram, leg);

  let mac: Mac | null;
  let known: Resolved | null = null;
  if (route.type === "broadcast") mac = BROADCAST_MAC;
  else if (route.type === "multicast") mac = groupMac(route.destination);
  else {
    const resolved = resolveNeighbour(walk, ns, route, datagram, leg);
    if (resolved.kind === "halt") return resolved.halt;
    if (resolved.kind === "failed") return neighbourFailed(walk, ns, route, datagram, leg, resolved, cameBy === null);
    mac = resolved.mac;
    known = resolved;
  }
  const source = deviceOf(ns, route.device)?.mac ?? null;
  // What does not fit the link is cut into fragments that do (without DF; with DF it never gets here).
  const whole = datagram.largestPiece ?? datagram.length;
  const size = route.mtu !== null && whole > route.mtu ? route.mtu : whole;
  const frame: Frame = { leg, source, destination: mac, vlan: null, payload: { ...datagram, length: size } };
  const delivery = transmit(walk, ns, route.device, frame);
  walk.addAll(delivery.common);
  const groupFrame =
    route.type === "unicast" && mac !== null && isGroupMac(mac)
      ? { mac, nextHop: route.nextHop, netns: ns.key, device: route.device, lines: known?.lines ?? [] }
      : null;
  const cut = size < datagram.length ? { ...datagram, largestPiece: size } : datagram;
  const payload = groupFrame ? { ...cut, groupFrame } : cut;
  return takeUp(walk, ns, route, { ...frame, payload }, delivery, known);
}

// The frame has left: who takes it?
function takeUp(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  frame: Frame & { payload: Datagram },
  delivery: Delivery,
  known: Resolved | null,
): Disposition {
  const datagram = frame.payload;
  const { leg } = frame;
  if (delivery.open) return delivery.open;
  const takers = delivery.arrivals.filter((a) => acceptsMac(walk, a, frame.destination));
  const taker =
    takers.find((a) => ownersOf(walk.state, datagram.destination).some((o) => o.netns === a.netns)) ?? takers[0];
  if (takers.length > 1 && leg === "request" && frame.destination !== null && isGroupMac(frame.destination))
    return everybody(walk, takers, datagram);
  if (taker) {
    for (const other of delivery.arrivals) if (other !== taker) walk.addAll(other.trail);
    walk.addAll(taker.trail);
    const host = walk.namespace(taker.netns);
    if (host) return walk.stack.receive(walk, host, taker.interface, datagram, leg, null);
  }
  if (delivery.exits[0] && takers.length === 0) {
    const exit = delivery.exits[0];
    for (const step of exit.trail) walk.steps.push(step);
    return { kind: "exits", netns: exit.netns, interface: exit.interface, leg };
  }
  const loss = delivery.losses[0];
  if (loss && delivery.arrivals.length === 0) {
    walk.addAll(loss.trail);
    if (leg === "request" && tellsSender(walk, ns, route, loss.hit))
      walk.heard = { kind: "error", call: "sendmsg", errno: "ENOBUFS" };
    return stopped(carrierCode(loss.hit, known));
  }
  return misdirected(walk, ns, route, frame, delivery, known);
}

// dev_queue_xmit: what the own device's queue or driver drops is told to the caller (net_xmit_errno); behind a bridge
// nobody is left to be told.
function tellsSender(walk: Walk, ns: Namespace, route: OutputRoute, hit: CauseHit): boolean {
  if (ns.key !== walk.attempt.netns) return false;
  if (hit.code === "nft-netdev-egress-drop") return hit.netns === ns.key && hit.interface === route.device;
  if (hit.code !== "peer-mtu-smaller") return false;
  const end = otherEnd(walk.state, ns.key, route.device);
  return end.kind === "peer" && end.netns === hit.netns && end.link.name === hit.interface;
}

// A broadcast reaches each host on the segment, and each decides for itself; one answer is enough.
function everybody(walk: Walk, takers: readonly Arrival[], datagram: Datagram): Disposition {
  const told = takers.flatMap((taker) => {
    const host = walk.namespace(taker.netns);
    if (!host) return [];
    const copy = walk.fork();
    copy.addAll(taker.trail);
    const owns = ownersOf(walk.state, datagram.destination).some((o) => o.netns === taker.netns);
    return [
      { copy, host, owns, disposition: walk.stack.receive(copy, host, taker.interface, datagram, "request", null) },
    ];
  });
  const best =
    told.find((t) => t.disposition.kind === "answered") ??
    told.find((t) => t.disposition.kind === "open") ??
    told.find((t) => t.owns) ??
    told[0];
  if (!best) return open(walk.attempt.netns, ["link"], text("who gets the broadcast?", "谁会收到这个广播？"));
  for (const other of told) {
    if (other !== best) walk.addAll(other.copy.steps);
    for (const what of other.copy.assumed) walk.assumed.add(what);
  }
  walk.addAll(best.copy.steps);
  for (const remark of best.copy.remarks) walk.remark(remark);
  noteSeveralAnswers(
    walk,
    told.filter((t) => t.disposition.kind === "answered").map((t) => t.host),
    datagram,
  );
  walk.heard ??= best.copy.heard;
  return best.disposition;
}

// One request, a reply from each.
function noteSeveralAnswers(walk: Walk, hosts: readonly Namespace[], datagram: Datagram): void {
  const [first] = hosts;
  if (!first || hosts.length < 2) return;
  walk.remark(
    makeHit({
      code: "duplicate-reply",
      netns: walk.attempt.netns,
      interface: walk.sent?.device ?? null,
      facts: {
        target: formatIpv4(datagram.destination),
        source: formatIpv4(datagram.source),
        count: String(hosts.length),
        state: "several",
      },
      lines: hosts.flatMap((host) => namespaceSysctl(host, "net.ipv4.icmp_echo_ignore_broadcasts")?.lines ?? []),
      because: text(`${hosts.length} hosts answer the same request`, `${hosts.length} 台主机应答同一个请求`),
    }),
  );
}

// With a known neighbour the echo itself dies at the dead link, and no host-unreachable is ever made.
function carrierCode(hit: CauseHit, known: Resolved | null): CauseHit {
  if (hit.code !== "peer-down" || known === null || known.asked) return hit;
  return { ...hit, code: "peer-down-neigh-known" };
}

// lo: dev_queue_xmit and netif_rx in one, the route stays attached to the packet (no source check behind it).
function loop(walk: Walk, ns: Namespace, route: OutputRoute, datagram: Datagram, leg: Leg): Disposition {
  const lo = deviceOf(ns, "lo");
  if (lo === undefined) walk.assume(ns.key, "link");
  if (lo && !lo.flags.has("UP")) {
    walk.add({
      kind: "stop",
      leg,
      netns: ns.key,
      interface: "lo",
      text: text(
        "lo is down: the packet is thrown away without a trace, and nothing can be captured there",
        "lo 没有启用（DOWN）：这个包被悄悄丢弃，在 lo 上也抓不到任何东西",
      ),
      state: [linkLine(ns.key, lo)],
    });
    return stopped(
      makeHit({
        code: "lo-down",
        netns: ns.key,
        interface: "lo",
        facts: {
          target: formatIpv4(datagram.destination),
          source: formatIpv4(datagram.source),
          outInterface: "lo",
          asker: ns.key,
          ...(route.owner === null ? {} : { ownerInterface: route.owner }),
        },
        lines: [linkLine(ns.key, lo), ...route.lines],
        ruledOut: [{ code: "no-route", because: text("table local has a route, via lo", "local 表里有经 lo 的路由") }],
      }),
    );
  }
  const frame: Frame = { leg, source: 0 as Mac, destination: 0 as Mac, vlan: null, payload: datagram };
  const out = sightingOf(ns.key, "lo", "out", frame);
  if (!walk.expectOnLast("route", out))
    walk.add({
      kind: "transmit",
      leg,
      netns: ns.key,
      interface: "lo",
      text: words.givenToDevice(datagram, "lo"),
      expects: out,
    });
  walk.add({
    kind: "loopback",
    leg,
    netns: ns.key,
    interface: "lo",
    text: words.loopedBack(),
    expects: sightingOf(ns.key, "lo", "in", frame),
  });
  return walk.stack.receive(walk, ns, "lo", datagram, leg, route);
}

// RFC 1112 section 6.4.
function groupMac(address: Ipv4): Mac {
  return (0x01005e000000 + (address & 0x7fffff)) as Mac;
}

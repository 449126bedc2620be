// The frame has left: who takes it? Its host, several at once, nobody, or somebody beyond what is known.

import { isGroupMac } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { BranchEnd, Disposition, Step } from "../../model/trace.ts";
import { addressType, ownersOf } from "../../system/lookup/owner.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { namespaceSysctl } from "../../system/lookup/sysctl.ts";
import type { At } from "../at.ts";
import { makeHit, open, stopped } from "../hits.ts";
import { acceptsMac } from "../link/accepts-mac.ts";
import type { Arrival, Delivery } from "../link/delivery.ts";
import { addressFacts, type Datagram } from "../message.ts";
import type { Resolved } from "../neighbour/resolution.ts";
import { hasJoined } from "../receive/membership.ts";
import { misdirected, type Sent } from "../receive/misdirected.ts";
import { namespaceSetting } from "../sysctls.ts";
import type { Copy, Walk } from "../walk.ts";
import type { OutputRoute } from "./way.ts";

/** Follows the frame to whoever takes it; `at` is its sender's interface. */
export function takeUp(at: At<Datagram>, sent: Sent, delivery: Delivery): Disposition {
  const { walk, leg } = at;
  const takers = delivery.arrivals.filter((a) => acceptsMac(walk, a, sent.mac));
  const isGroup = sent.mac !== null && isGroupMac(sent.mac);
  const kept = keepsCopy(at, sent.route);
  const toAll = takers.length + Number(kept) > 1 && leg === "request" && isGroup;
  // What becomes of a copy towards somebody else does not matter where the one that it is for takes it.
  const isOpen = delivery.open !== null && (takers.length === 0 || isGroup);
  walk.addAll(isOpen ? delivery.common : delivery.common.filter(({ kind }) => kind !== "open"));
  if (delivery.open && isOpen) return delivery.open;
  if (toAll) return everybody(at, takers, kept ? sent.route : null);
  if (kept) {
    for (const { trail, hit } of delivery.losses)
      walk.beside({ trail, rest: [], end: { kind: "lost", code: hit.code } });
    return at.stack.receive(at, sent.route);
  }
  const taker = takers.find((a) => isOwner(walk, a, at.packet)) ?? takers[0];
  if (taker) {
    tellOthers(walk, delivery, taker);
    walk.follow(taker.trail);
    const host = walk.namespace(taker.netns);
    if (host) return at.stack.receive(at.moved(host, taker.interface), null);
  }
  const [exit] = delivery.exits;
  // Where whom it is for gets the frame and does not take it, nobody beyond matters.
  const isMissed =
    walk.state.wires !== undefined && delivery.arrivals.some((arrival) => isNextHop(walk, arrival, sent));
  if (exit && takers.length === 0 && !isMissed) {
    for (const other of delivery.arrivals) tellIgnored(walk, other, exit.trail);
    walk.follow(exit.trail);
    return { kind: "exits", netns: exit.netns, interface: exit.interface, leg };
  }
  const [loss] = delivery.losses;
  if (!loss || delivery.arrivals.length > 0) return misdirected(at, sent, delivery);
  walk.follow(loss.trail);
  if (leg === "request" && tellsSender(at, loss.hit)) walk.heard = { kind: "error", call: "sendmsg", errno: "ENOBUFS" };
  return stopped(carrierCode(loss.hit, sent.known));
}

// Copies beside the one that is taken: those that arrive elsewhere are addressed to another host.
function tellOthers(walk: Walk, { arrivals }: Delivery, taker: Arrival): void {
  for (const other of arrivals) if (other !== taker) tellIgnored(walk, other, taker.trail);
}

function tellIgnored(walk: Walk, { trail }: Arrival, main: readonly Step[]): void {
  walk.beside({ trail, rest: [], end: { kind: "ignored" } }, main);
}

// ip_mc_output: of a broadcast, and of what goes to a group that it has joined there, the sender gets a copy. Only a host
// that answers such requests makes a difference by it.
function keepsCopy({ walk, ns, packet, leg }: At<Datagram>, { type, device }: OutputRoute): boolean {
  if (leg !== "request" || packet.kind !== "echo-request" || ns.key !== walk.attempt.netns || device === "lo")
    return false;
  if (type !== "broadcast" && (type !== "multicast" || hasJoined(ns, device, packet.destination) === null))
    return false;
  return namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_broadcasts", 1).value === 0;
}

function isOwner(walk: Walk, { netns }: Arrival, { destination }: Datagram): boolean {
  return ownersOf(walk.state, destination).some((owner) => owner.netns === netns);
}

function isNextHop(walk: Walk, { netns, interface: name }: Arrival, { route }: Sent): boolean {
  return ownersOf(walk.state, route.nextHop).some((owner) => owner.netns === netns && owner.interface === name);
}

// dev_queue_xmit: what the own device's queue or driver drops is told to the caller (net_xmit_errno); behind a bridge
// nobody is left to be told.
function tellsSender({ walk, ns, interface: device }: At<Datagram>, hit: CauseHit): boolean {
  if (ns.key !== walk.attempt.netns) return false;
  if (hit.code === "nft-netdev-egress-drop") return hit.netns === ns.key && hit.interface === device;
  if (hit.code !== "peer-mtu-smaller") return false;
  const end = otherEnd(walk.state, ns.key, device);
  return end.kind === "peer" && end.netns === hit.netns && end.link.name === hit.interface;
}

// With a known neighbour the echo itself dies at the dead link, and no host-unreachable is ever made.
function carrierCode(hit: CauseHit, known: Resolved | null): CauseHit {
  if (hit.code !== "peer-down" || known === null || known.asked) return hit;
  return { ...hit, code: "peer-down-neigh-known" };
}

interface Told {
  /** How the frame got to this host. */
  readonly trail: readonly Step[];
  readonly copy: Walk;
  readonly host: Namespace;
  /** The address asked for is this host's. */
  readonly owns: boolean;
  /** It is a broadcast address or a group to this host; to others that hear the frame it is a stranger's address. */
  readonly addressed: boolean;
  readonly disposition: Disposition;
}

// A broadcast reaches each host on the segment, and each decides for itself; one answer is enough.
function everybody(at: At<Datagram>, takers: readonly Arrival[], kept: OutputRoute | null): Disposition {
  const { walk } = at;
  const own = kept === null ? [] : [tellOwn(at, kept)];
  const told = [...takers.flatMap((taker) => tellOne(at, taker)), ...own];
  const best = whichCounts(told);
  if (!best) return open(walk.attempt.netns, ["link"], text("who gets the broadcast?", "谁会收到这个广播？"));
  for (const other of told) {
    if (other !== best) walk.beside({ ...besideOf(other), trail: other.trail }, best.trail);
    for (const what of other.copy.assumed) walk.assumed.add(what);
  }
  walk.follow(best.trail);
  walk.join(best.copy);
  for (const remark of best.copy.remarks) walk.remark(remark);
  const answering = told.filter((t) => t.disposition.kind === "answered");
  noteSeveralAnswers(
    at,
    answering.map((t) => t.host),
  );
  walk.heard ??= best.copy.heard;
  return best.disposition;
}

// An answer, else the end at the host that it was for; what a stranger would do with it never decides.
function whichCounts(told: readonly Told[]): Told | undefined {
  const addressed = told.filter((t) => t.addressed);
  return (
    told.find((t) => t.disposition.kind === "answered") ??
    told.find((t) => t.owns) ??
    addressed.find((t) => t.disposition.kind === "open") ??
    addressed[0] ??
    told.find((t) => t.disposition.kind === "open") ??
    told[0]
  );
}

function besideOf({ copy, disposition }: Told): Omit<Copy, "trail"> {
  const end: BranchEnd =
    disposition.kind === "stopped"
      ? { kind: "silent", code: disposition.hit.code }
      : { kind: disposition.kind === "answered" ? "answers" : disposition.kind };
  return { rest: copy.steps, branches: copy.branches, end };
}

function tellOne(at: At<Datagram>, taker: Arrival): Told[] {
  const { walk } = at;
  const host = walk.namespace(taker.netns);
  if (!host) return [];
  const copy = walk.fork();
  const owns = isOwner(walk, taker, at.packet);
  const addressed = addressType(host, at.packet.destination, null) !== "unicast";
  return [
    {
      trail: taker.trail,
      copy,
      host,
      owns,
      addressed,
      disposition: at.stack.receive(at.moved(host, taker.interface).in(copy), null),
    },
  ];
}

// dev_loopback_xmit: the copy keeps its route, and no capture shows it.
function tellOwn(at: At<Datagram>, route: OutputRoute): Told {
  const copy = at.walk.fork();
  const disposition = at.stack.receive(at.in(copy), route);
  return { trail: [], copy, host: at.ns, owns: false, addressed: true, disposition };
}

// One request, a reply from each.
function noteSeveralAnswers({ walk, packet }: At<Datagram>, hosts: readonly Namespace[]): void {
  const count = hosts.length;
  if (count < 2) return;
  walk.remark(
    makeHit({
      code: "duplicate-reply",
      netns: walk.attempt.netns,
      interface: walk.sent?.device ?? null,
      facts: { ...addressFacts(packet), count: String(count), state: "several" },
      lines: hosts.flatMap((host) => namespaceSysctl(host, "net.ipv4.icmp_echo_ignore_broadcasts")?.lines ?? []),
      because: text(`${count} hosts answer the same request`, `${count} 台主机应答同一个请求`),
    }),
  );
}

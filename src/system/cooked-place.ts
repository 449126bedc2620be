// Where `tcpdump -i any` was started, by what its cooked headers show: interface numbers, kinds of devices, addresses.

import type { Ipv4, Mac } from "../model/address.ts";
import type { LinkHeader, Packet } from "../model/packet.ts";
import type { Link, Namespace, SystemState } from "../model/system-state.ts";
import { LinkIndex } from "./lookup/link-index.ts";
import { localOwner } from "./lookup/owner.ts";
import { otherEnd } from "./lookup/peer.ts";

type Cooked = Extract<LinkHeader, { kind: "cooked" }>;

// ARPHRD_LOOPBACK and ARPHRD_ETHER of linux/if_arp.h.
const LOOPBACK = 772;
const ETHERNET = 1;
// A device that passes on frames of others, or by which others send.
const CARRIES = new Set(["bridge", "macvlan", "macvtap", "ipvlan", "ipvtap", "vlan", "vxlan", "bond", "team", "vrf"]);

/**
 * The only namespace in which all of these packets can have been seen so: null where none fits, or several do. Its own MAC
 * address as sender, or its own address as target, counts before what fits without them; what a neighbour shows does not,
 * since everybody on a segment hears it.
 */
export function namespaceOfCooked(state: SystemState, packets: readonly Packet[]): string | null {
  const found = { own: [] as string[], near: [] as string[], possible: [] as string[] };
  for (const ns of state.namespaces.values()) {
    if (ns.links === undefined) return null;
    const weight = fitAll(state, ns, packets);
    if (weight !== "impossible") found[weight].push(ns.key);
  }
  const { own, near, possible } = found;
  const netns = own.length > 0 ? only(own) : possible.length > 0 ? null : only(near);
  return netns === null || sharesMac(state, netns) ? null : netns;
}

// Frames for a MAC address that two hosts have are seen at both.
function sharesMac({ namespaces }: SystemState, netns: string): boolean {
  const macs = new Set(
    (namespaces.get(netns)?.links ?? []).flatMap(({ mac, isLoopback }) => (isLoopback ? [] : (mac ?? []))),
  );
  return [...namespaces.values()].some(
    ({ key, links }) => key !== netns && links?.some(({ mac }) => mac !== null && macs.has(mac)),
  );
}

function only(keys: readonly string[]): string | null {
  return keys.length === 1 ? (keys[0] ?? null) : null;
}

/**
 * The interface of a header that names none; null where several could be meant: a frame passes a bridge and its ports with
 * one and the same header.
 */
export function interfaceOfCooked(state: SystemState, netns: string, header: Cooked): string | null {
  const ns = state.namespaces.get(netns);
  if (ns === undefined || !tellsInterfaces(ns)) return null;
  const links = devicesFor(ns, header);
  if (header.packetType === "outgoing") return onlyName(links.filter(({ mac }) => mac === header.source));
  const { source } = header;
  const known = new Set((ns.neighbours ?? []).filter(({ mac }) => mac === source).map((entry) => entry.interface));
  const heard = links.filter((link) => known.has(link.name) || peerMac(state, ns, link) === source);
  return onlyName(heard.length > 0 ? heard : links.filter(({ flags }) => flags.has("UP")));
}

/** Whether each frame shows in one way by which interface it passed. */
export function tellsInterfaces(ns: Namespace): boolean {
  return (ns.links ?? []).every(({ master, kind }) => master === null && !CARRIES.has(kind ?? ""));
}

function onlyName(links: readonly Link[]): string | null {
  return links.length === 1 ? (links[0]?.name ?? null) : null;
}

type Fit = "own" | "near" | "possible" | "impossible";

function fitAll(state: SystemState, ns: Namespace, packets: readonly Packet[]): Fit {
  let best: Fit = "possible";
  for (const packet of packets) {
    if (packet.link.kind !== "cooked") continue;
    const one = fitOf(state, ns, packet, packet.link);
    if (one === "impossible") return one;
    if (one === "own" || (one === "near" && best === "possible")) best = one;
  }
  return best;
}

function fitOf(state: SystemState, ns: Namespace, packet: Packet, header: Cooked): Fit {
  const devices = devicesFor(ns, header);
  if (devices.length === 0) return "impossible";
  // A route may lead to lo for what is another host's.
  if (header.hardwareType === LOOPBACK) return ownsTarget(ns, packet) && ownsSource(ns, packet) ? "own" : "possible";
  const { source } = header;
  if (header.packetType === "outgoing") {
    if (devices.some(({ mac }) => mac !== null && mac === source)) return "own";
    return devices.some((link) => passesOn(ns, link)) || source === null ? "possible" : "impossible";
  }
  // Its own frame comes in again only at the other end of a cable, or of a bridge, of its own.
  if (isOwnMac(ns, source) && !devices.some((link) => passesOn(ns, link) || leadsBack(state, ns, link)))
    return "impossible";
  if (header.packetType === "host" && ownsTarget(ns, packet)) return "own";
  return devices.some((link) => source !== null && peerMac(state, ns, link) === source) ? "near" : "possible";
}

// The links that a header can mean: the one it names by number, else those of its kind.
function devicesFor(ns: Namespace, { interfaceIndex, hardwareType }: Cooked): readonly Link[] {
  const links = interfaceIndex === null ? (ns.links ?? []) : LinkIndex.of(ns).at(interfaceIndex);
  return links.filter((link) => {
    if (hardwareType === LOOPBACK || link.isLoopback) return hardwareType === LOOPBACK && link.isLoopback;
    return hardwareType !== ETHERNET || link.mac !== null;
  });
}

function passesOn(ns: Namespace, link: Link): boolean {
  if (link.master !== null || CARRIES.has(link.kind ?? "")) return true;
  return LinkIndex.of(ns).onTop.some((one) => one.linkIndex === link.index) || link.promiscuity > 1;
}

function isOwnMac(ns: Namespace, source: Mac | null): boolean {
  return source !== null && (ns.links ?? []).some(({ mac, isLoopback }) => !isLoopback && mac === source);
}

function leadsBack(state: SystemState, ns: Namespace, link: Link): boolean {
  const end = otherEnd(state, ns.key, link.name);
  return end.kind === "unknown" || (end.kind === "peer" && end.netns === ns.key);
}

function peerMac(state: SystemState, ns: Namespace, link: Link): Mac | null {
  const end = otherEnd(state, ns.key, link.name);
  return end.kind === "peer" && end.relation === "veth" ? end.link.mac : null;
}

function ownsSource(ns: Namespace, { network }: Packet): boolean {
  return network.kind !== "arp" && network.kind !== "other" && (localOwner(ns, network.ip.source) ?? null) !== null;
}

function ownsTarget(ns: Namespace, { network }: Packet): boolean {
  const target: Ipv4 | null =
    network.kind === "arp" ? network.targetIp : network.kind === "other" ? null : network.ip.destination;
  return target !== null && (localOwner(ns, target) ?? null) !== null;
}

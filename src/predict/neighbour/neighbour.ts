// The neighbour of a next hop: an entry that is used at once, or ARP (causes.md 1.2 in the kernel's words: neigh_event_send, arp_solicit).

import { BROADCAST_MAC, formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import { validState } from "../../model/neighbour-state.ts";
import type { Link, Neighbour } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { linkLine, neighbourLine } from "../lines.ts";
import { deviceOf, findRoute } from "../lookup.ts";
import { type Datagram, opens } from "../message.ts";
import { onLink, SCOPE_LINK, selectAddress } from "../send/source.ts";
import type { OutputRoute } from "../send/way.ts";
import { neighbourSetting, setting } from "../sysctls.ts";
import * as words from "../words.ts";
import { askArp } from "./arp-ask.ts";
import { checkLater } from "./neighbour-check.ts";
import { resolveNeighbour6 } from "./neighbour6.ts";
import type { Resolution, Resolved } from "./resolution.ts";

/** Finds the MAC address for the route's next hop, asking by ARP where no entry serves; `at` is the route's device. */
export function resolveNeighbour(at: At<Datagram>, route: OutputRoute): Resolution {
  const { walk, ns, leg, packet } = at;
  const { device, nextHop } = route;
  if (route.gateway6 !== undefined) return resolveNeighbour6(at, route, route.gateway6);
  if (leg === "request" && opens(packet) && walk.nextHop === null) walk.nextHop = nextHop;
  return fromTable(at, route) ?? withoutArp(at, deviceOf(ns, device) ?? null, nextHop) ?? ask(at, route);
}

function entryFor({ ns, interface: device }: At<unknown>, address: Ipv4): Neighbour | null {
  return ns.neighbours?.find((n) => n.interface === device && n.address === address) ?? null;
}

// An entry of the state, or one that this walk itself has made.
function fromTable(at: At<Datagram>, route: OutputRoute): Resolved | null {
  const { nextHop } = route;
  const entry = entryFor(at, nextHop);
  const learned = at.walk.learnedNeighbour(at.ns.key, at.interface, nextHop);
  const state = entry ? validState(entry.states) : null;
  // neigh_update: what ARP tells changes no entry that an administrator made permanent or noarp.
  const fixed = state === "PERMANENT" || state === "NOARP";
  if (entry && state !== null && (fixed || learned === undefined)) {
    const known = useEntry(at, entry, state);
    if (!fixed) checkLater(at, route, entry);
    return known;
  }
  if (learned === undefined) return null;
  at.tell("neighbour", words.neighbourLearned(nextHop, at.interface));
  return { kind: "mac", mac: learned, asked: false, noArp: false, entry: null, lines: [] };
}

function useEntry(at: At<Datagram>, entry: Neighbour, state: string): Resolved {
  const own = deviceOf(at.ns, at.interface)?.mac ?? null;
  const isNoArp = state === "NOARP";
  const lines = [neighbourLine(at.ns.key, entry)];
  at.tell("neighbour", words.neighbourKnown(entry.address, at.interface, entry.mac, state), { lines });
  const mac = entry.mac ?? (isNoArp ? own : null);
  return { kind: "mac", mac, asked: false, noArp: isNoArp && entry.mac === own, entry, lines };
}

// Links on which nobody is asked: NOARP, loopback, and what goes to everybody in any case.
function withoutArp(at: At<Datagram>, link: Link | null, nextHop: Ipv4): Resolved | null {
  const { interface: device } = at;
  if (link && (link.flags.has("NOARP") || link.isLoopback)) {
    const lines = [linkLine(at.ns.key, link)];
    const says =
      link.mac === null
        ? text(`${device} knows no MAC addresses: nobody is asked`, `${device} 不使用 MAC 地址：无需询问`)
        : text(
            `${device} does no ARP (NOARP): the frame carries its own MAC address as destination`,
            `${device} 不做 ARP（NOARP）：帧的目的 MAC 就是它自己的 MAC`,
          );
    at.tell("neighbour", says, { lines });
    return { kind: "mac", mac: link.mac, asked: false, noArp: true, entry: null, lines };
  }
  const found = findRoute(at.ns, { destination: nextHop });
  const isBroadcast = found.kind === "route" && found.route.type === "broadcast";
  if (!isBroadcast && !link?.flags.has("POINTOPOINT")) return null;
  return { kind: "mac", mac: BROADCAST_MAC, asked: false, noArp: true, entry: null, lines: [] };
}

function ask(at: At<Datagram>, route: OutputRoute): Resolution {
  const { walk, ns, interface: device } = at;
  const { nextHop } = route;
  const probes = neighbourSetting(walk, ns, "mcast_solicit", device, 3);
  const daemon = neighbourSetting(walk, ns, "app_solicit", device, 0);
  if (probes.value === 0 && daemon.value === 0) return mayNotAsk(at, nextHop, probes.lines);
  const sender = senderAddress(at, nextHop);
  if (sender === undefined) {
    const question = text(`which address does ${device} ask with?`, `${device} 用哪个地址发 ARP 询问？`);
    return { kind: "halt", halt: at.open(["addr"], question) };
  }
  const failed = entryFor(at, nextHop);
  at.tell("neighbour", words.mustAsk(nextHop, route.gateway !== null, sender.address), {
    lines: [...(failed ? [neighbourLine(ns.key, failed)] : []), ...sender.lines],
  });
  return askArp(at, route, sender.address);
}

function mayNotAsk(at: At<Datagram>, nextHop: Ipv4, lines: readonly StateLine[]): Resolution {
  const { interface: device } = at;
  const { hit } = at.stop({
    code: "neigh-no-probes",
    says: text(
      `ARP may not ask on ${device} (mcast_solicit is 0): the packet is dropped at once`,
      `${device} 上不允许发 ARP 询问（mcast_solicit 为 0）：这个包立即被丢弃`,
    ),
    lines,
    facts: {
      target: formatIpv4(nextHop),
      outInterface: device,
      sysctl: `net.ipv4.neigh.${device}.mcast_solicit`,
      value: "0",
      asker: at.ns.key,
    },
  });
  return { kind: "failed", hits: [hit], silent: true, sender: at.packet.source, asked: false };
}

// arp_solicit: which own address the question names.
function senderAddress(
  { walk, ns, interface: device, packet }: At<Datagram>,
  target: Ipv4,
): { address: Ipv4; lines: readonly StateLine[] } | undefined {
  const announce = setting(walk, ns, "arp_announce", device, 0);
  const lines = announce.value === 0 ? [] : announce.lines;
  const own = localOwner(ns, packet.source);
  if (own && announce.value < 2) {
    if (announce.value === 0 || onLink(ns, device, target, packet.source)) return { address: packet.source, lines };
  }
  if (own === undefined && ns.addresses === undefined) return undefined;
  const chosen = selectAddress(ns, device, target, SCOPE_LINK);
  if (chosen === undefined) return undefined;
  return { address: chosen?.local ?? (0 as Ipv4), lines };
}

// The neighbour of a next hop: an entry that is used at once, or ARP (causes.md 1.2 in the kernel's words: neigh_event_send, arp_solicit).

import { BROADCAST_MAC, formatIpv4, type Ipv4, type Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace, Neighbour } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { localOwner } from "../../system/lookup/owner.ts";
import { askArp } from "./arp-ask.ts";
import { makeHit, open } from "./hits.ts";
import { linkLine, neighbourLine } from "./lines.ts";
import { deviceOf, findRoute } from "./lookup.ts";
import { checkLater } from "./neighbour-check.ts";
import type { OutputRoute } from "./output-route.ts";
import { onLink, SCOPE_LINK, selectAddress } from "./source.ts";
import { neighbourSetting, setting } from "./sysctls.ts";
import type { Datagram, Halt, Walk } from "./walk.ts";
import * as words from "./words.ts";

export interface Resolved {
  readonly kind: "mac";
  readonly mac: Mac | null;
  /** Whether ARP had to be asked. */
  readonly asked: boolean;
  /** NOARP because of the sending interface's own flag. */
  readonly noArp: boolean;
  readonly entry: Neighbour | null;
  readonly lines: readonly StateLine[];
}
export interface Unresolved {
  readonly kind: "failed";
  /** The most telling reason first; what is only its purpose or mechanism behind it. */
  readonly hits: readonly [CauseHit, ...CauseHit[]];
  /** No probe is ever made, so no error is reported either. */
  readonly silent: boolean;
  readonly sender: Ipv4;
  readonly asked: boolean;
}
export type Resolution = Resolved | Unresolved | { readonly kind: "halt"; readonly halt: Halt };

const USABLE = ["PERMANENT", "NOARP", "REACHABLE", "STALE", "DELAY", "PROBE"];

/** Finds the MAC address for the route's next hop, asking by ARP where no entry serves. */
export function resolveNeighbour(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  datagram: Datagram,
  leg: Leg,
): Resolution {
  const { device, nextHop } = route;
  if (leg === "request" && datagram.kind === "echo-request" && walk.nextHop === null) walk.nextHop = nextHop;
  const link = deviceOf(ns, device);
  const entry = ns.neighbours?.find((n) => n.interface === device && n.address === nextHop) ?? null;
  const learned = walk.learnedNeighbour(ns.key, device, nextHop);
  const state = entry ? (USABLE.find((s) => entry.states.has(s)) ?? null) : null;

  // neigh_update: what ARP tells changes no entry that an administrator made permanent or noarp.
  const fixed = state === "PERMANENT" || state === "NOARP";
  if (entry && (fixed || (state !== null && learned === undefined))) {
    const lines = [neighbourLine(ns.key, entry)];
    walk.add({
      kind: "neighbour",
      leg,
      netns: ns.key,
      interface: device,
      text: words.neighbourKnown(nextHop, device, entry.mac, state as string),
      state: lines,
    });
    if (!fixed) checkLater(walk, ns, route, entry, leg);
    return {
      kind: "mac",
      mac: entry.mac ?? (state === "NOARP" ? (link?.mac ?? null) : null),
      asked: false,
      noArp: state === "NOARP" && entry.mac === (link?.mac ?? null),
      entry,
      lines,
    };
  }
  if (learned !== undefined) {
    walk.add({
      kind: "neighbour",
      leg,
      netns: ns.key,
      interface: device,
      text: words.neighbourLearned(nextHop, device),
    });
    return { kind: "mac", mac: learned, asked: false, noArp: false, entry: null, lines: [] };
  }
  if (link && (link.flags.has("NOARP") || link.isLoopback)) {
    const lines = [linkLine(ns.key, link)];
    walk.add({
      kind: "neighbour",
      leg,
      netns: ns.key,
      interface: device,
      text: text(
        `${device} does no ARP (NOARP): the frame carries its own MAC address as destination`,
        `${device} 不做 ARP（NOARP）：帧的目的 MAC 就是它自己的 MAC`,
      ),
      state: lines,
    });
    return { kind: "mac", mac: link.mac, asked: false, noArp: true, entry: null, lines };
  }
  const asBroadcast = findRoute(ns, { destination: nextHop });
  if ((asBroadcast.kind === "route" && asBroadcast.route.type === "broadcast") || link?.flags.has("POINTOPOINT")) {
    return { kind: "mac", mac: BROADCAST_MAC, asked: false, noArp: true, entry: null, lines: [] };
  }
  return ask(walk, ns, route, datagram, leg);
}

function ask(walk: Walk, ns: Namespace, route: OutputRoute, datagram: Datagram, leg: Leg): Resolution {
  const { device, nextHop } = route;
  const probes = neighbourSetting(walk, ns, "mcast_solicit", device, 3);
  const daemon = neighbourSetting(walk, ns, "app_solicit", device, 0);
  if (probes.value === 0 && daemon.value === 0) {
    walk.add({
      kind: "stop",
      leg,
      netns: ns.key,
      interface: device,
      text: text(
        `ARP may not ask on ${device} (mcast_solicit is 0): the packet is dropped at once`,
        `${device} 上不允许发 ARP 询问（mcast_solicit 为 0）：这个包立即被丢弃`,
      ),
      state: probes.lines,
    });
    const facts = {
      target: formatIpv4(nextHop),
      outInterface: device,
      sysctl: `net.ipv4.neigh.${device}.mcast_solicit`,
      value: "0",
      asker: ns.key,
    };
    return {
      kind: "failed",
      hits: [makeHit({ code: "neigh-no-probes", netns: ns.key, interface: device, facts, lines: probes.lines })],
      silent: true,
      sender: datagram.source,
      asked: false,
    };
  }
  const sender = senderAddress(walk, ns, device, nextHop, datagram);
  if (sender === undefined)
    return {
      kind: "halt",
      halt: open(ns.key, ["addr"], text(`which address does ${device} ask with?`, `${device} 用哪个地址发 ARP 询问？`)),
    };
  const failed = ns.neighbours?.find((n) => n.interface === device && n.address === nextHop);
  walk.add({
    kind: "neighbour",
    leg,
    netns: ns.key,
    interface: device,
    text: words.mustAsk(nextHop, route.gateway !== null, sender.address),
    state: [...(failed ? [neighbourLine(ns.key, failed)] : []), ...sender.lines],
  });
  return askArp(walk, ns, route, sender.address, datagram, leg);
}

// arp_solicit: which own address the question names.
function senderAddress(
  walk: Walk,
  ns: Namespace,
  device: string,
  target: Ipv4,
  datagram: Datagram,
): { address: Ipv4; lines: readonly StateLine[] } | undefined {
  const announce = setting(walk, ns, "arp_announce", device, 0);
  const lines = announce.value === 0 ? [] : announce.lines;
  const own = localOwner(ns, datagram.source);
  if (own && announce.value < 2) {
    if (announce.value === 0 || onLink(ns, device, target, datagram.source)) return { address: datagram.source, lines };
  }
  if (own === undefined && ns.addresses === undefined) return undefined;
  const chosen = selectAddress(ns, device, target, SCOPE_LINK);
  if (chosen === undefined) return undefined;
  return { address: chosen?.local ?? (0 as Ipv4), lines };
}

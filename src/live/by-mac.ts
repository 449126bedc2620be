// Where only a frame's destination MAC address tells why it goes where it goes. A capture of a whole namespace
// (LINUX_SLL2) does not hold that address: such interfaces are captured one by one.

import { formatIpv4, formatMac, isGroupMac, type Mac } from "../model/address.ts";
import type { Link, Namespace, Neighbour, SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import { type ExpectedSighting, stepsOf, type Trace } from "../model/trace.ts";
import { formatVantage } from "../model/vantage.ts";
import { linkOf } from "../system/lookup/peer.ts";
import type { WatchPlace } from "./where.ts";

/** An interface to be captured with its Ethernet headers, and why. */
export interface MacPlace extends WatchPlace {
  /** Its index, by which the capture of its whole namespace leaves it out. */
  readonly index: number;
  readonly because: Text;
}

// A capture each, beside those of the namespaces.
const MOST = 16;
// Entries that no answer by ARP ever made.
const BY_HAND = ["PERMANENT", "NOARP"];
const SEVERAL_MACS = new Set(["macvlan", "macvtap"]);

/** The watched interfaces that the walk passes with a destination MAC address that decides; in the order of watching. */
export function placesByMac(
  state: SystemState,
  trace: Trace | null,
  watching: readonly WatchPlace[],
): readonly MacPlace[] {
  const because = new Map<string, Text>();
  for (const [mac, frames] of framesByMac(trace)) {
    const holders = holdersOf(state, mac, watching);
    const reason = reasonOf(state, mac, frames, holders);
    if (reason === null) continue;
    for (const place of [...frames, ...holders]) {
      const key = keyOf(place);
      if (!because.has(key)) because.set(key, reason);
    }
  }
  return watching
    .flatMap((place): MacPlace[] => {
      const reason = because.get(keyOf(place));
      const link = linkAt(state, place);
      // Nothing can be captured at an interface that is down, and tunnels have no such header.
      if (reason === undefined || !link || link.isLoopback || link.mac === null || !link.flags.has("UP")) return [];
      return [{ ...place, index: link.index, because: reason }];
    })
    .slice(0, MOST);
}

function keyOf({ netns, interface: name }: WatchPlace): string {
  return JSON.stringify([netns, name]);
}

function linkAt(state: SystemState, { netns, interface: name }: WatchPlace): Link | undefined {
  const ns = state.namespaces.get(netns);
  return ns && linkOf(ns, name);
}

// ARP needs no looking into: its questions go to everybody, and its own body names both ends.
function framesByMac(trace: Trace | null): Map<Mac, ExpectedSighting[]> {
  const frames = new Map<Mac, ExpectedSighting[]>();
  for (const { expects } of trace === null ? [] : stepsOf(trace)) {
    if (expects === null || expects.destinationMac === null || expects.packet.kind.startsWith("arp")) continue;
    const known = frames.get(expects.destinationMac);
    if (known === undefined) frames.set(expects.destinationMac, [expects]);
    else known.push(expects);
  }
  return frames;
}

function holdersOf(state: SystemState, mac: Mac, watching: readonly WatchPlace[]): WatchPlace[] {
  return watching.filter((place) => linkAt(state, place)?.mac === mac);
}

function reasonOf(
  state: SystemState,
  mac: Mac,
  frames: readonly ExpectedSighting[],
  holders: readonly WatchPlace[],
): Text | null {
  const name = formatMac(mac);
  const own = entryByHand(state, mac, frames);
  if (own !== null) return own;
  if (!isGroupMac(mac) && new Set(holders.map((place) => stackOf(state, place))).size > 1) {
    const list = holders.map(named);
    return text(
      `${list.join(", ")} have the same MAC address ${name}`,
      `${list.join("、")} 的 MAC 地址相同，都是 ${name}`,
    );
  }
  const arrived = frames.filter((frame) => frame.direction === "in");
  if (!isGroupMac(mac) && arrived.length > 0 && !arrived.some((frame) => isItsOwn(linkAt(state, frame), mac))) {
    const places = [...new Set(arrived.map(named))];
    return text(
      `no interface at which the frame to ${name} comes out has that MAC address (${places.join(", ")})`,
      `发往 ${name} 的帧到达的接口（${places.join("、")}）都不是这个 MAC 地址`,
    );
  }
  const several = frames.find((frame) => SEVERAL_MACS.has(linkAt(state, frame)?.kind ?? ""));
  if (several !== undefined) {
    const place = named(several);
    return text(
      `${place} shares a device with others by its MAC address`,
      `${place} 与别的接口共用设备，靠 MAC 地址区分`,
    );
  }
  return null;
}

function isItsOwn(link: Link | undefined, mac: Mac): boolean {
  return link === undefined || link.mac === null || link.mac === mac;
}

// A neighbour entry or a bridge's forwarding entry that somebody wrote: no packet that was seen has taught it.
function entryByHand(state: SystemState, mac: Mac, frames: readonly ExpectedSighting[]): Text | null {
  for (const frame of frames) {
    const ns = state.namespaces.get(frame.netns);
    const neighbour = frame.direction === "out" ? neighbourFor(ns, frame.interface, mac) : undefined;
    const place = named(frame);
    if (neighbour !== undefined) {
      const address = formatIpv4(neighbour.address);
      return text(
        `${place} has a neighbour entry for ${address} that no ARP made`,
        `${place} 上 ${address} 的邻居表项不是 ARP 学来的`,
      );
    }
    const link = linkAt(state, frame);
    const bridge = link?.kind === "bridge" ? link.name : (link?.master ?? null);
    const entry = ns?.bridge?.fdb?.find((one) => one.mac === mac && one.master === bridge && one.static);
    if (bridge === null || entry === undefined) continue;
    const port = printable(entry.interface);
    return text(
      `${named({ netns: frame.netns, interface: bridge })} has a forwarding entry to ${port} that was made by hand`,
      `${named({ netns: frame.netns, interface: bridge })} 上有手工写入、指向 ${port} 的转发表项`,
    );
  }
  return null;
}

function neighbourFor(ns: Namespace | undefined, name: string, mac: Mac): Neighbour | undefined {
  return ns?.neighbours?.find(
    (one) => one.interface === name && one.mac === mac && BY_HAND.some((state) => one.states.has(state)),
  );
}

// A bridge and its port, or a VLAN and the device below it, have one address between them.
function stackOf(state: SystemState, place: WatchPlace): string {
  const link = linkAt(state, place);
  const below = link && link.kind !== "veth" && link.linkNetnsid === null ? link.linkName : null;
  return keyOf({ netns: place.netns, interface: link?.master ?? below ?? place.interface });
}

function named({ netns, interface: name }: WatchPlace): string {
  return printable(formatVantage({ netns, interface: name, source: "" }));
}

// The row of hosts that frames show: where a question was seen, in what order, and whether its TTL fell between.

import type { Ipv4, Mac } from "../../model/address.ts";
import type { Journey } from "../../model/journey.ts";
import type { Packet } from "../../model/packet.ts";
import type { Vantage } from "../../model/vantage.ts";
import type { ChainLink } from "./chain.ts";
import type { Socket } from "./made.ts";
import type { SpotOf } from "./spots.ts";

/** Where the question was seen. */
interface Sight {
  readonly vantage: Vantage;
  readonly ttl: number | null;
}

/** One host of the row, with the captures at its interfaces. */
export interface Seen {
  /** Null where nothing names it. */
  readonly host: string | null;
  readonly into: Sight | null;
  readonly out: Sight | null;
}

/** Nobody looked there. */
export const UNSEEN: Seen = { host: null, into: null, out: null };

/** A capture that could have seen the question, as the host that it may have been for. */
export function quietHost(vantage: Vantage, spotOf: SpotOf): Seen {
  return { host: spotOf(vantage).host, into: { vantage, ttl: null }, out: null };
}

interface Group {
  readonly host: string | null;
  readonly packets: Packet[];
}

/**
 * The hosts that saw the question, in its order; those that are not known to have passed it on are there, too. The way of
 * the answer to the ARP question before it, read backwards, tells which of several ports leads on.
 */
export function seenHosts(journey: Journey | null, answer: Journey | null, spotOf: SpotOf): Seen[] {
  const groups: Group[] = [];
  const asked = journey?.sightings ?? [];
  const isNamed = asked.every(({ frame }) => spotOf(frame.vantage).host !== null);
  const back = isNamed && answer !== null ? backwards(asked, answer) : [];
  for (const packet of [...back, ...asked]) {
    const { host } = spotOf(packet.frame.vantage);
    // Captures that nothing binds to a host: two in a row are its two ends.
    const last = groups.at(-1);
    const known =
      host === null ? groups.length > 1 && last?.host === null && last.packets.length < 2 && last : undefined;
    const own = known || groups.find((one) => host !== null && one.host === host);
    if (own) own.packets.push(packet);
    else groups.push({ host, packets: [packet] });
  }
  return groups.map((group, at) => seenAt(group, at === 0, spotOf));
}

// The question's own packets where they were seen as well: what passes a host twice has a TTL to compare.
function backwards(asked: readonly Packet[], { sightings }: Journey): Packet[] {
  return sightings
    .toReversed()
    .flatMap((packet) => asked.find(({ frame }) => frame.vantage === packet.frame.vantage) ?? turned(packet));
}

function turned(packet: Packet): Packet {
  const { direction } = packet.frame;
  return { ...packet, frame: { ...packet.frame, direction: direction && (direction === "in" ? "out" : "in") } };
}

function seenAt({ host, packets }: Group, isFirst: boolean, spotOf: SpotOf): Seen {
  const distinct = packets.filter(
    (one, at) => packets.findIndex(({ frame }) => frame.vantage === one.frame.vantage) === at,
  );
  // A bridge sees what passes its ports.
  const ports = distinct.filter(({ frame }) => !isBridgeName(spotOf(frame.vantage).device));
  const [first, second] = ports.length > 0 ? ports : distinct;
  if (first === undefined) return { host, into: null, out: null };
  const begins = isFirst && first.frame.direction !== "in" && !fallsBetween(first, second);
  if (begins || first.frame.direction === "out") return { host, into: null, out: sightOf(first) };
  const passes = second !== undefined && second.frame.direction !== "in";
  return { host, into: sightOf(first), out: passes ? sightOf(second) : null };
}

function fallsBetween(first: Packet, second: Packet | undefined): boolean {
  const [before, after] = [ttlOf(first), second === undefined ? null : ttlOf(second)];
  return before !== null && after !== null && after < before;
}

/** Whether a device is called as bridges are. */
export function isBridgeName(name: string | null): boolean {
  return name !== null && /^(br|docker|virbr|cni|lxcbr|lxdbr|vmbr)([-\d]|$)/.test(name);
}

function sightOf(packet: Packet): Sight {
  return { vantage: packet.frame.vantage, ttl: ttlOf(packet) };
}

function ttlOf({ network }: Packet): number | null {
  return network.kind === "icmp" ? network.ip.ttl : null;
}

/** Whether the packet lost one of its TTL at this host. */
export function isRouted({ into, out }: Seen): boolean {
  return into?.ttl != null && out?.ttl != null && out.ttl < into.ttl;
}

/** Who speaks at an interface: the addresses of its own ARP packets. */
export interface Sender {
  readonly address: Ipv4;
  readonly mac: Mac | null;
}

/** Tells who speaks where a capture was taken, where its ARP packets tell it. */
export type SenderAt = (vantage: Vantage) => Sender | null;

/** A host of the row as it is made. */
export interface Placed {
  readonly link: ChainLink;
  /** Where the captures at it are. */
  readonly places: readonly (readonly [Vantage, Socket])[];
}

/** Gives a host its kind and its names: those of the captures, where there are any. */
export function placed(
  { host, into, out }: Seen,
  kind: ChainLink["kind"],
  key: string,
  { spotOf, senderAt }: { readonly spotOf: SpotOf; readonly senderAt: SenderAt },
): Placed {
  const netns = host ?? key;
  const nameOf = (sight: Sight | null): string | null => (sight === null ? null : spotOf(sight.vantage).device);
  const inInterface = nameOf(into) ?? (kind === "switch" ? "port1" : "eth0");
  const named = nameOf(out) ?? (kind === "switch" ? "port2" : inInterface === "eth0" ? "eth1" : "eth0");
  const outInterface = named === inInterface ? `${named}b` : named;
  return {
    link: {
      kind,
      netns,
      inInterface,
      outInterface,
      inSender: into && senderAt(into.vantage),
      outSender: out && senderAt(out.vantage),
    },
    places: [
      ...(into === null ? [] : [[into.vantage, { netns, name: inInterface }] as const]),
      ...(out === null ? [] : [[out.vantage, { netns, name: outInterface }] as const]),
    ],
  };
}

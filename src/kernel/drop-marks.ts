// What a drop that the kernel reported says of a cause, by the marks that the cause declares.

import type { Cause } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import {
  type DropSign,
  endOf,
  type MarkedProtocol,
  type Marks,
  mostAskedFirst,
  type PacketEnd,
} from "../model/marks.ts";
import type { KernelDrop } from "./event.ts";

/** What a drop says of a cause. */
export type Bearing = "supports" | "supports-kind" | "contradicts" | "nothing";

/** What it says that the packet on which the cause should act was dropped so. */
export function bearingOf(marks: Marks | undefined, drop: KernelDrop): Bearing {
  if (marks === undefined || drop.reason === null || isNoise(drop)) return "nothing";
  const end = endOf(marks, protocolOf(drop));
  if (end === "silent") return "contradicts";
  if (!isReport(end)) return "nothing";
  const sign = end.find((one) => agrees(one, drop));
  if (sign !== undefined) return sign.settles === "cause" ? "supports" : "supports-kind";
  // Kernels that do not know the reason yet say nothing by it.
  if (drop.reason === "NOT_SPECIFIED" && end.every(({ reason }) => reason !== "NOT_SPECIFIED")) return "nothing";
  return "contradicts";
}

/** Whether a packet of this protocol ends in silence: no event is foreseen. */
export function isSilent(marks: Marks | undefined, protocol: MarkedProtocol): boolean {
  return marks !== undefined && endOf(marks, protocol) === "silent";
}

/** Whether the kernel reports every packet of this protocol that ends so. */
export function isReported(marks: Marks | undefined, protocol: MarkedProtocol): boolean {
  const end = marks === undefined ? null : endOf(marks, protocol);
  return end !== null && isReport(end) && end.some((sign) => sign.sometimes !== true);
}

/** Causes that make such a drop, what people ask for most first: what it could be instead. */
export function causesOf(causes: readonly Cause[], drop: KernelDrop): Code[] {
  return mostAskedFirst(causes).flatMap(({ code, marks }) => {
    const bearing = bearingOf(marks, drop);
    return bearing === "supports" || bearing === "supports-kind" ? code : [];
  });
}

/**
 * Says nothing of the packet: a raw socket takes a copy of every reply, and what is left over finds no socket, at each good
 * reply (ping_rcv); a capture's own copy, where its socket is full; what a socket still holds when it is closed.
 */
export function isNoise({ reason, location }: KernelDrop): boolean {
  if (reason === "NO_SOCKET") return location === null || location === "ping_rcv";
  // A SYN that comes again while the connection is half open: it is answered again, and then freed (tcp_check_req).
  if (reason === "NOT_SPECIFIED" && location === "tcp_v4_rcv") return true;
  return (
    reason === "PACKET_SOCK_ERROR" || reason === "SOCKET_CLOSE" || (reason === "QUEUE_PURGE" && location === CLOSING)
  );
}

// A socket that is closed purges what nobody has read.
const CLOSING = "inet_sock_destruct";

/** Packets that waited for a MAC address: the round ended without an answer, or the rest of their queue went with it. */
export function isGivenUpNeighbour({ reason, location }: KernelDrop): boolean {
  return reason === "NEIGH_FAILED" || (reason === "QUEUE_PURGE" && location === "neigh_invalidate");
}

const ARP = 0x0806;

function protocolOf({ protocol }: KernelDrop): MarkedProtocol {
  return protocol === ARP ? "arp" : "ipv4";
}

function isReport(end: PacketEnd): end is readonly DropSign[] {
  return typeof end === "object";
}

function agrees(sign: DropSign, { reason, location }: KernelDrop): boolean {
  return sign.reason === reason && (sign.at === undefined || location === null || sign.at.includes(location));
}

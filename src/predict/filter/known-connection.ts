// Which connection a datagram is of, by its addresses and ports (nf_conntrack_find_get).

import type { Ipv4 } from "../../model/address.ts";
import type { PortRange } from "../../model/port-range.ts";
import { type Datagram, isAsked } from "../message.ts";
import type { Connection, Walk } from "../walk.ts";

/** Whether it goes as the packet did that began the connection, or back. */
export type TrackedWay = "original" | "reply";

/**
 * Whether connection tracking of a host finds the connection of this walk for it: what answers from another address or port
 * than the one that was asked does not belong to it. Bridged packets are tracked without their ends being noted.
 */
export function belongsToKnown(walk: Walk, key: string, datagram: Datagram): boolean {
  const known = walk.connectionsOf(key);
  return known.length === 0 || findConnection(known, datagram) !== null;
}

/** Of the connections that a host knows, the one that a datagram is of; null if it is of none. */
export function findConnection(
  list: readonly Connection[],
  datagram: Datagram,
): { connection: Connection; way: TrackedWay } | null {
  const { source, destination, kind, about, segment } = datagram;
  const asks = isAsked(datagram);
  const is = (address: Ipv4, plain: Ipv4, changed: Ipv4 | null): boolean => address === plain || address === changed;
  for (const connection of list) {
    const asker = (address: Ipv4): boolean => is(address, connection.source, connection.toSource);
    const asked = (address: Ipv4): boolean => is(address, connection.destination, connection.toDestination);
    if (segment !== undefined && !isOnPort(connection, asks ? segment.destinationPort : segment.sourcePort)) continue;
    if (kind === "icmp-error") {
      // It goes to whoever sent what it complains about.
      if (about === "reply" ? asked(destination) : asker(destination))
        return { connection, way: about === "reply" ? "original" : "reply" };
    } else if (kind === "tunnel") continue;
    else if (asks && asker(source) && asked(destination)) return { connection, way: "original" };
    else if (!asks && asked(source) && asker(destination)) return { connection, way: "reply" };
  }
  return null;
}

function isOnPort({ port, toPort }: Connection, { start }: PortRange): boolean {
  return port?.start === start || toPort?.start === start;
}

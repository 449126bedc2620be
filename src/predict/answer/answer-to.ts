// What goes back to the sender of a segment or datagram: addresses and ports turned round.

import type { Namespace } from "../../model/system-state.ts";
import type { Transport, TransportPacket } from "../../model/transport.ts";
import type { Datagram, Segment } from "../message.ts";
import { namespaceSetting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";

// IPv4 and TCP with its usual options.
const SYN_LENGTH = 60;
const BARE_LENGTH = 40;

/** Length of a segment without data. */
export function segmentLength({ kind }: TransportPacket): number {
  return kind === "syn" || kind === "syn-ack" ? SYN_LENGTH : BARE_LENGTH;
}

/** The answer, before its route is known; `seen`: how it was, where it was seen. */
export function answerTo(packet: Datagram, what: TransportPacket, seen?: Transport["answer"]): Datagram {
  const { segment, source, destination } = packet;
  const { sourcePort, destinationPort } = segment as Segment;
  const usual = { length: packet.length, dontFragment: false };
  const { length, dontFragment } =
    what.protocol === "udp" ? (seen ?? usual) : { length: segmentLength(what), dontFragment: true };
  return {
    kind: "transport",
    segment: { what, sourcePort: destinationPort, destinationPort: sourcePort },
    source: destination,
    destination: source,
    ttl: 64,
    length,
    dontFragment,
    mark: 0,
    tos: 0,
    type: 0,
    code: 0,
    routers: 0,
  };
}

/** IP4_REPLY_MARK. */
export function reflectedMark(walk: Walk, ns: Namespace, { mark }: Datagram): number {
  return mark !== 0 && namespaceSetting(walk, ns, "net.ipv4.fwmark_reflect", 0).value !== 0 ? mark : 0;
}

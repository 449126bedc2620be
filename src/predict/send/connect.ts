// connect() of TCP and UDP (tcp_v4_connect, __ip4_datagram_connect): the route is looked up for a source first, then with it.

import { formatIpv4 } from "../../model/address.ts";
import type { PortRange } from "../../model/port-range.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import type { Transport } from "../../model/transport.ts";
import { segmentLength } from "../answer/answer-to.ts";
import type { At } from "../at.ts";
import { localPorts, type PortedFlow } from "../lookup.ts";
import type { Datagram } from "../message.ts";
import { ttlOf } from "./time-to-live.ts";
import type { OutputRoute } from "./way.ts";

// IPv4 and UDP, and what a question of DNS is long.
const UDP_LENGTH = 28;
const USUAL_QUESTION = 32;
const NO_PORT: PortRange = { start: 0, end: 0 };

/** What its lookups ask for: before the kernel has chosen a port, TCP asks without one. */
export function flowOfAttempt(at: At<null, null>, transport: Transport, chosen: boolean): PortedFlow {
  const { protocol, destinationPort: port } = transport;
  const source = chosen || protocol === "udp" ? sourcePort(at, transport) : NO_PORT;
  return { protocol, ports: { source, destination: { start: port, end: port } } };
}

function sourcePort({ ns }: At<null, null>, { sourcePort: bound }: Transport): PortRange {
  return bound === null ? localPorts(ns) : { start: bound, end: bound };
}

/** The first packet: a SYN, or the question itself. */
export function firstPacket(at: At<null, null>, transport: Transport, route: OutputRoute): Datagram {
  const { walk, ns } = at;
  const { attempt } = walk;
  const { protocol, destinationPort: port, payload } = transport;
  const what = protocol === "tcp" ? ({ protocol, kind: "syn" } as const) : ({ protocol, kind: "question" } as const);
  const length = protocol === "tcp" ? segmentLength(what) : UDP_LENGTH + (payload ?? USUAL_QUESTION);
  return {
    kind: "transport",
    segment: { what, sourcePort: sourcePort(at, transport), destinationPort: { start: port, end: port } },
    source: route.source,
    destination: attempt.destination,
    ttl: attempt.ttl ?? (route.type === "multicast" ? 1 : ttlOf(walk, ns, route)),
    length,
    dontFragment: route.mtu === null || length <= route.mtu,
    mark: attempt.mark,
    tos: attempt.tos ?? 0,
    type: 0,
    code: 0,
    routers: 0,
  };
}

/** tcp_v4_connect: a connection has one other end; null where the route leads to one. */
export function connectsToMany(at: At<null, null>, transport: Transport, route: OutputRoute): Disposition | null {
  if (transport.protocol !== "tcp" || (route.type !== "broadcast" && route.type !== "multicast")) return null;
  const target = formatIpv4(at.walk.attempt.destination);
  at.walk.heard = { kind: "error", call: "connect", errno: "ENETUNREACH" };
  return at.stop({
    code: route.type === "multicast" ? "multicast-no-member" : "broadcast-needs-b",
    says: text(
      `${target} stands for many hosts, and a TCP connection has one: connect fails with “Network is unreachable”`,
      `${target} 代表多台主机，而 TCP 连接只有一个对端：connect 报“Network is unreachable”`,
    ),
    blamed: { netns: at.ns.key, interface: route.device },
    lines: route.lines,
    facts: { target, outInterface: route.device, error: "connect: Network is unreachable" },
  });
}

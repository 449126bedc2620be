// The outer packet of a tunnel: it takes a way of its own through its host's stack, which ends at the tunnel's other end or
// where any packet of its kind would.

import type { Ipv4 } from "../../model/address.ts";
import { formatIpv4 } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Step } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { type Datagram, type Frame, lengthOf, type Outer } from "../message.ts";
import { routeOutput } from "../send/output-route.ts";
import type { OutputFailure, OutputRoute, OutputUnknown } from "../send/way.ts";
import { type Delivery, lost, nothing, undecided } from "./delivery.ts";
import { lose } from "./lose.ts";

/** What is sent, and from where to where. */
export interface OuterPacket {
  readonly remote: Ipv4;
  readonly local: Ipv4 | null;
  readonly outer: Outer;
  /** Whether those who look at it on its way see what is in it. */
  readonly isOpen: boolean;
  readonly overhead: number;
  /** Null where the tunnel takes that of what it carries, or the default. */
  readonly ttl: number | null;
}

/** It came to a host; or what became of it instead. */
export type Carried =
  | {
      readonly kind: "arrived";
      readonly ns: Namespace;
      readonly source: Ipv4;
      readonly destination: Ipv4;
      readonly steps: readonly Step[];
    }
  | { readonly kind: "ended"; readonly delivery: Delivery };

const OUTER_TTL = 64;

/** Follows the outer packet that a tunnel device sends. */
export function carry(at: At<Frame>, packet: OuterPacket): Carried {
  const { ns, interface: device } = at;
  const walk = at.walk.fork();
  const to = formatIpv4(packet.remote);
  const route = routeOutput(walk, ns, { destination: packet.remote, source: packet.local, oif: null, mark: 0 });
  if (route.kind !== "output") return ended(withoutRoute(at, to, route));
  const datagram = outerOf(at, packet, route);
  if (route.device === device || (route.mtu !== null && datagram.length > route.mtu)) {
    const question = text(
      `does ${device}'s packet to ${to} fit the way?`,
      `${device} 发往 ${to} 的外层报文能从那条路通过吗？`,
    );
    return ended(undecided(at.open(["route"], question)));
  }
  const says = text(
    `${device} puts it into a packet to ${to}, which leaves by ${route.device}`,
    `${device} 把它装进发往 ${to} 的报文，从 ${route.device} 发出`,
  );
  const first = at.step("route", says, { lines: route.lines });
  const end = at.stack.emit(at.in(walk).on(null).with(datagram), route);
  const steps = [first, ...walk.steps];
  const there = walk.reached === null ? undefined : walk.namespace(walk.reached.netns);
  for (const what of walk.assumed) at.walk.assumed.add(what);
  if (end.kind === "answered" && there)
    return { kind: "arrived", ns: there, source: route.source, destination: packet.remote, steps };
  return ended(endedOnTheWay(at, end, steps));
}

function withoutRoute(at: At<Frame>, to: string, route: OutputFailure | OutputUnknown): Delivery {
  const { interface: device } = at;
  if (route.kind === "unknown") {
    const question = text(
      `which way do ${device}'s packets to ${to} take?`,
      `${device} 发往 ${to} 的外层报文走哪条路由？`,
    );
    return undecided(at.open(route.missing, question));
  }
  const says = text(
    `${device} puts it into a packet to ${to}, and there is no way there`,
    `${device} 把它装进发往 ${to} 的报文，而去那里没有路`,
  );
  return lose(at, { code: "no-route", says, lines: route.lines, facts: { target: to, outInterface: device } });
}

function outerOf(
  at: At<Frame>,
  { remote, outer, isOpen, overhead, ttl }: OuterPacket,
  { source }: OutputRoute,
): Datagram {
  const length = lengthOf(at.packet) + overhead;
  const fields = { source, destination: remote, ttl: ttl ?? OUTER_TTL, length };
  const carries = isOpen ? { carries: at.packet } : {};
  return { kind: "tunnel", outer, ...carries, ...fields, dontFragment: false, mark: 0, type: 0, code: 0, routers: 0 };
}

function endedOnTheWay(at: At<Frame>, end: Disposition, steps: readonly Step[]): Delivery {
  switch (end.kind) {
    case "stopped":
      return lost(end.hit, steps);
    case "exits":
      return { ...nothing(steps), exits: [{ netns: end.netns, interface: end.interface, trail: [] }] };
    case "open":
      return undecided(end, steps);
    case "answered":
      return undecided(at.open(["link"], text("where did the outer packet go?", "外层报文去了哪里？")), steps);
  }
}

function ended(delivery: Delivery): Carried {
  return { kind: "ended", delivery };
}

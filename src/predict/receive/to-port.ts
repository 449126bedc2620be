// A segment or datagram has come to its host: which socket gets it, and what goes back (tcp_v4_rcv, __udp4_lib_rcv).

import { formatIpv4 } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { PortSocket } from "../../model/system-state.ts";
import type { Disposition } from "../../model/trace.ts";
import { lookupSocket, type SocketKey } from "../../system/lookup/listener.ts";
import { vrfOf } from "../../system/lookup/vrf.ts";
import { answerTo } from "../answer/answer-to.ts";
import { noteDownOwner, noWayBack, tellWayBack } from "../answer/icmp.ts";
import { whichWayBack } from "../answer/icmp-words.ts";
import { afterRouteToLo, localRouteWithoutAddress } from "../answer/local-route-without-address.ts";
import type { At } from "../at.ts";
import { addressFacts, type Datagram, flowOf, onlyPort, type Segment } from "../message.ts";
import { routeOutput } from "../send/output-route.ts";
import { ttlOf } from "../send/time-to-live.ts";
import type { OutputKey } from "../send/way.ts";
import { namespaceSetting } from "../sysctls.ts";
import { type Delivered, logicalInterface } from "./delivered.ts";
import { nobodyListens, notAsked } from "./nobody-listens.ts";
import { atAsker, atServer } from "./to-asker.ts";
import * as say from "./to-port-words.ts";

/** Hands it to the socket that it is for. */
export function toPort(at: At<Datagram>, arrived: Delivered): Disposition {
  const { what } = at.packet.segment as Segment;
  switch (what.kind) {
    case "syn":
    case "question":
      return toListener(at, arrived);
    case "data":
      return atServer(at);
    case "syn-ack":
    case "answer":
    case "reset":
      return atAsker(at, arrived);
  }
}

function toListener(at: At<Datagram>, arrived: Delivered): Disposition {
  const { ns, packet } = at;
  const { what, destinationPort } = packet.segment as Segment;
  const facts: Facts = {
    ...addressFacts(packet),
    // As it is here, where NAT may have changed it.
    service: String(destinationPort.start),
    inInterface: at.interface,
    owner: ns.key,
    ...(arrived.owner === null ? {} : { ownerInterface: arrived.owner }),
    ...askedBefore(at),
  };
  const isToMany = arrived.broadcast || arrived.looped?.type === "broadcast";
  if (isToMany && what.protocol === "tcp") return notAsked(at, arrived, facts);
  const port = onlyPort(destinationPort);
  if (port === null) return at.open(["nft"], say.whichPort(at));
  const key = keyOf(at, arrived, port);
  const found = lookupSocket(ns, key);
  switch (found.kind) {
    case "unknown":
      at.tell("open", say.doesAnythingListen(at));
      return at.open(["sockets"], say.doesAnythingListen(at), ["port-no-listener"]);
    case "unsure": {
      const state = [say.socketLine(ns, found.socket)];
      const question = { text: say.doesItTakeIpv4(found.socket), missing: ["sockets"], state };
      if (at.walk.choose(`family ${ns.key} ${found.socket.line}`, 2, question) === 0)
        return taken(at, arrived, facts, found.socket);
      const passed = [{ socket: found.socket, why: "ipv6-only" }] as const;
      return afterRouteToLo(at, arrived, facts) ?? nobodyListens(at, { passed, facts, isToMany });
    }
    case "nobody":
      return afterRouteToLo(at, arrived, facts) ?? nobodyListens(at, { passed: found.passed, facts, isToMany });
    case "sockets":
      return taken(at, arrived, facts, oneOfGroup(at, found.sockets));
  }
}

// What the program asked for, where a rule has put something else in its place.
function askedBefore({ walk: { attempt }, packet }: At<Datagram>): Pick<Facts, "before"> {
  const { destination, transport } = attempt;
  const port = transport?.destinationPort;
  const { destinationPort } = packet.segment as Segment;
  if (packet.destination === destination && destinationPort.start === port) return {};
  return port === undefined ? {} : { before: `${formatIpv4(destination)}:${port}` };
}

function keyOf(at: At<Datagram>, arrived: Delivered, destinationPort: number): SocketKey {
  const { walk, ns, packet } = at;
  const { what, sourcePort } = packet.segment as Segment;
  const device = logicalInterface(at, arrived);
  const vrf = vrfOf(ns, device)?.name ?? null;
  const setting = `net.ipv4.${what.protocol}_l3mdev_accept`;
  return {
    protocol: what.protocol,
    source: packet.source,
    sourcePort: onlyPort(sourcePort),
    destination: packet.destination,
    destinationPort,
    device,
    vrf,
    acrossVrfs: vrf !== null && namespaceSetting(walk, ns, setting, 0).value !== 0,
  };
}

// SO_REUSEPORT: a hash takes one; that matters only where one of them has no room.
function oneOfGroup({ walk, ns }: At<Datagram>, sockets: readonly [PortSocket, ...PortSocket[]]): PortSocket {
  const [first, ...others] = sockets;
  if (others.every((other) => isFull(other) === isFull(first))) return first;
  const state = sockets.map((one) => say.socketLine(ns, one));
  const question = { text: say.whichOfGroup(), missing: [], state };
  return sockets[walk.choose(`reuseport ${ns.key} ${first.line}`, sockets.length, question)] ?? first;
}

// sk_acceptq_is_full
function isFull({ waiting, backlog }: PortSocket): boolean {
  return waiting !== null && backlog !== null && waiting > backlog;
}

function taken(at: At<Datagram>, arrived: Delivered, facts: Facts, socket: PortSocket): Disposition {
  const { walk, ns, packet } = at;
  const line = say.socketLine(ns, socket);
  const { what } = packet.segment as Segment;
  if (what.protocol === "udp") walk.accepting = ns.key;
  const held = socket.program === null ? {} : { program: socket.program };
  if (what.protocol === "tcp" && isFull(socket))
    return at.stop({
      code: "listen-backlog-full",
      says: say.noRoom(socket),
      lines: [line],
      facts: { ...facts, ...held, count: String(socket.waiting), value: String(socket.backlog) },
      certainty: "likely",
    });
  at.on(arrived.owner).tell("deliver", say.takenBy(at, socket), { lines: [line] });
  noteDownOwner(at, arrived, facts);
  return answer(at, arrived, { ...facts, ...held }, socket);
}

// tcp_v4_send_synack; or what the program would do with the datagram.
function answer(at: At<Datagram>, arrived: Delivered, facts: Facts, socket: PortSocket): Disposition {
  const { walk, ns, packet } = at;
  const { what } = packet.segment as Segment;
  const turned = answerTo(
    packet,
    what.protocol === "tcp" ? { protocol: "tcp", kind: "syn-ack" } : { protocol: "udp", kind: "answer" },
    walk.attempt.transport?.answer,
  );
  const key = { destination: packet.source, oif: socket.device ?? null, flow: flowOf(turned) };
  const mark = what.protocol === "tcp" ? acceptedMark(at) : 0;
  const asked = arrived.broadcast ? null : packet.destination;
  const back = routeOutput(walk, ns, { ...key, mark, source: ownSource(at, socket, { ...key, mark, source: asked }) });
  if (back.kind === "unknown") return at.open(back.missing, whichWayBack(at), ["missing-return-route"]);
  if (back.kind === "failure")
    return localRouteWithoutAddress(at, arrived, facts, back) ?? noWayBack(at, facts, back, null);
  walk.accepting = ns.key;
  const reply = at.onLeg("reply").with<Datagram>({ ...turned, source: back.source, mark, ttl: ttlOf(walk, ns, back) });
  tellWayBack(reply, arrived, facts, back);
  return at.stack.emit(reply, back);
}

// inet_request_mark
function acceptedMark({ walk, ns, packet }: At<Datagram>): number {
  if (packet.mark === 0) return 0;
  return namespaceSetting(walk, ns, "net.ipv4.tcp_fwmark_accept", 0).value === 0 ? 0 : packet.mark;
}

// A program whose socket takes every address answers from the one that was asked only if it sees to it (IP_PKTINFO).
function ownSource({ walk, ns, packet }: At<Datagram>, socket: PortSocket, key: OutputKey): OutputKey["source"] {
  const { what } = packet.segment as Segment;
  if (what.protocol === "tcp" || socket.address !== null || key.source === null) return key.source;
  const chosen = routeOutput(walk, ns, { ...key, source: null });
  if (chosen.kind !== "output" || chosen.source === key.source) return key.source;
  const state = [say.socketLine(ns, socket)];
  const question = { text: say.whichSource(socket, key.source, chosen.source), missing: [], state };
  return walk.choose(`source ${ns.key} ${socket.line}`, 2, question) === 0 ? key.source : chosen.source;
}

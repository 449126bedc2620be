// Back at who asked: the answer is its socket's if it comes from the address and port that were asked; of anything else the
// stack says that nobody here knows it. Then the handshake's last segment goes to the server.

import { formatIpv4 } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { vrfOf } from "../../system/lookup/vrf.ts";
import { answerTo } from "../answer/answer-to.ts";
import { sendError } from "../answer/icmp-error.ts";
import { sendReset } from "../answer/reset.ts";
import type { At } from "../at.ts";
import { addressFacts, type Datagram, onlyPort, type Segment } from "../message.ts";
import { ttlOf } from "../send/time-to-live.ts";
import { answerToLo } from "./answer-to-lo.ts";
import { type Delivered, logicalInterface } from "./delivered.ts";
import * as say from "./to-port-words.ts";

/** A SYN-ACK, a reset or an answer over UDP. */
export function atAsker(at: At<Datagram>, arrived: Delivered): Disposition {
  const { walk, packet } = at;
  const { what } = packet.segment as Segment;
  const stray = notOurs(at, arrived);
  if (stray) return stray;
  noteOtherWay(at, arrived);
  if (what.kind === "reset") {
    at.tell("deliver", say.refused(walk.attempt));
    walk.heard = { kind: "reset" };
    return { kind: "answered" };
  }
  at.on(arrived.looped ? null : at.interface).tell("deliver", say.socketTakes(at));
  if (what.kind === "answer") {
    at.on(null).tell("socket-receive", say.hasItsAnswer(walk.attempt));
    walk.heard = { kind: "reply" };
    return { kind: "answered" };
  }
  walk.heard = { kind: "connected" };
  return acknowledge(at);
}

// The last segment of the handshake takes the way of the first.
function acknowledge(at: At<Datagram>): Disposition {
  const { walk, ns, packet } = at;
  const { sent, attempt } = walk;
  if (sent === null) return { kind: "answered" };
  const turned = answerTo(packet, { protocol: "tcp", kind: "data" });
  const ack = at.onLeg("request").with<Datagram>({
    ...turned,
    mark: attempt.mark,
    tos: attempt.tos ?? 0,
    ttl: attempt.ttl ?? ttlOf(walk, ns, sent),
  });
  ack.on(sent.device).tell("socket", say.acknowledges(walk.attempt));
  return at.stack.emit(ack, sent);
}

/** The handshake's last segment at the server. */
export function atServer(at: At<Datagram>): Disposition {
  if (at.walk.accepting !== at.ns.key)
    return unknownHere(at, { ...addressFacts(at.packet), inInterface: at.interface });
  at.on(null).tell("socket-receive", say.connected(at));
  return { kind: "answered" };
}

// __inet_lookup_established, __udp4_lib_lookup of a connected socket: all four must fit, and the interface.
function notOurs(at: At<Datagram>, arrived: Delivered): Disposition | null {
  const { walk, ns, packet } = at;
  const { destination, outInterface: bound, netns, transport } = walk.attempt;
  const { sourcePort } = packet.segment as Segment;
  const { source: target, target: source } = addressFacts(packet);
  const facts: Facts = { target, source, inInterface: at.interface };
  const logical = logicalInterface(at, arrived);
  const fits =
    ns.key === netns && packet.source === destination && onlyPort(sourcePort) === (transport?.destinationPort ?? null);
  if (!fits) return answerToLo(at, arrived.looped) ?? unknownHere(at, facts);
  if (bound === null || logical === bound || vrfOf(ns, logical)?.name === bound) return null;
  const { looped, lines } = arrived;
  const end = at.stop({
    code: looped ? "bound-socket-reply-lo" : "bound-socket-other-interface",
    says: say.notTheBound(walk.attempt, logical),
    lines,
    evidence: [...lines, ...(looped?.lines ?? [])],
    facts: { ...facts, outInterface: bound },
    because: text(`the socket is bound to ${bound}`, `套接字绑定在 ${bound}`),
  });
  turnAway(at);
  return end;
}

function noteOtherWay(at: At<Datagram>, { looped, lines }: Delivered): void {
  const sentBy = at.walk.sent?.device;
  if (looped || sentBy === undefined || sentBy === at.interface) return;
  const { source: target, target: source } = addressFacts(at.packet);
  at.remark({
    code: "asymmetric-routing",
    facts: { target, source, inInterface: at.interface, outInterface: sentBy },
    lines,
    because: text(`sent by ${sentBy}, answered by ${at.interface}`, `从 ${sentBy} 发出，应答从 ${at.interface} 回来`),
  });
}

function unknownHere(at: At<Datagram>, facts: Facts): Disposition {
  const { walk, packet } = at;
  const { what } = packet.segment as Segment;
  if (what.kind === "reset") {
    at.tell("deliver", say.strayReset(at));
    return { kind: "answered" };
  }
  const translated = walk.remarks.find(({ code }) => code === "nat-dnat-redirected");
  const isHairpin =
    translated !== undefined &&
    // What answers from yet another address was not translated back for another reason.
    pick(translated.facts).gateway === formatIpv4(packet.source) &&
    at.ns.key === walk.attempt.netns &&
    what.kind !== "data";
  const end = at.stop({
    code: isHairpin ? "nat-hairpin" : "answer-without-socket",
    says: say.nobodyKnows(at),
    lines: isHairpin ? translated.evidence.flatMap(({ state }) => (state ? [state] : [])) : [],
    facts: {
      ...facts,
      owner: at.ns.key,
      ...(at.ns.key === walk.attempt.netns ? {} : { asker: walk.attempt.netns }),
      ...(isHairpin ? { ...pick(translated.facts), target: formatIpv4(walk.attempt.destination) } : {}),
    },
  });
  turnAway(at);
  return end;
}

function pick({ translated, router, rule }: Facts): Facts {
  return {
    ...(translated === undefined ? {} : { translated, gateway: translated.replace(/:\d+$/, "") }),
    ...(router === undefined ? {} : { router }),
    ...(rule === undefined ? {} : { rule }),
  };
}

// What the other side is told of it is nobody's story.
function turnAway(at: At<Datagram>): void {
  const { what } = at.packet.segment as Segment;
  const { heard } = at.walk;
  if (what.protocol === "tcp") sendReset(at, "host");
  else sendError(at, { type: 3, code: 3, from: at.packet.destination });
  at.walk.heard = heard;
}

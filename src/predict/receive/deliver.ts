// Delivery on the host itself: ICMP builds an answer, or a socket gets what it waits for (causes.md 1.11 and 1.12).

import { isFatal } from "../../model/socket-error.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { vrfOf } from "../../system/lookup/vrf.ts";
import { echo } from "../answer/icmp.ts";
import type { At } from "../at.ts";
import { passPolicies } from "../filter/ipsec.ts";
import { addressFacts, type Datagram } from "../message.ts";
import * as words from "../words.ts";
import { answerToLo } from "./answer-to-lo.ts";
import { answersItself } from "./by-itself.ts";
import {
  askerIsTold,
  errorNotForBound,
  errorPassedOver,
  errorWithoutPing,
  notTheBoundInterface,
  replyWithoutSocket,
} from "./deliver-words.ts";
import { type Delivered, logicalInterface } from "./delivered.ts";
import { toPort } from "./to-port.ts";

/** ip_local_deliver of an ICMP message. */
export function deliver(at: At<Datagram>, arrived: Delivered): Disposition {
  const refused = passPolicies(at, { direction: "in", device: at.interface });
  if (refused) return refused;
  switch (at.packet.kind) {
    case "echo-request":
      return answered(at, arrived);
    case "echo-reply":
      return toSocket(at, arrived);
    case "icmp-error":
      return errorToSocket(at, arrived);
    case "tunnel":
      at.walk.reached = { netns: at.ns.key, interface: at.interface };
      return { kind: "answered" };
    case "transport":
      return toPort(at, arrived);
  }
}

// A raw socket gets its copy before ICMP does (raw_local_deliver).
function answered(at: At<Datagram>, arrived: Delivered): Disposition {
  const told = at.walk.steps.length;
  const end = echo(at, arrived);
  if (end.kind !== "stopped" || end.hit.netns !== at.ns.key) return end;
  const instead = answersItself(at, "icmp", end.hit);
  if (instead) at.walk.steps.splice(told);
  return instead ?? end;
}

function toSocket(at: At<Datagram>, { looped, owner, lines }: Delivered): Disposition {
  const { walk, packet } = at;
  const { outInterface: bound, netns } = walk.attempt;
  // As the asker sees it: the target is who answers.
  const { source: target, target: source } = addressFacts(packet);
  const facts = { target, source, inInterface: at.interface, ...(owner === null ? {} : { ownerInterface: owner }) };
  const astray = answerToLo(at, looped);
  if (astray) return astray;
  if (at.ns.key !== netns) return at.stop({ code: "echo-reply-no-socket", says: replyWithoutSocket(at), lines, facts });
  const logical = logicalInterface(at, { looped, owner });
  // inet_sk_bound_dev_eq: a socket that is bound to a VRF takes what comes in by any interface of it.
  if (bound !== null && logical !== bound && vrfOf(at.ns, logical)?.name !== bound)
    return at.stop({
      code: looped ? "bound-socket-reply-lo" : "bound-socket-other-interface",
      says: notTheBoundInterface(walk.attempt, logical),
      lines,
      evidence: [...lines, ...(looped?.lines ?? [])],
      facts: { ...facts, outInterface: bound },
      because: text(`the socket is bound to ${bound}`, `套接字绑定在 ${bound}`),
    });
  const sentBy = walk.sent?.device;
  if (!looped && sentBy !== undefined && sentBy !== at.interface)
    at.remark({
      code: "asymmetric-routing",
      facts: { ...facts, outInterface: sentBy },
      lines,
      because: text(`sent by ${sentBy}, answered by ${at.interface}`, `从 ${sentBy} 发出，应答从 ${at.interface} 回来`),
    });
  at.on(looped ? null : at.interface).tell("deliver", words.socketWants());
  at.on(null).tell("socket-receive", words.askerHasReply(at.walk.attempt, packet.source));
  walk.heard = { kind: "reply" };
  return { kind: "answered" };
}

// raw_icmp_error and __udp4_lib_err match the bound interface against the device the error came in by: lo for the host's
// own errors; tcp_v4_err against the one that owns the address (inet_iif).
function errorToSocket(at: At<Datagram>, arrived: Delivered): Disposition {
  const { walk, packet } = at;
  const { outInterface: bound, netns } = walk.attempt;
  const { transport } = walk.attempt;
  const cameBy = transport?.protocol === "tcp" ? logicalInterface(at, arrived) : at.interface;
  if (at.ns.key !== netns || packet.about !== "request") at.tell("deliver", errorWithoutPing(at));
  else if (transport && !isFatal(transport.protocol, packet)) at.tell("deliver", errorPassedOver(walk.attempt, packet));
  else if (bound !== null && bound !== cameBy) at.tell("deliver", errorNotForBound(walk.attempt, at.interface));
  else {
    at.tell("deliver", askerIsTold(walk.attempt, packet));
    if (packet.type !== 5)
      walk.heard = { kind: "icmp-error", from: packet.source, type: packet.type, code: packet.code };
  }
  return { kind: "answered" };
}

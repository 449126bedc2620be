// An ARP question to everybody on the segment: each listener decides, and the first answer wins.

import { BROADCAST_MAC, formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { type Heard, listen, tellListener } from "./arp-listen.ts";
import { carryReply } from "./arp-reply.ts";
import { unanswered } from "./arp-silence.ts";
import type { BridgeAnswer } from "./bridge-suppress.ts";
import { passArpHook } from "./firewall.ts";
import { makeHit } from "./hits.ts";
import { deviceOf } from "./lookup.ts";
import type { Resolution } from "./neighbour.ts";
import type { OutputRoute } from "./output-route.ts";
import { transmit } from "./transmit.ts";
import { arpLeg, type Datagram, type Frame, type Halt, type Walk } from "./walk.ts";

/** Asks for the route's next hop out of its device. */
export function askArp(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  sender: Ipv4,
  datagram: Datagram,
  leg: Leg,
): Resolution {
  const { device, nextHop } = route;
  const mac = deviceOf(ns, device)?.mac ?? null;
  const askLeg = arpLeg(leg, "arp-request");
  const payload = { kind: "arp-request", sender, target: nextHop } as const;
  const frame: Frame = { leg: askLeg, source: mac, destination: BROADCAST_MAC, vlan: null, payload };
  const question = { sender, senderMac: mac, target: nextHop, leg: askLeg };
  const blocked = passArpHook(walk, ns, "output", device, question);
  if (blocked) return endedBy(blocked, sender);

  const delivery = transmit(walk, ns, device, frame);
  walk.addAll(delivery.common);
  const heard = listen(walk, delivery.arrivals, question);
  if (delivery.answer) return answeredByBridge(walk, ns, route, { sender, mac, leg }, delivery.answer, heard);
  const answers = heard.filter((h) => h.verdict.kind === "answer");
  const winner = answers[0];
  if (winner?.verdict.kind !== "answer")
    return unanswered(walk, { ns, route, sender, datagram, leg, question }, delivery, heard);

  for (const other of heard) if (other !== winner) tellListener(walk, other, "arp-input");
  tellListener(walk, winner, "arp-input");
  noteOtherAnswers(walk, winner, answers, nextHop);
  if (winner.verdict.proxy) walk.remark(winner.verdict.proxy);
  if (winner.verdict.learns) walk.learnNeighbour(winner.ns.key, winner.arrival.interface, sender, mac);
  const answerer = { ns: winner.ns, device: winner.arrival.interface, mac: winner.verdict.mac, address: nextHop };
  const problem = carryReply(walk, { ns, device, mac, sender }, answerer, leg);
  if (problem) return endedBy(problem, sender);
  walk.learnNeighbour(ns.key, device, nextHop, winner.verdict.mac);
  return { kind: "mac", mac: winner.verdict.mac, asked: true, noArp: false, entry: null, lines: [] };
}

// The bridge answers while it handles the question, before any listener can.
function answeredByBridge(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  asked: { readonly sender: Ipv4; readonly mac: Mac | null; readonly leg: Leg },
  answer: BridgeAnswer,
  heard: readonly Heard[],
): Resolution {
  const { device, nextHop } = route;
  for (const other of heard) tellListener(walk, other, "arp-input");
  const bridge = answer.hit.facts.bridge ?? "";
  walk.add({
    kind: "bridge",
    leg: arpLeg(asked.leg, "arp-reply"),
    netns: answer.netns,
    interface: bridge,
    text: text(
      `${bridge} answers for ${formatIpv4(nextHop)} itself, from its neighbour table: ${formatMac(answer.mac)}`,
      `网桥 ${bridge} 用自己的邻居表代 ${formatIpv4(nextHop)} 应答：${formatMac(answer.mac)}`,
    ),
    state: answer.lines,
  });
  walk.remark(answer.hit);
  const answerer = {
    ns: walk.namespace(answer.netns) as Namespace,
    device: answer.port,
    mac: answer.mac,
    address: nextHop,
  };
  const problem = carryReply(walk, { ns, device, mac: asked.mac, sender: asked.sender }, answerer, asked.leg);
  if (problem) return endedBy(problem, asked.sender);
  walk.learnNeighbour(ns.key, device, nextHop, answer.mac);
  return { kind: "mac", mac: answer.mac, asked: true, noArp: false, entry: null, lines: [] };
}

function endedBy(halt: Halt, sender: Ipv4): Resolution {
  if (halt.kind !== "stopped") return { kind: "halt", halt };
  const hits: readonly [CauseHit] = [halt.hit];
  return { kind: "failed", hits, silent: false, sender, asked: true };
}

// More than one answer: by one host on two interfaces, or by two hosts that both own the address.
function noteOtherAnswers(walk: Walk, winner: Heard, answers: readonly Heard[], target: Ipv4): void {
  const macOf = (h: Heard): string =>
    h.verdict.kind === "answer" && h.verdict.mac !== null ? formatMac(h.verdict.mac) : "?";
  for (const other of answers) {
    if (other === winner || other.verdict.kind !== "answer" || other.verdict.proxy) continue;
    const facts = {
      target: formatIpv4(target),
      owner: winner.ns.key,
      inInterface: winner.arrival.interface,
      peerInterface: other.arrival.interface,
      mac: macOf(winner),
      expectedMac: macOf(other),
    };
    const lines = ownersOf(walk.state, target)
      .filter((o) => o.netns === winner.ns.key || o.netns === other.ns.key)
      .map((o) => o.line);
    const code = other.ns.key === winner.ns.key ? "arp-flux" : "duplicate-address";
    walk.remark(makeHit({ code, netns: other.ns.key, interface: other.arrival.interface, facts, lines }));
  }
}

// An ARP question to everybody on the segment: each listener decides, and the first answer wins.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { passArpHook } from "../filter/firewall.ts";
import { type Halt, makeHit } from "../hits.ts";
import type { BridgeAnswer } from "../link/delivery.ts";
import { deviceOf } from "../lookup.ts";
import { type ArpQuestion, arpLeg, type Datagram } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";
import type { Walk } from "../walk.ts";
import { type ArpHearer, tellBystander, tellListener } from "./arp-listen.ts";
import { carryReply } from "./arp-reply.ts";
import { unanswered } from "./arp-silence.ts";
import { askEverybody } from "./ask-everybody.ts";
import type { Resolution } from "./resolution.ts";

/** Asks for the route's next hop out of its device, which is where `at` is. */
export function askArp(at: At<Datagram>, route: OutputRoute, sender: Ipv4): Resolution {
  const { walk, ns, interface: device } = at;
  const { nextHop } = route;
  const senderMac = deviceOf(ns, device)?.mac ?? null;
  const question = { sender, senderMac, target: nextHop };
  const asking = at.onLeg(arpLeg(at.leg, "arp-request")).with<ArpQuestion>(question);
  const blocked = passArpHook(asking, "output");
  if (blocked) return endedBy(blocked, sender);

  const { delivery, heard } = askEverybody(asking);
  walk.addAll(delivery.common);
  if (delivery.answer) return answeredByBridge(asking, at, delivery.answer, heard);
  const answers = heard.filter((h) => h.verdict.kind === "answer");
  const winner = answers[0];
  if (winner?.verdict.kind !== "answer") return unanswered({ at, route, asking }, delivery, heard);

  for (const other of heard) if (other !== winner) tellBystander(other, winner.arrival.trail);
  tellListener(winner, "arp-input");
  noteOtherAnswers(walk, winner, answers, nextHop);
  const { mac, proxy, learns } = winner.verdict;
  if (proxy) walk.remark(proxy);
  if (learns) walk.learnNeighbour(winner.at.ns.key, winner.at.interface, sender, senderMac);
  return replied(asking, at, { ns: winner.at.ns, device: winner.at.interface, mac });
}

// The bridge answers while it handles the question, before any listener can.
function answeredByBridge(
  asking: At<ArpQuestion>,
  at: At<Datagram>,
  answer: BridgeAnswer,
  heard: readonly ArpHearer[],
): Resolution {
  const { walk } = at;
  for (const other of heard) tellBystander(other, []);
  const bridge = answer.hit.facts.bridge ?? "";
  const asked = formatIpv4(asking.packet.target);
  const ns = walk.namespace(answer.netns) as Namespace;
  const says = text(
    `${bridge} answers for ${asked} itself, from its neighbour table: ${formatMac(answer.mac)}`,
    `网桥 ${bridge} 用自己的邻居表代 ${asked} 应答：${formatMac(answer.mac)}`,
  );
  at.moved(ns, bridge).onLeg(arpLeg(at.leg, "arp-reply")).tell("bridge", says, { lines: answer.lines });
  // Where the owner has that MAC address, the bridge tells the truth: that is what it is set up for.
  const isRight = ownersOf(walk.state, asking.packet.target).some(({ netns, interface: name }) => {
    const owner = walk.namespace(netns);
    return owner !== undefined && deviceOf(owner, name)?.mac === answer.mac;
  });
  if (!isRight) walk.remark(answer.hit);
  return replied(asking, at, { ns, device: answer.port, mac: answer.mac });
}

// The answer goes back, and fills the asker's entry.
function replied(
  asking: At<ArpQuestion>,
  { walk, ns, interface: device, leg }: At<Datagram>,
  answerer: { readonly ns: Namespace; readonly device: string; readonly mac: Mac | null },
): Resolution {
  const { sender, target } = asking.packet;
  const { mac } = answerer;
  const problem = carryReply(asking.onLeg(arpLeg(leg, "arp-reply")), answerer);
  if (problem) return endedBy(problem, sender);
  walk.learnNeighbour(ns.key, device, target, mac);
  return { kind: "mac", mac, asked: true, noArp: false, entry: null, lines: [] };
}

function endedBy(halt: Halt, sender: Ipv4): Resolution {
  if (halt.kind !== "stopped") return { kind: "halt", halt };
  const hits: readonly [CauseHit] = [halt.hit];
  return { kind: "failed", hits, silent: false, sender, asked: true };
}

// More than one answer: by one host on two interfaces, or by two hosts that both own the address.
function noteOtherAnswers(walk: Walk, winner: ArpHearer, answers: readonly ArpHearer[], target: Ipv4): void {
  const macOf = (h: ArpHearer): string =>
    h.verdict.kind === "answer" && h.verdict.mac !== null ? formatMac(h.verdict.mac) : "?";
  for (const other of answers) {
    if (other === winner || other.verdict.kind !== "answer" || other.verdict.proxy) continue;
    const facts = {
      target: formatIpv4(target),
      owner: winner.at.ns.key,
      inInterface: winner.at.interface,
      peerInterface: other.at.interface,
      mac: macOf(winner),
      expectedMac: macOf(other),
    };
    const lines = ownersOf(walk.state, target)
      .filter((o) => o.netns === winner.at.ns.key || o.netns === other.at.ns.key)
      .map((o) => o.line);
    const code = other.at.ns.key === winner.at.ns.key ? "arp-flux" : "duplicate-address";
    walk.remark(makeHit({ code, netns: other.at.ns.key, interface: other.at.interface, facts, lines }));
  }
}

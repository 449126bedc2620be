// An ARP question to everybody on the segment: each listener decides, the first answer wins, and silence has a reason.

import { BROADCAST_MAC, formatIpv4, formatMac, type Ipv4 } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { type Leg, type Step } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { type ArpVerdict, decideArp } from "./arp-input.ts";
import { carryReply } from "./arp-reply.ts";
import { tellPurpose } from "./arp-purpose.ts";
import { passArpHook } from "./firewall.ts";
import { makeHit, open } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { Resolution } from "./neighbour.ts";
import type { OutputRoute } from "./output-route.ts";
import { type Arrival, type Delivery, transmit } from "./transmit.ts";
import { arpLeg, type Datagram, type Frame, makeStep, type Walk } from "./walk.ts";
import * as words from "./words.ts";

interface Heard {
  readonly arrival: Arrival;
  readonly ns: Namespace;
  readonly verdict: ArpVerdict;
}

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
  const own = deviceOf(ns, device);
  const askLeg = arpLeg(leg, "arp-request");
  const frame: Frame = {
    leg: askLeg,
    source: own?.mac ?? null,
    destination: BROADCAST_MAC,
    vlan: null,
    payload: { kind: "arp-request", sender, target: nextHop },
  };
  const question = { sender, senderMac: frame.source, target: nextHop, leg: askLeg };
  const blocked = passArpHook(walk, ns, "output", device, question);
  if (blocked) return blocked.kind === "stopped" ? failed([blocked.hit], sender) : { kind: "halt", halt: blocked };

  const delivery = transmit(walk, ns, device, frame);
  walk.addAll(delivery.common);
  const heard = delivery.arrivals.flatMap((arrival): Heard[] => {
    const host = walk.namespace(arrival.netns);
    return host ? [{ arrival, ns: host, verdict: listen(walk, host, arrival, question) }] : [];
  });
  const answers = heard.filter((h) => h.verdict.kind === "answer");
  const winner = answers[0];
  if (!winner || winner.verdict.kind !== "answer")
    return unanswered(walk, ns, route, sender, datagram, leg, delivery, heard);

  for (const other of heard) if (other !== winner) tell(walk, other, "arp-input");
  tell(walk, winner, "arp-input");
  noteOtherAnswers(walk, winner, answers, nextHop);
  if (winner.verdict.proxy) walk.remark(winner.verdict.proxy);
  if (winner.verdict.learns) walk.learnNeighbour(winner.ns.key, winner.arrival.interface, sender, frame.source);
  const problem = carryReply(
    walk,
    { ns, device, mac: frame.source, sender },
    { ns: winner.ns, device: winner.arrival.interface, mac: winner.verdict.mac, address: nextHop },
    leg,
  );
  if (problem) return problem.kind === "stopped" ? failed([problem.hit], sender) : { kind: "halt", halt: problem };
  walk.learnNeighbour(ns.key, device, nextHop, winner.verdict.mac);
  return { kind: "mac", mac: winner.verdict.mac, asked: true, noArp: false, entry: null, lines: [] };
}

function failed(hits: readonly [CauseHit, ...CauseHit[]], sender: Ipv4): Resolution {
  return { kind: "failed", hits, silent: false, sender, asked: true };
}

function listen(walk: Walk, host: Namespace, arrival: Arrival, question: Parameters<typeof decideArp>[3]): ArpVerdict {
  if (arrival.frame.vlan === null || arrival.frame.vlan === 0)
    return decideArp(walk, host, arrival.interface, question);
  const vlan = String(arrival.frame.vlan);
  const link = deviceOf(host, arrival.interface);
  const lines = link ? [linkLine(host.key, link)] : [];
  return {
    kind: "silent",
    mine: ownersOf(walk.state, question.target).some((o) => o.netns === host.key),
    hit: makeHit({
      code: "vlan-tagged-to-untagged-host",
      netns: host.key,
      interface: arrival.interface,
      facts: { target: formatIpv4(question.target), inInterface: arrival.interface, vlan },
      lines,
    }),
    step: makeStep({
      kind: "stop",
      leg: question.leg,
      netns: host.key,
      interface: arrival.interface,
      text: text(
        `the frame carries VLAN ${vlan}, and ${arrival.interface} has no interface for it: let go unread`,
        `帧带 VLAN ${vlan} 标签，而 ${arrival.interface} 上没有对应的 VLAN 接口：未读就被放掉`,
      ),
      state: lines,
    }),
  };
}

// The listener's part of the walk: how the frame reached it, that its interface hands it up, and what its stack does.
function tell(walk: Walk, heard: Heard, kind: Step["kind"]): void {
  const { arrival, verdict } = heard;
  walk.addAll(arrival.trail);
  walk.add({
    kind: "receive",
    leg: verdict.step.leg,
    netns: arrival.netns,
    interface: arrival.interface,
    text: words.handedUp(arrival.frame.payload, arrival.interface),
  });
  walk.steps.push(verdict.step.kind === "stop" ? { ...verdict.step, kind } : verdict.step);
}

function noteOtherAnswers(walk: Walk, winner: Heard, answers: readonly Heard[], target: Ipv4): void {
  for (const other of answers) {
    if (other === winner || other.verdict.kind !== "answer" || other.verdict.proxy) continue;
    const macs = [winner, other].map((h) =>
      h.verdict.kind === "answer" && h.verdict.mac !== null ? formatMac(h.verdict.mac) : "?",
    );
    const facts = {
      target: formatIpv4(target),
      owner: winner.ns.key,
      inInterface: winner.arrival.interface,
      peerInterface: other.arrival.interface,
      mac: macs[0] ?? "",
      expectedMac: macs[1] ?? "",
    };
    const lines = ownersOf(walk.state, target)
      .filter((o) => o.netns === winner.ns.key || o.netns === other.ns.key)
      .map((o) => o.line);
    const code = other.ns.key === winner.ns.key ? "arp-flux" : "duplicate-address";
    walk.remark(makeHit({ code, netns: other.ns.key, interface: other.arrival.interface, facts, lines }));
  }
}

// Nobody answers. What tells most: an owner that keeps silent, a frame lost on the way to the owner, else that there is none.
function unanswered(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  sender: Ipv4,
  datagram: Datagram,
  leg: Leg,
  delivery: Delivery,
  heard: readonly Heard[],
): Resolution {
  const owners = ownersOf(walk.state, route.nextHop).map((o) => o.netns);
  const silent = heard.flatMap((h) =>
    h.verdict.kind === "silent" ? [{ heard: h, hit: h.verdict.hit, mine: h.verdict.mine }] : [],
  );
  const undecidedListener = heard.find((h) => h.verdict.kind === "open");
  const refusing = silent.find((s) => s.mine);
  const telling = silent.find((s) => !["arp-no-local-owner", "target-has-no-address"].includes(s.hit.code));
  const lostToOwner = delivery.losses.find(
    (l) => l.towards !== null && owners.includes(l.towards.netns) && !heard.some((h) => h.ns.key === l.towards?.netns),
  );
  const lostAll = heard.length === 0 && delivery.exits.length === 0 ? delivery.losses[0] : undefined;

  const chosen = refusing ?? (lostToOwner || lostAll ? undefined : (telling ?? silent[0]));
  for (const h of heard) if (h !== chosen?.heard) tell(walk, h, "arp-input");
  const loss = chosen ? undefined : (lostToOwner ?? lostAll);
  for (const exit of delivery.exits) walk.addAll(exit.trail);
  for (const l of delivery.losses)
    if (l !== loss) walk.addAll(l.trail.map((s) => (s.kind === "stop" ? { ...s, kind: "bridge" as const } : s)));

  if (!refusing && !loss && (undecidedListener || delivery.open)) {
    const halt = undecidedListener?.verdict.kind === "open" ? undecidedListener.verdict.halt : delivery.open;
    if (chosen) tell(walk, chosen.heard, "arp-input");
    if (halt) return { kind: "halt", halt };
  }
  if (loss) {
    walk.addAll(loss.trail);
    return failed(tellPurpose(walk, ns, route, sender, datagram, leg, loss.hit, false), sender);
  }
  if (chosen) {
    tell(walk, chosen.heard, "stop");
    if (!refusing && delivery.exits[0]) {
      walk.remark({ ...chosen.hit, certainty: "likely" });
      return {
        kind: "halt",
        halt: {
          kind: "exits",
          netns: delivery.exits[0].netns,
          interface: delivery.exits[0].interface,
          leg: arpLeg(leg, "arp-request"),
        },
      };
    }
    return failed(
      tellPurpose(
        walk,
        ns,
        route,
        sender,
        datagram,
        leg,
        chosen.hit,
        !refusing && chosen === (telling === undefined ? silent[0] : undefined),
      ),
      sender,
    );
  }
  const exit = delivery.exits[0];
  if (exit)
    return {
      kind: "halt",
      halt: { kind: "exits", netns: exit.netns, interface: exit.interface, leg: arpLeg(leg, "arp-request") },
    };
  // A bridge without any other port, a dummy: the question reaches nobody.
  if (delivery.open) return { kind: "halt", halt: delivery.open };
  const own = deviceOf(ns, route.device);
  const hit = makeHit({
    code: "arp-no-local-owner",
    netns: ns.key,
    interface: route.device,
    facts: { target: formatIpv4(route.nextHop), source: formatIpv4(sender), outInterface: route.device, asker: ns.key },
    lines: own ? [linkLine(ns.key, own)] : [],
    because: text(`nobody else is on the segment of ${route.device}`, `${route.device} 所在的链路上没有别的主机`),
  });
  if (ns.links === undefined)
    return {
      kind: "halt",
      halt: open(ns.key, ["link"], text("who is on the segment?", "链路上都有谁？"), ["arp-no-local-owner"]),
    };
  return failed(tellPurpose(walk, ns, route, sender, datagram, leg, hit, true), sender);
}

// The listeners of an ARP question: each host the frame reaches, and its part of the walk.

import { formatIpv4 } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Step } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { type ArpQuestion, type ArpVerdict, decideArp } from "./arp-input.ts";
import { makeHit } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { Arrival } from "./transmit.ts";
import { makeStep, type Walk } from "./walk.ts";
import * as words from "./words.ts";

/** A listener with what it decides. */
export interface Heard {
  readonly arrival: Arrival;
  readonly ns: Namespace;
  readonly verdict: ArpVerdict;
}

/** Lets every host the question reaches decide. */
export function listen(walk: Walk, arrivals: readonly Arrival[], question: ArpQuestion): Heard[] {
  return arrivals.flatMap((arrival): Heard[] => {
    const ns = walk.namespace(arrival.netns);
    return ns ? [{ arrival, ns, verdict: verdictOf(walk, ns, arrival, question) }] : [];
  });
}

function verdictOf(walk: Walk, ns: Namespace, arrival: Arrival, question: ArpQuestion): ArpVerdict {
  if (arrival.frame.vlan === null || arrival.frame.vlan === 0) return decideArp(walk, ns, arrival.interface, question);
  const vlan = String(arrival.frame.vlan);
  const link = deviceOf(ns, arrival.interface);
  const lines = link ? [linkLine(ns.key, link)] : [];
  const facts = { target: formatIpv4(question.target), inInterface: arrival.interface, vlan };
  return {
    kind: "silent",
    mine: ownersOf(walk.state, question.target).some((o) => o.netns === ns.key),
    hit: makeHit({ code: "vlan-tagged-to-untagged-host", netns: ns.key, interface: arrival.interface, facts, lines }),
    step: makeStep({
      kind: "stop",
      leg: question.leg,
      netns: ns.key,
      interface: arrival.interface,
      text: text(
        `the frame carries VLAN ${vlan}, and ${arrival.interface} has no interface for it: let go unread`,
        `帧带 VLAN ${vlan} 标签，而 ${arrival.interface} 上没有对应的 VLAN 接口：未读就被放掉`,
      ),
      state: lines,
    }),
  };
}

/** The listener's steps: how the frame reached it, that its interface hands it up, and what its stack does. */
export function tellListener(walk: Walk, heard: Heard, kind: Step["kind"]): void {
  const { arrival, verdict } = heard;
  walk.addAll(arrival.trail);
  walk.add({
    kind: "receive",
    leg: verdict.step.leg,
    netns: arrival.netns,
    interface: arrival.interface,
    text: words.handedUp(arrival.interface),
  });
  walk.steps.push(verdict.step.kind === "stop" ? { ...verdict.step, kind } : verdict.step);
}

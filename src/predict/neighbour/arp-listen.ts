// The listeners of an ARP question: each host the frame reaches, and its part of the walk.

import { formatIpv4 } from "../../model/address.ts";
import { text } from "../../model/text.ts";
import type { BranchEnd, Step } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import type { Arrival } from "../link/delivery.ts";
import { deviceOf } from "../lookup.ts";
import type { ArpQuestion } from "../message.ts";
import { decideArp } from "../receive/arp-input.ts";
import type { ArpVerdict } from "../receive/arp-verdict.ts";
import * as words from "../words.ts";

/** A listener with what it decides. */
export interface ArpHearer {
  readonly arrival: Arrival;
  /** The question at the listener's interface. */
  readonly at: At<ArpQuestion>;
  readonly verdict: ArpVerdict;
}

/** Lets every host the question reaches decide. */
export function listen(asking: At<ArpQuestion>, arrivals: readonly Arrival[]): ArpHearer[] {
  return arrivals.flatMap((arrival): ArpHearer[] => {
    const ns = asking.walk.namespace(arrival.netns);
    if (!ns) return [];
    const at = asking.moved(ns, arrival.interface);
    const { vlan } = arrival.frame;
    return [{ arrival, at, verdict: vlan === null || vlan === 0 ? decideArp(at) : unreadTag(at, String(vlan)) }];
  });
}

function unreadTag(at: At<ArpQuestion>, vlan: string): ArpVerdict {
  const { ns, interface: interfaceName, packet } = at;
  const link = deviceOf(ns, interfaceName);
  const { step, hit } = at.stopping({
    code: "vlan-tagged-to-untagged-host",
    says: text(
      `the frame carries VLAN ${vlan}, and ${interfaceName} has no interface for it: let go unread`,
      `帧带 VLAN ${vlan} 标签，而 ${interfaceName} 上没有对应的 VLAN 接口：未读就被静默忽略`,
    ),
    lines: link ? [linkLine(ns.key, link)] : [],
    facts: { target: formatIpv4(packet.target), inInterface: interfaceName, vlan },
  });
  const mine = ownersOf(at.walk.state, packet.target).some((o) => o.netns === ns.key);
  return { kind: "silent", mine, hit, step };
}

/** The listener that counts: how the frame reached it, that its interface hands it up, and what its stack does. */
export function tellListener(heard: ArpHearer, kind: Step["kind"]): void {
  const { at, arrival } = heard;
  at.walk.follow(arrival.trail);
  at.walk.addAll(ownSteps(heard, kind));
}

/** A listener beside the one that counts, whose way is `main`: a branch with its own end. */
export function tellBystander(heard: ArpHearer, main: readonly Step[]): void {
  const { at, arrival, verdict } = heard;
  at.walk.beside({ trail: arrival.trail, rest: ownSteps(heard, "arp-input"), end: endOf(verdict) }, main);
}

function ownSteps({ at, arrival, verdict: { step } }: ArpHearer, kind: Step["kind"]): Step[] {
  const handed = at.onLeg(step.leg).step("receive", words.handedUp(arrival.interface));
  return [handed, step.kind === "stop" ? { ...step, kind } : step];
}

function endOf(verdict: ArpVerdict): BranchEnd {
  if (verdict.kind === "silent") return { kind: "silent", code: verdict.hit.code };
  return { kind: verdict.kind === "answer" ? "answers" : "open" };
}

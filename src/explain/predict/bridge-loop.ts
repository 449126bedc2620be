// A frame that a bridge has flooded comes back to it by another port: without STP it goes round for ever.

import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { makeHit } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { type Delivery, frameFacts, lost } from "./transmit.ts";
import { type Frame, makeStep, type Walk } from "./walk.ts";

/** What a bridge is known by in the list of those that flooded a frame. */
export function floodKey(ns: Namespace, bridge: Link, { vlan }: Frame): string {
  return `${ns.key} ${bridge.name} ${vlan ?? "-"}`;
}

/** Ends the walk of a copy that goes round, and remarks the loop; null for a frame that is here for the first time. */
export function comesBack(walk: Walk, ns: Namespace, bridge: Link, port: Link, frame: Frame): Delivery | null {
  if (!frame.floodedBy?.includes(floodKey(ns, bridge, frame))) return null;
  const lines = [linkLine(ns.key, bridge), linkLine(ns.key, port)];
  const hit = makeHit({
    code: "bridge-loop",
    netns: ns.key,
    interface: port.name,
    facts: { ...frameFacts(frame), bridge: bridge.name, inInterface: port.name },
    lines,
    because: text(
      `what ${bridge.name} floods comes back to it by ${port.name}`,
      `${bridge.name} 泛洪出去的帧又从 ${port.name} 回来`,
    ),
  });
  walk.remark(hit);
  const step = makeStep({
    kind: "stop",
    leg: frame.leg,
    netns: ns.key,
    interface: port.name,
    text: text(
      `the frame that ${bridge.name} has flooded comes back to it by ${port.name}: ${bridge.name} floods it again, and so on without end`,
      `${bridge.name} 泛洪出去的帧又从 ${port.name} 回来：${bridge.name} 会再次泛洪，如此循环不止`,
    ),
    state: lines,
  });
  return lost(hit, [step]);
}

// A frame that a bridge has flooded comes back to it by another port: without STP it goes round for ever.

import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, type Frame } from "../message.ts";
import { type Delivery, lost } from "./delivery.ts";

/** What a bridge is known by in the list of those that flooded a frame. */
export function floodKey(ns: Namespace, bridge: Link, { vlan }: Frame): string {
  return `${ns.key} ${bridge.name} ${vlan ?? "-"}`;
}

/** Ends the walk of a copy that goes round, and remarks the loop; null for a frame that is here for the first time. */
export function comesBack(at: At<Frame>, bridge: Link, port: Link): Delivery | null {
  const { ns, packet: frame } = at;
  if (!frame.floodedBy?.includes(floodKey(ns, bridge, frame))) return null;
  const { step, hit } = at.stopping({
    code: "bridge-loop",
    says: text(
      `the frame that ${bridge.name} has flooded comes back to it by ${port.name}: ${bridge.name} floods it again, and so on without end`,
      `${bridge.name} 泛洪出去的帧又从 ${port.name} 回来：${bridge.name} 会再次泛洪，如此循环不止`,
    ),
    lines: [linkLine(ns.key, bridge), linkLine(ns.key, port)],
    facts: { ...addressFacts(frame.payload), bridge: bridge.name, inInterface: port.name },
    because: text(
      `what ${bridge.name} floods comes back to it by ${port.name}`,
      `${bridge.name} 泛洪出去的帧又从 ${port.name} 回来`,
    ),
  });
  at.walk.remark(hit);
  return lost(hit, [step]);
}

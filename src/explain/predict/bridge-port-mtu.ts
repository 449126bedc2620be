// is_skb_forwardable: a bridge gives a port no frame that is larger than the port's MTU and one VLAN header.

import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { makeHit } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { type Delivery, frameFacts, lost } from "./transmit.ts";
import { type Frame, makeStep } from "./walk.ts";

/** The end of a frame that its port cannot carry; null where it can. */
export function tooLargeForPort(
  ns: Namespace,
  bridge: Link,
  port: Link,
  frame: Frame,
  towards: { readonly netns: string; readonly interface: string } | null,
): Delivery | null {
  const size = "length" in frame.payload ? frame.payload.length : 28;
  if (port.mtu === null || size <= port.mtu + 4) return null;
  const lines = [linkLine(ns.key, port)];
  const step = makeStep({
    kind: "stop",
    leg: frame.leg,
    netns: ns.key,
    interface: port.name,
    text: text(
      `the frame carries ${size} bytes, but port ${port.name} of ${bridge.name} takes only ${port.mtu}: the bridge drops it without a word`,
      `帧里有 ${size} 字节，而 ${bridge.name} 的端口 ${port.name} 的 MTU 只有 ${port.mtu}：网桥把它悄悄丢弃`,
    ),
    state: lines,
  });
  const facts = {
    ...frameFacts(frame),
    bridge: bridge.name,
    outInterface: port.name,
    mtu: String(port.mtu),
    size: String(size),
  };
  const hit = makeHit({ code: "bridge-port-mtu-smaller", netns: ns.key, interface: port.name, facts, lines });
  return lost(hit, [step], towards);
}

// is_skb_forwardable: a bridge gives a port no frame that is larger than the port's MTU and one VLAN header.

import type { Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, type Frame, lengthOf } from "../message.ts";
import type { Delivery, Loss } from "./delivery.ts";
import { lose } from "./lose.ts";

/** The end of a frame that the port where `at` is cannot carry; null where it can. */
export function tooLargeForPort(at: At<Frame>, bridge: Link, port: Link, towards: Loss["towards"]): Delivery | null {
  const size = lengthOf(at.packet);
  const { name, mtu } = port;
  if (mtu === null || size <= mtu + 4) return null;
  return lose(
    at,
    {
      code: "bridge-port-mtu-smaller",
      says: text(
        `the frame carries ${size} bytes, but port ${name} of ${bridge.name} takes only ${mtu}: the bridge silently drops it`,
        `帧里有 ${size} 字节，而 ${bridge.name} 的端口 ${name} 的 MTU 只有 ${mtu}：网桥把它静默丢弃`,
      ),
      lines: [linkLine(at.ns.key, port)],
      facts: {
        ...addressFacts(at.packet.payload),
        bridge: bridge.name,
        outInterface: name,
        mtu: String(mtu),
        size: String(size),
      },
    },
    towards,
  );
}

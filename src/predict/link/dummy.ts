// A dummy interface takes everything and sends nothing (dummy_xmit).

import type { Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, type Frame, sightingOf } from "../message.ts";
import * as words from "../words.ts";
import { after, type Delivery } from "./delivery.ts";
import { lose } from "./lose.ts";

/** A frame is given to a dummy interface: it is counted as sent, and gone. */
export function dummyTransmit(at: At<Frame>, link: Link): Delivery {
  const { ns, packet: frame } = at;
  const out = at.step("transmit", words.givenToDevice(frame.payload, link.name), {
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  const gone = lose(at, {
    code: "dummy-swallows",
    says: text(`${link.name} is a dummy interface: it throws it away`, `${link.name} 是 dummy 接口：直接丢弃`),
    lines: [linkLine(ns.key, link)],
    facts: { ...addressFacts(frame.payload), outInterface: link.name },
  });
  return after([out], gone);
}

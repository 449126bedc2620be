// A question to everybody on the segment floods bridges and makes every listener decide. Where state alone decides that, it comes
// out alike in each walk that asks the same, and is walked once.

import { BROADCAST_MAC, formatMac } from "../../model/address.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { At } from "../at.ts";
import { BlankWalk } from "../blank-walk.ts";
import type { Delivery } from "../link/delivery.ts";
import { transmit } from "../link/transmit.ts";
import { type ArpQuestion, questionFrame } from "../message.ts";
import { type ArpHearer, listen } from "./arp-listen.ts";

/** What became of the question, and who has heard it. */
export interface Asked {
  readonly delivery: Delivery;
  readonly heard: readonly ArpHearer[];
}

/** Null where an earlier packet, a program or what is asked in all has a say, too. */
type Kept = (Asked & { readonly walk: BlankWalk }) | null;

/** Some 3 kB each; then it begins anew. */
const MOST_HEARERS = 20_000;
let hearers = 0;
let kept = new WeakMap<SystemState, Map<string, Kept>>();

/** Asks; `asking` is at the interface that the question leaves by. */
export function askEverybody(asking: At<ArpQuestion>): Asked {
  const { walk, ns, interface: device, leg } = asking;
  const { sender, senderMac, target } = asking.packet;
  const known = keptIn(walk.state);
  const key = [leg, sender, senderMac === null ? "" : formatMac(senderMac), target, device, ns.key].join(" ");
  const before = known.get(key);
  const result = before === undefined ? byStateAlone(asking) : before;
  known.set(key, result);
  if (result === null || !walk.takeOver(result.walk)) return ask(asking);
  return { delivery: result.delivery, heard: result.heard.map((one) => ({ ...one, at: one.at.in(walk) })) };
}

function keptIn(state: SystemState): Map<string, Kept> {
  if (hearers > MOST_HEARERS) {
    hearers = 0;
    kept = new WeakMap();
  }
  const known = kept.get(state) ?? new Map<string, Kept>();
  kept.set(state, known);
  return known;
}

function byStateAlone(asking: At<ArpQuestion>): Kept {
  const walk = new BlankWalk(asking.walk.state, asking.walk.attempt);
  const asked = ask(asking.in(walk));
  hearers += asked.heard.length;
  return walk.wasAsked ? null : { ...asked, walk };
}

function ask(asking: At<ArpQuestion>): Asked {
  const delivery = transmit(asking.with(questionFrame(asking.packet, BROADCAST_MAC)));
  return { delivery, heard: listen(asking, delivery.arrivals) };
}

// __ip_dev_find: a local route of another table takes packets in, and makes no address to answer with.

import type { Facts } from "../../model/finding.ts";
import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import type { Delivered } from "../receive/delivered.ts";
import type { OutputFailure } from "../send/way.ts";
import { cannotSpeakAs } from "./icmp-words.ts";

/** The end of an answer whose source is no address of its host; null where it fails for another reason. */
export function localRouteWithoutAddress(
  at: At<Datagram>,
  { lines }: Delivered,
  facts: Facts,
  { why }: OutputFailure,
): Disposition | null {
  if (why !== "source-not-local") return null;
  return at
    .onLeg("reply")
    .on(null)
    .stop({ code: "local-route-without-address", says: cannotSpeakAs(at), lines, facts });
}

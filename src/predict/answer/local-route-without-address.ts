// __ip_dev_find: a local route of another table takes packets in, and so does any route to lo, and makes no address to answer with.

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
  arrived: Delivered,
  facts: Facts,
  { why }: OutputFailure,
): Disposition | null {
  if (why !== "source-not-local") return null;
  return (
    afterRouteToLo(at, arrived, facts) ??
    silent(at).stop({ code: "local-route-without-address", says: cannotSpeakAs(at), lines: arrived.lines, facts })
  );
}

/** The same where a route to lo brought it here: no reset is sent (tcp_v4_send_reset: rt_type), and no error gets a route. */
export function afterRouteToLo(at: At<Datagram>, { looped, lines }: Delivered, facts: Facts): Disposition | null {
  const route = looped?.type === "unicast" ? looped.route : null;
  if (looped === null || route === null) return null;
  return silent(at).stop({
    code: "route-to-lo",
    says: cannotSpeakAs(at),
    lines: [...looped.lines, ...lines],
    facts: { ...facts, route: route.line },
  });
}

function silent(at: At<Datagram>): At<Datagram, null> {
  return at.onLeg("reply").on(null);
}

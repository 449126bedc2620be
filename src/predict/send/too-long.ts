// ip_append_data: with DF set a message that is larger than the path MTU is refused before anything is sent.

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Attempt, Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { learnedMtuTooSmall, longerThanAnyPacket, ownMtuTooSmall, smallerThanTheInterfaces } from "./send-words.ts";
import type { OutputRoute } from "./way.ts";

// RFC 791: the length field has 16 bits.
const LONGEST = 65_535;

/** The refusal; null where the message fits or may be cut. */
export function tooLong(at: At<unknown>, route: OutputRoute): Disposition | null {
  const { attempt } = at.walk;
  const mtu = exceeded(attempt, route);
  if (mtu === null) return null;
  at.walk.heard = { kind: "error", call: "sendmsg", errno: "EMSGSIZE" };
  const { learned } = route;
  const told = attempt.toldMtu !== undefined && (route.mtu === null || attempt.toldMtu < route.mtu);
  const isLearned = learned !== null || told;
  const ownMtu = deviceOf(at.ns, route.device)?.mtu ?? route.route?.mtu ?? "";
  const size = attempt.length;
  return at.stop({
    code: isLearned ? "pmtu-cached" : "local-mtu-df",
    says: isLearned
      ? learnedMtuTooSmall(size, mtu)
      : size > LONGEST
        ? longerThanAnyPacket(size)
        : ownMtuTooSmall(size, route.device, mtu),
    lines: linesOf(at, route),
    facts: {
      target: formatIpv4(attempt.destination),
      outInterface: route.device,
      mtu: String(mtu),
      size: String(size),
      error: `local error: message too long, mtu=${mtu - (attempt.options ?? 0)}`,
      ...(isLearned ? { value: String(ownMtu) } : {}),
      ...(learned ? { route: learned.line } : {}),
      ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
    },
    ...(isLearned && !learned ? { because: smallerThanTheInterfaces(mtu) } : {}),
  });
}

// The MTU that is too small, and may not be worked around by fragments.
function exceeded({ toldMtu, length, ...attempt }: Attempt, { mtu }: OutputRoute): number | null {
  if (mtu === null) return null;
  // The cache of learned path MTUs need not be in the state: what ping printed names one that is smaller than the route's.
  if (toldMtu !== undefined && toldMtu < mtu && length > toldMtu) return toldMtu;
  const { pathMtuDiscovery: mode, dontFragment, origin } = attempt;
  if (length > LONGEST) return mtu;
  const refuses = mode === "do" || (mode === undefined && dontFragment && origin !== "packets");
  return refuses && length > mtu ? mtu : null;
}

function linesOf({ ns }: At<unknown>, { device, learned, route, lines }: OutputRoute): readonly StateLine[] {
  const link = deviceOf(ns, device);
  const ownLine = link ? [linkLine(ns.key, link)] : [];
  if (learned) return [{ netns: ns.key, key: "routeCache", line: learned.line }, ...ownLine];
  return route?.mtu != null || !link ? lines : ownLine;
}

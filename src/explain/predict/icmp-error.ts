// ICMP errors: who sends which to whom, and the walk of the error itself.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { addressType } from "../../system/lookup/owner.ts";
import { routeOutput } from "./output-route.ts";
import { namespaceSetting } from "./sysctls.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** The host tells the source of a datagram what went wrong, by `from` or an address of its choice; null where it may or can not. */
export function sendError(
  walk: Walk,
  ns: Namespace,
  offending: Datagram,
  leg: Leg,
  type: number,
  code: number,
  interfaceName: string | null,
  from: Ipv4 | null = null,
): Disposition | null {
  // icmp_send: never about an ICMP error, nor about what went to more than one host, by its address (RTCF_BROADCAST,
  // RTCF_MULTICAST) or by its frame.
  if (offending.kind === "icmp-error" || offending.groupFrame) return null;
  if (/^(?:broadcast|multicast)$/.test(addressType(ns, offending.destination, null) ?? "")) return null;
  const route = routeOutput(walk, ns, { destination: offending.source, source: from, oif: null, mark: 0, error: true });
  if (route.kind !== "output") return null;
  const name = words.icmpErrorName(type, code);
  const host = words.hostName(ns.key);
  const to = formatIpv4(offending.source);
  const itself = route.type === "local";
  walk.add({
    kind: "icmp-error",
    leg: "error",
    netns: ns.key,
    interface: interfaceName,
    text: itself
      ? text(
          `${host.en} tells itself: ICMP “${name.en}” (type ${type}, code ${code}); ${to} is an own address, so it goes by lo`,
          `${host.zh}给自己发 ICMP“${name.zh}”（类型 ${type}，代码 ${code}）：${to} 是自己的地址，所以走 lo`,
        )
      : text(
          `${host.en} tells ${to}: “${name.en}” (ICMP type ${type}, code ${code}, from ${formatIpv4(route.source)})`,
          `${host.zh}告诉 ${to}：“${name.zh}”（ICMP 类型 ${type}，代码 ${code}，源地址 ${formatIpv4(route.source)}）`,
        ),
    state: route.lines,
  });
  const error: Datagram = {
    kind: "icmp-error",
    source: route.source,
    destination: offending.source,
    ttl: namespaceSetting(walk, ns, "net.ipv4.ip_default_ttl", 64).value,
    length: Math.min(576, offending.length + 28),
    dontFragment: false,
    mark: 0,
    type,
    code,
    routers: 0,
    about: leg,
  };
  return walk.stack.emit(walk, ns, route, error, "error");
}

// ICMP errors: who sends which to whom, and the walk of the error itself.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import { pingErrorName } from "../../model/icmp-names.ts";
import { type Text, text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { addressType } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import { routeOutput } from "../send/output-route.ts";
import { ttlOf } from "../send/time-to-live.ts";
import type { OutputRoute } from "../send/way.ts";

/** What an ICMP error says. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** The address it speaks with, where it is not left to the route. */
  readonly from?: Ipv4 | null;
}

/** The host tells the source of the datagram what went wrong; null where it may or can not. */
export function sendError(at: At<Datagram, string | null>, { type, code, from = null }: IcmpError): Disposition | null {
  const { walk, ns, packet: offending } = at;
  // icmp_send: never about an ICMP error, nor about what went to more than one host, by its address (RTCF_BROADCAST,
  // RTCF_MULTICAST) or by its frame.
  if (offending.kind === "icmp-error" || offending.groupFrame) return null;
  // What a tunnel hears of its outer packet, it tells in its own way.
  if (offending.kind === "tunnel") return null;
  if (/^(?:broadcast|multicast)$/.test(addressType(ns, offending.destination, null) ?? "")) return null;
  // icmp_send: RFC 1812 section 4.3.2.5, what an error is about, and the precedence of control traffic.
  const tos = ((offending.tos ?? 0) & IPTOS_TOS_MASK) | INTERNETWORK_CONTROL;
  const asked = { destination: offending.source, source: from, oif: null, mark: 0, tos, error: true };
  const route = routeOutput(walk, ns, asked);
  if (route.kind !== "output") return null;
  const sent = at.onLeg("error").with<Datagram>({
    kind: "icmp-error",
    source: route.source,
    destination: offending.source,
    ttl: ttlOf(walk, ns, route),
    length: Math.min(576, offending.length + 28),
    dontFragment: false,
    mark: 0,
    tos,
    type,
    code,
    routers: 0,
    about: at.leg,
  });
  sent.tell("icmp-error", tells(sent, route), { lines: route.lines });
  return at.stack.emit(sent, route);
}

const IPTOS_TOS_MASK = 0x1e;
const INTERNETWORK_CONTROL = 0xc0;

function tells({ host, packet }: At<Datagram, string | null>, route: OutputRoute): Text {
  const { type, code } = packet;
  const name = pingErrorName(type, code);
  const to = formatIpv4(packet.destination);
  if (route.type === "local")
    return text(
      `the kernel reports ICMP “${name.en}” (type ${type}, code ${code}) to the local socket; ${to} is one of this host's addresses, so it goes by lo`,
      `内核向本地套接字报告 ICMP“${name.zh}”（类型 ${type}，代码 ${code}）：${to} 是${host.zh}自己的地址，所以走 lo`,
    );
  return text(
    `${host.en} tells ${to}: “${name.en}” (ICMP type ${type}, code ${code}, from ${formatIpv4(route.source)})`,
    `${host.zh}告诉 ${to}：“${name.zh}”（ICMP 类型 ${type}，代码 ${code}，源地址 ${formatIpv4(route.source)}）`,
  );
}

// TCP resets: by the host that no socket of waits for the segment (tcp_v4_send_reset), or by a firewall in its name
// (nf_send_reset).

import { formatIpv4 } from "../../model/address.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { addressType } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { type Datagram, flowOf } from "../message.ts";
import { routeOutput } from "../send/output-route.ts";
import { ttlOf } from "../send/time-to-live.ts";
import { answerTo, reflectedMark } from "./answer-to.ts";

/** Sends a reset to whoever sent the segment, and follows it; null where none is sent. */
export function sendReset(at: At<Datagram, string | null>, by: "host" | "firewall"): Disposition | null {
  const { walk, ns, packet, host } = at;
  const { segment } = packet;
  if (segment?.what.protocol !== "tcp" || segment.what.kind === "reset") return null;
  if (/^(?:broadcast|multicast)$/.test(addressType(ns, packet.destination, null) ?? "")) return null;
  const answer = answerTo(packet, { protocol: "tcp", kind: "reset" });
  const route = routeOutput(walk, ns, {
    destination: packet.source,
    source: packet.destination,
    oif: null,
    mark: reflectedMark(walk, ns, packet),
    tos: packet.tos ?? 0,
    flow: flowOf(answer),
    ...(by === "firewall" ? { anySource: true } : {}),
  });
  if (route.kind !== "output") return null;
  const leg = segment.what.kind === "syn-ack" ? "error" : "reply";
  const rejected = by === "firewall" ? { rejected: ns.key } : {};
  const sent = at.onLeg(leg).with<Datagram>({ ...answer, ...rejected, ttl: ttlOf(walk, ns, route) });
  const to = formatIpv4(packet.source);
  const says =
    by === "firewall"
      ? text(`${host.en} answers ${to} with a TCP reset (RST)`, `${host.zh}向 ${to} 回 TCP 复位（RST）`)
      : text(
          `the stack of ${host.en} answers ${to} with a TCP reset (RST)`,
          `${host.zh}的协议栈向 ${to} 回 TCP 复位（RST）`,
        );
  sent.on(route.device).tell("route", says, { lines: route.lines });
  return at.stack.emit(sent, route);
}

// What ICMP makes of an echo request, in sentences.

import { formatIpv4, type Ipv4, isMulticast } from "../../model/address.ts";
import { type Text, text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";

/** icmp_echo_ignore_broadcasts. */
export function ignoresBroadcasts({ host, packet }: At<Datagram>): Text {
  const isGroup = isMulticast(packet.destination);
  return text(
    `${host.en} does not answer echo requests to ${isGroup ? "a multicast group" : "a broadcast address"} (icmp_echo_ignore_broadcasts = 1)`,
    `${host.zh}不应答发往${isGroup ? "组播组" : "广播地址"}的 echo 请求（icmp_echo_ignore_broadcasts = 1）`,
  );
}

/** icmp_echo_ignore_all. */
export function ignoresAll(host: Text): Text {
  return text(
    `${host.en} silently ignores the echo request (icmp_echo_ignore_all = 1)`,
    `${host.zh}静默丢弃 echo 请求（icmp_echo_ignore_all = 1）`,
  );
}

/** What state does not tell. */
export function whichWayBack({ host, packet }: At<Datagram>): Text {
  const to = formatIpv4(packet.source);
  return text(`which way does ${host.en} answer ${to}?`, `${host.zh}的应答走哪条路回 ${to}？`);
}

/** ip_local_deliver: what a host sends to lo is its own, whoever has the address. */
export function takenByLo(destination: Ipv4): Text {
  const to = formatIpv4(destination);
  return text(
    `what was sent to lo counts as this host's own: ICMP gets the echo request for ${to}`,
    `发到 lo 的报文都算本机的：发往 ${to} 的 echo 请求交给了本机的 ICMP`,
  );
}

/** icmp_reply gives up. */
export function noRouteBack({ host, packet }: At<Datagram, string | null>): Text {
  const from = formatIpv4(packet.source);
  return text(
    `${host.en} has no route back to ${from}: the reply is silently discarded`,
    `${host.zh}没有回 ${from} 的路由：应答被静默丢弃`,
  );
}

/** What came over lo is for an address of somebody else: no answer can bear it. */
export function cannotSpeakAs({ host, packet }: At<Datagram, string | null>): Text {
  const to = formatIpv4(packet.destination);
  return text(
    `${to} is not one of the addresses of ${host.en}, so it cannot answer from it: the reply is silently discarded`,
    `${to} 不是${host.zh}的地址，无法用它作源地址应答：应答被静默丢弃`,
  );
}

/** A route or rule of the answering host forbids the reply. */
export function refusesWayBack({ host, packet }: At<Datagram>, quoted: string): Text {
  const to = formatIpv4(packet.source);
  return text(
    `${host.en} may not answer: “${quoted}” refuses its reply to ${to}, and it says nothing`,
    `${host.zh}不能应答：“${quoted}”拒绝它发往 ${to} 的应答，而且不作任何通知`,
  );
}

/** icmp_ratemask and icmp_ratelimit. */
export function heldBack(host: Text, limit: number): Text {
  return text(
    `${host.en} limits its echo replies (icmp_ratemask has bit 0, icmp_ratelimit = ${limit}): this one is held back`,
    `${host.zh}对 echo 应答限速（icmp_ratemask 的第 0 位置位，icmp_ratelimit = ${limit}）：这个应答被扣下`,
  );
}

/** Tokens are in no state. */
export function isThereAToken({ host }: At<Datagram>): Text {
  return text(
    `does the limit of ${host.en} on echo replies (icmp_ratemask, icmp_ratelimit) leave room for this one?`,
    `${host.zh}对 echo 应答的限速（icmp_ratemask、icmp_ratelimit）是否还容得下这一个？`,
  );
}

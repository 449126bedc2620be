// What a router does with a datagram, in sentences.

import { formatIpv4 } from "../../model/address.ts";
import { type Text, text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";

/** On to the next link. */
export function forwarded({ host, packet }: At<Datagram>, { device, gateway }: OutputRoute): Text {
  const via = gateway === null ? text("", "") : text(` to ${formatIpv4(gateway)}`, `交给 ${formatIpv4(gateway)}`);
  return text(
    `not for ${host.en} itself: forwarded out of ${device}${via.en}, TTL ${packet.ttl - 1}`,
    `目的地不是${host.zh}自己：从 ${device} 转发出去${via.zh}，TTL 减为 ${packet.ttl - 1}`,
  );
}

/** What came in a frame to more than one is not forwarded. */
export function inFrameToEverybody(router: Text): Text {
  return text(
    `${router.en} would have to forward this packet, but it came in a frame to everybody: such are never forwarded`,
    `这个包需要${router.zh}转发，但装它的帧是发给所有人的：这样的包从不转发`,
  );
}

/** A routing loop, seen at its end. */
export function wentInCircles(router: Text, visits: number): Text {
  return text(
    `the packet has gone in circles (${visits} times through ${router.en}) until its TTL was used up`,
    `这个包绕了圈子（${visits} 次经过${router.zh}），直到 TTL 用完`,
  );
}

/** A TTL that was too small for the way. */
export function ttlUsedUp(router: Text, ttl: number): Text {
  return text(
    `the TTL of the packet is ${ttl} when it reaches ${router.en}: it may not go on`,
    `这个包到${router.zh}时 TTL 为 ${ttl}：不能再往前走`,
  );
}

/** Larger than the next link takes, and not to be cut. */
export function doesNotFit(size: number, mtu: string, device: string): Text {
  return text(
    `${size} bytes do not fit the ${mtu} of ${device}, and DF forbids fragments`,
    `${size} 字节超过 ${device} 的 MTU ${mtu}，而 DF 禁止分片`,
  );
}

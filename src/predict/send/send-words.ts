// Why a ping does not leave, in sentences.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import { type Text, text } from "../../model/text.ts";

/** No state of the namespace. */
export function nothingKnown(netns: string): Text {
  return text(
    `nothing is known of ${netns || "the namespace"} the ping ran in`,
    `不知道 ping 所在的命名空间 ${netns} 的任何状态`,
  );
}

/** -I names somebody else's address. */
export function notAnAddressOfThisHost(source: Ipv4): Text {
  return text(
    `${formatIpv4(source)} is no address of this host: the socket cannot use it as source`,
    `${formatIpv4(source)} 不是本机的地址：套接字不能用它作源地址`,
  );
}

/** ip_route_output_flow returns an error. */
export function lookupFails(destination: Ipv4, error: string): Text {
  const target = formatIpv4(destination);
  return text(
    `the route lookup for ${target} fails (${error}): nothing is sent`,
    `查 ${target} 的路由失败（${error}）：什么也没有发出`,
  );
}

/** SO_BROADCAST is not set. */
export function mayNotBroadcast(target: string): Text {
  return text(
    `${target} is a broadcast address, and the socket may not send broadcasts without -b`,
    `${target} 是广播地址，没有 -b 的套接字不能发广播`,
  );
}

/** Not a prohibit route, which gives the same errno. */
export function isBroadcastRoute(): Text {
  return text("the route found is of type broadcast", "查到的路由类型是 broadcast");
}

/** Parts of the state that the lookup reads and that are not there. */
export function lookupLacks(missing: readonly string[]): Text {
  const parts = missing.map((part) => LISTINGS.get(part) ?? text(part, part));
  return text(
    `the route lookup needs what was not read: ${parts.map(({ en }) => en).join(", ")}`,
    `查路由所需的内容没有读到：${parts.map(({ zh }) => zh).join("、")}`,
  );
}

const LISTINGS: ReadonlyMap<string, Text> = new Map([
  ["addr", text("addresses (ip addr)", "地址（ip addr）")],
  ["link", text("interfaces (ip link)", "接口（ip link）")],
  ["nexthop", text("next hop objects (ip nexthop)", "下一跳对象（ip nexthop）")],
  ["route", text("routes (ip route)", "路由（ip route）")],
]);

/** What state does not tell. */
export function whichRoute(destination: Ipv4): Text {
  const target = formatIpv4(destination);
  return text(`which route does ${target} take?`, `${target} 走哪条路由？`);
}

/** A path MTU that was learned. */
export function learnedMtuTooSmall(size: number, mtu: number): Text {
  return text(
    `a router has told of a path MTU of ${mtu} to this destination: ${size} bytes with DF do not fit, and sendmsg fails with “message too long”`,
    `此前有路由器告知去这个目的地的路径 MTU 是 ${mtu}：带 DF 的 ${size} 字节放不下，sendmsg 报“message too long”`,
  );
}

/** The MTU of the interface itself. */
export function ownMtuTooSmall(size: number, device: string, mtu: number): Text {
  return text(
    `${size} bytes with DF do not fit the MTU of ${device}, ${mtu}: sendmsg fails with “message too long”`,
    `带 DF 的 ${size} 字节超过 ${device} 的 MTU ${mtu}：sendmsg 报“message too long”`,
  );
}

/** Fragments or not. */
export function longerThanAnyPacket(size: number): Text {
  return text(
    `${size} bytes are more than an IPv4 packet can hold, in fragments or not: sendmsg fails with “message too long”`,
    `${size} 字节超过了 IPv4 报文的最大长度，分片也不行：sendmsg 报“message too long”`,
  );
}

/** How it is known that the MTU was learned. */
export function smallerThanTheInterfaces(mtu: number): Text {
  return text(
    `ping printed “message too long, mtu=${mtu}”: less than the interface's own MTU, so it was learned`,
    `ping 打印了“message too long, mtu=${mtu}”：比接口自己的 MTU 小，说明是学来的`,
  );
}

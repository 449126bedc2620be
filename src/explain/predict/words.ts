// The sentences of the walk, one for each thing the kernel does with a packet on its way.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import { type Text, text } from "../../model/text.ts";
import type { ArpMessage, Datagram } from "./walk.ts";

/** A namespace as a person names it. */
export function hostName(netns: string): Text {
  return netns === "" ? text("this host", "本机") : text(netns, netns);
}

/** `net1's`, in front of "own" and the like. */
export function ownersName(netns: string): Text {
  return netns === "" ? text("this host's", "本机") : text(`${netns}'s`, ` ${netns} `);
}

/** ` in net1` where the namespace has a name. */
export function placeIn(netns: string): Text {
  return netns === "" ? text("", "") : text(` in ${netns}`, `（${netns} 中）`);
}

/** What the frame carries, in three or four words. */
export function payloadName(payload: Datagram | ArpMessage): Text {
  switch (payload.kind) {
    case "arp-request":
      return text(`ARP request for ${formatIpv4(payload.target)}`, `询问 ${formatIpv4(payload.target)} 的 ARP 请求`);
    case "arp-reply":
      return text(`ARP reply of ${formatIpv4(payload.sender)}`, `${formatIpv4(payload.sender)} 的 ARP 应答`);
    case "echo-request":
      return text("echo request", "回显请求（echo request）");
    case "echo-reply":
      return text("echo reply", "回显应答（echo reply）");
    case "icmp-error":
      return text(
        `ICMP error “${icmpErrorName(payload.type, payload.code).en}”`,
        `ICMP 差错“${icmpErrorName(payload.type, payload.code).zh}”`,
      );
  }
}

/** ICMP errors by the name ping prints. */
export function icmpErrorName(type: number, code: number): Text {
  if (type === 11)
    return code === 1
      ? text("Frag reassembly time exceeded", "分片重组超时")
      : text("Time to live exceeded", "TTL 超时");
  if (type === 5) return text("Redirect Host", "主机重定向");
  if (type === 3) {
    if (code === 0) return text("Destination Net Unreachable", "目标网络不可达");
    if (code === 1) return text("Destination Host Unreachable", "目标主机不可达");
    if (code === 2) return text("Destination Protocol Unreachable", "目标协议不可达");
    if (code === 3) return text("Destination Port Unreachable", "目标端口不可达");
    if (code === 4) return text("Frag needed and DF set", "需要分片但设置了 DF");
    if (code === 9 || code === 10 || code === 13) return text("Packet filtered", "被管理策略禁止");
  }
  return text(`type ${type} code ${code}`, `类型 ${type} 代码 ${code}`);
}

export function pingMakesRequest(destination: Ipv4, bound: string | null): Text {
  const to = formatIpv4(destination);
  if (bound !== null) {
    return text(
      `ping, bound to ${bound}, hands the stack an echo request for ${to}`,
      `ping（套接字绑定在 ${bound} 上）把发往 ${to} 的回显请求交给协议栈`,
    );
  }
  return text(`ping hands the stack an echo request for ${to}`, `ping 把发往 ${to} 的回显请求交给协议栈`);
}

export function routeFound(destination: Ipv4, device: string, gateway: Ipv4 | null, source: Ipv4): Text {
  const to = formatIpv4(destination);
  const from = formatIpv4(source);
  if (gateway !== null) {
    return text(
      `route: ${to} via ${formatIpv4(gateway)} (${device}), source ${from}`,
      `查路由：去 ${to} 经网关 ${formatIpv4(gateway)}，从 ${device} 发出，源地址 ${from}`,
    );
  }
  return text(
    `route: ${to} is on-link (${device}), source ${from}`,
    `查路由：${to} 是 ${device} 的直连网段，源地址 ${from}`,
  );
}

export function routeBound(
  destination: Ipv4,
  device: string,
  gateway: Ipv4 | null,
  source: Ipv4,
  hidden: string | null,
): Text {
  const to = formatIpv4(destination);
  const from = formatIpv4(source);
  const via =
    gateway === null
      ? text("", "")
      : text(` through the gateway ${formatIpv4(gateway)}`, `经网关 ${formatIpv4(gateway)} `);
  if (hidden !== null) {
    return text(
      `the socket is bound to ${device}, so the local entry of ${to} (which sits on ${hidden}) is passed over: it goes out of ${device}${via.en}, source ${from}`,
      `套接字绑定在 ${device} 上，查路由时跳过 ${to} 的本地表项（它在 ${hidden} 上）：${via.zh}从 ${device} 发出，源地址 ${from}`,
    );
  }
  return text(
    `the socket is bound to ${device}: ${to} goes out of it${via.en}, source ${from}`,
    `套接字绑定在 ${device} 上：${to} ${via.zh}从 ${device} 发出，源地址 ${from}`,
  );
}

export function routeAssumedOnLink(destination: Ipv4, device: string, source: Ipv4): Text {
  return text(
    `no route fits, but the socket is bound to ${device}: the kernel takes ${formatIpv4(destination)} to be on that link, source ${formatIpv4(source)}`,
    `没有匹配的路由，但套接字绑定在 ${device} 上：内核假定 ${formatIpv4(destination)} 就在这条链路上，源地址 ${formatIpv4(source)}`,
  );
}

export function routeLocal(destination: Ipv4, owner: string | null): Text {
  const on = owner === null || owner === "lo" ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  return text(
    `${formatIpv4(destination)} is an own address${on.en}: table local, asked before all others, sends it to lo`,
    `${formatIpv4(destination)} 是本机自己的地址${on.zh}：最先查的 local 表把它交给 lo`,
  );
}

export function replyRoute(destination: Ipv4, device: string, gateway: Ipv4 | null): Text {
  const to = formatIpv4(destination);
  if (gateway !== null) {
    return text(
      `route of the reply: ${to} via ${formatIpv4(gateway)} (${device})`,
      `查应答的路由：去 ${to} 经网关 ${formatIpv4(gateway)}，从 ${device} 发出`,
    );
  }
  return text(`route of the reply: ${to} is on-link (${device})`, `查应答的路由：${to} 是 ${device} 的直连网段`);
}

export function replyRouteLocal(destination: Ipv4, owner: string | null): Text {
  const on = owner === null || owner === "lo" ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  return text(
    `route of the reply: ${formatIpv4(destination)}${on.en} is an own address too, so table local (which plain “ip route” does not show) gives the reply to lo`,
    `查应答的路由：${formatIpv4(destination)} 也是本机地址${on.zh}，local 表（普通的 ip route 不显示它）把应答交给 lo`,
  );
}

export function mustAsk(nextHop: Ipv4, gateway: boolean, sender: Ipv4): Text {
  const hop = formatIpv4(nextHop);
  const what = gateway ? text(`gateway ${hop}`, `网关 ${hop}`) : text(hop, hop);
  return text(
    `no MAC address of ${what.en} is known: ARP asks “who has ${hop}, tell ${formatIpv4(sender)}”`,
    `还不知道 ${what.zh} 的 MAC 地址：先发 ARP 问“谁是 ${hop}，请告诉 ${formatIpv4(sender)}”`,
  );
}

export function neighbourKnown(nextHop: Ipv4, device: string, mac: Mac | null, state: string): Text {
  const at = mac === null ? text("", "") : text(` at ${formatMac(mac)}`, ` ${formatMac(mac)}`);
  return text(
    `${formatIpv4(nextHop)}${at.en} on ${device} is in the neighbour table (${state}): no ARP needed`,
    `邻居表里已有 ${formatIpv4(nextHop)} 在 ${device} 上的 MAC 地址${at.zh}（${state}）：不用发 ARP`,
  );
}

export function neighbourLearned(nextHop: Ipv4, device: string): Text {
  return text(
    `${formatIpv4(nextHop)} is known on ${device} from its own ARP request: no ARP needed`,
    `对方的 ARP 请求已带来 ${formatIpv4(nextHop)} 的 MAC 地址（${device}）：不用再发 ARP`,
  );
}

export function givenToDevice(payload: Datagram | ArpMessage, device: string): Text {
  const what = payloadName(payload);
  return text(`the stack gives ${device} the ${what.en}`, `协议栈把${what.zh}交给 ${device} 发出`);
}

export function crossesTo(from: string, to: string): Text {
  return text(`it comes out of ${to}, the other end of ${from}`, `它从 ${from} 的另一端 ${to} 出来`);
}

export function handedUp(device: string): Text {
  return text(`${device} hands it to the stack at its end`, `${device} 把它交给这一端的协议栈`);
}

export function arpReplyReceived(sender: Ipv4, mac: Mac | null): Text {
  const at = mac === null ? "" : ` ${formatMac(mac)}`;
  return text(
    `the neighbour table learns: ${formatIpv4(sender)} is at${at || " a known address"}`,
    `邻居表记下：${formatIpv4(sender)} 的 MAC 是${at || "已知的"}`,
  );
}

export function loopedBack(): Text {
  return text("lo does nothing but hand it back to the stack", "lo 什么也不做，直接把它交回协议栈");
}

export function localAndEcho(destination: Ipv4, owner: string | null, netns: string): Text {
  const to = formatIpv4(destination);
  const on = owner === null ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  const whose = ownersName(netns);
  return text(
    `${to}${on.en} is ${whose.en} own: the stack builds an echo reply`,
    `${to}${on.zh} 是${whose.zh}自己的地址：协议栈构造一个回显应答`,
  );
}

export function socketWants(): Text {
  return text("the stack finds a socket that waits for this echo reply", "协议栈发现有套接字在等这个回显应答，交给它");
}
export function pingHasReply(from: Ipv4): Text {
  return text(
    `it is ping's: ping has its reply from ${formatIpv4(from)}`,
    `这个套接字正是 ping 的：ping 收到了 ${formatIpv4(from)} 的应答`,
  );
}

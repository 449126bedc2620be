// The sentences of the walk, one for each thing the kernel does with a packet on its way.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import { type Text, text } from "../../model/text.ts";
import type { ArpMessage, Datagram } from "./walk.ts";

/** A namespace as a person names it. */
export function hostName(netns: string): Text {
  return netns === "" ? text("this host", "本机") : text(netns, netns);
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
      `ping makes an ICMP echo request for ${to} and hands it to the network stack through its socket, which is bound to ${bound}`,
      `ping 构造一个发往 ${to} 的 ICMP 回显请求，通过绑定在 ${bound} 上的套接字交给协议栈`,
    );
  }
  return text(
    `ping makes an ICMP echo request for ${to} and hands it to the network stack through its socket`,
    `ping 构造一个发往 ${to} 的 ICMP 回显请求，通过套接字交给协议栈`,
  );
}

export function routeFound(destination: Ipv4, device: string, gateway: Ipv4 | null, source: Ipv4): Text {
  const to = formatIpv4(destination);
  const from = formatIpv4(source);
  if (gateway !== null) {
    return text(
      `the routing table sends ${to} through the gateway ${formatIpv4(gateway)} out of ${device}, with source ${from}`,
      `查路由表：去 ${to} 要经网关 ${formatIpv4(gateway)}，从 ${device} 发出，源地址 ${from}`,
    );
  }
  return text(
    `the routing table says ${to} is directly on the link of ${device}, with source ${from}`,
    `查路由表：${to} 与 ${device} 在同一链路上，从 ${device} 直接发出，源地址 ${from}`,
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
      `the socket is bound to ${device}, so the local entry of ${to} (which sits on ${hidden}) is passed over: it goes out of ${device}${via.en}, with source ${from}`,
      `套接字绑定在 ${device} 上，查路由时跳过 ${to} 的本地表项（它在 ${hidden} 上）：${via.zh}从 ${device} 发出，源地址 ${from}`,
    );
  }
  return text(
    `the socket is bound to ${device}: ${to} goes out of it${via.en}, with source ${from}`,
    `套接字绑定在 ${device} 上：${to} ${via.zh}从 ${device} 发出，源地址 ${from}`,
  );
}

export function routeAssumedOnLink(destination: Ipv4, device: string, source: Ipv4): Text {
  return text(
    `no route fits, but the socket is bound to ${device}: the kernel takes ${formatIpv4(destination)} to be on that link, with source ${formatIpv4(source)}`,
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

export function replyRoute(netns: string, destination: Ipv4, device: string, gateway: Ipv4 | null): Text {
  const to = formatIpv4(destination);
  const host = hostName(netns);
  if (gateway !== null) {
    return text(
      `${host.en} looks up the way back to ${to}: through the gateway ${formatIpv4(gateway)} out of ${device}`,
      `${host.zh}查应答的路由：去 ${to} 经网关 ${formatIpv4(gateway)}，从 ${device} 发出`,
    );
  }
  return text(
    `${host.en} looks up the way back to ${to}: out of ${device}`,
    `${host.zh}查应答的路由：去 ${to} 从 ${device} 直接发出`,
  );
}

export function replyRouteLocal(destination: Ipv4, owner: string | null): Text {
  const on = owner === null || owner === "lo" ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  return text(
    `the stack looks up the route of the reply: ${formatIpv4(destination)}${on.en} is an own address too, so table local (which plain “ip route” does not show) gives the reply to lo`,
    `协议栈查应答的路由：${formatIpv4(destination)} 也是本机地址${on.zh}，local 表（普通的 ip route 不显示它）把应答交给 lo`,
  );
}

export function mustAsk(nextHop: Ipv4, device: string, gateway: boolean, sender: Ipv4): Text {
  const hop = formatIpv4(nextHop);
  const what = gateway ? text(`the gateway ${hop}`, `网关 ${hop}`) : text(hop, hop);
  return text(
    `the MAC address of ${what.en} on ${device} is not known yet: ARP must ask for it first (“who has ${hop}, tell ${formatIpv4(sender)}”)`,
    `还不知道 ${what.zh} 在 ${device} 上的 MAC 地址：要先发 ARP 询问（“谁是 ${hop}，请告诉 ${formatIpv4(sender)}”）`,
  );
}

export function neighbourKnown(nextHop: Ipv4, device: string, mac: Mac | null, state: string): Text {
  const at = mac === null ? text("", "") : text(` ${formatMac(mac)}`, ` ${formatMac(mac)}`);
  return text(
    `the MAC address${at.en} of ${formatIpv4(nextHop)} on ${device} is already known (${state}): no ARP is needed`,
    `已经知道 ${formatIpv4(nextHop)} 在 ${device} 上的 MAC 地址${at.zh}（${state}）：不用再发 ARP`,
  );
}

export function neighbourLearned(nextHop: Ipv4, device: string): Text {
  return text(
    `the MAC address of ${formatIpv4(nextHop)} on ${device} is known from its ARP request: no ARP is needed`,
    `刚才对方的 ARP 请求里带着 ${formatIpv4(nextHop)} 的 MAC 地址（${device}）：不用再发 ARP`,
  );
}

export function givenToDevice(payload: Datagram | ArpMessage, device: string): Text {
  const what = payloadName(payload);
  return text(`the stack gives the ${what.en} to ${device} to send`, `协议栈把${what.zh}交给 ${device} 发出`);
}

export function crossesTo(payload: Datagram | ArpMessage, from: string, to: string, toNetns: string): Text {
  const what = payloadName(payload);
  const where = placeIn(toNetns);
  return text(
    `the other end of ${from} is ${to}${where.en}: the ${what.en} comes out there`,
    `${from} 的另一端是 ${to}${where.zh}：${what.zh}从那里出来`,
  );
}

export function handedUp(payload: Datagram | ArpMessage, device: string): Text {
  const what = payloadName(payload);
  return text(
    `${device} hands the ${what.en} to the network stack at its end`,
    `${device} 把${what.zh}交给它这一端的协议栈`,
  );
}

export function arpReplyReceived(sender: Ipv4, mac: Mac | null, device: string): Text {
  const at = mac === null ? "" : ` ${formatMac(mac)}`;
  return text(
    `the ARP reply fills the neighbour entry: ${formatIpv4(sender)} is at${at || " a known address"} on ${device}; no source check is made on ARP replies`,
    `ARP 应答填好了邻居表项：${formatIpv4(sender)} 在 ${device} 上的 MAC 是${at || "已知的"}；内核不对 ARP 应答做源地址检查`,
  );
}

export function loopedBack(payload: Datagram | ArpMessage): Text {
  const what = payloadName(payload);
  return text(
    `lo does nothing but hand the ${what.en} straight back to the stack's receiving side`,
    `lo 什么也不做，直接把${what.zh}交回协议栈的接收侧`,
  );
}

export function localAndEcho(destination: Ipv4, owner: string | null, netns: string): Text {
  const to = formatIpv4(destination);
  const on = owner === null ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  const host = netns === "" ? text("the stack", "协议栈") : text(`the stack of ${netns}`, `${netns} 的协议栈`);
  return text(
    `${host.en} finds that ${to} is local${on.en} and builds an echo reply`,
    `${host.zh}发现 ${to} 是自己的地址${on.zh}，于是构造一个回显应答`,
  );
}

export function socketWants(): Text {
  return text(
    "the stack finds that a socket is waiting for this echo reply and delivers it",
    "协议栈发现有套接字在等这个回显应答，就交给它",
  );
}
export function pingHasReply(from: Ipv4): Text {
  return text(
    `that socket is ping's: ping has its reply from ${formatIpv4(from)}`,
    `这个套接字正是 ping 的：ping 收到了 ${formatIpv4(from)} 的应答`,
  );
}

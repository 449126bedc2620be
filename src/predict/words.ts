// The sentences of the walk, one for each thing the kernel does with a packet on its way.

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../model/address.ts";
import { pingErrorName } from "../model/icmp-names.ts";
import type { PortRange } from "../model/port-range.ts";
import { type Text, text, verbatim } from "../model/text.ts";
import type { Attempt } from "../model/trace.ts";
import type { TransportPacket } from "../model/transport.ts";
import type { ArpMessage, Datagram } from "./message.ts";

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

/** A route, a link or an option names an interface that is not there. */
export function noSuchInterface(name: string): Text {
  return text(`there is no interface ${name} in this state`, `这份状态里没有接口 ${name}`);
}

/** What the frame carries, in three or four words. */
export function payloadName(payload: Datagram | ArpMessage): Text {
  switch (payload.kind) {
    case "arp-request":
      return text(`ARP request for ${formatIpv4(payload.target)}`, `询问 ${formatIpv4(payload.target)} 的 ARP 请求`);
    case "arp-reply":
      return text(`ARP reply of ${formatIpv4(payload.sender)}`, `${formatIpv4(payload.sender)} 的 ARP 应答`);
    case "echo-request":
      return text("echo request", "echo 请求");
    case "echo-reply":
      return text("echo reply", "echo 应答");
    case "tunnel":
      return text(
        `tunnel's packet to ${formatIpv4(payload.destination)}`,
        `发往 ${formatIpv4(payload.destination)} 的隧道外层报文`,
      );
    case "transport":
      return segmentName(payload);
    case "icmp-error":
      return text(
        `ICMP error “${pingErrorName(payload.type, payload.code).en}”`,
        `ICMP 差错“${pingErrorName(payload.type, payload.code).zh}”`,
      );
  }
}

const SEGMENTS: Readonly<Record<TransportPacket["kind"], Text>> = {
  syn: text("SYN", "SYN"),
  "syn-ack": text("SYN-ACK", "SYN-ACK"),
  reset: text("RST", "RST"),
  data: text("ACK", "ACK"),
  question: text("UDP datagram", "UDP 数据报"),
  answer: text("UDP answer", "UDP 应答"),
};

function segmentName({ segment, source, destination }: Datagram): Text {
  if (segment === undefined) return text("packet", "报文");
  const { what, sourcePort, destinationPort } = segment;
  const name = SEGMENTS[what.kind];
  const asks = what.kind === "syn" || what.kind === "question" || what.kind === "data";
  const end = asks ? withPort(destination, destinationPort) : withPort(source, sourcePort);
  return asks
    ? text(`${name.en} for ${end}`, `发往 ${end} 的 ${name.zh}`)
    : text(`${name.en} of ${end}`, `${end} 的 ${name.zh}`);
}

/** `10.0.0.2:8080`; without the port where it is any of several. */
export function withPort(address: Ipv4, { start, end }: PortRange): string {
  return start === end ? `${formatIpv4(address)}:${start}` : formatIpv4(address);
}

/** Who asks: ping, another program by its name, or one that is not known. */
export function askerName({ program, transport }: Attempt): Text {
  if (program === null) return text("a program", "某个程序");
  if (program === undefined && transport !== undefined) return text("the program", "程序");
  return verbatim(program ?? "ping");
}

function wanted({ program, transport, destination }: Attempt): Text {
  const to = formatIpv4(destination);
  if (transport === undefined)
    return program === null
      ? text(`a packet for ${to}`, `发往 ${to} 的报文`)
      : text(`an echo request for ${to}`, `发往 ${to} 的 echo 请求`);
  const end = `${to}:${transport.destinationPort}`;
  return transport.protocol === "tcp"
    ? text(`a SYN for ${end}`, `发往 ${end} 的 SYN`)
    : text(`a UDP datagram for ${end}`, `发往 ${end} 的 UDP 数据报`);
}

/** ping calls sendmsg. */
export function askerMakesRequest(attempt: Attempt): Text {
  const who = askerName(attempt);
  const what = wanted(attempt);
  const bound = attempt.outInterface;
  if (bound !== null) {
    return text(
      `${who.en}, bound to ${bound}, hands the stack ${what.en}`,
      `${who.zh}（套接字绑定在 ${bound} 上）把${what.zh}交给协议栈`,
    );
  }
  return text(`${who.en} hands the stack ${what.en}`, `${who.zh} 把${what.zh}交给协议栈`);
}

/** The route of a ping that leaves it to the tables. */
export function routeFound(destination: Ipv4, device: string, gateway: string | null, source: Ipv4): Text {
  const to = formatIpv4(destination);
  const from = formatIpv4(source);
  if (gateway !== null) {
    return text(
      `route: ${to} via ${gateway} (${device}), source ${from}`,
      `查路由：去 ${to} 经网关 ${gateway}，从 ${device} 发出，源地址 ${from}`,
    );
  }
  return text(
    `route: ${to} is on-link (${device}), source ${from}`,
    `查路由：${to} 是 ${device} 的直连网段，源地址 ${from}`,
  );
}

/** The route of a ping whose socket is bound to an interface; `hidden` is the own interface that has the address, passed over. */
export function routeBound(
  destination: Ipv4,
  device: string,
  gateway: string | null,
  source: Ipv4,
  hidden: string | null,
): Text {
  const to = formatIpv4(destination);
  const from = formatIpv4(source);
  const via = gateway === null ? text("", "") : text(` through the gateway ${gateway}`, `经网关 ${gateway} `);
  if (hidden !== null) {
    return text(
      `bound to ${device}: it goes out there${via.en}, source ${from}; the local entry of ${to} (on ${hidden}) is passed over`,
      `套接字绑定在 ${device} 上：${via.zh}从 ${device} 发出，源地址 ${from}；跳过 ${to} 的本地表项（在 ${hidden} 上）`,
    );
  }
  return text(
    `the socket is bound to ${device}: ${to} goes out of it${via.en}, source ${from}`,
    `套接字绑定在 ${device} 上：${to} ${via.zh}从 ${device} 发出，源地址 ${from}`,
  );
}

/** Bound to an interface, and no route fits. */
export function routeAssumedOnLink(destination: Ipv4, device: string, source: Ipv4): Text {
  return text(
    `no route fits, but the socket is bound to ${device}: the kernel takes ${formatIpv4(destination)} to be on that link, source ${formatIpv4(source)}`,
    `没有匹配的路由，但套接字绑定在 ${device} 上：内核假定 ${formatIpv4(destination)} 就在这条链路上，源地址 ${formatIpv4(source)}`,
  );
}

/** The address is this host's own. */
export function routeLocal(destination: Ipv4, owner: string | null): Text {
  const on = owner === null || owner === "lo" ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  return text(
    `${formatIpv4(destination)} is one of this host's addresses${on.en}: it is reached over lo, whatever device its line in table local names`,
    `${formatIpv4(destination)} 是本机地址${on.zh}：发往它的报文都走 lo，不论 local 表那一行写的是哪个设备`,
  );
}

/** The way an answer takes. */
export function replyRoute(destination: Ipv4, device: string, gateway: string | null): Text {
  const to = formatIpv4(destination);
  if (gateway !== null) {
    return text(
      `route of the reply: ${to} via ${gateway} (${device})`,
      `查应答的路由：去 ${to} 经网关 ${gateway}，从 ${device} 发出`,
    );
  }
  return text(`route of the reply: ${to} is on-link (${device})`, `查应答的路由：${to} 是 ${device} 的直连网段`);
}

/** The asker's address is the answering host's own, too. */
export function replyRouteLocal(destination: Ipv4, owner: string | null): Text {
  const on = owner === null || owner === "lo" ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  return text(
    `the reply goes to lo: ${formatIpv4(destination)} is local too; a local address${on.en} is reached over lo, whatever device its line in table local names (plain “ip route” does not show that table)`,
    `应答走 lo：${formatIpv4(destination)} 也是本机地址${on.zh}；发往它的报文都走 lo，不论 local 表（普通的 ip route 不显示它）那一行写的是哪个设备`,
  );
}

/** ARP has to ask. */
export function mustAsk(nextHop: Ipv4, gateway: boolean, sender: Ipv4): Text {
  const hop = formatIpv4(nextHop);
  const what = gateway ? text(`gateway ${hop}`, `网关 ${hop}`) : text(hop, hop);
  return text(
    `no MAC address of ${what.en} is known: ARP asks “who has ${hop}, tell ${formatIpv4(sender)}”`,
    `还不知道 ${what.zh} 的 MAC 地址：先发 ARP 问“谁是 ${hop}，请告诉 ${formatIpv4(sender)}”`,
  );
}

/** An entry of the neighbour table serves. */
export function neighbourKnown(nextHop: Ipv4, device: string, mac: Mac | null, state: string): Text {
  const at = mac === null ? text("", "") : text(` at ${formatMac(mac)}`, ` ${formatMac(mac)}`);
  return text(
    `${formatIpv4(nextHop)}${at.en} on ${device} is in the neighbour table (${state}): no ARP needed`,
    `邻居表里已有 ${formatIpv4(nextHop)} 在 ${device} 上的 MAC 地址${at.zh}（${state}）：不用发 ARP`,
  );
}

/** An entry that the other side's question has made. */
export function neighbourLearned(nextHop: Ipv4, device: string): Text {
  return text(
    `${formatIpv4(nextHop)} is known on ${device} from its own ARP request: no ARP needed`,
    `对方的 ARP 请求已带来 ${formatIpv4(nextHop)} 的 MAC 地址（${device}）：不用再发 ARP`,
  );
}

/** dev_queue_xmit, seen by the tap. */
export function givenToDevice(payload: Datagram | ArpMessage, device: string): Text {
  const what = payloadName(payload);
  return text(`the stack hands the ${what.en} to ${device}`, `协议栈把${what.zh}交给 ${device} 发出`);
}

/** Out of the other end of a link. */
export function crossesTo(from: string, to: string): Text {
  return text(`it arrives on ${to}, ${from}'s peer`, `它到达 ${from} 的对端 ${to}`);
}

/** netif_receive_skb gives it to the protocol. */
export function handedUp(device: string): Text {
  return text(`${device} passes it up to the stack`, `${device} 把它上交给协议栈`);
}

/** The answer fills the entry. */
export function arpReplyReceived(sender: Ipv4, mac: Mac | null): Text {
  const at = mac === null ? "" : ` ${formatMac(mac)}`;
  return text(
    `the neighbour table learns: ${formatIpv4(sender)} is at${at || " a known address"}`,
    `邻居表记下：${formatIpv4(sender)} 的 MAC 是${at || "已知的"}`,
  );
}

/** loopback_xmit. */
export function loopedBack(): Text {
  return text("lo does nothing but hand it straight back to the stack", "lo 什么也不做，直接把它交回协议栈");
}

/** icmp_echo answers. */
export function localAndEcho(destination: Ipv4, owner: string | null, netns: string): Text {
  const to = formatIpv4(destination);
  const on = owner === null ? text("", "") : text(` (on ${owner})`, `（在 ${owner} 上）`);
  const whose = ownersName(netns);
  return text(
    `${to} is local: the stack builds an echo reply${on.en}`,
    `${to} 是${whose.zh}自己的地址：协议栈构造一个 echo 应答${on.zh}`,
  );
}

/** A socket takes the answer. */
export function socketWants(): Text {
  return text(
    "the stack finds a socket that waits for this echo reply",
    "协议栈发现有套接字在等这个 echo 应答，交给它",
  );
}
/** ping prints its line. */
export function askerHasReply(attempt: Attempt, from: Ipv4): Text {
  const who = askerName(attempt);
  return text(
    `it is ${who.en}'s: ${who.en} has its reply from ${formatIpv4(from)}`,
    `这个套接字正是 ${who.zh} 的：${who.zh} 收到了 ${formatIpv4(from)} 的应答`,
  );
}

// What sockets make of segments and datagrams, in sentences.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, PortSocket } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import type { PassedSocket } from "../../system/lookup/listener.ts";
import type { At } from "../at.ts";
import type { Datagram, Segment } from "../message.ts";
import { askerName, payloadName, withPort } from "../words.ts";

/** As `ss` prints it. */
export function socketLine({ key }: Namespace, { line }: PortSocket): StateLine {
  return { netns: key, key: "sockets", line };
}

/** `127.0.0.1:8080`, `*:80%eth1`, `[::1]:80`. */
export function whereItListens({ address, address6, family, port, device }: PortSocket): string {
  const every = family === "ipv6" ? "[::]" : "0.0.0.0";
  const on = address6 === null ? (address === null ? every : formatIpv4(address)) : `[${address6}]`;
  return `${on}${device ? `%${device}` : ""}:${port}`;
}

function portOf({ packet }: At<Datagram, string | null>): string {
  const { what, destinationPort } = packet.segment as Segment;
  return `${what.protocol === "tcp" ? "TCP" : "UDP"} ${withPort(packet.destination, destinationPort)}`;
}

/** No state of the sockets. */
export function doesAnythingListen(at: At<Datagram>): Text {
  const port = portOf(at);
  return text(
    `does anything listen on ${port} in ${at.host.en}? Nobody has listed its sockets.`,
    `${at.host.zh}上有程序在 ${port} 监听吗？没有列出过它的套接字。`,
  );
}

/** NAT gives one of several ports. */
export function whichPort({ host }: At<Datagram>): Text {
  return text(`which port of ${host.en} is it for?`, `它是发往${host.zh}的哪个端口？`);
}

/** A socket of IPv6 in a listing without its options. */
export function doesItTakeIpv4({ line }: PortSocket): Text {
  return text(
    `does the IPv6 socket “${line}” take IPv4 too? The listing does not tell.`,
    `IPv6 套接字“${line}”也接收 IPv4 吗？列表里看不出来。`,
  );
}

/** SO_REUSEPORT. */
export function whichOfGroup(): Text {
  return text(
    "which of the sockets that share this port gets it? A hash decides, and not all of them have room.",
    "共用这个端口的套接字中哪一个会收到它？由哈希决定，而其中有的已经排满。",
  );
}

/** sk_acceptq_is_full. */
export function noRoom({ program, waiting, backlog }: PortSocket): Text {
  const who = program === null ? text("the program", "程序") : text(program, ` ${program} `);
  return text(
    `${waiting} connections wait for ${who.en} to accept them, more than its backlog of ${backlog}: the SYN is dropped without a word`,
    `有 ${waiting} 个连接在等${who.zh}接受，超过 backlog 的 ${backlog}：SYN 被静默丢弃`,
  );
}

/** The socket that gets it. */
export function takenBy(at: At<Datagram>, socket: PortSocket): Text {
  const { what } = at.packet.segment as Segment;
  const place = whereItListens(socket);
  const who = socket.program === null ? text("a program", "有程序") : text(socket.program, `${socket.program} `);
  return what.protocol === "tcp"
    ? text(
        `${who.en} listens on ${place}: the stack answers with SYN-ACK`,
        `${who.zh}在 ${place} 监听：协议栈回 SYN-ACK`,
      )
    : text(
        `${who.en} has a socket on ${place} and gets the datagram; what follows holds if it answers`,
        `${who.zh}在 ${place} 打开了套接字，收到数据报；以下假定它会应答`,
      );
}

/** Which source an answer over UDP has. */
export function whichSource({ program }: PortSocket, asked: Ipv4, chosen: Ipv4): Text {
  const who = program === null ? text("the program", "程序") : text(program, ` ${program} `);
  const [a, b] = [formatIpv4(asked), formatIpv4(chosen)];
  return text(
    `does ${who.en} answer from ${a}, which was asked? Its socket takes every address, and unless it sees to it the kernel chooses ${b}.`,
    `${who.zh}会从被询问的 ${a} 应答吗？它的套接字绑定所有地址，如果程序不特意指定，内核会选 ${b} 作源地址。`,
  );
}

/** tcp_v4_send_reset, icmp_send. */
export function nobodyTakes(at: At<Datagram>, nearest: PassedSocket | null, isToMany: boolean): Text {
  const { what } = at.packet.segment as Segment;
  const then = isToMany
    ? text("it is dropped without a word", "它被静默丢弃")
    : what.protocol === "tcp"
      ? text("the connection is refused with RST", "用 RST 拒绝这个连接")
      : text("ICMP port unreachable goes back", "回 ICMP 端口不可达");
  const port = portOf(at);
  if (nearest === null)
    return text(
      `nothing listens on ${port} in ${at.host.en}: ${then.en}`,
      `${at.host.zh}没有程序在 ${port} 监听：${then.zh}`,
    );
  const { socket } = nearest;
  const who = socket.program === null ? text("a program", "有程序") : text(socket.program, `${socket.program} `);
  const place = whereItListens(socket);
  return text(
    `no socket of ${at.host.en} takes it (${who.en} listens on ${place} only): ${then.en}`,
    `${at.host.zh}没有套接字接收它（${who.zh}只在 ${place} 监听）：${then.zh}`,
  );
}

/** What a listing of the sockets shows. */
export function noneOnThePort(at: At<Datagram>): Text {
  const { what, destinationPort } = at.packet.segment as Segment;
  const [protocol, port] = [what.protocol.toUpperCase(), destinationPort.start];
  return text(
    `none of the sockets of ${at.host.en} is on ${protocol} port ${port}`,
    `${at.host.zh}的套接字里没有 ${protocol} 端口 ${port}`,
  );
}

/** RTCF_BROADCAST. */
export function forMany(destination: string): Text {
  return text(
    `${destination} is a broadcast address here: TCP never answers a SYN to many`,
    `${destination} 在这里是广播地址：TCP 从不应答发给多个主机的 SYN`,
  );
}

/** RST in SYN_SENT. */
export function refused(attempt: Attempt): Text {
  const who = askerName(attempt);
  return text(
    `${who.en} is told ECONNREFUSED: “Connection refused”`,
    `${who.zh} 得到 ECONNREFUSED：“Connection refused”`,
  );
}

/** The socket that has asked. */
export function socketTakes(at: At<Datagram>): Text {
  const what = payloadName(at.packet);
  return text(`the ${what.en} is for a socket that waits for it`, `有套接字在等这个 ${what.zh}`);
}

/** recv returns. */
export function hasItsAnswer(attempt: Attempt): Text {
  const who = askerName(attempt);
  return text(`${who.en} has its answer`, `${who.zh} 收到了应答`);
}

/** connect returns, and the ACK leaves. */
export function acknowledges(attempt: Attempt): Text {
  const who = askerName(attempt);
  return text(
    `${who.en} is connected, and the last segment of the handshake (ACK) leaves`,
    `${who.zh} 已连接，发出握手的最后一个报文段（ACK）`,
  );
}

/** accept may return. */
export function connected({ host }: At<Datagram>): Text {
  return text(`the connection stands in ${host.en}, too`, `${host.zh}这一端的连接也建立了`);
}

/** SO_BINDTODEVICE. */
export function notTheBound(attempt: Attempt, logical: string): Text {
  const who = askerName(attempt);
  const bound = attempt.outInterface;
  return text(
    `the answer counts as come in by ${logical}, but ${who.en}'s socket is bound to ${bound}: it does not get it`,
    `这个应答算作从 ${logical} 进来，而 ${who.zh} 的套接字绑定在 ${bound}：它收不到`,
  );
}

/** Somebody else's, or from an address that nobody asked. */
export function nobodyKnows(at: At<Datagram>): Text {
  const what = payloadName(at.packet);
  return text(
    `no socket of ${at.host.en} has asked there: the ${what.en} is turned away`,
    `${at.host.zh}没有套接字问过它：这个 ${what.zh} 被拒收`,
  );
}

/** It ends nothing. */
export function strayReset({ host }: At<Datagram>): Text {
  return text(
    `no connection of ${host.en} is meant by this reset: it is ignored`,
    `这个复位不对应${host.zh}的任何连接：忽略`,
  );
}

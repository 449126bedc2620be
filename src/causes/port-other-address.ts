// A socket on the port that was asked does not take the packet: listens on another address.

import { defineCause } from "../model/cause.ts";
import { asked, listingOfSockets, onTheWire } from "../model/service.ts";
import { text } from "../model/text.ts";

/** Listens on another address. */
export const cause = defineCause({
  code: "port-other-address",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["sockets"],
    stages: ["arrived"],
  },
  title: text("connection refused: listens on another address", "连接被拒绝：监听在别的地址上"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `connection refused: listens on another address${at === "" ? "" : `: ${at}`}`,
      `连接被拒绝：监听在别的地址上${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `The packet for ${asked(facts) || "the port"} arrives, and ${facts.program ?? "a program"} listens on that port, but only on ${facts.listens ?? "another address"}: a socket that is bound to an address takes nothing for others. ${onTheWire(facts).en}`,
      `发往 ${asked(facts) || "该端口"} 的报文到达了，${facts.program ?? "有程序"} 也在这个端口监听，但只在 ${facts.listens ?? "别的地址"} 上：绑定了某个地址的套接字不接收发给其他地址的报文。${onTheWire(facts).zh}`,
    ),
  why: () =>
    text(
      "For a SYN without a listening socket Linux sends a reset, for a UDP datagram without a socket ICMP port unreachable; the program gets ECONNREFUSED from either.",
      "SYN 找不到监听套接字时 Linux 回复位（RST），UDP 数据报找不到套接字时回 ICMP 端口不可达；程序在两种情况下都得到 ECONNREFUSED。",
    ),
  fixes: (facts, netns) => [
    {
      advice: listingOfSockets(facts, netns).command,
      effect: text(
        `shows the address it is bound to: let ${facts.program ?? "the program"} listen on ${facts.target ?? "the address"} or on 0.0.0.0 (its own configuration: listen, bind, host), or ask for the address it uses`,
        `显示它绑定的地址：让 ${facts.program ?? "程序"} 监听 ${facts.target ?? "该地址"} 或 0.0.0.0（在它自己的配置里：listen、bind、host），或者改用它监听的地址`,
      ),
    },
  ],
  faults: ({ netns, role, protocol }) =>
    role === "target" && protocol !== "icmp" ? [[{ kind: "sockets", netns, listens: "loopback" }]] : [],
  settle: (facts, netns) => [listingOfSockets(facts, netns)],
  lookalikes: ["port-no-listener", "port-ipv6-only", "port-other-device", "nft-reject"],
  search: [
    "listening on 127.0.0.1 only",
    "bind address",
    "connection refused from other host",
    "localhost works but not from outside",
    "只监听 127.0.0.1",
    "本机能连外面连不上",
  ],
  page: () => ({
    meaning: text(
      "Many services listen on 127.0.0.1 out of caution, and can then be reached from their own host alone. In a container 127.0.0.1 is the container's own.",
      "许多服务出于谨慎只监听 127.0.0.1，这样只有本机能访问。在容器里，127.0.0.1 是容器自己的。",
    ),
    evidence: text(
      "State: `ss -lntup` of the host, the line of that port. Packets: SYN and RST, or the datagram and ICMP port unreachable; they look the same as with no listener at all. Drop reason: NO_SOCKET.",
      "状态：该主机 `ss -lntup` 中这个端口的那一行。报文：SYN 和 RST，或数据报和 ICMP 端口不可达；与完全没有监听时看起来一样。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "port-no-listener: no socket is on the port. port-ipv6-only: the socket takes IPv6 only. port-other-device: it is bound to an interface.",
      "port-no-listener：端口上没有任何套接字。port-ipv6-only：套接字只接收 IPv6。port-other-device：绑定在某个接口上。",
    ),
    kernel: "__inet_lookup_listener: inet_rcv_saddr of the socket differs (compute_score -1)",
  }),
  scenario: "port-other-address",
  negativeTwin: "port-no-listener",
});

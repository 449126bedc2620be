// A socket on the port that was asked does not take the packet: listens on IPv6 only.

import { defineCause } from "../model/cause.ts";
import { asked, listingOfSockets, onTheWire } from "../model/service.ts";
import { text } from "../model/text.ts";

/** Listens on ipv6 only. */
export const cause = defineCause({
  code: "port-ipv6-only",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["sockets"],
    stages: ["arrived"],
  },
  title: text("connection refused: listens on IPv6 only", "连接被拒绝：只监听 IPv6"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `connection refused: listens on IPv6 only${at === "" ? "" : `: ${at}`}`,
      `连接被拒绝：只监听 IPv6${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `The packet for ${asked(facts) || "the port"} arrives, and ${facts.program ?? "a program"} listens on that port, but only for IPv6 (${facts.listens ?? "[::]"}); the packet is IPv4. ${onTheWire(facts).en}`,
      `发往 ${asked(facts) || "该端口"} 的报文到达了，${facts.program ?? "有程序"} 也在这个端口监听，但只接收 IPv6（${facts.listens ?? "[::]"}），而这个报文是 IPv4。${onTheWire(facts).zh}`,
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
        `shows [::] or v6only:1 where a socket takes no IPv4: let ${facts.program ?? "the program"} listen on 0.0.0.0 as well, or allow both families (ipv6only=off)`,
        `不接收 IPv4 的套接字显示为 [::] 或 v6only:1：让 ${facts.program ?? "程序"} 同时监听 0.0.0.0，或允许两个协议族（ipv6only=off）`,
      ),
    },
  ],
  settle: (facts, netns) => [listingOfSockets(facts, netns)],
  lookalikes: ["port-no-listener", "port-other-address", "nft-reject"],
  search: ["IPV6_V6ONLY", "bindv6only", "listens on :: only", "只监听 IPv6", "ipv6only"],
  page: () => ({
    meaning: text(
      "A socket of IPv6 takes IPv4 too, unless its program or net.ipv6.bindv6only says otherwise, or it is bound to an address of IPv6 such as [::1].",
      "IPv6 套接字通常也接收 IPv4，除非程序或 net.ipv6.bindv6only 另有规定，或者它绑定在 [::1] 之类的 IPv6 地址上。",
    ),
    evidence: text(
      "State: `ss -lntup` of the host, the line of that port. Packets: SYN and RST, or the datagram and ICMP port unreachable; they look the same as with no listener at all. Drop reason: NO_SOCKET.",
      "状态：该主机 `ss -lntup` 中这个端口的那一行。报文：SYN 和 RST，或数据报和 ICMP 端口不可达；与完全没有监听时看起来一样。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "port-other-address: bound to an address of IPv4. port-no-listener: no socket is on the port.",
      "port-other-address：绑定的是某个 IPv4 地址。port-no-listener：端口上没有任何套接字。",
    ),
    kernel: "compute_score: ipv6_only_sock",
  }),
  scenario: "port-ipv6-only",
  negativeTwin: "port-other-address",
});

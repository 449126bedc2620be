// A socket on the port that was asked does not take the packet: listens on another interface.

import { defineCause } from "../model/cause.ts";
import { asked, listingOfSockets, onTheWire } from "../model/service.ts";
import { text } from "../model/text.ts";

/** Listens on another interface. */
export const cause = defineCause({
  code: "port-other-device",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["sockets"],
    stages: ["arrived"],
  },
  title: text("connection refused: listens on another interface", "连接被拒绝：监听在别的接口上"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `connection refused: listens on another interface${at === "" ? "" : `: ${at}`}`,
      `连接被拒绝：监听在别的接口上${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `The packet for ${asked(facts) || "the port"} arrives, and ${facts.program ?? "a program"} listens on that port, but its socket is bound to ${facts.peerInterface ?? "another interface"}, and this packet counts as come in by ${facts.inInterface ?? "another one"}. ${onTheWire(facts).en}`,
      `发往 ${asked(facts) || "该端口"} 的报文到达了，${facts.program ?? "有程序"} 也在这个端口监听，但它的套接字绑定在接口 ${facts.peerInterface ?? "别处"} 上，而这个报文算作从 ${facts.inInterface ?? "别的接口"} 进来。${onTheWire(facts).zh}`,
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
        `shows the interface behind % in the local address: take SO_BINDTODEVICE (bind-dynamic, interface=, @dev) out of the configuration of ${facts.program ?? "the program"}, or name the right interface there`,
        `本地地址里 % 后面就是它绑定的接口：从 ${facts.program ?? "程序"} 的配置里去掉绑定接口的选项（SO_BINDTODEVICE、interface=），或写上正确的接口`,
      ),
    },
  ],
  settle: (facts, netns) => [listingOfSockets(facts, netns)],
  lookalikes: ["port-no-listener", "port-other-address", "nft-reject"],
  search: [
    "SO_BINDTODEVICE",
    "bind to interface",
    "dnsmasq interface",
    "绑定接口",
    "connection refused on one interface",
  ],
  page: () => ({
    meaning: text(
      "A socket may be bound to an interface besides its address. What comes in by others, also from the host itself over lo, it does not see.",
      "套接字除了地址还可以绑定接口。从其他接口进来的报文它看不到，本机经 lo 发来的也看不到。",
    ),
    evidence: text(
      "State: `ss -lntup` of the host, the line of that port. Packets: SYN and RST, or the datagram and ICMP port unreachable; they look the same as with no listener at all. Drop reason: NO_SOCKET.",
      "状态：该主机 `ss -lntup` 中这个端口的那一行。报文：SYN 和 RST，或数据报和 ICMP 端口不可达；与完全没有监听时看起来一样。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "port-other-address: it is bound to an address. port-no-listener: no socket is on the port.",
      "port-other-address：绑定的是地址。port-no-listener：端口上没有任何套接字。",
    ),
    kernel: "inet_sk_bound_dev_eq: sk_bound_dev_if is not the interface (inet_iif)",
  }),
  scenario: "port-other-device",
  negativeTwin: "port-other-address",
});

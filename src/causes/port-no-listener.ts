// Nothing listens on the port that was asked.

import { defineCause } from "../model/cause.ts";
import { asked, listingOfSockets, onTheWire } from "../model/service.ts";
import { text } from "../model/text.ts";

const UNHEARD = text(", and the refusal is lost on its way back", "，而且拒绝的答复在回来的路上丢失");

/** No socket on the port. */
export const cause = defineCause({
  code: "port-no-listener",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["sockets"],
    stages: ["arrived"],
  },
  title: text("connection refused: nothing listens", "连接被拒绝：没有程序在监听"),
  headline: (facts) => {
    const at = asked(facts);
    const unheard = facts.lost === "refusal" ? UNHEARD : text("", "");
    return text(
      `connection refused: nothing listens${at === "" ? "" : `: ${at}`}${unheard.en}`,
      `连接被拒绝：没有程序在监听${at === "" ? "" : `：${at}`}${unheard.zh}`,
    );
  },
  summary: (facts) => {
    const at = asked(facts);
    const { owner, before, lost } = facts;
    const turned =
      before === undefined
        ? text("", "")
        : text(
            `NAT turns what is for ${before} into ${at || "another port"}. `,
            `NAT 把发往 ${before} 的报文改为发往 ${at || "别的端口"}。`,
          );
    const unheard =
      lost === "refusal"
        ? text(
            "But that answer is lost on its way back, so the program hears nothing and waits until it gives up. The",
            "但这个答复在回来的路上丢了，所以程序什么也收不到，只能等到超时。",
          )
        : before === undefined
          ? text("No firewall is at work: the", "这不是防火墙：")
          : text("The", "");
    return text(
      `${turned.en}The packet for ${at || "the port"} arrives${owner === undefined ? "" : ` at ${owner || "this host"}`}, and none of its sockets is on that port. ${onTheWire(facts).en} ${unheard.en} program that should be there does not run, or uses another port.`,
      `${turned.zh}发往 ${at || "该端口"} 的报文到达了${owner === undefined ? "主机" : owner === "" ? "本机" : ` ${owner}`}，但它没有任何套接字在这个端口上。${onTheWire(facts).zh}${unheard.zh}应当在那里的程序没有运行，或者用了别的端口。`,
    );
  },
  why: () =>
    text(
      "For a SYN without a listening socket Linux sends a reset, for a UDP datagram without a socket ICMP port unreachable; the program gets ECONNREFUSED from either.",
      "SYN 找不到监听套接字时 Linux 回复位（RST），UDP 数据报找不到套接字时回 ICMP 端口不可达；程序在两种情况下都得到 ECONNREFUSED。",
    ),
  fixes: (facts, netns) => [
    {
      advice: listingOfSockets(facts, netns).command,
      effect: text(
        "shows which ports have a listener, and whose: start the service, or ask for the port it uses",
        "列出哪些端口有程序监听、是谁的：启动服务，或改用它实际的端口",
      ),
    },
  ],
  faults: ({ netns, role, protocol }) =>
    role === "target" && protocol !== "icmp" ? [[{ kind: "sockets", netns, listens: "nowhere" }]] : [],
  settle: (facts, netns) => [listingOfSockets(facts, netns)],
  lookalikes: ["port-other-address", "port-other-device", "port-ipv6-only", "nft-reject", "nothing-listens"],
  search: [
    "connection refused",
    "ECONNREFUSED",
    "no listener",
    "port closed",
    "连接被拒绝",
    "端口没有监听",
    "Connection refused",
  ],
  page: () => ({
    meaning: text(
      "The host was reached, and said at once that nobody there takes it. That is the ordinary answer of a closed port; only a service that runs and listens changes it.",
      "主机已经到达，并且立刻答复那里没人接收。这是端口没开时的正常答复；只有服务运行并监听才会改变。",
    ),
    evidence: text(
      "State: `ss -lntup` of the host lists no socket on that port. Packets: the SYN at the host and its RST, or the datagram and ICMP type 3 code 3. Counters: IcmpOutDestUnreachs for a datagram. Drop reason: NO_SOCKET.",
      "状态：该主机的 `ss -lntup` 里没有这个端口的套接字。报文：到达主机的 SYN 和它回的 RST，或者数据报和类型 3 代码 3 的 ICMP。计数器：数据报会使 IcmpOutDestUnreachs 增长。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "port-other-address, port-other-device, port-ipv6-only: a socket is on the port and does not take this packet. nft-reject: a firewall rule answers in the host's name, and its counter moves.",
      "port-other-address、port-other-device、port-ipv6-only：端口上有套接字，但不接收这个报文。nft-reject：防火墙规则以主机的名义答复，它的计数会增长。",
    ),
    kernel:
      "tcp_v4_rcv: __inet_lookup_skb finds none \u2192 tcp_v4_send_reset; __udp4_lib_rcv: __udp4_lib_lookup_skb finds none \u2192 icmp_send(ICMP_PORT_UNREACH)",
  }),
  scenario: "port-no-listener",
  negativeTwin: "port-other-address",
});

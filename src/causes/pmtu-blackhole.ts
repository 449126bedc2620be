// The router's "frag needed" is filtered on its way back, so the sender never learns the MTU.

import { defineCause } from "../model/cause.ts";
import { filterRule, smallMtu } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Path MTU discovery without its messages. */
export const cause = defineCause({
  code: "pmtu-blackhole",
  severity: "problem",
  marks: {
    drop: [
      { reason: "PKT_TOO_BIG", settles: "cause" },
      { reason: "NETFILTER_DROP", settles: "kind" },
    ],
    counters: [
      { name: "IpFragFails", of: "namespace", always: false },
      { name: "IpOutDiscards", of: "namespace", always: false },
    ],
    decides: ["nft", "iptables", "link"],
    stages: ["forwarded"],
    asked: { threads: 10, order: 7 },
  },
  title: text("path MTU black hole: the size error is filtered", "PMTU 黑洞：报告大小的 ICMP 差错被过滤"),
  headline: ({ router, mtu, outInterface }) => {
    const where = text(
      [
        router || undefined,
        mtu === undefined ? undefined : `MTU ${mtu}${outInterface === undefined ? "" : ` on ${outInterface}`}`,
      ]
        .filter((part) => part !== undefined)
        .join(", "),
      [
        router || undefined,
        mtu === undefined ? undefined : `${outInterface === undefined ? "" : `${outInterface} 的 `}MTU 为 ${mtu}`,
      ]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `path MTU black hole: the size error is filtered${where.en === "" ? "" : ` (${where.en})`}`,
      `PMTU 黑洞：报告大小的 ICMP 差错被过滤${where.zh === "" ? "" : `（${where.zh}）`}`,
    );
  },
  summary: ({ router, size, mtu, outInterface, source }) =>
    text(
      `${router || "A router on the way"} cannot send ${size === undefined ? "the packet" : `${size} bytes`} out of ${outInterface ?? "its next interface"}${mtu === undefined ? "" : ` (MTU ${mtu})`}, and DF forbids fragments. It makes the error that would tell ${source ?? "the sender"} the right size, but a firewall drops that error. So large packets vanish for good, while small ones pass.`,
      `${router || "途中的路由器"} 无法把 ${size === undefined ? "报文" : `${size} 字节的报文`} 从 ${outInterface ?? "下一个接口"}${mtu === undefined ? "" : `（MTU ${mtu}）`} 发出，而 DF 又禁止分片。它生成了告诉 ${source ?? "发送方"} 合适大小的差错，但这个差错被防火墙丢弃。于是大包一直丢，小包却能通。`,
    ),
  why: () =>
    text(
      "Path MTU discovery stands on ICMP type 3 code 4; where a firewall drops all ICMP, the sender keeps sending packets that cannot pass.",
      "路径 MTU 发现依赖 ICMP 类型 3 代码 4；防火墙一概丢弃 ICMP 时，发送方会一直发过不去的报文。",
    ),
  fixes: ({ mtu, target }, netns) => [
    {
      edits: [nftRule(netns, "insert", "inet filter output", "icmp type destination-unreachable accept")],
      effect: text(
        "in the chain that drops it (see the evidence): lets the error out; the forward chains on the way need it as well",
        "在丢弃它的链里（见证据）放行该差错；途中各 forward 链也需要",
      ),
    },
    {
      edits: [
        {
          kind: "route",
          netns: null,
          verb: "change",
          destination: `${target ?? "TARGET"}/32`,
          mtu: Number(mtu ?? "1400"),
          via: "GATEWAY",
        },
      ],
      effect: text("on the sender, where the firewall is not yours", "如果防火墙不归你管，在发送方给路由设定 MTU"),
    },
  ],
  settle: ({ target }) => [
    {
      command: `ping -M do -c 3 -s 1472 ${target ?? "TARGET"}`,
      because: text(
        "lost without any message, while -s 1200 is answered: this, or a link with unequal MTUs",
        "没有任何提示就丢，而 -s 1200 能通：就是它，或者某段链路两端 MTU 不一致",
      ),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "router" && outInterface !== null
      ? [[smallMtu(netns, outInterface), filterRule(netns, "OUTPUT", "-p icmp -m icmp --icmp-type 3 -j DROP")]]
      : [],
  lookalikes: ["echo-no-reply", "peer-mtu-smaller", "frag-needed-df", "nft-forward-drop"],
  search: [
    "PMTU black hole",
    "large packets lost small pings work",
    "firewall blocks ICMP fragmentation needed",
    "tcp_mtu_probing",
    "PMTU 黑洞",
    "大包不通小包通",
    "SSH 能连但传大文件卡住",
  ],
  page: () => ({
    meaning: text(
      "Small pings and TCP handshakes work, large packets hang: the classic sign of a path whose narrow place may not speak. The firewall that drops all ICMP is the fault, not the small MTU.",
      "小的 ping 和 TCP 握手都正常，一传大包就卡住：这是路径上的窄处“不许说话”的典型表现。错在丢弃全部 ICMP 的防火墙，而不是 MTU 小。",
    ),
    evidence: text(
      "Packets: the large request at the router, nothing out of it on either side. State: an MTU smaller than the packet, a rule that drops ICMP errors. Counters: IpFragFails on the router, and IpOutDiscards where its own output chain drops the error; drop reasons PKT_TOO_BIG at ip_forward and NETFILTER_DROP for the error.",
      "报文：路由器上有大的请求，两侧都没有任何东西发出。状态：MTU 小于报文，以及丢弃 ICMP 差错的规则。计数器：路由器的 IpFragFails；差错被它自己的 output 链丢弃时还有 IpOutDiscards；丢包原因 ip_forward 处的 PKT_TOO_BIG，以及针对差错报文的 NETFILTER_DROP。",
    ),
    tellApart: text(
      "frag-needed-df: the error arrives, ping prints it. peer-mtu-smaller: IpFragFails moves nowhere. nft-forward-drop: small packets are dropped too.",
      "frag-needed-df：差错能到，ping 会打印。peer-mtu-smaller：哪里的 IpFragFails 都不变。nft-forward-drop：小包也丢。",
    ),
    kernel: "ip_forward: PKT_TOO_BIG → icmp_send(ICMP_FRAG_NEEDED) → NF_INET_LOCAL_OUT or FORWARD: NETFILTER_DROP",
  }),
  scenario: "pmtu-blackhole",
  negativeTwin: "frag-needed-df",
});

// A rule of the prerouting hook drops the packet before any route is looked at.

import { defineCause, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The earliest IP hook. */
export const cause = defineCause({
  code: "nft-prerouting-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["arrived", "forwarded"],
  },
  title: text("dropped by the firewall: prerouting", "被防火墙丢弃：prerouting"),
  headline: ({ chain, inInterface }) => {
    const where = [chain, inInterface].filter((part) => part !== undefined);
    return text(
      `dropped by the firewall: prerouting${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被防火墙丢弃：prerouting${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface, chain, rule }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} comes in by ${inInterface ?? "an interface"}, where a capture still shows it. Then ${chain === undefined ? "a prerouting rule" : `a rule in chain ${chain}`} drops it, before the kernel has even decided whether it is for this host or to be forwarded${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文从 ${inInterface ?? "某个接口"} 进来，在那里抓包还能看到。随后${chain === undefined ? " prerouting 的规则" : ` ${chain} 链里的规则`}把它丢弃，此时内核还没判断它是给本机的还是要转发的${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。`,
    ),
  why: () =>
    text(
      "Prerouting is the first hook of the IP stack, in front of routing, rp_filter, input and forward alike.",
      "prerouting 是 IP 协议栈的第一个钩子，在路由、rp_filter、input 和 forward 之前。",
    ),
  fixes: ({ chain }, netns) => [
    {
      edits: [
        nftRule(netns, "insert", chain ?? "inet raw prerouting", "icmp type { echo-request, echo-reply } accept"),
      ],
      effect: text("lets pings pass, in front of all other rules", "在所有规则之前放行 ping"),
    },
    {
      advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset" : `nft -a list chain ${chain}`),
      effect: text(
        "shows the rules with their handles, for `nft delete rule … handle N`",
        "列出规则及其 handle，可用 `nft delete rule … handle N` 删除",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpForwDatagrams IcmpInEchos TcpExtIPReversePathFilter"),
      because: text(
        "none of them moves while a rule's counter in prerouting does: this",
        "这些都不变，而 prerouting 里某条规则的计数增长，就是这个原因",
      ),
    },
  ],
  faults: (place) =>
    place.role === "target" || place.role === "router" ? [[nftDrop(place, "inet", "prerouting", { by: "rule" })]] : [],
  lookalikes: ["echo-no-reply", "nft-input-drop", "nft-forward-drop", "nft-netdev-ingress-drop", "rp-filter-strict"],
  search: [
    "nftables prerouting drop",
    "raw table drop",
    "fib saddr drop rpfilter rule",
    "prerouting 丢包",
    "raw 表 丢弃",
    "防火墙 prerouting",
  ],
  page: () => ({
    meaning: text(
      "A rule in prerouting, often in a raw or mangle table, drops the packet: bogon lists, the firewall's own reverse path rule (`fib saddr oif missing drop`), or protection against attacks.",
      "prerouting 里的规则（常在 raw 或 mangle 表）丢弃了报文：可能是非法地址名单、防火墙自带的反向路径规则（`fib saddr oif missing drop`），或者防攻击规则。",
    ),
    evidence: text(
      "Packets: on the receiving interface, nowhere else. Counters: the rule's; IpInReceives moves, IpForwDatagrams and IcmpInEchos do not; drop reason NETFILTER_DROP with the receiving device.",
      "报文：只在接收接口上。计数器：该规则的计数；IpInReceives 增长，IpForwDatagrams 和 IcmpInEchos 不变；丢包原因 NETFILTER_DROP，设备是接收接口。",
    ),
    tellApart: text(
      "nft-forward-drop: IpForwDatagrams moves. nft-netdev-ingress-drop: IpInReceives does not move. rp-filter-strict: IP_RPFILTER, with a counter of its own.",
      "nft-forward-drop：IpForwDatagrams 增长。nft-netdev-ingress-drop：IpInReceives 不变。rp-filter-strict：IP_RPFILTER，有自己的计数。",
    ),
    kernel: "ip_rcv → NF_HOOK(NF_INET_PRE_ROUTING) → nft_do_chain: NETFILTER_DROP",
  }),
  scenario: "nft-prerouting-drop",
  negativeTwin: "nft-forward-drop",
});

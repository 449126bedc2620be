// A rule of the router's forward hook drops the packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The router forwards, but its firewall does not let this through. */
export const cause = defineCause({
  code: "nft-forward-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["forwarded"],
    asked: { threads: 12, order: 1 },
  },
  title: text("dropped by the router's firewall: forward", "被路由器的防火墙丢弃：forward"),
  headline: ({ chain, inInterface, outInterface }) => {
    const path =
      inInterface === undefined || outInterface === undefined ? undefined : `${inInterface} → ${outInterface}`;
    const where = [chain, path].filter((part) => part !== undefined);
    return text(
      `dropped by the router's firewall: forward${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被路由器的防火墙丢弃：forward${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface, outInterface, chain, rule }) =>
    text(
      `The router takes the packet from ${source ?? "the sender"} to ${target ?? "the target"} in${inInterface === undefined ? "" : ` by ${inInterface}`} and has a route for it${outInterface === undefined ? "" : ` by ${outInterface}`}. But a firewall rule${chain === undefined ? " of its forward hook" : ` in chain ${chain}`} drops it${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. It never leaves on the other side, and the sender is not told.`,
      `路由器${inInterface === undefined ? "" : `从 ${inInterface} `}收到从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文，也有路由${outInterface === undefined ? "" : `（走 ${outInterface}）`}。但${chain === undefined ? " forward 钩子上" : ` ${chain} 链里`}的一条防火墙规则把它丢弃了${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。另一侧不会有报文发出，发送方也得不到通知。`,
    ),
  why: () =>
    text(
      "The forward hook is the last step of ip_forward, behind TTL and MTU; a verdict of drop frees the packet without an ICMP error.",
      "forward 钩子是 ip_forward 的最后一步，在 TTL 和 MTU 检查之后；判定为 drop 的报文直接释放，不发 ICMP 差错。",
    ),
  fixes: ({ chain, inInterface, outInterface }, netns) => {
    const list = chain ?? "inet filter forward";
    const ways =
      inInterface === undefined || outInterface === undefined
        ? "icmp type { echo-request, echo-reply } accept"
        : `iifname ${inInterface} oifname ${outInterface} accept`;
    return [
      {
        edits: [nftRule(netns, "insert", list, ways)],
        effect: text(
          "lets it pass this way, in front of all other rules; replies need the opposite direction, or the next rule",
          "在所有规则之前放行这个方向；应答还需要反方向的规则，或下面这条",
        ),
      },
      {
        edits: [nftRule(netns, "insert", list, "ct state established,related accept")],
        effect: text("lets the replies back through", "放行回来的应答"),
      },
      {
        advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset" : `nft -a list chain ${chain}`),
        effect: text(
          "shows the rules with their handles: `nft delete rule … handle N` takes the dropping one out",
          "列出规则及其 handle：用 `nft delete rule … handle N` 删除丢包的那一条",
        ),
      },
    ];
  },
  settle: ({ chain }, netns) => [
    {
      command: inNamespace(netns, chain === undefined ? "nft list ruleset" : `nft list chain ${chain}`),
      because: text(
        "before and after a ping: the counter of the dropping rule moves",
        "ping 前后各执行一次：丢包规则的计数会增长",
      ),
    },
  ],
  faults: (place) => (place.role === "router" ? [[nftDrop(place, "inet", "forward", { by: "rule" })]] : []),
  lookalikes: [
    "echo-no-reply",
    "nft-policy-drop",
    "iptables-drop",
    "ip-forward-off",
    "nft-prerouting-drop",
    "nft-postrouting-drop",
    "forward-blackhole",
  ],
  search: [
    "nftables forward drop",
    "Docker FORWARD chain drop",
    "router firewall blocks ping between subnets",
    "packets enter router but do not leave",
    "forward 链丢包",
    "路由器防火墙拦截转发",
    "两个网段之间 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "Forwarding is on and the route is there, but a firewall rule on the router forbids this passage. Docker, Kubernetes and VPN software write such rules without being asked; traffic between two of their networks is the usual victim.",
      "转发已打开，路由也有，但路由器上的一条防火墙规则不让通过。Docker、Kubernetes 和 VPN 软件会自动写入这样的规则，常见的受害者是它们各网络之间的流量。",
    ),
    evidence: text(
      "Packets: the request on the router's input interface, not on its output interface, no ARP there for the target, no ICMP error. State: the ruleset, a matching drop on hook forward. Counters: the rule's counter; IpForwDatagrams has already counted the packet; drop reason NETFILTER_DROP at nft_do_chain.",
      "报文：路由器入接口上有请求，出接口上没有，那里也没有对目标的 ARP，没有 ICMP 差错。状态：规则集里 forward 钩子上有能匹配的 drop。计数器：该规则的计数；IpForwDatagrams 已经把它计入；丢包原因 nft_do_chain 处的 NETFILTER_DROP。",
    ),
    tellApart: text(
      "ip-forward-off: IpInAddrErrors moves instead of IpForwDatagrams. nft-prerouting-drop: IpForwDatagrams does not move. nft-reject: an ICMP error comes back. br-netfilter-drop: the packet is bridged, not routed.",
      "ip-forward-off：增长的是 IpInAddrErrors 而不是 IpForwDatagrams。nft-prerouting-drop：IpForwDatagrams 不变。nft-reject：会收到 ICMP 差错。br-netfilter-drop：报文是桥接的，不是路由的。",
    ),
    kernel: "ip_forward → NF_HOOK(NF_INET_FORWARD) → nft_do_chain: NF_DROP → NETFILTER_DROP",
  }),
  scenario: "nft-forward-drop",
  negativeTwin: "ip-forward-off",
});

// A rule of the receiving host's input hook drops the packet before ICMP sees it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The target's firewall drops what is for the host itself. */
export const cause = defineCause({
  code: "nft-input-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["arrived"],
    asked: { threads: 8, order: 3 },
  },
  title: text("dropped by the firewall: input", "被防火墙丢弃：input"),
  headline: ({ chain, inInterface }) => {
    const where = text(
      [chain, inInterface === undefined ? undefined : `packet came in by ${inInterface}`]
        .filter((part) => part !== undefined)
        .join(", "),
      [chain, inInterface === undefined ? undefined : `报文从 ${inInterface} 进来`]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `dropped by the firewall: input${where.en === "" ? "" : ` (${where.en})`}`,
      `被防火墙丢弃：input${where.zh === "" ? "" : `（${where.zh}）`}`,
    );
  },
  summary: ({ source, target, inInterface, chain, rule }) =>
    text(
      `The packet from ${source ?? "the sender"} reaches ${target ?? "the target"}${inInterface === undefined ? "" : ` at ${inInterface}`}; a capture there shows it. Behind the capture point a firewall rule${chain === undefined ? "" : ` in chain ${chain}`} drops it${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. ICMP never gets it, and nobody is told.`,
      `来自 ${source ?? "发送方"} 的报文到达了 ${target ?? "目标"}${inInterface === undefined ? "" : ` 的 ${inInterface}`}，在那里抓包能看到。但在抓包点之后，${chain === undefined ? "" : `${chain} 链里的`}一条防火墙规则把它丢弃了${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。ICMP 层收不到它，也不通知任何人。`,
    ),
  why: () =>
    text(
      "The input hook lies behind routing and rp_filter and before the protocols; a verdict of drop frees the packet there without any message.",
      "input 钩子在路由和 rp_filter 之后、各协议之前；判定为 drop 的报文就在那里释放，不发任何消息。",
    ),
  fixes: ({ chain }, netns) => [
    {
      edits: [nftRule(netns, "insert", chain ?? "inet filter input", "icmp type { echo-request, echo-reply } accept")],
      effect: text(
        "lets pings and their replies in, in front of all other rules; write it into /etc/nftables.conf to keep it",
        "在所有规则之前放行 ping 及其应答；要保持，请写进 /etc/nftables.conf",
      ),
    },
    {
      advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset" : `nft -a list chain ${chain}`),
      effect: text(
        "shows the rules with their handles: `nft delete rule … handle N` takes the dropping one out",
        "列出规则及其 handle：用 `nft delete rule … handle N` 删除丢包的那一条",
      ),
    },
  ],
  settle: ({ chain }, netns) => [
    {
      command: inNamespace(netns, chain === undefined ? "nft list ruleset" : `nft list chain ${chain}`),
      because: text(
        "before and after a ping: the counter of the dropping rule moves (add `counter` to a rule without one)",
        "ping 前后各执行一次：丢包规则的计数会增长（没有计数的规则可加上 `counter`）",
      ),
    },
    {
      command: inNamespace(netns, "nstat -asz IcmpInEchos"),
      because: text(
        "if it moves, the echo request got past the input hook and this is not it",
        "如果它增长，说明 echo 请求已通过 input 钩子，就不是这个原因",
      ),
    },
  ],
  faults: (place) =>
    place.role === "target" || place.role === "asker" ? [[nftDrop(place, "inet", "input", { by: "rule" })]] : [],
  lookalikes: [
    "echo-no-reply",
    "nft-policy-drop",
    "iptables-drop",
    "icmp-echo-ignore-all",
    "nft-prerouting-drop",
    "nft-netdev-ingress-drop",
    "rp-filter-strict",
    "missing-return-route",
  ],
  search: [
    "nftables drop icmp",
    "firewall blocks ping",
    "tcpdump shows echo request but no reply",
    "NETFILTER_DROP",
    "ufw firewalld ping",
    "防火墙拦截 ping",
    "nftables 丢弃 ICMP",
    "抓包能看到请求但没有应答",
  ],
  page: () => ({
    meaning: text(
      "tcpdump shows packets before the firewall does its work. So the request is seen at the target, and is dropped a moment later by a rule of the input hook. ARP is not concerned: it has chains of its own. If pings start to work while the target pings back, a stateful rule is letting in only what belongs to a known connection.",
      "tcpdump 看到的是防火墙处理之前的报文。所以目标接口上能看到请求，随后它就被 input 钩子上的规则丢弃。ARP 不受影响，它有自己的链。如果目标反过来 ping 时就通了，说明有状态规则只放行属于已知连接的报文。",
    ),
    evidence: text(
      "Packets: the request at the target's interface, no reply. State: the ruleset, a matching rule with drop on hook input. Counters: the rule's own counter; IcmpInEchos and IpInDelivers do not move; drop reason NETFILTER_DROP at nft_do_chain with an input device.",
      "报文：目标接口上有请求，没有应答。状态：规则集里 input 钩子上有一条能匹配的 drop 规则。计数器：该规则自己的计数；IcmpInEchos 和 IpInDelivers 不变；丢包原因 nft_do_chain 处的 NETFILTER_DROP，带入接口。",
    ),
    tellApart: text(
      "icmp-echo-ignore-all and missing-return-route: IcmpInEchos moves. nft-policy-drop: no rule drops, the chain's policy does. iptables-drop: the rule is in iptables (the legacy variant does not show in nft). rp-filter-strict: TcpExtIPReversePathFilter moves.",
      "icmp-echo-ignore-all、missing-return-route：IcmpInEchos 会增长。nft-policy-drop：不是哪条规则，而是链的默认策略。iptables-drop：规则在 iptables 里（legacy 变体在 nft 中看不到）。rp-filter-strict：TcpExtIPReversePathFilter 增长。",
    ),
    kernel: "ip_local_deliver → NF_HOOK(NF_INET_LOCAL_IN) → nft_do_chain: NF_DROP → NETFILTER_DROP",
  }),
  scenario: "nft-input-drop",
  negativeTwin: "icmp-echo-ignore-all",
});

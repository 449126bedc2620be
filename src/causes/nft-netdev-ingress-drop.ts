// A netdev ingress rule drops the frame right behind the capture point, before any protocol.

import { defineCause, deletesRule, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** nftables on the interface itself. */
export const cause = defineCause({
  code: "nft-netdev-ingress-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["arrived", "forwarded"],
    waits: "neighbour",
  },
  title: text("dropped by an nftables rule on the interface: ingress", "被接口上的 nftables 规则丢弃：ingress"),
  headline: ({ inInterface, chain }) => {
    const where = [inInterface, chain].filter((part) => part !== undefined);
    return text(
      `dropped by an nftables rule on the interface: ingress${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被接口上的 nftables 规则丢弃：ingress${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface, chain, rule }) =>
    text(
      `What comes from ${source ?? "the sender"} for ${target ?? "the target"} arrives at ${inInterface ?? "the interface"}, and tcpdump shows it. Immediately behind that, ${chain === undefined ? "an ingress rule" : `a rule in chain ${chain}`} drops the frame${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. ARP and bridges stand behind this hook too, so it may silence them as well.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的帧到达 ${inInterface ?? "接口"}，tcpdump 能看到。紧接着，${chain === undefined ? "一条 ingress 规则" : `${chain} 链里的规则`}就把它丢弃${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。ARP 和网桥也在这个钩子之后，所以它们同样可能被挡住。`,
    ),
  why: () =>
    text(
      "The ingress hook of family netdev lies behind the packet taps and tc ingress, and in front of VLANs, bridges, ARP and IP.",
      "netdev 族的 ingress 钩子在抓包点和 tc ingress 之后，在 VLAN、网桥、ARP 和 IP 之前。",
    ),
  fixes: (facts, netns) => {
    const { chain, inInterface } = facts;
    return [
      ...deletesRule(facts, netns),
      {
        advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset netdev" : `nft -a list chain ${chain}`),
        effect: text(
          "shows the rules with their handles; `nft delete rule … handle N` takes one out",
          "列出规则及其 handle；用 `nft delete rule … handle N` 删除",
        ),
      },
      {
        edits: [
          nftRule(netns, "insert", chain ?? "netdev filter ingress", "icmp type { echo-request, echo-reply } accept"),
        ],
        effect: text(
          `lets pings in by ${inInterface ?? "this interface"}, in front of all other rules`,
          `在所有规则之前，放行从 ${inInterface ?? "该接口"} 进来的 ping`,
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpInReceives"),
      because: text(
        "does not move for packets that tcpdump does show: dropped in front of IP, by this hook or by tc",
        "tcpdump 能看到报文而它不增长：在 IP 之前就被丢弃，不是这个钩子就是 tc",
      ),
    },
  ],
  faults: (place) =>
    place.inInterface !== null
      ? [[nftDrop(place, "netdev", "ingress", { by: "rule", device: place.inInterface })]]
      : [],
  lookalikes: [
    "echo-no-reply",
    "arp-no-answer",
    "arp-no-local-owner",
    "tc-ingress-drop",
    "nft-prerouting-drop",
    "nft-arp-drop",
  ],
  search: [
    "nftables netdev ingress drop",
    "table netdev hook ingress",
    "tcpdump sees packet but kernel does not",
    "netdev ingress 丢包",
    "抓包能看到但内核没收到",
    "nftables 网卡入口规则",
  ],
  page: () => ({
    meaning: text(
      "The frame is seen in a capture and is gone a moment later, before the IP stack counts it. Rules of this kind are used against floods; they do not appear in `iptables-save`, nor beside the usual filter table.",
      "抓包能看到帧，但下一刻就没了，IP 协议栈还没来得及计数。这类规则用于抵御洪泛攻击，在 `iptables-save` 里看不到，也不在常见的 filter 表里。",
    ),
    evidence: text(
      "Packets: at the receiving interface, then nothing. State: a chain of family netdev (or inet) with hook ingress and this device. Counters: the rule's; IpInReceives does not move; drop reason NETFILTER_DROP at nft_do_chain.",
      "报文：在接收接口上，然后就没了。状态：netdev（或 inet）族、hook ingress、绑定该设备的链。计数器：该规则的计数；IpInReceives 不变；丢包原因 nft_do_chain 处的 NETFILTER_DROP。",
    ),
    tellApart: text(
      "nft-prerouting-drop: IpInReceives moves. tc-ingress-drop: TC_INGRESS. xdp-drop: the receiving capture does not show the frame either.",
      "nft-prerouting-drop：IpInReceives 增长。tc-ingress-drop：TC_INGRESS。xdp-drop：接收端抓包也看不到这个帧。",
    ),
    kernel:
      "__netif_receive_skb_core → nf_ingress → nf_hook_ingress: NETFILTER_DROP (after ptype_all and sch_handle_ingress)",
  }),
  scenario: "nft-netdev-ingress-drop",
  negativeTwin: "nft-input-drop",
});

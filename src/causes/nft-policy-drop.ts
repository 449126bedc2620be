// No rule drops the packet: none accepts it either, and the chain's policy is drop.

import { defineCause, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The default verdict of a chain. */
export const cause = defineCause({
  code: "nft-policy-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    asked: { threads: 12, order: 3 },
  },
  title: text("dropped by the firewall: the chain's policy is drop", "被防火墙丢弃：链的默认策略是 drop"),
  headline: ({ chain }) =>
    text(
      `dropped by the firewall: the chain's policy is drop${chain === undefined ? "" : ` (${chain})`}`,
      `被防火墙丢弃：链的默认策略是 drop${chain === undefined ? "" : `（${chain}）`}`,
    ),
  summary: ({ source, target, chain, inInterface, outInterface }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"}${inInterface === undefined ? "" : `, come in by ${inInterface}${outInterface === undefined ? "" : ` and bound for ${outInterface}`},`} meets ${chain === undefined ? "a firewall chain" : `the firewall chain ${chain}`}. No rule there accepts it, so the policy decides, and that is drop. ARP is not filtered by such a chain, which is why the neighbour answers and every ping dies.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文${inInterface === undefined ? "" : `（从 ${inInterface} 进来${outInterface === undefined ? "" : `，要去 ${outInterface}`}）`}经过防火墙${chain === undefined ? "的一条链" : `链 ${chain}`}。链里没有规则放行它，于是由默认策略决定，而策略是 drop。这样的链不过滤 ARP，所以邻居有应答，ping 却全部不通。`,
    ),
  why: () =>
    text(
      "A packet that comes to the end of a base chain gets the chain's policy; chains of families inet and ip never see ARP.",
      "走到基础链末尾的报文由该链的策略处理；inet 和 ip 族的链看不到 ARP。",
    ),
  fixes: ({ chain }, netns) => [
    {
      edits: [nftRule(netns, "add", chain ?? "inet filter input", "icmp type { echo-request, echo-reply } accept")],
      effect: text(
        "lets pings and their replies pass; the policy stays as it is for everything else",
        "放行 ping 及其应答；其他流量仍按原策略处理",
      ),
    },
    {
      advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset" : `nft -a list chain ${chain}`),
      effect: text(
        "shows what the chain accepts: perhaps a rule was meant for this packet and names another interface or subnet",
        "查看这条链放行了什么：也许本该匹配的规则写错了接口或网段",
      ),
    },
  ],
  settle: ({ chain }, netns) => [
    {
      command: inNamespace(netns, `nft add rule ${chain ?? "inet filter input"} counter`),
      because: text(
        "a policy has no counter: this rule, as the last one of the chain, counts what falls to it",
        "策略本身没有计数器：这条规则放在链的末尾，统计落到策略上的报文",
      ),
    },
  ],
  faults: (place) => {
    const hook = { asker: "output", router: "forward", target: "input", switch: null }[place.role];
    return hook === null ? [] : [[nftDrop(place, "inet", hook, { by: "policy" })]];
  },
  lookalikes: [
    "echo-no-reply",
    "nft-input-drop",
    "nft-forward-drop",
    "iptables-drop",
    "icmp-echo-ignore-all",
    "missing-return-route",
    "rp-filter-strict",
  ],
  search: [
    "nftables policy drop",
    "FORWARD policy DROP Docker",
    "ARP works but ping does not",
    "default drop firewall ping",
    "默认策略 drop",
    "FORWARD 默认策略 DROP",
    "ARP 正常但 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "A firewall that drops whatever it does not know. The ruleset holds no line that drops this packet, so a search for `drop` among the rules finds nothing; the word stands in the chain's head: `policy drop`. On a router or a container host it is usually the forward chain.",
      "这是“未明确放行就丢弃”的防火墙。规则集里没有哪一行丢弃这个报文，在规则里搜 `drop` 也找不到；它写在链的头部：`policy drop`。在路由器或容器宿主机上，通常是 forward 链。",
    ),
    evidence: text(
      "Packets: ARP answered, the echo seen before the hook and not behind it. State: the base chain with policy drop, and no rule that accepts the packet. Counters: no rule's counter moves; drop reason NETFILTER_DROP at nft_do_chain, whose device tells the hook.",
      "报文：ARP 有应答，echo 在钩子之前能看到，之后看不到。状态：策略为 drop 的基础链，没有规则放行该报文。计数器：没有任何规则的计数增长；丢包原因 nft_do_chain 处的 NETFILTER_DROP，设备信息能看出是哪个钩子。",
    ),
    tellApart: text(
      "nft-input-drop and nft-forward-drop: a rule drops, and its counter moves. iptables-drop: `:FORWARD DROP` in iptables-save. icmp-echo-ignore-all: IcmpInEchos moves, no drop event.",
      "nft-input-drop、nft-forward-drop：有一条规则在丢，其计数增长。iptables-drop：iptables-save 里有 `:FORWARD DROP`。icmp-echo-ignore-all：IcmpInEchos 增长，没有丢包事件。",
    ),
    kernel: "nft_do_chain: end of base chain → nft_base_chain->policy == NF_DROP → NETFILTER_DROP",
  }),
  scenario: "nft-policy-drop",
  negativeTwin: "nft-input-drop",
});

// An IPsec policy demands protection, or refuses outright, and the plain packet does not meet it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** IPsec refuses a plain packet. */
export const cause = defineCause({
  code: "xfrm-policy-block",
  severity: "problem",
  marks: {
    drop: [{ reason: "XFRM_POLICY", settles: "cause" }],
    counters: [],
    decides: ["xfrm"],
  },
  title: text("refused by an IPsec policy", "被 IPsec 策略拒绝"),
  headline: ({ source, target }) =>
    text(
      `refused by an IPsec policy${source === undefined || target === undefined ? "" : `: ${source} to ${target}`}`,
      `被 IPsec 策略拒绝${source === undefined || target === undefined ? "" : `：${source} 到 ${target}`}`,
    ),
  summary: ({ source, target, owner, router, state: direction, error }) => {
    if (direction === "out")
      return text(
        `An IPsec policy on ${owner ?? "the sending host"} forbids what ${source ?? "it"} sends to ${target ?? "the target"}${error === undefined ? "" : ` ("${error}")`}: the packet is refused before it leaves, and nothing is on any interface.`,
        `${owner ?? "发送主机"} 上的 IPsec 策略禁止 ${source ?? "它"} 发往 ${target ?? "目标"} 的报文${error === undefined ? "" : `（“${error}”）`}：报文在发出之前就被拒绝，任何接口上都抓不到。`,
      );
    return text(
      `The packet from ${source ?? "the sender"} for ${target ?? "the target"} arrives unencrypted, and an IPsec policy on ${owner ?? router ?? "the receiving host"} blocks it or demands encryption. The kernel drops it after the firewall's rules and sends no ICMP error.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的报文到达时没有加密，而${owner === undefined && router === undefined ? "接收主机" : ` ${owner ?? router} `}上的 IPsec 策略禁止它，或要求加密。内核在防火墙规则之后丢弃它，不发送 ICMP 差错。`,
    );
  },
  why: () =>
    text(
      "Before a packet is delivered or forwarded, xfrm4_policy_check compares it with the policies; one of type block, or one that demands a transformation the packet has not been through, refuses it.",
      "报文交付或转发之前，xfrm4_policy_check 会用策略检查它；block 类型的策略，或要求某种变换而报文没有经过的策略，会拒绝它。",
    ),
  fixes: ({ source, target, rule }, netns) => [
    {
      advice: inNamespace(
        netns,
        `ip xfrm policy delete ${rule ?? `src ${source ?? "SRC"} dst ${target ?? "DST"} dir in`}`,
      ),
      effect: text(
        "removes the policy, named by its selector as `ip xfrm policy` prints it; an IKE daemon may install it again",
        "删除这条策略，选择符以 `ip xfrm policy` 的输出为准；IKE 守护进程可能会重新安装它",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip xfrm policy"),
      because: text(
        "a policy for these addresses with `action block`, or with a template and no matching state, decides it",
        "如果有针对这些地址的策略，带 `action block`，或有模板却没有对应的状态，就可以确定",
      ),
    },
  ],
  lookalikes: ["icmp-echo-ignore-all"],
  search: [
    "XFRM_POLICY",
    "XfrmInPolBlock",
    "XfrmInNoPols",
    "ip xfrm policy block ping",
    "IPsec 策略丢包",
    "strongSwan ping 不通",
  ],
  page: () => ({
    meaning: text(
      "A VPN's policies outlive its tunnel, or cover more than was meant. Plain packets between the addresses are then refused, although routes, firewall and neighbours are right.",
      "VPN 的策略在隧道断开后仍然存在，或者覆盖了比预想更大的范围。此时这些地址之间的明文报文会被拒绝，尽管路由、防火墙和邻居都没有问题。",
    ),
    evidence: text(
      "Packets: the request arrives, no reply. State: `ip xfrm policy`. Counters: none that nstat shows; XfrmInPolBlock or XfrmInNoPols in /proc/net/xfrm_stat. Drop reason: XFRM_POLICY, at icmp_rcv for an echo request.",
      "报文：请求到达，没有应答。状态：`ip xfrm policy`。计数器：nstat 里没有；/proc/net/xfrm_stat 中的 XfrmInPolBlock 或 XfrmInNoPols。丢包原因：XFRM_POLICY，echo 请求在 icmp_rcv 处。",
    ),
    tellApart: text(
      "nft-input-drop: NETFILTER_DROP, and the rule's counter moves. icmp-echo-ignore-all and missing-return-route: no drop event, and IcmpInEchos moves.",
      "nft-input-drop：NETFILTER_DROP，规则的计数增长。icmp-echo-ignore-all、missing-return-route：没有丢包事件，IcmpInEchos 增长。",
    ),
    kernel: "icmp_rcv → xfrm4_policy_check (also ip_local_deliver, ip_forward): XFRM_POLICY",
  }),
  scenario: null,
  negativeTwin: null,
});

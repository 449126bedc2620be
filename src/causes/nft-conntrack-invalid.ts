// A stateful firewall sees a packet that fits no connection it knows.

import { defineCause, inNamespace } from "../model/cause.ts";
import { firstRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** `ct state invalid drop` meets one half of an asymmetric path. */
export const cause = defineCause({
  code: "nft-conntrack-invalid",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft", "iptables"],
    asked: { threads: 6, order: 6 },
  },
  title: text("dropped as ct state invalid", "因 ct state invalid 被丢弃"),
  headline: ({ source, target, chain }) => {
    const way = source === undefined || target === undefined ? undefined : `${source} → ${target}`;
    const where = [way, chain].filter((part) => part !== undefined);
    return text(
      `dropped as ct state invalid${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `因 ct state invalid 被丢弃${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface, chain, rule }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the receiver"} comes to a stateful firewall${inInterface === undefined ? "" : ` at ${inInterface}`} that has never seen the other half: an echo reply without its request. Connection tracking calls it invalid, and ${rule === undefined ? "a rule" : `the rule "${rule.replace(`${chain} `, "")}"`}${chain === undefined ? "" : ` in chain ${chain}`} drops it. Request and reply take different ways, and only one of them goes through here.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "接收方"} 的报文来到一台有状态防火墙${inInterface === undefined ? "" : `（${inInterface}）`}，而它从没见过另一半：只有 echo 应答，没有对应的请求。连接跟踪把它判为 invalid，${rule === undefined ? "一条规则" : `规则“${rule.replace(`${chain} `, "")}”`}${chain === undefined ? "" : `（${chain} 链）`}把它丢弃。请求和应答走了不同的路，只有一个方向经过这里。`,
    ),
  why: () =>
    text(
      "Connection tracking makes an entry only from an echo request; a reply that belongs to no entry has state invalid.",
      "连接跟踪只根据 echo 请求建立条目；不属于任何条目的应答，状态就是 invalid。",
    ),
  fixes: ({ chain, target, tool }, netns) => {
    const accept = firstRule(netns, chain ?? "inet filter forward", {
      ...(tool === undefined ? {} : { tool }),
      iptables: "-p icmp --icmp-type echo-reply -j ACCEPT",
      nft: "icmp type echo-reply accept",
    });
    return [
      {
        advice: `ip route get ${target ?? "ADDRESS"}`,
        effect: text(
          "on the answering host: shows which way its replies take; make request and reply use the same firewall",
          "在应答主机上执行：看应答走哪条路；让请求和应答经过同一台防火墙",
        ),
      },
      {
        edits: [accept],
        effect: text(
          "on the firewall: lets echo replies pass without a known request (helps ping only, not TCP)",
          "在防火墙上执行：没有见过请求也放行 echo 应答（只对 ping 有用，对 TCP 无效）",
        ),
      },
    ];
  },
  settle: ({ protocol = "icmp" }, netns) => [
    {
      command: inNamespace(netns, `conntrack -L -p ${protocol}`),
      because: text(
        "no entry for this ping while it runs: the request did not come through here",
        "ping 期间没有对应的条目，说明请求没有经过这里",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "asymmetric-routing", "nft-forward-drop", "nft-policy-drop", "conntrack-table-full"],
  search: [
    "ct state invalid drop",
    "conntrack invalid asymmetric routing",
    "stateful firewall drops echo reply",
    "连接跟踪 invalid 丢包",
    "非对称路由 防火墙丢弃应答",
    "ct state invalid",
  ],
  page: () => ({
    meaning: text(
      "A stateful firewall must see both directions. Here the request went by another router, or directly over a shared link, and only the reply comes this way. The firewall cannot tell it from a forged one and drops it.",
      "有状态防火墙必须看到两个方向。这里请求走了另一台路由器，或直接经共享链路过去，只有应答走这边。防火墙无法把它和伪造的区分开，于是丢弃。",
    ),
    evidence: text(
      "Packets: the reply at the firewall's interface and no request there before it; nothing behind. State: a rule with `ct state invalid` and drop; routes that differ for the two directions. Counters: the rule's; drop reason NETFILTER_DROP for the echo reply.",
      "报文：防火墙接口上有应答，之前没有请求，之后什么也没有。状态：带 `ct state invalid` 的 drop 规则；两个方向的路由不同。计数器：该规则的计数；丢包原因是针对 echo 应答的 NETFILTER_DROP。",
    ),
    tellApart: text(
      "asymmetric-routing: the reply reaches the asker and is dropped there by rp_filter (IP_RPFILTER). nft-forward-drop: the rule does not ask for the state. conntrack-table-full: the kernel logs that the table is full.",
      "asymmetric-routing：应答到了请求方，被那里的 rp_filter 丢弃（IP_RPFILTER）。nft-forward-drop：规则不看连接状态。conntrack-table-full：内核日志提示表已满。",
    ),
    kernel:
      "nf_conntrack_icmp_packet: only echo, timestamp and info requests make a new entry; else IP_CT invalid → nft_do_chain NF_DROP",
  }),
  scenario: "nft-conntrack-invalid",
  negativeTwin: "asymmetric-routing",
});

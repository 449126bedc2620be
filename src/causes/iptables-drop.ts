// An iptables rule or policy drops the packet.

import { defineCause, inNamespace } from "../model/cause.ts";
import { policyDrop } from "../model/fault-place.ts";
import type { Remedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The same hooks as nftables, in the older language. */
export const cause = defineCause({
  code: "iptables-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["iptables"],
    asked: { threads: 12, order: 2 },
  },
  title: text("dropped by iptables", "被 iptables 丢弃"),
  headline: ({ chain, rule }) => {
    if (chain === undefined && rule === undefined) return text("dropped by iptables", "被 iptables 丢弃");
    if (rule === undefined)
      return text(`dropped by iptables (${chain} policy)`, `被 iptables 丢弃（${chain} 链的默认策略）`);
    const place = chain === undefined ? text("", "") : text(`${chain}: `, `${chain}：`);
    return text(`dropped by iptables (${place.en}${rule})`, `被 iptables 丢弃（${place.zh}${rule}）`);
  },
  summary: ({ source, target, chain, rule, inInterface, outInterface }) =>
    // Who drops it comes first: it is all that a small screen has room for.
    text(
      `${chain === undefined ? "An iptables chain" : `The iptables chain ${chain}`} drops the packet from ${source ?? "the sender"} to ${target ?? "the target"}${inInterface === undefined ? "" : `, which came in by ${inInterface}`}${outInterface === undefined ? "" : `${inInterface === undefined ? "," : ""} on its way to ${outInterface}`}${rule === undefined ? ": no rule accepts it, and the chain's policy is to drop" : `, by the rule "${rule}"`}. The sender is not told; a capture on the incoming interface still shows the packet.`,
      `${chain === undefined ? "iptables 的一条链" : `iptables 的 ${chain} 链`}丢弃了从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文${inInterface === undefined ? "" : `（从 ${inInterface} 进来${outInterface === undefined ? "" : `，去往 ${outInterface}`}）`}：${rule === undefined ? "没有规则放行它，于是按链的默认策略丢弃" : `命中规则“${rule}”`}。发送方得不到通知；在入接口上抓包仍能看到它。`,
    ),
  why: () =>
    text(
      "iptables hangs on the same netfilter hooks as nftables; a packet must be accepted by every table on its hook, and the first drop ends it.",
      "iptables 挂在与 nftables 相同的 netfilter 钩子上；报文要被钩子上的每个表放行，遇到第一个 drop 就结束。",
    ),
  fixes: ({ chain, rule, tool }, netns) => {
    const [table, name] = chain?.split(" ") ?? [];
    const tables = { kind: "tables-rule", netns, tool: tool ?? "iptables" } as const;
    const place =
      table === undefined || name === undefined ? { table: "filter", chain: "INPUT" } : { table, chain: name };
    const accept: Remedy = {
      edits: [{ ...tables, verb: "insert", ...place, rule: "-p icmp -j ACCEPT" }],
      incomplete: name === undefined,
      effect: text(
        "lets ICMP pass this chain, in front of all other rules; lasts until the firewall is loaded anew",
        "在所有规则之前放行 ICMP；防火墙重新加载后失效",
      ),
    };
    const list: Remedy = {
      advice: inNamespace(netns, "iptables-save -c"),
      effect: text(
        "shows all rules with their counters; where both variants are installed, ask iptables-legacy-save too",
        "列出所有规则及计数；如果两个变体都装了，还要看 iptables-legacy-save",
      ),
    };
    // A listing that leaves words of a rule out tells no command.
    if (rule === undefined || !rule.startsWith("-A ") || rule.includes("…")) return [accept, list];
    return [
      accept,
      {
        edits: [{ ...tables, verb: "delete", table: place.table, ...ruleWords(rule) }],
        effect: text("deletes the rule that drops", "删除丢包的那条规则"),
      },
      list,
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "iptables-save -c"),
      because: text(
        "before and after a ping: the packet counter in front of the dropping rule, or behind the policy, moves",
        "ping 前后各执行一次：丢包规则前面的（或策略后面的）报文计数会增长",
      ),
    },
  ],
  faults: ({ netns, role }) =>
    role === "target" ? [[policyDrop(netns, "INPUT")]] : role === "router" ? [[policyDrop(netns, "FORWARD")]] : [],
  lookalikes: [
    "echo-no-reply",
    "nft-input-drop",
    "nft-forward-drop",
    "nft-policy-drop",
    "ip-forward-off",
    "icmp-echo-ignore-all",
    "missing-return-route",
    "rp-filter-strict",
  ],
  search: [
    "iptables DROP icmp",
    "iptables FORWARD DROP Docker",
    "iptables blocks ping",
    "iptables-legacy invisible in nft",
    "iptables 禁 ping",
    "Docker 安装后 ping 不通",
    "iptables FORWARD 链 DROP",
  ],
  page: () => ({
    meaning: text(
      "A rule or a chain's policy, written in iptables, drops the packet. Since Docker 1.13 sets the FORWARD policy to DROP, hosts that used to route or bridge stop doing so once Docker is installed. Today's iptables command is often iptables-nft, whose rules nft shows as well; rules of iptables-legacy are not shown there.",
      "用 iptables 写的规则或链的默认策略丢弃了报文。Docker 1.13 起把 FORWARD 策略设为 DROP，原来能转发或桥接的主机装了 Docker 之后就不通了。现在的 iptables 命令多半是 iptables-nft，它的规则在 nft 里也能看到；iptables-legacy 的规则则看不到。",
    ),
    evidence: text(
      "Packets: the request in front of the hook and nothing behind it. State: iptables-save of both variants. Counters: those of the rule, or `[packets:bytes]` behind the policy; drop reason NETFILTER_DROP, at nft_do_chain for iptables-nft.",
      "报文：钩子之前有请求，之后什么也没有。状态：两个变体的 iptables-save。计数器：该规则的计数，或策略后面的 `[packets:bytes]`；丢包原因 NETFILTER_DROP，iptables-nft 时位于 nft_do_chain。",
    ),
    tellApart: text(
      "nft-input-drop and nft-forward-drop: the rule is written in nft. br-netfilter-drop: the same FORWARD chain drops a frame that is only bridged. INPUT leaves IcmpInEchos where it is, FORWARD lets IpForwDatagrams move.",
      "nft-input-drop、nft-forward-drop：规则写在 nft 里。br-netfilter-drop：同一个 FORWARD 链丢弃的是只做桥接的帧。INPUT 丢包时 IcmpInEchos 不变，FORWARD 丢包时 IpForwDatagrams 会增长。",
    ),
    kernel: "nf_hook_slow → ipt_do_table (legacy) or nft_do_chain (iptables-nft): NF_DROP → NETFILTER_DROP",
  }),
  scenario: "iptables-drop",
  negativeTwin: "nft-input-drop",
});

// `-A INPUT -p icmp -j DROP`
function ruleWords(line: string): { chain: string; rule: string } {
  const [, chain = "", rule = ""] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
  return { chain, rule };
}

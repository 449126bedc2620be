// The kernel reports that it dropped the packet, and nothing that was read tells why.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Dropped, by the kernel's own word, at a place that no rule or setting that was read explains. */
export const cause = defineCause({
  code: "kernel-drop",
  severity: "problem",
  marks: {
    drop: "any",
    counters: [],
    decides: [],
  },
  title: text("dropped by the kernel", "被内核丢弃"),
  headline: ({ kernelFunction, owner, error }) =>
    text(
      `dropped by the kernel${kernelFunction === undefined ? "" : ` at ${kernelFunction}`}${owner === undefined ? "" : ` in ${owner}`}${error === undefined ? "" : `: ${error}`}`,
      `被内核丢弃${kernelFunction === undefined ? "" : `，位于 ${kernelFunction}`}${owner === undefined ? "" : `（${owner}）`}${error === undefined ? "" : `：${error}`}`,
    ),
  summary: ({ target, source, owner, inInterface, outInterface, error, kernelFunction }) => {
    const place = inInterface ?? outInterface;
    const en =
      place === undefined ? "" : inInterface === undefined ? ` behind ${place}` : ` after it arrived on ${place}`;
    const zh = place === undefined ? "" : inInterface === undefined ? `（经 ${place} 之后）` : `（到达 ${place} 之后）`;
    return text(
      `A packet of the ping${source === undefined ? "" : ` from ${source}`} to ${target ?? "the target"} was dropped${owner === undefined ? "" : ` in ${owner}`}${en}: the kernel itself says so${error === undefined ? "" : `, with the reason ${error}`}${kernelFunction === undefined ? "" : `, in its function ${kernelFunction}`}. No rule and no setting that was read foresees it: what does it was not read, or was there only for a while.`,
      `${source === undefined ? "" : `${source} `}发往 ${target ?? "目标"} 的这次 ping 有报文${owner === undefined ? "" : `在 ${owner} `}被丢弃${zh}：这是内核自己报告的${error === undefined ? "" : `，原因是 ${error}`}${kernelFunction === undefined ? "" : `，所在函数是 ${kernelFunction}`}。已读取的规则和设置都不会造成这次丢弃：造成它的东西没有读到，或者只存在过一段时间。`,
    );
  },
  why: () =>
    text(
      "kfree_skb is called for every packet that is dropped, with a reason and the place in the code; what decided it there is not told.",
      "内核每丢弃一个报文都会调用 kfree_skb，并给出原因和代码位置；至于那里由什么决定，它并不说明。",
    ),
  fixes: () => [],
  settle: () => [
    {
      command: "bpftool prog show; bpftool net show; bpftool link show",
      because: text(
        "lists BPF programs on interfaces, in traffic control and at netfilter hooks, which no firewall listing shows",
        "列出挂在接口、流量控制和 netfilter 钩子上的 BPF 程序，防火墙规则列表里看不到它们",
      ),
    },
    {
      command: "ip monitor all",
      because: text(
        "while the ping runs: shows what changes in the meantime; for rules, nft monitor",
        "在 ping 运行时执行：显示其间发生的变化；规则的变化用 nft monitor 看",
      ),
    },
  ],
  lookalikes: [],
  search: [
    "kfree_skb",
    "SKB_DROP_REASON",
    "dropwatch",
    "nf_hook_slow NETFILTER_DROP",
    "kernel drops packet for unknown reason",
    "内核丢包",
    "丢包原因 kfree_skb",
  ],
  page: () => ({
    meaning: text(
      "The kernel reported the drop of a packet that belongs to this ping, and the settings, routes and rules that were read would let it pass. Something that was not read decides there: a BPF program, a module, a rule that was there only for a moment. The reason and the function say which part of the kernel it is.",
      "内核报告丢弃了这次 ping 的一个报文，而已读取的设置、路由和规则本应让它通过。那里起作用的是没有读到的东西：BPF 程序、内核模块，或者只存在过片刻的规则。原因和函数名说明是内核的哪一部分。",
    ),
    evidence: text(
      "Kernel event: skb:kfree_skb with a reason, tied to a captured frame by interface, length and time, or to the command's own system call. No counter is needed. Before Linux 5.17 there is no reason.",
      "内核事件：带原因的 skb:kfree_skb，通过接口、长度和时间与抓到的帧对应，或者发生在该命令自己的系统调用里。不需要计数器。Linux 5.17 之前没有原因。",
    ),
    tellApart: text(
      "Where reason and function belong to exactly one cause, that cause is named instead: tc-ingress-drop, tc-egress-drop, xdp-drop, xfrm-policy-block, ip-header-bad. The look-alikes are the causes that end with the same reason.",
      "如果原因和函数只对应一种情况，就直接给出那种情况：tc-ingress-drop、tc-egress-drop、xdp-drop、xfrm-policy-block、ip-header-bad。相似的情况是以同样原因结束的那些。",
    ),
    kernel: "kfree_skb_reason → trace_kfree_skb (skb:kfree_skb: location, reason)",
  }),
  scenario: "kernel-drop",
  negativeTwin: "nft-input-drop",
});

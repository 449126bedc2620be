// A filter or BPF program of traffic control at the receiving interface drops the frame behind the packet tap.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** tc takes what tcpdump still sees. */
export const cause = defineCause({
  code: "tc-ingress-drop",
  severity: "problem",
  marks: {
    drop: [
      { reason: "TC_INGRESS", settles: "cause" },
      { reason: "TC_CHAIN_NOTFOUND", settles: "kind", sometimes: true },
      { reason: "TC_COOKIE_ERROR", settles: "kind", sometimes: true },
      { reason: "TC_RECLASSIFY_LOOP", settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: ["filter", "qdisc"],
    waits: "neighbour",
  },
  title: text("dropped by traffic control (tc): ingress", "被流量控制（tc）丢弃：ingress"),
  headline: ({ inInterface }) =>
    text(
      `dropped by traffic control (tc): ingress${inInterface === undefined ? "" : ` of ${inInterface}`}`,
      `被流量控制（tc）丢弃：ingress${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ source, target, inInterface }) =>
    text(
      `What ${source ?? "the sender"} sends to ${target ?? "the target"} arrives on ${inInterface ?? "the receiving interface"}, and tcpdump shows it. A tc filter or BPF program attached there drops it before ARP, bridges, nftables or IP see it.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的帧到达 ${inInterface ?? "接收接口"}，tcpdump 能看到。挂在那里的 tc 过滤器或 BPF 程序把它丢弃，ARP、网桥、nftables 和 IP 都看不到它。`,
    ),
  why: () =>
    text(
      "tc ingress runs directly behind the packet taps; a filter whose action is drop, or a program that returns TC_ACT_SHOT, ends the packet there.",
      "tc ingress 紧接在抓包点之后运行；动作为 drop 的过滤器，或返回 TC_ACT_SHOT 的程序，会在那里丢弃报文。",
    ),
  fixes: ({ inInterface, rule, handle }, netns) =>
    rule?.startsWith("tcx_")
      ? [
          {
            advice: inNamespace(netns, `bpftool net detach tcx_ingress dev ${inInterface ?? "IF"}`),
            effect: text(
              "takes the BPF program off the interface; whoever attached it (Cilium, a monitoring agent) may attach it again",
              "把 BPF 程序从接口上摘下；挂它的程序（Cilium、监控代理等）可能会重新挂上",
            ),
          },
        ]
      : [
          {
            command: inNamespace(
              netns,
              `tc filter del dev ${inInterface ?? "IF"} ingress${handle === undefined ? "" : ` ${handle}`}`,
            ),
            effect:
              handle === undefined
                ? text(
                    "removes all ingress filters of the interface; a network plugin (Cilium, Calico) that owns them attaches them again",
                    "删除该接口的全部 ingress 过滤器；如果它们属于网络插件（Cilium、Calico），插件会重新挂上",
                  )
                : text(
                    "removes this filter; a network plugin (Cilium, Calico) that owns it attaches it again",
                    "删除这个过滤器；如果它属于网络插件（Cilium、Calico），插件会重新挂上",
                  ),
          },
        ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `tc -s filter show dev ${inInterface ?? "IF"} ingress`),
      because: text(
        "a filter there whose action is drop, with a counter that grows, decides it",
        "如果那里有动作为 drop 的过滤器，而且计数在增长，就可以确定",
      ),
    },
  ],
  faults: ({ netns, inInterface: device }) => (device !== null ? [[{ kind: "tc-ingress", netns, device }]] : []),
  lookalikes: ["nft-netdev-ingress-drop", "xdp-drop", "nft-prerouting-drop"],
  search: [
    "TC_INGRESS",
    "TC_ACT_SHOT",
    "tc filter action drop",
    "clsact ingress bpf drop ping",
    "tc ingress 丢包",
    "eBPF 程序丢弃报文",
  ],
  page: () => ({
    meaning: text(
      "Traffic control is not only for shaping: Cilium, Calico and other network plugins attach BPF programs to the clsact qdisc of a host's interfaces and decide there what may pass. No iptables or nftables listing shows them.",
      "流量控制不只用于限速：Cilium、Calico 等网络插件把 BPF 程序挂在主机接口的 clsact qdisc 上，由它们决定哪些报文可以通过。iptables 和 nftables 的规则列表里看不到它们。",
    ),
    evidence: text(
      "Packets: at the receiving interface, then nothing. State: a clsact or ingress qdisc with filters. Counters: IpInReceives does not move; drop reason TC_INGRESS at __netif_receive_skb_core; filters that contradict themselves give TC_CHAIN_NOTFOUND, TC_COOKIE_ERROR or TC_RECLASSIFY_LOOP.",
      "报文：在接收接口上，然后就没了。状态：clsact 或 ingress qdisc，上面有过滤器。计数器：IpInReceives 不变；丢包原因 __netif_receive_skb_core 处的 TC_INGRESS；过滤器自相矛盾时为 TC_CHAIN_NOTFOUND、TC_COOKIE_ERROR 或 TC_RECLASSIFY_LOOP。",
    ),
    tellApart: text(
      "nft-netdev-ingress-drop: NETFILTER_DROP. xdp-drop: the receiving capture does not show the frame either. nft-prerouting-drop: IpInReceives moves.",
      "nft-netdev-ingress-drop：NETFILTER_DROP。xdp-drop：接收端抓包也看不到这个帧。nft-prerouting-drop：IpInReceives 增长。",
    ),
    kernel: "__netif_receive_skb_core → sch_handle_ingress: TC_ACT_SHOT → TC_INGRESS",
  }),
  scenario: "tc-ingress-drop",
  negativeTwin: "tc-ok",
});

// A firewall rule for ARP drops the question or its answer: nftables family arp, or arptables.

import { defineCause, deletesRule, inNamespace } from "../model/cause.ts";
import { filterRule } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** ARP itself is filtered. */
export const cause = defineCause({
  code: "nft-arp-drop",
  severity: "problem",
  marks: {
    drop: { arp: [{ reason: "NETFILTER_DROP", settles: "kind" }], ipv4: "no-end" },
    counters: [],
    decides: ["nft", "arptables"],
    stages: ["arrived", "sent"],
    waits: "neighbour",
  },
  title: text("ARP dropped by a firewall rule", "ARP 被防火墙规则丢弃"),
  headline: ({ chain, target }) => {
    const en = [
      target === undefined ? undefined : `concerning ${target}`,
      chain === undefined ? undefined : `chain ${chain}`,
    ]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [target === undefined ? undefined : `涉及 ${target}`, chain === undefined ? undefined : `链 ${chain}`]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `ARP dropped by a firewall rule${en === "" ? "" : ` (${en})`}`,
      `ARP 被防火墙规则丢弃${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, source, chain, rule }) =>
    text(
      `The ARP packet${source === undefined ? "" : ` from ${source}`} concerning ${target ?? "the next hop"} is dropped by the firewall${chain === undefined ? "" : `, in chain ${chain}`}${rule === undefined ? "" : `, by the rule "${rule}"`}. So no MAC address is learned, and no echo request can be sent. Rules of the families ip and inet never see ARP; only the family arp does.`,
      `${source === undefined ? "" : `来自 ${source}、`}涉及 ${target ?? "下一跳"} 的 ARP 报文被防火墙丢弃${chain === undefined ? "" : `，在链 ${chain} 里`}${rule === undefined ? "" : `，规则是“${rule}”`}。于是学不到 MAC，echo 请求也发不出去。ip 和 inet 族的规则看不到 ARP，只有 arp 族能看到。`,
    ),
  why: () =>
    text(
      "ARP passes netfilter hooks of its own: input before arp_process looks at it, output before it is handed to the interface.",
      "ARP 有自己的 netfilter 钩子：input 在 arp_process 处理之前，output 在交给接口发送之前。",
    ),
  fixes: (facts, netns) => {
    const { chain } = facts;
    const name = chain ?? "arp filter input";
    // arptables' own form: `filter OUTPUT`.
    const [, legacy] = /^filter ([A-Z]+)$/.exec(name) ?? [];
    if (legacy !== undefined)
      return [
        {
          advice: inNamespace(netns, `arptables-legacy -I ${legacy} -j ACCEPT`),
          effect: text(
            "lets all ARP through this chain, in front of its other rules; `-D` with the same words takes it back",
            "在其他规则之前放行所有 ARP；把 `-I` 换成 `-D` 即可撤销",
          ),
        },
      ];
    return [
      ...deletesRule(facts, netns),
      {
        advice: inNamespace(netns, `nft -a list chain ${name}`),
        effect: text(
          `shows the rules of the chain with their handles; \`nft delete rule ${name} handle N\` removes one`,
          `列出这条链的规则及其 handle；用 \`nft delete rule ${name} handle N\` 删除其中一条`,
        ),
      },
      {
        edits: [nftRule(netns, "insert", name, "accept")],
        effect: text("lets all ARP through this chain, to try it out", "让所有 ARP 通过这条链，用来验证"),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nft list ruleset arp"),
      because: text(
        "on both hosts; run it before and after a ping, a rule with `counter` that grows is the one (`arptables -L -v -n` for arptables)",
        "在两台主机上各查一次；ping 前后各执行一次，带 `counter` 且增长的规则就是它（arptables 用 `arptables -L -v -n`）",
      ),
    },
  ],
  faults: ({ netns, role }) =>
    role === "target" || role === "router" ? [[filterRule(netns, "INPUT", "-j DROP", "arptables")]] : [],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "arp-ignore-8", "noarp-receiver", "nft-bridge-drop"],
  search: ["nftables arp drop", "arptables DROP", "ARP filtered", "arptables", "ARP 被过滤", "防火墙拦截 ARP"],
  page: () => ({
    meaning: text(
      "Somebody filters ARP, with an nftables table of family arp or with arptables: against spoofing, on virtualisation hosts, in load balancers. The rule hits this exchange too, and everything above it fails as if nobody had the address.",
      "有人用 nftables 的 arp 族表或 arptables 过滤 ARP：为了防欺骗，常见于虚拟化宿主机和负载均衡。这条规则也命中了这次询问，于是上层全部失败，好像没有人有这个地址。",
    ),
    evidence: text(
      "Packets: dropped on input, the question is at both ends of the link and stays unanswered; dropped on output, it is not on the wire at all. State: `nft list ruleset arp`, arptables. Kernel: NETFILTER_DROP at nft_do_chain with protocol 0x0806: a real drop event, unlike most unanswered ARP.",
      "报文：在 input 丢弃时，链路两端都能看到请求，没有应答；在 output 丢弃时，线上根本没有。状态：`nft list ruleset arp`、arptables。内核：nft_do_chain 处的 NETFILTER_DROP，协议 0x0806：与多数“沉默的 ARP”不同，它有真正的丢包事件。",
    ),
    tellApart: text(
      "All other silent ARP causes give no drop event, but for the malformed and those for 127.x. nft-bridge-drop: a switch in between drops, and the question does not come out of the other port.",
      "其他“沉默的 ARP”都没有丢包事件（格式错误和询问 127.x 的除外）。nft-bridge-drop：是中间的网桥丢弃，请求不会从另一个端口出来。",
    ),
    kernel: "arp_rcv: NF_HOOK(NFPROTO_ARP, NF_ARP_IN); arp_xmit: NF_ARP_OUT; SKB_DROP_REASON_NETFILTER_DROP",
  }),
  scenario: "nft-arp-drop",
  negativeTwin: "arp-ignore-8",
});

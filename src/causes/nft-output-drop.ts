// The pinging host's own firewall drops what it sends: the request dies in the output hook, before any interface.

import { defineCause, deletesRule, inNamespace } from "../model/cause.ts";
import { filterRule } from "../model/fault-place.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { firstRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A rule of the own output hook forbids the ping. */
export const cause = defineCause({
  code: "nft-output-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [{ name: "IpOutDiscards", of: "namespace", always: false }],
    decides: ["nft"],
    stages: ["sent"],
    asked: { threads: 11, order: 2 },
  },
  title: text("dropped by this host's firewall: output", "被本机防火墙丢弃：output"),
  headline: ({ target, chain }) => {
    const en = [target === undefined ? "" : `to ${target}`, chain === undefined ? "" : `chain ${chain}`].filter(
      (p) => p !== "",
    );
    const zh = [target === undefined ? "" : `发往 ${target}`, chain === undefined ? "" : `链 ${chain}`].filter(
      (p) => p !== "",
    );
    return text(
      `dropped by this host's firewall: output${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `被本机防火墙丢弃：output${zh.length === 0 ? "" : `（${zh.join("，")}）`}`,
    );
  },
  summary: ({ target, chain, rule, error, basis }) =>
    basis === "ping"
      ? text(
          `The pinging host's own kernel did not let the echo request to ${target ?? "the target"} out${error === undefined ? "" : ` ("${error}")`}. That is what a firewall rule that drops in the output hook gives back; its rules were not shown. It never reaches an interface.`,
          `发起 ping 的主机自己的内核没有让发给 ${target ?? "目标"} 的 echo 请求出去${error === undefined ? "" : `（“${error}”）`}。output 钩子上丢弃报文的防火墙规则就会这样报错；没有看到规则本身。报文没有到达任何接口。`,
        )
      : text(
          `The echo request to ${target ?? "the target"} is made and then dropped by the pinging host's own firewall${chain === undefined ? "" : `, in chain ${chain}`}${rule === undefined ? "" : `, by the rule "${rule}"`}. It never reaches an interface, so not even an ARP request is sent. Some versions of ping print nothing about it, others "sendmsg: Operation not permitted".`,
          `发给 ${target ?? "目标"} 的 echo 请求生成之后，被本机自己的防火墙丢弃${chain === undefined ? "" : `，在链 ${chain} 里`}${rule === undefined ? "" : `，规则是“${rule}”`}。它没有到达任何接口，所以连 ARP 请求都没有发出。有些版本的 ping 什么也不打印，有些打印“sendmsg: Operation not permitted”。`,
        ),
  why: () =>
    text(
      "Locally made packets pass the netfilter hook `output` right after the route lookup and before the neighbour is resolved; a drop there returns EPERM to the program.",
      "本机生成的报文查完路由就经过 netfilter 的 `output` 钩子，这时还没有解析邻居；在那里丢弃会给程序返回 EPERM。",
    ),
  fixes: (facts, netns) => {
    const { chain, target, source, tool } = facts;
    const name = chain ?? "inet filter output";
    const isTables = name.split(" ").length === 2;
    const to = target ?? "TARGET";
    return [
      ...deletesRule(facts, netns),
      {
        advice: inNamespace(netns, isTables ? `${tool ?? "iptables"}-save -c` : `nft -a list chain ${name}`),
        effect: isTables
          ? text("shows all rules with their counters", "列出所有规则及计数")
          : text(
              `shows the rules of the chain with their handles; \`nft delete rule ${name} handle N\` removes one`,
              `列出这条链的规则及其 handle；用 \`nft delete rule ${name} handle N\` 删除其中一条`,
            ),
      },
      {
        edits: [
          firstRule(netns, name, {
            ...(tool === undefined ? {} : { tool }),
            iptables: `-d ${to} -p icmp --icmp-type echo-request -j ACCEPT`,
            nft: `ip daddr ${to} icmp type echo-request accept`,
          }),
        ],
        effect: text(
          `lets pings${source === undefined ? "" : ` from ${source}`} to this target through, ahead of the rule that drops`,
          `在丢弃规则之前放行${source === undefined ? "" : `从 ${source} `}到该目标的 ping`,
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nft list ruleset"),
      because: text(
        "run it before and after a ping: a rule with `counter` that grows by the number of pings is the one",
        "在 ping 前后各执行一次：带 `counter` 且恰好增加 ping 次数的规则就是它",
      ),
    },
    {
      command: inNamespace(netns, "nstat -asz IpOutDiscards"),
      because: text("grows with each packet the output hook drops", "output 钩子每丢一个报文，它就加一"),
    },
  ],
  faults: ({ netns, role, protocol }) =>
    role === "asker" ? [[filterRule(netns, "OUTPUT", `-p ${protocol} -j DROP`)]] : [],
  lookalikes: [
    "nft-postrouting-drop",
    "nft-policy-drop",
    "iptables-drop",
    "neigh-no-probes",
    "lo-down",
    "peer-down-neigh-known",
    "source-not-local",
  ],
  search: [
    "ping sendmsg: Operation not permitted",
    "sendto: operation not permitted",
    "OUTPUT DROP",
    "nftables output drop",
    "不允许的操作",
    "防火墙拦截",
    "禁 ping",
  ],
  page: () => ({
    meaning: text(
      "The firewall of the pinging host itself drops outgoing echo requests: a rule or a chain of the hook output. VPN kill switches and hardened hosts do this. Everything looks as if nothing had been sent, because nothing was.",
      "发起 ping 的主机自己的防火墙丢弃了发出的 echo 请求：output 钩子上的一条规则或一条链。VPN 的 kill switch 和加固过的主机常这样做。看上去就像什么也没有发出，因为确实什么也没有发出。",
    ),
    evidence: text(
      "Packets: none, not even ARP. ping prints `sendmsg: Operation not permitted`; iputils 20221126 prints nothing but 100% loss. State: a base chain on hook output with a matching drop. Counters: the rule's own, IpOutDiscards, and IcmpOutEchos, which counts requests that never left. Kernel: NETFILTER_DROP at nft_do_chain with no device.",
      "报文：没有，连 ARP 也没有。ping 打印 `sendmsg: Operation not permitted`；iputils 20221126 只显示 100% 丢包。状态：output 钩子的基链里有匹配的 drop。计数器：规则自己的计数、IpOutDiscards，以及 IcmpOutEchos（没有发出去的请求也计数）。内核：nft_do_chain 处的 NETFILTER_DROP，设备为空。",
    ),
    tellApart: text(
      "no-route fails at connect, with a message. ping-permission: `socket: Operation not permitted` is about privileges, not about the firewall. nft-netdev-egress-drop: ARP still works. neigh-no-probes: NEIGH_FAILED instead of NETFILTER_DROP.",
      "no-route 在 connect 时失败并有提示。ping-permission：`socket: Operation not permitted` 是权限问题，不是防火墙。nft-netdev-egress-drop：ARP 仍然正常。neigh-no-probes：是 NEIGH_FAILED 而不是 NETFILTER_DROP。",
    ),
    kernel: "__ip_local_out → nf_hook(NF_INET_LOCAL_OUT): NF_DROP → -EPERM, SKB_DROP_REASON_NETFILTER_DROP",
  }),
  scenario: "nft-output-drop",
  negativeTwin: "nft-input-drop",
  check: (view) => verdictOfRefusal(view, [["sendmsg", "EPERM"]], "likely"),
});

// The target answers, and its own output hook drops the answer.

import { defineCause, inNamespace } from "../model/cause.ts";
import { filterRule } from "../model/fault-place.ts";
import { firstRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

const COUNTED = text(
  " IcmpOutEchoReps counts it all the same, so the counters claim that it was answered.",
  "IcmpOutEchoReps 照样计数，所以从计数器看像是已经应答。",
);

/** The reply is made, counted, and never leaves. */
export const cause = defineCause({
  code: "nft-reply-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    // What TCP sends is not counted there (ip_queue_xmit, ip_build_and_send_pkt).
    counters: [{ name: "IpOutDiscards", of: "namespace", always: false, sometimes: true }],
    decides: ["nft"],
    stages: ["sent"],
  },
  title: text("the reply is dropped by the target's own firewall: output", "应答被目标自己的防火墙丢弃：output"),
  headline: ({ chain, target }) => {
    const where = text(
      [chain, target === undefined ? undefined : `reply to ${target}`].filter((part) => part !== undefined).join(", "),
      [chain, target === undefined ? undefined : `发给 ${target} 的应答`]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `the reply is dropped by the target's own firewall: output${where.en === "" ? "" : ` (${where.en})`}`,
      `应答被目标自己的防火墙丢弃：output${where.zh === "" ? "" : `（${where.zh}）`}`,
    );
  },
  summary: ({ source, target, chain, rule, outInterface, protocol }) => {
    const counted = protocol === undefined ? COUNTED : text("", "");
    return text(
      `${source ?? "The pinged host"} gets the echo request and makes a reply to ${target ?? "the asker"}. But ${rule === undefined ? "its own firewall" : `the rule "${rule.replace(`${chain} `, "")}"`}${chain === undefined ? "" : ` (chain ${chain})`} drops it on the way out${outInterface === undefined ? "" : ` to ${outInterface}`}, before any capture point.${counted.en}`,
      `${source ?? "被 ping 的主机"} 收到 echo 请求，并生成了给 ${target ?? "请求方"} 的应答。但${rule === undefined ? "它自己的防火墙" : `规则“${rule.replace(`${chain} `, "")}”`}${chain === undefined ? "" : `（${chain} 链）`}在应答发出${outInterface === undefined ? "" : `（经 ${outInterface}）`}之前、也在任何抓包点之前把它丢弃。${counted.zh}`,
    );
  },
  why: () =>
    text(
      "A reply passes the output hook like every packet of the host's own; what is dropped there is never handed to a device.",
      "应答和主机自己发出的其他报文一样要过 output 钩子；在那里被丢弃的报文不会交给任何设备。",
    ),
  fixes: ({ chain, tool }, netns) => {
    const parts = chain?.split(" ") ?? [];
    const accept = firstRule(netns, chain ?? "inet filter output", {
      ...(tool === undefined ? {} : { tool }),
      iptables: "-p icmp -j ACCEPT",
      nft: "icmp type echo-reply accept",
    });
    return [
      {
        edits: [accept],
        effect: text("lets echo replies out, in front of all other rules", "在所有规则之前放行 echo 应答"),
      },
      {
        advice: inNamespace(netns, parts.length === 2 ? "iptables-save -c" : "nft -a list ruleset"),
        effect: text("shows the rule that drops", "查看丢包的规则"),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpOutDiscards IcmpOutEchoReps"),
      because: text(
        "on the target, both moving with each ping: the reply was made and dropped",
        "在目标上，两者都随每次 ping 增长：应答已生成，又被丢弃",
      ),
    },
  ],
  faults: ({ netns, role, protocol }) =>
    role === "target"
      ? [
          [
            filterRule(
              netns,
              "OUTPUT",
              protocol === "icmp" ? "-p icmp -m icmp --icmp-type 0 -j DROP" : `-p ${protocol} -j DROP`,
            ),
          ],
        ]
      : [],
  lookalikes: ["echo-no-reply", "missing-return-route", "icmp-echo-ignore-all", "nft-input-drop"],
  search: [
    "output chain drops echo reply",
    "IcmpOutEchoReps increases but no reply in capture",
    "IpOutDiscards",
    "output 链丢弃应答",
    "收到 ping 请求但应答发不出去",
    "防火墙 output 规则",
  ],
  page: () => ({
    meaning: text(
      "The target hears the request and answers, but its own firewall forbids it to speak. Rulesets that filter what a host may send often accept what belongs to known connections and forget ICMP.",
      "目标听到了请求也做了应答，但它自己的防火墙不让发。过滤出方向的规则集往往只放行已建立的连接，却忘了 ICMP。",
    ),
    evidence: text(
      "Packets: the request at the target's interface, nothing leaves. State: a drop on hook output of the target. Counters of a ping: IcmpInEchos, IcmpOutEchoReps and IpOutDiscards all move (no IpOutDiscards with TCP); drop reason NETFILTER_DROP at nft_do_chain, without a device.",
      "报文：目标接口上有请求，什么也没有发出。状态：目标 output 钩子上的 drop。计数器：ping 时 IcmpInEchos、IcmpOutEchoReps、IpOutDiscards 都增长（TCP 时 IpOutDiscards 不变）；丢包原因 nft_do_chain 处的 NETFILTER_DROP，没有设备。",
    ),
    tellApart: text(
      "missing-return-route and icmp-echo-ignore-all: IcmpOutEchoReps stays where it is, and there is no drop event. nft-output-drop: the same hook, but on the asker, for the request.",
      "missing-return-route、icmp-echo-ignore-all：IcmpOutEchoReps 不变，没有丢包事件。nft-output-drop：同一个钩子，但在请求方，丢的是请求。",
    ),
    kernel: "icmp_reply → ip_push_pending_frames → __ip_local_out: NF_INET_LOCAL_OUT → NETFILTER_DROP, IpOutDiscards",
  }),
  scenario: "nft-reply-drop",
  negativeTwin: "missing-return-route",
});

// A netdev egress rule of the sending interface drops the frame, before the queue and before any capture.

import { defineCause, deletesRule, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Dropped on the way out, at the interface itself. */
export const cause = defineCause({
  code: "nft-netdev-egress-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [{ name: "IpOutDiscards", of: "namespace", always: false }],
    decides: ["nft"],
    stages: ["sent", "forwarded"],
    waits: "neighbour",
  },
  title: text("dropped by the firewall at the interface: egress", "在接口出方向被防火墙丢弃：egress"),
  headline: ({ outInterface, chain }) => {
    const en = [outInterface, chain === undefined ? undefined : `chain ${chain}`]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [outInterface, chain === undefined ? undefined : `链 ${chain}`]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `dropped by the firewall at the interface: egress${en === "" ? "" : ` (${en})`}`,
      `在接口出方向被防火墙丢弃：egress${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, outInterface, chain, rule, error, basis }) =>
    basis === "ping"
      ? text(
          `The echo request to ${target ?? "the target"} was made, and the sending interface did not take it${error === undefined ? "" : ` ("${error}")`}. An egress rule of the firewall gives this error, and so does a full or limited queue; neither was shown.`,
          `发给 ${target ?? "目标"} 的 echo 请求已经生成，但发送接口没有收下${error === undefined ? "" : `（“${error}”）`}。防火墙的 egress 规则会报这个错，队列已满或受限也会；两者都没有看到。`,
        )
      : text(
          `What is for ${target ?? "the target"} is dropped at ${outInterface ?? "the sending interface"}${chain === undefined ? "" : `, in chain ${chain}`}${rule === undefined ? "" : `, by the rule "${rule}"`}. This hook lies before the place where tcpdump listens, so not even a capture on ${outInterface ?? "the interface"} shows the frame.`,
          `发给 ${target ?? "目标"} 的帧在 ${outInterface ?? "发送接口"} 上被丢弃${chain === undefined ? "" : `，在链 ${chain} 里`}${rule === undefined ? "" : `，规则是“${rule}”`}。这个钩子在 tcpdump 抓包点之前，所以在 ${outInterface ?? "该接口"} 上抓包也看不到这个帧。`,
        ),
  why: () =>
    text(
      "The netdev hook `egress` runs when a frame is handed to the device, after routing, the output hook and the neighbour, and before the queue and the packet tap.",
      "netdev 的 `egress` 钩子在帧交给设备时执行：在路由、output 钩子和邻居解析之后，在发送队列和抓包点之前。",
    ),
  fixes: (facts, netns) => {
    const { chain } = facts;
    const name = chain ?? "netdev filter egress";
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
        edits: [nftRule(netns, "insert", name, "icmp type echo-request accept")],
        effect: text(
          "lets echo requests through this chain, ahead of the rule that drops",
          "在丢弃规则之前放行 echo 请求",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nft list ruleset netdev"),
      because: text(
        "run it before and after a ping: a rule with `counter` on hook egress that grows is the one",
        "在 ping 前后各执行一次：egress 钩子上带 `counter` 且增长的规则就是它",
      ),
    },
  ],
  faults: (place) =>
    place.role !== "target" && place.outInterface !== null
      ? [[nftDrop(place, "netdev", "egress", { by: "rule", device: place.outInterface })]]
      : [],
  lookalikes: [
    "tc-egress-drop",
    "qdisc-drop",
    "nft-output-drop",
    "nft-postrouting-drop",
    "peer-down-neigh-known",
    "answered",
  ],
  search: [
    "nftables netdev egress drop",
    "ping sendmsg: No buffer space available",
    "ENOBUFS",
    "netdev 出方向丢弃",
    "没有可用的缓冲区空间",
    "抓不到发出的包",
  ],
  page: () => ({
    meaning: text(
      "An nftables chain of family netdev (or inet) on the egress hook of this very interface drops the frame. ARP may pass and the echo requests not, or the other way round, as the rules say.",
      "nftables 的 netdev（或 inet）族链挂在这个接口的 egress 钩子上，丢弃了这个帧。按规则不同，可能 ARP 放行而 echo 请求被丢，也可能相反。",
    ),
    evidence: text(
      "Packets: ARP is seen, the echo requests are not, not even in the sender's own capture. ping prints `sendmsg: No buffer space available` for packets that are not waiting for ARP. State: the chain and its device. Kernel: NETFILTER_DROP at nft_do_chain on the device; IpOutDiscards.",
      "报文：能看到 ARP，看不到 echo 请求，连发送方自己抓包也看不到。对不在等待 ARP 的报文，ping 打印 `sendmsg: No buffer space available`。状态：该链及其所挂的设备。内核：该设备上 nft_do_chain 处的 NETFILTER_DROP；IpOutDiscards。",
    ),
    tellApart: text(
      "tc-egress-drop and qdisc-drop: the same picture and errno, drop reasons TC_EGRESS and QDISC_DROP. nft-output-drop: no ARP either, no device at the drop event.",
      "tc-egress-drop 和 qdisc-drop：现象和错误码相同，丢包原因是 TC_EGRESS 和 QDISC_DROP。nft-output-drop：连 ARP 也没有，丢包事件里没有设备。",
    ),
    kernel: "__dev_queue_xmit → nf_hook_egress: NF_DROP; SKB_DROP_REASON_NETFILTER_DROP",
  }),
  scenario: "nft-netdev-egress-drop",
  negativeTwin: "nft-output-drop",
  // A plain ping fits every MTU: what refuses it is a rule or a queue of the interface.
  check: (view) =>
    (view.flow.printed?.length ?? 0) > SMALLEST_MTU
      ? null
      : verdictOfRefusal(view, [["sendmsg", "ENOBUFS"]], "possible"),
});

// Ethernet links hardly ever take less (RFC 791 asks for 576 of everybody).
const SMALLEST_MTU = 576;

// A rule of the postrouting hook drops the packet just before it would leave.

import { defineCause, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The last IP hook. */
export const cause = defineCause({
  code: "nft-postrouting-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["sent", "forwarded"],
  },
  title: text("dropped by the firewall: postrouting", "被防火墙丢弃：postrouting"),
  headline: ({ chain, outInterface }) => {
    const where = [chain, outInterface].filter((part) => part !== undefined);
    return text(
      `dropped by the firewall: postrouting${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被防火墙丢弃：postrouting${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, outInterface, chain, rule }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} is routed and about to leave by ${outInterface ?? "its outgoing interface"}. There ${chain === undefined ? "a postrouting rule" : `a rule in chain ${chain}`} drops it${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. No capture on the outgoing interface shows it, and not even ARP for the next hop is made.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文已查完路由，正要从 ${outInterface ?? "出接口"} 发出，却被${chain === undefined ? " postrouting 的规则" : ` ${chain} 链里的规则`}丢弃${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。在出接口上抓包看不到它，连对下一跳的 ARP 也不会有。`,
    ),
  why: () =>
    text(
      "Postrouting comes after routing and in front of the neighbour lookup, for own, forwarded and reply packets alike.",
      "postrouting 在路由之后、邻居解析之前，自己发的、转发的、应答的报文都要经过。",
    ),
  fixes: ({ chain }, netns) => [
    {
      edits: [
        nftRule(netns, "insert", chain ?? "inet mangle postrouting", "icmp type { echo-request, echo-reply } accept"),
      ],
      effect: text("lets pings pass, in front of all other rules", "在所有规则之前放行 ping"),
    },
    {
      advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset" : `nft -a list chain ${chain}`),
      effect: text(
        "shows the rules with their handles, for `nft delete rule … handle N`",
        "列出规则及其 handle，可用 `nft delete rule … handle N` 删除",
      ),
    },
  ],
  settle: ({ chain }, netns) => [
    {
      command: inNamespace(netns, chain === undefined ? "nft list ruleset" : `nft list chain ${chain}`),
      because: text("before and after a ping: the rule's counter moves", "ping 前后各执行一次：该规则的计数会增长"),
    },
  ],
  faults: (place) =>
    place.role === "router" || place.role === "asker" ? [[nftDrop(place, "inet", "postrouting", { by: "rule" })]] : [],
  lookalikes: ["echo-no-reply", "nft-forward-drop", "nft-output-drop", "nft-reply-drop", "ip-forward-off"],
  search: [
    "nftables postrouting drop",
    "packets dropped before leaving interface",
    "mangle postrouting",
    "postrouting 丢包",
    "出接口抓不到包",
    "防火墙 postrouting",
  ],
  page: () => ({
    meaning: text(
      "Everything before was in order, and the last hook of the IP stack says no. Such rules are rare; they are written to keep private addresses from leaking out of an uplink.",
      "前面一切正常，IP 协议栈的最后一个钩子却说不。这样的规则少见，一般用于防止私有地址从上行口泄漏出去。",
    ),
    evidence: text(
      "Packets: in by one interface, not out by the other, no ARP there. Counters: the rule's; IpForwDatagrams has counted a forwarded packet; drop reason NETFILTER_DROP with the outgoing device.",
      "报文：从一个接口进来，没有从另一个接口出去，那里也没有 ARP。计数器：该规则的计数；转发的报文已计入 IpForwDatagrams；丢包原因 NETFILTER_DROP，设备是出接口。",
    ),
    tellApart: text(
      "nft-forward-drop: the device of the drop event is the incoming one. nft-reply-drop and nft-output-drop: no device at all.",
      "nft-forward-drop：丢包事件的设备是入接口。nft-reply-drop、nft-output-drop：没有设备。",
    ),
    kernel: "ip_output → NF_HOOK_COND(NF_INET_POST_ROUTING) → nft_do_chain: NETFILTER_DROP",
  }),
  scenario: "nft-postrouting-drop",
  negativeTwin: "nft-forward-drop",
});

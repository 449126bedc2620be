// Policy routing by mark brings the reply back the right way, but the reverse-path filter looks without the mark.

import { defineCause, inNamespace } from "../model/cause.ts";
import { alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** rp_filter does not know of the mark by which the way back is chosen. */
export const cause = defineCause({
  code: "src-valid-mark",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [{ name: "TcpExtIPReversePathFilter", of: "namespace", always: true }],
    decides: [{ sysctl: "src_valid_mark" }, { sysctl: "rp_filter" }, "rule"],
  },
  title: text("dropped by rp_filter, which ignores the mark", "被 rp_filter 丢弃：它检查时不看标记（fwmark）"),
  headline: ({ source, inInterface }) => {
    const en = [source, inInterface === undefined ? undefined : `came in by ${inInterface}`].filter(
      (p) => p !== undefined,
    );
    const zh = [source, inInterface === undefined ? undefined : `从 ${inInterface} 进来`].filter(
      (p) => p !== undefined,
    );
    return text(
      `dropped by rp_filter, which ignores the mark${en.length === 0 ? "" : ` (${en.join(" ")})`}`,
      `被 rp_filter 丢弃：它检查时不看标记（fwmark）${zh.length === 0 ? "" : `：${zh.join(" ")}`}`,
    );
  },
  summary: ({ source, inInterface, rule, route }) =>
    text(
      `The packet from ${source ?? "the sender"} arrives at ${inInterface ?? "the receiving interface"} and gets a mark, for which ${rule === undefined ? "a rule" : `the rule "${rule}"`} leads back the same way. But the reverse-path filter asks without the mark, since src_valid_mark is 0, and finds ${route === undefined ? "another way" : `"${route}"`}. So it drops the packet in silence.`,
      `来自 ${source ?? "发送方"} 的报文到达 ${inInterface ?? "接收接口"} 并被打上标记，按这个标记，${rule === undefined ? "策略路由规则" : `规则“${rule}”`} 会让回程走原路。但 src_valid_mark 为 0，反向路径过滤查路由时不带标记，查到的是${route === undefined ? "另一条路" : `“${route}”`}，于是静默丢弃了这个报文。`,
    ),
  why: () =>
    text(
      "The reverse lookup uses the packet's mark only where src_valid_mark is 1 on conf/all or the receiving interface.",
      "只有当 conf/all 或接收接口的 src_valid_mark 为 1 时，反向查找才会使用报文的标记。",
    ),
  fixes: ({ inInterface }, netns) => {
    const device = (inInterface ?? "IF").replaceAll(".", "/");
    return [
      {
        edits: [setting(netns, { [confKey(device, "src_valid_mark")]: "1" })],
        effect: text("lets the reverse-path filter look with the mark", "让反向路径过滤带着标记查路由"),
      },
      {
        edits: [setting(netns, { [confKey(device, "rp_filter")]: "2" })],
        effect: text(
          "makes the check loose there: any route back will do; 2 is larger than 1, so conf/all need not change",
          "把那里的检查改为宽松：只要有回程路由即可；2 比 1 大，不必改 conf/all",
        ),
      },
    ];
  },
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.src_valid_mark net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.src_valid_mark`,
      ),
      because: text(
        "0 in both, with a rule by fwmark, means it is this",
        "两个都是 0，又有按 fwmark 的规则，就是这个原因",
      ),
    },
    {
      command: inNamespace(netns, "ip rule show"),
      because: text("shows whether any rule asks for a mark", "看有没有按标记匹配的规则"),
    },
  ],
  lookalikes: [
    "rp-filter-strict",
    "rp-filter-loose-no-route",
    "missing-return-route",
    "nft-prerouting-drop",
    "echo-no-reply",
  ],
  search: [
    "src_valid_mark",
    "fwmark policy routing rp_filter",
    "WireGuard wg-quick src_valid_mark",
    "TcpExtIPReversePathFilter",
    "策略路由 fwmark 不通",
    "打标记 回程 反向路径过滤",
  ],
  page: () => ({
    meaning: text(
      "The way back is chosen by a mark: a firewall rule marks what comes in, an `ip rule fwmark` sends the answer back by the same link. `ip route get … mark N` looks right, and still the packet is dropped, because the reverse-path filter does not use marks unless src_valid_mark allows it. Usual with VPN clients and two uplinks.",
      "回程路由由标记决定：防火墙规则给进来的报文打标记，`ip rule fwmark` 让应答从同一条链路回去。`ip route get … mark N` 看起来没问题，报文却仍被丢弃，因为除非 src_valid_mark 允许，反向路径过滤不使用标记。常见于 VPN 客户端和双出口。",
    ),
    evidence: text(
      "Packets: the request at the receiving interface, no reply. State: rp_filter=1, src_valid_mark=0, a rule that sets the mark, a rule with fwmark whose table leads back by the receiving interface. Kernel: IP_RPFILTER at ip_rcv_finish_core, TcpExtIPReversePathFilter moves.",
      "报文：接收接口上有请求，没有应答。状态：rp_filter=1，src_valid_mark=0，有打标记的防火墙规则，有 fwmark 规则而它的路由表从接收接口回去。内核：ip_rcv_finish_core 处的 IP_RPFILTER，TcpExtIPReversePathFilter 增长。",
    ),
    tellApart: text(
      "rp-filter-strict: the same drop and the same counter, but with the mark the way back would not fit either, or the packet has no mark.",
      "rp-filter-strict：同样的丢弃和计数，但即使带上标记回程也不对，或者报文根本没有标记。",
    ),
    kernel: "__fib_validate_source: fl4.flowi4_mark = IN_DEV_SRC_VMARK(idev) ? skb->mark : 0 (IN_DEV_ORCONF)",
  }),
  scenario: "src-valid-mark",
  negativeTwin: "rp-filter-strict",
});

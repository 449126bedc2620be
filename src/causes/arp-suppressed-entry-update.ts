// A host does not answer an ARP request, and still takes the asker's MAC address from it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: the request changes an existing entry though its answer is suppressed. */
export const cause = defineCause({
  code: "arp-suppressed-entry-update",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["neigh"],
    entryOf: "source",
  },
  title: text("the unanswered request still updates the neighbour entry", "请求没有应答，却仍更新了邻居表项"),
  headline: ({ source, mac, inInterface }) => {
    const en = [
      source,
      mac === undefined ? undefined : `is now at ${mac}`,
      inInterface === undefined ? undefined : `on ${inInterface}`,
    ].filter((part) => part !== undefined);
    const zh = [
      inInterface === undefined ? undefined : `${inInterface} 上`,
      source,
      mac === undefined ? undefined : `→ ${mac}`,
    ].filter((part) => part !== undefined);
    return text(
      `the unanswered request still updates the neighbour entry${en.length === 0 ? "" : `: ${en.join(" ")}`}`,
      `请求没有应答，却仍更新了邻居表项${zh.length === 0 ? "" : `：${zh.join(" ")}`}`,
    );
  },
  summary: ({ owner, source, mac, expectedMac, inInterface }) =>
    text(
      `${owner || "The host"} keeps silent about the request that comes in on ${inInterface ?? "its interface"}, but it has an entry for the asker${source === undefined ? "" : `, ${source},`} and writes ${mac ?? "the asker's MAC address"} into it${expectedMac === undefined ? "" : ` in place of ${expectedMac}`}. So the request did arrive and was read: it is the source address or the way back to it that keeps the answer from being sent, not arp_ignore or arp_filter.`,
      `${owner || "这台主机"} 对从 ${inInterface ?? "其接口"} 进来的请求保持沉默，但它有询问者${source === undefined ? "" : ` ${source} `}的表项，于是把 ${mac ?? "询问者的 MAC"} 写了进去${expectedMac === undefined ? "" : `，代替原来的 ${expectedMac}`}。可见请求到了，也读了：不应答的原因在于源地址或回去的路由，而不是 arp_ignore 或 arp_filter。`,
    ),
  why: () =>
    text(
      "arp_process leaves at once where arp_ignore or arp_filter say no; where the route input refuses the source it goes on to its last part, which updates an existing entry that is older than locktime.",
      "arp_ignore 或 arp_filter 拒绝时，arp_process 立即结束；而路由输入检查拒绝源地址时，它会走到最后一段，更新已有的、超过 locktime 的表项。",
    ),
  fixes: ({ source, inInterface }, netns) => [
    {
      advice: inNamespace(netns, `ip -s neigh show to ${source ?? "ADDRESS"} dev ${inInterface ?? "IF"}`),
      effect: text(
        "before and after an unanswered request: an entry that turns STALE with the right MAC address points to the source check, one that stays as it was to arp_ignore or arp_filter",
        "在一次没有应答的请求前后各看一次：变为 STALE 且 MAC 正确，说明是源地址检查；保持原样，说明是 arp_ignore 或 arp_filter",
      ),
    },
  ],
  lookalikes: ["rp-filter-arp", "accept-local-off", "arp-filter", "arp-ignore-1", "gratuitous-arp-updates"],
  search: [
    "ARP request not answered but neighbour entry updated",
    "ip neigh STALE without reply",
    "arp_process update our ARP tables",
    "没有应答 ARP 但 arp 表更新了",
    "收到 ARP 请求不应答却学到 MAC",
  ],
  page: () => ({
    meaning: text(
      "An ARP request that gets no answer is not always thrown away unread. Where the source address or the route back to it is refused (rp_filter, accept_local), the kernel still uses the request to correct an entry it has for the asker. Where arp_ignore or arp_filter forbid the answer, the entry stays as it was. The difference is a hint at what suppresses the answer, without any trace tool.",
      "没有应答的 ARP 请求并不总是看都不看就扔掉。如果是源地址或回程路由被拒绝（rp_filter、accept_local），内核仍会用这个请求修正已有的关于询问者的表项；如果是 arp_ignore 或 arp_filter 不许应答，表项保持原样。不用任何跟踪工具，凭这个差别就能看出是什么抑制了应答。",
    ),
    evidence: text(
      "State: the entry for the asker before and after, `ip -s neigh`. Packets: the request without a reply. Kernel: consumed at arp_process in both cases, without event or counter.",
      "状态：询问者的表项在前后的变化，用 `ip -s neigh` 看。报文：有请求，没有应答。内核：两种情况都在 arp_process 处正常释放，没有事件也没有计数。",
    ),
    tellApart: text(
      "gratuitous-arp-updates: the asker announced itself. An entry that an administrator made (PERMANENT, NOARP) never changes.",
      "gratuitous-arp-updates：询问者发的是通告。管理员建立的表项（PERMANENT、NOARP）从不改变。",
    ),
    kernel:
      "arp_process: ip_route_input_noref fails → __neigh_lookup, neigh_update (NUD_STALE); arp_ignore, arp_filter → goto out_consume_skb",
  }),
  scenario: "arp-suppressed-entry-update",
  negativeTwin: "arp-filter",
});

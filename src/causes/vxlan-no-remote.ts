// A VXLAN has nobody to send the frame to.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** No entry, no default. */
export const cause = defineCause({
  code: "vxlan-no-remote",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NOT_SPECIFIED", at: ["vxlan_xmit"], settles: "cause" },
      { reason: "NO_TX_TARGET", settles: "cause", sometimes: true },
    ],
    counters: [],
    decides: ["link", "bridge"],
    waits: "neighbour",
  },
  title: text("the VXLAN knows no other end", "VXLAN 不知道对端"),
  headline: ({ outInterface }) =>
    text(
      `the VXLAN knows no other end${outInterface === undefined ? "" : ` (${outInterface})`}`,
      `VXLAN 不知道对端${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface }) =>
    text(
      `${outInterface ?? "The VXLAN interface"} is given the frame for ${target ?? "the target"} and has nobody to send it to: its forwarding table holds no entry for that address, and there is no default (a remote, or the entry 00:00:00:00:00:00). The frame is dropped; no outer packet is sent.`,
      `${outInterface ?? "VXLAN 接口"} 收到发给 ${target ?? "目标"} 的帧，却没有可发的对象：转发表里没有这个地址的表项，也没有默认对端（remote，或 00:00:00:00:00:00 表项）。帧被丢弃，不会发出外层报文。`,
    ),
  why: () =>
    text(
      "A VXLAN without remote or group sends only where an entry of its forwarding table tells it to.",
      "没有 remote 或 group 的 VXLAN 只按转发表里的表项发送。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      advice: inNamespace(netns, `bridge fdb append 00:00:00:00:00:00 dev ${outInterface ?? "VXLAN"} dst REMOTE`),
      effect: text("sends what is for nobody known, and broadcasts, to that end", "把未知目的和广播发往这个对端"),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `bridge fdb show dev ${outInterface ?? "VXLAN"}`),
      because: text("without a line with dst nothing can leave", "没有带 dst 的行，就什么也发不出去"),
    },
  ],
  lookalikes: ["tunnel-no-match", "arp-no-answer", "arp-no-local-owner"],
  search: [
    "vxlan no fdb entry",
    "vxlan without remote",
    "bridge fdb append 00:00:00:00:00:00",
    "vxlan 没有转发表项",
    "vxlan 不通",
  ],
  page: () => ({
    meaning: text(
      "VXLANs without multicast need to be told of their other ends: by remote, by entries that a controller keeps (flannel, EVPN), or by hand. Without them ARP already goes nowhere.",
      "不用组播的 VXLAN 需要有人告诉它对端：用 remote，由控制器维护表项（flannel、EVPN），或手工添加。没有这些，ARP 就已经发不出去。",
    ),
    evidence: text(
      "Packets: the frame at the VXLAN interface, no UDP in the underlay. State: `ip -d link` shows no remote, `bridge fdb` no line with dst for the address or for 00:00:00:00:00:00. Drop at vxlan_xmit: NOT_SPECIFIED, on newer kernels NO_TX_TARGET.",
      "报文：帧在 VXLAN 接口上能看到，底层网络没有 UDP。状态：`ip -d link` 没有 remote，`bridge fdb` 没有该地址或 00:00:00:00:00:00 的带 dst 的行。丢包在 vxlan_xmit：NOT_SPECIFIED，较新的内核为 NO_TX_TARGET。",
    ),
    tellApart: text(
      "tunnel-no-match: an outer packet is sent, and nobody takes it.",
      "tunnel-no-match：外层报文发出了，但没有人接收。",
    ),
    kernel: "vxlan_xmit: no fdb entry, no default → kfree_skb",
  }),
  scenario: "vxlan-no-remote",
  negativeTwin: "vxlan-ok",
});

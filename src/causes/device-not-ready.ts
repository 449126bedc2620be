// The driver of the outgoing interface does not take the packet: nothing reads from it, its ring is full, or it filters.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Mostly tun and tap: a virtual machine or a VPN that is not there. */
export const cause = defineCause({
  code: "device-not-ready",
  severity: "problem",
  marks: {
    drop: [
      { reason: "DEV_READY", settles: "cause" },
      { reason: "FULL_RING", settles: "cause" },
      { reason: "TAP_FILTER", settles: "cause" },
      { reason: "TAP_TXFILTER", settles: "cause" },
      { reason: "DEV_HDR", settles: "cause" },
    ],
    counters: [],
    decides: ["link"],
  },
  title: text("the interface did not take the packet", "接口没有接收报文"),
  headline: ({ outInterface }) =>
    text(
      `the interface did not take the packet${outInterface === undefined ? "" : ` (${outInterface})`}`,
      `接口没有接收报文${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface, error }) =>
    text(
      `The packet for ${target ?? "the target"} is handed to ${outInterface ?? "the interface"}, and the interface itself drops it${error === "FULL_RING" ? ": what is behind it reads too slowly, and its ring is full" : error === "DEV_READY" ? ": nothing is attached to it, or it is going down" : error === undefined ? "" : ": a filter of the device does not let it pass"}.`,
      `发给 ${target ?? "目标"} 的报文交给 ${outInterface ?? "接口"} 后被接口本身丢弃${error === "FULL_RING" ? "：后面的程序读得太慢，环形队列已满" : error === "DEV_READY" ? "：没有程序接在上面，或接口正在关闭" : error === undefined ? "" : "：设备的过滤器不放行"}。`,
    ),
  why: () =>
    text(
      "A tun or tap device hands packets to the process that has it open; without one, or with a full ring, tun_net_xmit drops them.",
      "tun/tap 设备把报文交给打开它的进程；没有进程打开，或环形队列已满，tun_net_xmit 就会丢弃。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      advice: inNamespace(netns, `ip -d -s link show dev ${outInterface ?? "IF"}`),
      effect: text(
        "shows what kind of device it is and what it dropped; the virtual machine or VPN behind it must run",
        "看它是什么设备、丢了多少；它后面的虚拟机或 VPN 要在运行",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -d -s link show dev ${outInterface ?? "IF"}`),
      because: text(
        "`tun` or `tap` with NO-CARRIER means that no process has it open; a `dropped` that grows counts what it refused",
        "`tun` 或 `tap` 而且 NO-CARRIER，说明没有进程打开它；增长的 `dropped` 就是被拒绝的报文数",
      ),
    },
  ],
  lookalikes: [],
  search: [
    "DEV_READY",
    "FULL_RING",
    "TAP_TXFILTER",
    "tap no carrier",
    "tun device no process",
    "tap 设备 不通",
    "虚拟机 丢包",
  ],
  page: () => ({
    meaning: text(
      "A virtual machine that is off, a VPN client that has died, or one too slow for its traffic. The interface may well be UP.",
      "虚拟机没有运行，VPN 客户端已退出，或处理太慢。接口可能仍是 UP。",
    ),
    evidence: text(
      "Packets: seen at the interface, never beyond. State: NO-CARRIER, `dropped` of the interface. Drop reasons DEV_READY, FULL_RING, TAP_FILTER, TAP_TXFILTER or DEV_HDR at tun_net_xmit; DEV_READY also where an interface is going down.",
      "报文：在该接口上看得到，之后没有。状态：NO-CARRIER、接口的 `dropped`。丢包原因为 tun_net_xmit 处的 DEV_READY、FULL_RING、TAP_FILTER、TAP_TXFILTER 或 DEV_HDR；接口正在关闭时也报告 DEV_READY。",
    ),
    tellApart: text(
      "peer-down: a veth whose other end is down, QDISC_DROP. qdisc-drop: a shaper in front of the device.",
      "peer-down：veth 的对端没有启用，原因为 QDISC_DROP。qdisc-drop：设备之前的整形规则。",
    ),
    kernel: "tun_net_xmit: tfile == NULL → DEV_READY, ptr_ring_produce → FULL_RING, check_filter → TAP_TXFILTER",
  }),
  scenario: null,
  negativeTwin: null,
});

// A frame comes to a bridge with a sender's MAC address that no sender may have.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A group address or zeros as source. */
export const cause = defineCause({
  code: "source-mac-invalid",
  severity: "problem",
  marks: {
    drop: [{ reason: "MAC_INVALID_SOURCE", settles: "cause" }],
    counters: [],
    decides: ["link"],
  },
  title: text("the bridge refuses the sender's MAC address", "网桥拒绝发送方的 MAC 地址"),
  headline: ({ inInterface }) =>
    text(
      `the bridge refuses the sender's MAC address${inInterface === undefined ? "" : ` (at ${inInterface})`}`,
      `网桥拒绝发送方的 MAC 地址${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ inInterface, source }) =>
    text(
      `A frame${source === undefined ? "" : ` of ${source}`} comes in at ${inInterface ?? "a bridge port"} with a multicast or all-zero MAC address as its sender. A bridge neither learns nor forwards such a frame.`,
      `${source === undefined ? "" : `${source} 的`}帧从 ${inInterface ?? "网桥端口"} 进来，源 MAC 是组播地址或全零。网桥既不学习也不转发这样的帧。`,
    ),
  why: () =>
    text(
      "br_handle_frame looks at the source before anything else: is_valid_ether_addr.",
      "br_handle_frame 最先检查源地址：is_valid_ether_addr。",
    ),
  fixes: (_, netns) => [
    {
      advice: inNamespace(netns, "ip -br link"),
      effect: text(
        "find the sender whose MAC address starts with an odd second digit or is zero, and give it a unicast one (ip link set dev IF address 02:…)",
        "找出 MAC 第二位十六进制数为奇数或全零的发送方，改成单播地址（ip link set dev IF address 02:…）",
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -e -n -c 4 -i ${inInterface ?? "IF"} arp`),
      because: text("the first address of each line is the sender’s MAC address", "每行第一个地址就是发送方的 MAC"),
    },
  ],
  lookalikes: [],
  search: [
    "MAC_INVALID_SOURCE",
    "invalid source MAC",
    "multicast source address bridge",
    "源 MAC 无效",
    "网桥 丢弃 组播源地址",
  ],
  page: () => ({
    meaning: text(
      "Somebody typed a MAC address by hand and set its group bit, or a program builds frames without one.",
      "手工设置 MAC 时置了组播位，或程序构造帧时没有填写源 MAC。",
    ),
    evidence: text(
      "Packets: the frame is seen at the port, never behind the bridge. Drop reason MAC_INVALID_SOURCE at br_handle_frame (6.14 and newer).",
      "报文：在端口上看得到，网桥之后没有。丢包原因为 br_handle_frame 处的 MAC_INVALID_SOURCE（6.14 及更新的内核）。",
    ),
    tellApart: text(
      "bridge-own-mac-source: a valid address, but the bridge’s own. bridge-port-locked: valid, but not allowed on that port.",
      "bridge-own-mac-source：地址有效，但属于网桥自己。bridge-port-locked：地址有效，但该端口不允许。",
    ),
    kernel: "br_handle_frame: !is_valid_ether_addr(eth_hdr(skb)->h_source) → SKB_DROP_REASON_MAC_INVALID_SOURCE",
  }),
  scenario: null,
  negativeTwin: null,
});

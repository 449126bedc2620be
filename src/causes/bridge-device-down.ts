// The bridge interface itself is down, and with it all its ports are disabled.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** br0 without UP. */
export const cause = defineCause({
  code: "bridge-device-down",
  severity: "problem",
  marks: {
    drop: [{ reason: "BRIDGE_INGRESS_STP_STATE", settles: "cause" }],
    counters: [],
    decides: ["link"],
    waits: "neighbour",
  },
  title: text("the bridge itself is down", "网桥自身没有启用"),
  headline: ({ bridge }) =>
    text(
      `the bridge itself is down${bridge === undefined ? "" : `: ${bridge}`}`,
      `网桥自身没有启用${bridge === undefined ? "" : `：${bridge}`}`,
    ),
  summary: ({ bridge, inInterface, source }) =>
    text(
      `The frame from ${source ?? "the sender"} comes in by ${inInterface ?? "a bridge port"}, and ends there: ${bridge ?? "the bridge"} is not up. While a bridge is down all its ports are disabled, although their own links are up. That concerns even frames between two ports.`,
      `${source ?? "发送方"} 的帧从 ${inInterface ?? "网桥端口"} 进来就到此为止：${bridge ?? "网桥"} 没有启用（UP）。网桥没启用时，它的所有端口都是 disabled，即使端口自己的链路是 up。两个端口之间的帧也不例外。`,
    ),
  why: () =>
    text(
      "Bringing the bridge device down stops the bridge as a whole; a new bridge is down until somebody brings it up.",
      "关闭网桥设备会让整个网桥停止工作；新建的网桥默认是 down，要手动启用。",
    ),
  fixes: ({ bridge }, netns) => [
    {
      edits: [{ kind: "link", netns, device: bridge ?? "br0", up: true }],
      effect: text(
        "brings the bridge up; with STP on, forwarding starts 30 seconds later",
        "启用网桥；如果开了 STP，约 30 秒后才开始转发",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip -br link show type bridge"),
      because: text("DOWN beside the bridge is this", "网桥旁边显示 DOWN，就是这个原因"),
    },
  ],
  faults: ({ netns, role, bridge }) =>
    role === "switch" && bridge !== null ? [[{ kind: "link", netns, device: bridge, up: false }]] : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "bridge-port-state",
    "bridge-stp-forward-delay",
    "link-admin-down",
  ],
  search: [
    "bridge down",
    "M-DOWN bridge link",
    "new bridge does not forward",
    "网桥没有启用",
    "新建网桥不通",
    "br0 down",
  ],
  page: () => ({
    meaning: text(
      "The ports are up and have carrier, only the bridge was never brought up (or was taken down). It is the step most often forgotten when a bridge is made by hand.",
      "端口都启用了，也有载波，只是网桥自己没启用（或被关掉）。手工建网桥时最容易漏掉这一步。",
    ),
    evidence: text(
      "Packets: the frame on the input port only. State: the bridge without UP, its ports `state disabled`. Kernel: BRIDGE_INGRESS_STP_STATE at br_handle_frame.",
      "报文：只在入端口上有帧。状态：网桥没有 UP，端口 `state disabled`。内核：br_handle_frame 处的 BRIDGE_INGRESS_STP_STATE。",
    ),
    tellApart: text(
      "bridge-port-state: the bridge is up, one port is not forwarding. link-admin-down: the sending interface itself is down.",
      "bridge-port-state：网桥已启用，是某个端口不转发。link-admin-down：发送接口自己没启用。",
    ),
    kernel: "br_dev_stop → br_stp_disable_bridge: all ports BR_STATE_DISABLED; br_handle_frame drops",
  }),
  scenario: "bridge-device-down",
  negativeTwin: "bridge-port-state",
});

// The destination MAC is also the MAC of the bridge or of one of its ports: the bridge keeps the frame for itself.

import { defineCause, inNamespace, unusedMac } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A local FDB entry shadows a host. */
export const cause = defineCause({
  code: "bridge-fdb-local-mac",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "cause" }],
    counters: [],
    decides: ["bridge", "link"],
  },
  title: text("the target's MAC is also one of the bridge's own", "目标的 MAC 与网桥自己的 MAC 相同"),
  headline: ({ bridge, mac }) => {
    const where = [bridge, mac].filter((part) => part !== undefined);
    return text(
      `the target's MAC is also one of the bridge's own${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `目标的 MAC 与网桥自己的 MAC 相同${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, mac, target }) =>
    text(
      `The frame for ${target ?? "the target"} is addressed to ${mac ?? "a MAC address"}, which ${bridge ?? "the bridge"} or one of its ports has as well. The bridge takes it for its own and never passes it on to the port of the target. ARP broadcasts still reach everybody, so the neighbour entry looks right.`,
      `发往 ${target ?? "目标"} 的帧，目的 MAC${mac === undefined ? "" : ` ${mac}`}也是 ${bridge ?? "网桥"} 或它某个端口的 MAC。网桥当作给自己的收下，不会转发到目标所在的端口。ARP 广播仍能到达所有人，所以邻居表项看起来是对的。`,
    ),
  why: () =>
    text(
      "MAC addresses of the bridge and its ports are local, permanent entries of the table: frames to them go up, never on.",
      "网桥及其端口的 MAC 是转发表里的本地永久表项：发给它们的帧只往上交，不会转发。",
    ),
  fixes: ({ mac, port }, netns) => [
    {
      edits: [{ kind: "link", netns, device: port ?? "PORT", mac: unusedMac(mac) }],
      effect: text(
        "gives the bridge's own side another MAC address; any unused one will do",
        "给网桥这一侧换一个 MAC；只要没人用就行",
      ),
    },
    {
      advice: inNamespace(netns, "ip -br link"),
      effect: text(
        `shows which interface here has ${mac ?? "the same MAC address"}`,
        `查看这里哪个接口用了 ${mac ?? "相同的 MAC"}`,
      ),
    },
  ],
  settle: ({ bridge }, netns) => [
    {
      command: inNamespace(netns, `bridge fdb show br ${bridge ?? "br0"}`),
      because: text("the target's MAC with the word permanent is this", "目标的 MAC 带 permanent 字样，就是这个原因"),
    },
  ],
  faults: ({ netns, role, outInterface: device, frameTo: mac }) =>
    role === "switch" && device !== null && mac !== null ? [[{ kind: "link", netns, device, mac }]] : [],
  lookalikes: ["echo-no-reply", "bridge-own-mac-source", "bridge-fdb-wrong-port", "duplicate-mac", "neigh-wrong-mac"],
  search: [
    "received packet with own address as source address",
    "bridge permanent fdb entry",
    "same MAC on tap and guest",
    "网桥 MAC 冲突",
    "own address as source address",
    "虚拟机与 tap MAC 相同",
  ],
  page: () => ({
    meaning: text(
      "A tap or veth port was given the MAC address of the guest behind it, or a cloned host has the bridge's MAC. To the bridge that address means itself.",
      "tap 或 veth 端口被设成了后面虚拟机的 MAC，或者克隆的主机与网桥 MAC 相同。对网桥来说，这个 MAC 就是自己。",
    ),
    evidence: text(
      "Packets: the echo request on the input port and on the bridge, not on the target's port. State: the MAC as a permanent entry of the FDB. Kernel: OTHERHOST at ip_rcv_core on the bridge; a log line about its own address as source when the real owner talks.",
      "报文：echo 请求在入端口和网桥上，不在目标的端口上。状态：该 MAC 是 FDB 里的 permanent 表项。内核：网桥上 ip_rcv_core 处的 OTHERHOST；真正的主人发言时，日志提示 own address as source address。",
    ),
    tellApart: text(
      "bridge-own-mac-source: seen from the other side, frames that come from such a MAC. A promiscuous capture on the bridge: the frame is on the bridge and on the target's port.",
      "bridge-own-mac-source：从另一面看，即从这种 MAC 发来的帧。以混杂模式在网桥上抓包：网桥和目标端口上都有帧。",
    ),
    kernel: "br_handle_frame_finish: test_bit(BR_FDB_LOCAL, &dst->flags) → br_pass_frame_up",
  }),
  scenario: "bridge-fdb-local-mac",
  negativeTwin: "bridge-fdb-wrong-port",
});

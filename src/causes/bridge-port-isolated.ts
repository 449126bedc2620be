// Both ports are isolated: they may talk to others, not to each other.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Port isolation of a bridge. */
export const cause = defineCause({
  code: "bridge-port-isolated",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_TX_TARGET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["bridge"],
    asked: { threads: 6, order: 3 },
    waits: "neighbour",
  },
  title: text("both bridge ports are isolated", "两个网桥端口都被隔离"),
  headline: ({ inInterface, outInterface }) => {
    const ports = [inInterface, outInterface].filter((part) => part !== undefined);
    return text(
      `both bridge ports are isolated${ports.length === 0 ? "" : ` (${ports.join(", ")})`}`,
      `两个网桥端口都被隔离${ports.length === 0 ? "" : `（${ports.join("、")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, outInterface, target }) =>
    text(
      `The frame for ${target ?? "the target"} comes in by ${inInterface ?? "one port"} and should leave ${bridge ?? "the bridge"} by ${outInterface ?? "another"}, but both ports are isolated. Isolated ports pass frames to all other ports and to the bridge itself, never to one another. The kernel leaves no trace of it.`,
      `发往 ${target ?? "目标"} 的帧从 ${inInterface ?? "一个端口"} 进来，本该从 ${bridge ?? "网桥"} 的 ${outInterface ?? "另一个端口"} 出去，但两个端口都设了隔离（isolated）。被隔离的端口可以与其他端口和网桥自身通信，彼此之间不通。内核对此不留痕迹。`,
    ),
  why: () =>
    text(
      "Isolation is meant for guests that must not see each other; two isolated ports are skipped silently when a frame is delivered.",
      "隔离用于不允许互访的客户端；投递帧时，两个都被隔离的端口之间会被静默跳过。",
    ),
  fixes: ({ inInterface, outInterface }, netns) => [
    {
      edits: [
        { kind: "bridge-port", netns, device: outInterface ?? inInterface ?? "PORT", flags: { isolated: false } },
      ],
      effect: text(
        "one of the two without isolation is enough; that port then reaches all isolated ones",
        "两者中有一个取消隔离就够；之后它能与所有被隔离的端口通信",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge -d link"),
      because: text("`isolated on` at both ports is this", "两个端口都显示 `isolated on`，就是这个原因"),
    },
  ],
  faults: ({ netns, role, inInterface, outInterface }) =>
    role === "switch" && inInterface !== null && outInterface !== null
      ? [
          [inInterface, outInterface].map((device) => ({
            kind: "bridge-port",
            netns,
            device,
            flags: { isolated: true },
          })),
        ]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "echo-no-reply",
    "bridge-flood-off",
    "bridge-port-state",
    "bridge-vlan-mismatch",
    "macvlan-host-isolation",
  ],
  search: [
    "bridge port isolated",
    "guests on same bridge cannot ping each other",
    "Wi-Fi client isolation",
    "网桥端口隔离",
    "同一网桥的虚拟机互相 ping 不通",
    "客户端隔离",
  ],
  page: () => ({
    meaning: text(
      "Guests, containers or Wi-Fi clients on one bridge reach the gateway and the outside, but not each other. Somebody wanted it so: a hosting platform, or an option like client isolation.",
      "同一网桥上的虚拟机、容器或无线客户端能访问网关和外网，却互相不通。这是有意设置的：托管平台，或“客户端隔离”之类的选项。",
    ),
    evidence: text(
      "Packets: broadcasts on the bridge and on ports that are not isolated, not on the target's. State: `isolated on` at both ports. Kernel: no drop event as long as the frame goes anywhere else, NO_TX_TARGET where it does not.",
      "报文：广播出现在网桥和未隔离的端口上，不在目标的端口上。状态：两个端口都是 `isolated on`。内核：只要帧还发往别处，就没有丢包事件；否则为 NO_TX_TARGET。",
    ),
    tellApart: text(
      "bridge-flood-off: a flag of the target's port alone. bridge-vlan-mismatch: vlan_filtering is on. macvlan-host-isolation: no bridge is there.",
      "bridge-flood-off：只是目标端口的标志。bridge-vlan-mismatch：开了 vlan_filtering。macvlan-host-isolation：没有网桥。",
    ),
    kernel: "should_deliver: br_skb_isolated(p, skb) (BR_ISOLATED of source and destination port)",
  }),
  scenario: "bridge-port-isolated",
  negativeTwin: "bridge-flood-off",
});

// The target's port takes no flooded frames: broadcasts, or unicast for unknown MAC addresses.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** flood or bcast_flood off. */
export const cause = defineCause({
  code: "bridge-flood-off",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_TX_TARGET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["bridge"],
    waits: "neighbour",
  },
  title: text("flooding is off on the target's bridge port", "目标所在的网桥端口关闭了泛洪"),
  headline: ({ bridge, outInterface }) => {
    const where = [outInterface, bridge].filter((part) => part !== undefined);
    return text(
      `flooding is off on the target's bridge port${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `目标所在的网桥端口关闭了泛洪${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, outInterface, target }) =>
    text(
      `${bridge ?? "The bridge"} floods the frame for ${target ?? "the target"}, for it is a broadcast or its MAC is not in the table. But flooding is off on ${outInterface ?? "the port of the target"}, so that port is left out. Frames for MAC addresses the bridge has learned there would still pass.`,
      `${bridge ?? "网桥"} 要泛洪发往 ${target ?? "目标"} 的帧，因为它是广播，或者目的 MAC 不在转发表里。但 ${outInterface ?? "目标所在的端口"} 关闭了泛洪，于是被跳过。如果网桥已在那里学到目的 MAC，帧仍能通过。`,
    ),
  why: () =>
    text(
      "bcast_flood decides about broadcasts, flood about unknown unicast, each per port; a port left out makes no drop event.",
      "bcast_flood 管广播，flood 管未知单播，按端口设置；被跳过的端口不产生丢包事件。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      edits: [
        { kind: "bridge-port", netns, device: outInterface ?? "PORT", flags: { bcast_flood: true, flood: true } },
      ],
      effect: text("floods broadcasts and unknown unicast to this port again", "恢复向该端口泛洪广播和未知单播"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge -d link"),
      because: text(
        "`flood off` or `bcast_flood off` at the target's port",
        "看目标端口是否有 `flood off` 或 `bcast_flood off`",
      ),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "switch" && outInterface !== null
      ? [[{ kind: "bridge-port", netns, device: outInterface, flags: { flood: false, bcast_flood: false } }]]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "echo-no-reply",
    "bridge-port-isolated",
    "bridge-port-state",
    "bridge-vlan-mismatch",
    "bridge-neigh-suppress",
  ],
  search: [
    "bridge bcast_flood off",
    "bridge flood off unknown unicast",
    "ARP broadcast not on port",
    "网桥 泛洪 关闭",
    "未知单播",
    "广播到不了端口",
  ],
  page: () => ({
    meaning: text(
      "The port was told to take only what is known to be for it. That is usual with EVPN and other controllers that fill the table themselves; without them ARP cannot work through such a port.",
      "端口被设置为只接收已知属于它的帧。EVPN 等由控制器填表的方案常这么做；没有控制器时，ARP 就过不了这样的端口。",
    ),
    evidence: text(
      "Packets: the frame on all other ports, not on this one. State: flags in `bridge -d link`, FDB. Kernel: no event as long as the frame goes to another port, where hosts drop flooded unicast that is not for them; NO_TX_TARGET where there is none.",
      "报文：其他端口都有帧，唯独这个没有。状态：`bridge -d link` 里的标志和 FDB。内核：只要帧还发往其他端口就没有事件，那里的主机会丢弃不是发给自己的单播；没有其他端口时为 NO_TX_TARGET。",
    ),
    tellApart: text(
      "bridge-port-isolated: the source port matters too. bridge-port-state: the port is not forwarding. bridge-neigh-suppress: the bridge answers the ARP itself.",
      "bridge-port-isolated：与源端口也有关。bridge-port-state：端口不在 forwarding。bridge-neigh-suppress：网桥自己代答 ARP。",
    ),
    kernel: "br_flood: BR_BCAST_FLOOD (broadcast), BR_FLOOD (unknown unicast), BR_MCAST_FLOOD",
  }),
  scenario: "bridge-flood-off",
  negativeTwin: "bridge-port-isolated",
});

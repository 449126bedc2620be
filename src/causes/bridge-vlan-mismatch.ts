// VLAN filtering: the target's port is no member of the frame's VLAN.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Not allowed out of the port. */
export const cause = defineCause({
  code: "bridge-vlan-mismatch",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NO_TX_TARGET", settles: "kind", sometimes: true },
      { reason: "NOT_SPECIFIED", at: ["br_handle_frame_finish"], settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: ["bridge"],
    asked: { threads: 8, order: 8 },
    waits: "neighbour",
  },
  title: text("the target's bridge port is not in the frame's VLAN", "目标所在的网桥端口不属于该帧的 VLAN"),
  headline: ({ outInterface, vlan }) => {
    const where = [outInterface, vlan === undefined ? undefined : `VLAN ${vlan}`].filter((part) => part !== undefined);
    return text(
      `the target's bridge port is not in the frame's VLAN${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `目标所在的网桥端口不属于该帧的 VLAN${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, outInterface, vlan, target }) =>
    text(
      `${bridge ?? "The bridge"} filters VLANs. The frame for ${target ?? "the target"} ${inInterface === undefined ? "" : `came in by ${inInterface} and `}belongs to ${vlan === undefined ? "a VLAN" : `VLAN ${vlan}`}, of which ${outInterface ?? "the port of the target"} is no member. So it is not sent there; the other members of the VLAN get it.`,
      `${bridge ?? "网桥"} 开了 VLAN 过滤。发往 ${target ?? "目标"} 的帧${inInterface === undefined ? "" : `从 ${inInterface} 进来，`}属于 ${vlan === undefined ? "某个 VLAN" : `VLAN ${vlan}`}，而 ${outInterface ?? "目标所在的端口"} 不是它的成员。所以帧不会发往那里；同一 VLAN 的其他端口能收到。`,
    ),
  why: () =>
    text(
      "With vlan_filtering a frame leaves only by ports that have its VLAN in their list; a port left out makes no event.",
      "开了 vlan_filtering 后，帧只从 VLAN 列表里包含它的端口出去；被跳过的端口不产生事件。",
    ),
  fixes: ({ outInterface, vlan, state }, netns) => [
    {
      ...(vlan === undefined
        ? { advice: inNamespace(netns, `bridge vlan add dev ${outInterface ?? "PORT"} vid VID pvid untagged`) }
        : {
            edits: [
              {
                kind: "bridge-vlan",
                netns,
                verb: "add",
                device: outInterface ?? "PORT",
                vid: Number(vlan),
                pvid: true,
                untagged: true,
                ...(state === "self" ? { self: true } : {}),
              },
            ],
          }),
      effect: text(
        "makes the port a member, for a machine without VLAN tags (leave `pvid untagged` out for a trunk; for the bridge itself add `self`)",
        "让端口加入该 VLAN，适合不带标签的机器（trunk 口去掉 `pvid untagged`；网桥自身要加 `self`）",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge vlan show"),
      because: text("the VLANs of both ports: they must share one", "对比两个端口的 VLAN：必须有共同的"),
    },
  ],
  faults: ({ netns, role, bridge, inInterface, outInterface }) =>
    role === "switch" && bridge !== null && inInterface !== null && outInterface !== null
      ? [
          [
            { kind: "bridge", netns, device: bridge, options: { vlan_filtering: 1 } },
            { kind: "bridge-vlan", netns, verb: "add", device: inInterface, vid: 10, pvid: true, untagged: true },
            { kind: "bridge-vlan", netns, verb: "add", device: outInterface, vid: 20, pvid: true, untagged: true },
          ],
        ]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "echo-no-reply",
    "bridge-vlan-no-pvid",
    "bridge-flood-off",
    "bridge-port-isolated",
    "vlan-tagged-to-untagged-host",
  ],
  search: [
    "bridge vlan filtering",
    "bridge vlan add pvid untagged",
    "vlan_filtering ping fails",
    "网桥 VLAN 过滤",
    "pvid 不一致",
    "VLAN 不通",
  ],
  page: () => ({
    meaning: text(
      "Two machines on one bridge are in different VLANs, by plan or by a forgotten `bridge vlan add`. To reach each other they need the same VLAN, or a router between the two.",
      "同一网桥上的两台机器在不同的 VLAN 里，可能是有意的，也可能是忘了 `bridge vlan add`。要互通，要么放进同一 VLAN，要么中间有路由器。",
    ),
    evidence: text(
      "Packets: the frame on the input port, not on the target's. State: `bridge vlan`, vlan_filtering 1. Kernel: no event for a flooded frame that goes anywhere else, NO_TX_TARGET for one that does not; NOT_SPECIFIED in br_handle_frame_finish for a unicast.",
      "报文：入端口上有帧，目标端口上没有。状态：`bridge vlan`，vlan_filtering 为 1。内核：泛洪的帧只要还发往别处就没有事件，否则为 NO_TX_TARGET；单播在 br_handle_frame_finish 处有 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "bridge-vlan-no-pvid: refused already on the way in. vlan-tagged-to-untagged-host: the frame arrives, with a tag. bridge-flood-off: not a matter of VLANs.",
      "bridge-vlan-no-pvid：进来时就被拒绝。vlan-tagged-to-untagged-host：帧到了，但带着标签。bridge-flood-off：与 VLAN 无关。",
    ),
    kernel: "should_deliver: br_allowed_egress(nbp_vlan_group(p), skb)",
  }),
  scenario: "bridge-vlan-mismatch",
  negativeTwin: "bridge-vlan-ok",
});

// VLAN filtering refuses the frame on the way in: untagged without a PVID, or a VLAN that is not allowed.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Not allowed into the bridge. */
export const cause = defineCause({
  code: "bridge-vlan-no-pvid",
  severity: "problem",
  marks: {
    drop: [
      {
        reason: "NOT_SPECIFIED",
        at: ["__allowed_ingress", "br_allowed_ingress", "br_handle_frame_finish"],
        settles: "kind",
        sometimes: true,
      },
    ],
    counters: [],
    decides: ["bridge"],
    asked: { threads: 8, order: 9 },
    waits: "neighbour",
  },
  title: text("VLAN filtering refuses the frame at the input port", "VLAN 过滤在入端口拒绝了该帧"),
  headline: ({ inInterface, bridge, vlan }) => {
    const where = [
      inInterface ?? bridge,
      vlan === undefined ? undefined : vlan === "untagged" ? vlan : `VLAN ${vlan}`,
    ].filter((part) => part !== undefined);
    return text(
      `VLAN filtering refuses the frame at the input port${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `VLAN 过滤在入端口拒绝了该帧${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, vlan, source }) => {
    const kind =
      vlan === undefined
        ? text(
            "The frame's VLAN is not allowed there, or it has no tag and the port no PVID.",
            "帧的 VLAN 在那里不被允许，或者帧不带标签而端口没有 PVID。",
          )
        : vlan === "untagged"
          ? text(
              "The frame carries no tag, and the port has no PVID that would say which VLAN it belongs to.",
              "帧不带标签，而端口没有 PVID，无法确定它属于哪个 VLAN。",
            )
          : text(
              `The frame carries VLAN ${vlan}, which is not in that port's list.`,
              `帧带 VLAN ${vlan} 的标签，而端口的列表里没有它。`,
            );
    return text(
      `The frame from ${source ?? "the sender"} comes to ${bridge ?? "the bridge"}${inInterface === undefined ? "" : ` by ${inInterface}`}, and VLAN filtering drops it at once. ${kind.en} It is seen on no other port.`,
      `${source ?? "发送方"} 的帧${inInterface === undefined ? "" : `从 ${inInterface} `}进入 ${bridge ?? "网桥"}，立刻被 VLAN 过滤丢弃。${kind.zh}其他端口都看不到它。`,
    );
  },
  why: () =>
    text(
      "With vlan_filtering each frame must belong to a VLAN the input port is a member of; an untagged one gets the port's PVID.",
      "开了 vlan_filtering 后，每个帧都必须属于入端口所在的 VLAN；不带标签的帧归入端口的 PVID。",
    ),
  fixes: ({ inInterface, bridge, vlan }, netns) => [
    {
      edits: [
        {
          kind: "bridge-vlan",
          netns,
          verb: "add",
          device: inInterface ?? bridge ?? "br0",
          vid: vlan === undefined || vlan === "untagged" ? 1 : Number(vlan),
          pvid: true,
          untagged: true,
          ...(inInterface === undefined ? { self: true } : {}),
        },
      ],
      effect: text(
        "gives the port a PVID, so that untagged frames belong to that VLAN (leave `pvid untagged` out for tagged ones); take the VLAN of the target's port",
        "给端口配 PVID，让不带标签的帧属于该 VLAN（带标签的去掉 `pvid untagged`）；VLAN 编号取目标端口所在的 VLAN",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge vlan show"),
      because: text(
        "an input port without PVID, or without the frame's VLAN, is this",
        "入端口没有 PVID，或没有帧所属的 VLAN，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, bridge, inInterface, outInterface }) =>
    role === "switch" && bridge !== null && inInterface !== null && outInterface !== null
      ? [
          [
            { kind: "bridge", netns, device: bridge, options: { vlan_filtering: 1 } },
            { kind: "bridge-vlan", netns, verb: "add", device: inInterface, vid: 10 },
            { kind: "bridge-vlan", netns, verb: "add", device: outInterface, vid: 10 },
          ],
        ]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "echo-no-reply",
    "bridge-vlan-mismatch",
    "bridge-port-state",
    "bridge-port-locked",
  ],
  search: [
    "bridge pvid missing",
    "untagged frame dropped vlan_filtering",
    "vlan_default_pvid 0",
    "网桥 pvid",
    "不带标签的帧被丢弃",
    "vlan_filtering 打开后不通",
  ],
  page: () => ({
    meaning: text(
      "VLAN filtering is on, and the port through which the sender speaks has no place for its frames. It happens when filtering is switched on, or the default PVID is taken away, before the ports are set up.",
      "开了 VLAN 过滤，而发送方所在的端口容不下它的帧。常见于先打开过滤或去掉默认 PVID，却还没配置端口。",
    ),
    evidence: text(
      "Packets: the frame on the input port only. State: vlan_filtering 1, `bridge vlan` of the input port. Kernel: NOT_SPECIFIED in br_handle_frame_finish, by br_allowed_ingress.",
      "报文：只在入端口上有帧。状态：vlan_filtering 为 1，以及入端口的 `bridge vlan`。内核：br_handle_frame_finish 里的 NOT_SPECIFIED，由 br_allowed_ingress 丢弃。",
    ),
    tellApart: text(
      "bridge-vlan-mismatch: let in, and not let out at the target's port. bridge-port-state: BRIDGE_INGRESS_STP_STATE.",
      "bridge-vlan-mismatch：进得来，但出不了目标端口。bridge-port-state：BRIDGE_INGRESS_STP_STATE。",
    ),
    kernel:
      "br_handle_frame_finish: !br_allowed_ingress(br, vg, skb, vid, state) → drop; __allowed_ingress: br_get_pvid",
  }),
  scenario: "bridge-vlan-no-pvid",
  negativeTwin: "bridge-vlan-ok",
});

// A bridge port is disabled, blocking, listening or learning: it passes no frames.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The state of a bridge port. */
export const cause = defineCause({
  code: "bridge-port-state",
  severity: "problem",
  marks: {
    drop: [
      { reason: "BRIDGE_INGRESS_STP_STATE", settles: "cause", sometimes: true },
      { reason: "NO_TX_TARGET", settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: ["bridge"],
    waits: "neighbour",
  },
  title: text("bridge port is not forwarding", "网桥端口不在 forwarding 状态"),
  headline: ({ bridge, outInterface, inInterface, state }) => {
    const port = outInterface ?? inInterface;
    const where = [port, bridge, state].filter((part) => part !== undefined);
    return text(
      `bridge port is not forwarding${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `网桥端口不在 forwarding 状态${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, outInterface, inInterface, state, source, target }) =>
    text(
      `The frame from ${source ?? "the sender"} for ${target ?? "the target"} ${outInterface === undefined ? `comes in by ${inInterface === undefined ? "a bridge port" : `the bridge port ${inInterface}`}` : `should leave ${bridge ?? "the bridge"} by its port ${outInterface}`}, but that port is ${state ?? "not forwarding"}. ${outInterface === undefined ? "It is dropped there and is seen on no other port." : "The bridge leaves the port out without a trace; the other ports get the frame."}`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的帧${outInterface === undefined ? `从网桥端口${inInterface === undefined ? "" : ` ${inInterface} `}进来` : `本该从 ${bridge ?? "网桥"} 的端口 ${outInterface} 出去`}，但该端口${state === undefined ? "不在 forwarding 状态" : `的状态是 ${state}`}。${outInterface === undefined ? "帧在那里被丢弃，其他端口都看不到。" : "网桥直接跳过这个端口，不留痕迹；其他端口能收到这个帧。"}`,
    ),
  why: () =>
    text(
      "Only a port in state forwarding passes frames, in both directions; STP sets the state, or somebody did by hand, or the link has no carrier.",
      "只有 forwarding 状态的端口才收发帧，两个方向都是；状态由 STP 决定，或者被人手工设置，或者链路没有载波。",
    ),
  fixes: ({ outInterface, inInterface }, netns) => {
    const port = outInterface ?? inInterface ?? "PORT";
    return [
      {
        edits: [{ kind: "bridge-port", netns, device: port, state: 3 }],
        effect: text(
          "sets the port forwarding (without STP; with STP on, let it decide, or a loop may result)",
          "把端口设为 forwarding（没开 STP 时；开了 STP 请让它决定，否则可能成环）",
        ),
      },
      {
        edits: [{ kind: "link", netns, device: port, up: true }],
        effect: text("where it is disabled because it is down", "如果是因为端口没启用而 disabled"),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge -d link"),
      because: text("shows the state of each port", "列出每个端口的状态"),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "switch" && outInterface !== null
      ? [[{ kind: "bridge-port", netns, device: outInterface, state: 0 }]]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "bridge-stp-forward-delay",
    "bridge-device-down",
    "bridge-flood-off",
    "bridge-port-isolated",
    "bridge-vlan-mismatch",
    "echo-no-reply",
  ],
  search: [
    "bridge port state disabled blocking",
    "bridge link set state",
    "BRIDGE_INGRESS_STP_STATE",
    "网桥端口 blocking",
    "网桥端口状态",
    "STP 阻塞端口",
  ],
  page: () => ({
    meaning: text(
      "The port belongs to the bridge and its link is up, but the bridge does not use it. With STP, blocking is right where a second way exists: then look for what should be forwarding instead.",
      "端口属于网桥，链路也正常，但网桥不用它。开了 STP 时，如果另有通路，blocking 是对的：要找的是本该转发的那个端口。",
    ),
    evidence: text(
      "Packets: input side: the frame on this port, on no other and not on the bridge; output side: on all others, not on this one. State: `state` in `bridge link`. Kernel: BRIDGE_INGRESS_STP_STATE on input; on output no event, or NO_TX_TARGET where no other port is left.",
      "报文：入方向：只在该端口上有帧，其他端口和网桥上都没有；出方向：其他端口都有，唯独该端口没有。状态：`bridge link` 里的 `state`。内核：入方向 BRIDGE_INGRESS_STP_STATE；出方向没有事件，如果再没有别的端口可发，则是 NO_TX_TARGET。",
    ),
    tellApart: text(
      "bridge-stp-forward-delay: listening or learning, and heals by itself. bridge-device-down: the bridge is down, all ports are disabled. bridge-flood-off and bridge-port-isolated: the state is forwarding.",
      "bridge-stp-forward-delay：listening 或 learning，会自己恢复。bridge-device-down：网桥没启用，所有端口都 disabled。bridge-flood-off、bridge-port-isolated：状态是 forwarding。",
    ),
    kernel:
      "br_handle_frame (disabled, blocking, listening), br_handle_frame_finish (learning); should_deliver: BR_STATE_FORWARDING",
  }),
  scenario: "bridge-port-state",
  negativeTwin: "bridge-flood-off",
});

// With STP a new port listens and learns before it forwards: the first half minute is lost.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Twice forward_delay of silence. */
export const cause = defineCause({
  code: "bridge-stp-forward-delay",
  severity: "problem",
  marks: {
    drop: [
      { reason: "BRIDGE_INGRESS_STP_STATE", settles: "cause" },
      { reason: "NO_TX_TARGET", settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: ["bridge", "link"],
    asked: { threads: 6, order: 2 },
    waits: "neighbour",
  },
  title: text("STP has not opened the bridge port yet", "STP 尚未放开网桥端口"),
  headline: ({ bridge, outInterface, inInterface, state }) => {
    const where = [outInterface ?? inInterface, bridge, state].filter((part) => part !== undefined);
    return text(
      `STP has not opened the bridge port yet${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `STP 尚未放开网桥端口${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, outInterface, inInterface, state }) =>
    text(
      `${bridge ?? "The bridge"} runs STP, and its port ${outInterface ?? inInterface ?? "on the way"} is still ${state ?? "listening or learning"}. Until that is over it passes no frames, so ARP stays unanswered. By default this takes 30 seconds after a port or the bridge comes up, and then heals by itself.`,
      `${bridge ?? "网桥"} 开了 STP，途中的端口 ${outInterface ?? inInterface ?? ""} 还处于 ${state ?? "listening 或 learning"} 状态。在此期间不转发任何帧，所以 ARP 没有应答。默认在端口或网桥启用后要等 30 秒，之后自己恢复。`,
    ),
  why: () =>
    text(
      "STP waits forward_delay (15 s) in listening and again in learning, so that a loop is found before frames can circle.",
      "STP 在 listening 和 learning 各等一个 forward_delay（15 秒），以便在帧成环之前发现环路。",
    ),
  fixes: ({ bridge, value }, netns) => [
    {
      advice: `sleep ${value ?? "31"}`,
      effect: text(
        "wait and ping again: if it works then, nothing is broken",
        "等一会儿再 ping：如果通了，说明没有故障",
      ),
    },
    {
      edits: [{ kind: "bridge", netns, device: bridge ?? "br0", options: { stp_state: 0 } }],
      effect: text(
        "switches STP off, only where the bridge cannot be part of a loop (containers, virtual machines)",
        "关闭 STP，仅限不可能成环的网桥（容器、虚拟机）",
      ),
    },
    {
      edits: [{ kind: "bridge", netns, device: bridge ?? "br0", options: { forward_delay: 200 } }],
      effect: text(
        "or: makes the delay 2 seconds each (hundredths of a second; 2 is the least with STP)",
        "或者：把延迟改为各 2 秒（单位是百分之一秒；开 STP 时最少 2 秒）",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge -d link"),
      because: text(
        "listening or learning now, forwarding half a minute later",
        "现在是 listening 或 learning，半分钟后变成 forwarding",
      ),
    },
  ],
  faults: ({ netns, role, bridge, outInterface: device }) =>
    role === "switch" && bridge !== null && device !== null
      ? [
          [
            { kind: "bridge", netns, device: bridge, options: { stp_state: 1 } },
            { kind: "bridge-port", netns, device, state: 1 },
          ],
        ]
      : [],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "bridge-port-state", "bridge-device-down"],
  search: [
    "STP forward delay 30 seconds",
    "bridge listening learning",
    "first pings lost after link up",
    "STP 30 秒",
    "网桥刚启用时不通",
    "forward_delay",
  ],
  page: () => ({
    meaning: text(
      "Right after a virtual machine, a container or a cable is joined to a bridge, nothing passes for half a minute. DHCP clients often give up in that time.",
      "虚拟机、容器或网线刚接到网桥上时，半分钟内什么都不通。DHCP 客户端往往在这段时间里就放弃了。",
    ),
    evidence: text(
      "Packets: the first ARP requests end at the port, later everything works; BPDUs to 01:80:c2:00:00:00 on all ports. State: stp_state 1, the port listening or learning. Kernel: BRIDGE_INGRESS_STP_STATE, or NO_TX_TARGET for a frame that has no other port to go to; the log says entered listening, learning, forwarding state.",
      "报文：最初的 ARP 请求停在端口上，之后一切正常；各端口上有发往 01:80:c2:00:00:00 的 BPDU。状态：stp_state 1，端口为 listening 或 learning。内核：BRIDGE_INGRESS_STP_STATE，帧没有其他端口可去时是 NO_TX_TARGET；日志有 entered listening、learning、forwarding state。",
    ),
    tellApart: text(
      "bridge-port-state: disabled or blocking, it does not heal. An echo reply with an RTT above one second just afterwards was waiting for ARP, and is no sign of a slow network.",
      "bridge-port-state：disabled 或 blocking，不会自己恢复。刚恢复时如果有一个应答的 RTT 超过一秒，那是在等 ARP，并不说明网络慢。",
    ),
    kernel: "br_forward_delay_timer_expired: BR_STATE_LISTENING → LEARNING → FORWARDING",
  }),
  scenario: "bridge-stp-forward-delay",
  negativeTwin: "bridge-port-state",
});

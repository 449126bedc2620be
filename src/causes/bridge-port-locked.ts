// The input port is locked, and the source MAC is not authorised on it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** 802.1X / MAB on a bridge port. */
export const cause = defineCause({
  code: "bridge-port-locked",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["br_handle_frame_finish"], settles: "kind" }],
    counters: [],
    decides: ["bridge"],
    waits: "neighbour",
  },
  title: text("the bridge port is locked and does not know the sender", "网桥端口已锁定，不认识发送方"),
  headline: ({ inInterface, mac }) => {
    const where = [inInterface, mac].filter((part) => part !== undefined);
    return text(
      `the bridge port is locked and does not know the sender${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `网桥端口已锁定，不认识发送方${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, mac, source }) =>
    text(
      `The ${inInterface === undefined ? "input port" : `port ${inInterface}`} of ${bridge ?? "the bridge"} is locked: it lets in only senders that stand in the table for this port. ${mac ?? "The sender's MAC address"} does not, so everything from ${source ?? "it"} is dropped at the port, ARP included.`,
      `${bridge ?? "网桥"} 的${inInterface === undefined ? "入端口" : `端口 ${inInterface} `}已锁定（locked）：只放行转发表里登记在该端口的源 MAC。${mac ?? "发送方的 MAC"} 没有登记，所以来自 ${source ?? "它"} 的一切都在端口上被丢弃，包括 ARP。`,
    ),
  why: () =>
    text(
      "A locked port neither learns nor passes unknown sources; an authenticator (802.1X, MAB) is expected to add the entries.",
      "锁定的端口不学习、也不放行未知源 MAC；表项应由认证程序（802.1X、MAB）添加。",
    ),
  fixes: ({ inInterface, mac }, netns) => [
    {
      edits: [
        {
          kind: "fdb",
          netns,
          verb: "add",
          mac: mac ?? "MAC",
          device: inInterface ?? "PORT",
          master: true,
          state: "static",
        },
      ],
      effect: text("authorises this sender on the port", "在该端口上放行这个发送方"),
    },
    {
      edits: [{ kind: "bridge-port", netns, device: inInterface ?? "PORT", flags: { locked: false } }],
      effect: text("unlocks the port for everybody", "对所有人解除锁定"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge -d link"),
      because: text(
        "`locked on` at the input port, and no `bridge fdb` entry for the sender there",
        "入端口显示 `locked on`，而 `bridge fdb` 里该端口没有发送方的表项",
      ),
    },
  ],
  faults: ({ netns, role, inInterface: device }) =>
    role === "switch" && device !== null ? [[{ kind: "bridge-port", netns, device, flags: { locked: true } }]] : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "echo-no-reply",
    "bridge-fdb-ingress-port",
    "bridge-vlan-no-pvid",
    "bridge-port-state",
  ],
  search: [
    "bridge port locked",
    "802.1X bridge MAB",
    "bridge link locked on",
    "网桥端口锁定",
    "802.1X 认证 不通",
    "未授权的 MAC",
  ],
  page: () => ({
    meaning: text(
      "The port demands authentication. A machine that has not authenticated, or has changed its MAC address since, gets nothing through.",
      "端口要求认证。没有通过认证的机器，或者认证后又换了 MAC 的机器，什么也过不去。",
    ),
    evidence: text(
      "Packets: the frame on the input port only. State: `locked on`, no matching FDB entry. Kernel: NOT_SPECIFIED at br_handle_frame_finish.",
      "报文：只在入端口上有帧。状态：`locked on`，没有匹配的 FDB 表项。内核：br_handle_frame_finish 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "bridge-fdb-ingress-port: the same event, but there the destination decides. bridge-vlan-no-pvid: vlan_filtering is on.",
      "bridge-fdb-ingress-port：事件相同，但由目的 MAC 决定。bridge-vlan-no-pvid：开了 vlan_filtering。",
    ),
    kernel: "br_handle_frame_finish: BR_PORT_LOCKED and no matching non-local fdb entry of the source → drop",
  }),
  scenario: "bridge-port-locked",
  negativeTwin: "bridge-port-state",
});

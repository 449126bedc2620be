// What comes in by a slave of a bond that is not in use is dropped.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The other side answers by the wrong half. */
export const cause = defineCause({
  code: "bond-inactive-slave",
  severity: "problem",
  marks: {
    drop: [{ reason: "UNHANDLED_PROTO", settles: "kind" }],
    counters: [{ name: "rx_nohandler", of: "interface", always: false }],
    decides: ["link"],
    waits: "neighbour",
  },
  title: text("dropped at an inactive slave of a bond", "在 bond 的备用成员上被丢弃"),
  headline: ({ inInterface }) =>
    text(
      `dropped at an inactive slave of a bond${inInterface === undefined ? "" : ` (${inInterface})`}`,
      `在 bond 的备用成员上被丢弃${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ target, inInterface, ownerInterface }) =>
    text(
      `The frame for ${target ?? "the target"} comes in by ${inInterface ?? "a slave"}, which is a backup slave of ${ownerInterface ?? "the bond"}. The bond takes frames from the active slave alone and drops this one. tcpdump on ${inInterface ?? "the slave"} shows it, on ${ownerInterface ?? "the bond"} it never appears.`,
      `发给 ${target ?? "目标"} 的帧从 ${inInterface ?? "某个成员接口"} 进来，而它是 ${ownerInterface ?? "bond"} 的备用成员。bond 只收活动成员上的帧，这一个被丢弃。在 ${inInterface ?? "成员接口"} 上用 tcpdump 能看到它，在 ${ownerInterface ?? "bond"} 上看不到。`,
    ),
  why: () =>
    text(
      "In mode active-backup a bond uses one slave at a time; what a switch floods to the others would come twice.",
      "active-backup 模式的 bond 一次只用一个成员；交换机泛洪到其他成员的帧本来就会收到两份。",
    ),
  fixes: ({ inInterface, ownerInterface }, netns) => [
    {
      advice: inNamespace(
        netns,
        `ip link set ${ownerInterface ?? "BOND"} type bond active_slave ${inInterface ?? "SLAVE"}`,
      ),
      effect: text("makes this slave the active one, until it fails", "让这个成员成为活动成员，直到它失效"),
    },
  ],
  settle: ({ ownerInterface }, netns) => [
    {
      command: inNamespace(netns, `cat /proc/net/bonding/${ownerInterface ?? "BOND"}`),
      because: text(
        "it names the active slave; the other side must send to that one",
        "它给出当前活动的成员；对方必须发往那一个",
      ),
    },
  ],
  lookalikes: ["arp-no-answer", "arp-no-local-owner", "peer-down"],
  search: [
    "bond active-backup no reply",
    "inactive slave drops",
    "bonding backup slave receive",
    "rx_nohandler",
    "bond 备用网口收包被丢弃",
    "主备 bond 不通",
  ],
  page: () => ({
    meaning: text(
      "Both slaves of a bond are up, but only one is in use. The other side (a host with two interfaces, a switch that learned the wrong port, two switches that are not joined) sends to the one that is not.",
      "bond 的两个成员都是 UP，但只有一个在用。对方（有两个接口的主机、学错端口的交换机、没有互连的两台交换机）却发往没在用的那个。",
    ),
    evidence: text(
      "Packets: the frame at the slave, nothing on the bond. State: `ip -d link` shows state BACKUP for the slave and the other one as active_slave. Counters: rx_nohandler of the slave. Drop reason UNHANDLED_PROTO at __netif_receive_skb_core.",
      "报文：帧在成员接口上能看到，在 bond 上没有。状态：`ip -d link` 显示该成员为 BACKUP，active_slave 是另一个。计数器：成员接口的 rx_nohandler。丢包原因：__netif_receive_skb_core 处的 UNHANDLED_PROTO。",
    ),
    tellApart: text(
      "peer-down: the slave has no carrier, and nothing comes in there. port-not-in-bridge: the frame ends at the other host already.",
      "peer-down：成员接口没有载波，什么也进不来。port-not-in-bridge：帧在对方主机上就到头了。",
    ),
    kernel: "bond_handle_frame → bond_should_deliver_exact_match: RX_HANDLER_EXACT; __netif_receive_skb_core",
  }),
  scenario: "bond-inactive-slave",
  negativeTwin: "bond-ok",
});

// The frame carries an 802.1Q tag and the receiver has no interface for that VLAN.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Tagged on one side, untagged on the other. */
export const cause = defineCause({
  code: "vlan-tagged-to-untagged-host",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "OTHERHOST", settles: "cause" }], arp: "silent" },
    counters: [{ name: "rx_otherhost_dropped", of: "interface", always: false, sometimes: true }],
    decides: ["link", "bridge"],
    waits: "neighbour",
  },
  title: text("VLAN tag without a VLAN interface for it", "帧带 VLAN 标签，接收方没有对应的 VLAN 接口"),
  headline: ({ vlan, inInterface }) => {
    const where = [vlan === undefined ? undefined : `VLAN ${vlan}`, inInterface].filter((part) => part !== undefined);
    return text(
      `VLAN tag without a VLAN interface for it${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `帧带 VLAN 标签，接收方没有对应的 VLAN 接口${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ vlan, inInterface, outInterface, target }) =>
    text(
      `The frame${outInterface === undefined ? "" : ` from ${outInterface}`} for ${target ?? "the target"} arrives at ${inInterface ?? "the receiving interface"} with ${vlan === undefined ? "a VLAN tag" : `the tag of VLAN ${vlan}`}, and no VLAN interface stands on it for that number. The kernel then takes the frame as meant for somebody else and drops it, even if the MAC address is right. tcpdump shows the tag only with -e.`,
      `${outInterface === undefined ? "" : `${outInterface} 发出的、`}去往 ${target ?? "目标"} 的帧带着 ${vlan === undefined ? "VLAN 标签" : `VLAN ${vlan} 的标签`} 到达 ${inInterface ?? "接收接口"}，但那上面没有这个编号的 VLAN 接口。内核于是把它当作别人的帧丢弃，即使 MAC 是对的。tcpdump 要加 -e 才显示标签。`,
    ),
  why: () =>
    text(
      "A tagged frame that no VLAN interface claims is marked as for another host, except for VLAN 0, which carries priority only.",
      "没有 VLAN 接口认领的带标签帧会被标记为“发给其他主机”；VLAN 0 例外，它只携带优先级。",
    ),
  fixes: ({ vlan, inInterface, outInterface }, netns) => {
    const device = inInterface ?? "IF";
    const id = vlan ?? "VID";
    return [
      {
        advice: inNamespace(netns, `ip link add link ${device} name ${device}.${id} type vlan id ${id}`),
        effect: text(
          "on the receiver: an interface for this VLAN; bring it up and move the address there",
          "在接收方执行：为这个 VLAN 建接口；再启用它，并把地址移过去",
        ),
      },
      {
        advice: `bridge vlan add dev PORT vid ${id} untagged pvid`,
        effect: text(
          `or, on the switch in between: takes the tag off towards the receiver${outInterface === undefined ? "" : ` (or send untagged from ${outInterface})`}`,
          `或者在中间的交换机（网桥）上：朝接收方的端口去掉标签${outInterface === undefined ? "" : `（或者让 ${outInterface} 不带标签发送）`}`,
        ),
      },
    ];
  },
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -n -e -i ${inInterface ?? "IF"} vlan`),
      because: text("frames shown there carry a tag", "这里显示的帧都带标签"),
    },
  ],
  lookalikes: ["neigh-wrong-mac", "arp-no-local-owner", "arp-no-answer", "echo-no-reply", "bridge-vlan-mismatch"],
  search: [
    "802.1Q tagged frame dropped",
    "tcpdump -e vlan",
    "VLAN tagged untagged mismatch ping",
    "rx_otherhost_dropped",
    "VLAN 标签 不通",
    "trunk access 端口 ping 不通",
    "带标签的帧被丢弃",
  ],
  page: () => ({
    meaning: text(
      "One side speaks with VLAN tags, the other without, or in another VLAN: a trunk port where an access port was meant, or the reverse. The wire is fine, the frames arrive, and the receiver ignores them, ARP included.",
      "一边带 VLAN 标签，另一边不带，或者编号不同：该用 access 的地方用了 trunk，或者反过来。链路没问题，帧也到了，只是接收方不理会，ARP 也一样。",
    ),
    evidence: text(
      "Packets: the frame with a tag and the right MAC (tcpdump -e), no reply. State: no VLAN interface of that number on the receiving one. Counters: rx_otherhost_dropped; drop reason OTHERHOST at ip_rcv_core; an ARP request is consumed at arp_rcv without an event.",
      "报文：带标签、MAC 正确的帧（tcpdump -e），没有应答。状态：接收接口上没有这个编号的 VLAN 接口。计数器：rx_otherhost_dropped；丢包原因 ip_rcv_core 处的 OTHERHOST；ARP 请求则在 arp_rcv 处被消费，没有事件。",
    ),
    tellApart: text(
      "neigh-wrong-mac: the same drop reason, but no tag and a wrong MAC. bridge-vlan-mismatch: the frame does not come to the receiver's port at all. arp-no-local-owner: no tag.",
      "neigh-wrong-mac：丢包原因相同，但没有标签、MAC 是错的。bridge-vlan-mismatch：帧根本没到接收方的端口。arp-no-local-owner：没有标签。",
    ),
    kernel: "__netif_receive_skb_core: vlan_do_receive fails and VID != 0 → skb->pkt_type = PACKET_OTHERHOST",
  }),
  scenario: "vlan-tagged-to-untagged-host",
  negativeTwin: "vlan-ok",
});

// The sender's neighbour entry holds a MAC address that the next hop does not have: every frame goes to nobody.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Frames carry a destination MAC that the receiving interface does not have. */
export const cause = defineCause({
  code: "neigh-wrong-mac",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "cause" }],
    counters: [{ name: "rx_otherhost_dropped", of: "interface", at: "end", always: false, sometimes: true }],
    decides: ["neigh", "link"],
    asked: { threads: 12, order: 6 },
  },
  title: text("wrong MAC in the neighbour table", "邻居表里的 MAC 不对"),
  headline: ({ target, gateway, mac, expectedMac }) => {
    const neighbour = gateway ?? target;
    const en = [
      neighbour === undefined ? undefined : `for ${neighbour}`,
      mac === undefined ? undefined : expectedMac === undefined ? mac : `${mac}, not ${expectedMac}`,
    ].filter((part) => part !== undefined);
    const zh = [
      neighbour,
      mac === undefined ? undefined : expectedMac === undefined ? mac : `是 ${mac}，应为 ${expectedMac}`,
    ].filter((part) => part !== undefined);
    return text(
      `wrong MAC in the neighbour table${en.length === 0 ? "" : ` (${en.join(": ")})`}`,
      `邻居表里的 MAC 不对${zh.length === 0 ? "" : `（${zh.join(" ")}）`}`,
    );
  },
  summary: ({ target, gateway, outInterface, inInterface, mac, expectedMac, state }) =>
    text(
      `${outInterface ?? "The sender"} sends what is for ${target ?? "the next hop"} to the MAC address ${mac ?? "in its neighbour table"}${gateway === undefined ? "" : ` that it has for the gateway ${gateway}`}${state === undefined || state === "" ? "" : `, an entry in state ${state}, without asking by ARP`}. The frame reaches ${inInterface ?? "the other end"}, whose MAC address is ${expectedMac ?? "another one"}: the kernel there takes it for somebody else's and drops it, although tcpdump shows it.`,
      `${outInterface ?? "发送方"} 把给 ${target ?? "下一跳"} 的报文发到${gateway === undefined || mac === undefined ? "" : `邻居表里网关 ${gateway} 的`}${mac === undefined ? "邻居表里记的 MAC 地址" : ` MAC 地址 ${mac}`}${state === undefined || state === "" ? "" : `（表项状态 ${state}，不再用 ARP 询问）`}。帧到达了 ${inInterface ?? "对端"}，但那里的 MAC 地址${expectedMac === undefined ? "不是它" : `是 ${expectedMac}`}：内核当作别人的帧丢弃，尽管 tcpdump 看得到它。`,
    ),
  why: () =>
    text(
      "A usable neighbour entry is taken without asking; on the other side a unicast frame for a foreign MAC is marked OTHERHOST and dropped before IP looks at it.",
      "可用的邻居表项会直接使用，不再询问；在接收方，目的 MAC 不是自己的单播帧被标为 OTHERHOST，在进入 IP 层之前就被丢弃。",
    ),
  fixes: ({ target, gateway, outInterface }, netns) => {
    const device = outInterface ?? "IF";
    return [
      {
        edits: [{ kind: "neighbour", netns, verb: "del", address: gateway ?? target ?? "ADDRESS", device }],
        effect: text("removes the entry, and the next packet asks by ARP", "删除表项，下一个报文就会重新用 ARP 询问"),
      },
      {
        advice: inNamespace(netns, `ip neigh show dev ${device}`),
        effect: text(
          "shows the entries; PERMANENT ones were set by hand or by a program and never age",
          "查看表项；PERMANENT 是手工或程序写入的，永不老化",
        ),
      },
    ];
  },
  settle: ({ outInterface, inInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -n -e -i ${outInterface ?? "IF"} icmp`),
      because: text(
        `the destination MAC after ">" must be that of ${inInterface ?? "the other end"} (\`ip link\` there)`,
        `“>”后面的目的 MAC 应当是 ${inInterface ?? "对端"} 的 MAC（在那里用 \`ip link\` 查看）`,
      ),
    },
  ],
  faults: ({ netns, role, outInterface, nextHop, seenMac }) =>
    role !== "switch" && outInterface !== null && nextHop !== null
      ? [
          [
            {
              kind: "neighbour",
              netns,
              verb: "replace",
              address: nextHop,
              device: outInterface,
              mac: seenMac ?? "02:00:00:00:ff:ff",
              state: "permanent",
            },
          ],
        ]
      : [],
  lookalikes: [
    "echo-no-reply",
    "neigh-stale-mac-changed",
    "noarp-sender",
    "nft-input-drop",
    "rp-filter-strict",
    "bridge-fdb-wrong-port",
  ],
  search: [
    "stale ARP entry",
    "wrong MAC address",
    "OTHERHOST",
    "ip neigh permanent",
    "works after arp -d",
    "arp 缓存错误",
    "清 arp 后恢复",
    "邻居表 MAC 错误",
  ],
  page: () => ({
    meaning: text(
      "The sender believes it knows the next hop's MAC address, but that address is wrong: entered by hand, left over from a machine or container that was replaced, or copied from elsewhere. Requests are on the wire at both ends, and nobody feels addressed. A PERMANENT entry stays wrong for ever; others are checked after some seconds (neigh-stale-mac-changed).",
      "发送方以为自己知道下一跳的 MAC，但它是错的：手工写入的、机器或容器重建之后残留的，或者从别处抄来的。链路两端都能看到请求，却没有人认为是发给自己的。PERMANENT 表项会一直错下去；其他状态的表项几秒后会被重新确认（neigh-stale-mac-changed）。",
    ),
    evidence: text(
      "Packets: echo requests at both ends of the link with a destination MAC that the receiving interface does not have; no ARP before them, no reply. State: `ip neigh` of the sender against the MAC addresses of the other end. Kernel: OTHERHOST at ip_rcv_core, rx_otherhost_dropped of the interface moves; no IP counter.",
      "报文：链路两端都有 echo 请求，但目的 MAC 不是接收接口的；之前没有 ARP，也没有应答。状态：对比发送方的 `ip neigh` 与对端的 MAC。内核：ip_rcv_core 处的 OTHERHOST，接口的 rx_otherhost_dropped 增长；没有 IP 计数。",
    ),
    tellApart: text(
      "nft-input-drop, rp-filter-strict and the like: the destination MAC is right. noarp-sender: the destination MAC is the sender's own. bridge-fdb-wrong-port: the MAC is right, but a switch sends the frame to another port.",
      "nft-input-drop、rp-filter-strict 等：目的 MAC 是对的。noarp-sender：目的 MAC 是发送方自己的。bridge-fdb-wrong-port：MAC 是对的，但交换机把帧送到了别的端口。",
    ),
    kernel: "neigh_event_send: NUD_VALID; eth_type_trans: PACKET_OTHERHOST → ip_rcv_core: SKB_DROP_REASON_OTHERHOST",
  }),
  scenario: "neigh-wrong-mac",
  negativeTwin: "two-namespaces",
});

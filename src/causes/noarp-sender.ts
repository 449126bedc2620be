// The sending interface has ARP switched off: its frames carry its own MAC address as destination.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Without ARP the sender addresses its frames to itself. */
export const cause = defineCause({
  code: "noarp-sender",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "cause" }],
    counters: [{ name: "rx_otherhost_dropped", of: "interface", at: "end", always: false, sometimes: true }],
    decides: ["link"],
  },
  title: text("ARP is off on the sending interface (NOARP)", "发送接口关闭了 ARP（NOARP）"),
  headline: ({ outInterface, mac }) => {
    const en = [outInterface, mac === undefined ? undefined : `frames go to ${mac}`]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [outInterface, mac === undefined ? undefined : `帧发往 ${mac}`]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `ARP is off on the sending interface (NOARP)${en === "" ? "" : `: ${en}`}`,
      `发送接口关闭了 ARP（NOARP）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, outInterface, inInterface, mac, expectedMac }) =>
    text(
      `${outInterface ?? "The sending interface"} asks nobody by ARP. Its frames for ${target ?? "the next hop"} carry ${mac === undefined ? "its own MAC address" : `its own MAC address ${mac}`} as destination. ${inInterface ?? "The other end"}${expectedMac === undefined ? "" : `, whose MAC address is ${expectedMac},`} takes them for somebody else's and drops them, although tcpdump shows them there.`,
      `${outInterface ?? "发送接口"} 不发 ARP 询问，发给 ${target ?? "下一跳"} 的帧用${mac === undefined ? "它自己的 MAC" : `它自己的 MAC ${mac}`} 作目的地址。${inInterface ?? "对端"}${expectedMac === undefined ? "" : `（MAC 是 ${expectedMac}）`}把它们当作别人的帧丢弃，尽管 tcpdump 在那里看得到。`,
    ),
  why: () =>
    text(
      "On an interface with IFF_NOARP every neighbour entry is made as NOARP, with the interface's own hardware address; that suits point-to-point links, not Ethernet.",
      "在带 IFF_NOARP 的接口上，邻居表项一律以 NOARP 状态建立，用的是接口自己的硬件地址；这适合点对点链路，不适合以太网。",
    ),
  fixes: ({ outInterface, target, gateway }, netns) => [
    {
      edits: [{ kind: "link", netns, device: outInterface ?? "IF", arp: true }],
      effect: text(
        "switches ARP on again; entries made without it are thrown away",
        "重新打开 ARP；关闭期间建立的表项会被清掉",
      ),
    },
    {
      edits: [
        {
          kind: "neighbour",
          netns,
          verb: "replace",
          address: gateway ?? target ?? "ADDRESS",
          mac: "MAC",
          device: outInterface ?? "IF",
          state: "permanent",
        },
      ],
      effect: text(
        "if ARP must stay off: enters the next hop's MAC address by hand",
        "如果必须关闭 ARP：手工写入下一跳的 MAC",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip link show ${outInterface ?? "IF"}`),
      because: text(
        "NOARP inside <…> on an Ethernet or veth interface means it is this",
        "以太网或 veth 接口的 <…> 里有 NOARP，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, outInterface: device }) =>
    role === "asker" && device !== null ? [[{ kind: "link", netns, device, arp: false }]] : [],
  lookalikes: ["neigh-wrong-mac", "echo-no-reply", "noarp-receiver", "nft-input-drop"],
  search: ["NOARP", "ip link set arp off", "destination MAC own MAC", "接口 NOARP", "ARP 被关闭", "目的 MAC 是自己"],
  page: () => ({
    meaning: text(
      "The sending interface does no ARP. On Ethernet that leaves the kernel without the next hop's MAC address, and it uses the interface's own. The frames cross the link, and nobody takes them.",
      "发送接口不做 ARP。在以太网上，内核因此得不到下一跳的 MAC，只好用接口自己的。帧能穿过链路，但没有人收。",
    ),
    evidence: text(
      "Packets: echo requests whose source and destination MAC addresses are the same; no ARP, no reply. State: NOARP among the link's flags, or a neighbour entry in state NOARP. Kernel: OTHERHOST at ip_rcv_core of the other end, and rx_otherhost_dropped of its interface.",
      "报文：echo 请求的源 MAC 与目的 MAC 相同；没有 ARP，没有应答。状态：链路标志里有 NOARP，或邻居表项状态为 NOARP。内核：对端 ip_rcv_core 处的 OTHERHOST，其接口的 rx_otherhost_dropped 增长。",
    ),
    tellApart: text(
      "neigh-wrong-mac: a foreign MAC address instead of the own one. noarp-receiver: the other end has the flag; ARP requests are seen and stay unanswered.",
      "neigh-wrong-mac：目的 MAC 是别的，而不是自己的。noarp-receiver：有标志的是对端，能看到 ARP 请求但没有应答。",
    ),
    kernel: "arp_constructor: dev->flags & IFF_NOARP → NUD_NOARP with dev->dev_addr",
  }),
  scenario: "noarp-sender",
  negativeTwin: "neigh-wrong-mac",
});

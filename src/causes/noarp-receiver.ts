// The receiving interface has the flag NOARP: it throws ARP away unread.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** ARP is switched off at the interface that is asked. */
export const cause = defineCause({
  code: "noarp-receiver",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: ["link"],
    waits: "neighbour",
  },
  title: text("ARP is off on the receiving interface (NOARP)", "接收接口关闭了 ARP（NOARP）"),
  headline: ({ inInterface, target }) => {
    const en = [inInterface, target === undefined ? undefined : `asked for ${target}`]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [inInterface, target === undefined ? undefined : `询问的是 ${target}`]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `ARP is off on the receiving interface (NOARP)${en === "" ? "" : `: ${en}`}`,
      `接收接口关闭了 ARP（NOARP）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, inInterface }) =>
    text(
      `The question for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}, which has the flag NOARP. Such an interface reads no ARP: the request is ignored before anybody looks whose address it asks for, without a drop event or a counter.`,
      `对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}，而这个接口带 NOARP 标志，不处理 ARP：还没看问的是谁的地址，请求就被放掉了，没有丢包事件，也没有计数。`,
    ),
  why: () =>
    text(
      "arp_rcv frees every ARP packet that comes in by an interface with IFF_NOARP; the flag is set with `ip link set IF arp off`, and by default on tunnels.",
      "arp_rcv 会直接释放从带 IFF_NOARP 的接口进来的任何 ARP 报文；这个标志由 `ip link set IF arp off` 设置，隧道接口默认就有。",
    ),
  fixes: ({ inInterface, target, asker, outInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "IF", arp: true }],
      effect: text("switches ARP on again", "重新打开 ARP"),
    },
    {
      edits: [
        {
          kind: "neighbour",
          netns: asker ?? null,
          verb: "replace",
          address: target ?? "ADDRESS",
          mac: "MAC",
          device: outInterface ?? "IF",
          state: "permanent",
        },
      ],
      effect: text(
        "if it is meant: enters the MAC address by hand on the asker",
        "如果就是不要 ARP：在询问方手工写入 MAC",
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `ip link show ${inInterface ?? "IF"}`),
      because: text("NOARP inside <…> means it is this", "<…> 里有 NOARP，就是这个原因"),
    },
  ],
  faults: ({ netns, role, inInterface }) =>
    role === "target" && inInterface !== null ? [[{ kind: "link", netns, device: inInterface, arp: false }]] : [],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "arp-ignore-8", "nft-arp-drop", "noarp-sender"],
  search: ["NOARP", "ip link set arp off", "no ARP reply", "接口 NOARP", "ARP 被关闭", "ARP 没有应答"],
  page: () => ({
    meaning: text(
      "The interface that is asked has ARP switched off. Neighbours can reach it only with MAC addresses entered by hand, or where no MAC address is needed (tunnels).",
      "被询问的接口关闭了 ARP。邻居只有手工写入 MAC，或者在不需要 MAC 的链路（隧道）上，才能到达它。",
    ),
    evidence: text(
      "Packets: who-has arrives, no reply. State: NOARP among the link's flags. The request is consumed at arp_rcv, not at arp_process; no drop event, no counter.",
      "报文：who-has 到达，没有应答。状态：链路标志里有 NOARP。请求在 arp_rcv 而不是 arp_process 处被消费；没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "arp-ignore-8: the flag is absent and the sysctl is 8. noarp-sender: no ARP request is ever seen, and the echo request goes to the sender's own MAC address.",
      "arp-ignore-8：没有这个标志，而 sysctl 为 8。noarp-sender：根本看不到 ARP 请求，echo 请求发往发送方自己的 MAC。",
    ),
    kernel: "arp_rcv: dev->flags & IFF_NOARP → consume_skb",
  }),
  scenario: "noarp-receiver",
  negativeTwin: "veth-one-address",
});

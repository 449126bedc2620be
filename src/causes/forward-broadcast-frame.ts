// A router gets a packet to pass on, but in a frame to everybody: it never forwards such.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The sender's entry for its gateway says ff:ff:ff:ff:ff:ff. */
export const cause = defineCause({
  code: "forward-broadcast-frame",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["ip_forward"], settles: "kind" }],
    counters: [],
    decides: ["neigh", "link"],
  },
  title: text("not forwarded: it came in a broadcast frame", "未转发：报文装在广播帧里"),
  headline: ({ target, inInterface }) => {
    const en = `${target === undefined ? "" : ` for ${target}`}${inInterface === undefined ? "" : ` on ${inInterface}`}`;
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上`, target && `去往 ${target}`]
      .filter((part) => part !== undefined)
      .join("，");
    return text(
      `not forwarded: it came in a broadcast frame${en === "" ? "" : ` (packet${en})`}`,
      `未转发：报文装在广播帧里${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ router, target, source, inInterface, mac }) =>
    text(
      `The packet for ${target ?? "the target"} reaches ${router || "the router"}${inInterface === undefined ? "" : ` on ${inInterface}`}, but ${source ?? "the sender"} put it into a frame to ${mac ?? "everybody"} instead of the router's own MAC address. A router forwards only what was addressed to it alone, so the packet ends here without a word.`,
      `去往 ${target ?? "目标"} 的报文到了 ${router || "路由器"}${inInterface === undefined ? "" : ` 的 ${inInterface}`}，但 ${source ?? "发送方"} 把它装在发往 ${mac ?? "所有人"} 的帧里，而不是发给路由器自己的 MAC。路由器只转发专门交给它的报文，所以这个包到此为止，没有任何通知。`,
    ),
  why: () =>
    text(
      "If routers forwarded what everybody hears, each router on the link would send its own copy on; so ip_forward drops it before it looks at the TTL.",
      "如果人人都听得到的报文也转发，链路上每个路由器都会送出一份；所以 ip_forward 在检查 TTL 之前就把它丢弃。",
    ),
  fixes: ({ gateway, router, asker, peerInterface }) => [
    {
      edits: [
        {
          kind: "neighbour",
          netns: asker ?? null,
          verb: "del",
          address: gateway ?? "GATEWAY",
          device: peerInterface ?? "IF",
        },
      ],
      effect: text(
        `on the sender: removes the wrong entry for its gateway, so that it asks ${router || "the router"} by ARP`,
        `在发送方执行：删掉网关的错误表项，让它用 ARP 询问 ${router || "路由器"}`,
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -e -n -c 5 -i ${inInterface ?? "IF"} icmp`),
      because: text(
        "on the router: a destination MAC address of ff:ff:ff:ff:ff:ff means it is this",
        "在路由器上执行：目的 MAC 是 ff:ff:ff:ff:ff:ff，就是这个原因",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "ip-forward-off", "unicast-in-l2-broadcast", "forward-blackhole"],
  search: [
    "router does not forward broadcast frame",
    "gateway MAC ff:ff:ff:ff:ff:ff",
    "NOT_SPECIFIED ip_forward",
    "网关 MAC 全 f",
    "路由器收到但不转发",
    "广播帧不转发",
  ],
  page: () => ({
    meaning: text(
      "The sender's frames for its gateway carry the broadcast MAC address, mostly because of a neighbour entry set by hand or by a script. The router receives the packet and could route it, but never forwards what came in a broadcast or multicast frame.",
      "发送方发给网关的帧用了广播 MAC，多半是因为手工或脚本设置的邻居表项。路由器收到了报文，也有路由，但装在广播帧或组播帧里的报文从不转发。",
    ),
    evidence: text(
      "Packets: the request arrives on the router with destination MAC address ff:ff:ff:ff:ff:ff, nothing leaves it. State: the sender's neighbour entry for the gateway. Kernel: NOT_SPECIFIED at ip_forward; no counter moves.",
      "报文：请求到达路由器，目的 MAC 是 ff:ff:ff:ff:ff:ff，没有任何报文离开。状态：发送方关于网关的邻居表项。内核：ip_forward 处有 NOT_SPECIFIED；计数器不变。",
    ),
    tellApart: text(
      "ip-forward-off: the frame is addressed to the router, and IpInAddrErrors moves. ttl-expired: an ICMP error comes back. unicast-in-l2-broadcast: the packet is for the receiving host itself.",
      "ip-forward-off：帧是发给路由器的，IpInAddrErrors 增长。ttl-expired：会回 ICMP 差错。unicast-in-l2-broadcast：报文是给接收主机自己的。",
    ),
    kernel: "ip_forward: skb->pkt_type != PACKET_HOST → drop",
  }),
  scenario: "forward-broadcast-frame",
  negativeTwin: "ip-forward-off",
});

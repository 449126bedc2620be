// A bridge forwards frames whole: what is larger than the MTU of the port it must leave by is dropped in silence.

import { defineCause, inNamespace } from "../model/cause.ts";
import { smallMtu } from "../model/fault-place.ts";
import { text } from "../model/text.ts";

/** Large packets die inside a bridge. */
export const cause = defineCause({
  code: "bridge-port-mtu-smaller",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["br_nf_dev_queue_xmit", "br_dev_queue_push_xmit"], settles: "kind" }],
    counters: [{ name: "IpFragFails", of: "namespace", always: false, sometimes: true }],
    decides: ["link"],
  },
  title: text("packet larger than the MTU of a bridge port", "报文超过网桥端口的 MTU"),
  headline: ({ outInterface, mtu, size }) => {
    const en = [
      outInterface,
      mtu === undefined ? undefined : `MTU ${mtu}`,
      size === undefined ? undefined : `packet ${size} bytes`,
    ].filter((p) => p !== undefined);
    const zh = [
      outInterface,
      mtu === undefined ? undefined : `MTU 为 ${mtu}`,
      size === undefined ? undefined : `报文 ${size} 字节`,
    ].filter((p) => p !== undefined);
    return text(
      `packet larger than the MTU of a bridge port${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `报文超过网桥端口的 MTU${zh.length === 0 ? "" : `（${zh.join("，")}）`}`,
    );
  },
  summary: ({ bridge, outInterface, mtu, size }) =>
    text(
      `${size === undefined ? "A large packet" : `A packet of ${size} bytes`} comes to the bridge ${bridge ?? "on the way"} and must leave by ${outInterface ?? "a port"}, which takes ${mtu === undefined ? "less" : `no more than ${mtu}`}. A bridge can neither cut a packet nor tell anybody, so it drops it in silence. Small pings work.`,
      `${size === undefined ? "一个大报文" : `${size} 字节的报文`}到了网桥 ${bridge ?? "设备"}，要从 ${outInterface ?? "某个端口"} 出去，而这个端口的 MTU ${mtu === undefined ? "更小" : `只有 ${mtu}`}。网桥既不能分片，也不会通知谁，只能静默丢弃。小的 ping 是通的。`,
    ),
  why: () =>
    text(
      "Fragments and ICMP errors are the work of routers; a bridge checks the frame against the port's MTU and frees what does not fit.",
      "分片和 ICMP 差错是路由器的事；网桥只检查帧是否超过端口 MTU，超过就释放。",
    ),
  fixes: ({ outInterface, size }, netns) => {
    const wanted = size === undefined || !(Number(size) > 1500) ? "1500" : size;
    return [
      {
        edits: [{ kind: "link", netns, device: outInterface ?? "PORT", mtu: Number(wanted) }],
        effect: text(
          "makes the port take as much as the others; the other end of its cable needs the same",
          "让这个端口与其他端口一样大；它那根线的另一端也要一致",
        ),
      },
      {
        advice: inNamespace(netns, "ip link show type veth"),
        effect: text(
          "compare the MTUs: one link must have one MTU in all its parts",
          "对比各接口的 MTU：同一个二层网络里的 MTU 必须一致",
        ),
      },
    ];
  },
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip link show ${outInterface ?? "PORT"}`),
      because: text("an mtu below the packet's size means it is this", "mtu 小于报文大小，就是这个原因"),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "switch" && outInterface !== null ? [[smallMtu(netns, outInterface)]] : [],
  lookalikes: ["peer-mtu-smaller", "echo-no-reply", "bridge-port-isolated", "nft-bridge-drop", "pmtu-blackhole"],
  search: [
    "bridge mtu large packets dropped",
    "is_skb_forwardable",
    "docker bridge mtu",
    "网桥 MTU 大包不通",
    "网桥端口 MTU",
  ],
  page: () => ({
    meaning: text(
      "All interfaces of one layer 2 network must have the same MTU. Here one bridge port has a smaller one: what comes in by another port and is larger cannot go out by it. It happens where one member of the bridge is a tunnel, a VPN, or was set by hand.",
      "同一个二层网络里的所有接口 MTU 必须一致。这里有一个网桥端口的 MTU 更小：从别的端口进来的较大报文无法从它出去。常见于网桥成员里有隧道、VPN，或者有人手工改过 MTU。",
    ),
    evidence: text(
      "Packets: the large request at the port it came in by, and not at the port it should leave by; small ones pass. State: the mtu of that port. No ICMP error. Kernel: NOT_SPECIFIED at br_dev_queue_push_xmit; with br_netfilter at br_nf_dev_queue_xmit, and then IpFragFails moves.",
      "报文：进来的端口上有大的请求，该出去的端口上没有；小的能通过。状态：该端口的 mtu。没有 ICMP 差错。内核：br_dev_queue_push_xmit 处的 NOT_SPECIFIED；启用 br_netfilter 时在 br_nf_dev_queue_xmit 处，并且 IpFragFails 增长。",
    ),
    tellApart: text(
      "peer-mtu-smaller: it is seen leaving the port, and the other end of the cable is too small. frag-needed-df: a router says so. bridge-port-isolated and the firewalls: small packets do not pass either.",
      "peer-mtu-smaller：能看到它从端口发出，是线的另一端太小。frag-needed-df：路由器会告知。bridge-port-isolated 和防火墙：小的报文同样不通。",
    ),
    kernel: "br_dev_queue_push_xmit: !is_skb_forwardable(port, skb) → kfree_skb",
  }),
  scenario: "bridge-port-mtu-smaller",
  negativeTwin: "peer-mtu-smaller",
});

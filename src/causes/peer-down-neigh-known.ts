// No carrier, and the neighbour is already known: the echo request itself dies before the wire, and nobody is told.

import { defineCause, inNamespace } from "../model/cause.ts";
import { peerUp } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** As peer-down, but without any error message. */
export const cause = defineCause({
  code: "peer-down-neigh-known",
  severity: "problem",
  marks: {
    drop: [{ reason: "QDISC_DROP", settles: "kind" }],
    counters: [{ name: "tx_dropped", of: "interface", always: false }],
    decides: ["link", "neigh"],
  },
  title: text("no carrier, and the neighbour is still remembered", "没有载波，而邻居表项还在"),
  headline: ({ outInterface, peerInterface }) => {
    const en =
      outInterface === undefined
        ? ""
        : peerInterface === undefined
          ? outInterface
          : `${outInterface}'s peer ${peerInterface} is down`;
    const zh =
      outInterface === undefined
        ? ""
        : peerInterface === undefined
          ? outInterface
          : `${outInterface} 的对端 ${peerInterface} 没有启用`;
    return text(
      `no carrier, and the neighbour is still remembered${en === "" ? "" : ` (${en})`}`,
      `没有载波，而邻居表项还在${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ outInterface, peerInterface, target }) =>
    text(
      `${outInterface ?? "The outgoing interface"} is up but has no carrier, because ${peerInterface ?? "what it is connected to"} is down. The MAC address for ${target ?? "the next hop"} is already known, so no ARP is needed, and the echo request itself is thrown away before the wire and before any capture. No error is made: ping shows 100% loss and says nothing.`,
      `${outInterface ?? "出接口"} 已启用，但没有载波，因为${peerInterface === undefined ? "它所连接的对端" : ` ${peerInterface} `}没有启用。${target ?? "下一跳"} 的 MAC 已经知道，不需要 ARP，所以 echo 请求本身在上线之前、也在抓包点之前就被丢弃。不产生任何差错：ping 显示 100% 丢包，没有提示。`,
    ),
  why: () =>
    text(
      "Without carrier the interface's queue drops everything; the host-unreachable message belongs to failed ARP only, and here ARP was never asked.",
      "没有载波时，接口的发送队列会丢弃一切；“主机不可达”只在 ARP 失败时才产生，而这里根本没有做 ARP。",
    ),
  fixes: ({ peerInterface, outInterface, owner }, netns) => [
    {
      edits: [{ kind: "link", netns: owner ?? netns, device: peerInterface ?? "PEER", up: true }],
      effect: text(
        `brings the other end up; ${outInterface ?? "the interface"} then has carrier`,
        `启用对端；随后 ${outInterface ?? "该接口"} 就有载波了`,
      ),
    },
  ],
  assumes: peerUp,
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -s link show ${outInterface ?? "IF"}`),
      because: text(
        "NO-CARRIER there, and TX dropped that grows with each ping, means it is this",
        "显示 NO-CARRIER，并且 TX dropped 随每次 ping 增长，就是这个原因",
      ),
    },
  ],
  lookalikes: [
    "peer-down",
    "link-admin-down",
    "nft-output-drop",
    "neigh-no-probes",
    "qdisc-drop",
    "tc-egress-drop",
    "nft-netdev-egress-drop",
  ],
  search: [
    "NO-CARRIER",
    "LOWERLAYERDOWN",
    "tcpdump shows nothing",
    "100% packet loss no message",
    "没有载波",
    "抓不到包",
    "veth 对端 down",
  ],
  page: () => ({
    meaning: text(
      "The veth's other end or the switch port is down, as in peer-down, but the sender has a usable neighbour entry: entered by hand, or still remembered from before. So it does not even ask, and the usual Destination Host Unreachable does not come.",
      "veth 的另一端或交换机端口没有启用，和 peer-down 一样；但发送方有可用的邻居表项：手工写入的，或之前留下的。所以它连问都不问，平常的 Destination Host Unreachable 也就不会出现。",
    ),
    evidence: text(
      "Packets: none anywhere, neither on the interface nor on lo. State: NO-CARRIER, `linkdown` at the route, a neighbour entry that is PERMANENT, REACHABLE or STALE. Counters: tx_dropped of the interface; drop reason QDISC_DROP for the echo request itself.",
      "报文：哪里都没有，接口上没有，lo 上也没有。状态：NO-CARRIER，路由带 `linkdown`，邻居表项为 PERMANENT、REACHABLE 或 STALE。计数器：接口的 tx_dropped；echo 请求本身的丢包原因是 QDISC_DROP。",
    ),
    tellApart: text(
      "peer-down: a host unreachable on lo after three seconds. nft-output-drop: the link has carrier, and a rule counts. link-admin-down: the own interface is not UP, ping fails at once.",
      "peer-down：约三秒后 lo 上有主机不可达。nft-output-drop：链路有载波，防火墙规则在计数。link-admin-down：自己的接口没有 UP，ping 立刻失败。",
    ),
    kernel: "netif_carrier_off → dev_deactivate → noop_qdisc; __dev_queue_xmit: QDISC_DROP",
  }),
  scenario: "peer-down-neigh-known",
  negativeTwin: "two-namespaces-peer-down",
});

// An address sits on a bridge port: what comes in there belongs to the bridge, so ARP answers never reach the port's own entries.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The IP address is on a port instead of the bridge. */
export const cause = defineCause({
  code: "ip-on-bridge-port",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["addr", "link"],
    asked: { threads: 8, order: 7 },
    waits: "neighbour",
  },
  title: text("the address is on a bridge port, not on the bridge", "地址配在网桥端口上，而不是网桥上"),
  headline: ({ source, outInterface, bridge }) => {
    if (outInterface === undefined)
      return text("the address is on a bridge port, not on the bridge", "地址配在网桥端口上，而不是网桥上");
    return text(
      `the address is on a bridge port, not on the bridge: ${source === undefined ? "" : `${source} on `}${outInterface}${bridge === undefined ? "" : `, a port of ${bridge}`}`,
      `地址配在网桥端口上，而不是网桥上：${source === undefined ? "" : `${source} 在 `}${outInterface}${bridge === undefined ? "" : `，它是 ${bridge} 的端口`}`,
    );
  },
  summary: ({ source, target, outInterface, bridge }) =>
    text(
      `${source ?? "The address"} is configured on ${outInterface ?? "an interface"}, which is a port of ${bridge ?? "a bridge"}. The host asks for ${target ?? "its neighbour"} out of that port, and the answer comes back to the port, but a bridge takes everything that comes in by its ports: the answer turns up at ${bridge ?? "the bridge"}, where no entry waits for it. So the host never learns the MAC.`,
      `${source ?? "地址"} 配在 ${outInterface ?? "某个接口"} 上，而它是 ${bridge ?? "网桥"} 的端口。主机从这个端口询问 ${target ?? "邻居"}，应答也回到这个端口，但网桥会收走从端口进来的一切：应答出现在 ${bridge ?? "网桥"} 上，那里没有等它的表项。所以主机始终学不到 MAC。`,
    ),
  why: () =>
    text(
      "A bridge installs a receive handler on its ports; behind it the port has no IP stack of its own any more, and neighbour entries are kept per interface.",
      "网桥在端口上装了接收处理函数（rx_handler），端口自己不再有接收方向的 IP 协议栈，而邻居表项是按接口分开的。",
    ),
  fixes: ({ source, ownAddress, outInterface, bridge }, netns) => {
    const address = ownAddress ?? `${source ?? "ADDRESS"}/LENGTH`;
    const port = outInterface ?? "PORT";
    return [
      {
        edits: [
          { kind: "address", netns, verb: "del", address, device: port },
          { kind: "address", netns, verb: "add", address, device: bridge ?? "br0" },
        ],
        effect: text(
          "moves the address from the port to the bridge, and its connected route with it; a default route over the port must be moved too",
          "把地址从端口移到网桥上，直连路由随之过去；经过端口的默认路由也要改到网桥上",
        ),
      },
      {
        edits: [{ kind: "link", netns, device: port, master: null }],
        effect: text("or: takes the interface out of the bridge", "或者：把该接口移出网桥"),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip -br addr"),
      because: text(
        "an address on an interface that `ip link` shows with `master` is this",
        "如果地址所在的接口在 `ip link` 里带 `master`，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, inInterface: device }) =>
    role === "target" && device !== null ? [[{ kind: "bridge-above", netns, device }]] : [],
  lookalikes: ["arp-no-answer", "echo-no-reply", "missing-return-route", "arp-no-local-owner"],
  search: [
    "IP address on bridge slave",
    "brctl addif eth0 network lost",
    "network lost after adding eth0 to bridge",
    "ARP reply received but neighbour stays incomplete",
    "eth0 加入网桥后断网",
    "IP 配在网桥端口上",
    "网桥的 IP 应该配在 br0",
  ],
  page: () => ({
    meaning: text(
      "An interface was added to a bridge and kept its address. Sending out of it still works, and others may even get ARP answers, given through the bridge. But nothing that comes in by the port reaches the port's own stack. Addresses and routes belong on the bridge.",
      "接口加入网桥后，地址还留在它上面。从它发送仍然可以，别人甚至能得到 ARP 应答（由网桥代为处理）。但从端口进来的东西都到不了端口自己的协议栈。地址和路由都应当配在网桥上。",
    ),
    evidence: text(
      "Packets: the ARP reply on the port and on the bridge, and still further requests; from outside, an echo request that arrives and a who-has of the host out of the port. State: an address on an interface with `master`, a route over that port. Kernel: NEIGH_FAILED on the port, and IcmpOutDestUnreachs for the error that the host then gets from itself; the replies are consumed at arp_process on the bridge.",
      "报文：端口和网桥上都有 ARP 应答，主机却还在继续询问；从外面看，echo 请求到达了，主机又从端口发出 who-has。状态：带 `master` 的接口上有地址，路由走该端口。内核：端口上的 NEIGH_FAILED，主机随后给自己发差错，IcmpOutDestUnreachs 增长；应答在网桥的 arp_process 处被消费。",
    ),
    tellApart: text(
      "arp-no-local-owner: no reply is seen at all. missing-return-route: the host makes no ARP for the way back. bridge-own-mac-source: replies end at the bridge because of a MAC that is used twice.",
      "arp-no-local-owner：根本看不到应答。missing-return-route：主机没有为回程发 ARP。bridge-own-mac-source：应答停在网桥上，是因为 MAC 重复。",
    ),
    kernel:
      "br_handle_frame (rx_handler) → br_pass_frame_up: skb->dev = br0; arp_process: __neigh_lookup(sip, dev = br0) finds nothing",
  }),
  scenario: "ip-on-bridge-port",
  negativeTwin: "missing-return-route",
});

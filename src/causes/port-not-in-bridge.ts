// One end of a veth pair was never put into the bridge that the other side's frames are meant for.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Facts } from "../model/finding.ts";
import { type Text, text } from "../model/text.ts";

// The asker's question comes out of the bare end.
function endsAtBareEnd({ target, inInterface, bridge, router, owner }: Facts): Text {
  return text(
    `The question for ${target ?? "the address"} arrives at ${inInterface ?? "an interface"}${router === undefined || router === "" ? "" : ` in ${router}`} and ends there: that interface has no address of its own and belongs to no bridge. ${owner === undefined || owner === "" ? "The host that has the address" : owner}${target === undefined ? "" : `, which has ${target},`} hangs behind ${bridge ?? "a bridge"} of the same host, so the question never gets there.`,
    `对 ${target ?? "目标地址"} 的询问到达${router === undefined || router === "" ? "" : ` ${router} 的`} ${inInterface ?? "某个接口"} 就到头了：这个接口没有地址，也不属于任何网桥。${owner === undefined || owner === "" ? "拥有该地址的主机" : `拥有该地址的 ${owner}`} 接在同一主机的 ${bridge ?? "网桥"} 后面，所以询问到不了那里。`,
  );
}

// The asker hangs on the bridge, the owner behind the bare end.
function cutFromOwner({ target, inInterface, bridge, router, owner }: Facts): Text {
  const end = inInterface ?? "an interface";
  return text(
    `${owner === undefined || owner === "" ? "The host that has the address" : owner}${target === undefined ? "" : `, which has ${target},`} hangs behind ${end}${router === undefined || router === "" ? "" : ` in ${router}`}. That interface is no port of ${bridge ?? "the bridge"}, by which the packet comes, so the bridge never sends it there.`,
    `${owner === undefined || owner === "" ? "拥有该地址的主机" : `拥有 ${target ?? "该地址"} 的 ${owner}`} 接在${router === undefined || router === "" ? "" : ` ${router} 的`} ${inInterface ?? "某个接口"} 后面。包是从 ${bridge ?? "网桥"} 来的，而这个接口不是它的端口，所以网桥不会把包送到那里。`,
  );
}

/** A cable that ends beside the bridge. */
export const cause = defineCause({
  code: "port-not-in-bridge",
  severity: "problem",
  marks: {
    // Where a bridge with no other port floods it.
    drop: [{ reason: "NO_TX_TARGET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["link", "addr"],
    waits: "neighbour",
  },
  title: text("the interface was never attached to the bridge", "接口没有接入网桥"),
  headline: ({ inInterface, bridge }) => {
    if (inInterface === undefined) return text("the interface was never attached to the bridge", "接口没有接入网桥");
    return text(
      `the interface was never attached to the bridge: ${inInterface}${bridge === undefined ? "" : ` is no port of ${bridge}`}`,
      `接口没有接入网桥：${inInterface}${bridge === undefined ? "" : ` 不是 ${bridge} 的端口`}`,
    );
  },
  summary: (facts) => (facts.ownerSide === "bare" ? cutFromOwner(facts) : endsAtBareEnd(facts)),

  why: () =>
    text(
      "A bridge forwards only between its ports; a frame on an interface without a master goes to that host's own stack, which silently ignores what is not for it.",
      "网桥只在自己的端口之间转发；没有主设备（master）的接口收到的帧交给本机协议栈，不是给本机的就被静默忽略。",
    ),
  fixes: ({ inInterface, bridge }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "IF", master: bridge ?? "BRIDGE" }],
      effect: text("attaches the interface to the bridge", "把接口接入网桥"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "bridge link"),
      because: text("it lists the ports of all bridges: this one is missing", "它列出所有网桥的端口：里面没有这个接口"),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role === "switch" && outInterface !== null ? [[{ kind: "link", netns, device: outInterface, master: null }]] : [],
  lookalikes: [
    "arp-no-answer",
    "arp-no-local-owner",
    "target-has-no-address",
    "bridge-port-isolated",
    "bridge-port-state",
    "peer-down",
  ],
  search: [
    "veth not in bridge",
    "brctl addif missing",
    "container cannot reach gateway bridge has no interfaces",
    "ip link set master",
    "veth 没有加入网桥",
    "网桥没有端口",
  ],
  page: () => ({
    meaning: text(
      "A veth pair (or another cable) leads to a host that has a bridge, but its end there is not one of the bridge's ports. Frames come out of it and go to that host's own stack, which has no use for them. Everything looks up and connected.",
      "一对 veth（或别的链路）通到一台有网桥的主机，但它在那里的一端不是网桥的端口。帧从它出来后交给那台主机自己的协议栈，而协议栈用不上它们。看上去接口都是 UP，链路也通。",
    ),
    evidence: text(
      "Packets: the ARP request at both ends of the pair, nothing on the bridge or behind it. State: no `master` in the interface's line, no address on it, a bridge in the same namespace behind which the owner hangs. The kernel has no drop event and no counter for an ignored ARP request; a bridge that has no other port to send to reports NO_TX_TARGET.",
      "报文：这对接口的两端都能看到 ARP 请求，网桥及其后面什么也没有。状态：该接口那一行没有 `master`，它也没有地址；同一命名空间里有网桥，地址的拥有者接在它后面。被忽略的 ARP 请求在内核里既没有丢包事件也没有计数；网桥没有别的端口可发时报 NO_TX_TARGET。",
    ),
    tellApart: text(
      "arp-no-local-owner: nobody on the segment has the address, and no bridge leads to an owner. bridge-port-isolated, bridge-flood-off, bridge-port-state: the interface is a port, and its setting keeps the frame from leaving. peer-down: the frame does not even arrive.",
      "arp-no-local-owner：网段上没有人拥有该地址，也没有网桥通向拥有者。bridge-port-isolated、bridge-flood-off、bridge-port-state：接口已是端口，是端口的设置不让帧出去。peer-down：帧根本没有到达。",
    ),
    kernel: "__netif_receive_skb_core without rx_handler → arp_process: not RTN_LOCAL; consume_skb",
  }),
  scenario: "port-not-in-bridge",
  negativeTwin: "bridge-port-isolated",
});

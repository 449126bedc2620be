// The router has a route, but nobody answers its ARP on the far link.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfError } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** "Destination Host Unreachable" from a router. */
export const cause = defineCause({
  code: "forward-next-hop-arp-failed",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false }],
    decides: ["neigh", "addr"],
    waits: "neighbour",
  },
  title: text("the router gets no ARP answer on the far link", "路由器在另一侧链路上得不到 ARP 应答"),
  headline: ({ gateway, target, outInterface }) => {
    const asked = gateway ?? target;
    if (asked === undefined)
      return text("the router gets no ARP answer on the far link", "路由器在另一侧链路上得不到 ARP 应答");
    return text(
      `the router gets no ARP answer on the far link: ${asked}${outInterface === undefined ? "" : ` on ${outInterface}`}`,
      `路由器在另一侧链路上得不到 ARP 应答：${outInterface === undefined ? "" : `${outInterface} 上的 `}${asked}`,
    );
  },
  summary: ({ router, gateway, target, source, outInterface, seconds, basis }) =>
    basis === "ping"
      ? text(
          `"Destination Host Unreachable" came from ${router || "another host"}, which is not the pinging host. That is what a router sends when nobody answers its ARP for ${target ?? "the target"} on the far link; its own state was not seen.`,
          `“Destination Host Unreachable”来自 ${router || "另一台主机"}，而不是发起 ping 的主机自己。路由器在另一侧链路上询问 ${target ?? "目标"} 的 ARP 没人应答时就会发这个差错；但没有看到它自己的状态。`,
        )
      : basis !== undefined
        ? text(
            `ICMP "host unreachable" came back from ${router || "a router on the way"}, not at once but after a wait. That is what a router sends when nobody answers its ARP for ${target ?? "the target"} on the far link; its own state was not seen.`,
            `${router || "途中的路由器"} 发回了 ICMP 主机不可达，而且不是立刻，是等了一段时间之后。路由器在另一侧链路上询问 ${target ?? "目标"} 的 ARP 没人应答时就是这样；但没有看到它自己的状态。`,
          )
        : text(
            `${router || "A router on the way"} forwards the packet and asks on ${outInterface ?? "its far interface"} who has ${gateway ?? target ?? "the next hop"}. Nobody answers. After ${seconds === undefined ? "about three seconds" : `about ${seconds} seconds`} it gives up and tells ${source ?? "the sender"} "Destination Host Unreachable". The fault lies on the far link, not between the sender and this router.`,
            `${router || "途中的路由器"} 转发报文，在 ${outInterface ?? "另一侧接口"} 上询问谁是 ${gateway ?? target ?? "下一跳"}，没有人应答。${seconds === undefined ? "大约三秒" : `大约 ${seconds} 秒`}后它放弃，告诉 ${source ?? "发送方"}“Destination Host Unreachable”。问题在另一侧链路，而不在发送方和这台路由器之间。`,
          ),
  why: () =>
    text(
      "When the neighbour entry fails, the kernel sends a host unreachable (type 3 code 1) for the packets that waited for it; on a router these go to the packets' source.",
      "邻居表项失败时，内核为等待它的报文发出主机不可达（类型 3 代码 1）；在路由器上，它发给报文的源地址。",
    ),
  fixes: ({ gateway, target, outInterface }, netns) => [
    {
      advice: inNamespace(netns, `ping -c 1 ${gateway ?? target ?? "TARGET"}`),
      effect: text(
        "on the router: the same fault without the first half of the path; fix that first",
        "在路由器上执行：去掉前半段路径后是同样的故障，先修好它",
      ),
    },
    {
      edits: [
        {
          kind: "neighbour",
          netns,
          verb: "del",
          address: gateway ?? target ?? "TARGET",
          device: outInterface ?? "IF",
        },
      ],
      effect: text(
        "on the router: once the other end is fixed, makes it ask again at once",
        "在路由器上执行：对端修好以后，让它立即重新询问",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -n -e -i ${outInterface ?? "IF"} arp`),
      because: text(
        "who-has without is-at on the far link is this cause; a capture at the other end of that link shows whether the question arrives",
        "另一侧链路上只有 who-has 没有 is-at，就是这个原因；再在那段链路的另一端抓包，看请求是否到达",
      ),
    },
  ],
  lookalikes: [
    "forward-unreachable",
    "gateway-arp-failed",
    "forward-no-route",
    "host-unreachable-is-local",
    "target-has-no-address",
    "arp-no-local-owner",
  ],
  search: [
    "From gateway Destination Host Unreachable",
    "router ARP incomplete",
    "Destination Host Unreachable from router",
    "目标主机不可达 来自网关",
    "网关返回 Destination Host Unreachable",
    "路由器 ARP 无应答",
  ],
  page: () => ({
    meaning: text(
      "The sender did all right: its packet reached the last router, or one before it. That router has a route, but the machine behind its far interface does not answer ARP: it is off, has another address, is in another VLAN, or the router's netmask is wrong. The address after `From` in ping's output is the router's.",
      "发送方没有问题：报文到达了最后一台（或途中的）路由器。这台路由器有路由，但它另一侧接口后面的机器不应答 ARP：可能关机、地址不同、在别的 VLAN，或者路由器的掩码配错了。ping 输出里 `From` 后面的地址是路由器的。",
    ),
    evidence: text(
      "Packets: the request at the router, three who-has on its far interface, one a second, then a host unreachable from the router. State: the router's neighbour entry INCOMPLETE or FAILED. Counters: IcmpOutDestUnreachs on the router; drop reason NEIGH_FAILED at neigh_invalidate there.",
      "报文：路由器上有请求，它的另一侧接口上有三个 who-has，每秒一个，然后路由器发出主机不可达。状态：路由器上的邻居表项为 INCOMPLETE 或 FAILED。计数器：路由器的 IcmpOutDestUnreachs；丢包原因 neigh_invalidate 处的 NEIGH_FAILED。",
    ),
    tellApart: text(
      "host-unreachable-is-local and gateway-arp-failed: the address after `From` is the sender's own. forward-unreachable: the error comes within a millisecond, and no ARP is seen. The silence itself has its own cause on the far link: see arp-no-local-owner and its look-alikes.",
      "host-unreachable-is-local、gateway-arp-failed：`From` 后面是发送方自己的地址。forward-unreachable：差错在一毫秒内就回来，也没有 ARP。对方为什么沉默，在那段链路上另有原因：见 arp-no-local-owner 及其相似原因。",
    ),
    kernel:
      "neigh_timer_handler → neigh_invalidate → arp_error_report → dst_link_failure → icmp_send(ICMP_HOST_UNREACH)",
  }),
  scenario: "forward-next-hop-arp-failed",
  negativeTwin: "forward-unreachable",
  check: (view) => verdictOfError(view, [[3, 1]], "likely", "after a wait"),
});

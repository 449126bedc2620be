// proxy_arp_pvlan=1: a router answers ARP for addresses on the very link that the question came from.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Traffic between neighbours is drawn through the router. */
export const cause = defineCause({
  code: "proxy-arp-pvlan",
  severity: "note",
  title: text(
    "a router answers ARP on the same link (proxy_arp_pvlan)",
    "路由器在同一链路上代答 ARP（proxy_arp_pvlan）",
  ),
  headline: ({ target, inInterface }) => {
    const en = [target, inInterface === undefined ? undefined : `on ${inInterface}`]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上${target === undefined ? "" : "的"}`, target]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `a router answers ARP on the same link (proxy_arp_pvlan)${en === "" ? "" : `: ${en}`}`,
      `路由器在同一链路上代答 ARP（proxy_arp_pvlan）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, router, inInterface }) =>
    text(
      `${router === undefined || router === "" ? "A router" : router} answers the ARP request for ${target ?? "an address"} with its own MAC address, although its route to it leads back out of ${inInterface ?? "the same interface"}. That is what proxy_arp_pvlan=1 is for: hosts of a private VLAN reach each other only through the router. It answers for addresses that nobody has, too.`,
      `${router === undefined || router === "" ? "路由器" : router} 用自己的 MAC 应答了对 ${target ?? "某地址"} 的 ARP 请求，尽管去往它的路由就从 ${inInterface ?? "同一个接口"} 出去。这正是 proxy_arp_pvlan=1 的用途：私有 VLAN 里的主机只能经路由器互通。对没有人拥有的地址，它也照样应答。`,
    ),
  why: () =>
    text(
      "With proxy_arp_pvlan=1 a forwarding host answers for every address whose route uses the receiving interface itself; plain proxy_arp does so only for other interfaces.",
      "proxy_arp_pvlan=1 时，负责转发的主机会为“路由就走接收接口”的所有地址代答；普通的 proxy_arp 只针对走别的接口的地址。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [setting(netns, allAnd(inInterface ?? "IF", "proxy_arp_pvlan", "0"))],
      effect: text(
        "unless the ports are isolated from each other on purpose: neighbours then answer for themselves",
        "除非端口之间是有意隔离的，否则关掉它：邻居会自己应答",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -a -r 'conf.*proxy_arp_pvlan'"),
      because: text(
        "on the host whose MAC address is in the answer: 1 for all or for the interface means it is this",
        "在应答所带 MAC 的主机上执行：all 或该接口为 1，就是这个原因",
      ),
    },
  ],
  lookalikes: [
    "answered",
    "proxy-arp",
    "duplicate-address",
    "icmp-redirect",
    "forward-next-hop-arp-failed",
    "arp-no-answer",
  ],
  search: ["proxy_arp_pvlan", "private VLAN proxy ARP", "Redirect Host", "私有 VLAN", "代理 ARP", "端口隔离 ARP 代答"],
  page: () => ({
    meaning: text(
      "On networks whose ports may not talk to each other, the router answers ARP for all neighbours and passes their traffic on. Where ports are not isolated, the setting only adds a detour, redirects, and answers for addresses that do not exist: the ping then fails at the router instead of at the ARP.",
      "在端口互相隔离的网络里，路由器为所有邻居代答 ARP 并转发它们的流量。如果端口没有隔离，这个设置只会带来绕路和重定向，还会为不存在的地址代答：ping 于是在路由器上失败，而不是在 ARP 这一步。",
    ),
    evidence: text(
      "Packets: the ARP reply carries the router's MAC address, the echo request goes to the router, which asks for the target on the same link; redirects. State: proxy_arp_pvlan=1 and forwarding=1 on the interface. Counters: IcmpOutRedirects.",
      "报文：ARP 应答带的是路由器的 MAC，echo 请求先到路由器，路由器再在同一链路上询问目标；伴有重定向。状态：该接口 proxy_arp_pvlan=1、forwarding=1。计数器：IcmpOutRedirects。",
    ),
    tellApart: text(
      "proxy-arp: the target is behind another interface. duplicate-address: the answering host has the address. If the router then reports Destination Host Unreachable, nobody has the address (forward-next-hop-arp-failed).",
      "proxy-arp：目标在另一个接口后面。duplicate-address：应答的主机自己有这个地址。如果路由器随后报 Destination Host Unreachable，说明没有人有这个地址（forward-next-hop-arp-failed）。",
    ),
    kernel: "arp_process: IN_DEV_FORWARD and arp_fwd_pvlan (IN_DEV_PROXY_ARP_PVLAN: IN_DEV_ORCONF), sip != tip",
  }),
  scenario: "proxy-arp-pvlan",
  negativeTwin: "veth-one-address",
});

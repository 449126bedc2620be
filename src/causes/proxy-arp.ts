// A router answers ARP for an address behind another of its interfaces, as proxy_arp=1 tells it to.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The MAC address in the answer is the router's, not the target's. */
export const cause = defineCause({
  code: "proxy-arp",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [],
    decides: [{ sysctl: "proxy_arp" }, "route"],
    asked: { threads: 10, order: 3 },
  },
  title: text("a router answers ARP for the target (proxy_arp)", "路由器代答 ARP（proxy_arp）"),
  headline: ({ target, inInterface }) => {
    const en = [target, inInterface === undefined ? undefined : `on ${inInterface}`]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上${target === undefined ? "" : "的"}`, target]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `a router answers ARP for the target (proxy_arp)${en === "" ? "" : `: ${en}`}`,
      `路由器代答 ARP（proxy_arp）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, router, inInterface, outInterface }) =>
    text(
      `${router === undefined || router === "" ? "A router" : router} does not have ${target ?? "the target's address"}, but it would forward to it${outInterface === undefined ? "" : ` by ${outInterface}`}, and proxy_arp is on at ${inInterface ?? "the receiving interface"}. So it answers the ARP request with its own MAC address. That is intended; the first answer may come up to 0.8 s late.`,
      `${router === undefined || router === "" ? "路由器" : router} 没有 ${target ?? "目标地址"}，但会${outInterface === undefined ? "" : `经 ${outInterface} `}把报文转发过去，而 ${inInterface ?? "接收接口"} 上打开了 proxy_arp，所以它用自己的 MAC 应答了 ARP 请求。这是设计如此；第一次应答最多会晚 0.8 秒。`,
    ),
  why: () =>
    text(
      "With proxy_arp=1 (in conf/all or on the interface) a forwarding host answers for every address it would route to another interface; it waits a random part of proxy_delay to let a real owner go first.",
      "proxy_arp=1（conf/all 或该接口任一为 1）时，负责转发的主机会为所有“要从别的接口转发出去”的地址代答；为了让真正的拥有者先答，它会在 proxy_delay 内随机等一会儿。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [setting(netns, allAnd(inInterface ?? "IF", "proxy_arp", "0"))],
      effect: text(
        "only where it is not wanted: hosts that relied on it then need a correct prefix length and a route",
        "只在不需要代答时才关：依赖它的主机随后需要正确的前缀长度和路由",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -a -r 'conf.*proxy_arp'"),
      because: text(
        "on the host whose MAC address is in the answer: proxy_arp=1, and no such address of its own",
        "在应答所带 MAC 的主机上执行：proxy_arp=1，并且它自己没有这个地址",
      ),
    },
  ],
  lookalikes: ["answered", "proxy-neigh-entry", "proxy-arp-pvlan", "wrong-netmask", "arp-flux", "duplicate-address"],
  search: [
    "proxy_arp",
    "proxy ARP",
    "router answers ARP for another host",
    "first ping slow ARP delay",
    "169.254.1.1 gateway",
    "代理 ARP",
    "ARP 代答",
    "第一个 ping 很慢",
  ],
  page: () => ({
    meaning: text(
      "The asker takes the target for a neighbour, and a router in between answers in its place, then forwards. Container networks (Calico's 169.254.1.1), VPN concentrators and old networks with a wrong netmask live on it. Nothing is broken; but the MAC address in the neighbour table is the router's.",
      "询问方把目标当作邻居，中间的路由器代为应答，然后转发。容器网络（Calico 的 169.254.1.1）、VPN 网关，以及掩码配错的老网络都靠它工作。没有故障，只是邻居表里的 MAC 是路由器的。",
    ),
    evidence: text(
      "Packets: the ARP reply for the target carries the router's MAC address and comes up to 0.8 s late, so the first round-trip time is long; the TTL of the echo reply is one less. State: proxy_arp=1 and forwarding=1 at the receiving interface, a route to the target by another interface.",
      "报文：目标的 ARP 应答带的是路由器的 MAC，最多晚 0.8 秒，所以第一次往返时间很长；echo 应答的 TTL 少 1。状态：接收接口 proxy_arp=1、forwarding=1，去往目标的路由走另一个接口。",
    ),
    tellApart: text(
      "proxy-neigh-entry: the same for single addresses. proxy-arp-pvlan: for addresses on the same interface. wrong-netmask: the asker's mistake without a router that answers. arp-flux, duplicate-address: the answerers own the address.",
      "proxy-neigh-entry：同样的效果，但只针对单个地址。proxy-arp-pvlan：针对同一个接口上的地址。wrong-netmask：询问方同样的错误，但没有路由器代答。arp-flux、duplicate-address：应答者确实拥有这个地址。",
    ),
    kernel: "arp_process: IN_DEV_FORWARD and arp_fwd_proxy (IN_DEV_PROXY_ARP: IN_DEV_ORCONF); pneigh_enqueue",
  }),
  scenario: "proxy-arp",
  negativeTwin: "wrong-netmask",
});

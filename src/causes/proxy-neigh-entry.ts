// A single proxy entry (`ip neigh add proxy`) makes a router answer ARP for one address.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Proxy ARP for exactly one address. */
export const cause = defineCause({
  code: "proxy-neigh-entry",
  severity: "note",
  title: text("a router answers ARP for the target (proxy entry)", "路由器代答 ARP（proxy 表项）"),
  headline: ({ target, inInterface }) => {
    const en = [target, inInterface === undefined ? undefined : `on ${inInterface}`]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上${target === undefined ? "" : "的"}`, target]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `a router answers ARP for the target (proxy entry)${en === "" ? "" : `: ${en}`}`,
      `路由器代答 ARP（proxy 表项）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, router, outInterface }) =>
    text(
      `${router === undefined || router === "" ? "A router" : router} does not have ${target ?? "the target's address"}, but somebody gave it a proxy entry for it, so it answers the ARP request with its own MAC address and forwards${outInterface === undefined ? "" : ` by ${outInterface}`}. That is intended; the first answer may come up to 0.8 s late.`,
      `${router === undefined || router === "" ? "路由器" : router} 没有 ${target ?? "目标地址"}，但有人为它加了 proxy 表项，所以它用自己的 MAC 应答 ARP 请求，再${outInterface === undefined ? "" : `经 ${outInterface} `}转发。这是设计如此；第一次应答最多会晚 0.8 秒。`,
    ),
  why: () =>
    text(
      "A forwarding host answers for an address in its list of proxy neighbours when its route to it leaves by another interface.",
      "负责转发的主机，会为 proxy 邻居列表里的地址代答，前提是去往该地址的路由走另一个接口。",
    ),
  fixes: ({ target, inInterface }, netns) => [
    {
      edits: [
        {
          kind: "neighbour",
          netns,
          verb: "del",
          proxy: true,
          address: target ?? "ADDRESS",
          device: inInterface ?? "IF",
        },
      ],
      effect: text("only where it is not wanted: removes the entry", "只在不需要时才删：删除该表项"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip neigh show proxy"),
      because: text(
        "on the host whose MAC address is in the answer: plain `ip neigh` does not show these entries",
        "在应答所带 MAC 的主机上执行：单独的 `ip neigh` 不显示这类表项",
      ),
    },
  ],
  lookalikes: ["answered", "proxy-arp", "duplicate-address", "arp-flux"],
  search: [
    "ip neigh add proxy",
    "ip neigh show proxy",
    "arp -s pub",
    "proxy ARP single address",
    "代理 ARP 表项",
    "ARP 代答",
  ],
  page: () => ({
    meaning: text(
      "The router answers ARP in the place of one particular address, by an entry made with `ip neigh add proxy` (formerly `arp -s … pub`). Used for single hosts behind a router: VPN clients, containers.",
      "路由器通过 `ip neigh add proxy`（旧写法 `arp -s … pub`）添加的表项，为某一个地址代答 ARP。用于路由器后面的单台主机：VPN 客户端、容器等。",
    ),
    evidence: text(
      "Packets: as with proxy-arp, but for this address only: the router's MAC address in the reply, up to 0.8 s late, TTL one less. State: `ip neigh show proxy` has the address, forwarding is 1 on the receiving interface.",
      "报文：与 proxy-arp 相同，但只针对这个地址：应答里是路由器的 MAC，最多晚 0.8 秒，TTL 少 1。状态：`ip neigh show proxy` 里有这个地址，接收接口 forwarding 为 1。",
    ),
    tellApart: text(
      "proxy-arp: proxy_arp=1, for all addresses that are routed elsewhere. duplicate-address: the answering host has the address itself.",
      "proxy-arp：proxy_arp=1，对所有要转发的地址都代答。duplicate-address：应答的主机自己就有这个地址。",
    ),
    kernel: "arp_process: IN_DEV_FORWARD, rt->dst.dev != dev and pneigh_lookup(&arp_tbl, net, &tip, dev)",
  }),
  scenario: "proxy-neigh-entry",
  negativeTwin: "proxy-arp",
});

// A route has several next hops, and the one that this destination is hashed to does not answer ARP.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** One of several gateways is dead: some destinations never work, others always do. */
export const cause = defineCause({
  code: "multipath-dead-nexthop",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route", "nexthop", "neigh"],
    waits: "neighbour",
  },
  title: text("a next hop of the multipath route is dead", "多路径路由的一个下一跳不可用"),
  headline: ({ gateway, outInterface }) => {
    const where = [gateway, outInterface === undefined ? undefined : `on ${outInterface}`].filter(
      (p) => p !== undefined,
    );
    const zhWhere = [gateway, outInterface === undefined ? undefined : `（${outInterface}）`].filter(
      (p) => p !== undefined,
    );
    return text(
      `a next hop of the multipath route is dead${where.length === 0 ? "" : `: ${where.join(" ")}`}`,
      `多路径路由的一个下一跳不可用${zhWhere.length === 0 ? "" : `：${zhWhere.join("")}`}`,
    );
  },
  summary: ({ target, gateway, value, asker, router }) => {
    const name = router ?? asker ?? "";
    const host = name === "" ? text("this host", "本机") : text(name, `${name} `);
    return text(
      `The route of ${host.en} to ${target ?? "the target"} has ${value ?? "several"} next hops, and a hash of source and destination address takes the same one for them each time. Here that is ${gateway === undefined ? "one that" : `${gateway}, which`} does not answer ARP. Other destinations may be hashed to another next hop and work.`,
      `${host.zh}去往 ${target ?? "目标"} 的路由有${value === undefined ? "多个" : ` ${value} 个`}下一跳，内核按源和目的地址的哈希值选择，同一对地址每次都选同一个。这里选中的${gateway === undefined ? "那个" : ` ${gateway} `}不应答 ARP。别的目的地址可能选中另一个下一跳，因而是通的。`,
    );
  },
  why: () =>
    text(
      "The kernel chooses by a hash and, unless fib_multipath_use_neigh is set or the next hops are objects in a group, does not ask whether the neighbour is alive.",
      "内核按哈希值选路；除非打开 fib_multipath_use_neigh，或者下一跳是 nexthop 组里的对象，否则它不管邻居是否可达。",
    ),
  fixes: ({ gateway, outInterface, route }, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.fib_multipath_use_neigh": "1" })],
      effect: text(
        "passes over next hops whose neighbour entry has failed; the first packets still run into them",
        "跳过邻居表项已经失败的下一跳；最初的几个报文仍会碰上它",
      ),
    },
    {
      advice: inNamespace(netns, `ip route show ${route?.split(" ")[0] ?? "PREFIX"}`),
      effect: text(
        `shows the route; put it in again with \`ip route replace\` without ${gateway ?? "the dead next hop"}, or with a right address`,
        `显示这条路由；用 \`ip route replace\` 重新写入，去掉 ${gateway ?? "不可用的下一跳"} 或改成正确的地址`,
      ),
    },
    {
      advice: `ping -c 3 ${gateway ?? "GATEWAY"}`,
      effect: text(
        `tests the next hop itself${outInterface === undefined ? "" : ` on ${outInterface}`}: it may only be down for now`,
        `直接测试这个下一跳${outInterface === undefined ? "" : `（${outInterface}）`}：它也许只是暂时停机`,
      ),
    },
  ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        "names the next hop that the hash takes for this destination",
        "给出哈希值为这个目的地址选中的下一跳",
      ),
    },
  ],
  lookalikes: [
    "gateway-arp-failed",
    "forward-next-hop-arp-failed",
    "arp-no-local-owner",
    "arp-no-answer",
    "target-has-no-address",
    "peer-down",
  ],
  search: [
    "ECMP",
    "multipath route some destinations unreachable",
    "ip route nexthop weight",
    "fib_multipath_use_neigh",
    "fib_multipath_hash_policy",
    "等价多路径",
    "部分地址 ping 不通",
    "双网关负载均衡",
  ],
  page: () => ({
    meaning: text(
      "A route has two or more next hops to share the load, and one of them is dead. Linux does not take it out by itself: each pair of source and destination is bound to one next hop by a hash, so that some destinations never work and others always do. Another source address, or a restart, may change who is unlucky.",
      "一条路由有两个或更多下一跳来分担流量，其中一个坏了。Linux 不会自动把它剔除：每一对源和目的地址都由哈希值固定到一个下一跳，于是有的目的地址一直不通，有的一直是通的。换一个源地址或者重启，倒霉的地址可能就换了。",
    ),
    evidence: text(
      "Packets: ARP asks for the dead next hop and nobody answers; for another destination ARP asks for, or the frame goes to, the live one. State: a route with several next hops. Which of them a packet takes no state shows; only `ip route get` or the frames do. Kernel: NEIGH_FAILED at neigh_invalidate for the unlucky destinations only.",
      "报文：ARP 询问坏掉的下一跳，没有应答；去往别的目的地址时，ARP 询问或帧发往的是好的那个。状态：路由有多个下一跳。某个报文走哪一个，状态里看不出来，只有 `ip route get` 或帧能说明。内核：只有倒霉的目的地址会出现 neigh_invalidate 处的 NEIGH_FAILED。",
    ),
    tellApart: text(
      "gateway-arp-failed: the route has one next hop, or all are dead, and every destination behind it fails. forward-next-hop-arp-failed: the same on a router, with one next hop.",
      "gateway-arp-failed：路由只有一个下一跳，或全部坏了，它后面的目的地址都不通。forward-next-hop-arp-failed：同样的情况发生在只有一个下一跳的路由器上。",
    ),
    kernel:
      "fib_select_path → fib_multipath_hash, fib_select_multipath (fib_good_nh only with fib_multipath_use_neigh); nexthop_select_path for groups",
  }),
  scenario: "multipath-dead-nexthop",
  negativeTwin: "gateway-arp-failed",
});

// Two interfaces of the asker carry the same subnet: the route that came first wins, and the target is on the other link.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Asked on the wrong one of two links with the same prefix. */
export const cause = defineCause({
  code: "same-subnet-two-interfaces",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route", "addr"],
    waits: "neighbour",
  },
  title: text("two interfaces in one subnet: the wrong one is asked", "两个接口同一子网：问错了接口"),
  headline: ({ outInterface, ownerInterface, prefix }) => {
    const en = [
      prefix,
      outInterface === undefined ? undefined : `asked on ${outInterface}`,
      ownerInterface === undefined ? undefined : `the target is on ${ownerInterface}`,
    ].filter((p) => p !== undefined);
    const zh = [
      prefix,
      outInterface === undefined ? undefined : `问的是 ${outInterface}`,
      ownerInterface === undefined ? undefined : `目标在 ${ownerInterface} 一侧`,
    ].filter((p) => p !== undefined);
    return text(
      `two interfaces in one subnet: the wrong one is asked${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `两个接口同一子网：问错了接口${zh.length === 0 ? "" : `（${zh.join("，")}）`}`,
    );
  },
  summary: ({ target, outInterface, ownerInterface, prefix }) =>
    text(
      `The pinging host has two equal routes for ${prefix ?? "the target's subnet"}, and the kernel takes the one over ${outInterface ?? "the first interface"}. There it asks for ${target ?? "the target"} in vain. On ${ownerInterface ?? "the other interface"} somebody would have answered, but that route is never used.`,
      `发起 ping 的主机对 ${prefix ?? "目标所在的子网"} 有两条相同的路由，内核选了经 ${outInterface ?? "第一个接口"} 的那条，在那里询问 ${target ?? "目标"}，没有人应答。在 ${ownerInterface ?? "另一个接口"} 上本来会有人应答，但那条路由从来用不到。`,
    ),
  why: () =>
    text(
      "Of routes with the same prefix and metric the kernel uses the first in its table; it does not try the other when ARP fails.",
      "前缀和 metric 都相同的路由，内核只用表里的第一条；ARP 失败也不会去试另一条。",
    ),
  fixes: ({ target, outInterface, ownerInterface, prefix }, netns) => [
    {
      edits: [
        {
          kind: "route",
          netns,
          verb: "add",
          destination: `${target ?? "TARGET"}/32`,
          device: ownerInterface ?? "OTHER",
        },
      ],
      effect: text(
        "a longer route for this target, over the interface that leads to it",
        "为这个目标加一条更具体的路由，走通往它的接口",
      ),
    },
    {
      edits: [{ kind: "route", netns, verb: "del", destination: prefix ?? "PREFIX", device: outInterface ?? "IF" }],
      effect: text(
        "takes away the route that wins, if nothing in that subnet is on that link; lasting remedy: a subnet of its own for each link, or one bridge for both",
        "删除占先的那条路由，前提是那条链路上没有该子网的主机；长久之计：每条链路用各自的子网，或把两个接口放进同一个网桥",
      ),
    },
  ],
  settle: ({ target, ownerInterface }, netns) => [
    {
      command: inNamespace(netns, `ping -c 1 -I ${ownerInterface ?? "OTHER"} ${target ?? "TARGET"}`),
      because: text("if this works, it was the wrong interface", "如果这样能通，就是问错了接口"),
    },
  ],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "policy-routing-wrong-table", "wrong-netmask", "arp-filter"],
  search: [
    "two NICs same subnet",
    "two interfaces same network",
    "multihomed same subnet ping fails",
    "双网卡同网段",
    "多网卡同网段 ping 不通",
    "两块网卡同一网段",
  ],
  page: () => ({
    meaning: text(
      "Two interfaces of the asker have addresses in the same subnet, so there are two connected routes for it. Linux uses one of them for everything; hosts that are on the other link are asked for where they cannot hear it. Often the second veth pair or a Wi-Fi and a cable in one network.",
      "询问方有两个接口的地址在同一子网，于是有两条直连路由。Linux 总是只用其中一条；位于另一条链路上的主机，被拿到它听不见的地方去询问。常见于加了第二对 veth，或无线和有线接在同一个网段。",
    ),
    evidence: text(
      "Packets: who-has only on the first interface, unanswered; nothing on the second. State: two routes with the same prefix and metric over different interfaces. Kernel: NEIGH_FAILED at neigh_invalidate on the asker.",
      "报文：who-has 只出现在第一个接口上，没有应答；第二个接口上什么也没有。状态：两条前缀和 metric 相同的路由，走不同接口。内核：询问方 neigh_invalidate 处的 NEIGH_FAILED。",
    ),
    tellApart: text(
      "arp-no-local-owner: only one interface has the prefix, or nobody answers on the other one either. arp-flux is the answering side of the same mistake. policy-routing-wrong-table: the two ways are in different tables.",
      "arp-no-local-owner：只有一个接口有这个前缀，或者另一个接口上也没有人应答。arp-flux 是同样的错误发生在应答方。policy-routing-wrong-table：两条路在不同的表里。",
    ),
    kernel: "fib_table_lookup: equal prefix, tos and priority → first fib_alias; fib_select_default only for gateways",
  }),
  scenario: "same-subnet-two-interfaces",
  negativeTwin: "veth-one-address",
});

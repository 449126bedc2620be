// The asker's prefix is too short: it takes a target behind a router for a neighbour and asks for it by ARP.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A remote target is believed to be on the own link. */
export const cause = defineCause({
  code: "wrong-netmask",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
    waits: "neighbour",
  },
  title: text("wrong netmask: a remote target is taken for a neighbour", "子网掩码不对：把远处的目标当成了邻居"),
  headline: ({ target, prefix }) => {
    const en = [target, prefix === undefined ? undefined : `in ${prefix}`].filter((p) => p !== undefined).join(" ");
    const zh = [target, prefix === undefined ? undefined : `落在 ${prefix} 里`]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `wrong netmask: a remote target is taken for a neighbour${en === "" ? "" : ` (${en})`}`,
      `子网掩码不对：把远处的目标当成了邻居${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, outInterface, prefix, router, route }) =>
    text(
      `${outInterface ?? "The pinging host"} asks by ARP for ${target ?? "the target"} itself, because ${prefix === undefined ? "its connected route covers it" : `its connected route ${prefix} covers it`}. But ${router === undefined || router === "" ? "a host on this link" : router} knows ${target ?? "it"} behind another interface${route === undefined ? "" : ` ("${route}")`}. Nobody on this link has the address, so nobody answers; the gateway was never used.`,
      `${outInterface ?? "发起 ping 的主机"} 直接用 ARP 询问 ${target ?? "目标"}，因为${prefix === undefined ? "它的直连路由" : `它的直连路由 ${prefix}`} 包含了这个地址。但${router === undefined || router === "" ? "本链路上的一台主机" : ` ${router} `}知道 ${target ?? "它"} 在另一个接口后面${route === undefined ? "" : `（“${route}”）`}。本链路上没有人有这个地址，所以没有人应答；网关根本没有用到。`,
    ),
  why: () =>
    text(
      "What a connected route covers is asked for directly; a gateway is used only for addresses outside of it. A prefix that is too short (say /16 for /24) draws remote addresses in.",
      "直连路由包含的地址会直接询问，只有其外的地址才交给网关。前缀太短（例如 /24 写成 /16）就会把远处的地址也算进来。",
    ),
  fixes: ({ target, outInterface, prefix }, netns) => {
    const device = outInterface ?? "IF";
    return [
      {
        edits: [{ kind: "address", netns, verb: "add", address: "ADDRESS/LENGTH", device }],
        effect: text(
          `with the link's real prefix length, after \`ip addr del ADDRESS/${prefix?.split("/")[1] ?? "OLD"} dev ${device}\`; routes that used the address must be added again`,
          `先 \`ip addr del ADDRESS/${prefix?.split("/")[1] ?? "OLD"} dev ${device}\`，再用链路真正的前缀长度添加；依赖该地址的路由需要重新添加`,
        ),
      },
      {
        edits: [{ kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: "ROUTER", device }],
        effect: text(
          "for this target alone: sends it through the router (put its address on this link in place of ROUTER)",
          "只针对这个目标：经路由器转发（ROUTER 换成路由器在本链路上的地址）",
        ),
      },
    ];
  },
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        "without `via` the host takes the target for a neighbour; compare its prefix length with the router's on this link",
        "没有 `via` 说明主机把目标当成邻居；再与路由器在本链路上的前缀长度对比",
      ),
    },
  ],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "proxy-arp-no-forwarding",
    "interface-without-address",
    "gateway-arp-failed",
  ],
  search: [
    "wrong subnet mask",
    "wrong prefix length",
    "ARP for remote address",
    "who-has for address in other subnet",
    "Destination Host Unreachable",
    "子网掩码错误",
    "掩码配错 ping 不通",
    "跨网段 ARP",
  ],
  page: () => ({
    meaning: text(
      "The asker's address has a prefix that is shorter than the link's real subnet. Targets in the difference are behind a router, but the asker takes them for neighbours and asks for them by ARP. The router hears the question, does not own the address, and stays silent, unless proxy_arp is set, which often hides the mistake for years.",
      "询问方地址的前缀比链路真正的子网短。落在差额里的目标其实在路由器后面，但询问方把它们当成邻居，用 ARP 询问。路由器听到了请求，但地址不是它的，所以沉默；如果开了 proxy_arp，这个错误常常多年不被发现。",
    ),
    evidence: text(
      "Packets: who-has for the target itself although a gateway exists; no reply; nothing behind the router. State: the connected route of the asker covers the target, and a router on the link has a longer route to it by another interface. Kernel: consumed at arp_process on the router, NEIGH_FAILED on the asker.",
      "报文：明明有网关，却对目标本身发 who-has；没有应答；路由器另一侧什么也没有。状态：询问方的直连路由包含目标，而链路上的路由器有一条更长前缀的路由，走另一个接口。内核：在路由器的 arp_process 处被消费，询问方为 NEIGH_FAILED。",
    ),
    tellApart: text(
      "arp-no-local-owner: no router knows the target elsewhere. proxy-arp: the same mistake, but the router answers and it works. interface-without-address: the ARP sender is an address of another interface. gateway-arp-failed: the ARP asks for the gateway.",
      "arp-no-local-owner：没有路由器知道目标在别处。proxy-arp：同样的错误，但路由器代答，能通。interface-without-address：ARP 的发送方是别的接口的地址。gateway-arp-failed：ARP 问的是网关。",
    ),
    kernel: "fib_lookup: connected route (RT_SCOPE_LINK), rt_gw_family 0 → next hop is the destination itself",
  }),
  scenario: "wrong-netmask",
  negativeTwin: "proxy-arp",
});

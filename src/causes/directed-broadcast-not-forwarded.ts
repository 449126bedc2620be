// A ping to a remote subnet's broadcast address ends at the router in front of that subnet.

import { defineCause } from "../model/cause.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Routers keep directed broadcasts to themselves. */
export const cause = defineCause({
  code: "directed-broadcast-not-forwarded",
  severity: "problem",
  marks: {
    drop: [{ reason: "INVALID_PROTO", at: ["icmp_rcv"], settles: "cause" }],
    counters: [{ name: "IcmpInErrors", of: "namespace", always: false }],
    decides: [{ sysctl: "bc_forwarding" }, "route", { sysctl: "icmp_echo_ignore_broadcasts" }],
  },
  title: text("directed broadcast not forwarded", "定向广播没有转发"),
  headline: ({ target, router }) =>
    text(
      `directed broadcast not forwarded${target === undefined ? "" : `: ${target}`}${router ? `, at ${router}` : ""}`,
      `定向广播没有转发${target === undefined ? "" : `：${target}`}${router ? `（在 ${router}）` : ""}`,
    ),
  summary: ({ target, router, source }) =>
    text(
      `${target ?? "The pinged address"} is the broadcast address of a subnet that ${router || "a router"} is joined to. The router takes the request from ${source ?? "the asker"} for itself instead of passing it on, and like most hosts it does not answer pings to a broadcast address. No host of that subnet ever sees it.`,
      `${target ?? "被 ping 的地址"} 是 ${router || "路由器"} 直连子网的广播地址。路由器把来自 ${source ?? "请求方"} 的请求当作发给自己的收下，不再往下传，而且和大多数主机一样不应答发往广播地址的 ping。那个子网里的主机根本看不到它。`,
    ),
  why: () =>
    text(
      "Directed broadcasts were abused for amplification attacks (RFC 2644); Linux forwards them only where bc_forwarding is 1 both in conf/all and on the interface.",
      "定向广播曾被用来做放大攻击（RFC 2644）；Linux 只有在 conf/all 和接口的 bc_forwarding 都为 1 时才转发。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      advice: "ping ADDRESS",
      effect: text(
        "pings one host of that subnet instead: that is nearly always what is wanted",
        "改为 ping 那个子网里的某一台主机：这几乎总是真正想要的",
      ),
    },
    {
      edits: [setting(netns, allAnd(inInterface ?? "IF", "bc_forwarding", "1"))],
      effect: text(
        "on the router, only in a closed network (Wake-on-LAN): forwards them; both must be 1",
        "在路由器上执行，只限封闭网络（如 Wake-on-LAN）：转发定向广播；两个值都必须是 1",
      ),
    },
  ],
  lookalikes: ["broadcast-needs-b", "echo-no-reply", "icmp-echo-ignore-all", "wrong-netmask"],
  search: [
    "bc_forwarding",
    "directed broadcast",
    "ping broadcast address of another subnet",
    "Wake-on-LAN across subnets",
    "定向广播",
    "跨网段广播 不通",
    "ping 广播地址",
  ],
  page: () => ({
    meaning: text(
      "The target is not a host but all hosts of a remote subnet. The router in front of it answers for the broadcast address itself, which means: not at all. If a single host was meant, the netmask of that subnet is not what was thought.",
      "目标不是一台主机，而是远端子网的所有主机。子网前的路由器自己处理这个广播地址，也就是不应答。如果本意是 ping 某一台主机，说明那个子网的掩码和想的不一样。",
    ),
    evidence: text(
      "Packets: the request at the router, nothing out of it. State: `broadcast T … table local` on the router, bc_forwarding 0. Counters: IcmpInErrors on the router; drop reason INVALID_PROTO at icmp_rcv there.",
      "报文：路由器上有请求，没有从它发出任何东西。状态：路由器有 `broadcast T … table local`，bc_forwarding 为 0。计数器：路由器的 IcmpInErrors；丢包原因是路由器上 icmp_rcv 处的 INVALID_PROTO。",
    ),
    tellApart: text(
      "broadcast-needs-b: the broadcast address is of the asker's own subnet. ip-forward-off: IpInAddrErrors moves.",
      "broadcast-needs-b：是请求方自己子网的广播地址。ip-forward-off：IpInAddrErrors 增长。",
    ),
    kernel:
      "ip_route_input_slow: res.type == RTN_BROADCAST, !IN_DEV_BFORWARD (IN_DEV_ANDCONF) → brd_input; icmp_rcv: INVALID_PROTO",
  }),
  scenario: "directed-broadcast-not-forwarded",
  negativeTwin: "ip-forward-off",
});

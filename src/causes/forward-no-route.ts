// The router has no route to the target and says so.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfError } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** "Destination Net Unreachable" from a router. */
export const cause = defineCause({
  code: "forward-no-route",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_INNOROUTES", settles: "cause" }], arp: "silent" },
    counters: [
      { name: "IpExtInNoRoutes", of: "namespace", always: true },
      { name: "IcmpOutDestUnreachs", of: "namespace", always: false },
    ],
    decides: ["route", "rule"],
    lookedUp: "target",
  },
  title: text("the router has no route to the target", "路由器没有去往目标的路由"),
  headline: ({ router, target }) => {
    if (target === undefined && !router)
      return text("the router has no route to the target", "路由器没有去往目标的路由");
    const detail = [router || undefined, target].filter((part) => part !== undefined);
    return text(
      `the router has no route to the target (${detail.join(" to ")})`,
      `路由器没有去往目标的路由（${detail.join(" 到 ")}）`,
    );
  },
  summary: ({ router, target, source, inInterface, rule }) =>
    text(
      `${router || "A router on the way"} gets the packet from ${source ?? "the sender"}${inInterface === undefined ? "" : ` at ${inInterface}`}, but finds no route to ${target ?? "the target"}${rule === undefined ? "" : ` (rule "${rule}")`}. It drops the packet and tells the sender: ping prints "Destination Net Unreachable" with the router's address in front.`,
      `${router || "途中的路由器"} 收到来自 ${source ?? "发送方"} 的报文${inInterface === undefined ? "" : `（从 ${inInterface} 进来）`}，但找不到去往 ${target ?? "目标"} 的路由${rule === undefined ? "" : `（规则“${rule}”）`}。它丢弃报文并通知发送方：ping 会打印“Destination Net Unreachable”，前面是路由器的地址。`,
    ),
  why: () =>
    text(
      "A router that finds no route answers with ICMP type 3 code 0; these errors are rate-limited, so not each lost packet brings one.",
      "查不到路由的路由器会回 ICMP 类型 3 代码 0；这种差错有速率限制，所以不是每个丢失的报文都会带来一个。",
    ),
  fixes: ({ router, target }, netns) => [
    {
      edits: [{ kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: "NEXTHOP" }],
      effect: text(
        `on ${router || "the router"}: tells it the way; use the target's whole prefix instead of /32, and the router that is next on the way as NEXTHOP`,
        `在 ${router || "路由器"} 上：告诉它怎么走；实际请用目标所在的整个前缀代替 /32，NEXTHOP 填路径上的下一个路由器`,
      ),
    },
    {
      advice: inNamespace(netns, "ip route show table all"),
      effect: text(
        "shows what the router does know: perhaps a default route, or the interface towards the target, is missing or down",
        "查看路由器已有的路由：也许缺了默认路由，或者通往目标的接口没有地址、没有启用",
      ),
    },
  ],
  settle: ({ target, source, inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `ip route get ${target ?? "TARGET"} from ${source ?? "SOURCE"} iif ${inInterface ?? "IF"}`,
      ),
      because: text("the router's own answer, with its rules", "由路由器自己给出答案，策略规则也算在内"),
    },
  ],
  faults: ({ role, onward }) => (role === "router" && onward !== null ? [[onward]] : []),
  lookalikes: ["no-route", "forward-unreachable", "forward-next-hop-arp-failed", "ip-forward-off", "forward-prohibit"],
  search: [
    "Destination Net Unreachable",
    "From router icmp_seq Destination Net Unreachable",
    "router no route to host",
    "IpExtInNoRoutes",
    "目标网络不可达",
    "路由器没有路由",
    "网关没有到对端网段的路由",
  ],
  page: () => ({
    meaning: text(
      "The packet reached a router that forwards, but no route there covers the target. Usually a static route or the default route is missing on that router, or it vanished because an interface went down. The address after `From` tells which router it is: that is where the route must be added.",
      "报文到达了一台会转发的路由器，但那里没有能匹配目标的路由。通常是这台路由器缺少静态路由或默认路由，或者因为接口 down 掉而丢了路由。`From` 后面的地址就是这台路由器：要在它上面加路由。",
    ),
    evidence: text(
      "Packets: the request at the router's inner interface, at once an ICMP net unreachable back, nothing on the far side, no ARP there. State: no route on the router covers the target, or a rule of type unreachable comes first. Counters: IpExtInNoRoutes and IcmpOutDestUnreachs; drop reason IP_INNOROUTES at ip_error.",
      "报文：路由器内侧接口上有请求，立刻有 ICMP 网络不可达回来，另一侧什么也没有，也没有 ARP。状态：路由器上没有能匹配目标的路由，或者先命中了 unreachable 类型的规则。计数器：IpExtInNoRoutes、IcmpOutDestUnreachs；丢包原因 ip_error 处的 IP_INNOROUTES。",
    ),
    tellApart: text(
      'no-route: ping itself says "connect: Network is unreachable", nothing was sent. forward-unreachable and forward-next-hop-arp-failed: host instead of net unreachable. ip-forward-off: no ICMP error at all.',
      "no-route：ping 自己报“connect: Network is unreachable”，什么也没发出。forward-unreachable、forward-next-hop-arp-failed：是主机不可达而不是网络不可达。ip-forward-off：完全没有 ICMP 差错。",
    ),
    kernel:
      "ip_route_input_slow: fib_lookup -ENETUNREACH → ip_error: ICMP_NET_UNREACH, IPSTATS_MIB_INNOROUTES (limited by error_cost, error_burst)",
  }),
  scenario: "forward-no-route",
  negativeTwin: "no-route",
  check: (view) => verdictOfError(view, [[3, 0]], "likely"),
});

// The target lacks the route back to an asker behind a router, and rp_filter drops the request for that.

import { defineCause, inNamespace } from "../model/cause.ts";
import { interfaceSetting } from "../model/fault-place.ts";
import { alsoForAll } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The same fault as missing-return-route, with rp_filter on: other evidence. */
export const cause = defineCause({
  code: "missing-return-route-rp-filter",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [{ name: "TcpExtIPReversePathFilter", of: "namespace", always: true }],
    decides: ["route", { sysctl: "rp_filter" }],
    lookedUp: "source",
  },
  title: text("no route back, so rp_filter drops the request", "没有回程路由，请求被 rp_filter 丢弃"),
  headline: ({ source, owner }) =>
    text(
      `no route back, so rp_filter drops the request${source === undefined ? "" : `: ${owner || "the target"} knows no way to ${source}`}`,
      `没有回程路由，请求被 rp_filter 丢弃${source === undefined ? "" : `：${owner || "目标主机"} 不知道怎么回到 ${source}`}`,
    ),
  summary: ({ source, target, owner, inInterface, value }) =>
    text(
      `The request from ${source ?? "the asker"} has come through a router to ${inInterface ?? "the target's interface"}. ${owner || "The target"} has ${target ?? "the address"}, but no route to ${source ?? "the asker"}'s network, usually because its default gateway is missing. With rp_filter=${value ?? "2"} it drops the request for that reason, in silence.`,
      `来自 ${source ?? "请求方"} 的请求经过路由器到达 ${inInterface ?? "目标的接口"}。${owner || "目标主机"} 有 ${target ?? "这个地址"}，却没有到 ${source ?? "请求方"} 所在网段的路由，多半是缺默认网关。rp_filter=${value ?? "2"} 时，它因此静默丢弃请求。`,
    ),
  why: () =>
    text(
      "A source that no route leads to counts as forged as soon as rp_filter is not 0; the check comes before delivery, so ICMP does not even see the request.",
      "只要 rp_filter 不为 0，没有路由可达的源地址就当作伪造；检查在交付之前，所以 ICMP 根本看不到请求。",
    ),
  fixes: ({ source, gateway }, netns) => [
    {
      edits: [{ kind: "route", netns, verb: "add", destination: "default", via: gateway ?? "GATEWAY" }],
      effect:
        gateway === undefined
          ? text(
              "on the target: GATEWAY is the router's address on the target's own link; fixes the filter and the reply at once",
              "在目标上执行：GATEWAY 是路由器在目标这一侧链路上的地址；过滤和应答的问题一起解决",
            )
          : text("on the target: fixes the filter and the reply at once", "在目标上执行：过滤和应答的问题一起解决"),
    },
    {
      edits: [
        { kind: "route", netns, verb: "add", destination: `${source ?? "SOURCE"}/32`, via: gateway ?? "GATEWAY" },
      ],
      effect: text("only for this asker", "只为这个请求方加一条"),
    },
  ],
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text(
        '"Network is unreachable" on the target is this; switching rp_filter off alone would not bring the reply',
        "目标上显示“Network is unreachable”，就是这个原因；只关 rp_filter 并不会有应答",
      ),
    },
    {
      command: inNamespace(netns, "nstat -asz TcpExtIPReversePathFilter"),
      because: text("moves with each dropped request", "每丢一个请求，它就加一"),
    },
  ],
  faults: ({ netns, role, inInterface, back }) =>
    role === "target" && inInterface !== null && back !== null
      ? [[back, interfaceSetting(netns, inInterface, "rp_filter", "1")]]
      : [],
  lookalikes: [
    "echo-no-reply",
    "missing-return-route",
    "rp-filter-loose-no-route",
    "rp-filter-strict",
    "icmp-echo-ignore-all",
    "nft-input-drop",
  ],
  search: [
    "no default gateway on target ping fails",
    "rp_filter no return route",
    "ping across subnets no reply",
    "TcpExtIPReversePathFilter",
    "目标没有默认网关",
    "跨网段 ping 不通 回程路由",
    "rp_filter 丢包",
  ],
  page: () => ({
    meaning: text(
      "The target does not know the way back to the asker's network. It is the same mistake as missing-return-route; only because rp_filter is on does it leave traces: a counter and a drop reason. Two machines with the same fault may therefore look different.",
      "目标不知道怎么回到请求方所在的网段。和 missing-return-route 是同一个错误，只是因为开了 rp_filter 才留下痕迹：一个计数和一个丢包原因。所以同样的错误在两台机器上看起来可能不同。",
    ),
    evidence: text(
      "Packets: the request at the target's interface, with a TTL below its start, and nothing back. State: rp_filter not 0, no route that covers the source. Counters: TcpExtIPReversePathFilter moves, IcmpInEchos does not; drop reason IP_RPFILTER.",
      "报文：目标接口上有请求，TTL 比初始值小，没有任何东西回去。状态：rp_filter 不为 0，没有能匹配源地址的路由。计数器：TcpExtIPReversePathFilter 增长，IcmpInEchos 不变；丢包原因 IP_RPFILTER。",
    ),
    tellApart: text(
      "missing-return-route: rp_filter 0, no counter, IcmpInEchos moves. rp-filter-strict: a route exists, by another interface. rp-filter-loose-no-route: the sender is on the same link.",
      "missing-return-route：rp_filter 为 0，没有计数，IcmpInEchos 增长。rp-filter-strict：有路由，但走另一个接口。rp-filter-loose-no-route：发送方就在同一链路上。",
    ),
    kernel: "ip_route_input_slow → __fib_validate_source: last_resort with rpf != 0 → IP_RPFILTER (IN_DEV_MAXCONF)",
  }),
  scenario: "missing-return-route-rp-filter",
  negativeTwin: "missing-return-route",
});

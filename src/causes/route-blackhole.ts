// A route of type blackhole covers the target: the pinging host throws its own packets away on purpose.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import type { Facts } from "../model/finding.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { refusedReply } from "../model/refused-reply.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";

function headlineOf({ target, route }: Facts): Text {
  return text(
    `own route is a blackhole${target === undefined ? "" : ` for ${target}`}${route === undefined ? "" : ` ("${route}")`}`,
    `本机路由是 blackhole（黑洞）${target === undefined ? "" : `：${target}`}${route === undefined ? "" : `（“${route}”）`}`,
  );
}

function summaryOf({ target, route, error, basis }: Facts): Text {
  return basis === "ping"
    ? text(
        `The pinging host's own kernel refuses to send to ${target ?? "the target"}${error === undefined ? "" : ` ("${error}")`}. A route of type blackhole gives this error, and so does a rule of that type. Its tables were not shown.`,
        `发起 ping 的主机自己的内核拒绝向 ${target ?? "目标"} 发送${error === undefined ? "" : `（“${error}”）`}。blackhole 类型的路由会报这个错，这种类型的策略规则也会。没有看到它的路由表。`,
      )
    : text(
        `The route that fits ${target ?? "the target"} best ${route === undefined ? "is of type blackhole" : `is "${route}"`}. It was put there to discard such packets, so the kernel refuses to send${error === undefined ? "" : ` ("${error}")`}, and nothing can be seen on any interface.`,
        `最匹配 ${target ?? "目标"} 的路由${route === undefined ? "类型是 blackhole" : `是“${route}”`}。这种路由就是用来丢弃报文的，所以内核拒绝发送${error === undefined ? "" : `（“${error}”）`}，任何接口上都抓不到包。`,
      );
}

/** The own routing table says: drop silently. */
export const cause = defineCause({
  code: "route-blackhole",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route"],
  },
  title: text("own route is a blackhole", "本机路由是 blackhole（黑洞）"),
  headline: headlineOf,
  summary: (facts) => refusedReply(facts) ?? summaryOf(facts),
  why: () =>
    text(
      "A blackhole route makes the lookup on the own host fail with EINVAL; packets that are forwarded would be dropped in silence.",
      "blackhole 路由使本机查路由以 EINVAL 失败；如果是转发的报文，则会被静默丢弃。",
    ),
  fixes: ({ route, target }, netns) => {
    const table = route?.match(/ table \S+/)?.[0] ?? "";
    return [
      {
        ...routeRemedy(netns, "del", refusingRoute("blackhole", route)),
        effect: text(
          "removes the blackhole; first find out who made it (a routing daemon, a VPN, Docker or Kubernetes may put it back)",
          "删除黑洞路由；先弄清是谁加的（路由守护进程、VPN、Docker 或 Kubernetes 可能会再加回来）",
        ),
      },
      {
        edits: [{ kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: `GATEWAY${table}` }],
        effect: text(
          "leaves the blackhole and makes an exception for this target; put your router's address in place of GATEWAY",
          "保留黑洞路由，只为这个目标开一个例外；GATEWAY 请换成你的路由器地址",
        ),
      },
    ];
  },
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        '"RTNETLINK answers: Invalid argument" points to a blackhole; `ip route show table all type blackhole` lists them, `ip rule` shows whether it is a rule instead',
        "显示“RTNETLINK answers: Invalid argument”就指向黑洞；用 `ip route show table all type blackhole` 列出，再用 `ip rule` 看是不是规则",
      ),
    },
  ],
  faults: (place) => (place.role === "asker" ? [[refusal(place, "blackhole")]] : []),
  lookalikes: [
    "policy-rule-reject",
    "loopback-source-off-host",
    "no-route",
    "route-unreachable",
    "route-prohibit",
    "mtu-below-68",
  ],
  search: ["connect: Invalid argument", "blackhole route", "EINVAL ping", "黑洞路由", "无效的参数", "blackhole 路由"],
  page: () => ({
    meaning: text(
      "The pinging host has a route of type blackhole for the target and nothing more specific. Such routes are made on purpose: against loops for summarised prefixes, by VPN kill switches, by container networks for their own address blocks.",
      "发起 ping 的主机有一条匹配目标的 blackhole 路由，而且没有更具体的路由。这种路由是有意设置的：为聚合前缀防环、VPN 的 kill switch，或容器网络为自己的地址块所设。",
    ),
    evidence: text(
      "Packets: none. ping prints `connect: Invalid argument` at once. State: a route of type blackhole is the longest match. No drop event: no packet was made. A ping bound with -I to an interface goes round it: the kernel then takes the target for on-link.",
      "报文：没有。ping 立刻打印 `connect: Invalid argument`。状态：最长匹配的路由类型是 blackhole。没有丢包事件，因为报文没有生成。用 -I 绑定接口的 ping 会绕过它：内核把目标当作在链路上。",
    ),
    tellApart: text(
      "The error tells the type: `Invalid argument` blackhole, `No route to host` route-unreachable, `Network is unreachable` no-route or route-throw, the question about broadcast route-prohibit. A rule of type blackhole gives the same error (policy-rule-reject), and so does a 127.x source (loopback-source-off-host).",
      "看错误就知道类型：`Invalid argument` 是 blackhole，`No route to host` 是 route-unreachable，`Network is unreachable` 是 no-route 或 route-throw，询问是否广播是 route-prohibit。blackhole 类型的规则报同样的错（policy-rule-reject），127.x 源地址也是（loopback-source-off-host）。",
    ),
    kernel: "fib_props[RTN_BLACKHOLE].error = -EINVAL; fib_table_lookup → ip_route_output_key_hash_rcu",
  }),
  scenario: "route-blackhole",
  negativeTwin: "no-route",
  check: (view) => verdictOfRefusal(view, [["connect", "EINVAL"]], "likely"),
});

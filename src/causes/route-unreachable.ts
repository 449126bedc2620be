// A route of type unreachable covers the target: the pinging host answers itself that there is no way.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import type { Facts } from "../model/finding.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { refusedReply } from "../model/refused-reply.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";

function headlineOf({ target, route }: Facts): Text {
  return text(
    `own route says unreachable${target === undefined ? "" : ` for ${target}`}${route === undefined ? "" : ` ("${route}")`}`,
    `本机路由标记为 unreachable（不可达）${target === undefined ? "" : `：${target}`}${route === undefined ? "" : `（“${route}”）`}`,
  );
}

function summaryOf({ target, route, error, basis }: Facts): Text {
  return basis === "ping"
    ? text(
        `The pinging host's own kernel refuses to send to ${target ?? "the target"}${error === undefined ? "" : ` ("${error}")`}. A route of type unreachable gives this error at connect; an ARP that nobody answers does not. Its tables were not shown.`,
        `发起 ping 的主机自己的内核拒绝向 ${target ?? "目标"} 发送${error === undefined ? "" : `（“${error}”）`}。unreachable 类型的路由会在 connect 时报这个错，ARP 没有应答则不会。没有看到它的路由表。`,
      )
    : text(
        `The route that fits ${target ?? "the target"} best ${route === undefined ? "is of type unreachable" : `is "${route}"`}. The kernel therefore refuses to send${error === undefined ? "" : ` ("${error}")`}: no packet, no ARP request, nothing on any interface.`,
        `最匹配 ${target ?? "目标"} 的路由${route === undefined ? "类型是 unreachable" : `是“${route}”`}，所以内核拒绝发送${error === undefined ? "" : `（“${error}”）`}：没有报文，没有 ARP 请求，任何接口上都抓不到包。`,
      );
}

/** The own routing table says: unreachable. */
export const cause = defineCause({
  code: "route-unreachable",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route"],
  },
  title: text("own route says unreachable", "本机路由标记为 unreachable（不可达）"),
  headline: headlineOf,
  summary: (facts) => refusedReply(facts) ?? summaryOf(facts),
  why: () =>
    text(
      "An unreachable route makes the lookup on the own host fail with EHOSTUNREACH; for forwarded packets it sends an ICMP host unreachable to the source.",
      "unreachable 路由使本机查路由以 EHOSTUNREACH 失败；对转发的报文，则向源地址发送 ICMP 主机不可达。",
    ),
  fixes: ({ route, target }, netns) => {
    const table = route?.match(/ table \S+/)?.[0] ?? "";
    return [
      {
        ...routeRemedy(netns, "del", refusingRoute("unreachable", route)),
        effect: text(
          "removes the entry; first find out who made it (routing daemons, WireGuard and VPN scripts add such routes)",
          "删除这条路由；先弄清是谁加的（路由守护进程、WireGuard 和 VPN 脚本会添加这种路由）",
        ),
      },
      {
        edits: [{ kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: `GATEWAY${table}` }],
        effect: text(
          "leaves it and makes an exception for this target; put your router's address in place of GATEWAY",
          "保留它，只为这个目标开一个例外；GATEWAY 请换成你的路由器地址",
        ),
      },
    ];
  },
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        '"RTNETLINK answers: No route to host" means a route of type unreachable; `ip route show table all type unreachable` lists them',
        "显示“RTNETLINK answers: No route to host”就是 unreachable 路由；用 `ip route show table all type unreachable` 列出",
      ),
    },
  ],
  faults: (place) => (place.role === "asker" ? [[refusal(place, "unreachable")]] : []),
  lookalikes: ["route-blackhole", "route-prohibit", "no-route", "policy-rule-reject", "host-unreachable-is-local"],
  search: [
    "connect: No route to host",
    "EHOSTUNREACH",
    "unreachable route",
    "没有到主机的路由",
    "路由不可达",
    "unreachable 路由",
  ],
  page: () => ({
    meaning: text(
      "The pinging host has a route of type unreachable for the target and nothing more specific, so it refuses to send. It was set on purpose by somebody or by a program; no neighbour or router has been asked.",
      "发起 ping 的主机有一条匹配目标的 unreachable 路由，而且没有更具体的路由，所以拒绝发送。这是有人或某个程序有意设置的；并没有询问过任何邻居或路由器。",
    ),
    evidence: text(
      "Packets: none. ping prints `connect: No route to host` at once. State: a route of type unreachable is the longest match. No drop event. With -I INTERFACE the kernel goes round it and takes the target for on-link.",
      "报文：没有。ping 立刻打印 `connect: No route to host`。状态：最长匹配的路由类型是 unreachable。没有丢包事件。用 -I 绑定接口时内核会绕过它，把目标当作在链路上。",
    ),
    tellApart: text(
      "An unanswered ARP never gives `connect:`: it gives `From OWN-ADDRESS … Destination Host Unreachable` after three seconds (host-unreachable-is-local). A rule of type unreachable gives `Network is unreachable` instead (policy-rule-reject). A router with such a route answers From ROUTER at once (forward-unreachable).",
      "ARP 没有应答绝不会报 `connect:`，而是约三秒后 `From 本机地址 … Destination Host Unreachable`（host-unreachable-is-local）。unreachable 类型的规则报的是 `Network is unreachable`（policy-rule-reject）。路由器上有这种路由时，会立刻以 From ROUTER 回复（forward-unreachable）。",
    ),
    kernel: "fib_props[RTN_UNREACHABLE].error = -EHOSTUNREACH; fib_table_lookup → ip_route_output_key_hash_rcu",
  }),
  scenario: "route-unreachable",
  negativeTwin: "policy-rule-reject",
  check: (view) => verdictOfRefusal(view, [["connect", "EHOSTUNREACH"]], "likely"),
});

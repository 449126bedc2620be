// A route of type prohibit covers the target, and ping mistakes the error for a broadcast address.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import type { Facts } from "../model/finding.ts";
import { looksLikeBroadcast, verdictOfRefusal } from "../model/printed-verdict.ts";
import { refusedReply } from "../model/refused-reply.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";

function headlineOf({ target, route }: Facts): Text {
  return text(
    `own route says prohibit${target === undefined ? "" : ` for ${target}`}${route === undefined ? "" : ` ("${route}")`}`,
    `本机路由标记为 prohibit（禁止）${target === undefined ? "" : `：${target}`}${route === undefined ? "" : `（“${route}”）`}`,
  );
}

function summaryOf({ target, route, basis, error }: Facts): Text {
  // Only an error of connect is mistaken.
  const mistaken = error !== undefined && !error.startsWith("sendmsg");
  return basis === "ping"
    ? text(
        `The pinging host's own kernel refuses to send to ${target ?? "the target"} with "Permission denied", which ping takes for a broadcast address. ${target ?? "The address"} does not end like one, so a route or a rule of type prohibit is what remains. The tables were not shown.`,
        `发起 ping 的主机自己的内核以“Permission denied”拒绝向 ${target ?? "目标"} 发送，ping 把这个错误当成广播地址。${target ?? "这个地址"} 的结尾不像广播地址，剩下的就是 prohibit 类型的路由或策略规则。没有看到它的路由表。`,
      )
    : text(
        `The route that fits ${target ?? "the target"} best ${route === undefined ? "is of type prohibit" : `is "${route}"`}, so the kernel refuses to send with "Permission denied". ${mistaken ? 'ping takes that error for a broadcast address and asks "Do you want to ping broadcast?": neither broadcast nor a firewall is concerned. ' : ""}Nothing is on any interface.`,
        `最匹配 ${target ?? "目标"} 的路由${route === undefined ? "类型是 prohibit" : `是“${route}”`}，所以内核以“Permission denied”拒绝发送。${mistaken ? "ping 把这个错误当成广播地址，反问“Do you want to ping broadcast?”：其实与广播和防火墙都无关。" : ""}任何接口上都抓不到包。`,
      );
}

/** The own routing table forbids it. */
export const cause = defineCause({
  code: "route-prohibit",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route"],
  },
  title: text("own route says prohibit", "本机路由标记为 prohibit（禁止）"),
  headline: headlineOf,
  summary: (facts) => refusedReply(facts) ?? summaryOf(facts),
  why: () =>
    text(
      "A prohibit route makes the lookup fail with EACCES, and ping explains every EACCES of connect with broadcast.",
      "prohibit 路由使查路由以 EACCES 失败，而 ping 把 connect 的任何 EACCES 都解释为广播。",
    ),
  fixes: ({ route, target }, netns) => {
    const table = route?.match(/ table \S+/)?.[0] ?? "";
    return [
      {
        ...routeRemedy(netns, "del", refusingRoute("prohibit", route)),
        effect: text("removes the entry; first find out who made it and why", "删除这条路由；先弄清是谁加的、为什么加"),
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
        '"RTNETLINK answers: Permission denied" means prohibit (a route or a rule); a line that begins with "broadcast" means a broadcast address',
        "显示“RTNETLINK answers: Permission denied”说明是 prohibit（路由或规则）；输出以“broadcast”开头，则是广播地址",
      ),
    },
  ],
  faults: (place) => (place.role === "asker" ? [[refusal(place, "prohibit")]] : []),
  lookalikes: ["broadcast-needs-b", "policy-rule-reject", "route-unreachable", "route-blackhole", "no-route"],
  search: [
    "Do you want to ping broadcast? Then -b",
    "check your local firewall rules",
    "prohibit route",
    "EACCES ping",
    "prohibit 路由",
    "ping 提示广播",
    "路由禁止",
  ],
  page: () => ({
    meaning: text(
      "The pinging host has a route of type prohibit for the target and nothing more specific. It was set on purpose. ping's message misleads: it speaks of broadcast and of firewall rules, and the routing table is the place to look.",
      "发起 ping 的主机有一条匹配目标的 prohibit 路由，而且没有更具体的路由。这是有意设置的。ping 的提示会误导人：它说的是广播和防火墙规则，而应当看的是路由表。",
    ),
    evidence: text(
      "Packets: none. ping prints `Do you want to ping broadcast? Then -b. If not, check your local firewall rules`. State: a route of type prohibit is the longest match. No drop event.",
      "报文：没有。ping 打印 `Do you want to ping broadcast? Then -b. If not, check your local firewall rules`。状态：最长匹配的路由类型是 prohibit。没有丢包事件。",
    ),
    tellApart: text(
      "broadcast-needs-b: the same text, but the route is of type broadcast (the first or last address of a subnet). policy-rule-reject: the same error from a rule of type prohibit; `ip rule` shows it.",
      "broadcast-needs-b：提示相同，但路由类型是 broadcast（子网的第一个或最后一个地址）。policy-rule-reject：prohibit 类型的规则报同样的错，`ip rule` 可以看到。",
    ),
    kernel: "fib_props[RTN_PROHIBIT].error = -EACCES; fib_table_lookup → ip_route_output_key_hash_rcu",
  }),
  scenario: "route-prohibit",
  negativeTwin: "broadcast-needs-b",
  check: (view) =>
    looksLikeBroadcast(view.flow.dst) ? null : verdictOfRefusal(view, [["connect", "EACCES"]], "likely"),
});

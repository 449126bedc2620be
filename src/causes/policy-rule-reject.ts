// A routing rule, not a route, refuses the target: type prohibit, unreachable or blackhole.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Facts } from "../model/finding.ts";
import { refusedReply } from "../model/refused-reply.ts";
import { type Text, text } from "../model/text.ts";

function headlineOf({ rule, target }: Facts): Text {
  return text(
    `refused by a routing rule${target === undefined ? "" : `: ${target}`}${rule === undefined ? "" : ` ("${rule}")`}`,
    `被策略路由规则拒绝${target === undefined ? "" : `：${target}`}${rule === undefined ? "" : `（“${rule}”）`}`,
  );
}

function summaryOf({ target, rule, error }: Facts): Text {
  return text(
    `${rule === undefined ? "A rule of `ip rule`" : `The rule "${rule}"`} applies to packets for ${target ?? "the target"} and refuses them, before any routing table that comes after it is asked. The kernel does not send${error === undefined ? "" : ` ("${error}")`}; nothing can be seen on any interface, and \`ip route\` alone does not show the reason.`,
    `${rule === undefined ? "`ip rule` 里的一条规则" : `规则“${rule}”`}匹配发往 ${target ?? "目标"} 的报文并直接拒绝，排在它后面的路由表根本没有查。内核不发送${error === undefined ? "" : `（“${error}”）`}；任何接口上都抓不到包，只看 \`ip route\` 也看不出原因。`,
  );
}

/** `ip rule` forbids it before any table is asked. */
export const cause = defineCause({
  code: "policy-rule-reject",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["rule"],
  },
  title: text("refused by a routing rule", "被策略路由规则拒绝"),
  headline: headlineOf,
  summary: (facts) => refusedReply(facts) ?? summaryOf(facts),
  why: () =>
    text(
      "Rules are tried in the order of their numbers, and a rule may reject instead of naming a table: prohibit gives EACCES, unreachable ENETUNREACH, blackhole EINVAL.",
      "规则按编号依次尝试，规则也可以不指向表而直接拒绝：prohibit 返回 EACCES，unreachable 返回 ENETUNREACH，blackhole 返回 EINVAL。",
    ),
  fixes: ({ rule, target }, netns) => {
    const priority = rule?.match(/^(\d+):/)?.[1];
    const before = priority === undefined ? 99 : Math.max(Number(priority) - 1, 1);
    return [
      {
        ...(priority === undefined
          ? { advice: inNamespace(netns, "ip rule del pref N") }
          : { edits: [{ kind: "rule", netns, verb: "del", priority: Number(priority) }] }),
        effect: text(
          "removes the rule; first find out who made it (a VPN client, a routing daemon or a container network may put it back)",
          "删除这条规则；先弄清是谁加的（VPN 客户端、路由守护进程或容器网络可能会再加回来）",
        ),
      },
      {
        edits: [{ kind: "rule", netns, verb: "add", to: `${target ?? "TARGET"}/32`, table: "main", priority: before }],
        incomplete: priority === undefined,
        effect: text(
          "keeps the rule and makes an exception for this target before it",
          "保留这条规则，在它之前为这个目标开一个例外",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip rule"),
      because: text(
        "a line that ends in prohibit, unreachable or blackhole and fits the packet means it is this",
        "有一行以 prohibit、unreachable 或 blackhole 结尾并且匹配这个报文，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, destination }) =>
    role === "asker"
      ? [[{ kind: "rule", netns, verb: "add", priority: 100, to: destination, action: "unreachable" }]]
      : [],
  lookalikes: ["no-route", "route-prohibit", "route-blackhole", "route-throw", "broadcast-needs-b"],
  search: [
    "ip rule prohibit",
    "ip rule unreachable",
    "Do you want to ping broadcast? Then -b",
    "connect: Network is unreachable",
    "connect: Invalid argument",
    "策略路由规则拒绝",
    "ip rule 拒绝",
  ],
  page: () => ({
    meaning: text(
      "Policy routing can reject as well as choose. A rule that matches the packet by source, destination, mark, interface or user ends the lookup with an error; the routes may all be in order. VPN kill switches use such rules.",
      "策略路由既能选表，也能拒绝。一条按源地址、目的地址、标记、接口或用户匹配的规则，会让路由查找以错误结束，而路由本身可能都没有问题。VPN 的 kill switch 常用这种规则。",
    ),
    evidence: text(
      "Packets: none. ping prints, by the rule's type: prohibit the question about broadcast, unreachable `Network is unreachable`, blackhole `Invalid argument`. State: the rule in `ip rule`. Counters: IpOutNoRoutes for unreachable, none for the others.",
      "报文：没有。ping 的提示取决于规则类型：prohibit 反问是否广播，unreachable 报 `Network is unreachable`，blackhole 报 `Invalid argument`。状态：`ip rule` 里的那条规则。计数器：unreachable 时 IpOutNoRoutes 增长，其他没有。",
    ),
    tellApart: text(
      "A route that rejects shows in `ip route show table all`; an unreachable route says `No route to host`, an unreachable rule `Network is unreachable`. no-route: no rule rejects.",
      "拒绝类的路由会出现在 `ip route show table all` 里；unreachable 路由报 `No route to host`，unreachable 规则报 `Network is unreachable`。no-route：没有拒绝的规则。",
    ),
    kernel:
      "fib_rules_lookup → fib4_rule_action: FR_ACT_PROHIBIT -EACCES, FR_ACT_UNREACHABLE -ENETUNREACH, FR_ACT_BLACKHOLE -EINVAL",
  }),
  scenario: "policy-rule-reject",
  negativeTwin: "route-unreachable",
});

// A throw route ends the lookup in its table, and no later rule leads to a table with a route.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import { routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Sent on to the next table, but there is none that helps. */
export const cause = defineCause({
  code: "route-throw",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["route"],
  },
  title: text("throw route, and no later table has a route", "throw 路由之后，没有别的表有路由"),
  headline: ({ target, route }) => {
    const en = [target, route === undefined ? undefined : `"${route}"`].filter((p) => p !== undefined).join(": ");
    const zh = [target, route === undefined ? undefined : `“${route}”`].filter((p) => p !== undefined).join("：");
    return text(
      `throw route, and no later table has a route${en === "" ? "" : ` (${en})`}`,
      `throw 路由之后，没有别的表有路由${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, route, error }) =>
    text(
      `For ${target ?? "the target"} the lookup meets ${route === undefined ? "a route of type throw" : `"${route}"`}, which means: not here, ask the next rule. No later rule leads to a table with a fitting route, so the kernel refuses to send${error === undefined ? "" : ` ("${error}")`}, just as if there were no route at all.`,
      `查 ${target ?? "目标"} 的路由时遇到${route === undefined ? "一条 throw 路由" : `“${route}”`}，意思是“本表不管，去问下一条规则”。后面的规则都没有指向有匹配路由的表，所以内核拒绝发送${error === undefined ? "" : `（“${error}”）`}，和完全没有路由一样。`,
    ),
  why: () =>
    text(
      "A throw route makes a table behave as if it had no fitting entry; it is useful only where a later rule leads to another table.",
      "throw 路由让一张表表现得像没有匹配项；只有后面还有规则指向别的表时才有意义。",
    ),
  fixes: ({ route, target }, netns) => {
    const prefix = route?.match(/^throw (\S+)/)?.[1] ?? "PREFIX";
    const table = route?.match(/ table \S+/)?.[0] ?? "";
    return [
      {
        ...routeRemedy(netns, "del", `throw ${prefix}${table}`),
        effect: text(
          "removes it, so that a shorter route of the same table (a default route, say) applies again",
          "删除它，让同一张表里更短的路由（例如默认路由）重新生效",
        ),
      },
      {
        edits: [{ kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: `GATEWAY${table}` }],
        effect: text(
          "gives the target a route of its own, longer than the throw; put your router's address in place of GATEWAY",
          "为目标加一条比 throw 更具体的路由；GATEWAY 请换成你的路由器地址",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip route show table all type throw"),
      because: text(
        "an entry that covers the target, in a table that `ip rule` asks before the others, means it is this",
        "如果有一条覆盖目标的 throw，而 `ip rule` 又先查它所在的表，就是这个原因",
      ),
    },
  ],
  faults: (place) => (place.role === "asker" ? [[refusal(place, "throw")]] : []),
  lookalikes: ["no-route", "policy-rule-reject", "link-admin-down"],
  search: ["throw route", "connect: Network is unreachable", "ip rule tables", "throw 路由", "网络不可达", "策略路由"],
  page: () => ({
    meaning: text(
      "Policy routing uses throw routes to send a part of the addresses from one table on to the next. Here there is no next one, or it has no route for the target, so the lookup ends with nothing.",
      "策略路由用 throw 路由把一部分地址从一张表转交给下一张表。这里没有下一张表，或者下一张表里没有匹配目标的路由，查找到此为止，一无所获。",
    ),
    evidence: text(
      "Packets: none. ping prints `connect: Network is unreachable`. State: a throw entry is the longest match in a table that a rule asks, and no later rule finds a route. Counters: IpOutNoRoutes.",
      "报文：没有。ping 打印 `connect: Network is unreachable`。状态：规则所查的表里，最长匹配是 throw，之后的规则也找不到路由。计数器：IpOutNoRoutes。",
    ),
    tellApart: text(
      "Nothing but the tables tells it from no-route. policy-rule-reject: the rule itself refuses, `ip rule` shows unreachable instead of lookup.",
      "除了路由表，没有任何东西能把它和 no-route 区分开。policy-rule-reject：是规则自己拒绝，`ip rule` 里显示 unreachable 而不是 lookup。",
    ),
    kernel: "fib_props[RTN_THROW].error = -EAGAIN; fib_rules_lookup goes on to the next rule; none left → -ENETUNREACH",
  }),
  scenario: "route-throw",
  negativeTwin: "no-route",
});

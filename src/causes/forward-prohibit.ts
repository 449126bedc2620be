// The router has a route of type prohibit: "Packet filtered", though no firewall is involved.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A prohibit route on a router. */
export const cause = defineCause({
  code: "forward-prohibit",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["ip_error"], settles: "kind" }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false }],
    decides: ["route", "rule"],
  },
  title: text("refused by the router's prohibit route", "被路由器的 prohibit 路由拒绝"),
  headline: ({ router, target }) => {
    const where = [router || undefined, target].filter((part) => part !== undefined);
    return text(
      `refused by the router's prohibit route${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被路由器的 prohibit 路由拒绝${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ router, source, target, route, rule }) => {
    const line = route ?? rule;
    return text(
      `${router || "A router on the way"} gets the packet for ${target ?? "the target"}, and what decides there is ${line === undefined ? "a prohibit route" : `"${line}"`}. It drops the packet and tells ${source ?? "the sender"} that it is administratively prohibited: ping prints "Packet filtered". It sounds like a firewall, but it is routing.`,
      `${router || "途中的路由器"} 收到去往 ${target ?? "目标"} 的报文，起作用的是${line === undefined ? "一条 prohibit 路由" : `“${line}”`}。它丢弃报文，并告诉 ${source ?? "发送方"} 这被管理策略禁止：ping 打印“Packet filtered”。听起来像防火墙，其实是路由。`,
    );
  },
  why: () =>
    text(
      "A route or rule of type prohibit sends ICMP type 3 code 13, the code that firewalls use as well.",
      "prohibit 类型的路由或规则会发出 ICMP 类型 3 代码 13，防火墙用的也是这个代码。",
    ),
  fixes: ({ router, route, rule, target }, netns) => [
    {
      ...(rule === undefined
        ? routeRemedy(netns, "del", refusingRoute("prohibit", route))
        : { edits: [{ kind: "rule", netns, verb: "del", priority: Number.parseInt(rule, 10) }] }),
      effect: text(
        `on ${router || "the router"}: takes it away (the next best route counts then)`,
        `在 ${router || "路由器"} 上：删除它（之后由次优路由决定）`,
      ),
    },
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text('"Permission denied" confirms it', "提示“Permission denied”即可确认"),
    },
  ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text('"Permission denied" on the router is this', "路由器上提示“Permission denied”，就是这个原因"),
    },
  ],
  faults: (place) => (place.role === "router" ? [[refusal(place, "prohibit")]] : []),
  lookalikes: ["nft-reject", "forward-unreachable", "forward-no-route", "route-prohibit"],
  search: [
    "Packet filtered",
    "ip route prohibit",
    "communication administratively prohibited",
    "RTN_PROHIBIT",
    "prohibit 路由",
    "ping 提示 Packet filtered",
  ],
  page: () => ({
    meaning: text(
      "The router's tables forbid this destination. The message is the one that a firewall's reject with admin-prohibited gives, so people look at the firewall first and find nothing.",
      "路由器的路由表禁止去往这个目的地。提示与防火墙 admin-prohibited 的 reject 相同，所以人们先去查防火墙，却什么也查不到。",
    ),
    evidence: text(
      "Packets: the request, at once an ICMP type 3 code 13 from the router, nothing on its far side. State: a prohibit route or rule that matches first. Counters: IcmpOutDestUnreachs; drop reason NOT_SPECIFIED at ip_error.",
      "报文：请求之后立刻有路由器发出的 ICMP 类型 3 代码 13，另一侧什么也没有。状态：先匹配到 prohibit 路由或规则。计数器：IcmpOutDestUnreachs；丢包原因 ip_error 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "nft-reject: the same message, but NETFILTER_DROP, and a rule's counter moves. route-prohibit: the route is on the asker, and ping's own text differs.",
      "nft-reject：提示相同，但丢包原因是 NETFILTER_DROP，规则的计数会增长。route-prohibit：路由在请求方，ping 的提示也不同。",
    ),
    kernel: "ip_route_input_slow: RTN_PROHIBIT → dst.error = -EACCES → ip_error: ICMP_PKT_FILTERED",
  }),
  scenario: "forward-prohibit",
  negativeTwin: "nft-reject",
});

// The router's route for the target is a blackhole: the packet is thrown away without a word.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A blackhole route on a router. */
export const cause = defineCause({
  code: "forward-blackhole",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["ip_error"], settles: "kind" }],
    counters: [],
    decides: ["route"],
  },
  title: text("thrown away by the router's blackhole route", "被路由器的 blackhole 路由丢弃"),
  headline: ({ router, target }) => {
    const where = [router || undefined, target].filter((part) => part !== undefined);
    return text(
      `thrown away by the router's blackhole route${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被路由器的 blackhole 路由丢弃${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ router, source, target, route, rule }) => {
    const line = route ?? rule;
    return text(
      `${router || "A router on the way"} gets the packet from ${source ?? "the sender"}, and what its tables hold for ${target ?? "the target"} is a blackhole${line === undefined ? "" : `: "${line}"`}. The packet is dropped without an ICMP error and without a counter. From outside it looks as if the target were silent.`,
      `${router || "途中的路由器"} 收到来自 ${source ?? "发送方"} 的报文，而它的路由表里去往 ${target ?? "目标"} 的是一条 blackhole${line === undefined ? "" : `：“${line}”`}。报文被丢弃，没有 ICMP 差错，也没有计数。从外面看就像目标不应答。`,
    );
  },
  why: () =>
    text(
      "A blackhole is a route whose purpose is to drop in silence; it is used against attacks and as a floor under prefixes a router announces.",
      "blackhole 路由的用途就是静默丢弃，常用于抵御攻击，或者给路由器通告的前缀垫底。",
    ),
  fixes: ({ router, route, rule, target }, netns) => [
    {
      ...(rule === undefined
        ? routeRemedy(netns, "del", refusingRoute("blackhole", route))
        : { edits: [{ kind: "rule", netns, verb: "del", priority: Number.parseInt(rule, 10) }] }),
      effect: text(
        `on ${router || "the router"}: takes it away (a routing daemon may put it back)`,
        `在 ${router || "路由器"} 上：删除它（路由守护进程可能会再加回来）`,
      ),
    },
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text('"Invalid argument" confirms it', "提示“Invalid argument”即可确认"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip route show table all type blackhole"),
      because: text("on the router: shows whether one covers the target", "在路由器上执行：看有没有能匹配目标的"),
    },
  ],
  faults: (place) => (place.role === "router" ? [[refusal(place, "blackhole")]] : []),
  lookalikes: ["echo-no-reply", "ip-forward-off", "nft-forward-drop", "forward-unreachable", "route-blackhole"],
  search: [
    "ip route blackhole router",
    "packets disappear at router no ICMP",
    "RTN_BLACKHOLE",
    "blackhole 路由",
    "黑洞路由",
    "路由器丢包没有 ICMP 差错",
  ],
  page: () => ({
    meaning: text(
      "The router does have a route, and the route says: throw away. Kubernetes network plugins and routing daemons make such routes for prefixes they own, as a last resort when no better route exists: then the better route is what is really missing.",
      "路由器确实有路由，而路由的意思是：扔掉。Kubernetes 网络插件和路由守护进程会为自己的前缀建这样的兜底路由；如果报文落到它上面，真正缺的是更具体的那条路由。",
    ),
    evidence: text(
      "Packets: the request in, nothing out, no ICMP error. State: a blackhole route (or rule) that is the best match. Counters: none; drop reason NOT_SPECIFIED at ip_error.",
      "报文：请求进来，什么也没出去，没有 ICMP 差错。状态：最佳匹配是一条 blackhole 路由（或规则）。计数器：没有；丢包原因 ip_error 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "ip-forward-off: IP_INADDRERRORS. forward-unreachable and forward-prohibit: an ICMP error comes back. route-blackhole: the same route on the asker; ping says Invalid argument.",
      "ip-forward-off：IP_INADDRERRORS。forward-unreachable、forward-prohibit：会收到 ICMP 差错。route-blackhole：同样的路由在请求方，ping 提示 Invalid argument。",
    ),
    kernel: "ip_route_input_slow: RTN_BLACKHOLE → dst.error = -EINVAL → ip_error: drop, no icmp_send",
  }),
  scenario: "forward-blackhole",
  negativeTwin: "ip-forward-off",
});

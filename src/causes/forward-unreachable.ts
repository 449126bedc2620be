// The router has a route of type unreachable, and says so at once.

import { defineCause, inNamespace } from "../model/cause.ts";
import { refusal } from "../model/fault-place.ts";
import { verdictOfError } from "../model/observed.ts";
import { refusingRoute, routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** "Destination Host Unreachable" from a router, without any ARP. */
export const cause = defineCause({
  code: "forward-unreachable",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["ip_error"], settles: "kind" }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false }],
    decides: ["route", "rule"],
  },
  title: text("refused by the router's unreachable route", "被路由器的 unreachable 路由拒绝"),
  headline: ({ router, target }) => {
    const where = [router || undefined, target].filter((part) => part !== undefined);
    return text(
      `refused by the router's unreachable route${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被路由器的 unreachable 路由拒绝${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ router, source, target, route, rule, basis }) => {
    if (basis !== undefined) {
      return text(
        `ICMP "host unreachable" came back from ${router || "a router on the way"} at once, too soon for an ARP that failed. An unreachable route there would do this, and so would a firewall rule that rejects; its own state was not seen.`,
        `${router || "途中的路由器"} 立刻发回了 ICMP 主机不可达，快得不像是 ARP 失败。那里的 unreachable 路由会这样，reject 规则也会；但没有看到它自己的状态。`,
      );
    }
    const line = route ?? rule;
    return text(
      `${router || "A router on the way"} gets the packet for ${target ?? "the target"}, and its best route for it is of type unreachable${line === undefined ? "" : `: "${line}"`}. It answers ${source ?? "the sender"} at once with "Destination Host Unreachable", without asking anybody by ARP. Whether the target is really there was never tried.`,
      `${router || "途中的路由器"} 收到去往 ${target ?? "目标"} 的报文，而最佳匹配是 unreachable 类型的路由${line === undefined ? "" : `：“${line}”`}。它立刻回复 ${source ?? "发送方"}“Destination Host Unreachable”，没有用 ARP 问过任何人。目标到底在不在，根本没有试过。`,
    );
  },
  why: () =>
    text(
      "A route of type unreachable drops the packet and sends ICMP type 3 code 1, the same message as for a failed ARP.",
      "unreachable 类型的路由会丢弃报文，并发出 ICMP 类型 3 代码 1，与 ARP 失败时的差错相同。",
    ),
  fixes: ({ router, route, rule, target }, netns) => [
    {
      ...(rule === undefined
        ? routeRemedy(netns, "del", refusingRoute("unreachable", route))
        : { edits: [{ kind: "rule", netns, verb: "del", priority: Number.parseInt(rule, 10) }] }),
      effect: text(
        `on ${router || "the router"}: takes it away (the next best route counts then)`,
        `在 ${router || "路由器"} 上：删除它（之后由次优路由决定）`,
      ),
    },
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text('"No route to host" confirms it', "提示“No route to host”即可确认"),
    },
  ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text('"No route to host" on the router is this', "路由器上提示“No route to host”，就是这个原因"),
    },
  ],
  faults: (place) => (place.role === "router" ? [[refusal(place, "unreachable")]] : []),
  lookalikes: [
    "forward-next-hop-arp-failed",
    "forward-no-route",
    "forward-prohibit",
    "nft-reject",
    "route-unreachable",
  ],
  search: [
    "ip route unreachable",
    "Destination Host Unreachable immediately from router",
    "RTN_UNREACHABLE",
    "unreachable 路由",
    "路由器立即返回主机不可达",
    "目标主机不可达",
  ],
  page: () => ({
    meaning: text(
      "Somebody told the router that this prefix is not to be reached: by hand, by a routing daemon, or by a VPN that blocks what must not leave outside of its tunnel.",
      "有人告诉路由器这个前缀不可达：可能是手工配置、路由守护进程，也可能是 VPN 为了不让流量绕过隧道而加的。",
    ),
    evidence: text(
      "Packets: the request, and within a millisecond an ICMP host unreachable from the router; no ARP on its far side. State: an unreachable route that is the best match. Counters: IcmpOutDestUnreachs; drop reason NOT_SPECIFIED at ip_error.",
      "报文：请求之后一毫秒内就有路由器发出的 ICMP 主机不可达；它的另一侧没有 ARP。状态：最佳匹配是 unreachable 路由。计数器：IcmpOutDestUnreachs；丢包原因 ip_error 处的 NOT_SPECIFIED。",
    ),
    tellApart: text(
      "forward-next-hop-arp-failed: the same message after three seconds, with who-has on the far link. forward-no-route: net instead of host unreachable. route-unreachable: the route is the asker's own.",
      "forward-next-hop-arp-failed：同样的提示，但要三秒后，另一侧链路上有 who-has。forward-no-route：是网络不可达而不是主机不可达。route-unreachable：路由在请求方自己身上。",
    ),
    kernel: "ip_route_input_slow: RTN_UNREACHABLE → dst.error = -EHOSTUNREACH → ip_error: ICMP_HOST_UNREACH",
  }),
  scenario: "forward-unreachable",
  negativeTwin: "forward-next-hop-arp-failed",
  check: (view) => verdictOfError(view, [[3, 1]], "possible", "at once"),
});

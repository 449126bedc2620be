// A route leads to lo for an address that is not this host's: what it sends there comes straight back, and is thrown away.

import { defineCause, inNamespace } from "../model/cause.ts";
import { routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** lo hands a packet back with the route it left by; a route of somebody else's address delivers to nobody. */
export const cause = defineCause({
  code: "route-to-lo",
  severity: "problem",
  marks: {
    drop: "unknown",
    counters: [],
    decides: ["route"],
  },
  title: text("route leads to lo", "路由指向 lo"),
  headline: ({ target }) =>
    text(
      `route leads to lo${target === undefined ? "" : `: ${target}`}`,
      `路由指向 lo${target === undefined ? "" : `：${target}`}`,
    ),
  summary: ({ target, route }) =>
    text(
      `${target ?? "The target"} is not an address of this host, but ${route === undefined ? "the route for it leads" : `the route for it, "${route}", leads`} to lo. What is sent to lo comes straight back to the same kernel, and that throws it away: no other interface sends anything, and the program is told nothing.`,
      `${target ?? "目标"} 不是本机的地址，去往它的路由${route === undefined ? "" : `“${route}”`}却指向 lo。发到 lo 的报文会直接回到同一个内核，随即被丢弃：其他接口什么也不发，程序也收不到任何错误。`,
    ),
  why: () =>
    text(
      "Only a route of type local makes the kernel take what comes in by lo. A unicast route to lo is no blackhole either: the sender gets no error.",
      "只有 local 类型的路由才会让内核收下从 lo 进来的报文。指向 lo 的单播路由也不同于 blackhole：发送方不会得到任何错误。",
    ),
  fixes: ({ route, target }, netns) => [
    {
      ...routeRemedy(netns, "del", route ?? `${target ?? "TARGET"} dev lo`),
      effect: text(
        "takes the route to lo away: the next fitting one is used",
        "删除指向 lo 的路由：改走下一条匹配的路由",
      ),
    },
  ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        '"dev lo" without "local" at the beginning is this; with "local" the address is this host\'s own',
        "显示 dev lo 而开头没有 local，就是这种情况；开头有 local 则说明地址属于本机",
      ),
    },
  ],
  lookalikes: ["dummy-swallows", "route-blackhole", "local-address-via-lo", "routing-loop"],
  search: [
    "ip route dev lo",
    "route to loopback interface no reply",
    "ping silent only on lo",
    "路由指向 lo",
    "ping 没有应答 只在 lo 上看到",
    "回环接口 路由",
  ],
  page: () => ({
    meaning: text(
      "Somebody led a prefix to lo: to swallow it, as a leaked route between VRFs, or in place of adding the address. Only an address that is configured, or a route of type local, makes the host take such packets.",
      "有人把某个前缀的路由指向了 lo：为了丢弃发往它的报文，或是 VRF 之间的路由泄漏，或是用它代替添加地址。只有配置了该地址，或有 local 类型的路由，本机才会收下这些报文。",
    ),
    evidence: text(
      "Packets: the request on lo and nowhere else, without an answer. State: a route of the main table (or a VRF's) with `dev lo`, and no local route for the address. No counter moves, and no drop reason tells of it. What a router forwards by such a route goes round on lo instead until its TTL is used up (routing-loop).",
      "报文：请求只出现在 lo 上，没有应答。状态：main 表（或某个 VRF 的表）里有 `dev lo` 的路由，而没有该地址的 local 路由。没有计数器变化，也没有对应的丢包原因。如果是路由器按这样的路由转发，报文则会在 lo 上打转，直到 TTL 用完（routing-loop）。",
    ),
    tellApart: text(
      "local-address-via-lo: request and answer on lo, the address is local. route-blackhole: the error comes at once, and lo shows nothing. dummy-swallows: the request is seen on the dummy.",
      "local-address-via-lo：请求和应答都在 lo 上，地址是本机的。route-blackhole：立刻报错，lo 上什么也没有。dummy-swallows：请求出现在 dummy 接口上。",
    ),
    kernel: "loopback_xmit keeps the dst; ip_rcv_finish_core: skb_valid_dst → dst_input = dst_discard",
  }),
  scenario: "route-to-lo",
  negativeTwin: "route-blackhole",
});

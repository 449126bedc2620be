// A route leads to lo for an address that is not this host's: what it sends there comes straight back, and cannot be answered.

import { defineCause, inNamespace } from "../model/cause.ts";
import { routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The host takes in what it sends to lo, and the answer's source is no address of its own (__ip_dev_find). */
export const cause = defineCause({
  code: "route-to-lo",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpInEchos", of: "namespace", always: false }],
    decides: ["route", "addr"],
  },
  title: text("route leads to lo", "路由指向 lo"),
  headline: ({ target }) =>
    text(
      `route leads to lo${target === undefined ? "" : `: ${target}`}`,
      `路由指向 lo${target === undefined ? "" : `：${target}`}`,
    ),
  summary: ({ target, route, protocol, state, owner }) => {
    if (state === "reply")
      return text(
        `${target ?? "The asker"} is not an address of ${owner || "the host that answers"}, but ${route === undefined ? "its route there leads" : `its route there, "${route}", leads`} to lo. So the answer never leaves: lo hands it straight back to the same kernel, where nobody waits for it. The asker sees only that no reply comes.`,
        `${target ?? "请求方"} 不是${owner ? ` ${owner} ` : "应答主机"}的地址，${route === undefined ? "那里去往它的路由" : `那里去往它的路由“${route}”`}却指向 lo。于是应答根本没有离开：lo 直接把它交回同一个内核，而那里没有人在等它。请求方只看到没有应答。`,
      );
    const [en, zh] = protocol === undefined ? ["echo request", "echo 请求"] : ["packet", "报文"];
    return text(
      `${target ?? "The target"} is not an address of this host, but ${route === undefined ? "the route for it leads" : `the route for it, "${route}", leads`} to lo. So the ${en} never leaves: lo hands it straight back, this very kernel takes it in, and cannot answer from an address that it does not have. The answer is given up without an error.`,
      `${target ?? "目标"} 不是本机的地址，去往它的路由${route === undefined ? "" : `“${route}”`}却指向 lo。于是 ${zh} 根本没有离开本机：lo 直接把它交回来，由本机内核自己收下，而本机没有这个地址，无法用它作源地址应答。应答被放弃，没有任何差错。`,
    );
  },
  why: () =>
    text(
      "Whatever a host sends out of lo counts as addressed to itself; but an answer must bear the address that was asked, and the kernel uses only its own as a source.",
      "从 lo 发出的报文都算发给本机自己；但应答必须以被请求的地址为源地址，而内核只肯用自己的地址作源地址。",
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
  lookalikes: [
    "local-route-without-address",
    "dummy-swallows",
    "route-blackhole",
    "local-address-via-lo",
    "routing-loop",
  ],
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
      "A prefix was routed to lo: to swallow it, as a leaked route between VRFs, or in place of adding the address. Only an address that is configured, or a route of type local in table local, lets the host answer for it.",
      "有人把某个前缀的路由指向了 lo：为了丢弃发往它的报文，或是 VRF 之间的路由泄漏，或是用它代替添加地址。只有配置了该地址，或 local 表里有 local 类型的路由，本机才能替它应答。",
    ),
    evidence: text(
      "Packets: the request on lo and nowhere else, without an answer. State: a route of the main table (or a VRF's) with `dev lo`, and no local route for the address; `ip route get` shows `dev lo` and `<local>` in its cache line. Counters: IcmpInEchos grows and IcmpOutEchoReps does not. There is no drop event. A program that listens for UDP on every address even gets the datagram. What a router forwards by such a route goes round on lo instead until its TTL is used up (routing-loop).",
      "报文：请求只出现在 lo 上，没有应答。状态：main 表（或某个 VRF 的表）里有 `dev lo` 的路由，而没有该地址的 local 路由；`ip route get` 的 cache 一行带 `<local>`。计数器：IcmpInEchos 增长而 IcmpOutEchoReps 不变。没有丢包事件。在所有地址上监听 UDP 的程序甚至能收到数据报。如果是路由器按这样的路由转发，报文则会在 lo 上打转，直到 TTL 用完（routing-loop）。",
    ),
    tellApart: text(
      "local-address-via-lo: request and answer on lo, the address is local. route-blackhole: the error comes at once, and lo shows nothing. dummy-swallows: the request is seen on the dummy.",
      "local-address-via-lo：请求和应答都在 lo 上，地址是本机的。route-blackhole：立刻报错，lo 上什么也没有。dummy-swallows：请求出现在 dummy 接口上。",
    ),
    kernel:
      "__mkroute_output: RTCF_LOCAL on a loopback device → ip_local_deliver → icmp_echo; ip_route_output_key: no __ip_dev_find for the source",
  }),
  scenario: "route-to-lo",
  negativeTwin: "route-blackhole",
});

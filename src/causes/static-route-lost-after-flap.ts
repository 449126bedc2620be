// The interface went down and up: the route of its address came back by itself, the ones added by hand did not.

import { defineCause, inNamespace } from "../model/cause.ts";
import { routeRemedy } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A static route that a link flap has taken away. */
export const cause = defineCause({
  code: "static-route-lost-after-flap",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route", "link"],
  },
  title: text("static route lost when the interface went down", "接口停用过，静态路由丢失"),
  headline: ({ prefix, outInterface }) => {
    const en = [prefix, outInterface === undefined ? undefined : `by ${outInterface}`].filter((p) => p !== undefined);
    const zh = [prefix, outInterface === undefined ? undefined : `（${outInterface}）`].filter((p) => p !== undefined);
    return text(
      `static route lost when the interface went down${en.length === 0 ? "" : `: ${en.join(" ")}`}`,
      `接口停用过，静态路由丢失${zh.length === 0 ? "" : `：${zh.join("")}`}`,
    );
  },
  summary: ({ target, route, outInterface }) =>
    text(
      `Before, ${route === undefined ? "a static route" : `the route "${route}"`} covered ${target ?? "the target"}; now it is gone, while ${outInterface ?? "its interface"} is up and still has its address. That is what is left when an interface goes down and up: its own subnet comes back by itself, static routes do not.`,
      `之前有${route === undefined ? "静态路由" : `路由“${route}”`}能匹配 ${target ?? "目标"}；现在它不见了，而 ${outInterface ?? "它的接口"} 是 UP 的，地址也还在。接口停用再启用之后正是这样：直连路由会自动回来，静态路由不会。`,
    ),
  why: () =>
    text(
      "When an interface is set down the kernel deletes all routes through it; setting it up adds only the routes of its own addresses.",
      "接口停用时内核会删除经过它的所有路由；启用时只会加回它自己地址的路由。",
    ),
  fixes: ({ route }, netns) => [
    {
      ...routeRemedy(netns, "add", route?.replace(/ (?:linkdown|dead)\b/g, "") ?? "default via GATEWAY"),
      effect: text("puts the route in again, until the next flap", "把路由加回来，下次接口再停用时还会丢"),
    },
    {
      advice: "ip monitor route link",
      effect: text(
        "shows when it happens again, and in which order; a network manager that owns the route puts it back each time",
        "下次发生时能看到时间和先后；让网络管理程序来维护这条路由，它每次都会加回来",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ip -s -s link show"),
      because: text(
        "carrier_changes that move between two looks show a flap",
        "两次查看之间 carrier_changes 增长，说明接口断开过",
      ),
    },
  ],
  lookalikes: [
    "no-route",
    "missing-return-route",
    "forward-no-route",
    "noprefixroute-no-connected-route",
    "link-admin-down",
    "echo-no-reply",
  ],
  search: [
    "default route disappeared after ifdown ifup",
    "ip link set down up route lost",
    "static route missing after link flap",
    "connect: Network is unreachable",
    "网卡重启后路由丢失",
    "静态路由没了",
    "默认路由消失",
  ],
  page: () => ({
    meaning: text(
      "A route that was added by hand is gone, though nobody deleted it: its interface was down for a moment. Its own subnet works, everything behind the gateway does not. What keeps routes (a network manager, a routing daemon, a script on link-up) was missing.",
      "手工添加的路由不见了，但没有人删除它：它的接口停用过一会儿。本网段是通的，网关后面的都不通。缺的是能维护路由的东西：网络管理程序、路由守护进程，或接口启用时的脚本。",
    ),
    evidence: text(
      "Two looks at the state: before, a static route through the interface; after, none of its static routes, while the interface is UP and has the same address; carrier_changes has moved. One look alone cannot show it: then it is no-route. Packets: nothing is sent. Counter: IpOutNoRoutes.",
      "需要两次状态：之前有经该接口的静态路由；之后一条也没有了，而接口是 UP 的，地址不变，carrier_changes 增长过。只有一次状态看不出来，那就只能说是 no-route。报文：什么也没发出。计数器：IpOutNoRoutes。",
    ),
    tellApart: text(
      "no-route: nothing shows that there ever was a route. link-admin-down: the interface is still down. linkdown-route-ignored: the carrier is lost, and the route is still listed.",
      "no-route：没有任何迹象表明曾经有过路由。link-admin-down：接口现在仍是 down。linkdown-route-ignored：丢失的是载波，路由还列在表里。",
    ),
    kernel: "fib_netdev_event NETDEV_DOWN → fib_disable_ip → fib_sync_down_dev, fib_flush; NETDEV_UP → fib_add_ifaddr",
  }),
  scenario: "static-route-lost-after-flap",
  negativeTwin: "no-route",
});

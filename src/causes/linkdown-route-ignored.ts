// The only route to the target is over a link that is down, and the kernel was told to skip such routes.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** ignore_routes_with_linkdown takes the route away as long as there is no carrier. */
export const cause = defineCause({
  code: "linkdown-route-ignored",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["route", "link", { sysctl: "ignore_routes_with_linkdown" }],
  },
  title: text("the only route is over a dead link, and skipped", "唯一的路由所在链路已断，被跳过"),
  headline: ({ target, route }) => {
    const en = [target, route === undefined ? undefined : `"${route}"`].filter((p) => p !== undefined).join(": ");
    const zh = [target, route === undefined ? undefined : `“${route}”`].filter((p) => p !== undefined).join("：");
    return text(
      `the only route is over a dead link, and skipped${en === "" ? "" : ` (${en})`}`,
      `唯一的路由所在链路已断，被跳过${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, route, error }) =>
    text(
      `${route === undefined ? "The only route" : `The route "${route}"`} would lead to ${target ?? "the target"}, but its link is dead or without carrier, and the kernel skips it. No other route fits, so it refuses to send${error === undefined ? "" : ` ("${error}")`}: nothing can be seen on any interface.`,
      `${route === undefined ? "唯一的路由" : `路由“${route}”`}本可以到达 ${target ?? "目标"}，但它的链路已断或没有载波，内核跳过了它。没有别的路由匹配，所以拒绝发送${error === undefined ? "" : `（“${error}”）`}：任何接口上都抓不到包。`,
    ),
  why: () =>
    text(
      "By default a route over a link without carrier stays in use, marked linkdown; with ignore_routes_with_linkdown=1 (conf/all or the interface) the lookup passes over it, so that another route can serve.",
      "默认情况下，没有载波的链路上的路由继续使用，只是带 linkdown 标记；ignore_routes_with_linkdown=1（conf/all 或该接口）时，查路由会跳过它，好让别的路由顶上。",
    ),
  fixes: ({ route, target, peerInterface, owner }, netns) => {
    const device = route?.match(/ dev (\S+)/)?.[1] ?? "IF";
    return [
      peerInterface === undefined
        ? {
            advice: inNamespace(netns, `ip -d link show ${device}`),
            effect: text(
              `shows what ${device} is connected to: bring the other end up (a veth's peer, the switch port), and the route counts again`,
              `查看 ${device} 连到哪里：把对端（veth 的另一端或交换机端口）启用，路由就会恢复生效`,
            ),
          }
        : {
            edits: [{ kind: "link", netns: owner ?? netns, device: peerInterface, up: true }],
            effect: text(
              `brings the other end of ${device} up: then there is carrier, and the route counts again`,
              `启用 ${device} 的另一端：有了载波，路由就会恢复生效`,
            ),
          },
      {
        edits: [
          { kind: "route", netns, verb: "add", destination: `${target ?? "TARGET"}/32`, via: "GATEWAY", metric: 500 },
        ],
        effect: text(
          "a second way by another link, which is what the setting is for; put a router there in place of GATEWAY",
          "经另一条链路的备用路由，这正是该设置的用途；GATEWAY 请换成那一侧的路由器",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -a -r 'conf.*ignore_routes_with_linkdown'"),
      because: text(
        "1 for all or for the interface of a route marked linkdown means it is this",
        "all 或带 linkdown 标记的路由所在接口为 1，就是这个原因",
      ),
    },
  ],
  lookalikes: ["no-route", "peer-down", "link-admin-down", "multipath-dead-nexthop"],
  search: [
    "ignore_routes_with_linkdown",
    "linkdown",
    "NO-CARRIER",
    "connect: Network is unreachable",
    "路由 linkdown",
    "没有载波",
    "网络不可达",
  ],
  page: () => ({
    meaning: text(
      "The route to the target leads over an interface without carrier. Where ignore_routes_with_linkdown is set, such a route does not count, and without an alternative there is no route at all. Routing daemons set it so that traffic moves to another link at once.",
      "去往目标的路由经过一个没有载波的接口。打开 ignore_routes_with_linkdown 后，这种路由不算数；没有备用路由就等于没有路由。路由守护进程打开它，是为了链路一断流量就切换到别的链路。",
    ),
    evidence: text(
      "Packets: none. ping prints `connect: Network is unreachable`; with an alternative route the packet leaves by that. State: `linkdown` or `dead` at the route, NO-CARRIER at the interface, the sysctl. Counter: IpOutNoRoutes.",
      "报文：没有。ping 打印 `connect: Network is unreachable`；如果有备用路由，报文从那里走。状态：路由带 `linkdown` 或 `dead`，接口 NO-CARRIER，以及这个 sysctl。计数器：IpOutNoRoutes。",
    ),
    tellApart: text(
      "peer-down: the sysctl is 0, the dead route is used, and a host unreachable comes after three seconds. no-route: no route fits, dead or alive. link-admin-down: the own interface is not UP, its routes are gone.",
      "peer-down：sysctl 为 0，仍然使用这条断掉的路由，约三秒后才报主机不可达。no-route：无论死活都没有匹配的路由。link-admin-down：自己的接口没有 UP，路由已经消失。",
    ),
    kernel:
      "fib_lookup_good_nhc: RTNH_F_LINKDOWN and ip_ignore_linkdown (IN_DEV_IGNORE_ROUTES_WITH_LINKDOWN: IN_DEV_ORCONF)",
  }),
  scenario: "linkdown-route-ignored",
  negativeTwin: "two-namespaces-peer-down",
});

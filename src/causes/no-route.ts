// No routing table of the pinging host covers the target: the ping fails before any packet exists.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { askedFrom } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The lookup finds nothing, not even a default route. */
export const cause = defineCause({
  code: "no-route",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["route", "rule"],
    asked: { threads: 9, order: 1 },
    lookedUp: "target",
  },
  title: text("no route to the target", "没有去往目标的路由"),
  headline: ({ target, state, outInterface }) =>
    state === "vrf" && target !== undefined && outInterface !== undefined
      ? text(
          `no route to the target: ${target} is reached in VRF ${outInterface} only`,
          `没有去往目标的路由：${target} 只在 VRF ${outInterface} 里可达`,
        )
      : target === undefined
        ? text("no route to the target", "没有去往目标的路由")
        : text(`no route to the target: ${target}`, `没有去往目标的路由：${target}`),
  summary: ({ target, error, basis, state, outInterface, table, route }) =>
    state === "vrf" || state === "other-table"
      ? text(
          `A route for ${target ?? "the target"}${route === undefined ? "" : ` ("${route}")`} stands in table ${table ?? "of its own"}, ${state === "vrf" ? `that of the VRF ${outInterface ?? "it belongs to"}, and the ping is not bound to it` : "and the rules that hold for this ping take no route from it"}; no table that is asked has one. The kernel therefore refuses${error === undefined ? "" : ` ("${error}")`} before a packet is made: nothing can be seen on any interface.`,
          `去往 ${target ?? "目标"} 的路由${route === undefined ? "" : `（“${route}”）`}在表 ${table ?? "另一张表"} 里，${state === "vrf" ? `这是 VRF ${outInterface ?? ""} 的表，而 ping 没有绑定到它` : "而对这个 ping 生效的规则都没有从它取到路由"}；会用到的表里都没有。内核在生成报文之前就拒绝了${error === undefined ? "" : `（“${error}”）`}，所以任何接口上都抓不到包。`,
        )
      : state === "looped"
        ? text(
            `The ping is bound to ${outInterface ?? "lo"}, and no route to ${target ?? "the target"} leads out of it. What is sent out of lo comes back to this host at once, which cannot answer from an address that it does not have. Nothing leaves the host.`,
            `这个 ping 绑定在 ${outInterface ?? "lo"} 上，而没有一条去往 ${target ?? "目标"} 的路由从那里出去。从 lo 发出的报文立刻回到本机，而本机没有这个地址，无法用它应答。没有任何报文离开主机。`,
          )
        : state === "bound"
          ? text(
              `The ping is bound to ${outInterface ?? "an interface"}, and no route to ${target ?? "the target"} leads out of it. The kernel then takes the target for a neighbour on that link and asks for its MAC address there, where nobody has it. The route is missing, not an owner: a route to the target out of that interface, by its gateway, in a table that this lookup meets.`,
              `这个 ping 绑定在 ${outInterface ?? "某个接口"} 上，而没有一条去往 ${target ?? "目标"} 的路由从那里出去。于是内核把目标当成这条链路上的邻居，在那里询问它的 MAC，当然没有人应答。缺的是路由而不是地址的拥有者：需要一条从该接口经它的网关去往目标的路由，并且要放在这次查找会用到的路由表里。`,
            )
          : basis === "ping"
            ? text(
                `The pinging host's own kernel refuses to send to ${target ?? "the target"}${error === undefined ? "" : ` ("${error}")`}: it finds no route that fits. Nothing leaves, so nothing can be seen on any interface. Its tables were not shown: a route may be missing altogether, or it went away with an interface that is down, or a rule or a throw route says so.`,
                `发起 ping 的主机自己的内核拒绝向 ${target ?? "目标"} 发送${error === undefined ? "" : `（“${error}”）`}：查不到合适的路由。什么也没有发出，所以任何接口上都抓不到包。没有看到它的路由表：可能根本没有这条路由，可能接口 down 掉时路由随之消失，也可能是策略规则或 throw 路由造成的。`,
              )
            : text(
                `No route of the pinging host covers ${target ?? "the target"}, and there is no default route that would. The kernel therefore refuses${error === undefined ? "" : ` ("${error}")`} before a packet is made: nothing can be seen on any interface.`,
                `发起 ping 的主机没有任何路由能匹配 ${target ?? "目标"}，也没有能用的默认路由。内核在生成报文之前就拒绝了${error === undefined ? "" : `（“${error}”）`}，所以任何接口上都抓不到包。`,
              ),
  why: () =>
    text(
      "Sending begins with a route lookup; when no rule leads to a table with a fitting route, the answer is ENETUNREACH and the socket call fails.",
      "发送的第一步是查路由；如果所有规则指向的表里都没有匹配的路由，结果就是 ENETUNREACH，套接字调用失败。",
    ),
  fixes: ({ target, outInterface, state, gateway }, netns) =>
    state === "vrf"
      ? [
          {
            edits: [
              {
                kind: "question",
                ...askedFrom(netns),
                target: target ?? "TARGET",
                bind: outInterface ?? "VRF",
                atFault: true,
              },
            ],
            effect: text("binds the ping to the VRF that has the route", "把 ping 绑定到有这条路由的 VRF"),
          },
        ]
      : state === "looped"
        ? [
            {
              edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: null, atFault: true }],
              effect: text("leaves the interface to the routing table", "让路由表来选择接口"),
            },
          ]
        : state === "bound"
          ? [
              {
                edits: [
                  {
                    kind: "route",
                    netns,
                    verb: "add",
                    destination: "default",
                    via: gateway ?? "GATEWAY",
                    device: outInterface ?? "IF",
                    metric: 4096,
                  },
                ],
                effect: text(
                  "gives sockets that are bound to this interface a way out; by its high metric nothing else takes it while there is another default route",
                  "为绑定在该接口上的套接字指定出口；metric 较大，只要还有别的默认路由，其他报文就不会走它",
                ),
              },
            ]
          : [
              {
                edits: [{ kind: "route", netns, verb: "add", destination: "default", via: "GATEWAY" }],
                effect: text(
                  "gives the host a way to everything that is not on its own links; put your router's address in place of GATEWAY",
                  "为不在本链路上的所有地址指定出口；GATEWAY 请换成你的路由器地址",
                ),
              },
              {
                edits: [
                  {
                    kind: "route",
                    netns,
                    verb: "add",
                    destination: `${target ?? "TARGET"}/32`,
                    device: outInterface ?? "IF",
                  },
                ],
                effect: text(
                  "if the target is on a link of this host: put that interface there; giving the interface an address in the target's subnet does the same",
                  "如果目标就在本机的某条链路上，用那个接口；给接口配置一个与目标同子网的地址也可以",
                ),
              },
            ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        '"Network is unreachable" here as well: no route, a throw route, or an unreachable rule; `ip rule` and `ip route show table all` tell which',
        "这里同样报“Network is unreachable”时：没有路由、throw 路由或 unreachable 规则；用 `ip rule` 和 `ip route show table all` 区分",
      ),
    },
  ],
  faults: ({ role, onward }) => (role === "asker" && onward !== null ? [[onward]] : []),
  lookalikes: [
    "route-throw",
    "policy-rule-reject",
    "link-admin-down",
    "noprefixroute-no-connected-route",
    "linkdown-route-ignored",
    "static-route-lost-after-flap",
  ],
  search: [
    "connect: Network is unreachable",
    "no default route",
    "ENETUNREACH",
    "ping network is unreachable",
    "网络不可达",
    "没有路由",
    "没有默认路由",
  ],
  page: () => ({
    meaning: text(
      "The pinging host has no route that covers the target. Usual grounds: a new namespace or container without a default route, an interface without an address (so without a connected route), routes that vanished when their interface went down.",
      "发起 ping 的主机没有匹配目标的路由。常见原因：新建的命名空间或容器没有默认路由；接口没有配地址（因而没有直连路由）；接口 down 过一次，路由随之消失。",
    ),
    evidence: text(
      "Packets: none, not even ARP. ping prints `connect: Network is unreachable` at once. State: no route in any table that the rules reach covers the target. Counters: IpOutNoRoutes moves; there is no drop event, because no packet ever existed.",
      "报文：没有，连 ARP 也没有。ping 立刻打印 `connect: Network is unreachable`。状态：规则所及的路由表里没有匹配目标的路由。计数器：IpOutNoRoutes 增长；没有丢包事件，因为报文根本没有生成。",
    ),
    tellApart: text(
      "route-throw and a rule of type unreachable give the same error: only the tables tell. link-admin-down: the address is there, its interface is down and took its routes along. `No route to host` is route-unreachable, `Invalid argument` route-blackhole. If a router says Net Unreachable, the route is missing there (forward-no-route).",
      "route-throw 和 unreachable 类型的规则报同样的错，只有看路由表才能区分。link-admin-down：地址在，但接口没有启用，路由随之消失。`No route to host` 是 route-unreachable，`Invalid argument` 是 route-blackhole。如果是路由器报 Net Unreachable，缺路由的是路由器（forward-no-route）。",
    ),
    kernel: "ip_route_output_key_hash_rcu: fib_lookup fails and no oif → -ENETUNREACH (IPSTATS_MIB_OUTNOROUTES)",
  }),
  scenario: "no-route",
  negativeTwin: "route-blackhole",
  // A socket bound to an interface takes every address as on-link there: then a missing route is not the reason.
  check: (view) =>
    view.flow.printed?.boundInterface
      ? null
      : verdictOfRefusal(
          view,
          [
            ["connect", "ENETUNREACH"],
            ["sendmsg", "ENETUNREACH"],
          ],
          "likely",
        ),
});

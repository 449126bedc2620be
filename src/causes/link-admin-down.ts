// The pinging host's own interface is not enabled: its routes are gone and nothing can leave by it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** `ip link set … up` was never done, or undone. */
export const cause = defineCause({
  code: "link-admin-down",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["link"],
    asked: { threads: 8, order: 6 },
    waits: "neighbour",
  },
  title: text("the own interface is down", "本机接口没有启用"),
  headline: ({ outInterface }) =>
    outInterface === undefined
      ? text("the own interface is down", "本机接口没有启用")
      : text(`the own interface is down: ${outInterface}`, `本机接口没有启用：${outInterface}`),
  summary: ({ target, outInterface, error }) =>
    text(
      `${outInterface ?? "The outgoing interface"} is not UP: somebody set it down, or nobody ever set it up. The routes over it are gone with it, so nothing can be sent to ${target ?? "the target"}${error === undefined ? "" : ` ("${error}")`}, and nothing can be captured there.`,
      `${outInterface ?? "出接口"} 没有 UP：有人把它关了，或者从来没有启用过。经过它的路由也随之消失，所以什么也发不到 ${target ?? "目标"}${error === undefined ? "" : `（“${error}”）`}，在这个接口上也抓不到包。`,
    ),
  why: () =>
    text(
      "When an interface is set down the kernel removes the connected and static routes over it; only the local route of its address stays.",
      "接口被关闭时，内核会删除经过它的直连路由和静态路由，只保留它自己地址的 local 路由。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: outInterface ?? "IF", up: true }],
      effect: text(
        "enables the interface; connected routes come back by themselves, static routes must be added again",
        "启用接口；直连路由会自动恢复，静态路由需要重新添加",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -br link show ${outInterface ?? "IF"}`),
      because: text(
        "without UP inside <…> the interface itself is down; with UP and NO-CARRIER it is the other end (peer-down)",
        "<…> 里没有 UP，就是接口自己没有启用；有 UP 又有 NO-CARRIER，则是对端的问题（peer-down）",
      ),
    },
  ],
  faults: ({ netns, role, outInterface }) =>
    role !== "target" && outInterface !== null ? [[{ kind: "link", netns, device: outInterface, up: false }]] : [],
  lookalikes: ["peer-down", "no-route", "noprefixroute-no-connected-route", "static-route-lost-after-flap"],
  search: [
    "interface state DOWN",
    "connect: Network is unreachable",
    "ip link set up",
    "veth state DOWN new namespace",
    "网卡没有 up",
    "接口 down",
    "网络不可达",
  ],
  page: () => ({
    meaning: text(
      "The interface that leads to the target is administratively down. New interfaces start down, and an interface that is moved into another namespace goes down again; both ends of a veth pair must be set up.",
      "通往目标的接口处于管理性关闭状态。新建的接口默认是关闭的，移进别的命名空间的接口也会变回关闭；veth 的两端都要分别启用。",
    ),
    evidence: text(
      "Packets: none; tcpdump cannot even capture on the interface. ping prints `connect: Network is unreachable` at once, also with -I. State: no UP flag, no route over the interface, but its address is still in table `local`. Counters: IpOutNoRoutes.",
      "报文：没有，tcpdump 甚至无法在该接口上抓包。ping 立刻打印 `connect: Network is unreachable`，带 -I 也一样。状态：没有 UP 标志，没有经过该接口的路由，但它的地址仍在 local 表里。计数器：IpOutNoRoutes。",
    ),
    tellApart: text(
      "peer-down: the own interface has UP but NO-CARRIER, the route is marked linkdown, and the error is Destination Host Unreachable after three seconds. no-route: all interfaces are UP. An own address on a down interface still answers (address-on-down-interface).",
      "peer-down：自己的接口有 UP 但 NO-CARRIER，路由带 linkdown 标记，约三秒后才报 Destination Host Unreachable。no-route：所有接口都是 UP。配在已关闭接口上的本机地址仍然会应答（address-on-down-interface）。",
    ),
    kernel:
      "fib_netdev_event: NETDEV_DOWN → fib_sync_down_dev; ip_route_output_key_hash_rcu: !(dev->flags & IFF_UP) → -ENETUNREACH",
  }),
  scenario: "link-admin-down",
  negativeTwin: "two-namespaces-peer-down",
  // With -I INTERFACE the route lookup has no other reason for this error.
  check: (view) =>
    view.flow.printed?.boundInterface ? verdictOfRefusal(view, [["connect", "ENETUNREACH"]], "likely") : null,
});

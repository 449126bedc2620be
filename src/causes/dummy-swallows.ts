// A route leads into a dummy interface, which throws everything away.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Sent into nothing. */
export const cause = defineCause({
  code: "dummy-swallows",
  severity: "problem",
  marks: { drop: "silent", counters: [], decides: ["link", "route"] },
  title: text("sent into a dummy interface", "发进了 dummy 接口"),
  headline: ({ outInterface }) =>
    text(
      `sent into a dummy interface${outInterface === undefined ? "" : ` (${outInterface})`}`,
      `发进了 dummy 接口${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface }) =>
    text(
      `The route for ${target ?? "the target"} leads to ${outInterface ?? "a dummy interface"}, which is a dummy: it counts the packet as sent and throws it away. tcpdump shows it leaving, and no other machine ever sees it.`,
      `去 ${target ?? "目标"} 的路由通向 ${outInterface ?? "一个 dummy 接口"}，而它是 dummy：把报文算作已发送，随即丢弃。tcpdump 能看到它发出，别的机器却永远收不到。`,
    ),
  why: () =>
    text(
      "A dummy interface has no other end; it exists to hold addresses.",
      "dummy 接口没有另一端；它只是用来放地址的。",
    ),
  fixes: ({ target }, netns) => [
    {
      edits: [{ kind: "route", netns, verb: "del", destination: `${target ?? "TARGET"}/32` }],
      effect: text(
        "takes the route into the dummy away: the next fitting one is used",
        "删掉通向 dummy 的路由：改用下一条匹配的路由",
      ),
    },
  ],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text("the device behind dev is the dummy", "dev 后面的接口就是 dummy"),
    },
  ],
  lookalikes: ["echo-no-reply", "route-blackhole"],
  search: ["dummy interface ping no reply", "dummy0 route blackhole", "dummy 接口 不通", "路由指向 dummy"],
  page: () => ({
    meaning: text(
      "Dummy interfaces hold addresses that belong to no wire: anycast and service addresses, test networks. A subnet on one makes a route that swallows what is meant for real hosts of that subnet.",
      "dummy 接口用来放不属于任何链路的地址：任播地址、服务地址、测试网段。在它上面配置一个子网，就会有一条路由吞掉发给该子网真实主机的报文。",
    ),
    evidence: text(
      "Packets: the echo request on the dummy interface and nowhere else; no ARP. State: the route's device is of kind dummy. There is no drop event: the kernel takes the packet as sent.",
      "报文：echo 请求只出现在 dummy 接口上；没有 ARP。状态：路由的设备类型是 dummy。没有丢包事件：内核把它算作已发送。",
    ),
    tellApart: text(
      "route-blackhole: ping prints “Invalid argument”, and no packet is made.",
      "route-blackhole：ping 显示“Invalid argument”，根本不会产生报文。",
    ),
    kernel: "dummy_xmit: dev_lstats_add, dev_kfree_skb",
  }),
  scenario: "dummy-swallows",
  negativeTwin: "two-namespaces",
});

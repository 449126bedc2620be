// An MTU below 68 takes IPv4 off an interface: its addresses and routes are gone, and what needs it fails.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Too small for IPv4 at all. */
export const cause = defineCause({
  code: "mtu-below-68",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false, sometimes: true }],
    decides: ["link"],
  },
  title: text("MTU below 68: no IPv4 on the interface", "MTU 小于 68：接口上没有 IPv4"),
  headline: ({ outInterface, mtu }) => {
    const what = [outInterface, mtu === undefined ? undefined : `mtu ${mtu}`].filter((p) => p !== undefined);
    return text(
      `MTU below 68: no IPv4 on the interface${what.length === 0 ? "" : ` (${what.join(", ")})`}`,
      `MTU 小于 68：接口上没有 IPv4${what.length === 0 ? "" : `（${what.join("，")}）`}`,
    );
  },
  summary: ({ target, outInterface, mtu, error }) =>
    text(
      `The way to ${target ?? "the target"} needs ${outInterface ?? "an interface"}, whose MTU is ${mtu ?? "below 68"}. IPv4 cannot live with less than 68 bytes, so the kernel has taken it off that interface, with all addresses and routes. Nothing is sent${error === undefined ? "" : ` ("${error}")`}.`,
      `去往 ${target ?? "目标"} 要用到 ${outInterface ?? "某个接口"}，而它的 MTU 是 ${mtu ?? "小于 68 的值"}。IPv4 至少需要 68 字节，所以内核在这个接口上停用了 IPv4，地址和路由都没有了。什么也没有发出${error === undefined ? "" : `（“${error}”）`}。`,
    ),
  why: () =>
    text(
      "RFC 791 asks every module to carry 68 bytes unfragmented; when an interface's MTU falls below, the kernel destroys its IPv4 configuration.",
      "RFC 791 要求不分片就能承载 68 字节；接口 MTU 低于这个值时，内核会销毁它的 IPv4 配置。",
    ),
  fixes: ({ outInterface }, netns) => {
    const device = outInterface ?? "IF";
    const isLo = device === "lo";
    return [
      {
        edits: [{ kind: "link", netns, device, mtu: Number(isLo ? "65536" : "1500") }],
        effect: text(
          isLo
            ? "gives lo its usual MTU; 127.0.0.1 comes back with the next `ip link set lo up`"
            : "gives the interface a usual MTU",
          isLo ? "恢复 lo 的常规 MTU；下一次 `ip link set lo up` 时 127.0.0.1 会回来" : "恢复接口的常规 MTU",
        ),
      },
      {
        edits: [{ kind: "address", netns, verb: "add", address: isLo ? "127.0.0.1/8" : "ADDRESS/LENGTH", device }],
        effect: text("the addresses do not come back by themselves", "地址不会自动回来"),
      },
    ];
  },
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip link show ${outInterface ?? "IF"}`),
      because: text("an mtu below 68 means it is this", "mtu 小于 68，就是这个原因"),
    },
  ],
  lookalikes: [
    "no-route",
    "lo-down",
    "route-blackhole",
    "target-has-no-address",
    "missing-return-route",
    "echo-no-reply",
  ],
  search: [
    "mtu 60 ip address disappeared",
    "connect: Invalid argument",
    "inetdev_valid_mtu",
    "lo mtu",
    "MTU 太小 地址消失",
    "ping 自己不通",
  ],
  page: () => ({
    meaning: text(
      "Somebody set the MTU of an interface below 68 bytes. IPv4 on it ends at once: addresses and routes vanish, as if they had been deleted, and on lo even pings to own addresses on other interfaces fail.",
      "有人把接口的 MTU 设到了 68 字节以下。该接口上的 IPv4 立即失效：地址和路由像被删除了一样消失；如果是 lo，连 ping 本机其他接口上的地址都会失败。",
    ),
    evidence: text(
      "Packets: none. State: an interface that is UP with an mtu below 68 and without an IPv4 address. ping prints `connect: Invalid argument` for an own address where lo is meant, `connect: Network is unreachable` for 127.0.0.1. Kernel: IpOutNoRoutes may move; there is no drop event.",
      "报文：没有。状态：接口是 UP 的，mtu 小于 68，没有 IPv4 地址。如果是 lo，ping 自己的地址会打印 `connect: Invalid argument`，ping 127.0.0.1 会打印 `connect: Network is unreachable`。内核：IpOutNoRoutes 可能增长，没有丢包事件。",
    ),
    tellApart: text(
      "lo-down: lo is not UP, and the ping starts but gets no reply. route-blackhole: the same Invalid argument from a route of that type. no-route: the interface has its address, and only the route is missing. Most drivers, veth among them, refuse so small an MTU; lo and dummy take it.",
      "lo-down：lo 没有 UP，ping 能开始但收不到应答。route-blackhole：同样是 Invalid argument，来自该类型的路由。no-route：接口有地址，只是缺路由。多数驱动（包括 veth）拒绝这么小的 MTU，lo 和 dummy 则接受。",
    ),
    kernel:
      "inetdev_event (NETDEV_CHANGEMTU): !inetdev_valid_mtu → inetdev_destroy; __mkroute_output: no in_device → EINVAL",
  }),
  scenario: "mtu-below-68",
  negativeTwin: "lo-down",
});

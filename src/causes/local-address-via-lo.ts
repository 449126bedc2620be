// The pinged address is the pinger's own: request and reply both stay on lo.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { echoes, isLoopbackVantage } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** A ping of an own address never reaches the interface that holds it. */
export const cause = defineCause({
  code: "local-address-via-lo",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "rule", "route"],
    asked: { threads: 10, order: 2 },
  },
  title: text("own address: the ping stays on lo", "目标是本机地址：ping 只走 lo"),
  headline: ({ target, ownerInterface }) => {
    if (target === undefined) return text("own address: the ping stays on lo", "目标是本机地址：ping 只走 lo");
    const on =
      ownerInterface === undefined ? text("", "") : text(` on ${ownerInterface}`, `，配在 ${ownerInterface} 上`);
    return text(
      `own address: the ping stays on lo (${target}${on.en})`,
      `目标是本机地址：ping 只走 lo（${target}${on.zh}）`,
    );
  },
  summary: ({ target, ownerInterface }) =>
    text(
      `${target ?? "The pinged address"} belongs to the host that pings it. Request and reply both travel on lo; ${ownerInterface === undefined || ownerInterface === "lo" ? "on any other interface" : `on ${ownerInterface}`} nothing is seen, and no ARP is needed. The answer says nothing about any cable or veth pair: that is tested from another namespace or host, where the address is not local.`,
      `${target ?? "被 ping 的地址"} 就是本机自己的地址。请求和应答都走 lo，${ownerInterface === undefined || ownerInterface === "lo" ? "其他接口" : ownerInterface} 上什么也看不到，也不需要 ARP。所以 ping 通并不能说明网线或 veth 是好的：要测试链路，得从另一个命名空间或主机 ping，在那里它不是本机地址。`,
    ),
  why: () =>
    text(
      "Rule 0 asks table `local` before all others, and a route of type local always means lo, whatever device it names, even while that interface is down.",
      "规则 0 最先查 local 路由表，local 类型的路由一律走 lo，不论它写的是哪个设备，即使那个接口处于关闭状态也一样。",
    ),
  fixes: ({ target }, netns) => [
    {
      advice: inNamespace(netns, "tcpdump -n -i lo icmp"),
      effect: text("shows request and reply where they travel", "在请求和应答实际经过的地方看到它们"),
    },
    {
      advice: `sudo ip netns exec NAME ping ${target ?? "ADDRESS"}`,
      effect: text(
        "to test the wire, ping from another host or namespace",
        "要测试链路，请从另一台主机或另一个命名空间 ping",
      ),
    },
  ],
  lookalikes: ["reply-via-lo", "accept-local-off"],
  search: [
    "ping own IP tcpdump shows nothing",
    "ping own address uses loopback",
    "table local",
    "ping 本机地址抓不到包",
    "ping 自己的 IP 走 lo",
    "local 路由表",
  ],
  page: () => ({
    meaning: text(
      "The address that is pinged is one of the pinging host's own. The kernel delivers such packets to itself over lo, whichever interface the address is on, and even while that interface is down. That is intended; it only surprises those who capture on the interface.",
      "被 ping 的地址是本机自己的地址之一。无论地址配在哪个接口上，甚至该接口已关闭，内核都会经 lo 把报文交给自己。这是设计如此，只是会让在该接口上抓包的人感到意外。",
    ),
    evidence: text(
      "Packets: echo request and reply on lo only, usually with the same source and destination; no ARP. State: `local T dev … table local`, `ip route get T` says dev lo. Counters: IcmpInEchos and IcmpInEchoReps move on the same host.",
      "报文：echo 请求和应答只在 lo 上，源和目的通常相同；没有 ARP。状态：`local T dev … table local`，`ip route get T` 显示 dev lo。计数器：IcmpInEchos 和 IcmpInEchoReps 在同一台主机上增长。",
    ),
    tellApart: text(
      "With `ping -I` of another interface the local entry is skipped and the request does go out: see accept-local-off and reply-via-lo.",
      "如果 `ping -I` 指定了另一个接口，local 表项会被跳过，请求会真的发出去：见 accept-local-off 和 reply-via-lo。",
    ),
    kernel: "ip_route_output_key_hash_rcu: RTN_LOCAL → dev_out = net->loopback_dev; fib rule 0 → RT_TABLE_LOCAL",
  }),
  scenario: "own-address",
  negativeTwin: "two-namespaces",
  check: ({ flow }) => {
    const exchange = echoes(flow).find(
      (e) => e.request?.sightings.every((s) => isLoopbackVantage(s.frame.vantage)) ?? false,
    );
    const request = exchange?.request;
    if (!exchange || !request || flow.errors > 0) return null;
    const frames = [request, ...exchange.replies].flatMap((j) => j.sightings.map((s) => s.frame));
    return {
      certainty: "likely",
      netns: frames[0]?.vantage.netns ?? null,
      interface: "lo",
      facts: { target: formatIpv4(flow.dst), source: formatIpv4(exchange.source) },
      evidence: [{ basis: "seen", text: text("the request itself is on lo", "请求本身就走 lo"), frames }],
      ruledOut: [],
    };
  },
});

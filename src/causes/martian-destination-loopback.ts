// A packet for 127.0.0.0/8 comes in by a real interface.

import { defineCause, inNamespace } from "../model/cause.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** 127.x as a destination on the wire. */
export const cause = defineCause({
  code: "martian-destination-loopback",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_LOCALNET", settles: "cause" }], arp: "silent" },
    counters: [],
    decides: [{ sysctl: "route_localnet" }],
    waits: "neighbour",
  },
  title: text("refused as martian: a loopback destination on the wire", "作为 martian 丢弃：线上出现环回目的地址"),
  headline: ({ target, inInterface }) => {
    const where = [target, inInterface].filter((part) => part !== undefined);
    return text(
      `refused as martian: a loopback destination on the wire${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `作为 martian 丢弃：线上出现环回目的地址${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface }) =>
    text(
      `The packet from ${source ?? "the sender"} is addressed to ${target ?? "a 127.x address"} and comes in by ${inInterface ?? "a real interface"}. Such an address is valid only inside a host, on lo; the kernel drops the packet before any route is looked at.`,
      `来自 ${source ?? "发送方"} 的报文，目的地址是 ${target ?? "127.x 地址"}，却从 ${inInterface ?? "真实接口"} 进来。这种地址只在主机内部、在 lo 上有效；内核在查路由之前就丢弃它。`,
    ),
  why: () =>
    text(
      "The destination is checked before the source, and both before the route; only route_localnet (all OR the interface) lets 127.x in.",
      "目的地址先于源地址检查，两者都在查路由之前；只有 route_localnet（all 或接口任一为 1）能放行 127.x。",
    ),
  fixes: ({ source, inInterface }, netns) => [
    {
      advice: "ip -br addr",
      effect: text(
        `on the target: shows the address to use instead of 127.x${source === undefined ? "" : ` when asking from ${source}`}`,
        `在目标上执行：${source === undefined ? "" : `从 ${source} 访问时，`}应当用这里显示的地址代替 127.x`,
      ),
    },
    {
      edits: [setting(netns, { [confKey(inInterface ?? "IF", "route_localnet")]: "1" })],
      effect: text(
        "only where a DNAT rule to 127.x is meant: without further filtering local services are open to the network",
        "只用于有意 DNAT 到 127.x 的场景：如果不另加过滤，本地服务会暴露给网络",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -w net.ipv4.conf.all.log_martians=1"),
      because: text("then dmesg names it: martian destination", "之后 dmesg 会写明：martian destination"),
    },
  ],
  lookalikes: ["echo-no-reply", "martian-source-loopback", "arp-loopback-target", "rp-filter-strict"],
  search: [
    "martian destination 127.0.0.1",
    "DNAT to 127.0.0.1 does not work",
    "route_localnet",
    "IP_LOCALNET",
    "DNAT 到 127.0.0.1 不通",
    "环回地址 目的地址",
  ],
  page: () => ({
    meaning: text(
      "A packet for 127.x arrived from outside: a neighbour entry or route set by hand, or a DNAT rule in prerouting that sends traffic to a service listening on localhost.",
      "发往 127.x 的报文从外面进来：可能是手工配置的邻居或路由，也可能是 prerouting 里的 DNAT 规则把流量转给监听 localhost 的服务。",
    ),
    evidence: text(
      "Packets: the packet at the interface, no reply; ARP for such a target is not answered either. State: route_localnet 0. Kernel: IP_LOCALNET at ip_rcv_finish_core; with log_martians=1 `martian destination 127.0.0.1 from …`.",
      "报文：接口上有该报文，没有应答；对这种目标的 ARP 也不会有应答。状态：route_localnet 为 0。内核：ip_rcv_finish_core 处的 IP_LOCALNET；log_martians=1 时记录 `martian destination 127.0.0.1 from …`。",
    ),
    tellApart: text(
      "martian-source-loopback: the log says martian source. arp-loopback-target: ARP asks for 127.x, so the packet never leaves the sender.",
      "martian-source-loopback：日志写的是 martian source。arp-loopback-target：ARP 询问的就是 127.x，报文根本没发出。",
    ),
    kernel: "ip_route_input_slow: ipv4_is_loopback(daddr) && !IN_DEV_NET_ROUTE_LOCALNET (IN_DEV_ORCONF) → IP_LOCALNET",
  }),
  scenario: "martian-destination-loopback",
  negativeTwin: "martian-source-loopback",
});

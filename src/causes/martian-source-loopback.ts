// A packet from 127.0.0.0/8 comes in by a real interface.

import { defineCause, inNamespace } from "../model/cause.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** 127.x as a source on the wire. */
export const cause = defineCause({
  code: "martian-source-loopback",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_LOCALNET", settles: "cause" }], arp: "silent" },
    counters: [],
    decides: [{ sysctl: "route_localnet" }],
    waits: "neighbour",
  },
  title: text("refused as martian: a loopback source on the wire", "作为 martian 丢弃：线上出现环回源地址"),
  headline: ({ source, inInterface }) => {
    const where = [source, inInterface].filter((part) => part !== undefined);
    return text(
      `refused as martian: a loopback source on the wire${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `作为 martian 丢弃：线上出现环回源地址${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface }) =>
    text(
      `The packet from ${source ?? "a 127.x address"} to ${target ?? "the target"} comes in by ${inInterface ?? "a real interface"}. Addresses of 127.0.0.0/8 mean "this host" and have no business on a wire, so the kernel drops it before it looks at any route. Nobody could answer it either.`,
      `从 ${source ?? "127.x 地址"} 到 ${target ?? "目标"} 的报文从 ${inInterface ?? "真实接口"} 进来。127.0.0.0/8 表示“本机自己”，不该出现在线上，所以内核在查路由之前就丢弃它。就算收下，也没法应答。`,
    ),
  why: () =>
    text(
      "RFC 1122 forbids loopback addresses outside of a host; route_localnet (all OR the interface) lifts the ban, rp_filter has no say.",
      "RFC 1122 禁止环回地址出现在主机之外；route_localnet（all 或接口任一为 1）可以解除，与 rp_filter 无关。",
    ),
  fixes: ({ target, inInterface }, netns) => [
    {
      advice: `ip route get ${target ?? "TARGET"}`,
      effect: text(
        "on the sender: shows the source it takes; let it use an address of its outgoing interface",
        "在发送方执行：看它选的源地址；应当使用出接口自己的地址",
      ),
    },
    {
      edits: [setting(netns, { [confKey(inInterface ?? "IF", "route_localnet")]: "1" })],
      effect: text(
        "only if really wanted (some NAT setups): opens services on 127.x to the network",
        "只在确有需要时使用（某些 NAT 场景）：会把 127.x 上的服务暴露给网络",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -w net.ipv4.conf.all.log_martians=1"),
      because: text("then dmesg names it: martian source", "之后 dmesg 会写明：martian source"),
    },
  ],
  lookalikes: ["echo-no-reply", "martian-destination-loopback", "martian-source-invalid", "rp-filter-strict"],
  search: [
    "martian source 127.0.0.1",
    "route_localnet",
    "IP_LOCALNET",
    "127.0.0.1 出现在网卡上",
    "环回地址 源地址",
    "martian source",
  ],
  page: () => ({
    meaning: text(
      "Somebody sent with a source of 127.x, mostly by a NAT rule that rewrites the destination of local traffic and forgets the source, or by a program that binds to localhost.",
      "有人用 127.x 作源地址发包，多半是 NAT 规则改写了本机流量的目的地址却没改源地址，或者程序绑定了 localhost。",
    ),
    evidence: text(
      "Packets: the packet at the interface, no reply. State: route_localnet 0. Kernel: drop reason IP_LOCALNET at ip_rcv_finish_core; with log_martians=1 a martian source.",
      "报文：接口上有该报文，没有应答。状态：route_localnet 为 0。内核：ip_rcv_finish_core 处的 IP_LOCALNET；log_martians=1 时记录 martian source。",
    ),
    tellApart: text(
      "martian-destination-loopback: the log says martian destination. martian-source-invalid: IP_INVALID_SOURCE. rp-filter-strict: goes away with rp_filter=0, this does not.",
      "martian-destination-loopback：日志写的是 martian destination。martian-source-invalid：IP_INVALID_SOURCE。rp-filter-strict：rp_filter=0 就好了，这个不会。",
    ),
    kernel: "ip_route_input_slow: ipv4_is_loopback(saddr) && !IN_DEV_NET_ROUTE_LOCALNET (IN_DEV_ORCONF) → IP_LOCALNET",
  }),
  scenario: "martian-source-loopback",
  negativeTwin: "rp-filter-loose-no-route",
});

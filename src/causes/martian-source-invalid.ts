// The source (or destination) is an address that no host can have.

import { defineCause, inNamespace } from "../model/cause.ts";
import { type Text, text } from "../model/text.ts";

/** 0.0.0.0/8, multicast or broadcast as a source. */
export const cause = defineCause({
  code: "martian-source-invalid",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_INVALID_SOURCE", settles: "cause" }], arp: "silent" },
    counters: [],
    decides: ["route"],
    waits: "neighbour",
  },
  title: text("refused as martian: the address cannot be a host's", "作为 martian 丢弃：地址不可能属于主机"),
  headline: ({ source, inInterface }) => {
    const where = [source, inInterface].filter((part) => part !== undefined);
    return text(
      `refused as martian: the address cannot be a host's${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `作为 martian 丢弃：地址不可能属于主机${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface }) =>
    text(
      isZeroNet(target)
        ? `${target} is an address of 0.0.0.0/8, which cannot be a destination. So the packet${source === undefined ? "" : ` from ${source}`} is dropped as it arrives at ${inInterface ?? "the receiving interface"}.`
        : `To the receiving host ${source ?? "the source"} is ${kindOf(source).en}, which cannot be a source: nobody could be answered there. So the packet to ${target ?? "the target"} is dropped as it arrives at ${inInterface ?? "the receiving interface"}.`,
      isZeroNet(target)
        ? `${target} 是 0.0.0.0/8 中的地址，不能作目的地址。所以${source === undefined ? "" : ` ${source} 发来的`}报文一到 ${inInterface ?? "接收接口"} 就被丢弃。`
        : `在接收主机看来，${source ?? "源地址"} 是${kindOf(source).zh}，不能作源地址，因为没法向它应答。所以发往 ${target ?? "目标"} 的报文一到 ${inInterface ?? "接收接口"} 就被丢弃。`,
    ),
  why: () =>
    text(
      "Impossible sources are refused before the route lookup; a subnet's broadcast address is found out only by the full source check (rp_filter not 0, or custom rules).",
      "不可能的源地址在查路由之前就被拒绝；子网广播地址作源地址，只有做完整的源地址检查时（rp_filter 不为 0 或有自定义规则）才会发现。",
    ),
  fixes: ({ source, inInterface }, netns) => [
    {
      advice: "ip -br addr",
      effect: text(
        `on the sender: ${source ?? "the source"} must become an ordinary address (a wrong prefix length makes a broadcast address of one)`,
        `在发送方执行：${source ?? "源地址"} 必须换成普通地址（前缀长度配错会把它变成广播地址）`,
      ),
    },
    {
      advice: inNamespace(netns, `tcpdump -n -e -i ${inInterface ?? "IF"} icmp`),
      effect: text("shows the MAC address of who sends this", "用源 MAC 找出是谁在发"),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -w net.ipv4.conf.all.log_martians=1"),
      because: text("then dmesg names source and interface", "之后 dmesg 会写明源地址和接口"),
    },
  ],
  lookalikes: [
    "echo-no-reply",
    "martian-source-loopback",
    "rp-filter-strict",
    "accept-local-off-ip",
    "arp-no-local-owner",
  ],
  search: [
    "martian source",
    "IP_INVALID_SOURCE",
    "source address 0.0.0.0",
    "broadcast address as source",
    "martian source 日志",
    "源地址是广播地址",
    "源地址 0.0.0.0",
  ],
  page: () => ({
    meaning: text(
      "The packet claims to come from an address that cannot be anybody's. The sender is misconfigured, often by a netmask with which its own address is the subnet's broadcast address, or it forges on purpose.",
      "报文声称来自一个不可能属于任何人的地址。发送方配置有误（常见的是掩码配错，使自己的地址成了子网广播地址），或者是有意伪造。",
    ),
    evidence: text(
      "Packets: the packet at the interface, no reply. With rp_filter=0 a subnet broadcast source is accepted, and the reply goes out as a broadcast. Kernel: IP_INVALID_SOURCE at ip_rcv_finish_core; with log_martians=1 a martian source.",
      "报文：接口上有该报文，没有应答。rp_filter=0 时子网广播源地址会被接受，应答以广播发出。内核：ip_rcv_finish_core 处的 IP_INVALID_SOURCE；log_martians=1 时记录 martian source。",
    ),
    tellApart: text(
      "martian-source-loopback: IP_LOCALNET, for 127.0.0.0/8. accept-local-off-ip: IP_LOCAL_SOURCE, the source is the receiver's own. rp-filter-strict: IP_RPFILTER, the source is an ordinary address.",
      "martian-source-loopback：IP_LOCALNET，针对 127.0.0.0/8。accept-local-off-ip：IP_LOCAL_SOURCE，源地址是接收方自己的。rp-filter-strict：IP_RPFILTER，源地址是普通地址。",
    ),
    kernel:
      "ip_route_input_slow: martian_source (multicast, lbcast, zeronet); __fib_validate_source: type not UNICAST → IP_INVALID_SOURCE",
  }),
  scenario: "martian-source-invalid",
  negativeTwin: "rp-filter-strict",
});

function isZeroNet(address: string | undefined): boolean {
  return address?.startsWith("0.") ?? false;
}

function kindOf(source: string | undefined): Text {
  const first = Number(source?.split(".")[0] ?? Number.NaN);
  if (first === 0) return text("an address of 0.0.0.0/8", "0.0.0.0/8 中的地址");
  if (first >= 224 && first < 240) return text("a multicast address", "组播地址");
  if (source === "255.255.255.255" || (first > 0 && first < 224))
    return text("a broadcast address (of a subnet that it is in)", "（它所在网段的）广播地址");
  return text("no host's address", "不属于任何主机的地址");
}

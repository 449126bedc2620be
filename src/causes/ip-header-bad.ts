// A packet arrives damaged: its IPv4 or ICMP checksum is wrong, and the kernel drops it before anything else.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict, type PacketView } from "../model/cause.ts";
import type { EchoExchange } from "../model/exchange.ts";
import { arrivesDamaged, cameBack } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";

/** Damaged on the way, or sent so. */
export const cause = defineCause({
  code: "ip-header-bad",
  severity: "problem",
  marks: {
    drop: [
      { reason: "IP_CSUM", settles: "cause" },
      { reason: "ICMP_CSUM", settles: "cause" },
    ],
    counters: [
      { name: "IpInHdrErrors", of: "namespace", always: false },
      { name: "IpExtInCsumErrors", of: "namespace", always: false },
      { name: "IcmpInCsumErrors", of: "namespace", always: false },
    ],
    decides: [],
  },
  title: text("packet arrives with a wrong checksum", "报文到达时校验和错误"),
  headline: ({ inInterface, source, target }) => {
    const en = [
      inInterface === undefined ? undefined : `at ${inInterface}`,
      source === undefined || target === undefined ? undefined : `${source} > ${target}`,
    ].filter((p) => p !== undefined);
    const zh = [inInterface, source === undefined || target === undefined ? undefined : `${source} > ${target}`].filter(
      (p) => p !== undefined,
    );
    return text(
      `packet arrives with a wrong checksum${en.length === 0 ? "" : ` (${en.join(", ")})`}`,
      `报文到达时校验和错误${zh.length === 0 ? "" : `（${zh.join("，")}）`}`,
    );
  },
  summary: ({ inInterface, error, count }) => {
    const what =
      error === "ICMP_CSUM"
        ? text("the ICMP checksum", "ICMP 校验和")
        : error === "IP_CSUM"
          ? text("the checksum of the IPv4 header", "IPv4 首部校验和")
          : text("a checksum", "校验和");
    return text(
      `At ${inInterface ?? "the receiver"} ${what.en} of ${count === undefined || count === "1" ? "the packet" : `${count} packets`} is wrong. The receiving kernel drops such a packet before it looks at anything else, and answers nothing. It was damaged on the way, or sent so; no setting of the receiver changes that.`,
      `在 ${inInterface ?? "接收端"}，${count === undefined || count === "1" ? "报文" : `${count} 个报文`}的${what.zh}是错的。接收端内核最先就会丢弃这样的报文，也不作任何应答。它不是途中损坏，就是发出时就错了；接收端的任何设置都改变不了这一点。`,
    );
  },
  why: () =>
    text(
      "ip_rcv_core checks the header before netfilter and routing, and icmp_rcv checks the message; what does not add up is counted and freed.",
      "ip_rcv_core 在 netfilter 和路由之前检查首部，icmp_rcv 检查 ICMP 报文；校验不过就计数并释放。",
    ),
  fixes: ({ outInterface, inInterface }, netns) => [
    {
      advice: `sudo ethtool -K ${outInterface ?? "IF"} tx off`,
      effect: text(
        "on the sender or on whatever forwards the packet: computes checksums in software, if a faulty offload leaves them out",
        "在发送方或转发它的设备上执行：改由软件计算校验和，适用于网卡卸载功能出错、没有填写的情况",
      ),
    },
    {
      advice: inNamespace(netns, `ethtool -S ${inInterface ?? "IF"}`),
      effect: text(
        "shows whether the link itself damages frames (rx_crc_errors)",
        "看链路本身是否损坏了帧（rx_crc_errors）",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpInHdrErrors IpExtInCsumErrors IcmpInCsumErrors"),
      because: text(
        "one of them moves with each packet dropped for its checksum",
        "每丢一个校验和错误的报文，其中之一就会加一",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "nft-prerouting-drop", "nft-input-drop", "rp-filter-strict", "icmp-echo-ignore-all"],
  search: [
    "bad cksum tcpdump",
    "InCsumErrors",
    "IpInHdrErrors",
    "checksum offload virtio ping",
    "校验和错误",
    "报文损坏 ping 不通",
    "checksum incorrect",
  ],
  page: () => ({
    meaning: text(
      "What arrives is damaged: a bit flipped on the way, a faulty checksum offload in a virtual network card or a tunnel, or a device that rewrites headers and forgets the checksum. The receiver silently drops it.",
      "到达的报文是坏的：途中比特翻转，虚拟网卡或隧道的校验和卸载有缺陷，或者某个设备改写了首部却没有更新校验和。接收端静默丢弃它。",
    ),
    evidence: text(
      "Packets: `bad cksum` in a capture at the RECEIVER, and no reply. In a capture at the sender it proves nothing, since the card may still fill it in. Counters: IpInHdrErrors with IpExtInCsumErrors for the IPv4 header, IcmpInErrors with IcmpInCsumErrors for ICMP; drop reasons IP_CSUM and ICMP_CSUM.",
      "报文：在接收端的抓包里显示 `bad cksum`，没有应答。发送端抓包里出现则说明不了什么，因为网卡可能还没填。计数器：IPv4 首部错是 IpInHdrErrors 和 IpExtInCsumErrors，ICMP 错是 IcmpInErrors 和 IcmpInCsumErrors；丢包原因 IP_CSUM、ICMP_CSUM。",
    ),
    tellApart: text(
      "echo-no-reply and the firewalls: the same silence, but the checksums are right. Harmless offload: wrong in the sender's capture, right in the receiver's.",
      "echo-no-reply 和防火墙类原因：同样没有应答，但校验和是对的。无害的卸载：发送端抓包里是错的，接收端抓包里是对的。",
    ),
    kernel:
      "ip_rcv_core: ip_fast_csum → SKB_DROP_REASON_IP_CSUM; icmp_rcv: skb_checksum_simple_validate → SKB_DROP_REASON_ICMP_CSUM",
  }),
  scenario: "ip-header-bad",
  negativeTwin: "nft-prerouting-drop",
  check: damagedArrival,
});

function damagedArrival({ flow }: PacketView): PacketVerdict | null {
  if (flow.kind !== "ping") return null;
  for (const { first, count } of flow.echoOutcomes) {
    if (first.kind !== "echo" || cameBack(first, flow.netns)) continue;
    const packet = damagedIn(first);
    if (packet === null || packet.network.kind !== "icmp") continue;
    const { ip } = packet.network;
    const { frame } = packet;
    const name = frame.vantage.interface;
    return {
      certainty: "certain",
      netns: frame.vantage.netns,
      interface: name,
      facts: {
        source: formatIpv4(ip.source),
        target: formatIpv4(ip.destination),
        error: ip.checksumOk === false ? "IP_CSUM" : "ICMP_CSUM",
        count: String(count),
        ...(name === null ? {} : { inInterface: name }),
      },
      evidence: [
        { basis: "seen", text: text("it arrives with a wrong checksum", "它到达时校验和是错的"), frames: [frame] },
      ],
      ruledOut: [],
      stateless: true,
    };
  }
  return null;
}

function damagedIn(exchange: EchoExchange): Packet | null {
  for (const journey of [...(exchange.request ? [exchange.request] : []), ...exchange.replies]) {
    const packet = arrivesDamaged(journey);
    if (packet !== null) return packet;
  }
  return null;
}

// A packet left one host and did not come in at the next, and nobody can look into what lies between them.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Lost between the capture points of two hosts. */
export const cause = defineCause({
  code: "lost-between-hosts",
  severity: "problem",
  marks: {
    drop: "unknown",
    counters: [],
    decides: [],
  },
  title: text("lost between two hosts", "丢失在两台主机之间"),
  headline: ({ outInterface, inInterface }) =>
    outInterface === undefined || inInterface === undefined
      ? text("lost between two hosts", "丢失在两台主机之间")
      : text(
          `lost between two hosts: it left ${outInterface} and did not come in at ${inInterface}`,
          `丢失在两台主机之间：从 ${outInterface} 发出，没有到达 ${inInterface}`,
        ),
  summary: ({ target, source, outInterface, inInterface, basis }) => {
    const who = source === undefined ? "" : ` from ${source}`;
    const [out, into] = [outInterface ?? "one host", inInterface ?? "the next one"];
    const [zhOut, zhInto] = [outInterface ?? "一台主机", inInterface ?? "下一台主机"];
    return basis === "packets"
      ? text(
          `A packet${who} to ${target ?? "the target"} was seen to leave ${out}. It was not seen at ${into}, whose host has the address that it is for. That both hang on one segment is not known: no frame was seen on both.`,
          `${source === undefined ? "" : `${source} `}发往 ${target ?? "目标"} 的报文从 ${zhOut} 发出，但没有出现在 ${zhInto}，而它要找的地址就在那台主机上。两处是否在同一网段无从知道：没有哪个帧在两处都出现过。`,
        )
      : text(
          `A packet${who} to ${target ?? "the target"} was seen to leave ${out}, and did not come in at ${into}, though other frames pass between the two. What lies in between (a switch, a cable, a cloud's network) has lost it; nobody could look in there.`,
          `${source === undefined ? "" : `${source} `}发往 ${target ?? "目标"} 的报文从 ${zhOut} 发出，却没有到达 ${zhInto}，而其他帧能在两处之间通过。丢失发生在中间（交换机、线缆、云网络），那里无法查看。`,
        );
  },
  why: () =>
    text(
      "A capture at the sender sees a frame when the stack hands it to the device, one at the receiver when the device hands it to the stack: between the two lie both network cards, their drivers, and everything that connects them.",
      "发送方的抓包点在协议栈把帧交给设备时，接收方的抓包点在设备把帧交给协议栈时：两者之间有双方的网卡、驱动，以及连接它们的一切。",
    ),
  fixes: () => [],
  settle: ({ outInterface, inInterface }) => [
    {
      command: `ip -s -s link show dev ${deviceOf(inInterface)}`,
      because: text(
        `on the receiving host, before and after a ping: errors or drops that grow are its network card's (ethtool -S ${deviceOf(inInterface)} tells more)`,
        `在接收方主机上，ping 前后各执行一次：增长的 errors 或 dropped 属于它的网卡（ethtool -S ${deviceOf(inInterface)} 有更多细节）`,
      ),
    },
    {
      command: `ip -s -s link show dev ${deviceOf(outInterface)}`,
      because: text("on the sending host: frames that its card could not send", "在发送方主机上：网卡没能发出去的帧"),
    },
  ],
  lookalikes: [],
  search: [
    "packet leaves one host but does not arrive at the other",
    "tcpdump shows packet sent but not received",
    "switch drops packets",
    "security group drops ping",
    "报文发出但对端没有收到",
    "交换机丢包",
    "安全组 丢包",
  ],
  page: () => ({
    meaning: text(
      "Two hosts were captured on at the same time. A packet was seen to leave the one, and was not seen to come in at the other. What lies between them is no Linux host that was looked into: a switch, a cable, a hypervisor, a cloud's virtual network with its security groups.",
      "在两台主机上同时抓包。报文从一台发出，却没有出现在另一台上。两者之间不是能查看的 Linux 主机：可能是交换机、线缆、虚拟化平台，或带安全组的云网络。",
    ),
    evidence: text(
      "Packets of both hosts: seen leaving at the one, missing at the other, where the capture lost nothing. That both hang on one segment follows from other frames seen on both, or from what one has learned of the other's MAC address there; without either it is only possible.",
      "两台主机的报文：在一处看到发出，在另一处没有，而那里的抓包没有丢包。两处在同一网段，是由其他在两处都出现的帧，或一方在那里学到的对方 MAC 地址得出的；两者都没有时只能说可能。",
    ),
    tellApart: text(
      "The packet does come in at the other host and is dropped there: then the cause is that host's own. An XDP program on the receiving interface and a full ring of its card also lie in front of its capture point: its state and ethtool -S show them.",
      "如果报文到达了对端主机并在那里被丢弃，原因就在那台主机上。接收接口上的 XDP 程序和网卡环形缓冲区溢出也在抓包点之前：可从它的状态和 ethtool -S 看出。",
    ),
    kernel: "dev_hard_start_xmit → … → __netif_receive_skb_core",
  }),
  scenario: null,
  negativeTwin: null,
});

function deviceOf(place: string | undefined): string {
  return place?.split(":").at(-1) ?? "IF";
}

// A packet for one host travels in a frame for everybody, and the host is told to refuse such.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** drop_unicast_in_l2_multicast=1. */
export const cause = defineCause({
  code: "unicast-in-l2-broadcast",
  severity: "problem",
  marks: {
    drop: [{ reason: "UNICAST_IN_L2_MULTICAST", settles: "cause" }],
    counters: [],
    decides: [{ sysctl: "drop_unicast_in_l2_multicast" }, "neigh"],
  },
  title: text("unicast packet in a broadcast frame dropped", "装在广播帧里的单播报文被丢弃"),
  headline: ({ source, inInterface }) => {
    const en = `${source === undefined ? "" : ` from ${source}`}${inInterface === undefined ? "" : ` on ${inInterface}`}`;
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上`, source && `来自 ${source}`]
      .filter((part) => part !== undefined)
      .join("，");
    return text(
      `unicast packet in a broadcast frame dropped${en === "" ? "" : `:${en}`}`,
      `装在广播帧里的单播报文被丢弃${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, source, inInterface, mac, sysctl, value }) =>
    text(
      `The packet is for ${target ?? "one host"} alone, but ${source ?? "the sender"} put it into a frame to ${mac ?? "everybody"}. ${inInterface ?? "The receiving interface"} refuses that (${sysctl ?? "drop_unicast_in_l2_multicast"} = ${value ?? "1"}) and drops the packet after its routes were looked up; nobody is told.`,
      `报文只发给 ${target ?? "一台主机"}，但 ${source ?? "发送方"} 把它装在发往 ${mac ?? "所有人"} 的帧里。${inInterface ?? "接收接口"} 拒绝这样的报文（${sysctl ?? "drop_unicast_in_l2_multicast"} = ${value ?? "1"}），查完路由之后把它丢弃，谁也不会得到通知。`,
    ),
  why: () =>
    text(
      "RFC 1122 lets a host refuse unicast packets in link-layer broadcasts, because broken or malicious senders use them to reach everybody; Linux does so only when it is told to.",
      "RFC 1122 允许主机拒绝链路层广播中的单播报文，因为有故障或恶意的发送方会借此触及所有人；Linux 只有在打开该选项时才这样做。",
    ),
  fixes: ({ target, gateway, asker, peerInterface, inInterface }, netns) => [
    {
      edits: [
        {
          kind: "neighbour",
          netns: asker ?? null,
          verb: "del",
          address: gateway ?? target ?? "ADDRESS",
          device: peerInterface ?? "IF",
        },
      ],
      effect: text(
        "on the sender: removes the entry that says ff:ff:ff:ff:ff:ff, so that it asks by ARP again",
        "在发送方执行：删掉写着 ff:ff:ff:ff:ff:ff 的表项，重新用 ARP 询问",
      ),
    },
    {
      edits: [setting(netns, allAnd(inInterface ?? "IF", "drop_unicast_in_l2_multicast", "0"))],
      effect: text(
        "takes such packets again; both must be 0, since either is enough",
        "重新接收这样的报文；任一为 1 就生效，所以两个都要为 0",
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.drop_unicast_in_l2_multicast net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.drop_unicast_in_l2_multicast`,
      ),
      because: text(
        "1 in either, and a frame to ff:ff:ff:ff:ff:ff, means it is this",
        "任一为 1，而帧又发往 ff:ff:ff:ff:ff:ff，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, outInterface, nextHop }) =>
    role === "asker" && outInterface !== null && nextHop !== null
      ? [
          [
            {
              kind: "neighbour",
              netns,
              verb: "replace",
              address: nextHop,
              device: outInterface,
              mac: "ff:ff:ff:ff:ff:ff",
              state: "permanent",
            },
          ],
        ]
      : [],
  lookalikes: ["echo-no-reply", "forward-broadcast-frame", "neigh-wrong-mac"],
  search: [
    "drop_unicast_in_l2_multicast",
    "UNICAST_IN_L2_MULTICAST",
    "unicast IP in broadcast MAC frame",
    "ff:ff:ff:ff:ff:ff ping no reply",
    "单播报文 广播 MAC",
    "目的 MAC 全 f ping 不通",
  ],
  page: () => ({
    meaning: text(
      "Somebody sends a packet for one address in a frame to ff:ff:ff:ff:ff:ff or to a group. By default Linux takes it like any other. Here drop_unicast_in_l2_multicast is on, mostly by a hardening guide, and the packet is dropped before it reaches ICMP.",
      "有人把发给某一个地址的报文装在发往 ff:ff:ff:ff:ff:ff 或组地址的帧里。Linux 默认照收不误。但这里打开了 drop_unicast_in_l2_multicast（多半来自安全加固），报文还没到 ICMP 就被丢弃。",
    ),
    evidence: text(
      "Packets: the request arrives with destination MAC address ff:ff:ff:ff:ff:ff and the host's own IP address, and no reply follows. State: the sysctl; at the sender a neighbour entry with that MAC address. Kernel: UNICAST_IN_L2_MULTICAST at ip_rcv_finish_core.",
      "报文：请求到达，目的 MAC 是 ff:ff:ff:ff:ff:ff，目的 IP 是这台主机自己的，之后没有应答。状态：该 sysctl；发送方有一条写着该 MAC 的邻居表项。内核：ip_rcv_finish_core 处有 UNICAST_IN_L2_MULTICAST。",
    ),
    tellApart: text(
      "forward-broadcast-frame: the packet is for somebody behind this host; such are never forwarded, whatever the sysctl says. neigh-wrong-mac: the frame goes to one MAC address that nobody has.",
      "forward-broadcast-frame：报文是给这台主机后面的人的；不管 sysctl 如何都不转发。neigh-wrong-mac：帧发往某个没有人拥有的 MAC。",
    ),
    kernel:
      "ip_rcv_finish_core: pkt_type PACKET_BROADCAST or PACKET_MULTICAST, IN_DEV_ORCONF(DROP_UNICAST_IN_L2_MULTICAST)",
  }),
  scenario: "unicast-in-l2-broadcast",
  negativeTwin: "neigh-wrong-mac",
});

// The interface is up, but what it is plugged into is not: without carrier every frame dies before any capture point.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { echoes, isLoopbackVantage, selfMadeError } from "../model/observed.ts";
import { peerUp } from "../model/remedy.ts";
import { text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";

/** The other end of a veth pair or cable is down. */
export const cause = defineCause({
  code: "peer-down",
  severity: "problem",
  marks: {
    drop: [{ reason: "QDISC_DROP", settles: "kind" }],
    counters: [{ name: "tx_dropped", of: "interface", always: false }],
    decides: ["link"],
    asked: { threads: 8, order: 5 },
    waits: "neighbour",
  },
  title: text("no carrier: the other end is down", "没有载波：对端没有启用"),
  headline: ({ outInterface, peerInterface }) => {
    if (outInterface === undefined) return text("no carrier: the other end is down", "没有载波：对端没有启用");
    return text(
      `no carrier: the other end is down (${peerInterface === undefined ? outInterface : `${outInterface}'s peer ${peerInterface}`})`,
      `没有载波：对端没有启用（${peerInterface === undefined ? outInterface : `${outInterface} 的对端 ${peerInterface}`}）`,
    );
  },
  summary: ({ outInterface, peerInterface, target, basis, id }) => {
    if (id === "tun")
      return text(
        `${outInterface ?? "The outgoing interface"} is a tap: its other end is a file that some process (a virtual machine, a VPN) opens, and none has it open now. So it has no carrier: the kernel still tries to ask for ${target ?? "the next hop"}, but every frame is thrown away before any capture.`,
        `${outInterface ?? "出接口"} 是 tap 接口：它的另一端是由某个进程（虚拟机、VPN）打开的文件，而现在没有进程打开它，所以没有载波。内核仍会尝试询问 ${target ?? "下一跳"}，但每个帧在抓包点之前就被丢弃。`,
      );
    if (id === "bridge")
      return text(
        `${outInterface ?? "The bridge"} is a bridge without any port: nothing is plugged into it, so it has no carrier. The kernel still tries to ask for ${target ?? "the next hop"}, but every frame is thrown away before any capture.`,
        `${outInterface ?? "该网桥"} 是一个没有任何端口的网桥：什么都没有接上，所以没有载波。内核仍会尝试询问 ${target ?? "下一跳"}，但每个帧在抓包点之前就被丢弃。`,
      );
    if (id === "card")
      return text(
        `${outInterface ?? "The outgoing interface"} is up but has no carrier: no cable is plugged in, or what is at its other end (a switch port, another host) is down. The kernel still tries to ask for ${target ?? "the next hop"}, but every frame is thrown away before the wire, and before any capture: tcpdump on ${outInterface ?? "it"} shows nothing.`,
        `${outInterface ?? "出接口"} 已启用，但没有载波：没有插网线，或者对端（交换机端口、另一台主机）没有启用。内核仍会尝试询问 ${target ?? "下一跳"}，但每个帧在发到线路上之前、也在抓包点之前就被丢弃：在 ${outInterface ?? "该接口"} 上用 tcpdump 什么也看不到。`,
      );
    if (basis === "packets") {
      return text(
        `The pinging host told itself that ${target ?? "the target"} cannot be reached, yet the ARP request that must come before that was not seen${outInterface === undefined ? "" : ` at ${outInterface}`}. It looks so when the interface has no carrier: its frames are thrown away before any capture.`,
        `主机告诉自己 ${target ?? "目标"} 不可达，但在那之前必有的 ARP 请求${outInterface === undefined ? "" : `在 ${outInterface} 上`}却没有看到。接口没有载波时就是这个样子：帧在抓包点之前就被丢弃。`,
      );
    }
    return text(
      `${outInterface ?? "The outgoing interface"} is up but has no carrier, because ${peerInterface ?? "what it is connected to"} is down. The kernel still tries to ask for ${target ?? "the next hop"}, but every frame is thrown away before the wire, and before any capture: tcpdump on ${outInterface ?? "it"} shows nothing.`,
      `${outInterface ?? "出接口"} 已启用，但没有载波，因为${peerInterface === undefined ? "它所连接的对端" : ` ${peerInterface} `}没有启用。内核仍会尝试询问 ${target ?? "下一跳"}，但每个帧在发到线路上之前、也在抓包点之前就被丢弃：在 ${outInterface ?? "该接口"} 上用 tcpdump 什么也看不到。`,
    );
  },
  why: () =>
    text(
      "Without carrier the interface's queue is replaced by one that drops everything; the capture point lies behind the queue.",
      "没有载波时，接口的发送队列被换成一个全部丢弃的队列（noop），而抓包点在队列之后。",
    ),
  fixes: ({ peerInterface, outInterface, owner, id }, netns) =>
    id === "tun"
      ? [
          {
            advice: inNamespace(netns, `ip tuntap show dev ${outInterface ?? "IF"}`),
            effect: text(
              "start the program that this tap was made for (the virtual machine, the VPN); nothing on this host's network can stand in for it",
              "启动使用这个 tap 的程序（虚拟机、VPN）；在本机的网络配置上没有别的办法",
            ),
          },
        ]
      : id === "bridge"
        ? [
            {
              edits: [{ kind: "link", netns, device: "IF", master: outInterface ?? "BRIDGE" }],
              incomplete: true,
              effect: text(
                "plugs IF, the interface that leads to the target (a container's veth, a network card), into the bridge",
                "把通往目标的接口 IF（容器的 veth 或网卡）接到这个网桥上",
              ),
            },
          ]
        : id === "card"
          ? [
              {
                advice: inNamespace(netns, `ethtool ${outInterface ?? "IF"}`),
                effect: text(
                  "shows whether a link is detected: check the cable, the transceiver and the port at its other end",
                  "查看是否检测到链路：检查网线、光模块和对端端口",
                ),
              },
            ]
          : [
              {
                edits: [{ kind: "link", netns: owner ?? netns, device: peerInterface ?? "PEER", up: true }],
                effect: text(
                  `brings the other end up; ${outInterface ?? "the interface"} then has carrier`,
                  `启用对端；随后 ${outInterface ?? "该接口"} 就有载波了`,
                ),
              },
            ],
  assumes: peerUp,
  settle: ({ outInterface }) => [
    {
      command: `ip -br link show ${outInterface ?? "IF"}`,
      because: text(
        "NO-CARRIER or LOWERLAYERDOWN there means that the other end is down",
        "如果显示 NO-CARRIER 或 LOWERLAYERDOWN，说明对端没有启用",
      ),
    },
  ],
  faults: ({ netns, role, inInterface }) =>
    role !== "asker" && inInterface !== null ? [[{ kind: "link", netns, device: inInterface, up: false }]] : [],
  lookalikes: ["link-admin-down", "peer-down-neigh-known", "arp-no-local-owner", "qdisc-drop", "tc-egress-drop"],
  search: [
    "NO-CARRIER",
    "LOWERLAYERDOWN",
    "linkdown",
    "veth peer down",
    "Destination Host Unreachable",
    "没有载波",
    "veth 对端 down",
    "网口 down",
  ],
  page: () => ({
    meaning: text(
      "The sending interface is up, but it has no carrier: the veth's other end, or the switch port, is down. Routes over it remain, marked linkdown, so the kernel goes on trying. A new veth pair is down at both ends, and an end that is moved into a namespace goes down again: this is easily forgotten.",
      "发送接口已启用，但没有载波：veth 的另一端或交换机端口没有启用。经过它的路由仍然在（标记 linkdown），所以内核继续尝试。新建的 veth 两端都是 down，移进命名空间的一端也会变回 down，很容易忘记启用。",
    ),
    evidence: text(
      "Packets: nothing on the interface at all, not even ARP; on lo a host unreachable after about three seconds. State: NO-CARRIER and operstate DOWN or LOWERLAYERDOWN, `linkdown` at the route, the peer without UP. Counters: tx_dropped of the interface moves; drop reason QDISC_DROP.",
      "报文：接口上什么也没有，连 ARP 都没有；约三秒后 lo 上出现主机不可达。状态：NO-CARRIER，operstate 为 DOWN 或 LOWERLAYERDOWN，路由带 `linkdown`，对端没有 UP。计数器：接口的 tx_dropped 增长；丢包原因 QDISC_DROP。",
    ),
    tellApart: text(
      "link-admin-down: the own interface is not up, and ping fails at once. arp-no-local-owner: who-has is seen on the wire. peer-down-neigh-known: the neighbour is known, so there is no error message either.",
      "link-admin-down：自己的接口没有启用，ping 立刻失败。arp-no-local-owner：线上能看到 who-has。peer-down-neigh-known：邻居已知，所以连错误提示也没有。",
    ),
    kernel: "netif_carrier_off → linkwatch → dev_deactivate → noop_qdisc; __dev_queue_xmit: QDISC_DROP",
  }),
  scenario: "two-namespaces-peer-down",
  negativeTwin: "two-namespaces",
  check: ({ flow, inputs }) => {
    const error = selfMadeError(flow);
    const asked = flow.arpOutcomes.length > 0 || echoes(flow).some((e) => e.request !== null);
    const wires = inputs.filter((i) => i.vantage.interface !== null && !isLoopbackVantage(i.vantage));
    if (error === null || asked || wires.length === 0) return null;
    const places = wires.map((i) => formatVantage(i.vantage)).join(", ");
    return {
      certainty: "possible",
      netns: error.frame.vantage.netns,
      interface: wires.length === 1 ? (wires[0]?.vantage.interface ?? null) : null,
      facts: {
        target: formatIpv4(flow.dst),
        source: formatIpv4(error.address),
        ...(wires.length === 1 ? { outInterface: wires[0]?.vantage.interface ?? "" } : {}),
      },
      evidence: [
        {
          basis: "seen",
          text: text("host unreachable, made by the asker's own kernel", "主机不可达，由本机内核自己产生"),
          frames: [error.frame],
        },
        { basis: "missing", text: text(`no ARP request at ${places}`, `${places} 上没有 ARP 请求`) },
      ],
      ruledOut: [],
    };
  },
});

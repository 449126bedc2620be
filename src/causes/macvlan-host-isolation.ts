// A macvlan and the interface below it share a wire, and cannot hear each other.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

function macvlanBeside({
  host,
  parent = "PARENT",
  other = "TARGET",
}: {
  readonly host: string | null;
  readonly parent: string | undefined;
  readonly other: string | undefined;
}): string {
  return [
    `ip link add macvlan0 link ${parent} type macvlan mode bridge`,
    "ip link set macvlan0 up",
    `ip route add ${other}/32 dev macvlan0`,
  ]
    .map((typed) => inNamespace(host, typed))
    .join(" && ");
}

/** Host and container on macvlan. */
export const cause = defineCause({
  code: "macvlan-host-isolation",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["link"],
    asked: { threads: 11, order: 1 },
    waits: "neighbour",
  },
  title: text("macvlan and its parent cannot reach each other", "macvlan 与其父接口互不相通"),
  headline: ({ outInterface, ownerInterface, state: mode }) => {
    const pair = [outInterface, ownerInterface].filter((part) => part !== undefined);
    const nor =
      mode === undefined ? text("", "") : text(`, nor macvlans in mode ${mode}`, `，${mode} 模式的 macvlan 之间也不通`);
    return text(
      `macvlan and its parent cannot reach each other${nor.en}${pair.length === 0 ? "" : ` (${pair.join(", ")})`}`,
      `macvlan 与其父接口互不相通${nor.zh}${pair.length === 0 ? "" : `（${pair.join("、")}）`}`,
    );
  },
  summary: ({ target, outInterface, ownerInterface, owner, state: mode }) => {
    if (mode !== undefined)
      return text(
        `${outInterface ?? "The sending interface"} asks for ${target ?? "the target"}, which is on ${ownerInterface ?? "another interface"}${owner ? ` in ${owner}` : ""}. Both are macvlans on one interface, and at least one of them is in mode ${mode}: what one sends goes out to the wire and comes to the other only if a switch outside sends it back (hairpin), in mode private not even then.`,
        `${outInterface ?? "发送接口"} 询问 ${target ?? "目标"}，而它在${owner ? ` ${owner} 的` : ""} ${ownerInterface ?? "另一个接口"} 上。两者是同一接口上的 macvlan，至少有一个是 ${mode} 模式：发出的帧直接出到物理链路，只有外面的交换机把它发回来（hairpin）另一个才能收到，private 模式连这样也不行。`,
      );
    return text(
      `What a macvlan and its parent send goes straight out to the wire and never turns back to the other of the two. ${outInterface ?? "The sending interface"} asks for ${target ?? "the target"}, which is on ${ownerInterface ?? "another interface"}${owner ? ` in ${owner}` : ""}; one of them is a macvlan on the other, so the ARP request is not heard. Every other machine on the wire reaches both.`,
      `macvlan 和它的父接口，任何一方发出的帧都直接出到物理链路，不会折回给另一方。${outInterface ?? "发送接口"} 询问 ${target ?? "目标"}，而它在${owner ? ` ${owner} 的` : ""} ${ownerInterface ?? "另一个接口"} 上；两者中一个是建在另一个之上的 macvlan，所以 ARP 请求对方听不到。链路上的其他机器则两个都能访问。`,
    );
  },
  why: () =>
    text(
      "A macvlan takes its frames from what comes in by the lower device; frames that the lower device sends itself do not pass that place.",
      "macvlan 从下层设备“收进来”的帧里取走属于自己的；下层设备自己发出的帧不经过那里。",
    ),
  fixes: ({ target, source, outInterface, ownerInterface, owner, peerInterface, router, state: mode }, netns) =>
    mode !== undefined
      ? [
          {
            command: [outInterface, ownerInterface]
              .map((device, at) =>
                inNamespace(
                  at === 0 ? netns : (owner ?? null),
                  `ip link set ${device ?? "IF"} type macvlan mode bridge`,
                ),
              )
              .join(" && "),
            effect: text(
              "in mode bridge macvlans of one interface hear each other; both must be in it",
              "bridge 模式下，同一接口上的 macvlan 互相能收到；两个都要设成这个模式",
            ),
          },
        ]
      : [
          {
            command: macvlanBeside(
              router !== undefined && router === netns
                ? { host: netns, parent: outInterface, other: target }
                : { host: owner ?? null, parent: peerInterface, other: source },
            ),
            effect: text(
              "gives the host a macvlan of its own beside the other one, and sends by it what is for that: macvlans in mode bridge do hear each other",
              "给主机也建一个 macvlan，与对方并列，发往对方的报文走它：bridge 模式的 macvlan 之间是相通的",
            ),
          },
          {
            advice: "sudo ip link add br0 type bridge",
            effect: text(
              "or: a bridge with veth pairs instead of macvlan, where the host is an ordinary member",
              "或者：用网桥加 veth 代替 macvlan，主机就是普通成员",
            ),
          },
        ],
  settle: () => [
    {
      command: "ip -d link show type macvlan",
      because: text(
        "the name behind @ is the parent: pinging between these two is this; from a third machine it works",
        "@ 后面是父接口：在这两者之间 ping 就是这个原因；从第三台机器 ping 是通的",
      ),
    },
  ],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "bridge-port-isolated", "accept-local-off"],
  search: [
    "macvlan host cannot ping container",
    "Docker macvlan host communication",
    "macvtap guest cannot reach host",
    "ipvlan macvlan parent isolation",
    "macvlan 宿主机 ping 不通容器",
    "macvlan 与宿主机不通",
    "macvtap 虚拟机 访问不了宿主机",
  ],
  page: () => ({
    meaning: text(
      "Containers or virtual machines on macvlan (or macvtap) have addresses of the host's own network and are reached by everybody, except by the host whose interface they stand on. That is by design and is not a firewall.",
      "macvlan（或 macvtap）上的容器或虚拟机拥有主机所在网络的地址，谁都能访问，唯独承载它们的那台主机不行。这是设计如此，不是防火墙。",
    ),
    evidence: text(
      "Packets: the ARP request on the parent's wire and at other hosts, not on the macvlan (and the other way round). State: `ip -d link` shows the macvlan standing on the other interface. Counters: none; the asker's entry fails (NEIGH_FAILED).",
      "报文：ARP 请求出现在父接口的链路上和其他主机上，但不在 macvlan 上（反过来也一样）。状态：`ip -d link` 显示 macvlan 建在另一个接口之上。计数器：没有；询问方的表项失败（NEIGH_FAILED）。",
    ),
    tellApart: text(
      "A third machine on the wire reaches both: then it is this. bridge-port-isolated: there is a bridge, and its ports are isolated. arp-no-local-owner: nobody has the address.",
      "链路上的第三台机器两个都能访问，就是这个原因。bridge-port-isolated：有网桥，端口被隔离。arp-no-local-owner：没有人有这个地址。",
    ),
    kernel:
      "macvlan_queue_xmit → dev_queue_xmit_accel(lowerdev); macvlan_handle_frame is the rx_handler of the lower device only",
  }),
  scenario: "macvlan-host-isolation",
  negativeTwin: "bridge-port-isolated",
});

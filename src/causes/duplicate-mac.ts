// Two hosts on one bridge have the same MAC address: frames go to whoever spoke last.

import { defineCause, unusedMac } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** One MAC address, two owners. */
export const cause = defineCause({
  code: "duplicate-mac",
  severity: "problem",
  marks: {
    drop: [{ reason: "IP_INADDRERRORS", settles: "kind", sometimes: true }],
    counters: [{ name: "IpInAddrErrors", of: "namespace", always: false }],
    decides: ["link", "bridge"],
    asked: { threads: 5, order: 2 },
    waits: "neighbour",
  },
  title: text("two hosts have the same MAC address", "两台主机的 MAC 地址相同"),
  headline: ({ mac }) =>
    text(
      `two hosts have the same MAC address${mac === undefined ? "" : `: ${mac}`}`,
      `两台主机的 MAC 地址相同${mac === undefined ? "" : `：${mac}`}`,
    ),
  summary: ({ mac, target, source, outInterface, inInterface, ownerInterface, owner }) => {
    const follows = text(
      "The switch or bridge follows whoever spoke last, so the ping works only now and then.",
      "交换机（网桥）总是跟着最后说话的那台走，所以 ping 时通时不通。",
    );
    if (inInterface === undefined) {
      return text(
        `What is sent to ${mac ?? "a MAC address"} does not come to ${outInterface ?? "the interface that was meant"} but ends at another machine, which has the same MAC address. ${follows.en}`,
        `发往${mac === undefined ? "某个 MAC " : ` ${mac} `}的帧没有到达 ${outInterface ?? "本该到达的接口"}，而是到了另一台 MAC 相同的机器。${follows.zh}`,
      );
    }
    const meant = owner ? text(` in ${owner}`, `${owner} 的 `) : text("", "");
    return text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} ends at ${inInterface}, which has the MAC address ${mac ?? "it is sent to"} but not that IP address. ${ownerInterface === undefined ? "Another interface" : `${ownerInterface}${meant.en}`} was meant and has the same MAC address. ${follows.en}`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文到了 ${inInterface}：它的 MAC${mac === undefined ? "" : ` ${mac}`}对得上，却没有这个 IP 地址。本该收到的是 ${ownerInterface === undefined ? "另一个接口" : `${meant.zh}${ownerInterface}`}，两者 MAC 相同。${follows.zh}`,
    );
  },
  why: () =>
    text(
      "A bridge learns each MAC address at one port only, the last one it was seen at.",
      "网桥对每个 MAC 只记一个端口，即最后一次见到它的端口。",
    ),
  fixes: ({ mac, inInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "IF", mac: unusedMac(mac) }],
      effect: text(
        "gives one of the two an address that nobody uses; in a virtual machine's definition, so that it stays",
        "给其中一台换一个没人用的 MAC；虚拟机要改它的定义，才能保持",
      ),
    },
    {
      advice: "ip -br link",
      effect: text(
        "on both: shows the addresses (cloned images and copied VM definitions are the usual reason)",
        "在两台上分别执行：查看 MAC（多半是克隆镜像或复制虚拟机定义造成的）",
      ),
    },
  ],
  settle: ({ mac }) => [
    {
      command: "bridge monitor fdb",
      because: text(
        `on the bridge: ${mac ?? "the address"} moving from port to port is this`,
        `在网桥上执行：${mac ?? "该 MAC"} 在端口之间来回移动，就是这个原因`,
      ),
    },
  ],
  faults: ({ netns, role, inInterface: device, frameFrom: mac }) =>
    role === "target" && device !== null && mac !== null ? [[{ kind: "link", netns, device, mac }]] : [],
  lookalikes: ["echo-no-reply", "arp-no-answer", "duplicate-address", "bridge-fdb-wrong-port", "bridge-own-mac-source"],
  search: [
    "duplicate MAC address",
    "cloned VM same MAC",
    "MAC flapping",
    "intermittent ping loss switch",
    "MAC 地址冲突",
    "克隆虚拟机 MAC 相同",
    "MAC 漂移",
    "ping 时断时续",
  ],
  page: () => ({
    meaning: text(
      "Two machines share one MAC address, mostly because one is a clone of the other. Each works alone; together they steal each other's frames.",
      "两台机器的 MAC 相同，多半一台是另一台克隆出来的。单独使用都正常，同时在线就互相抢帧。",
    ),
    evidence: text(
      "Packets: the echo reply leaves by the port of the other machine, after that one has talked. State: MAC addresses of all hosts, the FDB over time. Counters: IpInAddrErrors at the machine that gets what is not its own (right MAC address, foreign IP); drop reason IP_INADDRERRORS at ip_error there.",
      "报文：另一台说过话之后，应答就从它的端口出去了。状态：所有主机的 MAC，以及 FDB 随时间的变化。计数器：收错帧的那台机器（MAC 对、IP 不是自己的）IpInAddrErrors 增长；那里的丢包原因是 ip_error 处的 IP_INADDRERRORS。",
    ),
    tellApart: text(
      "bridge-fdb-wrong-port: OTHERHOST instead of IP_INADDRERRORS, the entry does not move. duplicate-address: one IP address, two MAC addresses. bridge-own-mac-source: the other owner is the bridge.",
      "bridge-fdb-wrong-port：是 OTHERHOST 而不是 IP_INADDRERRORS，表项不移动。duplicate-address：一个 IP 对应两个 MAC。bridge-own-mac-source：另一个拥有者是网桥。",
    ),
    kernel:
      "br_fdb_update: fdb->dst moves to the last source port; wrong host: ip_route_input_slow → ip_error IP_INADDRERRORS",
  }),
  scenario: "duplicate-mac",
  negativeTwin: "bridge-fdb-wrong-port",
});

// A frame comes in by a port with a MAC address of the bridge itself as its source.

import { defineCause, inNamespace, unusedMac } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Somebody out there has the bridge's MAC, or its own frames come back. */
export const cause = defineCause({
  code: "bridge-own-mac-source",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_INADDRERRORS", settles: "kind", sometimes: true }], arp: "silent" },
    counters: [{ name: "IpInAddrErrors", of: "namespace", always: false, sometimes: true }],
    decides: ["bridge", "link"],
    waits: "neighbour",
  },
  title: text("a frame comes in with the bridge's own MAC as source", "进来的帧以网桥自己的 MAC 为源"),
  headline: ({ bridge, inInterface, mac }) => {
    const where = [bridge, inInterface, mac].filter((part) => part !== undefined);
    return text(
      `a frame comes in with the bridge's own MAC as source${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `进来的帧以网桥自己的 MAC 为源${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, mac, source }) =>
    text(
      `${source ?? "A sender"} uses ${mac === undefined ? "a MAC address" : `the MAC address ${mac}`}, which ${bridge ?? "the bridge"} or one of its ports has as well${inInterface === undefined ? "" : `; its frames come in by ${inInterface}`}. What it asks is passed on, but what is answered goes to the bridge itself instead of to the sender. Either two have the same MAC address, or frames of the bridge come back in a loop.`,
      `${source ?? "发送方"} 用的 MAC${mac === undefined ? "" : ` ${mac}`}同时也是 ${bridge ?? "网桥"} 或它某个端口的 MAC${inInterface === undefined ? "" : `；它的帧从 ${inInterface} 进来`}。它的请求会被转发，但应答却交给了网桥自己，而不是发送方。要么两边的 MAC 相同，要么网桥自己的帧绕环路回来了。`,
    ),
  why: () =>
    text(
      "A local MAC is never learned at a port; so frames for it always end at the bridge, which logs that it received its own address.",
      "本地 MAC 不会在端口上被学习，所以发给它的帧总是停在网桥自己，内核会记录“收到自己的地址”。",
    ),
  fixes: ({ mac, port }, netns) => [
    {
      edits: [{ kind: "link", netns, device: port ?? "IF", mac: unusedMac(mac) }],
      effect: text(
        "gives the bridge's own side another MAC address; any unused one will do",
        "给网桥这一侧换一个 MAC；只要没人用就行",
      ),
    },
    {
      advice: inNamespace(netns, "ip -br link"),
      effect: text(
        `shows which interface of the bridge's host has ${mac ?? "that MAC address"}`,
        `查看网桥所在主机上哪个接口用了 ${mac ?? "这个 MAC"}`,
      ),
    },
  ],
  settle: () => [
    {
      command: "dmesg | grep own.address",
      because: text(
        "`received packet on … with own address as source address` names the port",
        "`received packet on … with own address as source address` 会指出端口",
      ),
    },
  ],
  faults: ({ netns, role, bridge: device, frameFrom: mac }) =>
    role === "switch" && device !== null && mac !== null ? [[{ kind: "link", netns, device, mac }]] : [],
  lookalikes: ["arp-no-answer", "bridge-fdb-local-mac", "duplicate-mac", "bridge-loop", "ip-on-bridge-port"],
  search: [
    "received packet with own address as source address",
    "bridge duplicate MAC",
    "bridge loop",
    "own address as source address",
    "网桥收到自己的 MAC",
    "网桥 MAC 重复",
    "网桥环路",
  ],
  page: () => ({
    meaning: text(
      "Cloned machines, containers with a fixed MAC address, or a cable that joins two ports of the bridge: a frame comes in that looks as if the bridge had sent it.",
      "克隆的机器、固定了 MAC 的容器，或者把网桥两个端口接在一起的网线：进来的帧看起来像是网桥自己发的。",
    ),
    evidence: text(
      "Packets: requests flooded as usual, ARP replies on the port of the answerer and on the bridge, not on the asker's port. State: MAC addresses of the bridge and its ports against those of the hosts. Kernel: the log line; ARP replies are taken in on the bridge without a drop event, IP packets end there as IP_INADDRERRORS (IpInAddrErrors) where its host does not forward.",
      "报文：请求照常泛洪；ARP 应答出现在应答方端口和网桥上，不在询问方端口上。状态：对比网桥及端口的 MAC 与各主机的 MAC。内核：上述日志；ARP 应答被网桥自己收下，没有丢包事件；IP 报文到了网桥所在主机，未开启转发时以 IP_INADDRERRORS 丢弃（IpInAddrErrors）。",
    ),
    tellApart: text(
      "duplicate-mac: two hosts share the address, no log. bridge-fdb-local-mac: the same clash seen from those who send to it. bridge-loop: the log comes in floods.",
      "duplicate-mac：两台主机 MAC 相同，没有日志。bridge-fdb-local-mac：同一冲突，从发往它的一方看。bridge-loop：日志成片出现。",
    ),
    kernel: "br_fdb_update: BR_FDB_LOCAL → net_warn_ratelimited own address as source address, not learned",
  }),
  scenario: "bridge-own-mac-source",
  negativeTwin: "duplicate-mac",
});

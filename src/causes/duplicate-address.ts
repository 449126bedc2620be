// Two hosts on one segment have the same address: both answer ARP, and the first answer wins.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** An address conflict. */
export const cause = defineCause({
  code: "duplicate-address",
  severity: "warning",
  title: text("duplicate address: two hosts answer", "地址冲突：两台主机应答"),
  headline: ({ target, mac, expectedMac }) => {
    const macs = [mac, expectedMac].filter((m) => m !== undefined);
    return text(
      `duplicate address: two hosts answer${target === undefined ? "" : ` for ${target}`}${macs.length === 0 ? "" : ` (${macs.join(" and ")})`}`,
      `地址冲突：两台主机应答${target === undefined ? "" : ` ${target}`}${macs.length === 0 ? "" : `（${macs.join(" 和 ")}）`}`,
    );
  },
  summary: ({ target, inInterface, peerInterface, mac, expectedMac }) =>
    text(
      `Two hosts on this segment have ${target ?? "the address"}: one answers at ${inInterface ?? "one interface"}${mac === undefined ? "" : ` with ${mac}`}, the other at ${peerInterface ?? "another"}${expectedMac === undefined ? "" : ` with ${expectedMac}`}. The asker takes the answer that comes first, so the ping may well work and still reach the wrong host.`,
      `本网段有两台主机都配置了 ${target ?? "该地址"}：一台在 ${inInterface ?? "某个接口"} 上应答${mac === undefined ? "" : `（${mac}）`}，另一台在 ${peerInterface ?? "另一个接口"} 上应答${expectedMac === undefined ? "" : `（${expectedMac}）`}。询问方采用先到的应答，所以 ping 很可能是通的，却到了错误的主机。`,
    ),
  why: () =>
    text(
      "Linux neither checks whether an IPv4 address is taken when it is added, nor defends its own; each owner simply answers.",
      "Linux 添加 IPv4 地址时不检查是否已被占用，也不会捍卫自己的地址；每个拥有者都照常应答。",
    ),
  fixes: ({ target, peerInterface }, netns) => [
    {
      command: inNamespace(netns, `ip addr del ${target ?? "ADDRESS"}/LENGTH dev ${peerInterface ?? "IF"}`),
      effect: text(
        "takes the address from one of the two, once you know which of them should keep it; LENGTH is what `ip -br addr` shows there",
        "先确定应当由谁保留，再从另一台上删除；LENGTH 用那里 `ip -br addr` 显示的前缀长度",
      ),
    },
    {
      command: `sudo ip neigh flush to ${target ?? "ADDRESS"}`,
      effect: text(
        "afterwards, on the asker: forgets the MAC address of the wrong host",
        "之后在询问方执行：忘掉错误主机的 MAC",
      ),
    },
  ],
  settle: ({ target }) => [
    {
      command: `sudo arping -c 2 -I IF ${target ?? "ADDRESS"}`,
      because: text(
        "run on the asker: two different MAC addresses mean two answerers; if both belong to one host, it is ARP flux",
        "在询问方执行：两个不同的 MAC 说明有两个应答者；如果都属于同一台主机，则是 ARP flux",
      ),
    },
  ],
  lookalikes: ["answered", "arp-flux", "proxy-arp", "neigh-stale-mac-changed", "duplicate-reply"],
  search: [
    "duplicate IP address",
    "IP address conflict",
    "arping duplicate reply",
    "MAC address flapping",
    "ping reaches wrong host",
    "IP 地址冲突",
    "IP 冲突",
    "地址重复",
  ],
  page: () => ({
    meaning: text(
      "Two hosts on one link were given the same address: a static one beside DHCP, a cloned machine, two containers. Both answer ARP, and chance decides which of them the asker talks to, newly with every renewal of the entry. Connections break, pings look fine.",
      "同一链路上的两台主机配了同一个地址：静态地址与 DHCP 撞车、克隆的机器、两个容器。两台都应答 ARP，询问方与谁通信全凭先后，而且每次更新邻居表项都可能变。连接会断，ping 却看起来正常。",
    ),
    evidence: text(
      "Packets: one who-has, two replies with different MAC addresses. State: the address is in table `local` of two hosts on the segment. The kernel logs nothing and counts nothing; `arping` shows both.",
      "报文：一个 who-has，两个 MAC 不同的应答。状态：同一网段两台主机的 local 表里都有这个地址。内核不记录也不计数；用 `arping` 能看到两个。",
    ),
    tellApart: text(
      "arp-flux: both MAC addresses belong to one host. proxy-arp: the second answerer is a router that forwards and does not own the address. neigh-stale-mac-changed: one host whose MAC address changed.",
      "arp-flux：两个 MAC 属于同一台主机。proxy-arp：另一个应答者是负责转发、并不拥有该地址的路由器。neigh-stale-mac-changed：同一台主机换了 MAC。",
    ),
    kernel:
      "arp_process of each owner: RTN_LOCAL → arp_send; asker: neigh_update, later replies ignored within locktime",
  }),
  scenario: "duplicate-address",
  negativeTwin: "arp-flux",
});

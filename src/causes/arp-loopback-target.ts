// Somebody asks by ARP for a 127.x or a multicast address: such questions are dropped on principle.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** An address that ARP has no business with. */
export const cause = defineCause({
  code: "arp-loopback-target",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["arp_process"], settles: "kind" }],
    counters: [],
    decides: [{ sysctl: "route_localnet" }],
    waits: "neighbour",
  },
  title: text("ARP for a loopback or multicast address", "用 ARP 询问环回或组播地址"),
  headline: ({ target }) =>
    target === undefined
      ? text("ARP for a loopback or multicast address", "用 ARP 询问环回或组播地址")
      : text(`ARP for a loopback or multicast address: ${target}`, `用 ARP 询问环回或组播地址：${target}`),
  summary: ({ target, source, inInterface }) =>
    text(
      `${source ?? "The asker"} asks by ARP for ${target ?? "an address that cannot be asked for"}. ${inInterface ?? "The receiving interface"} drops such a question without looking at its addresses: 127.x means every host itself, and groups have no single owner. So nobody answers.`,
      `${source ?? "询问方"} 用 ARP 询问 ${target ?? "一个不该询问的地址"}。${inInterface ?? "接收接口"} 不看自己的地址就直接丢弃：127.x 对每台主机都表示自己，组播地址则没有唯一的拥有者。所以没有人应答。`,
    ),
  why: () =>
    text(
      "arp_process drops requests for multicast targets, and for 127.x unless route_localnet is 1 (conf/all or the receiving interface).",
      "arp_process 会丢弃对组播地址的请求；对 127.x 的请求也丢弃，除非 route_localnet 为 1（conf/all 或接收接口）。",
    ),
  fixes: ({ target, asker, outInterface }) => [
    {
      advice: inNamespace(asker ?? null, `ip route get ${target ?? "TARGET"}`),
      effect: text(
        `shows why ${outInterface ?? "the asker"} sends it to the wire: mostly \`ping -I IF\`; without -I a 127.x address stays on lo`,
        `看 ${outInterface ?? "询问方"} 为什么把它发到线上：多半是 \`ping -I IF\`；不带 -I 时，127.x 只走 lo`,
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.route_localnet net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.route_localnet`,
      ),
      because: text(
        "on the receiver: with 1 a question for 127.x would be answered",
        "在接收方执行：为 1 时，对 127.x 的询问会得到应答",
      ),
    },
  ],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "martian-destination-loopback", "multicast-no-member"],
  search: [
    "ARP for 127.0.0.1",
    "route_localnet",
    "ping -I eth0 127.0.0.1",
    "ARP 询问 127.0.0.1",
    "环回地址 ARP",
    "route_localnet 环回",
  ],
  page: () => ({
    meaning: text(
      "An ARP request for a loopback or multicast address reached a host. No host answers for these; the mistake is on the asker's side, a bound socket or a route over a real interface.",
      "有主机收到了询问环回或组播地址的 ARP 请求。没有主机会为它们应答；问题出在询问方：套接字绑定了接口，或有走真实接口的路由。",
    ),
    evidence: text(
      "Packets: who-has for 127.x or 224.0.0.0/4, no reply. State: route_localnet of the receiver. Kernel: a drop event NOT_SPECIFIED at arp_process, one of the few for ARP.",
      "报文：询问 127.x 或 224.0.0.0/4 的 who-has，没有应答。状态：接收方的 route_localnet。内核：arp_process 处有 NOT_SPECIFIED 丢包事件，ARP 中少有的几种之一。",
    ),
    tellApart: text(
      "arp-no-local-owner: an ordinary address, and no drop event. martian-destination-loopback: the MAC address was known, and the packet itself for 127.x arrived.",
      "arp-no-local-owner：普通地址，没有丢包事件。martian-destination-loopback：MAC 已知，到达的是发往 127.x 的报文本身。",
    ),
    kernel: "arp_process: ipv4_is_multicast(tip) or (!IN_DEV_ROUTE_LOCALNET and ipv4_is_loopback(tip)) → out_free_skb",
  }),
  scenario: "arp-loopback-target",
  negativeTwin: "veth-one-address",
});

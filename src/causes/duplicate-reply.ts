// One echo request, more than one reply: what ping prints as DUP!.

import { formatIpv4, formatMac, type Mac } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict, type PacketView } from "../model/cause.ts";
import type { EchoExchange } from "../model/exchange.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import { echoes, framesOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { looksLikeBroadcast, verdictOfLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** Several replies to one request. */
export const cause = defineCause({
  code: "duplicate-reply",
  severity: "warning",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpInErrors", of: "namespace", always: false, sometimes: true }],
    decides: [],
  },
  title: text("more than one reply to one request (DUP!)", "一个请求收到不止一个应答（DUP!）"),
  headline: ({ target, count }) => {
    const en = [
      target === undefined ? undefined : `ping of ${target}`,
      count === undefined ? undefined : `${count} replies`,
    ].filter((part) => part !== undefined);
    const zh = [
      target === undefined ? undefined : `ping ${target}`,
      count === undefined ? undefined : `${count} 个应答`,
    ].filter((part) => part !== undefined);
    return text(
      `more than one reply to one request (DUP!)${en.length === 0 ? "" : `: ${en.join(", ")}`}`,
      `一个请求收到不止一个应答（DUP!）${zh.length === 0 ? "" : `：${zh.join("，")}`}`,
    );
  },
  summary: ({ target, count, state, mac, expectedMac }) => {
    const how =
      count === undefined ? text("more than one reply", "不止一个应答") : text(`${count} replies`, `${count} 个应答`);
    if (state === "several")
      return text(
        `Several hosts answer one request to ${target ?? "the target"}: it gets ${how.en}. That is what a broadcast or multicast address is for; ping counts every reply after the first as a duplicate.`,
        `有多台主机应答发往 ${target ?? "目标"} 的同一个请求：得到${how.zh}。广播或组播地址本来就是这样；第一个之后的应答，ping 都算作重复。`,
      );
    const from =
      mac === undefined || expectedMac === undefined
        ? text("", "")
        : text(`, from ${mac} and from ${expectedMac}`, `，分别来自 ${mac} 和 ${expectedMac}`);
    return text(
      `One request to ${target ?? "the target"} gets ${how.en}${from.en}. ping never asks twice with one sequence number, so something on the way doubles the request or the reply, or two hosts answer for one address.`,
      `发往 ${target ?? "目标"} 的一个请求得到${how.zh}${from.zh}。ping 不会用同一个序号问两次，所以要么是路上有什么把请求或应答复制了一份，要么是两台主机替同一个地址应答。`,
    );
  },
  why: () =>
    text(
      "ICMP echo has no retransmission: each reply belongs to one arrival of the request, so two replies mean two arrivals or a copied reply (a mirror, a loop, a hub, one MAC address in two places, a broadcast).",
      "ICMP echo 没有重传：每个应答都对应请求的一次到达，所以两个应答意味着请求到了两次，或应答被复制（镜像、环路、集线器、同一个 MAC 出现在两处、广播）。",
    ),
  fixes: ({ target, outInterface }, netns) => [
    {
      advice: inNamespace(netns, `tcpdump -e -n -i ${outInterface ?? "IF"} icmp and host ${target ?? "ADDRESS"}`),
      effect: text(
        "shows the source MAC address of each reply: two addresses are two answerers, one address is a copy",
        "看每个应答的源 MAC：两个不同就是两个应答者，相同就是复制出来的",
      ),
    },
    {
      advice: "tc filter show dev IF ingress",
      effect: text(
        "on the hosts on the way: a mirred action copies packets",
        "在沿途主机上执行：mirred 动作会复制报文",
      ),
    },
    {
      advice: "bridge -d link",
      effect: text(
        "on bridges on the way: two links between the same bridges without STP are a loop",
        "在沿途的网桥上执行：同样两个网桥之间有两条链路而没有 STP，就是环路",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -e -n -c 10 -i ${outInterface ?? "IF"} icmp`),
      because: text("the MAC addresses of the replies tell how many answer", "看应答的 MAC 地址就知道有几个应答者"),
    },
  ],
  lookalikes: ["duplicate-address", "duplicate-mac", "bridge-loop", "arp-flux", "routing-loop"],
  search: [
    "ping DUP!",
    "duplicate ping replies",
    "+N duplicates",
    "tc mirred duplicate packets",
    "ping 出现 DUP!",
    "ping 重复应答",
    "ping 收到重复包",
  ],
  page: () => ({
    meaning: text(
      "ping received more replies than it sent requests and marks the surplus with DUP!. With a broadcast or multicast target several hosts answer, which is normal. With a unicast target somebody copies packets: a port mirror, a bridge loop, a bond or hypervisor that hears its own frames, or two machines with one address.",
      "ping 收到的应答比发出的请求多，多出来的标为 DUP!。目标是广播或组播地址时，有多台主机应答，属于正常。目标是单播地址时，就是有什么在复制报文：端口镜像、网桥环路、听到自己的帧的 bond 或虚拟化平台，或者两台机器用了同一个地址。",
    ),
    evidence: text(
      "Packets: replies with the same id and sequence number more than once on the asker's own interface; their source MAC addresses and IP ids tell copies from second answers. ping: `(DUP!)`, or only `+N duplicates` in its summary for a broadcast. No kernel event; a host that ignores its own broadcast ping counts IcmpInErrors.",
      "报文：在请求方自己的接口上，id 和序号相同的应答出现不止一次；看它们的源 MAC 和 IP id，可以区分是复制品还是第二个应答。ping：`(DUP!)`；广播时只在统计里有 `+N duplicates`。没有内核事件；主机忽略自己的广播 ping 时，IcmpInErrors 会增长。",
    ),
    tellApart: text(
      "A capture on -i any shows each packet once for each interface it passes: that is no duplicate. duplicate-address: already the ARP question has two answers. bridge-loop: everything that is flooded comes back, not only replies.",
      "用 -i any 抓包时，同一个包每经过一个接口就出现一次，那不是重复。duplicate-address：ARP 询问就已经有两个应答。bridge-loop：凡是泛洪的都会回来，不只是应答。",
    ),
    kernel:
      "none: every reply is delivered (ping_rcv, raw_local_deliver); ping itself tells the duplicates by sequence number",
  }),
  scenario: "duplicate-reply",
  negativeTwin: "broadcast-needs-b",
  beside: true,
  check: (view) => {
    let most: { exchange: EchoExchange; replies: readonly Journey[] } | null = null;
    for (const exchange of echoes(view.flow)) {
      const replies = arrivedReplies(view, exchange);
      if (replies.length > 1 && replies.length > (most?.replies.length ?? 0)) most = { exchange, replies };
    }
    const asked = most?.exchange.request;
    if (!most || !asked) return byPrint(view);
    const { vantage } = firstSighting(asked).frame;
    const [first, second] = most.replies.map((reply) => senderOf(last(reply)));
    const sources = new Set(most.replies.map((reply) => sourceOf(last(reply))));
    const two = first !== second && first && second ? { mac: formatMac(first), expectedMac: formatMac(second) } : {};
    return {
      certainty: "certain",
      netns: vantage.netns,
      interface: vantage.interface,
      facts: {
        target: formatIpv4(view.flow.dst),
        source: formatIpv4(most.exchange.source),
        count: String(most.replies.length),
        ...(vantage.interface === null ? {} : { outInterface: vantage.interface }),
        ...(sources.size > 1 ? { state: "several" } : two),
      },
      evidence: [
        { basis: "seen", text: text("one request", "一个请求"), frames: framesOf([asked]).slice(0, 1) },
        {
          basis: "seen",
          text: text(`${most.replies.length} replies to it`, `对它的 ${most.replies.length} 个应答`),
          frames: most.replies.map((reply) => last(reply).frame),
        },
      ],
      ruledOut: [],
    };
  },
});

// Replies that came back to where the request left. A capture that does not name interfaces shows one packet several times.
function arrivedReplies({ inputs }: PacketView, { request, replies }: EchoExchange): Journey[] {
  if (!request) return [];
  const { vantage } = firstSighting(request).frame;
  const input = inputs.find((one) => one.vantage === vantage);
  if (vantage.interface === null || vantage.interface === "any" || input?.linkType === "LINUX_SLL") return [];
  return replies.filter((reply) => reply.sightings.some((packet) => packet.frame.vantage === vantage));
}

function last({ sightings }: Journey): Packet {
  return sightings.at(-1) as Packet;
}

function senderOf({ link }: Packet): Mac | null {
  return link.kind === "ethernet" ? link.source : null;
}

function sourceOf({ network }: Packet): number | null {
  return network.kind === "icmp" ? network.ip.source : null;
}

// ping says (DUP!) of each further answer; where hosts answer for a group, only its summary counts them.
function byPrint({ flow }: PacketView): PacketVerdict | null {
  const { printed } = flow;
  if (!printed || printed.duplicates === 0 || echoes(flow).length > 0 || printed.strangers.length > 0) return null;
  const line = printed.summaryLine ?? `${printed.duplicates} (DUP!)`;
  return verdictOfLine(flow, { line, count: 1 }, "likely", looksLikeBroadcast(flow.dst) ? { state: "several" } : {});
}

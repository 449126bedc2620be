// Two ways between the same bridges and no STP: whatever is flooded goes round without end.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { ArpExchange } from "../model/exchange.ts";
import type { Flow, Outcome } from "../model/flow.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import { echoes, framesOf } from "../model/observed.ts";
import type { FrameRef, Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";

/** A loop of bridges. */
export const cause = defineCause({
  code: "bridge-loop",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["link", "bridge"],
    waits: "neighbour",
  },
  title: text("bridge loop: flooded frames go round without end", "网桥环路：泛洪的帧无休止地打转"),
  headline: ({ bridge, inInterface }) => {
    const at = [bridge, inInterface].filter((name) => name !== undefined);
    return text(
      `bridge loop: flooded frames go round without end${at.length === 0 ? "" : ` (${at.join(", ")})`}`,
      `网桥环路：泛洪的帧无休止地打转${at.length === 0 ? "" : `（${at.join("，")}）`}`,
    );
  },
  summary: ({ bridge, inInterface, target, count, basis }) =>
    basis === "packets"
      ? text(
          `The same frame${target === undefined ? "" : ` about ${target}`} is seen ${count === undefined ? "again and again" : `some ${count} times`} within moments at one place. No host repeats itself that fast, so something brings the frame back: most likely two links between the same bridges, without STP.`,
          `同一个${target === undefined ? "" : `关于 ${target} 的`}帧在一个位置上片刻之间出现了${count === undefined ? "很多次" : `约 ${count} 次`}。没有主机会这么快地重复，说明有什么把帧送了回来：多半是同样两个网桥之间有两条链路，又没有 STP。`,
        )
      : text(
          `What ${bridge ?? "the bridge"} floods comes back to it${inInterface === undefined ? "" : ` by its port ${inInterface}`}, and it floods it again. Broadcasts, and so every ARP question, multiply without end; forwarding entries flap between the ports, and pings show duplicates and loss.`,
          `${bridge ?? "网桥"} 泛洪出去的帧又${inInterface === undefined ? "" : `从端口 ${inInterface} `}回来，于是再次泛洪。广播（包括每个 ARP 询问）无休止地增多，转发表项在端口之间来回跳变，ping 出现重复和丢包。`,
        ),
  why: () =>
    text(
      "An Ethernet frame has no TTL: a bridge sends what it cannot place to all other ports, and only STP, which is off by default on a Linux bridge, keeps a second way closed.",
      "以太网帧没有 TTL：网桥把不知道去向的帧发往所有其他端口，只有 STP 才会关闭多余的通路，而 Linux 网桥默认不开 STP。",
    ),
  fixes: ({ bridge, inInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "PORT", dev: true, up: false }],
      effect: text("ends the storm at once: one of the two ways is enough", "立即止住风暴：两条通路留一条就够"),
    },
    {
      edits: [{ kind: "bridge", netns, device: bridge ?? "BRIDGE", dev: true, options: { stp_state: 1 } }],
      effect: text(
        "on every bridge of the loop: keeps both ways and closes one until it is needed (ports forward only after 30 s)",
        "在环路中的每个网桥上执行：两条都保留，平时关闭一条（端口要过 30 秒才转发）",
      ),
    },
  ],
  settle: ({ bridge }, netns) => [
    {
      command: inNamespace(netns, `bridge -s fdb show br ${bridge ?? "BRIDGE"}`),
      because: text(
        "run twice: an address that moves between ports means a loop",
        "执行两次：同一个地址在端口之间变来变去，就是环路",
      ),
    },
  ],
  lookalikes: ["duplicate-reply", "bridge-own-mac-source", "duplicate-mac", "routing-loop"],
  search: [
    "bridge loop",
    "broadcast storm",
    "received packet with own address as source address",
    "stp_state",
    "网桥环路",
    "广播风暴",
    "交换机环路 ping 丢包",
  ],
  page: () => ({
    meaning: text(
      "Two bridges are joined twice, or a bridge is joined to itself. The first broadcast goes round for ever, each turn as fast as the machine can, and takes every other broadcast with it. CPU load rises, addresses seem to move from port to port, and pings see duplicates and loss.",
      "两个网桥之间连了两次，或网桥连到了自己。第一个广播就会永远打转，机器有多快就转多快，之后的每个广播都一样。CPU 负载升高，地址在端口之间跳来跳去，ping 出现重复和丢包。",
    ),
    evidence: text(
      "Packets: the same ARP request many times per millisecond at every port. State: two links between the same bridges with every port forwarding, stp_state 0. Log: `received packet on P with own address as source address`. Not reproduced in the lab on purpose.",
      "报文：每个端口上同一个 ARP 请求每毫秒出现很多次。状态：同样两个网桥之间有两条链路，端口全都是 forwarding，stp_state 为 0。日志：`received packet on P with own address as source address`。实验环境有意不重现它。",
    ),
    tellApart: text(
      "duplicate-reply: a reply or two too many, not an endless stream. routing-loop: the TTL falls with every turn, and an ICMP error ends it.",
      "duplicate-reply：多出一两个应答，而不是没完没了。routing-loop：每转一圈 TTL 减一，最后以 ICMP 差错结束。",
    ),
    kernel: "br_handle_frame_finish → br_flood; br_fdb_update logs the own address; BR_STATE_BLOCKING only with STP",
  }),
  scenario: null,
  negativeTwin: null,
  upsets: true,
  check: ({ flow }) => {
    const storm = arpStorm(flow) ?? echoStorm(flow);
    if (storm === null) return null;
    const [first] = storm.frames;
    return {
      certainty: "likely",
      netns: first?.vantage.netns ?? null,
      interface: first?.vantage.interface ?? null,
      facts: {
        target: formatIpv4(flow.dst),
        count: String(storm.count),
        ...(first?.vantage.interface ? { inInterface: first.vantage.interface } : {}),
      },
      evidence: [
        {
          basis: "seen",
          text: text(`the same frame some ${storm.count} times`, `同一个帧约 ${storm.count} 次`),
          frames: storm.frames,
        },
      ],
      ruledOut: [],
    };
  },
});

interface Storm {
  readonly count: number;
  readonly frames: readonly FrameRef[];
}

// Fewer are a scan or an impatient tool; the kernel asks once a second, a loop thousands of times.
const FEWEST = 50;
const SLOWEST = 5_000_000n;

// One question in rounds of three, over and over.
function arpStorm(flow: Flow): Storm | null {
  for (const outcome of flow.arpOutcomes) {
    const frames = endsOf(outcome);
    const [first, last] = [frames[0]?.time ?? null, frames.at(-1)?.time ?? null];
    if (first === null || last === null) continue;
    const count = outcome.count * (outcome.first as ArpExchange).requests.length;
    if (count >= FEWEST && last - first < SLOWEST * BigInt(count)) return { count, frames };
  }
  return null;
}

function endsOf({ first, last }: Outcome): FrameRef[] {
  const requests = [first, last].flatMap((e) => (e?.kind === "arp" && e.purpose === "resolve" ? [...e.requests] : []));
  const vantage = requests[0] ? firstSighting(requests[0]).frame.vantage : null;
  return requests.map((r) => firstSighting(r).frame).filter((frame) => frame.vantage === vantage);
}

// One echo request that comes by again with the TTL it had.
function echoStorm(flow: Flow): Storm | null {
  for (const { request, copies = [] } of echoes(flow)) {
    if (!request || copies.length + 1 < FEWEST) continue;
    const { vantage } = firstSighting(request).frame;
    const same = copies.filter((copy) => {
      const first = firstSighting(copy);
      return first.frame.vantage === vantage && ttlOf(first) === ttlOf(firstSighting(request));
    });
    if (same.length + 1 >= FEWEST) return { count: same.length + 1, frames: twoOf([request, ...same]) };
  }
  return null;
}

function twoOf(journeys: readonly Journey[]): FrameRef[] {
  return framesOf([journeys[0] as Journey, journeys.at(-1) as Journey]);
}

function ttlOf({ network }: Packet): number | null {
  return network.kind === "icmp" ? network.ip.ttl : null;
}

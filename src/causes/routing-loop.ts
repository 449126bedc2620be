// Routers send the packet to each other until its TTL is used up.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict, type PacketView } from "../model/cause.ts";
import { circleOf } from "../model/circle.ts";
import type { Facts } from "../model/finding.ts";
import { echoes, isLoopbackVantage } from "../model/observed.ts";
import { verdictOfPrintedError } from "../model/printed-verdict.ts";
import { type Text, text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";

function printedSummary({ target, router }: Facts): Text {
  return text(
    `${router || "A router"} says that the TTL of the packet for ${target ?? "the target"} was used up. It starts at 64 or more, and no sound path has that many routers: some routers on the way hand it back and forth.`,
    `${router || "某台路由器"} 说去往 ${target ?? "目标"} 的报文 TTL 用完了。起始值是 64 或更多，正常路径不会有这么多路由器：途中有路由器在来回传递它。`,
  );
}

function summaryOf({ target, router, count, route, source, outInterface }: Facts): Text {
  const often = count === undefined ? text(" again and again", "反复") : text(` ${count} times`, `${count} 次`);
  const by = text(router ? `: it comes by ${router}${often.en}` : "", router ? `：${often.zh}经过 ${router}` : "");
  const through = outInterface === "lo" ? throughLo(route) : backBy(route);
  return text(
    `The packet for ${target ?? "the target"} goes in circles${by.en}, until its TTL is used up. ${through.en} Then ${source ?? "the sender"} is told "Time to live exceeded".`,
    `去往 ${target ?? "目标"} 的报文在兜圈子${by.zh}，直到 TTL 用完。${through.zh}最后 ${source ?? "发送方"} 会收到“Time to live exceeded”。`,
  );
}

function backBy(route: string | undefined): Text {
  return route === undefined
    ? text("Two routers hold each other for the way to it.", "两台路由器互相把对方当作去往它的下一跳。")
    : text(`The route that sends it back is "${route}".`, `把它送回去的路由是“${route}”。`);
}

// loopback_xmit keeps the route: ip_forward takes the packet again, and again.
function throughLo(route: string | undefined): Text {
  return text(
    `${route === undefined ? "Its route there" : `The route "${route}"`} leads to lo, and what is forwarded to lo comes straight back.`,
    `${route === undefined ? "那里去往它的路由" : `路由“${route}”`}指向 lo，而转发到 lo 的报文会立刻回到同一台主机。`,
  );
}

function seenInCircles({ flow }: PacketView): PacketVerdict | null {
  const [circle] = echoes(flow).flatMap((exchange) => circleOf(exchange) ?? []);
  const network = circle?.packets[0]?.network;
  if (circle === undefined || network?.kind !== "icmp") return null;
  const { vantage, packets } = circle;
  const ttls = packets.map(({ network: one }) => (one.kind === "icmp" ? one.ip.ttl : null));
  const fall = `${ttls[0]} … ${ttls.at(-1)}`;
  return {
    certainty: "likely",
    netns: vantage.netns,
    interface: vantage.interface,
    facts: {
      target: formatIpv4(network.ip.destination),
      source: formatIpv4(network.ip.source),
      ...(isLoopbackVantage(vantage) ? { outInterface: "lo" } : {}),
    },
    evidence: [
      {
        basis: "seen",
        text: text(
          `the same packet ${packets.length} times at ${formatVantage(vantage)}, its TTL falling: ${fall}`,
          `同一个报文在 ${formatVantage(vantage)} 出现 ${packets.length} 次，TTL 逐次递减：${fall}`,
        ),
        frames: packets.map(({ frame }) => frame),
      },
    ],
    ruledOut: [],
  };
}

/** Routes that point at each other, or one that leads back into its own host. */
export const cause = defineCause({
  code: "routing-loop",
  severity: "problem",
  marks: {
    drop: [{ reason: "IP_INHDR", at: ["ip_forward"], settles: "cause" }],
    counters: [
      { name: "IpInHdrErrors", of: "namespace", always: false },
      { name: "IcmpOutTimeExcds", of: "namespace", always: false },
    ],
    decides: ["route"],
    asked: { threads: 5, order: 3 },
  },
  title: text("routing loop", "路由环路"),
  headline: ({ target, router }) => {
    const detail = text(
      [target === undefined ? undefined : `packets for ${target}`, router ? `through ${router}` : undefined]
        .filter((part) => part !== undefined)
        .join(" "),
      [target === undefined ? undefined : `去往 ${target}`, router ? `反复经过 ${router}` : undefined]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `routing loop${detail.en === "" ? "" : `: ${detail.en}`}`,
      `路由环路${detail.zh === "" ? "" : `：${detail.zh}`}`,
    );
  },
  summary: (facts) => (facts.basis === "ping" ? printedSummary(facts) : summaryOf(facts)),
  why: () =>
    text(
      "Each router decides alone; when two of them name each other as the next hop, only the TTL ends it.",
      "每台路由器各自决定；当两台互相把对方当作下一跳时，只有 TTL 能让它停下来。",
    ),
  fixes: ({ target }, netns) => [
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text(
        "on each router of the circle: the one whose answer points away from the target is wrong",
        "在环路的每台路由器上执行：指向远离目标方向的那台就是错的",
      ),
    },
    {
      edits: [{ kind: "route", netns, verb: "replace", destination: `${target ?? "TARGET"}/32`, via: "NEXTHOP" }],
      effect: text(
        "on that router: the right next hop (the whole prefix instead of /32); for a prefix nobody has, `unreachable` instead of a default route",
        "在那台路由器上：改成正确的下一跳（用整个前缀代替 /32）；如果没人拥有这个前缀，用 `unreachable` 路由兜底，别让它落到默认路由",
      ),
    },
  ],
  settle: ({ target }) => [
    {
      command: `traceroute -n ${target ?? "TARGET"}`,
      because: text("two addresses that take turns are the loop", "两个地址轮流出现，就是环路"),
    },
  ],
  lookalikes: ["ttl-expired", "icmp-redirect"],
  search: [
    "routing loop",
    "Time to live exceeded",
    "traceroute same two hops repeat",
    "路由环路",
    "traceroute 两个地址来回",
    "TTL 超时",
  ],
  page: () => ({
    meaning: text(
      "One router sends the destination to another, which sends it back. Typical: the provider's router has a route for a whole prefix to a customer, and the customer's router sends the unused part of it to its default route.",
      "一台路由器把目的地交给另一台，另一台又交回来。典型情形：上游把整个前缀指向下游，而下游把其中没用到的部分又按默认路由送回上游。",
    ),
    evidence: text(
      "Packets: the same id and sequence number many times on the link between the routers, the TTL falling by one each time, the MAC addresses alternating; at the end a time exceeded. State: the routes of both routers. Counters: IpForwDatagrams grows on both, IpInHdrErrors and IcmpOutTimeExcds where it ends; drop reason IP_INHDR at ip_forward there.",
      "报文：路由器之间的链路上，同一个 id 和序号出现许多次，TTL 每次减一，MAC 交替；最后是 TTL 超时。状态：两台路由器的路由。计数器：两台的 IpForwDatagrams 都增长，终点处 IpInHdrErrors 和 IcmpOutTimeExcds 增长；那里的丢包原因是 ip_forward 处的 IP_INHDR。",
    ),
    tellApart: text(
      "ttl-expired: the packet passes each link once. icmp-redirect: it appears twice on one link, and then arrives.",
      "ttl-expired：报文在每段链路上只经过一次。icmp-redirect：在同一链路上出现两次，然后到达目标。",
    ),
    kernel: "ip_forward, many times; at last ttl <= 1 → ICMP_TIME_EXCEEDED, IP_INHDR",
  }),
  scenario: "routing-loop",
  negativeTwin: "ttl-expired",
  // From 64, the usual start, only a circle uses the TTL up.
  check: (view) =>
    seenInCircles(view) ??
    ((view.flow.printed?.ttl ?? 64) >= 30 ? verdictOfPrintedError(view, [[11, 0]], "likely", null) : null),
});

// A request was sent in fragments, and one of them never came: the receiver waited for it and gave the rest up.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict, type PacketView } from "../model/cause.ts";
import type { EchoExchange } from "../model/exchange.ts";
import type { Journey } from "../model/journey.ts";
import type { Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";
import { formatVantage, type Vantage } from "../model/vantage.ts";

/** Fragments that could not be put together again. */
export const cause = defineCause({
  code: "frag-reassembly-timeout",
  severity: "problem",
  marks: {
    drop: [
      { reason: "FRAG_REASM_TIMEOUT", settles: "cause" },
      { reason: "DUP_FRAG", settles: "kind", sometimes: true },
      { reason: "FRAG_TOO_FAR", settles: "kind", sometimes: true },
    ],
    counters: [
      { name: "IpReasmTimeout", of: "namespace", at: "target", always: false },
      { name: "IpReasmFails", of: "namespace", at: "target", always: false },
      { name: "IcmpOutTimeExcds", of: "namespace", at: "target", always: false },
    ],
    decides: [{ sysctl: "ipfrag_time" }],
  },
  title: text("a fragment is missing at the receiver", "接收端缺少一个分片"),
  headline: ({ target, lost, count }) => {
    const en = [
      target === undefined ? undefined : `for ${target}`,
      lost === undefined || count === undefined ? undefined : `(${lost} of ${count} lost)`,
    ].filter((p) => p !== undefined);
    const zh = [
      target === undefined ? undefined : `发往 ${target}`,
      lost === undefined || count === undefined ? undefined : `${count} 个中丢了 ${lost} 个`,
    ].filter((p) => p !== undefined);
    return text(
      `a fragment is missing at the receiver${en.length === 0 ? "" : `: ${en.join(" ")}`}`,
      `接收端缺少一个分片${zh.length === 0 ? "" : `：${zh.join("，")}`}`,
    );
  },
  summary: ({ target, count, lost, outInterface, inInterface, router }) => {
    const sent =
      count === undefined
        ? text("The large packet was sent in fragments", "大报文是分片发送的")
        : text(`The packet was sent in ${count} fragments`, `报文分成了 ${count} 片发送`);
    const where =
      outInterface === undefined && inInterface === undefined
        ? text("", "")
        : text(
            `${outInterface === undefined ? "" : ` All of them were still at ${outInterface}.`}${inInterface === undefined ? "" : ` At ${inInterface} ${lost === undefined ? "some" : lost} ${lost === "1" ? "was" : "were"} missing.`}`,
            `${outInterface === undefined ? "" : `在 ${outInterface} 还是全的。`}${inInterface === undefined ? "" : `到 ${inInterface} 就缺了${lost === undefined ? "一部分" : ` ${lost} 片`}。`}`,
          );
    const end =
      router === undefined
        ? text(
            `Without all of them ${target ?? "the receiver"} cannot put the packet together, and there is no reply.`,
            `缺了分片，${target ?? "接收端"} 就拼不成完整的报文，也就没有应答。`,
          )
        : text(
            `${router} waited for the rest, gave up and said so by ICMP (reassembly time exceeded).`,
            `${router} 等不到其余分片，放弃后发来 ICMP 差错（分片重组超时）。`,
          );
    return text(
      `${sent.en}, and not all arrived.${where.en} ${end.en}`,
      `${sent.zh}，但没有全部到达。${where.zh}${end.zh}`,
    );
  },
  why: () =>
    text(
      "The receiver keeps fragments until all are there, for ipfrag_time (30 s) at most; then it drops them, and sends an ICMP error if it has the first one.",
      "接收端会保留分片直到收齐，最多等 ipfrag_time（30 秒）；之后丢弃，如果有第一个分片就发一个 ICMP 差错。",
    ),
  fixes: ({ target }, netns) => [
    {
      edits: [{ kind: "question", target: target ?? "TARGET", discovery: "do", payload: 1472 }],
      effect: text(
        "with packets that need no fragments: works if only fragments are lost",
        "用不需要分片的大小测试：如果只有分片会丢，这样就是通的",
      ),
    },
    {
      advice: inNamespace(netns, "tc -s qdisc show"),
      effect: text(
        "on the sender and each router: drops of a queue; firewalls and small MTUs on the way lose fragments too",
        "在发送方和每个路由器上执行：看队列丢包；途中的防火墙和较小的 MTU 也会丢分片",
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IpReasmTimeout IpReasmFails IpReasmReqds"),
      because: text(
        "on the receiver: IpReasmTimeout moves when it gives up",
        "在接收端执行：放弃时 IpReasmTimeout 增长",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "ttl-expired", "peer-mtu-smaller", "forward-fragments", "nft-forward-drop", "answered"],
  search: [
    "Frag reassembly time exceeded",
    "ip reassembly time exceeded",
    "IpReasmFails",
    "ping -s large packets lost",
    "fragments dropped by firewall",
    "分片重组超时",
    "大包 ping 不通",
    "分片丢失",
  ],
  page: () => ({
    meaning: text(
      "A packet larger than the MTU travels in pieces, and each piece must arrive. Here one does not: a full queue, a firewall or a NAT that does not understand fragments, or a link that takes less. Small pings work, large ones do not.",
      "比 MTU 大的报文会拆成几片传送，每一片都必须到达。这里有一片没到：队列满了，防火墙或 NAT 不认识分片，或者某段链路容量更小。小包能 ping 通，大包不行。",
    ),
    evidence: text(
      "Packets: some fragments at the receiver and not all; after ipfrag_time an ICMP type 11 code 1 from it, if the first fragment is among them. ping does not print that error: Linux keeps it from the socket. Counters at the receiver: IpReasmTimeout, IpReasmFails, IcmpOutTimeExcds; drop event FRAG_REASM_TIMEOUT at ip_expire; parts that overlap or come too far apart end at ip_frag_queue as DUP_FRAG or FRAG_TOO_FAR.",
      "报文：接收端只有一部分分片；如果其中有第一个分片，过了 ipfrag_time 它会发出 ICMP 类型 11 代码 1。ping 不会打印这个差错：Linux 不把它交给套接字。接收端计数器：IpReasmTimeout、IpReasmFails、IcmpOutTimeExcds；丢包事件是 ip_expire 处的 FRAG_REASM_TIMEOUT；重叠或相隔太远的分片在 ip_frag_queue 处以 DUP_FRAG 或 FRAG_TOO_FAR 结束。",
    ),
    tellApart: text(
      "ttl-expired: the same ICMP type with code 0, from a router. frag-needed-df: with DF nothing is fragmented, and a router says so. peer-mtu-smaller: the large fragments die at one link, where both ends disagree about the MTU.",
      "ttl-expired：同一 ICMP 类型但代码为 0，来自路由器。frag-needed-df：带 DF 时不分片，由路由器告知。peer-mtu-smaller：大的分片死在某一段链路上，因为两端的 MTU 不一致。",
    ),
    kernel:
      "ip_defrag → ip_frag_queue; ip_expire: FRAG_REASM_TIMEOUT, icmp_send(ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME)",
  }),
  scenario: "frag-reassembly-timeout",
  negativeTwin: "ttl-expired",
  check: missingFragment,
});

function missingFragment({ flow, inputs }: PacketView): PacketVerdict | null {
  if (flow.kind !== "ping" || flow.replies > 0) return null;
  if (inputs.some((input) => (input.droppedByKernel ?? 0) > 0)) return null;
  for (const { first } of flow.echoOutcomes) {
    if (first.kind !== "echo" || first.request === null || first.fragments.length === 0) continue;
    const told = first.errors.find(isReassemblyError)?.sightings ?? [];
    const loss = lossOf(first, first.request);
    const [error] = told;
    if (error === undefined && loss === null) continue;
    const from = error?.network.kind === "icmp" ? formatIpv4(error.network.ip.source) : null;
    const made = error?.frame.direction === "out" ? error.frame.vantage : null;
    return {
      certainty: error === undefined ? "likely" : "certain",
      netns: made?.netns ?? null,
      interface: null,
      facts: {
        source: formatIpv4(first.source),
        target: formatIpv4(first.destination),
        ...(from === null ? {} : { router: from, error: "11/1" }),
        ...(loss === null ? {} : { count: String(loss.sent), lost: String(loss.sent - loss.left) }),
        ...(loss?.whole == null ? {} : { outInterface: formatVantage(loss.whole) }),
        ...(loss === null ? {} : { inInterface: formatVantage(loss.torn) }),
      },
      evidence: [
        ...(loss === null
          ? []
          : [
              {
                basis: "missing" as const,
                text: text(
                  `${loss.left} of ${loss.sent} fragments at ${formatVantage(loss.torn)}`,
                  `${formatVantage(loss.torn)} 上只有 ${loss.sent} 个分片中的 ${loss.left} 个`,
                ),
              },
            ]),
        {
          basis: "seen",
          text:
            error === undefined
              ? text("these fragments were seen", "看到了这些分片")
              : text("ICMP error “reassembly time exceeded”", "ICMP 差错“分片重组超时”"),
          frames: (error === undefined ? first.request.sightings : told).map((packet) => packet.frame),
        },
      ] as unknown as PacketVerdict["evidence"],
      ruledOut: [],
      ...(error === undefined ? {} : { stateless: true as const }),
    };
  }
  return null;
}

function isReassemblyError({ sightings }: Journey): boolean {
  const network = sightings[0]?.network;
  return network?.kind === "icmp" && network.icmp?.type === 11 && network.icmp.code === 1;
}

interface Loss {
  readonly sent: number;
  readonly left: number;
  /** The last place where all were. */
  readonly whole: Vantage | null;
  readonly torn: Vantage;
}

// Along the way of the first fragment: where are there fewer of them than at its beginning?
function lossOf(exchange: EchoExchange, request: Journey): Loss | null {
  const sent = exchange.fragments.length + 1;
  const at = (vantage: Vantage): number =>
    [request, ...exchange.fragments].filter(({ sightings }) =>
      sightings.some((s: Packet) => s.frame.vantage === vantage),
    ).length;
  let whole: Vantage | null = null;
  for (const { frame } of request.sightings) {
    const left = at(frame.vantage);
    if (left < sent) return whole === null ? null : { sent, left, whole, torn: frame.vantage };
    whole = frame.vantage;
  }
  return null;
}

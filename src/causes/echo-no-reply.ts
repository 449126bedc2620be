// An echo request was seen and no reply to it, and nothing in the evidence favours one of the possible reasons.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import type { Evidence } from "../model/evidence.ts";
import type { EchoExchange } from "../model/exchange.ts";
import type { Flow } from "../model/flow.ts";
import type { Journey } from "../model/journey.ts";
import {
  echoes,
  framesOf,
  interfacesOf,
  isUnheard,
  quotesReply,
  strayReplies,
  unansweredArp,
} from "../model/observed.ts";
import type { Printed } from "../model/printed.ts";
import { lateUnreachable, ownUnreachable, verdictOfLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";

/** An unanswered echo request whose reason the facts do not decide. */
export const cause = defineCause({
  code: "echo-no-reply",
  severity: "problem",
  marks: {
    drop: "any",
    counters: [],
    decides: [],
  },
  title: text("echo request not answered", "echo 请求没有应答"),
  headline: ({ target, inInterface, state, asker, lost }) =>
    lost !== undefined
      ? text(
          `echo request not answered: ${lost} of those to ${target ?? "the target"}${state === undefined ? "" : `, last seen at ${state}`}`,
          `echo 请求没有应答：发给 ${target ?? "目标"} 的有 ${lost} 个${state === undefined ? "" : `，最后出现在 ${state}`}`,
        )
      : state !== undefined && asker !== undefined
        ? text(
            `echo request not answered: the reply from ${target ?? "the target"} came back to ${state}, and ping did not get it`,
            `echo 请求没有应答：${target ?? "目标"} 的回复到了 ${state}，但 ping 没有收到`,
          )
        : state !== undefined
          ? text(
              `echo request not answered: the reply from ${target ?? "the target"} was last seen at ${state}`,
              `echo 请求没有应答：${target ?? "目标"} 的回复最后出现在 ${state}`,
            )
          : inInterface === undefined
            ? text(
                `echo request not answered: no reply from ${target ?? "the target"} was seen`,
                `echo 请求没有应答：没有看到 ${target ?? "目标"} 的回复`,
              )
            : text(
                `echo request not answered: it reached ${inInterface}, no reply was seen`,
                `echo 请求没有应答：请求到达了 ${inInterface}，没有看到回复`,
              ),
  summary: ({ target, source, inInterface, outInterface, state, count, basis, asker, asking = "ping", lost }) =>
    lost !== undefined
      ? text(
          `${target ?? "The target"} answers ${source ?? "the asker"}, but not always: ${lost} of the requests stayed unanswered${state === undefined ? "" : `, and those were last seen at ${state}`}. What that was is neither in the state nor in what the kernel reported.`,
          `${target ?? "目标"} 会应答 ${source ?? "请求方"}，但并非每次：有 ${lost} 个请求没有应答${state === undefined ? "" : `，它们最后出现在 ${state}`}。原因在状态和内核的报告里都看不出来。`,
        )
      : state !== undefined && asker !== undefined
        ? text(
            `${target ?? "The target"} replied, and the reply came back to ${state}; a capture there shows it. But ping got nothing: behind the capture point ${asker} itself discards the reply, because of its firewall, its reverse-path filter, or something in the frame (a wrong MAC address, a VLAN tag, a damaged header).`,
            `${target ?? "目标"} 做了应答，应答也回到了 ${state}，那里的抓包能看到。但 ping 什么也没收到：在抓包点之后，${asker} 自己丢弃了应答，可能是防火墙、反向路径过滤，或者帧本身有问题（目的 MAC 不对、带 VLAN 标签、头部损坏）。`,
          )
        : basis === "ping" && count === undefined
          ? text(
              `That ${target ?? "the target"} does not answer ${source ?? "here"} is all that is known${asking === "ping" ? " of this ping" : ""}. It does not tell whether a request left, arrived, or was answered.`,
              `关于这次 ping，只知道${source === undefined ? "" : ` ${source} `}得不到 ${target ?? "目标"} 的应答。仅凭这一点看不出请求有没有发出、有没有到达、对方有没有应答。`,
            )
          : basis === "ping"
            ? text(
                `${asking} asked ${target ?? "the target"}${count === undefined ? "" : count === "1" ? " once" : ` ${count} times`} and got neither an answer nor an error. That alone does not tell whether the request left, arrived, or was answered: an ARP that nobody answers becomes an error only after about three seconds${outInterface === undefined ? "" : `, and a ping bound to ${outInterface} does not print it`}.`,
                `${asking} 向 ${target ?? "目标"} 发了${count === undefined ? "" : ` ${count} 次`}请求，既没有应答也没有差错。仅凭这一点看不出请求有没有发出、有没有到达、对方有没有应答：ARP 没有应答要过大约三秒才会变成差错${outInterface === undefined ? "" : `，而绑定在 ${outInterface} 上的 ping 不会打印它`}。`,
              )
            : state !== undefined
              ? text(
                  `The echo request ${source === undefined ? "" : `from ${source} `}reached ${target ?? "the target"}, which replied. The reply was last seen at ${state}, and not where the request had left${outInterface === undefined ? "" : ` (${outInterface})`}: it was lost on its way back, or came back where nobody captured.`,
                  `${source === undefined ? "" : `${source} 的 `}echo 请求到达了 ${target ?? "目标"}，目标也做了应答。应答最后出现在 ${state}，没有出现在发出请求的地方${outInterface === undefined ? "" : `（${outInterface}）`}：要么在回程中丢了，要么从没有抓包的接口回来了。`,
                )
              : text(
                  `The echo request ${source === undefined ? "" : `from ${source} `}to ${target ?? "the target"} was seen${inInterface !== undefined ? ` arriving at ${inInterface}` : outInterface === undefined ? "" : ` at ${outInterface}`}, and no reply to it was seen anywhere. The sender had a MAC to send it to; whether the request was refused or the reply was lost cannot be told from this alone.`,
                  `${source === undefined ? "" : `${source} `}发给 ${target ?? "目标"} 的 echo 请求${inInterface !== undefined ? `到达了 ${inInterface}` : outInterface === undefined ? "被抓到了" : `出现在 ${outInterface} 上`}，但任何地方都没有看到应答。发送方已有目的 MAC；究竟是请求被拒绝，还是应答没能回来，仅凭这些无法判断。`,
                ),
  why: () =>
    text(
      "A capture sees a packet before rp_filter and the firewall do, so arriving at an interface does not mean that the packet was accepted; most ways to refuse an echo send nothing back.",
      "抓包点在 rp_filter 和防火墙之前，所以到达接口并不等于被接受；拒绝 echo 的方式大多不会回送任何东西。",
    ),
  fixes: () => [],
  settle: ({ source, target, basis }, netns) => [
    ...(basis === "ping"
      ? [
          {
            command: inNamespace(netns, "tcpdump -n -e -i any 'arp or icmp'"),
            because: text(
              `while pinging for five seconds and more, there and on the host that should answer: how far the request comes (or in one: pktwhy run -- ping -c 5 ${target ?? "TARGET"})`,
              `同时 ping 五秒以上，在本机和应当应答的主机上各抓一份：看请求走到了哪里（也可以一步完成：pktwhy run -- ping -c 5 ${target ?? "TARGET"}）`,
            ),
          },
        ]
      : []),
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        "on the host that should answer: its routes, rp_filter, firewall and icmp_echo_ignore_all decide most of it",
        "在应当应答的主机上执行：它的路由、rp_filter、防火墙和 icmp_echo_ignore_all 能决定大部分情况",
      ),
    },
    {
      command: inNamespace(
        basis === "ping" ? null : netns,
        `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`,
      ),
      because: text("there: does it know a way back to the asker?", "同样在那里执行：它知道回到请求方的路吗？"),
    },
  ],
  lookalikes: [
    "rp-filter-strict",
    "nft-forward-drop",
    "accept-local-off-ip",
    "nft-input-drop",
    "nft-reply-drop",
    "icmp-echo-ignore-all",
    "missing-return-route",
    "peer-mtu-smaller",
  ],
  search: [
    "echo request but no reply",
    "tcpdump shows request no reply",
    "100% packet loss",
    "只有 echo request 没有 reply",
    "请求到达但没有应答",
    "100% 丢包",
  ],
  page: () => ({
    meaning: text(
      "The echo request was seen on the wire, so the sender had a route and a MAC for it, and no reply was seen. The receiver may have refused the request, may be set not to answer, may have no way back, or the reply was lost outside of every capture. pktwhy says this where captures and state favour none of them.",
      "线上看到了 echo 请求，说明发送方有路由、也有下一跳的 MAC，但没有看到应答。可能是接收方拒绝了请求、被设置为不应答、没有回程路由，或者应答丢在了所有抓包点之外。当抓包和状态都不偏向其中任何一个时，pktwhy 就这样说。",
    ),
    evidence: text(
      "Packets: requests without replies. To go on: capture at the target's interface and, for replies that take another way, on its other interfaces and lo; take its state before and after. IcmpInEchos moving means that the request was delivered; IcmpOutEchoReps moving as well, that an answer was made.",
      "报文：只有请求没有应答。要继续判断：在目标接口上抓包；应答可能走别的路，所以也要在它的其他接口和 lo 上抓；并采集前后的状态。IcmpInEchos 增长说明请求已交付；IcmpOutEchoReps 也增长，说明应答已生成。",
    ),
    tellApart: text(
      "IcmpInEchos does not move: rp-filter-strict, accept-local-off-ip, nft-input-drop. It moves alone: icmp-echo-ignore-all or missing-return-route. IcmpOutEchoReps moves too: nft-reply-drop, or the way back.",
      "IcmpInEchos 不变：rp-filter-strict、accept-local-off-ip、nft-input-drop。只有它增长：icmp-echo-ignore-all 或 missing-return-route。IcmpOutEchoReps 也增长：nft-reply-drop，或者问题在回程。",
    ),
    kernel: "ip_rcv → ip_route_input_slow → ip_local_deliver → icmp_rcv → icmp_echo → icmp_reply",
  }),
  scenario: null,
  negativeTwin: null,
  lastResort: 3,
  check: ({ flow }) => {
    const strays = strayReplies(flow);
    const stray = strays[0]?.exchange;
    const silent = echoes(flow).find(
      (e) => e.request !== null && e.replies.length === 0 && e.errors.every((j) => quotesReply(j) || isQuench(j)),
    );
    const exchange = stray ?? silent;
    if (!exchange && flow.wondered !== undefined && !flow.printed) return byQuestion(flow, flow.wondered);
    const request = exchange?.request;
    if (!exchange && flow.printed && echoes(flow).length === 0 && unansweredArp(flow).length === 0)
      return byPing(flow, flow.printed);
    const unheard = stray === undefined && isUnheard(flow) ? echoes(flow).find((e) => e.replies.length > 0) : undefined;
    if (unheard?.request) return byUnheard(flow, unheard, unheard.request);
    const last = request?.sightings.at(-1)?.frame;
    if (!exchange || !request || !last) return null;
    const lost = strays.reduce((sum, s) => sum + s.count, 0);
    if (flow.replies > lost) return null;
    const facts = {
      target: formatIpv4(flow.dst),
      source: formatIpv4(exchange.source),
      count: String(flow.requests),
      ...interfacesOf(request),
    };
    const asked: Evidence = {
      basis: "seen",
      text: stray
        ? text("the echo request", "echo request")
        : text("the echo request, last seen here", "最后看到 echo request 的地方"),
      frames: request.sightings.map((s) => s.frame),
    };
    const about = exchange.errors.filter((j) => quotesReply(j));
    const error: Evidence[] =
      about.length === 0
        ? []
        : [
            {
              basis: "seen",
              text: text(
                "an ICMP error about the echo reply: it was made, and could not go on",
                "关于 echo reply 的 ICMP 差错：应答已生成，但没能继续走",
              ),
              frames: framesOf(about),
            },
          ];
    if (stray) {
      const reply = framesOf(stray.replies);
      const place = reply.at(-1)?.vantage;
      const home = request.sightings[0]?.frame.vantage ?? last.vantage;
      return {
        certainty: "likely",
        netns: place?.netns ?? null,
        interface: place?.interface ?? null,
        facts: { ...facts, ...(place ? { state: formatVantage(place) } : {}) },
        evidence: [
          asked,
          { basis: "seen", text: text("the echo reply, last seen here", "最后看到 echo reply 的地方"), frames: reply },
          {
            basis: "missing",
            text: text(
              `no echo reply at ${formatVantage(home)}, where the request left`,
              `发出请求的 ${formatVantage(home)} 上没有 echo reply`,
            ),
          },
          ...error,
        ],
        ruledOut: (["icmp-echo-ignore-all", "nft-reply-drop"] as const).map((code) => ({
          code,
          because: text("an echo reply was seen", "看到了 echo reply"),
        })),
      };
    }
    return {
      certainty: "likely",
      netns: last.vantage.netns,
      interface: last.vantage.interface,
      facts,
      evidence: [
        asked,
        { basis: "missing", text: text("no echo reply in any capture", "所有抓包里都没有 echo reply") },
        ...error,
      ],
      ruledOut: [],
    };
  },
});

// The reply is back on the asker's own interface, and ping says that it got none: it was dropped behind the capture point.
function byUnheard(flow: Flow, exchange: EchoExchange, request: Journey): PacketVerdict | null {
  const reply = framesOf(exchange.replies);
  const last = reply.at(-1);
  if (last === undefined) return null;
  const { vantage } = last;
  const line = flow.printed?.summaryLine ?? null;
  return {
    certainty: "likely",
    netns: vantage.netns,
    interface: vantage.interface,
    facts: {
      target: formatIpv4(flow.dst),
      source: formatIpv4(exchange.source),
      count: String(flow.requests),
      ...interfacesOf(request),
      state: formatVantage(vantage),
      asker: formatIpv4(exchange.source),
    },
    evidence: [
      { basis: "seen", text: text("the echo reply, last seen here", "最后看到 echo reply 的地方"), frames: reply },
      ...(line === null
        ? []
        : [{ basis: "seen" as const, text: text(`ping printed: ${line}`, `ping 的输出：${line}`) }]),
    ],
    ruledOut: (["icmp-echo-ignore-all", "nft-reply-drop", "missing-return-route"] as const).map((code) => ({
      code,
      because: text("the echo reply came back", "echo reply 已经回来"),
    })),
    alike: UNHEARD,
  };
}

// What may drop an answer that is back at the asker's own interface.
const UNHEARD: readonly Code[] = [
  "nft-input-drop",
  "rp-filter-strict",
  "ip-header-bad",
  "neigh-wrong-mac",
  "vlan-tagged-to-untagged-host",
  "tc-ingress-drop",
  "echo-reply-no-socket",
];

// RFC 6633: a source quench says nothing of what became of the request, and Linux ignores it.
function isQuench({ sightings }: Journey): boolean {
  const network = sightings[0]?.network;
  return network?.kind === "icmp" && network.icmp?.type === 4;
}

function byPing(flow: Flow, printed: Printed): PacketVerdict | null {
  const { answers, transmitted, silences, summaryLine, boundInterface } = printed;
  const asked = transmitted ?? silences;
  if (answers > 0 || asked === 0) return null;
  // What came back late, or from the own kernel, is told as an ARP without an answer.
  if (printed.late === true || ownUnreachable(flow) !== null || lateUnreachable(flow) !== null) return null;
  const line = summaryLine ?? `${silences} requests without an answer`;
  return {
    ...verdictOfLine(flow, { line, count: 1 }, "possible", {
      count: String(asked),
      ...(boundInterface === null ? {} : { outInterface: boundInterface }),
    }),
    alike: UNSENT,
  };
}

// No more than that somebody asks.
function byQuestion(flow: Flow, words: string | null): PacketVerdict {
  return {
    certainty: "possible",
    netns: flow.netns,
    interface: null,
    facts: {
      target: formatIpv4(flow.dst),
      ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
      basis: "ping",
    },
    evidence: [
      words === null
        ? {
            basis: "missing",
            text: text("what the ping printed is not shown", "没有贴出这次 ping 的输出"),
          }
        : { basis: "seen", text: text(`it is asked: ${words}`, `问题是：${words}`) },
    ],
    ruledOut: [],
    alike: UNSENT,
  };
}

// Of a request that nobody saw, it may be that it never left.
const UNSENT: readonly Code[] = [
  "arp-no-answer",
  "arp-no-local-owner",
  "nft-output-drop",
  "bound-socket-reply-lo",
  "peer-down-neigh-known",
  "neigh-no-probes",
  "loopback-source-off-host",
];

// ping is bound to one interface and the reply comes in by another: let in, counted, and not handed to ping.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { Journey } from "../model/journey.ts";
import { echoes, framesOf } from "../model/observed.ts";
import { quotedLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** ping -I IF and an asymmetric way back. */
export const cause = defineCause({
  code: "bound-socket-other-interface",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route", "rule"],
    asked: { threads: 14, order: 2 },
  },
  title: text("the reply came in by another interface than ping is bound to", "应答从 ping 所绑定接口以外的接口进来"),
  headline: ({ outInterface, inInterface }) => {
    const parts = text(
      [
        outInterface === undefined ? undefined : `bound to ${outInterface}`,
        inInterface === undefined ? undefined : `reply by ${inInterface}`,
      ]
        .filter((part) => part !== undefined)
        .join(", "),
      [
        outInterface === undefined ? undefined : `绑定 ${outInterface}`,
        inInterface === undefined ? undefined : `应答从 ${inInterface} 进来`,
      ]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `the reply came in by another interface than ping is bound to${parts.en === "" ? "" : ` (${parts.en})`}`,
      `应答从 ping 所绑定接口以外的接口进来${parts.zh === "" ? "" : `（${parts.zh}）`}`,
    );
  },
  summary: ({ target, source, outInterface, inInterface }) =>
    text(
      `The reply from ${target ?? "the pinged address"} to ${source ?? "the asker"} arrives at ${inInterface ?? "one interface"}, and the kernel accepts it. But ping was started with -I ${outInterface ?? "IF"}, and a socket bound to an interface gets only what comes in there. The reply is seen in the capture, and ping counts a loss.`,
      `${target ?? "被 ping 的地址"} 发给 ${source ?? "请求方"} 的应答到达 ${inInterface ?? "某个接口"}，内核也接受了。但 ping 启动时带了 -I ${outInterface ?? "IF"}，绑定接口的套接字只收从该接口进来的报文。抓包能看到应答，ping 却算作丢包。`,
    ),
  why: () =>
    text(
      "SO_BINDTODEVICE works in both directions: the socket sends only by that interface and receives only from it.",
      "SO_BINDTODEVICE 对两个方向都起作用：套接字只从该接口发，也只从该接口收。",
    ),
  fixes: ({ source, target, inInterface, outInterface }, netns) => [
    {
      edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: source ?? "ADDRESS", atFault: true }],
      effect: text(
        "gives -I the address instead of the interface: replies are taken from everywhere",
        "让 -I 指定地址而不是接口：从哪里进来的应答都收",
      ),
    },
    {
      advice: `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`,
      effect: text(
        `on the answering host: shows why its replies arrive at ${inInterface ?? "that interface"} and not at ${outInterface ?? "the bound one"}; make that route the same as the way there`,
        `在应答主机上执行：看应答为什么到了 ${inInterface ?? "那个接口"} 而不是 ${outInterface ?? "绑定的接口"}；让回程与去程一致`,
      ),
    },
  ],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nstat -asz IcmpInEchoReps TcpExtIPReversePathFilter"),
      because: text(
        "the first moves: the reply was accepted and the socket missed it; the second moves: rp_filter dropped it",
        "前者增长：应答被接受，是套接字没收；后者增长：被 rp_filter 丢弃",
      ),
    },
  ],
  faults: ({ netns, role, bound, spare, source }) =>
    role === "asker" && bound !== null && spare !== null && source !== ""
      ? [[{ kind: "address", netns, verb: "add", address: `${source}/32`, device: spare }]]
      : [],
  lookalikes: ["asymmetric-routing", "bound-socket-reply-lo", "answered", "echo-reply-no-socket", "echo-no-reply"],
  search: [
    "ping -I eth0 100% loss but works without -I",
    "SO_BINDTODEVICE reply other interface",
    "ping -I interface no reply",
    "ping -I 指定网卡不通",
    "不加 -I 就能通",
    "应答从另一个网卡回来",
  ],
  page: () => ({
    meaning: text(
      "The way back ends at another interface of the asker than the way there began. Without -I the ping works and nobody notices; with -I and an interface name ping hears only that interface.",
      "回程到达的接口与去程出发的接口不同。不带 -I 时 ping 能通，没人注意到；-I 带接口名时，ping 只听那个接口。",
    ),
    evidence: text(
      "Packets: the request on the bound interface, the reply on another one of the same host. State: ping's -I; the answerer's route back; rp_filter 0 or 2 at the asker. Counters: IcmpInEchoReps moves; NO_SOCKET at ping_rcv, as for each reply to a raw socket.",
      "报文：请求在绑定的接口上，应答在同一主机的另一个接口上。状态：ping 的 -I；应答方的回程路由；请求方 rp_filter 为 0 或 2。计数器：IcmpInEchoReps 增长；ping_rcv 处的 NO_SOCKET（原始套接字的每个应答都会有）。",
    ),
    tellApart: text(
      "asymmetric-routing with rp_filter: IcmpInEchoReps does not move, TcpExtIPReversePathFilter does. bound-socket-reply-lo: the reply is on lo.",
      "带 rp_filter 的 asymmetric-routing：IcmpInEchoReps 不变，TcpExtIPReversePathFilter 增长。bound-socket-reply-lo：应答在 lo 上。",
    ),
    kernel: "raw_v4_match: raw_sk_bound_dev_eq(sk_bound_dev_if, dif, sdif) fails; ping_rcv: NO_SOCKET",
  }),
  scenario: "bound-socket-other-interface",
  negativeTwin: "asymmetric-routing",
  // ping names its interface and counts nothing, and the replies are at another one.
  check: ({ flow }) => {
    const bound = flow.printed?.boundInterface ?? null;
    if (bound === null || flow.printed?.received !== 0) return null;
    const elsewhere = echoes(flow).find(
      ({ replies }) => replies.length > 0 && replies.every((reply) => !isAt(reply, bound)),
    );
    const place = elsewhere?.replies[0]?.sightings.at(-1)?.frame.vantage;
    // Where captures name several namespaces, the reply may be on somebody else's interface.
    if (!elsewhere || !place?.interface || place.interface === "lo" || place.netns !== null) return null;
    const line = flow.printed.summaryLine;
    return {
      certainty: "likely",
      netns: flow.netns,
      interface: place.interface,
      facts: {
        target: formatIpv4(flow.dst),
        ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
        outInterface: bound,
        inInterface: place.interface,
      },
      evidence: [
        {
          basis: "seen",
          text: text("the reply comes in by another interface", "应答从另一个接口进来"),
          frames: framesOf(elsewhere.replies),
        },
        ...(line === null ? [] : [{ basis: "seen" as const, text: quotedLine({ line, count: 1 }) }]),
      ],
      ruledOut: [],
      alike: ["rp-filter-strict"],
    };
  },
});

function isAt({ sightings }: Journey, name: string): boolean {
  return sightings.some(({ frame }) => frame.vantage.interface === name);
}

// The request is delivered, but the answerer has no route to the asker: the reply is given up without any trace.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

const COUNTED = {
  icmp: text("IcmpInEchos shows that the question was heard", "IcmpInEchos 增长，说明请求已收到"),
  tcp: text("IpOutNoRoutes counts it", "IpOutNoRoutes 增长"),
  udp: text("UdpInDatagrams shows that the question was heard", "UdpInDatagrams 增长，说明问题已收到"),
} as const;

/** The target does not know the way back. */
export const cause = defineCause({
  code: "missing-return-route",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [
      { name: "IcmpInEchos", of: "namespace", always: true },
      // inet_csk_route_req
      { name: "IpOutNoRoutes", of: "namespace", always: false, sometimes: true },
    ],
    decides: ["route", "rule"],
    asked: { threads: 6, order: 1 },
    lookedUp: "source",
  },
  title: text("no route back to the asker", "没有回程路由"),
  headline: ({ source, owner }) =>
    text(
      `no route back to the asker${source === undefined ? "" : `: ${owner || "the target"} knows no way to ${source}`}`,
      `没有回程路由${source === undefined ? "" : `：${owner || "目标主机"} 不知道怎么回到 ${source}`}`,
    ),
  summary: ({ source, target, owner, inInterface, router, outInterface, translated, protocol }) => {
    const counted = COUNTED[protocol ?? "icmp"];
    if (translated !== undefined)
      return text(
        `The echo request arrives, still with the private source ${source ?? "of the asker"}: ${router || "the router"} sent it out of ${outInterface ?? "its public interface"} as it was, without masquerading. ${owner || "The answering host"} has no route to private addresses, and need not have one, so the reply cannot be sent, in silence.`,
        `echo 请求到了，但源地址仍是私有地址${source === undefined ? "" : ` ${source}`}：${router || "路由器"} 从 ${outInterface ?? "公网接口"} 原样发出，没有做地址伪装（MASQUERADE）。${owner || "应答主机"} 没有去往私有地址的路由，也不必有，所以应答发不出去，而且没有任何提示。`,
      );
    return text(
      `The echo request arrives${inInterface === undefined ? "" : ` at ${inInterface}`} and is accepted, for ${target ?? "the pinged address"} is there. But ${owner || "the answering host"} has no route to ${source ?? "the asker"}, so the reply cannot be sent. The kernel gives it up in silence: no error, no drop event, and only ${counted.en}.`,
      `echo 请求${inInterface === undefined ? "已到达" : `到达了 ${inInterface}`}，并被接受，因为 ${target ?? "被 ping 的地址"} 就在这里。但 ${owner || "应答主机"} 没有去往 ${source ?? "请求方"} 的路由，应答发不出去。内核静默丢弃：没有报错，没有丢包事件，只有 ${counted.zh}。`,
    );
  },
  why: () =>
    text(
      "A reply is a new packet with a route lookup of its own; the interface the request came in by does not count. When the lookup finds nothing, icmp_reply simply returns.",
      "应答是一个新报文，要自己查一次路由，请求从哪个接口进来不算数。查不到路由时，icmp_reply 直接返回。",
    ),
  fixes: ({ source, inInterface, gateway, router, outInterface, translated }, netns) => [
    ...(translated === undefined || outInterface === undefined
      ? []
      : [
          {
            edits: [{ kind: "nat", netns: router ?? null, tool: "nft", change: "masquerade", outInterface }],
            effect: text(
              "lets the router speak for its private hosts, with its own public address",
              "让路由器用自己的公网地址代表内网主机通信",
            ),
          } as const,
        ]),
    {
      edits: [{ kind: "route", netns, verb: "add", destination: "default", via: gateway ?? "GATEWAY" }],
      effect:
        gateway === undefined
          ? text(
              `gives the answering host a default route; GATEWAY is the router on its own link that leads to ${source ?? "the asker"}`,
              `给应答主机加默认路由；GATEWAY 是它所在链路上通往 ${source ?? "请求方"} 的路由器`,
            )
          : text(
              "gives the answering host a default route, by the router that brought the request",
              "给应答主机加默认路由，走的就是送来这个请求的路由器",
            ),
    },
    {
      edits: [
        {
          kind: "route",
          netns,
          verb: "add",
          destination: `${source ?? "SOURCE"}/32`,
          ...(gateway === undefined ? {} : { via: gateway }),
          device: inInterface ?? "IF",
        },
      ],
      effect:
        gateway === undefined
          ? text(
              `only for ${source ?? "the asker"}: out of the interface its requests come in by (if it is not on that link, say \`via\` the router)`,
              `只为 ${source ?? "请求方"} 加一条：从请求进来的接口出去（如果对方不在同一链路，要加 \`via\` 路由器）`,
            )
          : text(`only for ${source ?? "the asker"}`, `只为 ${source ?? "请求方"} 加一条`),
    },
  ],
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text(
        '"Network is unreachable" on the answering host means that this is it',
        "在应答主机上执行，如果显示“Network is unreachable”，就是这个原因",
      ),
    },
    {
      command: inNamespace(netns, "sysctl net.ipv4.icmp_echo_ignore_all"),
      because: text("1 would look exactly the same from outside: rule it out", "如果是 1，从外面看完全一样，需要排除"),
    },
  ],
  faults: ({ role, back }) => (role === "target" && back !== null ? [[back]] : []),
  lookalikes: [
    "echo-no-reply",
    "icmp-echo-ignore-all",
    "nft-reply-drop",
    "nft-input-drop",
    "missing-return-route-rp-filter",
    "rp-filter-strict",
  ],
  search: [
    "no return route",
    "ping request arrives but no reply",
    "default gateway missing on target",
    "IcmpInEchos IcmpOutEchoReps",
    "回程路由",
    "目标主机没有默认网关",
    "能收到 ping 请求但不回应",
    "跨网段 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "The way there is fine: the request is seen at the target's interface, and the target owns the address. But the target has no route to the source of the request, usually because its default gateway is missing. It wants to answer and cannot, and says nothing about it. The mending is on the answering side, not on the asking side.",
      "去程没有问题：目标接口上能看到请求，地址也是目标的。但目标没有到请求源地址的路由，多半是没配默认网关。它想应答却发不出去，而且什么也不说。要改的是应答的一方，而不是发 ping 的一方。",
    ),
    evidence: text(
      "Packets: the request at the target's interface, nothing going back, not even ARP for the way back. State: no route on the target that covers the source; rp_filter 0 there. Counters: IcmpInEchos moves, IcmpOutEchoReps does not; IpOutNoRoutes moves for a SYN and not for a ping, and there is no drop event.",
      "报文：目标接口上有请求，没有任何东西回去，连回程的 ARP 也没有。状态：目标上没有能匹配源地址的路由，rp_filter 为 0。计数器：IcmpInEchos 增长，IcmpOutEchoReps 不变；IpOutNoRoutes 在 SYN 时增长、ping 时不变，没有丢包事件。",
    ),
    tellApart: text(
      "icmp-echo-ignore-all has exactly the same packets and counters: only the sysctl and `ip route get` decide. nft-reply-drop: IcmpOutEchoReps and IpOutDiscards move. missing-return-route-rp-filter: the same fault where rp_filter is on, and then TcpExtIPReversePathFilter moves.",
      "icmp-echo-ignore-all 的报文和计数完全一样：只能靠 sysctl 和 `ip route get` 区分。nft-reply-drop：IcmpOutEchoReps 和 IpOutDiscards 增长。missing-return-route-rp-filter：同样的配置错误，只是开了 rp_filter，这时 TcpExtIPReversePathFilter 增长。",
    ),
    kernel: "icmp_echo → icmp_reply: ip_route_output_key fails → return (no SNMP counter, skb consumed at icmp_rcv)",
  }),
  scenario: "missing-return-route",
  negativeTwin: "icmp-echo-ignore-all",
});

// Request and reply use different interfaces of the asker; with rp_filter on, the reply is refused on arrival.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The reply comes back another way than the request went. */
export const cause = defineCause({
  code: "asymmetric-routing",
  severity: "warning",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [{ name: "TcpExtIPReversePathFilter", of: "namespace", always: true }],
    decides: ["route", "rule", { sysctl: "rp_filter" }],
    asked: { threads: 14, order: 1 },
  },
  title: text("asymmetric routing: the reply takes another way", "非对称路由：应答走了另一条路"),
  headline: ({ outInterface, inInterface, value }) => {
    const there = outInterface === undefined ? undefined : text(`out by ${outInterface}`, `请求走 ${outInterface}`);
    const back = inInterface === undefined ? undefined : text(`back by ${inInterface}`, `回来走 ${inInterface}`);
    // What turns another way into a loss.
    const lost =
      value === undefined || value === "0"
        ? undefined
        : text(`dropped by rp_filter=${value}`, `被 rp_filter=${value} 丢弃`);
    const parts = [there, back, lost].filter((part) => part !== undefined);
    return text(
      `asymmetric routing: the reply takes another way${parts.length === 0 ? "" : ` (${parts.map((p) => p.en).join(", ")})`}`,
      `非对称路由：应答走了另一条路${parts.length === 0 ? "" : `（${parts.map((p) => p.zh).join("，")}）`}`,
    );
  },
  summary: ({ source, outInterface, inInterface, value }) => {
    const path = text(
      `The request leaves by ${outInterface ?? "one interface"}, and what the other side sends back comes in by ${inInterface ?? "another"}.`,
      `请求从 ${outInterface ?? "一个接口"} 发出，而对方发回来的报文从 ${inInterface ?? "另一个接口"} 进来。`,
    );
    if (value === undefined || value === "0") {
      return text(
        `${path.en} That alone does no harm: the ping works. It stops working where rp_filter is strict, where a stateful firewall sees only one direction, or where ping is bound to an interface.`,
        `${path.zh}这本身没有害处，ping 是通的。但如果 rp_filter 是严格模式，或者有状态防火墙只看到一个方向，或者 ping 绑定了接口，就会不通。`,
      );
    }
    return text(
      `${path.en} With rp_filter=${value} the asking host refuses what comes from ${source ?? "there"} by that interface, because its own route to it is another one. The capture may show the reply; ping never gets it.`,
      `${path.zh}请求方的 rp_filter=${value}，而它去往 ${source ?? "对方"} 的路由不走这个接口，于是拒收从这里进来的报文。抓包可能看得到应答，ping 却收不到。`,
    );
  },
  why: () =>
    text(
      "Each host routes on its own, so two hosts may choose different links; reverse path filtering takes that for a forged source.",
      "每台主机各自查路由，两端可能选不同的链路；反向路径过滤会把这当作伪造的源地址。",
    ),
  fixes: ({ inInterface, value }, netns) => {
    const device = inInterface ?? "IF";
    const settings = value === "2" ? allAnd(device, "rp_filter", "0") : { [confKey(device, "rp_filter")]: "2" };
    return [
      {
        edits: [setting(netns, settings)],
        effect: text(
          `on the asker: lets replies in by ${device} although its own route is another; 2 asks only for some route back`,
          `在请求方执行：允许应答从 ${device} 进来，即使自己的路由不走它；取值 2 只要求存在回程路由`,
        ),
      },
      {
        advice: "ip rule add from ADDRESS lookup 100",
        effect: text(
          "on the answering host: with `ip route add default via GATEWAY table 100`, replies from each address leave by that address's own interface",
          "在应答主机上执行：再加上 `ip route add default via 网关 table 100`，让每个地址的应答从该地址所在的接口出去",
        ),
      },
    ];
  },
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, "nstat -asz TcpExtIPReversePathFilter"),
      because: text(
        "on the asker: if it moves, rp_filter drops the replies",
        "在请求方执行：如果它增长，就是 rp_filter 丢了应答",
      ),
    },
    {
      command: inNamespace(netns, `sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.${inInterface ?? "IF"}.rp_filter`),
      because: text("the larger of the two counts", "两者取较大的值"),
    },
  ],
  lookalikes: [
    "answered",
    "echo-no-reply",
    "bound-socket-other-interface",
    "nft-conntrack-invalid",
    "rp-filter-strict",
    "reply-via-lo",
    "rp-filter-arp",
  ],
  search: [
    "asymmetric routing Linux",
    "two NICs reply leaves by wrong interface",
    "tcpdump shows echo reply but ping shows loss",
    "rp_filter drops reply",
    "policy routing multiple interfaces",
    "非对称路由",
    "双网卡 回包走错网卡",
    "抓包能看到应答但 ping 显示丢包",
  ],
  page: () => ({
    meaning: text(
      "Two hosts are joined by more than one way, and each uses another. IP allows that. It becomes a loss when the asker's rp_filter is strict (1), or has no route to the answerer at all, when a firewall in between sees half of the exchange, or when ping's socket is bound. Usual grounds: two network cards and one default route, a VPN on one side, a source address of another interface.",
      "两台主机之间不止一条路，而它们各走各的。IP 允许这样。但如果请求方的 rp_filter 是严格模式（1），或者根本没有去往应答方的路由；或者中间的防火墙只看到一半；或者 ping 绑定了接口，就会丢包。常见场景：双网卡只有一条默认路由、一侧有 VPN、用了另一个接口的源地址。",
    ),
    evidence: text(
      "Packets: the request on one interface of the asker, the reply on another; or, where the answerer must ARP first, its unanswered who-has there. State: the routes of both hosts, rp_filter of the asker (larger of all and interface). Counters on the asker: TcpExtIPReversePathFilter; drop reason IP_RPFILTER for the echo reply, IcmpInEchoReps does not move.",
      "报文：请求在请求方的一个接口上，应答在另一个接口上；如果应答方要先做 ARP，则是那里没有应答的 who-has。状态：两端的路由，请求方的 rp_filter（取 all 和接口中较大的）。请求方的计数器：TcpExtIPReversePathFilter；丢包原因是针对 echo 应答的 IP_RPFILTER，IcmpInEchoReps 不变。",
    ),
    tellApart: text(
      "bound-socket-other-interface: rp_filter lets the reply in (IcmpInEchoReps moves), the bound socket does not take it. nft-conntrack-invalid: a router in between drops the reply. reply-via-lo: the reply is on lo, both addresses are one host's. rp-filter-strict: it is the request that is dropped, at the target.",
      "bound-socket-other-interface：rp_filter 放行了应答（IcmpInEchoReps 增长），是绑定的套接字不收。nft-conntrack-invalid：途中的路由器丢了应答。reply-via-lo：应答在 lo 上，两个地址属于同一台主机。rp-filter-strict：被丢的是请求，在目标上。",
    ),
    kernel: "ip_route_input_slow → fib_validate_source on the reply: IP_RPFILTER (IN_DEV_RPFILTER: IN_DEV_MAXCONF)",
  }),
  scenario: "asymmetric-routing",
  negativeTwin: "rp-filter-strict",
});

// The route back to a packet's source leaves by another interface, and rp_filter is strict.

import { defineCause, inNamespace } from "../model/cause.ts";
import { alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Strict reverse path filtering drops what came in by an unexpected interface. */
export const cause = defineCause({
  code: "rp-filter-strict",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [{ name: "TcpExtIPReversePathFilter", of: "namespace", always: true }],
    decides: [{ sysctl: "rp_filter", values: ["1"] }, "route"],
    asked: { threads: 22, order: 1 },
  },
  title: text("dropped by rp_filter: the route back uses another interface", "被 rp_filter 丢弃：回程路由走另一个接口"),
  headline: ({ source, inInterface }) => {
    const came = text(
      [source, inInterface === undefined ? undefined : `came in by ${inInterface}`]
        .filter((part) => part !== undefined)
        .join(" "),
      [source, inInterface === undefined ? undefined : `从 ${inInterface} 进来`]
        .filter((part) => part !== undefined)
        .join(" "),
    );
    return text(
      `dropped by rp_filter: the route back uses another interface${came.en === "" ? "" : ` (${came.en})`}`,
      `被 rp_filter 丢弃：回程路由走另一个接口${came.zh === "" ? "" : `（${came.zh}）`}`,
    );
  },
  summary: ({ source, inInterface, route }) =>
    text(
      `The packet from ${source ?? "the sender"} arrives at ${inInterface ?? "the receiving interface"}, but by the receiver's own routes the way back to ${source ?? "it"} ${route === undefined ? "is another interface" : `is "${route}"`}. With rp_filter=1 the kernel drops such a packet before ICMP sees it, and tells nobody: the asker only sees that no reply comes.`,
      `来自 ${source ?? "发送方"} 的报文到达 ${inInterface ?? "接收接口"}，但按接收方自己的路由，回到 ${source ?? "发送方"} ${route === undefined ? "要走另一个接口" : `走的是“${route}”`}。rp_filter=1 时内核在 ICMP 看到它之前就丢弃，也不通知任何人：请求方只看到没有应答。`,
    ),
  why: () =>
    text(
      "Strict reverse path filtering (RFC 3704) lets a packet in only by the interface that the route to its source would use; the larger of conf/all and the receiving interface counts.",
      "严格的反向路径过滤（RFC 3704）只允许报文从“去往其源地址的路由所用的接口”进来；取 conf/all 和接收接口中较大的值。",
    ),
  fixes: ({ source, inInterface, gateway }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [
          {
            kind: "route",
            netns,
            verb: "add",
            destination: `${source ?? "SOURCE"}/32`,
            ...(gateway === undefined ? {} : { via: gateway }),
            device,
          },
        ],
        effect: text(
          `makes ${device} the way back, if that is where ${source ?? "the source"} belongs`,
          `让 ${device} 成为回程接口，前提是 ${source ?? "该源地址"} 本来就在那一侧`,
        ),
      },
      {
        edits: [setting(netns, { [confKey(device, "rp_filter")]: "2" })],
        effect: text(
          `makes the check loose on ${device} alone: any route back will do; 2 is larger than 1, so conf/all need not change`,
          `只在 ${device} 上改为宽松检查：只要有回程路由即可；2 比 1 大，所以不必改 conf/all`,
        ),
      },
    ];
  },
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ source, target, inInterface }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text(
        `if it names another interface than ${inInterface ?? "the receiving one"} and rp_filter is 1, this is it`,
        `如果它给出的接口不是 ${inInterface ?? "接收接口"}，而 rp_filter 又是 1，就是这个原因`,
      ),
    },
    {
      command: inNamespace(netns, "nstat -asz TcpExtIPReversePathFilter"),
      because: text("moves with each packet that rp_filter drops", "rp_filter 每丢一个报文，它就加一"),
    },
  ],
  faults: ({ netns, role, inInterface, spare, source }) =>
    (role === "target" || role === "router") && inInterface !== null && spare !== null
      ? [
          [
            {
              kind: "sysctl",
              netns,
              settings: [{ key: `net.ipv4.conf.${inInterface.replaceAll(".", "/")}.rp_filter`, value: "1" }],
            },
            { kind: "route", netns, verb: "add", destination: `${source}/32`, device: spare },
          ],
        ]
      : [],
  lookalikes: [
    "accept-local-off-ip",
    "missing-return-route",
    "icmp-echo-ignore-all",
    "nft-input-drop",
    "rp-filter-loose-no-route",
  ],
  search: [
    "rp_filter",
    "reverse path filtering",
    "martian source",
    "asymmetric routing no reply",
    "TcpExtIPReversePathFilter",
    "反向路径过滤",
    "非对称路由 ping 不通",
    "多网卡 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "The echo request arrives, but the receiver would send its answer out by another interface. With rp_filter=1 Linux takes that for a forged source and drops the request in silence. Usual grounds: hosts with two interfaces, policy routing on one side only, a source address chosen with -I, a VPN.",
      "echo 请求到达了，但接收方的应答会从另一个接口发出。rp_filter=1 时 Linux 认为源地址是伪造的，静默丢弃请求。常见场景：多网卡主机、只有一侧做了策略路由、用 -I 指定了源地址、VPN。",
    ),
    evidence: text(
      "Packets: the request at the receiving interface, no reply anywhere; a tap sees packets before rp_filter does. State: rp_filter (larger of all and interface) is 1, `ip route get SOURCE` names another interface. Kernel: IP_RPFILTER at ip_rcv_finish_core, TcpExtIPReversePathFilter moves, IcmpInEchos does not; with log_martians=1 a martian source.",
      "报文：接收接口上有请求，任何地方都没有应答；抓包点在 rp_filter 之前。状态：rp_filter（取 all 和接口中较大的）为 1，`ip route get SOURCE` 给出另一个接口。内核：ip_rcv_finish_core 处的 IP_RPFILTER，TcpExtIPReversePathFilter 增长，IcmpInEchos 不变；log_martians=1 时记录 martian source。",
    ),
    tellApart: text(
      "accept-local-off-ip: the source is the receiver's own address, and no counter moves. missing-return-route: rp_filter is 0, the request is delivered, and the reply finds no route. icmp-echo-ignore-all: IcmpInEchos moves.",
      "accept-local-off-ip：源地址是接收方自己的，没有计数。missing-return-route：rp_filter 为 0，请求已交付，但应答没有路由。icmp-echo-ignore-all：IcmpInEchos 会增长。",
    ),
    kernel:
      "ip_route_input_slow → __fib_validate_source: rpf == 1 → IP_RPFILTER, LINUX_MIB_IPRPFILTER (IN_DEV_RPFILTER: IN_DEV_MAXCONF)",
  }),
  scenario: "rp-filter-strict",
  negativeTwin: "two-namespaces",
});

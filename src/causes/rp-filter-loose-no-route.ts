// rp_filter is loose, and there is no route to the source at all.

import { defineCause, inNamespace } from "../model/cause.ts";
import { interfaceSetting } from "../model/fault-place.ts";
import { alsoForAll } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Even loose reverse path filtering wants some way back. */
export const cause = defineCause({
  code: "rp-filter-loose-no-route",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [{ name: "TcpExtIPReversePathFilter", of: "namespace", always: true }],
    decides: [{ sysctl: "rp_filter", values: ["2"] }, "route"],
    lookedUp: "source",
  },
  title: text("dropped by rp_filter: there is no route back at all", "被 rp_filter 丢弃：根本没有回程路由"),
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
      `dropped by rp_filter: there is no route back at all${came.en === "" ? "" : ` (${came.en})`}`,
      `被 rp_filter 丢弃：根本没有回程路由${came.zh === "" ? "" : `（${came.zh}）`}`,
    );
  },
  summary: ({ source, inInterface, owner, value }) =>
    text(
      `The packet from ${source ?? "the sender"} arrives at ${inInterface ?? "the receiving interface"}, and ${owner || "the receiver"} finds no usable route back to ${source ?? "it"}. With rp_filter=${value ?? "2"} that alone is enough to drop it, before ICMP sees it. As a rule it could not have answered either: what is missing is the route.`,
      `来自 ${source ?? "发送方"} 的报文到达 ${inInterface ?? "接收接口"}，但 ${owner || "接收方"} 找不到可用的回到 ${source ?? "对方"} 的路由。rp_filter=${value ?? "2"} 时，仅凭这一点就会在 ICMP 看到之前丢弃它。其实就算不丢，一般也应答不了：缺的是路由。`,
    ),
  why: () =>
    text(
      "Loose filtering (2) asks only whether any route to the source exists, a default route included; without one the source counts as forged. An interface without any address passes no check either.",
      "宽松检查（2）只问有没有到源地址的路由，默认路由也算；一条都没有，就当作伪造的源地址。没有任何地址的接口也通不过检查。",
    ),
  fixes: ({ source, inInterface }, netns) => [
    {
      edits: [
        { kind: "route", netns, verb: "add", destination: `${source ?? "SOURCE"}/32`, device: inInterface ?? "IF" },
      ],
      effect: text(
        "gives the receiver a way back (the source's whole prefix is better; say `via` a router if it is not on that link)",
        "给接收方一条回程路由（最好用源地址所在的整个前缀；如果不在同一链路，要加 `via` 路由器）",
      ),
    },
    {
      edits: [{ kind: "route", netns, verb: "add", destination: "default", via: "GATEWAY" }],
      effect: text(
        "or a default route, which is enough for rp_filter=2 and for the reply",
        "或者加默认路由，对 rp_filter=2 和应答都够用",
      ),
    },
  ],
  assumes: alsoForAll("rp_filter", "0"),
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text('"Network is unreachable" there is this', "如果显示“Network is unreachable”，就是这个原因"),
    },
    {
      command: inNamespace(netns, "nstat -asz TcpExtIPReversePathFilter"),
      because: text("moves with each packet that rp_filter drops", "rp_filter 每丢一个报文，它就加一"),
    },
  ],
  faults: ({ netns, role, inInterface, back }) =>
    role === "target" && inInterface !== null && back !== null
      ? [[back, interfaceSetting(netns, inInterface, "rp_filter", "2")]]
      : [],
  lookalikes: [
    "echo-no-reply",
    "missing-return-route",
    "missing-return-route-rp-filter",
    "rp-filter-strict",
    "icmp-echo-ignore-all",
    "nft-input-drop",
  ],
  search: [
    "rp_filter=2 drops packets",
    "loose reverse path filter no route",
    "TcpExtIPReversePathFilter",
    "martian source",
    "rp_filter 宽松模式 丢包",
    "没有回程路由",
    "反向路径过滤",
  ],
  page: () => ({
    meaning: text(
      "The request arrives at a host that knows no way to its sender, not even a default route. With rp_filter=0 the host would accept it and be unable to answer (missing-return-route); with rp_filter=2, which many distributions set, it is dropped already on arrival. The remedy is the same: a route.",
      "请求到达的主机不知道怎么回到发送方，连默认路由也没有。rp_filter=0 时主机会接受，却发不出应答（missing-return-route）；rp_filter=2（很多发行版的设置）时，一到就被丢弃。解决办法一样：加路由。",
    ),
    evidence: text(
      "Packets: the request at the receiving interface, no reply. State: rp_filter (larger of all and interface) not 0, no route that covers the source, or an interface without address. Counters: TcpExtIPReversePathFilter moves, IcmpInEchos does not; drop reason IP_RPFILTER; with log_martians=1 a martian source.",
      "报文：接收接口上有请求，没有应答。状态：rp_filter（取 all 和接口中较大的）不为 0，没有能匹配源地址的路由，或者接口没有地址。计数器：TcpExtIPReversePathFilter 增长，IcmpInEchos 不变；丢包原因 IP_RPFILTER；log_martians=1 时记录 martian source。",
    ),
    tellApart: text(
      "rp-filter-strict: a route exists, but by another interface. missing-return-route: rp_filter is 0, IcmpInEchos moves. missing-return-route-rp-filter: the same, seen behind a router.",
      "rp-filter-strict：有路由，但走另一个接口。missing-return-route：rp_filter 为 0，IcmpInEchos 增长。missing-return-route-rp-filter：同样的情况，只是发送方在路由器后面。",
    ),
    kernel:
      "__fib_validate_source: fib_lookup fails → last_resort: rpf != 0 → IP_RPFILTER, LINUX_MIB_IPRPFILTER (IN_DEV_MAXCONF)",
  }),
  scenario: "rp-filter-loose-no-route",
  negativeTwin: "rp-filter-strict",
});

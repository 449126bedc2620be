// A firewall refuses the packet and says so by an ICMP error.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import { filterRule } from "../model/fault-place.ts";
import type { RuledOut } from "../model/finding.ts";
import { verdictOfError } from "../model/observed.ts";
import { firstRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

const REJECTIONS = ["icmp-port-unreachable", "icmp-host-prohibited", "icmp-admin-prohibited"];

/** A reject rule, of nftables or iptables. */
export const cause = defineCause({
  code: "nft-reject",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["nft", "iptables"],
    stages: ["arrived", "forwarded", "sent"],
    asked: { threads: 10, order: 4 },
  },
  title: text("rejected by a firewall", "被防火墙拒绝（reject）"),
  headline: ({ chain, target }) => {
    const where = text(
      [target === undefined ? undefined : `on the way to ${target}`, chain]
        .filter((part) => part !== undefined)
        .join(", "),
      [target === undefined ? undefined : `目的地 ${target}`, chain].filter((part) => part !== undefined).join("，"),
    );
    return text(
      `rejected by a firewall${where.en === "" ? "" : `: ${where.en}`}`,
      `被防火墙拒绝（reject）${where.zh === "" ? "" : `：${where.zh}`}`,
    );
  },
  summary: ({ source, target, chain, rule, inInterface, router, basis }) =>
    basis !== undefined
      ? text(
          `An ICMP error that says the packet is not wanted came back from ${router || "a router on the way"}. Firewall rules that reject send this; a prohibit route sends the same "Packet filtered". The rules themselves were not seen.`,
          `${router || "途中的路由器"} 发回了表示拒绝的 ICMP 差错。防火墙的 reject 规则会发这种差错；prohibit 路由也会发同样的“Packet filtered”。规则本身没有看到。`,
        )
      : text(
          `The packet from ${source ?? "the sender"} to ${target ?? "the target"}${inInterface === undefined ? "" : ` comes in by ${inInterface} and`} meets a firewall rule${chain === undefined ? "" : ` in chain ${chain}`} that rejects it${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. Unlike a drop this is said aloud: ping prints the machine that refused, with "Port Unreachable", "Packet filtered" or "Host Prohibited". No port and no host is really missing.`,
          `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文${inInterface === undefined ? "" : `从 ${inInterface} 进来，`}遇到${chain === undefined ? "" : ` ${chain} 链里`}一条拒绝它的防火墙规则${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。与 drop 不同，reject 会明说：ping 会打印拒绝它的那台机器，以及“Port Unreachable”“Packet filtered”或“Host Prohibited”。其实并没有哪个端口或主机不存在。`,
        ),
  why: () =>
    text(
      "A reject rule drops the packet and sends an ICMP error of its choice: port unreachable by default, admin-prohibited in firewalld.",
      "reject 规则丢弃报文，并发出规则指定的 ICMP 差错：默认是端口不可达，firewalld 用的是 admin-prohibited。",
    ),
  fixes: ({ chain, router, target, tool }, netns) => {
    const parts = chain?.split(" ") ?? [];
    // Who refuses what is for somebody else refuses to forward it.
    const hook = router && router !== target ? "forward" : "input";
    const accept = firstRule(netns, chain ?? `inet filter ${hook}`, {
      ...(tool === undefined ? {} : { tool }),
      iptables: "-p icmp -j ACCEPT",
      nft: "icmp type { echo-request, echo-reply } accept",
    });
    return [
      {
        edits: [accept],
        effect: text(
          `${router ? `on ${router}: ` : ""}lets pings pass, in front of the rejecting rule`,
          `${router ? `在 ${router} 上：` : ""}在拒绝规则之前放行 ping`,
        ),
      },
      {
        advice: inNamespace(netns, parts.length === 2 ? "iptables-save -c" : "nft -a list ruleset"),
        effect: text(
          "shows the rejecting rule (with firewalld: use firewall-cmd instead of editing by hand)",
          "查看拒绝的规则（如果用 firewalld，请用 firewall-cmd，而不是手工修改）",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "nft -a list ruleset"),
      because: text(
        "on the machine after `From` in ping's output, before and after: the counter of the reject rule moves",
        "在 ping 输出中 `From` 后面的机器上，前后各执行一次：reject 规则的计数会增长",
      ),
    },
  ],
  faults: ({ netns, role, protocol }) =>
    role === "target" || role === "router"
      ? [...(protocol === "tcp" ? ["tcp-reset"] : []), ...REJECTIONS].map((how) => [
          filterRule(netns, role === "target" ? "INPUT" : "FORWARD", `-p ${protocol} -j REJECT --reject-with ${how}`),
        ])
      : [],
  lookalikes: ["forward-prohibit", "forward-unreachable", "forward-no-route", "nft-input-drop", "nft-forward-drop"],
  search: [
    "Destination Port Unreachable ping",
    "Packet filtered",
    "Destination Host Prohibited",
    "firewalld reject icmp-host-prohibited",
    "administratively prohibited",
    "ping 目标端口不可达",
    "Packet filtered 是什么意思",
    "防火墙拒绝 ping",
  ],
  page: () => ({
    meaning: text(
      "A firewall said no and was polite about it. The address after `From` is the machine whose rule it is: the target or a router in between. The wording comes from the rule, not from what is really the matter: 3/3 port unreachable (nft's default), 3/13 packet filtered, 3/10 host prohibited, 3/9 net prohibited.",
      "防火墙说了“不”，而且有礼貌地告诉了你。`From` 后面的地址就是那条规则所在的机器：目标或途中的路由器。措辞由规则决定，与真实情况无关：3/3 端口不可达（nft 默认）、3/13 Packet filtered、3/10 Host Prohibited、3/9 Net Prohibited。",
    ),
    evidence: text(
      "Packets: the request, and at once an ICMP type 3 with code 3, 9, 10 or 13 back. No router answers a ping with code 3 of its own accord. State: a rule with reject on the hook. Counters: the rule's, and IcmpOutDestUnreachs; drop reason NETFILTER_DROP at nft_do_chain.",
      "报文：请求，随即返回 ICMP 类型 3，代码 3、9、10 或 13。路由器自己绝不会用代码 3 回应 ping。状态：钩子上有 reject 规则。计数器：该规则的计数和 IcmpOutDestUnreachs；丢包原因 nft_do_chain 处的 NETFILTER_DROP。",
    ),
    tellApart: text(
      "forward-prohibit: a route, not a rule; the same message, but the drop is at ip_error. forward-unreachable: host unreachable (code 1). A drop rule sends nothing at all.",
      "forward-prohibit：是路由而不是规则；提示相同，但丢弃发生在 ip_error。forward-unreachable：主机不可达（代码 1）。drop 规则则什么也不发。",
    ),
    kernel: "nft_reject_ipv4_eval / ipt_reject → nf_send_unreach → icmp_send; verdict NF_DROP → NETFILTER_DROP",
  }),
  scenario: "nft-reject",
  negativeTwin: "nft-forward-drop",
  // No router answers a ping with code 3 of its own accord; 13 is also what a prohibit route gives. Whom the ping was
  // for says none of them of its own accord.
  check: (view) => {
    const verdict =
      verdictOfError(view, REJECTS, "likely") ??
      verdictOfError(
        view,
        [...(view.flow.kind === "icmp-error" ? FILTERED : REJECTS), [3, 0], [3, 1]],
        "likely",
        null,
        true,
      );
    return verdict && { ...verdict, ruledOut: [...verdict.ruledOut, ...otherCodes(verdict.facts.error)] };
  },
});

// What also refuses names another code, and what drops names none.
function otherCodes(error: string | undefined): RuledOut[] {
  if (error === undefined) return [];
  const said = text(`an ICMP error of type/code ${error} came back`, `返回的 ICMP 差错是类型/代码 ${error}`);
  const others: readonly (readonly [Code, string | null])[] = [
    ["forward-prohibit", "3/13"],
    ["forward-unreachable", "3/1"],
    ["forward-no-route", "3/0"],
    ["nft-input-drop", null],
    ["nft-forward-drop", null],
  ];
  return others.flatMap(([code, own]) => (own === error ? [] : [{ code, because: said }]));
}

// A host says port or protocol unreachable of its own accord to what is no ping.
const FILTERED: readonly (readonly [number, number])[] = [
  [3, 9],
  [3, 10],
  [3, 13],
];

const REJECTS: readonly (readonly [number, number])[] = [
  [3, 2],
  [3, 3],
  [3, 9],
  [3, 10],
  [3, 13],
];

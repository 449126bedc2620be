// A routing rule picks a table of its own, whose next hop does not answer; table main would have gone another way.

import { defineCause, inNamespace } from "../model/cause.ts";
import { neighbouring } from "../model/fault-place.ts";
import { text } from "../model/text.ts";

/** Policy routing sends the packet to a next hop that nobody has. */
export const cause = defineCause({
  code: "policy-routing-wrong-table",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["rule", "route"],
    asked: { threads: 8, order: 4 },
    waits: "neighbour",
  },
  title: text("policy routing picks a table whose next hop is silent", "策略路由选中的表，下一跳没有应答"),
  headline: ({ table, gateway }) => {
    const en = [
      table === undefined ? undefined : `table ${table}`,
      gateway === undefined ? undefined : `via ${gateway}`,
    ]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [
      table === undefined ? undefined : `表 ${table}`,
      gateway === undefined ? undefined : `下一跳 ${gateway}`,
    ]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `policy routing picks a table whose next hop is silent${en === "" ? "" : ` (${en})`}`,
      `策略路由选中的表，下一跳没有应答${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, source, rule, table, route, gateway, outInterface }) =>
    text(
      `${rule === undefined ? "A routing rule" : `The rule "${rule}"`} sends packets${source === undefined ? "" : ` from ${source}`} to ${target ?? "the target"} to ${table === undefined ? "a table of its own" : `table ${table}`}${route === undefined ? "" : `, where "${route}" applies`}. Table main would have taken another way. ${gateway === undefined ? `${outInterface ?? "The pinging host"} asks for the next hop of that route` : `${outInterface ?? "The pinging host"} asks for ${gateway}`}, and nobody answers.`,
      `${rule === undefined ? "一条策略路由规则" : `规则“${rule}”`}让${source === undefined ? "" : `从 ${source} `}发往 ${target ?? "目标"} 的报文去查${table === undefined ? "另一张表" : `表 ${table}`}${route === undefined ? "" : `，用的是“${route}”`}。如果只看 main 表，走的是另一条路。${outInterface ?? "发起 ping 的主机"} 询问 ${gateway ?? "这条路由的下一跳"}，没有人应答。`,
    ),
  why: () =>
    text(
      "The first rule that fits and whose table has a route wins; table main is only rule 32766. So the way can depend on the source address, a mark, an interface or a user.",
      "第一条匹配、且其表中有路由的规则生效；main 表排在第 32766 号。所以走哪条路可能取决于源地址、标记、接口或用户。",
    ),
  fixes: ({ rule, route, table, outInterface }, netns) => {
    const priority = rule?.match(/^(\d+):/)?.[1];
    const destination = route?.split(" ")[0] ?? "default";
    return [
      {
        edits: [
          {
            kind: "route",
            netns,
            verb: "replace",
            destination,
            via: "GATEWAY",
            device: outInterface ?? "IF",
            table: table ?? "TABLE",
          },
        ],
        effect: text(
          "corrects the next hop in that table; put the right router's address in place of GATEWAY",
          "改正那张表里的下一跳；GATEWAY 请换成正确的路由器地址",
        ),
      },
      {
        ...(priority === undefined
          ? { advice: inNamespace(netns, "ip rule del pref N") }
          : { edits: [{ kind: "rule", netns, verb: "del", priority: Number(priority) }] }),
        effect: text(
          "takes the rule away, so that table main decides again; check first what it was made for",
          "删除这条规则，重新由 main 表决定；先弄清它原来的用途",
        ),
      },
    ];
  },
  settle: ({ target, source }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"} from ${source ?? "SOURCE"}`),
      because: text(
        "compare with the same command without `from`: where they differ, a rule decides",
        "与不带 `from` 的同一条命令对比：结果不同，就是规则在起作用",
      ),
    },
  ],
  faults: ({ netns, role, destination, outInterface, spare, source }) => {
    if (role !== "asker" || outInterface === null) return [];
    const rule = { kind: "rule", netns, verb: "add", priority: 100, to: destination, table: "100" } as const;
    const wrongly = neighbouring(source);
    return [
      ...(wrongly === null
        ? []
        : [
            [
              {
                kind: "route",
                netns,
                verb: "add",
                destination: "default",
                via: wrongly,
                device: outInterface,
                table: "100",
              } as const,
              rule,
            ],
          ]),
      ...(spare === null
        ? []
        : [
            [{ kind: "route", netns, verb: "add", destination: "default", device: spare, table: "100" } as const, rule],
          ]),
    ];
  },
  lookalikes: [
    "forward-next-hop-arp-failed",
    "gateway-arp-failed",
    "arp-no-local-owner",
    "arp-no-answer",
    "host-unreachable-is-local",
    "same-subnet-two-interfaces",
  ],
  search: [
    "policy routing",
    "ip rule wrong table",
    "source based routing",
    "ping -I works from one address only",
    "Destination Host Unreachable",
    "策略路由",
    "源进源出",
    "多网卡路由表",
  ],
  page: () => ({
    meaning: text(
      "Policy routing chooses the routing table by more than the destination. Here it chooses a table whose route leads to a next hop that does not answer ARP, while table main has another way that may well work. Typical: the ping works with the default source and fails with -I ADDRESS; two uplinks, VPN tables, a table that was not updated with the network.",
      "策略路由不只按目的地址选表。这里它选中的表，其路由的下一跳不应答 ARP，而 main 表里有另一条也许能通的路。典型情形：默认源地址能 ping 通，用 -I 指定地址就不通；双出口、VPN 的表、网络变了而表没有跟着改。",
    ),
    evidence: text(
      "Packets: who-has for another next hop than table main names, or on another interface; no reply; a host unreachable on lo. State: `ip rule` and the table it names; `ip route get T from S` and `ip route get T` differ. Kernel: NEIGH_FAILED at neigh_invalidate.",
      "报文：who-has 询问的下一跳与 main 表不同，或出现在另一个接口上；没有应答；lo 上有主机不可达。状态：`ip rule` 及其指向的表；`ip route get T from S` 与 `ip route get T` 结果不同。内核：neigh_invalidate 处的 NEIGH_FAILED。",
    ),
    tellApart: text(
      "gateway-arp-failed: the same on the wire, but no rule is involved: both `ip route get` agree. same-subnet-two-interfaces: one table with two equal routes.",
      "gateway-arp-failed：线上看起来一样，但没有规则参与，两次 `ip route get` 结果相同。same-subnet-two-interfaces：同一张表里有两条相同前缀的路由。",
    ),
    kernel: "fib_rules_lookup: first matching rule whose table yields a route; ip_route_output_key_hash_rcu",
  }),
  scenario: "policy-routing-wrong-table",
  negativeTwin: "gateway-arp-failed",
});

// The address was added with noprefixroute, so its subnet has no connected route, and nothing can be sent there.

import { formatPrefix, parsePrefix } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { Facts } from "../model/finding.ts";
import { text } from "../model/text.ts";

/** An address in the right subnet, and still no route to its neighbours. */
export const cause = defineCause({
  code: "noprefixroute-no-connected-route",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IpOutNoRoutes", of: "namespace", always: false }],
    decides: ["addr", "route"],
  },
  title: text("address without its connected route (noprefixroute)", "地址没有直连路由（noprefixroute）"),
  headline: (facts) => {
    const subnet = subnetOf(facts)?.subnet;
    const en = [subnet, facts.outInterface === undefined ? undefined : `on ${facts.outInterface}`]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [
      facts.outInterface === undefined ? undefined : `${facts.outInterface} 上${subnet === undefined ? "" : "的"}`,
      subnet,
    ]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `address without its connected route (noprefixroute)${en === "" ? "" : `: ${en}`}`,
      `地址没有直连路由（noprefixroute）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ outInterface, error }) =>
    text(
      `${outInterface ?? "The interface"} has an address in the right subnet, but it was added with noprefixroute, so the kernel made no route for that subnet, and nobody else did. The host cannot send to its neighbours there: ${error === undefined ? "a reply is given up without a trace, just as a ping would be refused" : `the ping is refused ("${error}")`}.`,
      `${outInterface ?? "接口"} 有同子网的地址，但添加时带了 noprefixroute，内核没有为该子网建立路由，别人也没有补上。主机无法向那里的邻居发送：${error === undefined ? "应答会被静默丢弃，从这里 ping 也会被拒绝" : `ping 被拒绝（“${error}”）`}。`,
    ),
  why: () =>
    text(
      "With IFA_F_NOPREFIXROUTE the kernel adds only the local route of the address; the connected route is left to whoever asked for that, mostly NetworkManager or systemd-networkd.",
      "带 IFA_F_NOPREFIXROUTE 时，内核只添加该地址的 local 路由，直连路由留给要求这样做的程序（多半是 NetworkManager 或 systemd-networkd）。",
    ),
  fixes: (facts, netns) => {
    const own = subnetOf(facts);
    const device = facts.outInterface ?? "IF";
    return [
      {
        edits: [
          {
            kind: "route",
            netns,
            verb: "add",
            destination: own?.subnet ?? "SUBNET",
            device,
            source: own?.address ?? "ADDRESS",
          },
        ],
        effect: text(
          "adds the connected route that is missing; where NetworkManager runs the interface, add it to the connection, or it will go again",
          "补上缺少的直连路由；如果接口由 NetworkManager 管理，请写进连接配置，否则还会消失",
        ),
      },
      {
        advice: inNamespace(netns, `ip -d addr show dev ${device}`),
        effect: text("shows the flag noprefixroute at the address", "可以看到地址带 noprefixroute 标志"),
      },
    ];
  },
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip route show dev ${outInterface ?? "IF"}`),
      because: text(
        "no line with the subnet of the interface's address means it is this",
        "如果没有接口地址所在子网的那一行，就是这个原因",
      ),
    },
  ],
  lookalikes: ["no-route", "missing-return-route", "echo-no-reply", "link-admin-down", "icmp-echo-ignore-all"],
  search: [
    "noprefixroute",
    "no connected route",
    "NetworkManager noprefixroute",
    "connect: Network is unreachable",
    "没有直连路由",
    "网络不可达",
    "没有回包",
  ],
  page: () => ({
    meaning: text(
      "Normally an address with a prefix length brings a route to its subnet. With the flag noprefixroute it does not, and the program that set the flag was expected to add one. Without it, pings to the neighbours are refused, and pings from them are received but never answered.",
      "通常，带前缀长度的地址会带来到其子网的路由。带 noprefixroute 标志就不会，本应由设置该标志的程序来添加。缺了它，ping 邻居会被拒绝，而邻居 ping 过来能收到，却永远不会应答。",
    ),
    evidence: text(
      "Packets: outgoing none; incoming ARP is answered, the echo request arrives, no reply leaves. State: `noprefixroute` at the address, no route to its subnet. Counters: outgoing IpOutNoRoutes; incoming IcmpInEchos moves and IcmpOutEchoReps does not.",
      "报文：往外没有；往里 ARP 有应答，echo 请求到达，没有应答发出。状态：地址带 `noprefixroute`，没有到其子网的路由。计数器：往外是 IpOutNoRoutes；往里 IcmpInEchos 增长而 IcmpOutEchoReps 不变。",
    ),
    tellApart: text(
      "no-route: no address in the target's subnet. missing-return-route: the same on the wire, but the source is of another subnet. link-admin-down: the interface is not UP.",
      "no-route：没有目标子网的地址。missing-return-route：线上看起来一样，但源地址属于别的子网。link-admin-down：接口没有 UP。",
    ),
    kernel: "fib_add_ifaddr: ifa->ifa_flags & IFA_F_NOPREFIXROUTE skips the RTN_UNICAST prefix route",
  }),
  scenario: "noprefixroute-no-connected-route",
  negativeTwin: "no-route",
});

// The fact holds the address as `ip addr` shows it, or a prefix.
function subnetOf({ prefix }: Facts): { address: string; subnet: string } | null {
  const found = prefix?.match(/(\d+\.\d+\.\d+\.\d+)\/\d+/);
  const parsed = found?.[0] === undefined ? null : parsePrefix(found[0]);
  if (!found?.[1] || parsed === null) return null;
  return { address: found[1], subnet: formatPrefix(parsed) };
}

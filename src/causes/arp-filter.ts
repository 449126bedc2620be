// arp_filter=1: the receiving host would send its answer out by another interface, so this one keeps silent.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Only the interface that routing would use for the answer may answer ARP. */
export const cause = defineCause({
  code: "arp-filter",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [{ name: "TcpExtArpFilter", of: "namespace", always: false }],
    decides: [{ sysctl: "arp_filter", values: ["1"] }, "route"],
    waits: "neighbour",
  },
  title: text("ARP not answered: arp_filter=1", "ARP 不应答：arp_filter=1"),
  headline: ({ source, inInterface }) =>
    text(
      `ARP not answered: arp_filter=1, and the way to ${source ?? "the asker"} is not ${inInterface ?? "the receiving interface"}`,
      `ARP 不应答：arp_filter=1，而去往 ${source ?? "询问方"} 的路不走 ${inInterface ?? "接收接口"}`,
    ),
  summary: ({ target, source, inInterface }) =>
    text(
      `The question for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}, and the host has the address. But arp_filter is on, and by its routes a packet from ${target ?? "that address"} to ${source ?? "the asker"} would not leave by ${inInterface ?? "the interface that was asked"}, so it gives no answer there. No drop event shows it; at most the counter TcpExtArpFilter moves.`,
      `对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}，主机也有这个地址。但 arp_filter 已打开，而按路由，从 ${target ?? "该地址"} 发往 ${source ?? "询问方"} 的报文不会从 ${inInterface ?? "被询问的接口"} 出去，所以它在那里不应答。没有丢包事件，最多只有 TcpExtArpFilter 计数。`,
    ),
  why: () =>
    text(
      "With arp_filter=1, in conf/all or on the receiving interface, a host answers ARP only where its own route to the asker leaves; it is meant against ARP flux on hosts with several interfaces in one subnet.",
      "conf/all 或接收接口的 arp_filter 为 1 时，主机只在“去往询问方的路由所用的接口”上应答 ARP；这是为了避免同一子网有多个接口时的 ARP flux。",
    ),
  fixes: ({ source, target, inInterface }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [
          {
            kind: "route",
            netns,
            verb: "add",
            destination: `${source ?? "ASKER"}/32`,
            device,
            source: target ?? "ADDRESS",
          },
        ],
        effect: text(
          `makes ${device} the way to the asker, if that is where the asker is`,
          `让去往询问方的路由走 ${device}，前提是询问方确实在那一侧`,
        ),
      },
      {
        advice: inNamespace(netns, `ip rule add from ${target ?? "ADDRESS"} table 100`),
        effect: text(
          `with a route over ${device} in table 100: each address answers by its own interface, the usual set-up for arp_filter`,
          `再在表 100 里加一条经 ${device} 的路由：每个地址从自己的接口应答，这是 arp_filter 的常规配套做法`,
        ),
      },
      {
        edits: [setting(netns, allAnd(device, "arp_filter", "0"))],
        effect: text(
          "switches the filter off; both must be 0, since either is enough",
          "关闭过滤；任一为 1 就生效，所以两个都要为 0",
        ),
      },
    ];
  },
  assumes: alsoForAll("arp_filter", "0"),
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, "nstat -asz TcpExtArpFilter"),
      because: text(
        "counts each request that arp_filter kept unanswered because of another interface",
        "每个因走别的接口而被 arp_filter 压下的请求都会计数",
      ),
    },
    {
      command: inNamespace(netns, `ip route get ${source ?? "ASKER"} from ${target ?? "ADDRESS"}`),
      because: text(
        "on the host that should answer: names the interface on which arp_filter lets it answer",
        "在应当应答的主机上执行：给出 arp_filter 允许应答的接口",
      ),
    },
  ],
  faults: ({ netns, role, inInterface, spare, source }) =>
    (role === "target" || role === "router") && inInterface !== null && spare !== null
      ? [
          [
            setting(netns, { [`net.ipv4.conf.${inInterface.replaceAll(".", "/")}.arp_filter`]: "1" }),
            { kind: "route", netns, verb: "add", destination: `${source}/32`, device: spare },
          ],
        ]
      : [],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "rp-filter-arp", "arp-ignore-1", "accept-local-off"],
  search: [
    "arp_filter",
    "TcpExtArpFilter",
    "two interfaces same subnet no ARP reply",
    "多网卡同网段",
    "ARP 没有应答",
    "双网卡 arp 不应答",
  ],
  page: () => ({
    meaning: text(
      "The receiving host has the address, but its route to the asker leaves by another interface than the one the question came in by, and arp_filter=1 forbids an answer there. With two interfaces in one subnet the first connected route usually wins, so the second interface falls silent unless policy routing gives it a route of its own.",
      "接收方有这个地址，但它去往询问方的路由走的不是收到请求的接口，而 arp_filter=1 不允许在这里应答。同一子网有两个接口时，通常是先加入的直连路由生效，另一个接口就沉默了，除非用策略路由给它单独的路由。",
    ),
    evidence: text(
      "Packets: who-has three times a second apart at both ends, no reply. State: arp_filter is 1 in conf/all or on the receiving interface; `ip route get ASKER from ADDRESS` names another interface. Counters: TcpExtArpFilter +1 per request (not where there is no route at all); no drop event.",
      "报文：链路两端都有 who-has，间隔一秒共三次，没有应答。状态：conf/all 或接收接口的 arp_filter 为 1；`ip route get ASKER from ADDRESS` 给出另一个接口。计数器：每个请求 TcpExtArpFilter 加一（完全没有路由时不计数）；没有丢包事件。",
    ),
    tellApart: text(
      "rp-filter-arp: no counter, but log_martians logs it, and rp_filter is not 0. arp-ignore-1: the address is on another interface. arp-no-local-owner: the host has no such address. Of all silent ARP causes only this one counts.",
      "rp-filter-arp：没有计数，但 log_martians 会记录，而且 rp_filter 不为 0。arp-ignore-1：地址在别的接口上。arp-no-local-owner：主机没有这个地址。所有“沉默的 ARP”里，只有它有计数器。",
    ),
    kernel:
      "arp_process → arp_filter: ip_route_output(sip, tip).dev != dev, LINUX_MIB_ARPFILTER (IN_DEV_ARPFILTER: IN_DEV_ORCONF)",
  }),
  scenario: "arp-filter",
  negativeTwin: "rp-filter-arp",
});

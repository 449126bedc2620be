// accept_local=1 lets an own source pass the first check; strict reverse path filtering then refuses it all the same.

import { defineCause } from "../model/cause.ts";
import { interfaceSetting } from "../model/fault-place.ts";
import { allAnd, alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The half-finished cure: accept_local is on, rp_filter=1 is still in the way. */
export const cause = defineCause({
  code: "accept-local-but-rp-filter",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_RPFILTER", settles: "cause" }], arp: "silent" },
    counters: [],
    decides: [{ sysctl: "rp_filter", values: ["1"] }, { sysctl: "accept_local" }],
    waits: "neighbour",
  },
  title: text(
    "accept_local=1 is not enough: rp_filter=1 still refuses",
    "只开 accept_local 不够：rp_filter=1 仍然拒绝",
  ),
  headline: ({ source, inInterface }) =>
    text(
      `accept_local=1 is not enough: rp_filter=1 still refuses${source === undefined ? "" : ` ${source}`}${inInterface === undefined ? "" : ` on ${inInterface}`}`,
      `只开 accept_local 不够：rp_filter=1 仍然拒绝${source === undefined ? "" : ` ${source}`}${inInterface === undefined ? "" : `（${inInterface}）`}`,
    ),
  summary: ({ target, source, inInterface, ownerInterface }) =>
    text(
      `${source ?? "The source"} is an address of the receiving host itself, on ${ownerInterface ?? "another interface"}. accept_local lets a packet from it in on ${inInterface ?? "the receiving interface"}, but strict rp_filter wants the way back to lead out by that interface, and it does not. So the packet for ${target ?? "the target"} is refused as before.`,
      `${source ?? "源地址"} 是接收主机自己的地址，配在 ${ownerInterface ?? "另一个接口"} 上。accept_local 允许来自它的报文从 ${inInterface ?? "接收接口"} 进来，但严格的 rp_filter 要求回去的路径也从这个接口出去，而实际不是。所以发往 ${target ?? "目标"} 的报文和之前一样被拒绝。`,
    ),
  why: () =>
    text(
      "accept_local only lifts the ban on own sources; rp_filter is a check of its own, and the larger of conf/all and the receiving interface counts.",
      "accept_local 只是解除对本机源地址的禁令；rp_filter 是另一道独立的检查，取 conf/all 和接收接口中较大的值。",
    ),
  fixes: ({ inInterface }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [setting(netns, { [confKey(device, "rp_filter")]: "2" })],
        effect: text(
          `makes the check loose on ${device} alone; 2 is larger than 1, so conf/all need not change`,
          `只在 ${device} 上改为宽松检查；2 比 1 大，所以不必改 conf/all`,
        ),
      },
      {
        edits: [setting(netns, allAnd(device, "rp_filter", "0"))],
        effect: text(
          `switches the check off on ${device}; both must be 0`,
          `在 ${device} 上关闭检查；两个值都必须是 0`,
        ),
      },
    ];
  },
  assumes: alsoForAll("rp_filter", "0"),
  settle: () => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        "shows accept_local and rp_filter of conf/all and of the receiving interface",
        "显示 conf/all 和接收接口的 accept_local 与 rp_filter",
      ),
    },
  ],
  faults: ({ netns, role, inInterface }) =>
    role === "asker" && inInterface !== null
      ? [
          [
            interfaceSetting(netns, inInterface, "accept_local", "1"),
            interfaceSetting(netns, inInterface, "rp_filter", "1"),
          ],
        ]
      : [],
  lookalikes: ["accept-local-off", "rp-filter-arp", "arp-no-local-owner", "arp-ignore-1", "arp-filter"],
  search: [
    "accept_local not working",
    "rp_filter",
    "reverse path filter",
    "martian source",
    "accept_local 不生效",
    "反向路径过滤",
    "veth ping 不通",
  ],
  page: () => ({
    meaning: text(
      "Asker and answerer are one host, accept_local was set to 1 as advised everywhere, and still nobody answers the ARP request. The reason is rp_filter=1: the way back to the sender's address is the interface that has it, not the one the packet came in by. Many distributions set rp_filter to 1 or 2 by default; 2 is fine here.",
      "两端是同一台主机，也按各处的建议把 accept_local 设成了 1，ARP 请求仍然没有应答。原因是 rp_filter=1：回到发送方地址的路径是配置它的接口，而不是报文进来的接口。许多发行版默认把 rp_filter 设为 1 或 2；在这里 2 没有问题。",
    ),
    evidence: text(
      "Packets: as with accept-local-off, who-has at both ends and no reply. State: accept_local 1 (all OR interface), rp_filter 1 (the larger of all and interface), the sender's local route on another interface. For ARP no counter and no drop event; where the neighbour is known, the echo request is dropped with IP_RPFILTER and TcpExtIPReversePathFilter moves.",
      "报文：与 accept-local-off 相同，两端都有 who-has，没有应答。状态：accept_local 为 1（all 或接口），rp_filter 为 1（取 all 和接口中较大的），发送方的 local 路由在另一个接口上。对 ARP 既没有计数器也没有丢包事件；如果邻居已知，被丢弃的是 echo 请求，原因 IP_RPFILTER，TcpExtIPReversePathFilter 增长。",
    ),
    tellApart: text(
      "accept-local-off: accept_local is still 0; the reason there is IP_LOCAL_SOURCE and nothing counts. rp-filter-arp: the sender belongs to another host.",
      "accept-local-off：accept_local 还是 0，那里的原因是 IP_LOCAL_SOURCE，没有计数。rp-filter-arp：发送方属于另一台主机。",
    ),
    kernel:
      "__fib_validate_source: RTN_LOCAL passes IN_DEV_ACCEPT_LOCAL, fib_info_nh_uses_dev fails, rpf == 1 → IP_RPFILTER (IN_DEV_RPFILTER: IN_DEV_MAXCONF)",
  }),
  scenario: "veth-both-addresses-half-fixed",
  negativeTwin: "veth-both-addresses",
});

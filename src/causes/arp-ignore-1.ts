// arp_ignore=1: the address is local to the receiving host, but not on the interface that the question came in by.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The host answers ARP only for addresses of the receiving interface itself. */
export const cause = defineCause({
  code: "arp-ignore-1",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "arp_ignore", values: ["1"] }, "addr"],
    waits: "neighbour",
  },
  title: text("ARP not answered: arp_ignore=1", "ARP 不应答：arp_ignore=1"),
  headline: ({ target, inInterface, ownerInterface }) => {
    const which = target ?? "the address";
    const where = ownerInterface === undefined ? "elsewhere" : `on ${ownerInterface}`;
    return text(
      `ARP not answered: arp_ignore=1, and ${which} is ${where}, not on ${inInterface ?? "the receiving interface"}`,
      `ARP 不应答：arp_ignore=1，而 ${target ?? "该地址"} 在${ownerInterface === undefined ? "别处" : ` ${ownerInterface} 上`}，不在 ${inInterface ?? "接收接口"} 上`,
    );
  },
  summary: ({ target, source, inInterface, ownerInterface, sysctl }) =>
    text(
      `The question of ${source ?? "the asker"} for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}. The host has that address, but on ${ownerInterface ?? "another interface"}, and ${sysctl === undefined ? "arp_ignore=1" : `${sysctl}=1`} lets ${inInterface ?? "the interface"} answer only for addresses of its own. The request is let go without an answer, a drop event or a counter.`,
      `${source ?? "询问方"} 对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}。主机有这个地址，但配在 ${ownerInterface ?? "另一个接口"} 上；${sysctl === undefined ? "arp_ignore=1" : `${sysctl}=1`} 使 ${inInterface ?? "该接口"} 只为自己的地址应答。请求被静默丢弃：没有应答，没有丢包事件，也没有计数。`,
    ),
  why: () =>
    text(
      "By default Linux answers ARP on any interface for any of its addresses; arp_ignore=1 restricts that to the addresses of the receiving interface. The larger of conf/all and the interface counts.",
      "Linux 默认在任何接口上为自己的任何地址应答 ARP；arp_ignore=1 把它限制为接收接口自己的地址。取 conf/all 和该接口中较大的值。",
    ),
  fixes: ({ target, inInterface, asker }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [{ kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/32`, device }],
        effect: text(
          `puts the address on the interface that is asked, if it belongs there; take it from the other one first`,
          "如果这个地址本该在被询问的接口上，就配到那里；先从另一个接口上删掉",
        ),
      },
      {
        edits: [setting(netns, allAnd(device, "arp_ignore", "0"))],
        effect: text(
          "answers on every interface again; both must be 0, since the larger counts. Not on load balancer real servers: there arp_ignore=1 is meant",
          "恢复在所有接口上应答；取较大的值，所以两个都要为 0。LVS 之类的后端真实服务器不要改：那里就是要 arp_ignore=1",
        ),
      },
      {
        edits: [
          { kind: "route", netns: asker ?? null, verb: "add", destination: `${target ?? "ADDRESS"}/32`, via: "ROUTER" },
        ],
        effect: text(
          "on the asker: reaches the address through the host's address on this link (in place of ROUTER) instead of asking for it by ARP",
          "在询问方执行：ROUTER 换成对方在本链路上的地址，经它到达，就不必用 ARP 询问这个地址",
        ),
      },
    ];
  },
  assumes: alsoForAll("arp_ignore", "0"),
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.arp_ignore`,
      ),
      because: text(
        "on the host that should answer: if the larger of the two is 1 and the address is on another interface, this is it",
        "在应当应答的主机上执行：如果较大的值是 1，而地址在别的接口上，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, inInterface, spare, address }) =>
    (role === "target" || role === "router") && inInterface !== null && spare !== null && address !== null
      ? [
          [
            { kind: "address", netns, verb: "del", address, device: inInterface },
            { kind: "address", netns, verb: "add", address, device: spare },
            setting(netns, { [`net.ipv4.conf.${inInterface.replaceAll(".", "/")}.arp_ignore`]: "1" }),
          ],
        ]
      : [],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "arp-filter",
    "rp-filter-arp",
    "accept-local-off",
    "arp-ignore-2",
    "arp-ignore-8",
  ],
  search: [
    "arp_ignore",
    "arp_ignore=1",
    "no ARP reply for loopback address",
    "LVS VIP no ARP",
    "ARP 没有应答",
    "收不到 arp 应答",
    "不回 arp",
  ],
  page: () => ({
    meaning: text(
      "The receiving host owns the address that is asked for, but on another interface (often lo), and arp_ignore=1 tells it to answer only for addresses of the interface that was asked. It is set on the real servers of load balancers on purpose, and against ARP flux; elsewhere it makes addresses on lo or on a second interface unreachable.",
      "接收方确实有被询问的地址，但配在别的接口上（常常是 lo）；arp_ignore=1 要求只为被询问接口自己的地址应答。负载均衡的后端真实服务器有意这样设置，也用来避免 ARP flux；在其他场合，它会让 lo 或另一块网卡上的地址不可达。",
    ),
    evidence: text(
      "Packets: who-has at both ends of the link, three times a second apart, no reply, then a host unreachable on the asker's lo. State: the address is in table `local` but on another interface; the larger of conf/all and conf/IF arp_ignore is 1. The request is consumed at arp_process: no drop event, no counter, no martian log.",
      "报文：链路两端都有 who-has，间隔一秒共三次，没有应答，随后询问方的 lo 上出现主机不可达。状态：地址在 local 表里，但属于别的接口；conf/all 与 conf/IF 的 arp_ignore 较大者为 1。请求在 arp_process 处被消费：没有丢包事件，没有计数，也没有 martian 日志。",
    ),
    tellApart: text(
      "arp-no-local-owner: nobody has the address. arp-filter: TcpExtArpFilter counts. rp-filter-arp and accept-local-off depend on who asks, and log_martians logs them; arp-ignore-1 refuses everybody alike. arp-ignore-8 answers for no address at all.",
      "arp-no-local-owner：没有人有这个地址。arp-filter：TcpExtArpFilter 会计数。rp-filter-arp 和 accept-local-off 取决于谁在问，log_martians 会记录；arp-ignore-1 对谁都一样不应答。arp-ignore-8 对任何地址都不应答。",
    ),
    kernel:
      "arp_process → arp_ignore: inet_confirm_addr(in_dev, 0, tip, RT_SCOPE_HOST) (IN_DEV_ARP_IGNORE: IN_DEV_MAXCONF)",
  }),
  scenario: "arp-ignore-1",
  negativeTwin: "arp-ignore-8",
});

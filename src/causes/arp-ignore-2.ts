// arp_ignore=2: the asker's address must lie in the subnet of the address that is asked for.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Answered only for askers of the same subnet. */
export const cause = defineCause({
  code: "arp-ignore-2",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "arp_ignore", values: ["2"] }, "addr"],
    waits: "neighbour",
  },
  title: text("ARP not answered: arp_ignore=2", "ARP 不应答：arp_ignore=2"),
  headline: ({ target, source, inInterface, ownerInterface }) => {
    if (ownerInterface !== undefined && inInterface !== undefined && ownerInterface !== inInterface) {
      return text(
        `ARP not answered: arp_ignore=2, and ${target ?? "the address"} is on ${ownerInterface}, not on ${inInterface}`,
        `ARP 不应答：arp_ignore=2，而 ${target ?? "该地址"} 在 ${ownerInterface} 上，不在 ${inInterface} 上`,
      );
    }
    if (ownerInterface === undefined || inInterface === undefined) {
      return text(
        `ARP not answered: arp_ignore=2${target === undefined ? "" : `, asked for ${target}`}`,
        `ARP 不应答：arp_ignore=2${target === undefined ? "" : `，询问的是 ${target}`}`,
      );
    }
    return text(
      `ARP not answered: arp_ignore=2, and ${source ?? "the asker"} is not in the subnet of ${target ?? "the address"}`,
      `ARP 不应答：arp_ignore=2，而 ${source ?? "询问方"} 不在 ${target ?? "该地址"} 的子网里`,
    );
  },
  summary: ({ target, source, inInterface, sysctl }) =>
    text(
      `The question of ${source ?? "the asker"} for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}, and the host has the address. But ${sysctl === undefined ? "arp_ignore" : sysctl} is 2: it answers only for an address of the receiving interface, and only to askers from that address's subnet. That does not hold here, so the request is silently discarded.`,
      `${source ?? "询问方"} 对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}，主机也有这个地址。但 ${sysctl === undefined ? "arp_ignore" : sysctl} 是 2：只为接收接口自己的地址应答，而且询问方必须在该地址的子网里。这里不满足，请求被静默丢弃。`,
    ),
  why: () =>
    text(
      "arp_ignore=2 is arp_ignore=1 plus a look at the sender of the question; the larger of conf/all and the interface counts.",
      "arp_ignore=2 在 arp_ignore=1 的基础上还要看请求的发送方；取 conf/all 与该接口中较大的值。",
    ),
  fixes: ({ inInterface, outInterface, asker }, netns) => {
    const device = (inInterface ?? "IF").replaceAll(".", "/");
    return [
      {
        edits: [setting(asker ?? null, { [confKey(outInterface ?? "IF", "arp_announce")]: "2" })],
        effect: text(
          "on the asker: makes it ask with an address of this link, if it has one in the right subnet",
          "在询问方执行：让它用本链路的地址去询问，前提是它有同子网的地址",
        ),
      },
      {
        edits: [setting(netns, allAnd(device, "arp_ignore", "0"))],
        effect: text(
          "answers everybody again; both must be 0, since the larger counts (1 is enough where only the sender was the trouble)",
          "恢复对所有人应答；取较大的值，所以两个都要为 0（如果只是发送方的问题，设为 1 即可）",
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
        "on the host that should answer: the larger of the two is 2",
        "在应当应答的主机上执行：较大的值为 2",
      ),
    },
  ],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "arp-ignore-1",
    "rp-filter-arp",
    "arp-filter",
    "arp-announce-foreign-source",
  ],
  search: [
    "arp_ignore=2",
    "arp_ignore",
    "no ARP reply other subnet",
    "ARP 没有应答",
    "arp_ignore 不同网段",
    "不回 arp",
  ],
  page: () => ({
    meaning: text(
      "The host answers ARP only for addresses of the interface that was asked, and only to askers that are in the same subnet. So one asker gets an answer and another does not, depending on the sender address in the question.",
      "主机只为被询问接口自己的地址应答，而且只应答同子网的询问方。所以有的询问方得到应答，有的得不到，取决于请求里的发送方地址。",
    ),
    evidence: text(
      "Packets: who-has unanswered for one sender address, answered for another. State: the larger of conf/all and conf/IF arp_ignore is 2; the prefix of the address that is asked for against the sender's address. Consumed at arp_process; no drop event, no counter.",
      "报文：某个发送方地址的 who-has 没有应答，换一个就有。状态：conf/all 与 conf/IF 的 arp_ignore 较大者为 2；对比被询问地址的前缀与发送方地址。在 arp_process 处被消费，没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "arp-ignore-1 does not look at the sender. rp-filter-arp looks at the route back to the sender and is logged by log_martians. arp-filter counts in TcpExtArpFilter.",
      "arp-ignore-1 不看发送方。rp-filter-arp 看的是回到发送方的路由，log_martians 会记录。arp-filter 有 TcpExtArpFilter 计数。",
    ),
    kernel:
      "arp_process → arp_ignore: inet_confirm_addr(in_dev, sip, tip, RT_SCOPE_HOST) (IN_DEV_ARP_IGNORE: IN_DEV_MAXCONF)",
  }),
  scenario: "arp-ignore-2",
  negativeTwin: "arp-ignore-1",
});

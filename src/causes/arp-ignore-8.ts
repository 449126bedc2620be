// arp_ignore=8: the interface answers no ARP request at all.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, alsoForAll, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** ARP answers are switched off. */
export const cause = defineCause({
  code: "arp-ignore-8",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "arp_ignore", values: ["8"] }],
    waits: "neighbour",
  },
  title: text("ARP not answered: arp_ignore=8", "ARP 不应答：arp_ignore=8"),
  headline: ({ target, inInterface }) =>
    text(
      `ARP not answered: arp_ignore=8${inInterface === undefined ? "" : ` on ${inInterface}`}${target === undefined ? "" : `, asked for ${target}`}`,
      `ARP 不应答：arp_ignore=8${inInterface === undefined ? "" : `（${inInterface}）`}${target === undefined ? "" : `，询问的是 ${target}`}`,
    ),
  summary: ({ target, inInterface, sysctl }) =>
    text(
      `The question for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}, and the host has that address. But ${sysctl === undefined ? "arp_ignore=8" : `${sysctl}=8`} tells it to answer no ARP request at all. The request is let go without an answer, a drop event or a counter.`,
      `对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}，主机也有这个地址。但 ${sysctl === undefined ? "arp_ignore=8" : `${sysctl}=8`} 要求不应答任何 ARP 请求。请求被静默丢弃：没有应答，没有丢包事件，也没有计数。`,
    ),
  why: () =>
    text(
      "arp_ignore=8 means: never answer. The larger of conf/all and the receiving interface counts, so a value in conf/all silences every interface.",
      "arp_ignore=8 表示从不应答。取 conf/all 与接收接口中较大的值，所以写在 conf/all 里会让所有接口都沉默。",
    ),
  fixes: ({ target, inInterface, asker, outInterface }, netns) => {
    const device = (inInterface ?? "IF").replaceAll(".", "/");
    return [
      {
        edits: [setting(netns, allAnd(device, "arp_ignore", "0"))],
        effect: text(
          "answers ARP again; both must be 0, since the larger counts (1 restricts it to addresses of the interface)",
          "恢复应答 ARP；取较大的值，所以两个都要为 0（设为 1 则只为该接口自己的地址应答）",
        ),
      },
      {
        edits: [
          {
            kind: "neighbour",
            netns: asker ?? null,
            verb: "replace",
            address: target ?? "ADDRESS",
            mac: "MAC",
            device: outInterface ?? "IF",
            state: "permanent",
          },
        ],
        effect: text(
          "if the silence is meant: enters the MAC address by hand on the asker",
          "如果就是不想应答：在询问方手工写入 MAC",
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
        "on the host that should answer: the larger of the two is 8",
        "在应当应答的主机上执行：较大的值为 8",
      ),
    },
  ],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "arp-ignore-1", "noarp-receiver", "nft-arp-drop", "arp-filter"],
  search: ["arp_ignore=8", "arp_ignore", "host never answers ARP", "ARP 没有应答", "不应答任何 ARP", "不回 arp"],
  page: () => ({
    meaning: text(
      "The host is told to answer no ARP request. Neighbours that already know its MAC address reach it for a while; new ones do not. It is used where the MAC addresses are entered by hand. The values 4 to 7 are reserved and mean 0.",
      "主机被设置为不应答任何 ARP 请求。已经知道其 MAC 的邻居还能通一阵，新的邻居就不行了。它用于手工写入 MAC 的场合。4 到 7 是保留值，等同于 0。",
    ),
    evidence: text(
      "Packets: who-has for any address of the host, no reply. State: the larger of conf/all and conf/IF arp_ignore is 8. Consumed at arp_process; no drop event, no counter.",
      "报文：询问该主机任何地址的 who-has 都没有应答。状态：conf/all 与 conf/IF 的 arp_ignore 较大者为 8。在 arp_process 处被消费，没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "arp-ignore-1 still answers for addresses of the interface itself. noarp-receiver: the flag NOARP at the link, consumed at arp_rcv. nft-arp-drop: a drop event with protocol ARP.",
      "arp-ignore-1 仍为接口自己的地址应答。noarp-receiver：链路上有 NOARP 标志，在 arp_rcv 处被消费。nft-arp-drop：有协议为 ARP 的丢包事件。",
    ),
    kernel: "arp_process → arp_ignore: case 8 returns 1 (IN_DEV_ARP_IGNORE: IN_DEV_MAXCONF)",
  }),
  scenario: "arp-ignore-8",
  negativeTwin: "arp-ignore-1",
});

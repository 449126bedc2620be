// drop_gratuitous_arp=1: announcements of addresses are thrown away, so outdated neighbour entries stay.

import { defineCause, inNamespace } from "../model/cause.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** ARP announcements do not get through to the neighbour table. */
export const cause = defineCause({
  code: "gratuitous-arp-dropped",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["arp_process"], settles: "kind" }],
    counters: [],
    decides: [{ sysctl: "drop_gratuitous_arp", values: ["1"] }],
  },
  title: text("gratuitous ARP dropped (drop_gratuitous_arp=1)", "免费 ARP 被丢弃（drop_gratuitous_arp=1）"),
  headline: ({ target, inInterface }) => {
    const en = [
      target === undefined ? undefined : `for ${target}`,
      inInterface === undefined ? undefined : `on ${inInterface}`,
    ]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [inInterface === undefined ? undefined : `${inInterface} 上${target === undefined ? "" : "的"}`, target]
      .filter((p) => p !== undefined)
      .join(" ");
    return text(
      `gratuitous ARP dropped (drop_gratuitous_arp=1)${en === "" ? "" : `: ${en}`}`,
      `免费 ARP 被丢弃（drop_gratuitous_arp=1）${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, inInterface, sysctl }) =>
    text(
      `An ARP packet in which ${target ?? "an address"} announces itself, sender and target being the same, reaches ${inInterface ?? "the interface"} and is thrown away, because ${sysctl ?? "drop_gratuitous_arp"} is 1. The neighbour table keeps what it had; after a change of the MAC address, packets go on to the old one.`,
      `${target ?? "某个地址"} 通告自己的 ARP 报文（发送方与目标相同）到达了 ${inInterface ?? "接口"}，因为 ${sysctl ?? "drop_gratuitous_arp"} 为 1 而被丢弃。邻居表保持原样；如果 MAC 变了，报文仍会发往旧的 MAC。`,
    ),
  why: () =>
    text(
      "drop_gratuitous_arp=1 (conf/all or the interface) is meant for networks with a good proxy ARP, against stolen addresses on shared media.",
      "drop_gratuitous_arp=1（conf/all 或该接口）用于有可靠 ARP 代理的网络，防止在共享介质上冒用地址。",
    ),
  fixes: ({ target, inInterface }, netns) => {
    const device = inInterface ?? "IF";
    return [
      {
        edits: [setting(netns, allAnd(device, "drop_gratuitous_arp", "0"))],
        effect: text(
          "takes announcements again; both must be 0, since either is enough",
          "恢复接收通告；任一为 1 就生效，所以两个都要为 0",
        ),
      },
      {
        edits: [{ kind: "neighbour", netns, verb: "del", address: target ?? "ADDRESS", device }],
        effect: text("mends the one entry by hand: the next packet asks anew", "手工修正这一条：下一个报文会重新询问"),
      },
    ];
  },
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.drop_gratuitous_arp net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.drop_gratuitous_arp`,
      ),
      because: text("1 in either means it is this", "任一为 1，就是这个原因"),
    },
  ],
  lookalikes: [
    "gratuitous-arp-ignored",
    "neigh-stale-mac-changed",
    "neigh-wrong-mac",
    "arp-no-answer",
    "arp-no-local-owner",
  ],
  search: [
    "drop_gratuitous_arp",
    "gratuitous ARP ignored",
    "failover VIP stale ARP",
    "免费 ARP",
    "免费 arp 不生效",
    "VIP 切换后 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "A host announced its address and MAC address to everybody, and this host threw the announcement away. After a failover it keeps sending to the old MAC address until the entry is checked in the ordinary way.",
      "有主机向所有人通告了自己的地址和 MAC，而这台主机把通告丢弃了。主备切换之后，它仍会向旧 MAC 发送，直到表项按常规方式被重新确认。",
    ),
    evidence: text(
      "Packets: ARP with sender equal to target arrives, the neighbour entry keeps the old MAC address, echo requests go there. State: drop_gratuitous_arp. Kernel: a drop event NOT_SPECIFIED at arp_process, unlike other ARP that is ignored.",
      "报文：发送方与目标相同的 ARP 到达，邻居表项仍是旧 MAC，echo 请求继续发往那里。状态：drop_gratuitous_arp。内核：arp_process 处有 NOT_SPECIFIED 丢包事件，与其他被忽略的 ARP 不同。",
    ),
    tellApart: text(
      "gratuitous-arp-ignored: consumed without a drop event, because there was no entry to update (arp_accept=0). neigh-stale-mac-changed: no announcement was made at all.",
      "gratuitous-arp-ignored：没有丢包事件，只是没有可更新的表项（arp_accept=0）。neigh-stale-mac-changed：根本没有发出通告。",
    ),
    kernel: "arp_process: sip == tip and IN_DEV_ORCONF(in_dev, DROP_GRATUITOUS_ARP) → out_free_skb",
  }),
  scenario: "gratuitous-arp-dropped",
  negativeTwin: "gratuitous-arp-updates",
});

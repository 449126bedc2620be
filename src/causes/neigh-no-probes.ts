// mcast_solicit=0: the interface may not ask by ARP at all, so an unknown neighbour fails at once and in silence.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** No probes are configured for the interface. */
export const cause = defineCause({
  code: "neigh-no-probes",
  severity: "problem",
  marks: {
    drop: [{ reason: "NEIGH_FAILED", at: ["__neigh_event_send"], settles: "kind" }],
    counters: [],
    decides: [{ sysctl: "mcast_solicit" }, { sysctl: "app_solicit" }],
  },
  title: text("ARP may not ask: mcast_solicit=0", "不允许发 ARP 询问：mcast_solicit=0"),
  headline: ({ outInterface, target }) => {
    const en = [outInterface, target === undefined ? undefined : `next hop ${target}`]
      .filter((p) => p !== undefined)
      .join(", ");
    const zh = [outInterface, target === undefined ? undefined : `下一跳 ${target}`]
      .filter((p) => p !== undefined)
      .join("，");
    return text(
      `ARP may not ask: mcast_solicit=0${en === "" ? "" : ` (${en})`}`,
      `不允许发 ARP 询问：mcast_solicit=0${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ target, outInterface, sysctl }) =>
    text(
      `${outInterface ?? "The outgoing interface"} does not know the MAC address of ${target ?? "the next hop"}, and ${sysctl ?? "mcast_solicit"} is 0, so it may not ask for it. The kernel drops the packet at once: nothing is on the wire, and no error message is made.`,
      `${outInterface ?? "出接口"} 不知道 ${target ?? "下一跳"} 的 MAC，而 ${sysctl ?? "mcast_solicit"} 为 0，不允许询问。内核立即丢弃报文：线上什么也没有，也不产生任何差错提示。`,
    ),
  why: () =>
    text(
      "A neighbour without an entry gets as many broadcast questions as mcast_solicit says (and app_solicit for a daemon); with both at 0 it is FAILED from the start.",
      "没有表项的邻居，按 mcast_solicit（以及给守护进程的 app_solicit）规定的次数广播询问；两者都为 0 时，一开始就是 FAILED。",
    ),
  fixes: ({ outInterface, target, sysctl }, netns) => [
    {
      edits: [
        setting(netns, {
          [`${sysctl?.includes("mcast_solicit") ? sysctl : `net.ipv4.neigh.${(outInterface ?? "IF").replaceAll(".", "/")}.mcast_solicit`}`]:
            "3",
        }),
      ],
      effect: text("the kernel's default: three questions, a second apart", "内核默认值：问三次，每次间隔一秒"),
    },
    {
      edits: [
        {
          kind: "neighbour",
          netns,
          verb: "replace",
          address: target ?? "NEXTHOP",
          mac: "MAC",
          device: outInterface ?? "IF",
          state: "permanent",
        },
      ],
      effect: text("if ARP must stay off: enters the MAC address by hand", "如果就是不要 ARP：手工写入 MAC"),
    },
  ],
  settle: ({ outInterface }, netns) => {
    const device = (outInterface ?? "IF").replaceAll(".", "/");
    return [
      {
        command: inNamespace(
          netns,
          `sysctl net.ipv4.neigh.${device}.mcast_solicit net.ipv4.neigh.${device}.app_solicit`,
        ),
        because: text("both 0 means it is this", "两个都是 0，就是这个原因"),
      },
    ];
  },
  faults: ({ netns, role, outInterface }) =>
    role !== "target" && role !== "switch" && outInterface !== null
      ? [
          [
            {
              kind: "sysctl",
              netns,
              settings: [{ key: `net.ipv4.neigh.${outInterface.replaceAll(".", "/")}.mcast_solicit`, value: "0" }],
            },
          ],
        ]
      : [],
  lookalikes: ["nft-output-drop", "peer-down", "peer-down-neigh-known", "lo-down", "noarp-sender"],
  search: [
    "mcast_solicit",
    "no ARP request sent",
    "NEIGH_FAILED __neigh_event_send",
    "不发 ARP 请求",
    "邻居 FAILED",
    "抓不到 ARP",
  ],
  page: () => ({
    meaning: text(
      "The interface is set to make no ARP probes, and nothing else fills its neighbour table. Everything for a neighbour that is not entered by hand is lost at once, without a packet and without a message.",
      "接口被设置为不发 ARP 探测，也没有别的途径填写邻居表。凡是没有手工写入的邻居，报文都会立即丢失，既没有报文上线，也没有提示。",
    ),
    evidence: text(
      "Packets: none, not even ARP, and nothing on lo. ping shows 100% loss without a message. State: mcast_solicit and app_solicit of the interface are 0, `ip neigh` has FAILED. Kernel: NEIGH_FAILED at __neigh_event_send, not at neigh_invalidate.",
      "报文：没有，连 ARP 也没有，lo 上也没有。ping 显示 100% 丢包，没有提示。状态：接口的 mcast_solicit 和 app_solicit 都为 0，`ip neigh` 为 FAILED。内核：NEIGH_FAILED 出现在 __neigh_event_send，而不是 neigh_invalidate。",
    ),
    tellApart: text(
      "nft-output-drop: NETFILTER_DROP, and ARP is never reached. peer-down: a host unreachable on lo after three seconds, tx_dropped moves. lo-down: concerns own addresses, or hides the error of a failed ARP that is seen on the wire.",
      "nft-output-drop：是 NETFILTER_DROP，还没到 ARP 这一步。peer-down：约三秒后 lo 上有主机不可达，tx_dropped 增长。lo-down：涉及本机地址，或者线上能看到失败的 ARP，只是提示丢了。",
    ),
    kernel: "__neigh_event_send: MCAST_PROBES + APP_PROBES == 0 → NUD_FAILED, SKB_DROP_REASON_NEIGH_FAILED",
  }),
  scenario: "neigh-no-probes",
  negativeTwin: "nft-output-drop",
});

// The next hop changed its MAC address, and the sender still uses the old one until its entry is checked.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A remembered neighbour that is out of date; it mends itself after some seconds. */
export const cause = defineCause({
  code: "neigh-stale-mac-changed",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "cause" }],
    counters: [{ name: "rx_otherhost_dropped", of: "interface", at: "end", always: false, sometimes: true }],
    decides: ["neigh", "link"],
    asked: { threads: 12, order: 5 },
  },
  title: text("outdated MAC in the neighbour table", "邻居表里的 MAC 已经过时"),
  headline: ({ target, gateway, mac, expectedMac }) => {
    const neighbour = gateway ?? target;
    const en = [
      neighbour === undefined ? undefined : `for ${neighbour}`,
      mac === undefined ? undefined : expectedMac === undefined ? mac : `${mac}, now ${expectedMac}`,
    ].filter((part) => part !== undefined);
    const zh = [
      neighbour,
      mac === undefined ? undefined : expectedMac === undefined ? mac : `还是 ${mac}，现在是 ${expectedMac}`,
    ].filter((part) => part !== undefined);
    return text(
      `outdated MAC in the neighbour table${en.length === 0 ? "" : ` (${en.join(": ")})`}`,
      `邻居表里的 MAC 已经过时${zh.length === 0 ? "" : `（${zh.join(" ")}）`}`,
    );
  },
  summary: ({ target, outInterface, inInterface, mac, expectedMac, state }) =>
    text(
      `${outInterface ?? "The sender"} still remembers the MAC address ${mac ?? "that the next hop used to have"}${state === undefined || state === "" ? "" : ` (entry ${state})`} and sends what is for ${target ?? "the target"} there. ${inInterface ?? "The other end"} now has ${expectedMac ?? "another one"}, so its kernel treats the frames as addressed to another host and drops them. The entry is used at once and checked only about five seconds later; after some eight seconds in all it should mend itself.`,
      `${outInterface ?? "发送方"} 记着的 MAC 还是${mac === undefined ? "下一跳以前的那个" : ` ${mac}`}${state === undefined || state === "" ? "" : `（表项状态 ${state}）`}，发给 ${target ?? "目标"} 的报文都送往那里。而 ${inInterface ?? "对端"} 现在的 MAC ${expectedMac === undefined ? "已经换了" : `是 ${expectedMac}`}，那里的内核把这些帧当作别人的丢弃。表项会立即使用，大约五秒后才去确认；总共约八秒后应当自行恢复。`,
    ),
  why: () =>
    text(
      "A STALE entry is used without asking; only after delay_first_probe_time (5 s) come three unicast questions to the old MAC address, then the entry fails and the kernel asks by broadcast.",
      "STALE 表项会直接使用，不先询问；过了 delay_first_probe_time（5 秒）才向旧 MAC 发三次单播询问，都没有应答才判为失败，改用广播重新询问。",
    ),
  fixes: ({ target, gateway, outInterface }, netns) => [
    {
      edits: [
        {
          kind: "neighbour",
          netns,
          verb: "del",
          address: gateway ?? target ?? "ADDRESS",
          device: outInterface ?? "IF",
        },
      ],
      effect: text("forgets the old MAC address; the next packet asks anew", "忘掉旧的 MAC，下一个报文会重新询问"),
    },
    {
      advice: `sudo arping -c 1 -U -I IF ${gateway ?? target ?? "ADDRESS"}`,
      effect: text(
        "on the host whose MAC address changed: announces the new one (gratuitous ARP); arp_notify=1 does so by itself whenever its interface comes up",
        "在换了 MAC 的主机上执行：通告新的 MAC（免费 ARP）；设置 arp_notify=1 后，接口每次启用时会自动通告",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -s neigh show dev ${outInterface ?? "IF"}`),
      because: text(
        "STALE, DELAY or PROBE beside a MAC address that the other end does not have means it is this; PERMANENT is neigh-wrong-mac",
        "状态是 STALE、DELAY 或 PROBE，而 MAC 不是对端的，就是这个原因；PERMANENT 则是 neigh-wrong-mac",
      ),
    },
  ],
  faults: ({ netns, role, outInterface, nextHop, seenMac }) =>
    role !== "switch" && outInterface !== null && nextHop !== null
      ? [
          [
            {
              kind: "neighbour",
              netns,
              verb: "replace",
              address: nextHop,
              device: outInterface,
              mac: seenMac ?? "02:00:00:00:ff:ff",
              state: "stale",
            },
          ],
        ]
      : [],
  lookalikes: [
    "neigh-wrong-mac",
    "echo-no-reply",
    "duplicate-address",
    "gratuitous-arp-dropped",
    "bridge-fdb-wrong-port",
    "answered",
  ],
  search: [
    "stale ARP cache",
    "ping fails after container recreated",
    "MAC address changed",
    "works after arp -d",
    "gratuitous ARP",
    "arp 缓存",
    "清 arp 后恢复",
    "容器重建后 ping 不通",
    "免费 arp",
  ],
  page: () => ({
    meaning: text(
      "A machine, container or virtual address got a new MAC address (recreated, failed over, card changed) and told nobody. Whoever still has the old one in the neighbour table talks into the void until the entry is checked. It passes by itself within about ten seconds, unless traffic from elsewhere keeps the entry confirmed.",
      "机器、容器或虚拟地址换了 MAC（重建、主备切换、换网卡），却没有通告。邻居表里还记着旧 MAC 的主机在表项被确认之前都在对空说话。大约十秒内会自行恢复，除非有别的流量不断确认该表项。",
    ),
    evidence: text(
      "Packets: echo requests to the old MAC address without a reply, then three unicast ARP requests to it a second apart, then one broadcast question, and it works. State: `ip neigh` STALE, DELAY or PROBE with a MAC address that the next hop does not have. Kernel: OTHERHOST at ip_rcv_core of the other end, and rx_otherhost_dropped of its interface.",
      "报文：发往旧 MAC 的 echo 请求没有应答，随后三次间隔一秒的单播 ARP 请求，再一次广播询问，然后恢复。状态：`ip neigh` 为 STALE、DELAY 或 PROBE，MAC 却不是下一跳的。内核：对端 ip_rcv_core 处的 OTHERHOST，其接口的 rx_otherhost_dropped 增长。",
    ),
    tellApart: text(
      "neigh-wrong-mac: PERMANENT, never recovers. duplicate-address: both MAC addresses are in use. nft-input-drop, rp-filter-strict: the destination MAC is right.",
      "neigh-wrong-mac：PERMANENT，永远不会恢复。duplicate-address：两个 MAC 都有主机在用。nft-input-drop、rp-filter-strict：目的 MAC 是对的。",
    ),
    kernel: "__neigh_event_send: NUD_STALE → NUD_DELAY; neigh_timer_handler: NUD_PROBE (ucast_solicit) → NUD_FAILED",
  }),
  scenario: "neigh-stale-mac-changed",
  negativeTwin: "neigh-wrong-mac",
});

// The bridge answers ARP itself, from its neighbour table, and does not flood the question.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** neigh_suppress or proxy_arp on a bridge port. */
export const cause = defineCause({
  code: "bridge-neigh-suppress",
  severity: "problem",
  marks: {
    drop: [{ reason: "OTHERHOST", settles: "kind", sometimes: true }],
    counters: [{ name: "rx_otherhost_dropped", of: "interface", at: "end", always: false, sometimes: true }],
    decides: ["bridge", "neigh"],
  },
  title: text("the bridge answers ARP itself", "网桥自己代答 ARP"),
  headline: ({ bridge, target, mac }) => {
    const whose = [bridge, target === undefined ? undefined : `for ${target}`].filter((part) => part !== undefined);
    const what = [whose.join(" "), mac === undefined ? "" : `with ${mac}`].filter((part) => part !== "");
    const detail = [
      bridge,
      target === undefined ? undefined : `代替 ${target}`,
      mac === undefined ? undefined : `给出 ${mac}`,
    ].filter((part) => part !== undefined);
    return text(
      `the bridge answers ARP itself${what.length === 0 ? "" : ` (${what.join(", ")})`}`,
      `网桥自己代答 ARP${detail.length === 0 ? "" : `（${detail.join("，")}）`}`,
    );
  },
  summary: ({ bridge, target, mac, expectedMac, port, state }) => {
    const setting = text(
      port === undefined
        ? `A port of ${bridge ?? "the bridge"} has ${state ?? "neigh_suppress (or proxy_arp)"} on.`
        : `The port ${port} of ${bridge ?? "the bridge"} has ${state ?? "neigh_suppress"} on.`,
      `${bridge ?? "网桥"} 的${port === undefined ? "某个端口" : `端口 ${port} `}开了 ${state ?? (port === undefined ? "neigh_suppress（或 proxy_arp）" : "neigh_suppress")}。`,
    );
    const taken =
      expectedMac === undefined
        ? text(
            "Should that entry be old or wrong, nobody takes what is sent to that MAC address.",
            "如果表项过时或错误，发往这个 MAC 的报文就没有主机接收。",
          )
        : text(
            `That entry is old or wrong: where the frames come out the MAC address is ${expectedMac}, and they are ignored.`,
            `表项过时或错误：帧到达的接口 MAC 是 ${expectedMac}，所以被忽略。`,
          );
    return text(
      `The bridge answers ARP for ${target ?? "the target"} from its own neighbour table${mac === undefined ? "" : `, with ${mac}`}. ${taken.en} ${setting.en} So the question does not reach the target's port.`,
      `网桥用自己的邻居表代 ${target ?? "目标"} 应答 ARP${mac === undefined ? "" : `，给出 ${mac}`}。${taken.zh}${setting.zh}所以请求不会到达目标所在的端口。`,
    );
  },
  why: () =>
    text(
      "EVPN and VXLAN setups suppress ARP floods by answering on behalf of others; the answer is only as good as the neighbour entry of the bridge.",
      "EVPN、VXLAN 方案通过代答来抑制 ARP 泛洪；代答是否正确，取决于网桥自己的邻居表项。",
    ),
  fixes: ({ bridge, target }, netns) => [
    {
      edits: [{ kind: "neighbour", netns, verb: "del", address: target ?? "TARGET", device: bridge ?? "br0" }],
      effect: text(
        "takes the bridge's entry out: the next question is flooded as usual",
        "删除网桥的这条表项：下一次请求会照常泛洪",
      ),
    },
    {
      edits: [{ kind: "bridge-port", netns, device: "PORT", flags: { neigh_suppress: false } }],
      effect: text("lets questions through to this port", "让请求能到达该端口"),
    },
  ],
  settle: ({ bridge }, netns) => [
    {
      command: inNamespace(netns, `ip neigh show dev ${bridge ?? "br0"}`),
      because: text("the MAC there against the target's real one", "把这里的 MAC 与目标真实的 MAC 对比"),
    },
  ],
  faults: ({ netns, role, bridge, outInterface, destination, seenMac }) =>
    role === "switch" && bridge !== null && outInterface !== null
      ? [
          [
            {
              kind: "neighbour",
              netns,
              verb: "replace",
              address: destination,
              device: bridge,
              mac: seenMac ?? "02:00:00:00:ff:ff",
              state: "permanent",
            },
            { kind: "bridge-port", netns, device: outInterface, flags: { neigh_suppress: true } },
          ],
        ]
      : [],
  lookalikes: ["proxy-arp", "neigh-wrong-mac", "echo-no-reply", "bridge-flood-off"],
  search: [
    "bridge neigh_suppress",
    "EVPN ARP suppression",
    "ARP answered by bridge",
    "ARP 代答",
    "ARP 抑制",
    "neigh_suppress",
  ],
  page: () => ({
    meaning: text(
      "An ARP reply is seen although the target never got the question: the bridge gave it, from what it knows. With a right entry all is well; with a stale one, for example after a guest was moved, pings vanish.",
      "看得到 ARP 应答，目标却根本没收到请求：是网桥根据自己所知代答的。表项正确就没问题；表项过时（例如虚拟机迁移后），ping 就石沉大海。",
    ),
    evidence: text(
      "Packets: the reply on the asker's port, the question not on the target's port. State: neigh_suppress or proxy_arp at a port, neighbour entries of the bridge, FDB. Kernel: no event for the ARP; OTHERHOST and rx_otherhost_dropped at the target for a wrong MAC.",
      "报文：询问方端口上有应答，目标端口上没有请求。状态：端口的 neigh_suppress 或 proxy_arp、网桥的邻居表项、FDB。内核：ARP 没有事件；MAC 错误时目标处有 OTHERHOST，rx_otherhost_dropped 增长。",
    ),
    tellApart: text(
      "proxy-arp: the MAC in the reply is a router's; here it is that of the neighbour entry. neigh-wrong-mac: the asker's own entry is wrong.",
      "proxy-arp：应答里是路由器的 MAC；这里是邻居表项里的 MAC。neigh-wrong-mac：询问方自己的表项错了。",
    ),
    kernel:
      "br_do_proxy_suppress_arp: neigh_lookup(br dev) NUD_VALID and fdb entry → br_arp_send (BR_NEIGH_SUPPRESS, BR_PROXYARP)",
  }),
  scenario: "bridge-neigh-suppress",
  negativeTwin: "neigh-wrong-mac",
});

// A rule of nftables' family bridge (or ebtables) drops the frame between two ports.

import { defineCause, deletesRule, inNamespace } from "../model/cause.ts";
import { nftDrop } from "../model/fault-place.ts";
import { nftRule } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The bridge's own firewall. */
export const cause = defineCause({
  code: "nft-bridge-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: ["nft"],
    stages: ["forwarded"],
    asked: { threads: 6, order: 4 },
    waits: "neighbour",
  },
  title: text("dropped by the bridge's firewall", "被网桥的防火墙丢弃"),
  headline: ({ inInterface, outInterface, chain }) => {
    const path =
      inInterface === undefined || outInterface === undefined ? undefined : `${inInterface} → ${outInterface}`;
    const where = [path, chain].filter((part) => part !== undefined);
    return text(
      `dropped by the bridge's firewall${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `被网桥的防火墙丢弃${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ source, target, inInterface, outInterface, chain, rule }) =>
    text(
      `The frame from ${source ?? "the sender"} for ${target ?? "the target"} comes in by ${inInterface ?? "one port"} and should leave by ${outInterface ?? "another"}. In between ${chain === undefined ? "a rule of family bridge" : `a rule in chain ${chain}`} drops it${rule === undefined ? "" : `: ${rule.replace(`${chain} `, "")}`}. It is seen on the first port and not on the second.`,
      `${source ?? "发送方"} 发给 ${target ?? "目标"} 的帧从 ${inInterface ?? "一个端口"} 进来，本该从 ${outInterface ?? "另一个端口"} 出去。中间${chain === undefined ? " bridge 族的一条规则" : ` ${chain} 链里的规则`}把它丢弃${rule === undefined ? "" : `：${rule.replace(`${chain} `, "")}`}。前一个端口上能看到，后一个端口上看不到。`,
    ),
  why: () =>
    text(
      "Chains of family bridge see every frame a bridge forwards, ARP included, and belong to no IP table.",
      "bridge 族的链能看到网桥转发的每个帧，包括 ARP，与 IP 的各表无关。",
    ),
  fixes: (facts, netns) => {
    const { chain } = facts;
    return [
      ...deletesRule(facts, netns),
      {
        advice: inNamespace(netns, chain === undefined ? "nft -a list ruleset bridge" : `nft -a list chain ${chain}`),
        effect: text(
          "shows the rules with their handles; `nft delete rule … handle N` takes one out (older setups: ebtables -L)",
          "列出规则及其 handle；用 `nft delete rule … handle N` 删除（老的配置用 ebtables -L 查看）",
        ),
      },
      {
        edits: [nftRule(netns, "insert", chain ?? "bridge filter forward", "ether type arp accept")],
        effect: text("lets ARP pass, where that is what is dropped", "如果丢的是 ARP，放行 ARP"),
      },
    ];
  },
  settle: ({ chain }, netns) => [
    {
      command: inNamespace(netns, chain === undefined ? "nft list ruleset bridge" : `nft list chain ${chain}`),
      because: text("before and after a ping: the rule's counter moves", "ping 前后各执行一次：该规则的计数会增长"),
    },
  ],
  faults: (place) =>
    place.role === "switch"
      ? [[nftDrop(place, "bridge", "forward", { by: "rule" })], [nftDrop(place, "bridge", "forward", { by: "policy" })]]
      : [],
  lookalikes: [
    "br-netfilter-drop",
    "echo-no-reply",
    "arp-no-answer",
    "arp-no-local-owner",
    "bridge-port-isolated",
    "bridge-vlan-mismatch",
  ],
  search: [
    "nftables bridge family drop",
    "ebtables drop",
    "bridge filter forward",
    "ebtables 丢包",
    "网桥防火墙",
    "nftables bridge 丢弃",
  ],
  page: () => ({
    meaning: text(
      "The bridge is filtered on layer 2. Virtualisation hosts write such rules against spoofed MAC and IP addresses; a guest whose address was changed by hand then falls silent.",
      "网桥在二层做了过滤。虚拟化平台常用这种规则防止 MAC 和 IP 欺骗；虚拟机里手工改了地址之后就不通了。",
    ),
    evidence: text(
      "Packets: the frame on the input port, not on the output port. State: a ruleset of family bridge, or ebtables. Counters: the rule's; drop reason NETFILTER_DROP at nft_do_chain, device = output port.",
      "报文：入端口上有帧，出端口上没有。状态：bridge 族的规则集，或 ebtables。计数器：该规则的计数；丢包原因 nft_do_chain 处的 NETFILTER_DROP，设备是出端口。",
    ),
    tellApart: text(
      "br-netfilter-drop: the same event, but the rule whose counter moves is of family ip or inet; ARP passes there. bridge-port-isolated and bridge-vlan-mismatch: no drop event for a flooded frame.",
      "br-netfilter-drop：事件相同，但计数增长的规则在 ip 或 inet 族，而且 ARP 能通过。bridge-port-isolated、bridge-vlan-mismatch：泛洪的帧没有丢包事件。",
    ),
    kernel: "__br_forward → NF_HOOK(NFPROTO_BRIDGE, NF_BR_FORWARD) → nft_do_chain: NETFILTER_DROP",
  }),
  scenario: "nft-bridge-drop",
  negativeTwin: "br-netfilter-drop",
});

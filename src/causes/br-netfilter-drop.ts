// A frame that is only bridged is shown to the IP firewall, and dropped there.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Edit } from "../model/edit.ts";
import { policyDrop } from "../model/fault-place.ts";
import { nftRule, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** br_netfilter: the FORWARD chain of IP also judges a bridge. */
export const cause = defineCause({
  code: "br-netfilter-drop",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [],
    decides: [{ sysctl: "bridge-nf-call-iptables" }, "nft", "iptables"],
    stages: ["forwarded"],
    asked: { threads: 17, order: 1 },
  },
  title: text("bridged packet dropped by the IP firewall (br_netfilter)", "桥接的报文被 IP 防火墙丢弃（br_netfilter）"),
  headline: ({ chain, inInterface, bridge }) => {
    const where = [bridge ?? inInterface, chain].filter((part) => part !== undefined);
    return text(
      `bridged packet dropped by the IP firewall (br_netfilter)${where.length === 0 ? "" : `: ${where.join(", ")}`}`,
      `桥接的报文被 IP 防火墙丢弃（br_netfilter）${where.length === 0 ? "" : `：${where.join("，")}`}`,
    );
  },
  summary: ({ source, target, inInterface, bridge, chain, rule }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} only crosses the bridge${(bridge ?? inInterface) === undefined ? "" : ` ${bridge ?? inInterface}`}. But bridge-nf-call-iptables=1 shows it to the IP forward hook too, where ${chain === undefined ? "the firewall" : `chain ${chain}`} drops it${rule === undefined ? " by its policy" : `: ${rule.replace(`${chain} `, "")}`}. ARP is not shown to that hook: MAC addresses are learned, and IP still dies.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文只是经过网桥${(bridge ?? inInterface) === undefined ? "" : ` ${bridge ?? inInterface}`}。但 bridge-nf-call-iptables=1 让它也要过 IP 的 forward 钩子，在那里被${chain === undefined ? "防火墙" : ` ${chain} 链`}${rule === undefined ? "按默认策略丢弃" : `丢弃：${rule.replace(`${chain} `, "")}`}。ARP 不过这个钩子，所以 MAC 学得到，IP 却不通。`,
    ),
  why: () =>
    text(
      "With br_netfilter loaded, which Docker and Kubernetes do, bridged IPv4 runs through the IP hooks as if it were routed, even with ip_forward=0.",
      "加载 br_netfilter 后（Docker 和 Kubernetes 都会加载），桥接的 IPv4 会像路由报文一样经过 IP 钩子，即使 ip_forward=0。",
    ),
  fixes: ({ chain, bridge, inInterface }, netns) => {
    const parts = chain?.split(" ") ?? [];
    const device = bridge ?? inInterface ?? "br0";
    const accept: Edit =
      chain !== undefined && parts.length === 3
        ? nftRule(netns, "insert", chain, `iifname ${device} oifname ${device} accept`)
        : {
            kind: "tables-rule",
            netns,
            tool: "iptables",
            verb: "insert",
            chain: "FORWARD",
            rule: `-i ${device} -o ${device} -j ACCEPT`,
          };
    return [
      {
        edits: [accept],
        effect: text(
          `lets everything pass that stays on ${device}; safe beside Docker (with Docker, put it into chain DOCKER-USER)`,
          `放行所有只在 ${device} 上来往的报文；与 Docker 共存时更稳妥（有 Docker 时放进 DOCKER-USER 链）`,
        ),
      },
      {
        edits: [setting(netns, { "net.bridge.bridge-nf-call-iptables": "0" })],
        effect: text(
          "keeps the IP firewall away from all bridges of this namespace; Kubernetes and Docker's isolation rely on it being 1",
          "让 IP 防火墙不再处理这个命名空间的所有网桥；但 Kubernetes 和 Docker 的隔离依赖它为 1",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.bridge.bridge-nf-call-iptables"),
      because: text(
        "1, and a forward chain that drops, is this; no such key means that br_netfilter is not loaded",
        "值为 1，而 forward 链又会丢包，就是这个原因；没有这个键说明没有加载 br_netfilter",
      ),
    },
  ],
  faults: ({ netns, role }) =>
    role === "switch"
      ? [
          [
            { kind: "sysctl", netns, settings: [{ key: "net.bridge.bridge-nf-call-iptables", value: "1" }] },
            policyDrop(netns, "FORWARD"),
          ],
        ]
      : [],
  lookalikes: [
    "echo-no-reply",
    "nft-bridge-drop",
    "nft-forward-drop",
    "iptables-drop",
    "bridge-fdb-wrong-port",
    "bridge-port-isolated",
  ],
  search: [
    "bridge-nf-call-iptables",
    "br_netfilter",
    "Docker breaks bridge",
    "VM bridge ping fails after installing docker",
    "ARP works on bridge but IP does not",
    "网桥 ping 不通 Docker",
    "装了 Docker 之后虚拟机网桥不通",
    "br_netfilter 丢包",
  ],
  page: () => ({
    meaning: text(
      "Two machines on one bridge, no router between them, and still an IP firewall stands in the way: the bridge's host has br_netfilter loaded, and its FORWARD chain drops. Docker loads the module and sets the FORWARD policy to DROP, so bridges of virtual machines stop working the day Docker is installed.",
      "两台机器在同一网桥上，中间没有路由器，却被 IP 防火墙挡住：网桥所在主机加载了 br_netfilter，而 FORWARD 链丢包。Docker 会加载这个模块并把 FORWARD 策略设为 DROP，所以装了 Docker 之后，虚拟机的网桥就不通了。",
    ),
    evidence: text(
      "Packets: ARP passes on all ports; the echo request is on the input port and not on the output port. State: net.bridge.bridge-nf-call-iptables = 1 (or nf_call_iptables of the bridge), a forward chain that drops. Counters: those of the rule or policy; drop reason NETFILTER_DROP whose device is the OUTPUT port.",
      "报文：ARP 在各端口上都通；echo 请求在入端口上有，出端口上没有。状态：net.bridge.bridge-nf-call-iptables = 1（或网桥的 nf_call_iptables），forward 链会丢包。计数器：规则或策略的计数；丢包原因 NETFILTER_DROP，设备是出端口。",
    ),
    tellApart: text(
      "nft-bridge-drop: the rule is in family bridge and concerns ARP too if it says so. bridge-fdb-wrong-port: the request leaves by another port. nft-forward-drop: the packet is routed, its TTL falls and its MAC addresses change.",
      "nft-bridge-drop：规则在 bridge 族，也可以作用于 ARP。bridge-fdb-wrong-port：请求从别的端口出去了。nft-forward-drop：报文是路由的，TTL 会减、MAC 会变。",
    ),
    kernel:
      "br_nf_forward_ip → NF_HOOK(NF_INET_FORWARD): NETFILTER_DROP; brnf_call_iptables per namespace and per bridge",
  }),
  scenario: "br-netfilter-drop",
  negativeTwin: "nft-bridge-drop",
});

// A packet for somebody else reaches a host that does not forward at all: it is dropped, and no ICMP error tells of it.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Facts } from "../model/finding.ts";
import { type Remedy, setting } from "../model/remedy.ts";
import { type Text, text } from "../model/text.ts";

/** The gateway is no router. */
export const cause = defineCause({
  code: "ip-forward-off",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_INADDRERRORS", settles: "cause" }], arp: "silent" },
    counters: [{ name: "IpInAddrErrors", of: "namespace", always: true }],
    decides: [{ sysctl: "forwarding", values: ["0"] }, { sysctl: "ip_forward" }, "addr"],
    asked: { threads: 12, order: 4 },
    absent: "target",
  },
  title: text("not forwarded: ip_forward is 0", "没有转发：ip_forward 为 0"),
  headline: ({ router, target, sender }) => {
    const on = router ? text(` on ${router}`, `（${router}）`) : text("", "");
    const to = target === undefined ? text("", "") : text(`, so ${target} is not reached`, `，因此到不了 ${target}`);
    const astray =
      sender === undefined
        ? to
        : text(
            `, which is no router: ${sender || "the sender"} sends it what is for ${target ?? "another host"}`,
            `，而它不是路由器：${sender || "发送方"} 把发往 ${target ?? "别的主机"} 的报文交给了它`,
          );
    return text(`not forwarded: ip_forward is 0${on.en}${astray.en}`, `没有转发：ip_forward 为 0${on.zh}${astray.zh}`);
  },
  summary: (facts) => (facts.sender === undefined ? atTheGateway(facts) : sentAstray(facts)),
  why: () =>
    text(
      "A Linux host is no router unless it is told so: what is not for itself is dropped unless the receiving interface forwards, and writing ip_forward sets that for all interfaces at once.",
      "Linux 主机默认不是路由器：不是发给自己的报文，只有接收接口打开了 forwarding 才会转发；写 ip_forward 会一次设置所有接口。",
    ),
  fixes: (facts, netns) => (facts.sender === undefined ? forwards(facts, netns) : leadsElsewhere(facts, netns)),
  // One that is no router is not to be made one: what came behind that would be no fault of this network.
  assumes: ({ netns, facts }) => (facts.sender === undefined ? [setting(netns, { "net.ipv4.ip_forward": "1" })] : []),
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding"),
      because: text("0 on the gateway is the answer", "网关上的值是 0，就是这个原因"),
    },
    {
      command: inNamespace(netns, "nstat -asz IpInAddrErrors"),
      because: text(
        "moves with each packet that was for somebody else and not forwarded",
        "每有一个不是给自己的、又没有转发的报文，它就加一",
      ),
    },
  ],
  lookalikes: [
    "echo-no-reply",
    "iface-forwarding-off",
    "nft-forward-drop",
    "iptables-drop",
    "forward-blackhole",
    "rp-filter-strict",
    "missing-return-route",
  ],
  search: [
    "net.ipv4.ip_forward",
    "enable IP forwarding Linux router",
    "ping gateway works but not beyond",
    "packets arrive at router but are not forwarded",
    "IpInAddrErrors",
    "开启路由转发",
    "能 ping 通网关 ping 不通另一个网段",
    "跨网段 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "Two networks are joined by a Linux host, and that host was never told to forward. Packets for the other network reach it with its MAC address, and end there in silence. Pinging either of the gateway's own addresses works, even the one on the far side, because those are local to it: that is what misleads people.",
      "两个网段由一台 Linux 主机相连，但这台主机没有打开转发。去往另一网段的报文带着它的 MAC 到达，然后无声无息地结束。ping 网关自己的任何一个地址都能通，包括另一侧的那个，因为那些都是它的本机地址，这一点最容易误导人。",
    ),
    evidence: text(
      "Packets: the echo request at the gateway's inner interface, nothing on its outer one, no ARP there, no ICMP error. State: `net.ipv4.conf.IF.forwarding = 0` on the receiving interface, and ip_forward 0. Counters: IpInAddrErrors; drop reason IP_INADDRERRORS at ip_error.",
      "报文：网关的内侧接口上有 echo 请求，外侧接口上什么也没有，连 ARP 也没有，也没有 ICMP 差错。状态：接收接口 `net.ipv4.conf.IF.forwarding = 0`，ip_forward 也是 0。计数器：IpInAddrErrors；丢包原因 ip_error 处的 IP_INADDRERRORS。",
    ),
    tellApart: text(
      "iface-forwarding-off: ip_forward is 1, one interface is switched off. forward-no-route: the gateway answers with a net unreachable. nft-forward-drop: IpForwDatagrams moves. missing-return-route: the request does leave the gateway and reaches the target.",
      "iface-forwarding-off：ip_forward 是 1，只有某个接口关了。forward-no-route：网关会回网络不可达。nft-forward-drop：IpForwDatagrams 会增长。missing-return-route：请求确实离开了网关、到达了目标。",
    ),
    kernel:
      "ip_route_input_slow: !IN_DEV_FORWARD(in_dev) → -EHOSTUNREACH → ip_error: IP_INADDRERRORS (interface value only)",
  }),
  scenario: "ip-forward-off",
  negativeTwin: "router-ok",
});

function atTheGateway({ router, source, target, inInterface, outInterface }: Facts): Text {
  return text(
    `The packet from ${source ?? "the sender"} to ${target ?? "the target"} reaches ${router || "the gateway"}${inInterface === undefined ? "" : ` at ${inInterface}`}, which is not the target and does not forward. It is dropped there; nothing leaves${outInterface === undefined ? "" : ` ${outInterface}`}, and no ICMP error goes back, so ping prints only loss.`,
    `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文到达 ${router || "网关"}${inInterface === undefined ? "" : ` 的 ${inInterface}`}，但它不是目标，也没有打开转发，报文就在那里被丢弃：${outInterface ?? "另一侧接口"} 上什么也没有发出，也没有 ICMP 差错回来，所以 ping 只显示丢包。`,
  );
}

function sentAstray({ router, sender, source, target, inInterface, route }: Facts): Text {
  const by = route === undefined ? text("", "") : text(` by its route "${route}"`, `按路由“${route}”`);
  return text(
    `${sender || "The sender"} sends the packet from ${source ?? "the sender"} to ${target ?? "the target"}${by.en} to ${router || "a host"}${inInterface === undefined ? "" : ` (${inInterface})`}, which does not have that address and stands on one link only: it is no router, and forwarding would not help. The packet is dropped there without an ICMP error, so ping prints only loss.`,
    `${sender || "发送方"}${by.zh}把从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文交给了 ${router || "某台主机"}${inInterface === undefined ? "" : `（${inInterface}）`}，而它没有这个地址，也只连着一条链路：它不是路由器，打开转发也没有用。报文在那里被丢弃，没有 ICMP 差错，所以 ping 只显示丢包。`,
  );
}

function forwards({ router, source }: Facts, netns: string | null): Remedy[] {
  return [
    {
      edits: [setting(netns, { "net.ipv4.ip_forward": "1" })],
      effect: text(
        `makes ${router || "the gateway"} forward on all interfaces, at once; lasting only until the next boot`,
        `让 ${router || "网关"} 的所有接口立即开始转发；重启后失效`,
      ),
    },
    {
      advice: inNamespace(netns, "sh -c 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.d/90-forward.conf'"),
      effect: text(
        "keeps it after a boot (on a host; a namespace made by hand must be set again)",
        "重启后保持（对主机而言；手工建的命名空间需要重新设置）",
      ),
    },
    {
      advice: `ip route get ${source ?? "SOURCE"}`,
      effect: text(
        "on the target: shows whether its replies come back through the same gateway; without a way back forwarding alone does not help",
        "在目标主机上执行：看应答是否也经过这个网关；没有回程路由，只打开转发也不通",
      ),
    },
  ];
}

// Where the packet was for an address of this very link that nobody has, this host may have lost it.
function leadsElsewhere({ sender, target, inInterface, prefix }: Facts, netns: string | null): Remedy[] {
  const [, length] = prefix?.split("/") ?? [];
  const look: Remedy = {
    advice: inNamespace(sender ?? null, `ip route get ${target ?? "TARGET"}`),
    effect: text("whom it sends the packet to, and why", "看它把报文交给谁、依据哪条路由"),
  };
  if (length === undefined || target === undefined || inInterface === undefined) return [look];
  return [
    {
      edits: [{ kind: "address", netns, verb: "add", address: `${target}/${length}`, device: inInterface }],
      effect: text("gives this host the address that the packet is for", "给这台主机配上报文要去的地址"),
    },
    look,
  ];
}

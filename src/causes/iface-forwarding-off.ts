// The router forwards in general, but not what comes in by this one interface.

import { defineCause, inNamespace } from "../model/cause.ts";
import { interfaceSetting } from "../model/fault-place.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** conf.IF.forwarding is 0 on the receiving interface. */
export const cause = defineCause({
  code: "iface-forwarding-off",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_INADDRERRORS", settles: "cause" }], arp: "silent" },
    counters: [{ name: "IpInAddrErrors", of: "namespace", always: true }],
    decides: [{ sysctl: "forwarding", values: ["0"] }, { sysctl: "ip_forward" }],
  },
  title: text("not forwarded: forwarding is off on the receiving interface", "没有转发：接收接口的 forwarding 关闭"),
  headline: ({ router, inInterface }) => {
    const where = [router || undefined, inInterface].filter((part) => part !== undefined);
    return text(
      `not forwarded: forwarding is off on the receiving interface${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
      `没有转发：接收接口的 forwarding 关闭${where.length === 0 ? "" : `（${where.join("，")}）`}`,
    );
  },
  summary: ({ router, inInterface, source, target }) =>
    text(
      `The packet from ${source ?? "the sender"} to ${target ?? "the target"} comes to ${router || "a router"} by ${inInterface ?? "one of its interfaces"}. ip_forward is 1 there, but forwarding is 0 on that interface, and only the receiving interface counts. The packet is dropped without an ICMP error; the opposite direction may still be forwarded.`,
      `从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的报文从 ${inInterface ?? "某个接口"} 进入 ${router || "路由器"}。那里 ip_forward 是 1，但这个接口的 forwarding 是 0，而起作用的只有接收接口。报文被丢弃，不发 ICMP 差错；反方向也许仍能转发。`,
    ),
  why: () =>
    text(
      "Writing ip_forward copies its value to every interface; afterwards each one can be set apart, and the kernel asks only the one a packet comes in by.",
      "写 ip_forward 会把值复制到所有接口；之后每个接口可以单独设置，内核只看报文进来的那个接口。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [setting(netns, { [confKey(inInterface ?? "IF", "forwarding")]: "1" })],
      effect: text(`forwards what comes in by ${inInterface ?? "IF"}`, `转发从 ${inInterface ?? "IF"} 进来的报文`),
    },
    {
      edits: [setting(netns, { "net.ipv4.ip_forward": "1" })],
      effect: text(
        "sets all interfaces at once (if it reads 1 already, write 0 first: only a change is copied)",
        "一次设置所有接口（如果已经是 1，要先写 0：只有值变化时才会复制）",
      ),
    },
  ],
  assumes: ({ netns, interface: device }) =>
    device === null ? [] : [setting(netns, { [confKey(device, "forwarding")]: "1" })],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl -a -r ^net.ipv4.conf.[^.]*.forwarding$"),
      because: text("shows the value of each interface", "列出每个接口的值"),
    },
  ],
  faults: ({ netns, role, inInterface }) =>
    role === "router" && inInterface !== null ? [[interfaceSetting(netns, inInterface, "forwarding", "0")]] : [],
  lookalikes: ["echo-no-reply", "ip-forward-off", "nft-forward-drop", "forward-blackhole", "rp-filter-strict"],
  search: [
    "net.ipv4.conf.eth0.forwarding",
    "ip_forward=1 but not forwarding",
    "forwarding works in one direction only",
    "ip_forward 是 1 但不转发",
    "单个接口 forwarding 关闭",
    "只有一个方向能转发",
  ],
  page: () => ({
    meaning: text(
      "The router's switch is on, yet what comes in by one interface ends there. Somebody set that interface apart, or it took its value from conf/default when it was made.",
      "路由器的总开关是开的，但从某个接口进来的报文到此为止。要么有人单独设置了这个接口，要么它创建时从 conf/default 继承了 0。",
    ),
    evidence: text(
      "Packets: in by one interface, out by none, no ICMP error. State: ip_forward = 1 and conf.IF.forwarding = 0. Counters: IpInAddrErrors; drop reason IP_INADDRERRORS at ip_error with that device.",
      "报文：从一个接口进来，没有从任何接口出去，没有 ICMP 差错。状态：ip_forward = 1，而 conf.IF.forwarding = 0。计数器：IpInAddrErrors；丢包原因 ip_error 处的 IP_INADDRERRORS，设备就是该接口。",
    ),
    tellApart: text(
      "ip-forward-off: ip_forward is 0. If the reply's direction is the blocked one, the target counts IcmpInEchos and IcmpOutEchoReps. nft-forward-drop: IpForwDatagrams moves.",
      "ip-forward-off：ip_forward 为 0。如果被挡的是应答方向，目标的 IcmpInEchos 和 IcmpOutEchoReps 都会增长。nft-forward-drop：IpForwDatagrams 增长。",
    ),
    kernel: "ip_route_input_slow: !IN_DEV_FORWARD(in_dev) (interface value only; all is but a writer)",
  }),
  scenario: "iface-forwarding-off",
  negativeTwin: "ip-forward-off",
});

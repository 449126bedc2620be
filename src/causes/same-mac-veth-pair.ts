// Both ends of a cable have one MAC address: it looks broken and works.

import { formatIpv4, formatMac, type Mac } from "../model/address.ts";
import { defineCause } from "../model/cause.ts";
import { cameBack, echoes, isWire } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: source and destination MAC address of a frame are equal. */
export const cause = defineCause({
  code: "same-mac-veth-pair",
  severity: "note",
  title: text("both ends have the same MAC address, and it works", "两端的 MAC 地址相同，照样能通"),
  headline: ({ mac }) => {
    const which = mac === undefined ? text("", "") : text(`: ${mac}`, `：${mac}`);
    return text(
      `both ends have the same MAC address, and it works${which.en}`,
      `两端的 MAC 地址相同，照样能通${which.zh}`,
    );
  },
  summary: ({ mac, target, source }) =>
    text(
      `Frames between ${source ?? "the asker"} and ${target ?? "the target"} carry ${mac === undefined ? "one and the same MAC address" : mac} as source and as destination. On a direct cable that does no harm, and the ping is answered; with a bridge in between it would.`,
      `${source ?? "请求方"} 与 ${target ?? "目标"} 之间的帧，源 MAC 和目的 MAC ${mac === undefined ? "相同" : `都是 ${mac}`}。直连时没有妨碍，ping 有应答；中间如果有网桥，就会出问题。`,
    ),
  why: () =>
    text(
      "On input the kernel compares only the destination MAC address with the interface's own; nothing looks at the source.",
      "收到帧时，内核只拿目的 MAC 与接口自己的 MAC 比较，没有任何地方检查源 MAC。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [{ kind: "link", netns, device: inInterface ?? "IF", dev: true, mac: "02:00:00:00:00:99" }],
      effect: text(
        "only if a bridge is to come between them: gives one end an address of its own (any locally administered one that is free)",
        "只有中间要接网桥时才需要：给其中一端换一个自己的 MAC（任何没有被占用的本地管理地址都行）",
      ),
    },
  ],
  lookalikes: ["duplicate-mac", "bridge-own-mac-source"],
  search: [
    "same MAC address both ends veth",
    "source MAC equals destination MAC",
    "cloned MAC address",
    "veth 两端 MAC 相同",
    "源 MAC 和目的 MAC 一样",
  ],
  page: () => ({
    meaning: text(
      "The two ends of a veth pair were given one MAC address, for instance by a copied configuration. Each end takes the frames for its own, and ARP hands the asker its own MAC address as the answer. It works all the same, because nobody else is on the cable.",
      "veth 的两端被配成了同一个 MAC，例如照抄了配置。每一端都认为帧是发给自己的，ARP 应答给询问方的也是它自己的 MAC。但因为线上没有别人，照样能通。",
    ),
    evidence: text(
      "Packets: source and destination MAC address of echo requests and replies are equal. State: `ip link` shows one address at both ends. No counter moves.",
      "报文：echo 请求和应答的源 MAC 与目的 MAC 相同。状态：两端的 `ip link` 显示同一个地址。计数器不变。",
    ),
    tellApart: text(
      "duplicate-mac: with a bridge between them, frames go to whichever of the two spoke last. bridge-own-mac-source: the bridge takes frames with its own address for a loop.",
      "duplicate-mac：中间有网桥时，帧会送到最近说过话的那一个。bridge-own-mac-source：网桥把源地址等于自己 MAC 的帧当成环路。",
    ),
    kernel: "eth_type_trans: only the destination address is compared with dev_addr",
  }),
  scenario: "same-mac-veth-pair",
  negativeTwin: "duplicate-mac",
  beside: true,
  check: ({ flow }) => {
    if (flow.kind !== "ping") return null;
    for (const exchange of echoes(flow)) {
      const frames = exchange.request?.sightings ?? [];
      const first = frames[0];
      const mac = first ? bothEnds(first) : null;
      if (!first || mac === null || !cameBack(exchange, flow.netns)) continue;
      const far = frames.at(-1);
      return {
        certainty: "certain",
        netns: first.frame.vantage.netns,
        interface: first.frame.vantage.interface,
        facts: {
          target: formatIpv4(flow.dst),
          source: formatIpv4(exchange.source),
          mac: formatMac(mac),
          ...(far?.frame.vantage.interface ? { inInterface: far.frame.vantage.interface } : {}),
        },
        evidence: [
          {
            basis: "seen",
            text: text(
              `source and destination MAC address are both ${formatMac(mac)}`,
              `源 MAC 和目的 MAC 都是 ${formatMac(mac)}`,
            ),
            frames: frames.map((packet) => packet.frame),
          },
        ],
        ruledOut: [],
      };
    }
    return null;
  },
});

// On lo both are zero.
function bothEnds({ link, frame }: Packet): Mac | null {
  if (link.kind !== "ethernet" || link.source !== link.destination || link.source === 0) return null;
  return isWire(frame.vantage) ? link.source : null;
}

// A host announces a new MAC address, and the neighbours that have an entry for it follow at once.

import { formatIpv4, formatMac } from "../model/address.ts";
import { type Overheard, overheard } from "../model/announcement.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { arpExamples, type Flow } from "../model/flow.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import { examplesOf } from "../model/observed.ts";
import type { FrameRef } from "../model/packet.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: gratuitous ARP changes an existing entry. */
export const cause = defineCause({
  code: "gratuitous-arp-updates",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["neigh"],
    entryOf: "target",
  },
  title: text("gratuitous ARP updated the neighbour entry", "免费 ARP 更新了邻居表项"),
  headline: ({ target, mac, expectedMac }) => {
    const en = [
      target === undefined ? undefined : `for ${target}`,
      mac === undefined ? undefined : `to ${mac}${expectedMac === undefined ? "" : ` (was ${expectedMac})`}`,
    ].filter((part) => part !== undefined);
    const zh = [
      target,
      mac === undefined ? undefined : `${expectedMac === undefined ? "" : `${expectedMac} `}→ ${mac}`,
    ].filter((part) => part !== undefined);
    return text(
      `gratuitous ARP updated the neighbour entry${en.length === 0 ? "" : `: ${en.join(" ")}`}`,
      `免费 ARP 更新了邻居表项${zh.length === 0 ? "" : `：${zh.join(" ")}`}`,
    );
  },
  summary: ({ target, inInterface, mac, expectedMac, basis }) => {
    const said = text(
      `${target ?? "A neighbour"} announced ${mac === undefined ? "a new MAC address" : `the MAC address ${mac}`}, and ${inInterface ?? "the interface"} heard it.`,
      `${target ?? "邻居"} 通告了${mac === undefined ? "新的 MAC" : ` MAC ${mac}`}，${inInterface ?? "接口"} 听到了。`,
    );
    const before =
      expectedMac === undefined ? text("", "") : text(` instead of ${expectedMac}`, `，不再发往 ${expectedMac}`);
    if (basis === "packets")
      return text(
        `${said.en} The frames that followed went there${before.en} without any question in between. This is how a failover or a changed network card is followed without loss.`,
        `${said.zh}之后的帧没有经过询问，直接发往这个 MAC${before.zh}。主备切换或换网卡时，就是这样做到不丢包的。`,
      );
    return text(
      `${said.en} The host there has an entry for that address and writes the new MAC address into it at once${before.en}. This is how a failover or a changed network card is followed without loss.`,
      `${said.zh}那台主机有这个地址的表项，立即改用新的 MAC${before.zh}。主备切换或换网卡时，就是这样做到不丢包的。`,
    );
  },
  why: () =>
    text(
      "An existing entry takes any ARP packet from its address; a gratuitous one even within locktime (1 s). The kernel itself announces only with arp_notify=1, when an interface comes up or changes its MAC address.",
      "已有的表项接受来自该地址的任何 ARP；免费 ARP 连 locktime（1 秒）也不受限制。内核自己只有在 arp_notify=1 时，才会在接口启用或更换 MAC 时发出通告。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      advice: inNamespace(netns, `ip -s neigh show dev ${inInterface ?? "IF"}`),
      effect: text(
        "shows the entry with the new MAC address, STALE until it is used and verified",
        "可以看到表项已是新的 MAC，状态为 STALE，直到被使用并验证",
      ),
    },
  ],
  lookalikes: ["gratuitous-arp-ignored", "gratuitous-arp-dropped", "neigh-stale-mac-changed", "duplicate-address"],
  search: [
    "gratuitous ARP failover",
    "arp_notify",
    "MAC address changed during ping",
    "keepalived VIP gratuitous ARP",
    "免费 ARP 更新 arp 表",
    "VIP 漂移 免费 ARP",
    "换了 MAC ping 不断",
  ],
  page: () => ({
    meaning: text(
      "A host that changed its MAC address, or took over an address, announced it, and its neighbours that had an entry sent to the new MAC address from then on. Nothing is asked and nothing is lost. Without the announcement they would go on sending to the old one for some eight seconds.",
      "更换了 MAC 的主机，或接管了某个地址的主机，发出了通告；有表项的邻居从此改发新的 MAC。没有询问，也没有丢包。如果没有通告，它们还会向旧 MAC 发送大约八秒。",
    ),
    evidence: text(
      "Packets: ARP with sender equal to target and a new MAC address, echo requests to the old one before it and to the new one after it. State: the entry has the new MAC address; arp_notify at the announcing host, or a daemon such as keepalived. No counter moves.",
      "报文：发送方与目标相同、带新 MAC 的 ARP；之前的 echo 请求发往旧 MAC，之后发往新 MAC。状态：表项已是新的 MAC；发通告的主机上有 arp_notify，或 keepalived 之类的程序。计数器不变。",
    ),
    tellApart: text(
      "neigh-stale-mac-changed: no announcement, the requests go to the old MAC address and are lost. gratuitous-arp-ignored: there was no entry to update. duplicate-address: both MAC addresses go on answering.",
      "neigh-stale-mac-changed：没有通告，请求发往旧 MAC 而丢失。gratuitous-arp-ignored：没有可更新的表项。duplicate-address：两个 MAC 一直都在应答。",
    ),
    kernel:
      "arp_process: __neigh_lookup, arp_is_garp → neigh_update (NEIGH_UPDATE_F_OVERRIDE); inetdev_send_gratuitous_arp",
  }),
  scenario: "gratuitous-arp-updates",
  negativeTwin: "neigh-stale-mac-changed",
  beside: true,
  check: (view) => {
    for (const said of overheard(view)) {
      const change = changeAround(view.flow, said);
      if (change === null) continue;
      const target = formatIpv4(said.address);
      return {
        certainty: "likely",
        netns: said.vantage.netns,
        interface: said.vantage.interface,
        facts: {
          target,
          mac: formatMac(said.mac),
          expectedMac: change.before,
          ...(view.flow.src === null ? {} : { source: formatIpv4(view.flow.src) }),
          ...(said.vantage.interface === null ? {} : { inInterface: said.vantage.interface }),
        },
        evidence: [
          {
            basis: "seen",
            text: text(`echo requests go to ${change.before}`, `echo 请求发往 ${change.before}`),
            frames: [change.old],
          },
          { basis: "seen", text: text(`${target} announces itself`, `${target} 发出通告`), frames: [said.at.frame] },
          {
            basis: "seen",
            text: text(`echo requests go to ${formatMac(said.mac)}`, `echo 请求发往 ${formatMac(said.mac)}`),
            frames: [change.now],
          },
        ],
        ruledOut: [],
      };
    }
    return null;
  },
});

// Requests to another MAC address before, to the announced one after, and no question of the asker's in between.
function changeAround(
  flow: Flow,
  { address, mac, at }: Overheard,
): { before: string; old: FrameRef; now: FrameRef } | null {
  let old: { frame: FrameRef; mac: string } | null = null;
  let now: FrameRef | null = null;
  for (const exchange of examplesOf(flow)) {
    if (exchange.kind !== "echo" || !exchange.request) continue;
    const { frame, link } = firstSighting(exchange.request);
    if (frame.vantage !== at.frame.vantage || frame.time === null || link.kind !== "ethernet") continue;
    if (frame.time < at.frame.time && link.destination !== mac) old = { frame, mac: formatMac(link.destination) };
    if (frame.time > at.frame.time && link.destination === mac) now ??= frame;
  }
  if (old === null || now === null) return null;
  const until = now.time as bigint;
  const asked = arpExamples(flow).some(
    (a) => a.asker === flow.src && a.target === address && a.requests.some((r) => isBetween(r, at.frame.time, until)),
  );
  return asked ? null : { before: old.mac, old: old.frame, now };
}

function isBetween(journey: Journey, from: bigint, to: bigint): boolean {
  const { time } = firstSighting(journey).frame;
  return time === null || (time > from && time < to);
}

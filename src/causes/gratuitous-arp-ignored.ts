// A host announces its address, and whoever has no neighbour entry for it learns nothing from that.

import type { Ipv4 } from "../model/address.ts";
import { formatIpv4, formatMac } from "../model/address.ts";
import { type Overheard, overheard } from "../model/announcement.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { arpExamples, echoExamples, type Flow } from "../model/flow.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import { framesOf } from "../model/observed.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";
import type { Nanoseconds } from "../model/time.ts";

/** BEHAVIOUR: gratuitous ARP makes no new entry (arp_accept=0). */
export const cause = defineCause({
  code: "gratuitous-arp-ignored",
  severity: "note",
  title: text("gratuitous ARP made no neighbour entry", "免费 ARP 没有建立邻居表项"),
  headline: ({ target, inInterface }) => {
    const en = `${target === undefined ? "" : ` for ${target}`}${inInterface === undefined ? "" : ` on ${inInterface}`}`;
    const zh = [
      inInterface === undefined ? undefined : `${inInterface} 上${target === undefined ? "" : "的"}`,
      target,
    ].filter((part) => part !== undefined);
    return text(
      `gratuitous ARP made no neighbour entry${en}`,
      `免费 ARP 没有建立邻居表项${zh.length === 0 ? "" : `（${zh.join(" ")}）`}`,
    );
  },
  summary: ({ target, inInterface, mac, source, basis }) => {
    const said = text(
      `${target ?? "An address"} announced ${mac === undefined ? "its MAC address" : `that it is at ${mac}`}, and ${inInterface ?? "the interface"} heard it.`,
      `${target ?? "某个地址"} 通告了自己的 MAC${mac === undefined ? "" : ` 是 ${mac}`}，${inInterface ?? "接口"} 也听到了。`,
    );
    if (basis === "packets")
      return text(
        `${said.en} Still, ${source ?? "the host there"} asked everybody for that address afterwards, so it had not taken the announcement as an answer. That is what Linux does with an address it has no entry for, unless arp_accept says otherwise.`,
        `${said.zh}但之后 ${source ?? "那里的主机"} 仍然广播询问这个地址，可见它没有把通告当作答案。对没有表项的地址，Linux 就是这样处理的，除非 arp_accept 另有规定。`,
      );
    return text(
      `${said.en} The host there has no neighbour entry for that address, and an announcement alone makes none: it will ask when it has something to send. Nothing is lost by it.`,
      `${said.zh}但那台主机没有这个地址的邻居表项，光凭通告也不会新建：要发送时它自己会去问。这样并不会丢什么。`,
    );
  },
  why: ({ sysctl, value }) =>
    text(
      `Anybody can announce anything, so an unsolicited ARP packet may only change an entry that is there; new ones it makes with arp_accept=1, or 2 within the subnet${sysctl === undefined || value === undefined ? "" : ` (here ${sysctl} = ${value})`}.`,
      `通告谁都能发，所以没人问就来的 ARP 只能修改已有的表项；要让它新建表项，需要 arp_accept=1，或者设为 2 并且地址在同一子网内${sysctl === undefined || value === undefined ? "" : `（这里 ${sysctl} = ${value}）`}。`,
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [setting(netns, { [confKey(inInterface ?? "IF", "arp_accept")]: "1" })],
      effect: text(
        "only if it is wanted: makes an entry from every announcement; 2 takes only addresses of its own subnet",
        "确有需要时才用：每个通告都建立表项；设为 2 则只接受本子网的地址",
      ),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(
        netns,
        `sysctl net.ipv4.conf.all.arp_accept net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.arp_accept`,
      ),
      because: text("the greater of the two holds; 0 means it is this", "取两者中较大的值；为 0 就是这种情况"),
    },
  ],
  lookalikes: ["gratuitous-arp-dropped", "gratuitous-arp-updates", "nft-arp-drop"],
  search: [
    "gratuitous ARP not updating ARP table",
    "gratuitous ARP ignored",
    "unsolicited ARP reply ignored",
    "arp_accept",
    "免费 ARP 不生效",
    "收到免费 arp 但 arp 表没有",
    "免费 ARP 没有学到",
  ],
  page: () => ({
    meaning: text(
      "A host announced its address and MAC address, and a neighbour that heard it shows no entry afterwards. That is Linux's default: an announcement refreshes what is known and teaches nothing new. The neighbour asks in the ordinary way when it has a packet to send, so no ping fails because of it.",
      "一台主机通告了自己的地址和 MAC，听到的邻居事后却没有对应的表项。这是 Linux 的默认行为：通告只刷新已知的内容，不教新的东西。邻居有报文要发时会照常询问，所以 ping 不会因此失败。",
    ),
    evidence: text(
      "Packets: ARP with sender equal to target arrives, and later the hearer asks everybody for the same address. State: arp_accept is 0, no entry in `ip neigh`. The kernel consumes the packet at arp_process without a drop event and without a counter.",
      "报文：发送方与目标相同的 ARP 到达，之后听到的一方仍然广播询问同一地址。状态：arp_accept 为 0，`ip neigh` 里没有表项。内核在 arp_process 处正常释放该报文，没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "gratuitous-arp-updates: there is an entry, and it takes the announcement at once, arp_accept or not. gratuitous-arp-dropped: drop_gratuitous_arp=1 throws it away with a drop event, even if there is an entry.",
      "gratuitous-arp-updates：已有表项，不论 arp_accept 如何都立即更新。gratuitous-arp-dropped：drop_gratuitous_arp=1，即使有表项也丢弃，并有丢包事件。",
    ),
    kernel: "arp_process: __neigh_lookup (no creation); arp_accept (IN_DEV_ARP_ACCEPT: IN_DEV_MAXCONF); arp_is_garp",
  }),
  scenario: "gratuitous-arp-ignored",
  negativeTwin: "gratuitous-arp-updates",
  beside: true,
  check: (view) => {
    for (const said of overheard(view)) {
      const asked = askedAfter(view.flow, said.address, said);
      if (asked === null) continue;
      const target = formatIpv4(said.address);
      return {
        // An entry that was made may have been removed again.
        certainty: "likely",
        netns: said.vantage.netns,
        interface: said.vantage.interface,
        facts: {
          target,
          mac: formatMac(said.mac),
          ...(view.flow.src === null ? {} : { source: formatIpv4(view.flow.src) }),
          ...(said.vantage.interface === null
            ? {}
            : {
                inInterface: said.vantage.interface,
                sysctl: `net.ipv4.conf.${said.vantage.interface.replaceAll(".", "/")}.arp_accept`,
              }),
        },
        evidence: [
          { basis: "seen", text: text(`${target} announces itself`, `${target} 发出通告`), frames: [said.at.frame] },
          {
            basis: "seen",
            text: text(`and is asked for all the same`, `之后仍被询问`),
            frames: framesOf([asked]),
          },
        ],
        ruledOut: [],
      };
    }
    return null;
  },
});

// An entry that nobody uses may be forgotten after a minute (gc_stale_time).
const REMEMBERED = 30_000_000_000n;

// The question that shows that there was no entry: nothing was sent by one before it.
function askedAfter(flow: Flow, address: Ipv4, { at }: Overheard): Journey | null {
  for (const { purpose, asker, target, requests } of arpExamples(flow)) {
    const first = requests[0];
    const time = first ? firstSighting(first).frame.time : null;
    if (!first || asker !== flow.src || target !== address || time === null) continue;
    if (purpose === "unicast-check") return null;
    if (purpose !== "resolve" || firstSighting(first).frame.vantage !== at.frame.vantage) continue;
    const inTime = time > at.frame.time && time - at.frame.time < REMEMBERED;
    return inTime && !sentBefore(flow, time) ? first : null;
  }
  return null;
}

function sentBefore(flow: Flow, moment: Nanoseconds): boolean {
  return echoExamples(flow).some(({ request }) => {
    const time = request ? firstSighting(request).frame.time : null;
    return time !== null && time < moment;
  });
}

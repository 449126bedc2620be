// The neighbour's MAC address is still remembered, and nobody would answer if it were asked for.

import { formatIpv4, formatMac } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { ArpExchange } from "../model/exchange.ts";
import { echoExamples, type Flow } from "../model/flow.ts";
import { firstSighting } from "../model/journey.ts";
import { cameBack, framesOf, interfacesOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { text } from "../model/text.ts";

/** It works until the entry is checked. */
export const cause = defineCause({
  code: "arp-problem-hidden-by-cache",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["neigh", { sysctl: "arp_ignore" }, { sysctl: "arp_filter" }],
    waits: "neighbour",
  },
  title: text("works only while the neighbour entry lasts", "只靠缓存的邻居表项在通"),
  headline: ({ target, inInterface, sysctl, value }) => {
    const setting = sysctl?.split(".").at(-1);
    const asked = target === undefined ? text("", "") : text(` for ${target}`, `（${target}）`);
    // The setting is what has to be changed: it comes before the place, which the summary tells.
    const refuses =
      setting === undefined || value === undefined
        ? text(
            `ARP is not answered${asked.en}${inInterface === undefined ? "" : ` on ${inInterface}`}`,
            `${inInterface === undefined ? "" : `${inInterface} 上的 `}ARP${asked.zh}没有应答`,
          )
        : text(
            `${setting}=${value} of ${inInterface ?? "the target"} refuses ARP${asked.en}`,
            `${inInterface ?? "目标"} 的 ${setting}=${value} 使 ARP${asked.zh}得不到应答`,
          );
    return text(`works only while the neighbour entry lasts: ${refuses.en}`, `只靠缓存的邻居表项在通：${refuses.zh}`);
  },
  summary: ({ target, source, outInterface, inInterface, mac, state, sysctl, value, basis }) => {
    const entry = text(
      `${outInterface ?? source ?? "The sender"} still remembers ${mac === undefined ? "the MAC address" : mac} for ${target ?? "the next hop"}${state === undefined ? "" : ` (entry ${state})`}, and with it the ping is answered.`,
      `${outInterface ?? source ?? "发送方"} 还记着 ${target ?? "下一跳"} 的 MAC${mac === undefined ? "" : ` ${mac}`}${state === undefined ? "" : `（表项状态 ${state}）`}，靠它 ping 有应答。`,
    );
    if (basis === "packets")
      return text(
        `${entry.en} But when it makes sure of that entry by unicast ARP, nobody answers. After three such questions the entry is given up; if the broadcast ones stay unanswered too, the ping fails from then on.`,
        `${entry.zh}但它用单播 ARP 确认该表项时，没有应答。问过三次之后表项作废；如果随后的广播询问同样没有应答，ping 从此就不通了。`,
      );
    const refusal =
      sysctl === undefined || value === undefined
        ? text("", "")
        : text(` (${sysctl} = ${value})`, `（${sysctl} = ${value}）`);
    return text(
      `${entry.en} But ${inInterface ?? "the neighbour"} would not answer if it were asked by ARP${refusal.en}. Once the entry is checked, that is some seconds after it has become STALE and is used, it turns FAILED, and the ping fails with it.`,
      `${entry.zh}但如果用 ARP 去问，${inInterface ?? "邻居"} 不会应答${refusal.zh}。表项变为 STALE 后再使用，几秒之后就会被确认；那时它变为 FAILED，ping 也就不通了。`,
    );
  },
  why: () =>
    text(
      "A neighbour entry is used without asking while it is REACHABLE, STALE, DELAY or PROBE, and replies to a ping do not confirm it; only the check by ARP does, by default 15 to 45 s and then 5 s later, with ucast_solicit (3) questions.",
      "表项处于 REACHABLE、STALE、DELAY、PROBE 时都直接使用，不再询问，而 ping 的应答并不能确认它；只有 ARP 确认才算，默认要过 15 到 45 秒再加 5 秒，问 ucast_solicit（3）次。",
    ),
  fixes: ({ target, outInterface }, netns) => [
    {
      advice: inNamespace(netns, `arping -c 1 -I ${outInterface ?? "IF"} ${target ?? "ADDRESS"}`),
      effect: text(
        "shows the ARP problem at once instead of later, and leaves the entry as it is; then fix what keeps the neighbour silent",
        "让 ARP 的问题现在就暴露，而不是过后，且不改动表项；然后解决邻居不应答的原因",
      ),
    },
    {
      advice: `sudo sysctl -a -r 'net.ipv4.conf.*.(arp_ignore|arp_filter|rp_filter|accept_local)'`,
      effect: text(
        `on the host that has ${target ?? "the address"}: the settings that keep it from answering`,
        `在拥有 ${target ?? "该地址"} 的主机上执行：列出让它不应答的设置`,
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -s neigh show dev ${outInterface ?? "IF"}`),
      because: text(
        "STALE, DELAY or PROBE that becomes FAILED means it is this",
        "STALE、DELAY 或 PROBE 之后变成 FAILED，就是这个原因",
      ),
    },
  ],
  lookalikes: ["neigh-stale-mac-changed", "reverse-arp-probe", "peer-down"],
  search: [
    "ping works then Destination Host Unreachable",
    "ping stops after 30 seconds",
    "ARP cache hides problem",
    "unicast ARP unanswered",
    "ping 一会儿通一会儿不通",
    "ping 过几十秒后不通",
    "arp 缓存过期后不通",
    "清 arp 后不通",
  ],
  page: () => ({
    meaning: text(
      "Something keeps the neighbour from answering ARP, but the sender has an entry from before. As long as that entry is used without a question, everything works. When the kernel makes sure of it, no answer comes, the entry becomes FAILED, and packets that went through a second ago are unreachable. The fault is older than its first sign.",
      "有某种原因使邻居不再应答 ARP，但发送方还留着以前的表项。只要表项还能直接使用，一切正常。等内核去确认时，没有应答，表项变为 FAILED，一秒前还通的报文变成不可达。故障比它最初的症状出现得更早。",
    ),
    evidence: text(
      "Packets: echo requests and replies go on while unicast ARP requests to the same MAC address stay unanswered; then broadcast requests, then loss. State: the neighbour entry at the sender, and the setting of the neighbour that suppresses its answer. Kernel: the requests are consumed at arp_process; later NEIGH_FAILED.",
      "报文：echo 请求和应答照常进行，而发往同一个 MAC 的单播 ARP 请求没有应答；之后是广播请求，再之后丢包。状态：发送方的邻居表项，以及邻居那边抑制应答的设置。内核：这些请求在 arp_process 处被正常释放；之后有 NEIGH_FAILED。",
    ),
    tellApart: text(
      "neigh-stale-mac-changed: the echo requests are lost from the start and work again after the broadcast question. reverse-arp-probe: the check is answered at once. peer-down: nothing at all arrives at the other end.",
      "neigh-stale-mac-changed：echo 请求从一开始就丢，广播询问之后反而恢复。reverse-arp-probe：确认立即得到应答。peer-down：对端什么也收不到。",
    ),
    kernel:
      "neigh_timer_handler: NUD_REACHABLE → NUD_STALE → NUD_DELAY → NUD_PROBE (ucast_solicit) → NUD_FAILED, neigh_invalidate; arp_process drops the unicast request like any other",
  }),
  scenario: "arp-problem-hidden-by-cache",
  negativeTwin: "neigh-stale-mac-changed",
  beside: true,
  check: ({ flow }) => {
    const asked = uncheckedEntry(flow);
    const request = asked?.requests[0];
    const works = request ? answeredAt(flow, request.sightings[0] as Packet) : null;
    if (!asked || !request || !works) return null;
    const first = firstSighting(request);
    const mac = destinationOf(first);
    return {
      certainty: "likely",
      netns: first.frame.vantage.netns,
      interface: first.frame.vantage.interface,
      facts: {
        target: formatIpv4(asked.target),
        source: formatIpv4(asked.asker),
        count: String(asked.requests.length),
        ...(mac === null ? {} : { mac }),
        ...interfacesOf(request),
      },
      evidence: [
        { basis: "seen", text: text("the ping is answered", "ping 有应答"), frames: framesOf(works) },
        {
          basis: "seen",
          text: text("the same host is asked by unicast ARP", "用单播 ARP 询问同一台主机"),
          frames: framesOf(asked.requests),
        },
        { basis: "missing", text: text("no capture holds an ARP reply to that", "所有抓包里都没有对此的 ARP 应答") },
      ],
      ruledOut: [],
    };
  },
});

// A whole round of unicast questions of the asking side that nobody answered.
function uncheckedEntry(flow: Flow): ArpExchange | null {
  if (flow.kind !== "ping" || flow.src === null) return null;
  for (const { first } of flow.arpOutcomes) {
    if (first.kind !== "arp" || first.purpose !== "unicast-check" || first.asker !== flow.src) continue;
    if (first.replies.length === 0 && first.requests.length > 1) return first;
  }
  return null;
}

// An answered request that left by the same interface to the same MAC address.
function answeredAt(flow: Flow, question: Packet) {
  for (const exchange of echoExamples(flow)) {
    if (!exchange.request || !cameBack(exchange, flow.netns)) continue;
    const first = firstSighting(exchange.request);
    const mac = destinationOf(question);
    if (first.frame.vantage !== question.frame.vantage || mac === null || destinationOf(first) !== mac) continue;
    return [exchange.request, ...exchange.replies.slice(0, 1)];
  }
  return null;
}

function destinationOf({ link }: Packet): string | null {
  return link.kind === "ethernet" ? formatMac(link.destination) : null;
}

// Some seconds into a healthy ping the host that answers asks back by unicast ARP: it checks an entry it got for free.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { ArpExchange } from "../model/exchange.ts";
import { arpExamples, echoExamples, type Flow } from "../model/flow.ts";
import { firstSighting } from "../model/journey.ts";
import { cameBack, framesOf, interfacesOf } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: the unicast ARP request from the other side. */
export const cause = defineCause({
  code: "reverse-arp-probe",
  severity: "note",
  title: text("the other side checks its neighbour entry", "对方在确认邻居表项"),
  headline: ({ target, source }) => {
    const en = source === undefined ? "" : `: ${source} asks${target === undefined ? "" : ` for ${target}`} by unicast`;
    const zh = source === undefined ? "" : `：${source} 用单播 ARP 询问${target === undefined ? "" : ` ${target}`}`;
    return text(`the other side checks its neighbour entry${en}`, `对方在确认邻居表项${zh}`);
  },
  summary: ({ target, source, seconds, count }) => {
    const when =
      seconds === undefined
        ? text("While the ping runs", "ping 进行期间")
        : text(`${seconds} s after the first echo request`, `第一个 echo 请求之后 ${seconds} 秒`);
    const often = count === undefined || count === "1" ? text("", "") : text(` (${count} times)`, `（共 ${count} 次）`);
    return text(
      `${when.en}, ${source ?? "the host that answers"} asks for the MAC address of ${target ?? "its neighbour"} itself, by unicast, and is answered at once${often.en}. It has that address already, since the question goes to nobody else, and only makes sure of it: that is no fault.`,
      `${when.zh}，${source ?? "应答的一方"} 反过来用单播 ARP 询问 ${target ?? "邻居"} 的 MAC，并立即得到应答${often.zh}。问题只发给这一个 MAC，可见它早已知道，现在只是确认一下，这不是故障。`,
    );
  },
  why: () =>
    text(
      "What a host learns from being asked is a STALE entry; its first reply puts it into DELAY, and after delay_first_probe_time (5 s by default) the kernel verifies it by unicast.",
      "主机被询问时顺便学到的表项处于 STALE 状态；发出第一个应答后转入 DELAY，过了 delay_first_probe_time（默认 5 秒），内核就用单播去验证它。",
    ),
  fixes: () => [],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip -s neigh show to ${target ?? "ADDRESS"}`),
      because: text(
        "on the host that asks: the entry goes from STALE over DELAY and PROBE to REACHABLE",
        "在发问的主机上执行：表项从 STALE 经 DELAY、PROBE 变为 REACHABLE",
      ),
    },
  ],
  lookalikes: ["duplicate-address", "arp-problem-hidden-by-cache", "neigh-stale-mac-changed"],
  search: [
    "unicast ARP request",
    "ARP request after ping 5 seconds",
    "why does the target send ARP request",
    "delay_first_probe_time",
    "单播 ARP 请求",
    "ping 之后过几秒又出现 ARP",
    "对方反过来发 ARP 请求",
  ],
  page: () => ({
    meaning: text(
      "A ping works, and about five seconds after its first packet the target suddenly sends an ARP request to the sender, addressed to its MAC address alone, and gets its answer. The target learned that MAC address without asking, from the sender's own request, and Linux verifies such an entry once it has been used. It happens on every healthy link.",
      "ping 是通的，大约在第一个报文之后五秒，目标突然向发送方发出一个 ARP 请求，目的 MAC 只指向发送方，并得到应答。目标当初没有询问，是从发送方自己的 ARP 请求里学到这个 MAC 的；这样的表项用过之后，Linux 会去验证。任何正常的链路上都会出现。",
    ),
    evidence: text(
      "Packets: `who-has A tell B` from B in a unicast frame, an immediate reply, pings going on as before. State: the entry for A at B, STALE, DELAY or PROBE before and REACHABLE after it. No counter moves and no drop event occurs.",
      "报文：B 发出的单播帧 `who-has A tell B`，随即有应答，ping 照常进行。状态：B 上关于 A 的表项之前是 STALE、DELAY 或 PROBE，之后是 REACHABLE。计数器不变，也没有丢包事件。",
    ),
    tellApart: text(
      "A broadcast request from the target means that it had no entry at all, for instance because the first request carried another sender address. arp-problem-hidden-by-cache: such a check stays unanswered. duplicate-address: two MAC addresses answer one question.",
      "如果目标发的是广播请求，说明它根本没有表项，例如最初的请求带的是另一个发送方地址。arp-problem-hidden-by-cache：这样的确认得不到应答。duplicate-address：一个问题有两个 MAC 应答。",
    ),
    kernel:
      "arp_process → neigh_event_ns (NUD_STALE); __neigh_event_send: NUD_STALE → NUD_DELAY; neigh_timer_handler → NUD_PROBE → arp_solicit (ucast_solicit, unicast)",
  }),
  scenario: "reverse-arp-probe",
  negativeTwin: "neigh-stale-mac-changed",
  beside: true,
  check: ({ flow }) => {
    const found = checkBack(flow);
    const request = found?.exchange.requests[0];
    if (!found || !request) return null;
    const { exchange, count } = found;
    const seconds = secondsAfterFirstEcho(flow, exchange);
    return {
      certainty: "certain",
      netns: firstSighting(request).frame.vantage.netns,
      interface: firstSighting(request).frame.vantage.interface,
      facts: {
        target: formatIpv4(exchange.target),
        source: formatIpv4(exchange.asker),
        count: String(count),
        ...interfacesOf(request),
        ...(seconds === null ? {} : { seconds }),
      },
      evidence: [
        {
          basis: "seen",
          text: text(
            `${formatIpv4(exchange.asker)} asks for ${formatIpv4(exchange.target)} by unicast, and is answered`,
            `${formatIpv4(exchange.asker)} 用单播 ARP 询问 ${formatIpv4(exchange.target)}，得到应答`,
          ),
          frames: framesOf([request, ...exchange.replies.slice(0, 1)]),
        },
      ],
      ruledOut: [],
    };
  },
});

// A unicast question that comes from the answering side of a ping that is answered, and that is answered itself.
function checkBack(flow: Flow): { exchange: ArpExchange; count: number } | null {
  if (flow.kind !== "ping" || flow.src === null || flow.replies === 0) return null;
  for (const { first, count } of flow.arpOutcomes) {
    if (first.kind !== "arp" || first.purpose !== "unicast-check" || first.asker === flow.src) continue;
    if (first.asker !== flow.dst && first.target !== flow.src) continue;
    if (cameBack(first) && first.requests.length === 1 && !askedAloud(flow, first)) return { exchange: first, count };
  }
  return null;
}

// Who has asked everybody for that address has its entry from the answer, not for free.
function askedAloud(flow: Flow, { asker, target }: ArpExchange): boolean {
  return arpExamples(flow).some((a) => a.purpose === "resolve" && a.asker === asker && a.target === target);
}

function secondsAfterFirstEcho(flow: Flow, { requests }: ArpExchange): string | null {
  const request = echoExamples(flow)[0]?.request;
  const began = request ? firstSighting(request).frame.time : null;
  const checked = requests[0] ? firstSighting(requests[0]).frame.time : null;
  if (began === null || checked === null || checked < began) return null;
  return String(Math.round(Number(checked - began) / 1e8) / 10);
}

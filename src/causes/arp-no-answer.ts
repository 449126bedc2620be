// Nobody answered an ARP request, and nothing in the evidence favours one of the possible reasons.

import { formatIpv4 } from "../model/address.ts";
import { defineCause } from "../model/cause.ts";
import type { Evidence } from "../model/evidence.ts";
import { framesOf, interfacesOf, quietWires, spoke, unansweredArp } from "../model/observed.ts";
import { text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";

/** An unanswered ARP request whose reason the facts do not decide. */
export const cause = defineCause({
  code: "arp-no-answer",
  severity: "problem",
  title: text("ARP not answered", "ARP 没有应答"),
  headline: ({ target, state }) =>
    state !== undefined
      ? text(
          `ARP not answered: the reply of ${target ?? "the address asked for"} was last seen at ${state}`,
          `ARP 没有应答：${target ?? "被询问的地址"} 的应答最后出现在 ${state}`,
        )
      : target === undefined
        ? text("ARP not answered: nobody replied", "ARP 没有应答：没有人回复")
        : text(`ARP not answered: who has ${target}?`, `ARP 没有应答：谁是 ${target}？`),
  summary: ({ target, outInterface, inInterface, count, state }) => {
    const times = count === undefined ? "" : count === "1" ? " once" : ` ${count} times`;
    if (state !== undefined)
      return text(
        `${outInterface ?? "The asker"} asked who has ${target ?? "the address"}${times}, and somebody replied. The reply was last seen at ${state}, and not where the question had left: it was lost on its way back.`,
        `${outInterface ?? "询问方"} 询问谁是 ${target ?? "目标地址"}${count === undefined ? "" : `，共 ${count} 次`}，也有人应答。应答最后出现在 ${state}，发出请求的地方却没有看到：应答丢在了回来的路上。`,
      );
    return text(
      `${outInterface ?? "The asker"} asked who has ${target ?? "the address"}${times}, and no answer was seen. ${inInterface === undefined ? "Whether the question reached anybody was not seen" : `The question did reach ${inInterface}`}; why nobody answered cannot be told from this alone.`,
      `${outInterface ?? "询问方"} 询问谁是 ${target ?? "目标地址"}${count === undefined ? "" : `，共 ${count} 次`}，没有看到应答。${inInterface === undefined ? "请求是否到达了任何主机，没有看到" : `请求确实到达了 ${inInterface}`}；仅凭这些无法判断为什么没有应答。`,
    );
  },
  why: () =>
    text(
      "A Linux host that does not want to answer ARP stays silent and counts nothing, whatever its reason; from outside all of them look alike.",
      "Linux 主机不想应答 ARP 时，无论原因是什么，都只是沉默，不计数；从外面看完全一样。",
    ),
  fixes: () => [],
  settle: ({ target, outInterface, inInterface }) => [
    ...(inInterface === undefined
      ? [
          {
            command: `sudo tcpdump -n -e -i PEER arp`,
            because: text(
              `at the other end of ${outInterface ?? "the link"}: shows whether the question arrives there`,
              `在 ${outInterface ?? "链路"} 的另一端执行：看请求是否到达`,
            ),
          },
        ]
      : []),
    {
      command: "pktwhy snapshot > state.json",
      because: text(
        `on the host that should answer: shows whether it has ${target ?? "the address"}, and its arp_ignore, arp_filter, rp_filter and accept_local`,
        `在应当应答的主机上执行：显示它有没有 ${target ?? "该地址"}，以及 arp_ignore、arp_filter、rp_filter 和 accept_local`,
      ),
    },
  ],
  lookalikes: [
    "arp-no-local-owner",
    "target-has-no-address",
    "accept-local-off",
    "accept-local-but-rp-filter",
    "rp-filter-arp",
    "arp-ignore-1",
    "arp-filter",
    "wrong-netmask",
    "gateway-arp-failed",
  ],
  search: [
    "no ARP reply",
    "arp incomplete",
    "who-has no answer",
    "Destination Host Unreachable",
    "ARP 没有应答",
    "ARP 表项 incomplete",
    "ping 不通",
  ],
  page: () => ({
    meaning: text(
      "An ARP request was seen and no answer to it. Many reasons look exactly like this: nobody has the address, or somebody has it and is set not to answer this asker here, or the frame was lost on its way. pktwhy says this where the captures and the state it was given favour none of them.",
      "看到了 ARP 请求，没有看到应答。许多原因看起来完全一样：没有人有这个地址；有人有，但被设置为不在这里应答这个询问者；或者帧在途中丢了。当已有的抓包和状态都不偏向其中任何一个时，pktwhy 就这样说。",
    ),
    evidence: text(
      "Packets: the question, usually three times about a second apart. To go on, capture at the other end of the link, and take the state of the host that should answer.",
      "报文：请求，通常间隔约一秒共三次。要继续判断，请在链路另一端抓包，并采集应当应答的主机的状态。",
    ),
    tellApart: text(
      "The question does not arrive: link, bridge or VLAN. It arrives: `ip route show table local` there tells whether the address is there (arp-no-local-owner if not); then accept_local and rp_filter, arp_ignore, arp_filter, in this order.",
      "请求没有到达：查链路、网桥或 VLAN。到达了：看那里的 `ip route show table local` 有没有这个地址（没有就是 arp-no-local-owner）；再依次看 accept_local 和 rp_filter、arp_ignore、arp_filter。",
    ),
    kernel: "arp_process: every refusal ends in consume_skb",
  }),
  scenario: null,
  negativeTwin: null,
  check: (view) => {
    const { flow, flows } = view;
    const [round] = unansweredArp(flow);
    const question = round?.exchange.requests[0];
    const last = question?.sightings.at(-1)?.frame;
    if (!round || !question || !last) return null;
    const { exchange, count } = round;
    const target = formatIpv4(exchange.target);
    const favours: Evidence[] = [];
    const strays = framesOf(exchange.replies);
    const stray = strays.at(-1);
    if (strays.length > 0) {
      favours.push({
        basis: "seen",
        text: text(
          "an ARP reply, seen on its way, but not where the question left",
          "途中看到了 ARP 应答，但发出请求的地方没有收到",
        ),
        frames: strays,
      });
    } else {
      const voice = spoke(flows, exchange.target);
      if (voice !== null)
        favours.push({
          basis: "seen",
          text: text(`yet ${target} speaks elsewhere`, `但 ${target} 在别处发过报文`),
          frames: [voice],
        });
    }
    const quiet = quietWires(view, question).map((input) => formatVantage(input.vantage));
    if (quiet.length > 0)
      favours.push({
        basis: "missing",
        text: text(
          `the question was last seen at ${formatVantage(last.vantage)}, and not at ${quiet.join(", ")}`,
          `请求最后出现在 ${formatVantage(last.vantage)}，在 ${quiet.join("、")} 没有看到`,
        ),
      });
    if (favours.length === 0) return null;
    return {
      certainty: "likely",
      netns: last.vantage.netns,
      interface: last.vantage.interface,
      facts: {
        target,
        source: formatIpv4(exchange.asker),
        count: String(exchange.requests.length * count),
        ...interfacesOf(question),
        ...(stray ? { state: formatVantage(stray.vantage) } : {}),
      },
      evidence: [
        {
          basis: "seen",
          text:
            strays.length > 0
              ? text(`ARP who-has ${target}`, `ARP 请求：谁是 ${target}`)
              : text(`ARP who-has ${target}, unanswered`, `ARP 请求：谁是 ${target}，没有应答`),
          frames: framesOf(exchange.requests),
        },
        ...favours,
      ],
      ruledOut:
        stray === undefined
          ? []
          : SILENT.map((code) => ({ code, because: text("an ARP reply was seen", "看到了 ARP 应答") })),
    };
  },
});

// Reasons for which nobody answers at all.
const SILENT: readonly string[] = [
  "arp-no-local-owner",
  "target-has-no-address",
  "accept-local-off",
  "accept-local-but-rp-filter",
  "rp-filter-arp",
  "arp-ignore-1",
  "arp-ignore-2",
  "arp-ignore-3",
  "arp-ignore-8",
  "arp-filter",
  "arp-loopback-target",
  "wrong-netmask",
  "noarp-receiver",
];

// Nobody answered an ARP request, and nothing in the evidence favours one of the possible reasons.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace, type PacketVerdict } from "../model/cause.ts";
import type { Code } from "../model/code.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import { FlowIndex } from "../model/flow-index.ts";
import { framesOf, interfacesOf, quietWires, sightingsOf, unansweredArp } from "../model/observed.ts";
import { lateUnreachable, ownUnreachable, verdictOfLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";
import { formatVantage } from "../model/vantage.ts";

/** An unanswered ARP request whose reason the facts do not decide. */
export const cause = defineCause({
  code: "arp-no-answer",
  severity: "problem",
  marks: {
    drop: "any",
    counters: [],
    decides: [],
    waits: "neighbour",
  },
  title: text("ARP not answered", "ARP 没有应答"),
  headline: ({ target, state, basis }) =>
    basis === "ping" && target !== undefined
      ? text(
          `ARP not answered: no neighbour on the way to ${target} replied`,
          `ARP 没有应答：去往 ${target} 的路上，没有邻居回复`,
        )
      : state !== undefined
        ? text(
            `ARP not answered: the reply of ${target ?? "the address asked for"} was last seen at ${state}`,
            `ARP 没有应答：${target ?? "被询问的地址"} 的应答最后出现在 ${state}`,
          )
        : target === undefined
          ? text("ARP not answered: nobody replied", "ARP 没有应答：没有人回复")
          : text(`ARP not answered: who has ${target}?`, `ARP 没有应答：谁是 ${target}？`),
  summary: ({ target, outInterface, inInterface, count, state, basis, error, source, router }) => {
    if (basis === "ping" && router !== undefined)
      return text(
        `"${error ?? "Destination Host Unreachable"}" came from ${router || "an address"}. If that is an address of the pinging host, its own kernel got no answer to its ARP for ${target ?? "the target"} or for the gateway, and nothing left. If it is a router, the router got none on its far link. Which of the two it is, ping does not tell.`,
        `“${error ?? "Destination Host Unreachable"}”来自 ${router || "某个地址"}。如果那是发起 ping 的主机自己的地址，说明它的内核询问 ${target ?? "目标"}（或网关）的 ARP 没有应答，什么也没有发出去；如果那是一台路由器，说明路由器在另一侧链路上没有得到 ARP 应答。究竟是哪一种，仅凭 ping 的输出看不出来。`,
      );
    if (basis === "ping")
      return text(
        `${error === undefined ? "ping got an error back late that it did not print" : `"${error}" is said by ${source ?? "an own address"}, the pinging host itself`}: its kernel asked for the MAC address of ${target ?? "the next hop"}, or of the gateway towards it, for about three seconds, and nobody answered; or its interface has no carrier. No echo request left. Who should have answered, and why it did not, ping cannot tell.`,
        `${error === undefined ? "ping 过了一会儿才收到一个没有打印的差错" : `“${error}”是 ${source ?? "本机地址"} 说的，也就是发起 ping 的主机自己`}：它的内核花了大约三秒询问 ${target ?? "下一跳"}（或去往它的网关）的 MAC 地址，没有人应答；或者接口没有载波。echo 请求没有发出去。该由谁应答、为什么没有应答，仅凭 ping 的输出看不出来。`,
      );
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
  settle: ({ target, outInterface, inInterface, basis, router }, netns) => [
    ...(basis === "ping"
      ? [
          ...(router === undefined
            ? []
            : [
                {
                  command: inNamespace(netns, "ip -br addr"),
                  because: text(
                    `on the pinging host: is ${router || "that address"} its own?`,
                    `在发起 ping 的主机上执行：${router || "那个地址"} 是不是它自己的？`,
                  ),
                },
              ]),
          {
            command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
            because: text(
              "on the pinging host: whether the target itself is asked, or a gateway (via), and on which interface",
              "在发起 ping 的主机上执行：看是直接询问目标，还是询问网关（via），以及从哪个接口",
            ),
          },
        ]
      : []),
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
      command: "pktwhy snapshot -o state.json",
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
  lastResort: 2,
  check: (view) => {
    const { flow, flows } = view;
    const [round] = unansweredArp(flow);
    if (!round && flow.printed && sightingsOf(flow).length === 0) return byPing(flow);
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
      const voice = FlowIndex.of(flows).voiceOf(exchange.target);
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
    if (favours.length === 0 && view.isExcluded?.("arp-no-local-owner") !== true) return null;
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

// An error that ping received and did not print shows in how many requests were under way (iputils: acknowledge).
function byPing(flow: Flow): PacketVerdict | null {
  const { printed } = flow;
  if (!printed || printed.answers > 0) return null;
  const own = ownUnreachable(flow);
  if (own !== null) {
    const { error } = own;
    return {
      ...verdictOfLine(flow, error, "likely", {
        error: error.words,
        ...(error.from === null ? {} : { source: formatIpv4(error.from) }),
      }),
      alike: ["peer-down"],
    };
  }
  const late = lateUnreachable(flow);
  if (late !== null) {
    const router = late.from === null ? {} : { router: formatIpv4(late.from) };
    return {
      ...verdictOfLine(flow, late, "possible", { error: late.words, ...router }),
      alike: ["gateway-arp-failed", "forward-next-hop-arp-failed", "forward-unreachable", "peer-down"],
    };
  }
  const { summaryLine } = printed;
  const hidden = printed.late === true && printed.errors.length === 0 && printed.refusals.length === 0;
  return hidden && summaryLine !== null ? verdictOfLine(flow, { line: summaryLine, count: 1 }, "likely", {}) : null;
}

// Reasons for which nobody answers at all.
const SILENT: readonly Code[] = [
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

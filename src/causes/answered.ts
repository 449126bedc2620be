// The plain healthy path: asked, and answered.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, type PacketVerdict } from "../model/cause.ts";
import type { Flow } from "../model/flow.ts";
import { answeredArp, cameBack, echoes, isUnheard } from "../model/observed.ts";
import { traceReached } from "../model/ordinary-errors.ts";
import type { Printed } from "../model/printed.ts";
import { ownUnreachable, verdictOfLine } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** Nothing went wrong. */
export const cause = defineCause({
  code: "answered",
  severity: "note",
  title: text("answered", "有应答"),
  headline: ({ target, source, state, lost }) => {
    if (state === "arp" && target !== undefined)
      return text(
        `answered: ${target} replied by ARP${source === undefined ? "" : ` to ${source}`}`,
        `有应答：${target} 用 ARP 回复了${source === undefined ? "" : ` ${source}`}`,
      );
    if (target === undefined) return text("answered: nothing went wrong", "有应答：一切正常");
    const but =
      lost === undefined ? text("", "") : text(`, but not to ${lost} of the requests`, `，但有 ${lost} 个请求没有应答`);
    return text(
      `answered: ${target} replied${source === undefined ? "" : ` to ${source}`}${but.en}`,
      `有应答：${target} 回复了${source === undefined ? "" : ` ${source}`}${but.zh}`,
    );
  },
  summary: ({ target, source, count, state, lost }) =>
    lost !== undefined
      ? text(
          `${target ?? "The target"} answered ${source ?? "the asker"}, but ${lost} of the requests stayed unanswered, and nothing that was seen explains why those did.`,
          `${target ?? "目标"} 应答了 ${source ?? "请求方"}，但有 ${lost} 个请求没有应答；从看到的情况说明不了这几个为什么没有。`,
        )
      : state === "arp"
        ? text(
            `${source ?? "The asker"} asked by ARP for ${target ?? "the target"} and was answered. No ping between the two was seen, so whether one would be answered is not told by this.`,
            `${source ?? "请求方"} 用 ARP 询问 ${target ?? "目标"}，得到了应答。没有看到两者之间的 ping，所以 ping 能不能通，从这里看不出来。`,
          )
        : text(
            `${source ?? "The asker"} asked ${target ?? "the target"}${count === undefined || count === "1" ? "" : ` (${count} times)`} and was answered. No problem found.`,
            `${source ?? "请求方"} 向 ${target ?? "目标"} 发出请求${count === undefined || count === "1" ? "" : `（${count} 次）`}，得到了应答。从看到的情况来说，未发现异常。`,
          ),
  why: () =>
    text(
      "The next hop's MAC was found, the question reached its target, and the target's routes led the answer back.",
      "找到了下一跳的 MAC，请求到达了目标，目标的路由也把应答送了回来。",
    ),
  fixes: () => [],
  lookalikes: ["reply-via-lo", "local-address-via-lo", "proxy-arp"],
  search: ["ping works", "echo reply", "ping 通", "正常应答"],
  page: () => ({
    meaning: text(
      "The healthy path: if the MAC of the next hop was not known, one ARP request and its reply; then for each ping one echo request and one echo reply, by the same wire both ways. It is what all other stories are compared with.",
      "正常的路径：如果还不知道下一跳的 MAC，先有一次 ARP 请求和应答；然后每次 ping 一个 echo 请求、一个 echo 应答，来回走同一条线。其他所有情况都以它为参照。",
    ),
    evidence: text(
      "Packets: a reply with the id and sequence number of each request, at the asker's interface. About five seconds after the first echo the target may ask for the asker's MAC by a unicast ARP request: it checks a remembered neighbour, nothing is wrong.",
      "报文：在请求方接口上，每个请求都有 id 和序号相同的应答。第一个 echo 之后约五秒，目标可能用单播 ARP 请求询问请求方的 MAC：那是在确认缓存的邻居，没有问题。",
    ),
    tellApart: text(
      "The replies are seen on lo only: reply-via-lo. Requests too: local-address-via-lo.",
      "应答只在 lo 上看到：reply-via-lo。请求也在 lo 上：local-address-via-lo。",
    ),
    kernel: "arp_process → neigh_update; icmp_rcv → icmp_echo → icmp_reply; ping_rcv / raw_local_deliver",
  }),
  scenario: "two-namespaces",
  negativeTwin: "veth-one-address",
  lastResort: 1,
  check: ({ flow }) => {
    const arp = flow.kind === "arp" ? answeredArp(flow)[0] : undefined;
    const reply = arp?.replies[0] ?? echoes(flow).find((e) => cameBack(e, flow.netns))?.replies[0];
    const last = reply?.sightings.at(-1)?.frame;
    if (!reply && flow.printed) return byPing(flow, flow.printed);
    if (!reply || !last || isUnheard(flow)) return null;
    const unanswered = flow.kind === "arp" || traceReached(flow) !== null ? 0 : flow.requests - flow.replies;
    return {
      // Whether the socket got it no packet tells: rp_filter and the input hook act after the capture point.
      certainty: arp ? "possible" : "likely",
      netns: last.vantage.netns,
      interface: last.vantage.interface,
      facts: {
        target: formatIpv4(flow.dst),
        ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
        count: String(flow.replies),
        ...(arp ? { state: "arp" } : {}),
        ...(unanswered > 0 ? { lost: String(unanswered) } : {}),
      },
      evidence: [
        {
          basis: "seen",
          text: arp ? text("the ARP reply", "ARP 应答") : text("the echo reply", "echo reply"),
          frames: reply.sightings.map((s) => s.frame),
        },
        ...(unanswered > 0
          ? [
              {
                basis: "missing" as const,
                text: text(
                  `${unanswered} of ${flow.requests} requests have no reply in any capture`,
                  `${flow.requests} 个请求里有 ${unanswered} 个在所有抓包里都没有应答`,
                ),
              },
            ]
          : []),
      ],
      ruledOut: [],
      ...(unanswered > 0 ? { alike: ["icmp-rate-limit"] } : {}),
    };
  },
});

function byPing(
  flow: Flow,
  { answers, duplicates, transmitted, received, summaryLine }: Printed,
): PacketVerdict | null {
  const replies = received ?? answers - duplicates;
  if (replies <= 0) return null;
  const lost = (transmitted ?? replies) - replies;
  const said = summaryLine ?? `${answers} answers`;
  const verdict = verdictOfLine(flow, { line: said, count: 1 }, "likely", {
    count: String(replies),
    ...(lost > 0 ? { lost: String(lost) } : {}),
  });
  // Answered, and then the own kernel found nobody: the entry that carried it has run out.
  return verdict && ownUnreachable(flow) !== null
    ? { ...verdict, alike: [...(verdict.alike ?? []), "arp-problem-hidden-by-cache"] }
    : verdict;
}

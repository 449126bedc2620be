// An ARP question from 0.0.0.0 is answered where ordinary ones are not: the sender's address is what is refused.

import { formatIpv4, formatMac } from "../model/address.ts";
import { defineCause, type PacketView } from "../model/cause.ts";
import type { ArpExchange } from "../model/exchange.ts";
import { arpExamples } from "../model/flow.ts";
import { FlowIndex } from "../model/flow-index.ts";
import { firstSighting } from "../model/journey.ts";
import { framesOf, unansweredArp } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: an ARP probe skips rp_filter, accept_local and arp_filter. */
export const cause = defineCause({
  code: "arp-probe-sip-zero",
  severity: "note",
  title: text("an ARP probe from 0.0.0.0 is answered", "来自 0.0.0.0 的 ARP 探测得到了应答"),
  headline: ({ target, source }) => {
    const whose = target === undefined ? text("", "") : text(` for ${target}`, `（${target}`);
    const but =
      source === undefined ? text("", "") : text(`, requests from ${source} are not`, `，而来自 ${source} 的请求没有`);
    const zh = whose.zh === "" ? but.zh.replace(/^，(.*)$/, "（$1）") : `${whose.zh}${but.zh}）`;
    return text(`an ARP probe from 0.0.0.0 is answered${whose.en}${but.en}`, `来自 0.0.0.0 的 ARP 探测得到了应答${zh}`);
  },
  summary: ({ target, source, mac }) => {
    const said = text(
      `Asked for ${target ?? "the address"} by a request whose sender address is 0.0.0.0, ${mac ?? "a host"} answers.`,
      `发送方地址为 0.0.0.0 的请求询问 ${target ?? "该地址"} 时，${mac === undefined ? "有主机" : ` ${mac} `}应答了。`,
    );
    return source === undefined
      ? text(
          `${said.en} Such a probe skips every check of the sender's address, so the answer shows who has the address, not that ordinary requests would be answered.`,
          `${said.zh}这样的探测跳过所有对发送方地址的检查，所以应答只说明谁拥有这个地址，不说明普通请求也会得到应答。`,
        )
      : text(
          `${said.en} Requests for it from ${source} stay unanswered. A probe skips every check of the sender's address, so the host hears the question and has the address; what it does not take is most likely ${source} as a sender, or its own way back to it (rp_filter, accept_local, arp_filter).`,
          `${said.zh}而来自 ${source} 的请求没有应答。探测跳过所有对发送方地址的检查，可见那台主机听得到询问，也拥有这个地址；它不接受的多半是 ${source} 这个发送方，或者它自己回 ${source} 的路由（rp_filter、accept_local、arp_filter）。`,
        );
  },
  why: () =>
    text(
      "A sender address of 0.0.0.0 means duplicate address detection (RFC 5227, RFC 2131): whoever has the address must answer, so the kernel asks only whether it is local and whether arp_ignore allows it.",
      "发送方地址为 0.0.0.0 表示重复地址检测（RFC 5227、RFC 2131）：谁拥有该地址就必须应答，所以内核只看它是不是本机地址、arp_ignore 是否允许。",
    ),
  fixes: ({ target, source }) => [
    {
      advice: `ip route get ${source ?? "SENDER"} from ${target ?? "ADDRESS"}`,
      effect: text(
        "on the host that answers the probe: the way back; if it does not leave by the interface the request came in by, rp_filter refuses the request",
        "在应答探测的主机上执行：看回程路由；如果不从请求进来的接口出去，rp_filter 就会拒绝请求",
      ),
    },
    {
      advice: `sudo sysctl -a -r 'net.ipv4.conf.*.(rp_filter|accept_local|arp_filter)'`,
      effect: text("there too: the settings a probe is not subject to", "同样在那里执行：列出探测不受约束的那些设置"),
    },
  ],
  lookalikes: ["rp-filter-arp", "accept-local-off", "arp-filter", "arp-ignore-2"],
  search: [
    "arping -D answered but ping fails",
    "ARP probe 0.0.0.0",
    "duplicate address detection",
    "who-has tell 0.0.0.0",
    "ARP 探测",
    "arping -D 有应答但 ping 不通",
    "重复地址检测",
  ],
  page: () => ({
    meaning: text(
      "ARP probes carry 0.0.0.0 as sender (`arping -D`, DHCP clients, hosts that check a new address, an interface without an address). Linux answers them without asking whether it likes the sender. Beside requests that stay unanswered that is a useful test: the host is there, hears the question and owns the address, so the sender's address is the problem.",
      "ARP 探测的发送方地址是 0.0.0.0（`arping -D`、DHCP 客户端、检查新地址的主机、没有地址的接口）。Linux 应答它时不管发送方是谁。如果普通请求没有应答，这就是个好用的测试：主机在，听得到询问，也拥有这个地址，问题在于发送方的地址。",
    ),
    evidence: text(
      "Packets: `who-has T tell 0.0.0.0` and its reply, beside requests for T from another sender without one. State: rp_filter, accept_local, arp_filter of the answering host. No counter moves.",
      "报文：`who-has T tell 0.0.0.0` 及其应答，同时另一个发送方对 T 的请求没有应答。状态：应答主机的 rp_filter、accept_local、arp_filter。计数器不变。",
    ),
    tellApart: text(
      "arp-ignore-1, arp-ignore-8: arp_ignore applies to probes too. arp-no-local-owner: nobody answers anything. duplicate-address: the probe of a host that wants the address is answered by one that has it.",
      "arp-ignore-1、arp-ignore-8：arp_ignore 对探测同样有效。arp-no-local-owner：什么都没有应答。duplicate-address：想用该地址的主机发出探测，被已经拥有它的主机应答。",
    ),
    kernel:
      "arp_process: sip == 0 and inet_addr_type_dev_table(tip) == RTN_LOCAL and !arp_ignore() → arp_send_dst, no ip_route_input",
  }),
  scenario: "arp-probe-sip-zero",
  negativeTwin: "arp-ignore-8",
  beside: true,
  check: (view) => {
    const { flow } = view;
    const refused = unansweredArp(flow).find(({ exchange }) => exchange.asker !== 0)?.exchange ?? null;
    const probe = probeIn(view, refused);
    const reply = probe?.replies[0];
    if (!probe || !reply) return null;
    const { network, frame } = firstSighting(reply);
    const mac = network.kind === "arp" ? network.senderMac : null;
    const source = refused === null ? {} : { source: formatIpv4(refused.asker) };
    return {
      // That requests from elsewhere are refused for their sender is inferred: something may have changed in between.
      certainty: refused === null ? "certain" : "likely",
      netns: frame.vantage.netns,
      interface: frame.vantage.interface,
      facts: { target: formatIpv4(probe.target), ...source, ...(mac === null ? {} : { mac: formatMac(mac) }) },
      evidence: [
        {
          basis: "seen",
          text: text("a request from 0.0.0.0, and its reply", "来自 0.0.0.0 的请求及其应答"),
          frames: framesOf([...probe.requests.slice(0, 1), reply]),
        },
        ...(refused === null
          ? []
          : [
              {
                basis: "seen" as const,
                text: text(
                  `requests from ${formatIpv4(refused.asker)} without a reply`,
                  `来自 ${formatIpv4(refused.asker)} 的请求没有应答`,
                ),
                frames: framesOf(refused.requests),
              },
            ]),
      ],
      ruledOut: [],
    };
  },
});

// The answered probe for the address that was asked for in vain; where nothing was, one that is this flow's own.
function probeIn({ flow, flows }: PacketView, refused: ArpExchange | null): ArpExchange | undefined {
  const where = refused === null ? [flow] : FlowIndex.of(flows).probing(refused.target);
  return where
    .flatMap(arpExamples)
    .find((a) => a.purpose === "probe" && a.replies.length > 0 && (refused === null || a.target === refused.target));
}

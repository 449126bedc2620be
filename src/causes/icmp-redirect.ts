// A router sends a packet out where it came in, and tells the sender of the nearer gateway.

import { formatIpv4, type Ipv4, parseIpv4 } from "../model/address.ts";
import { defineCause } from "../model/cause.ts";
import { verdictOfLine } from "../model/printed-verdict.ts";
import { allAnd, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: ICMP redirect. */
export const cause = defineCause({
  code: "icmp-redirect",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpOutRedirects", of: "namespace", always: false }],
    decides: [{ sysctl: "send_redirects" }, "route"],
    asked: { threads: 6, order: 5 },
  },
  title: text("ICMP redirect: a nearer gateway is on the same link", "ICMP 重定向：同一链路上有更近的网关"),
  headline: ({ gateway, target }) => {
    if (gateway === undefined)
      return text("ICMP redirect: a nearer gateway is on the same link", "ICMP 重定向：同一链路上有更近的网关");
    const to = target === undefined ? text("", "") : text(` for ${target}`, `，用于去往 ${target}`);
    return text(
      `ICMP redirect: a nearer gateway is on the same link (${gateway}${to.en})`,
      `ICMP 重定向：同一链路上有更近的网关（${gateway}${to.zh}）`,
    );
  },
  summary: ({ router, gateway, target, source, outInterface }) =>
    text(
      `${router || "The router"} sends the packet for ${target ?? "the target"} out of the interface it came in by${outInterface === undefined ? "" : ` (${outInterface})`}, to ${gateway ?? "another host on the same link"}. It forwards it all the same, and tells ${source ?? "the sender"} to use ${gateway ?? "that host"} directly. That alone loses nothing: one hop is simply needless.`,
      `${router || "路由器"} 把去往 ${target ?? "目标"} 的报文从它进来的接口${outInterface === undefined ? "" : `（${outInterface}）`} 又发了出去，交给 ${gateway ?? "同一链路上的另一台主机"}。报文照样转发，同时告诉 ${source ?? "发送方"} 以后直接找 ${gateway ?? "那台主机"}。这本身不会丢包，只是多绕了一跳。`,
    ),
  why: () =>
    text(
      "A router that sends a packet back out of its input interface knows that the sender could have reached the next hop itself; send_redirects (all OR the interface) makes it say so.",
      "路由器把报文从入接口发回去，就知道发送方本可以直接到达下一跳；send_redirects（all 或接口任一为 1）让它发出通知。",
    ),
  fixes: ({ target, gateway, router, outInterface }, netns) => [
    {
      edits: [
        { kind: "route", netns: null, verb: "add", destination: `${target ?? "TARGET"}/32`, via: gateway ?? "GATEWAY" },
      ],
      effect: text(
        "on the sender: takes the direct way without being told; use the target's whole prefix instead of /32",
        "在发送方执行：不必等通知就走直路；实际请用目标所在的整个前缀代替 /32",
      ),
    },
    {
      edits: [setting(netns, allAnd(outInterface ?? "IF", "send_redirects", "0"))],
      effect: text(
        `keeps ${router || "the router"} from sending redirects; both must be 0`,
        `让 ${router || "路由器"} 不再发重定向；两个值都必须是 0`,
      ),
    },
  ],
  lookalikes: ["answered", "routing-loop"],
  search: [
    "Redirect Host New nexthop",
    "ICMP redirect",
    "send_redirects",
    "accept_redirects",
    "same packet twice in capture different MAC",
    "ICMP 重定向",
    "同一个报文出现两次 MAC 不同",
  ],
  page: () => ({
    meaning: text(
      "Sender, router and next hop share one link. The sender gives its packets to the router, which passes them on over the same link and tells the sender the shorter way. Nothing is lost. If the sender accepts redirects, its next packets go straight to the better gateway.",
      "发送方、路由器和下一跳在同一链路上。发送方把报文交给路由器，路由器又从同一链路转给下一跳，并告诉发送方更近的走法。没有丢任何东西。发送方如果接受重定向，后面的报文就直接交给更近的网关。",
    ),
    evidence: text(
      "Packets: the same request twice on one link, with other MAC addresses and one TTL less the second time, an ICMP redirect (type 5) between them. State: send_redirects on the router, a route whose next hop lies behind the input interface. Counters: IcmpOutRedirects there, IcmpInRedirects at the sender, where `ip route get` says `<redirected>`.",
      "报文：同一链路上同一个请求出现两次，第二次 MAC 不同、TTL 少一，中间有 ICMP 重定向（类型 5）。状态：路由器的 send_redirects，以及下一跳就在入接口一侧的路由。计数器：路由器的 IcmpOutRedirects，发送方的 IcmpInRedirects；发送方 `ip route get` 显示 `<redirected>`。",
    ),
    tellApart: text(
      "routing-loop: the packet returns again and again, its TTL falling to 1. A duplicate has the same TTL and the same MAC addresses both times.",
      "routing-loop：报文一次次回来，TTL 一直降到 1。如果两次的 TTL 和 MAC 都相同，那是重复的报文，不是重定向。",
    ),
    kernel:
      "__mkroute_input: out_dev == in_dev → IPSKB_DOREDIRECT; ip_forward → ip_rt_send_redirect (IN_DEV_TX_REDIRECTS: IN_DEV_ORCONF)",
  }),
  scenario: "icmp-redirect",
  negativeTwin: "router-ok",
  check: ({ flow }) => {
    const redirect = flow.printed?.errors.find((error) => error.icmp?.type === 5);
    if (!redirect?.from || (flow.printed?.answers ?? 0) === 0) return null;
    const gateway = nextHopOf(redirect.icmp?.gateway ?? "", redirect.from);
    return verdictOfLine(flow, redirect, "likely", {
      router: formatIpv4(redirect.from),
      ...(gateway === null ? {} : { gateway }),
    });
  },
});

// Some versions of ping print the address back to front; a redirect always names a neighbour of the router that sends it.
function nextHopOf(printed: string, router: Ipv4): string | null {
  const turned = printed.split(".").reverse().join(".");
  const near = [printed, turned].find((one) => (parseIpv4(one) ?? 0) >>> 16 === router >>> 16);
  return near ?? null;
}

// The target limits how many ICMP messages it sends to one host, and echo replies are among those it counts.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Some pings are answered and the rest is not, by a token bucket of the target's. */
export const cause = defineCause({
  code: "icmp-rate-limit",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [
      { name: "IcmpInEchos", of: "namespace", always: true },
      { name: "IcmpOutRateLimitHost", of: "namespace", always: false, sometimes: true },
      { name: "IcmpOutRateLimitGlobal", of: "namespace", always: false, sometimes: true },
    ],
    decides: [{ sysctl: "icmp_ratemask" }, { sysctl: "icmp_ratelimit" }],
  },
  title: text("echo replies limited by icmp_ratelimit", "echo 应答受 icmp_ratelimit 限速"),
  headline: ({ owner, target }) => {
    const where = [owner || undefined, target].filter((part) => part !== undefined).join(", ");
    return text(
      `echo replies limited by icmp_ratelimit${where === "" ? "" : ` (${where})`}`,
      `echo 应答受 icmp_ratelimit 限速${where === "" ? "" : `（${where.replace(", ", "，")}）`}`,
    );
  },
  summary: ({ source, target, owner, value }) =>
    text(
      `${owner || "The target host"} sends each host one echo reply every ${value ?? "icmp_ratelimit"} ms, after a burst of at most six: bit 0 of its icmp_ratemask counts them among the ICMP messages that it limits. The requests${source === undefined ? "" : ` from ${source}`} reach ${target ?? "the target"}; those beyond the limit stay unanswered.`,
      `${owner || "目标主机"} 对每台主机最多连发六个 echo 应答，之后每 ${value ?? "icmp_ratelimit"} 毫秒才发一个：icmp_ratemask 的第 0 位把 echo 应答也算进要限速的 ICMP 报文。${source === undefined ? "" : `${source} 发来的`}请求都到达了 ${target ?? "目标"}，超出限额的得不到应答。`,
    ),
  why: () =>
    text(
      "icmp_reply asks icmpv4_xrlim_allow before it sends; a reply without a token is given up, and only IcmpOutRateLimitHost counts it.",
      "icmp_reply 在发送前要经过 icmpv4_xrlim_allow；没有令牌的应答就不发，只有 IcmpOutRateLimitHost 会计数。",
    ),
  fixes: (_, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.icmp_ratemask": "6168" })],
      effect: text(
        "the kernel's default: limits errors only, and lets every ping be answered",
        "内核默认值：只对差错报文限速，所有 ping 都会应答",
      ),
    },
  ],
  assumes: ({ netns }) => [setting(netns, { "net.ipv4.icmp_ratemask": "6168" })],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.ipv4.icmp_ratemask net.ipv4.icmp_ratelimit"),
      because: text(
        "an odd icmp_ratemask and a limit above 0 on the target decide it",
        "目标上 icmp_ratemask 为奇数而且限速值大于 0，就可以确定",
      ),
    },
    {
      command: inNamespace(netns, "nstat -asz IcmpOutRateLimitHost IcmpOutRateLimitGlobal"),
      because: text("one of them moves with each reply that is held back", "每扣下一个应答，其中之一就会加一"),
    },
  ],
  lookalikes: ["icmp-echo-ignore-all"],
  search: [
    "icmp_ratelimit",
    "icmp_ratemask",
    "IcmpOutRateLimitHost",
    "ping packet loss rate limit",
    "ICMP rate limiting",
    "ICMP 限速",
    "ping 前几个通后面丢包",
  ],
  page: () => ({
    meaning: text(
      "Linux limits ICMP errors per destination and leaves echo replies alone; with bit 0 of icmp_ratemask set it limits them as well. The first pings are answered, then about one a second, however fast one asks. It looks like loss on the way.",
      "Linux 默认只按目的地对 ICMP 差错限速，不限制 echo 应答；icmp_ratemask 的第 0 位置位后，echo 应答也会限速。开头几个 ping 有应答，之后无论问得多快，大约每秒只应答一个，看起来像路上丢包。",
    ),
    evidence: text(
      "Packets: every request at the target's interface, replies to the first few and then to one a second. State: net.ipv4.icmp_ratemask odd, net.ipv4.icmp_ratelimit above 0. Counters: IcmpInEchos moves with each request; IcmpOutRateLimitHost (IcmpOutRateLimitGlobal where icmp_msgs_per_sec is reached) with each reply that is held back, since Linux 6.1; no drop event.",
      "报文：每个请求都出现在目标接口上，开头几个有应答，之后大约每秒一个。状态：net.ipv4.icmp_ratemask 为奇数，net.ipv4.icmp_ratelimit 大于 0。计数器：每个请求 IcmpInEchos 都加一；每扣下一个应答 IcmpOutRateLimitHost 加一（达到 icmp_msgs_per_sec 时是 IcmpOutRateLimitGlobal），Linux 6.1 起才有；没有丢包事件。",
    ),
    tellApart: text(
      "icmp-echo-ignore-all: nothing is answered at all. A firewall's limit rule: NETFILTER_DROP is traced, and the rule stands in the listing.",
      "icmp-echo-ignore-all：一个都不应答。防火墙的限速规则：能跟踪到 NETFILTER_DROP，规则列表里也有它。",
    ),
    kernel: "icmp_echo → icmp_reply → icmpv4_xrlim_allow → inet_peer_xrlim_allow (XRLIM_BURST_FACTOR 6); not on lo",
  }),
  scenario: "icmp-rate-limit",
  negativeTwin: "icmp-echo-ignore-all",
});

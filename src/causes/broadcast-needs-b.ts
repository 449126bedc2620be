// The target is a broadcast address: ping wants -b for it, and Linux hosts do not answer such pings anyway.

import { defineCause, inNamespace } from "../model/cause.ts";
import { looksLikeBroadcast, verdictOfRefusal } from "../model/printed-verdict.ts";
import { askedFrom, type Remedy, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** A subnet's broadcast address was pinged. */
export const cause = defineCause({
  code: "broadcast-needs-b",
  severity: "problem",
  marks: {
    drop: [{ reason: "INVALID_PROTO", at: ["icmp_rcv"], settles: "cause", sometimes: true }],
    counters: [{ name: "IcmpInErrors", of: "namespace", always: false, sometimes: true }],
    decides: ["addr", "route", { sysctl: "icmp_echo_ignore_broadcasts" }],
  },
  title: text("the target is a broadcast address", "目标是广播地址"),
  headline: ({ target, sysctl }) => {
    const what =
      sysctl === undefined ? text("ping needs -b", "ping 需要 -b") : text("hosts do not answer it", "主机不应答");
    return text(
      `the target is a broadcast address${target === undefined ? "" : ` (${target})`}: ${what.en}`,
      `目标是广播地址${target === undefined ? "" : `（${target}）`}：${what.zh}`,
    );
  },
  summary: ({ target, outInterface, inInterface, sysctl }) =>
    sysctl === undefined
      ? text(
          `${target ?? "The target"} is a broadcast address${outInterface === undefined ? "" : ` of ${outInterface}`}, and without -b ping may not send to it. Nothing was sent. If one host was meant, ping its own address; with -b it would be sent, but Linux hosts ignore such pings by default.`,
          `${target ?? "目标"} 是${outInterface === undefined ? "" : ` ${outInterface} 的`}广播地址，没有 -b 时 ping 不能向它发送，所以什么也没有发出。如果本来想 ping 某台主机，请用它自己的地址；加上 -b 可以发出去，但 Linux 主机默认不应答这样的 ping。`,
        )
      : text(
          `${target ?? "The target"} is a broadcast address. The echo request reached ${inInterface ?? "the hosts on the link"}, but ${sysctl} is 1, so it is dropped instead of answered. That is the default everywhere.`,
          `${target ?? "目标"} 是广播地址。echo 请求到达了 ${inInterface ?? "链路上的主机"}，但 ${sysctl} 为 1，所以被丢弃而不是应答。这是各处的默认设置。`,
        ),
  why: () =>
    text(
      "A socket without SO_BROADCAST gets EACCES for a broadcast address; and icmp_echo_ignore_broadcasts=1 keeps hosts from being used to amplify an attack.",
      "没有 SO_BROADCAST 的套接字向广播地址发送会得到 EACCES；而 icmp_echo_ignore_broadcasts=1 是为了避免主机被利用来放大攻击。",
    ),
  fixes: ({ target, sysctl }, netns) => {
    const send: Remedy = {
      edits: [{ kind: "question", ...askedFrom(netns), target: target ?? "BROADCAST", broadcast: true, atFault: true }],
      effect: text(
        "sends to the broadcast address; if one host was meant, ping its own address (the prefix length may be wrong)",
        "向广播地址发送；如果本来想 ping 某台主机，请用它自己的地址（也可能是前缀长度写错了）",
      ),
    };
    const answer: Remedy = {
      edits: [setting(sysctl === undefined ? null : netns, { "net.ipv4.icmp_echo_ignore_broadcasts": "0" })],
      effect: text(
        "on the hosts that should answer, in a network one trusts",
        "在应当应答的主机上执行，只用于可信的网络",
      ),
    };
    return sysctl === undefined ? [send, answer] : [answer];
  },
  settle: ({ target, asker }) => [
    {
      command: inNamespace(asker ?? null, `ip route get ${target ?? "TARGET"}`),
      because: text(
        'a line that begins with "broadcast" means it is this; "Permission denied" means a prohibit route or rule',
        "输出以“broadcast”开头就是这个原因；报“Permission denied”则是 prohibit 路由或规则",
      ),
    },
  ],
  lookalikes: [
    "route-prohibit",
    "policy-rule-reject",
    "echo-no-reply",
    "icmp-echo-ignore-all",
    "directed-broadcast-not-forwarded",
  ],
  search: [
    "Do you want to ping broadcast? Then -b",
    "ping -b no reply",
    "icmp_echo_ignore_broadcasts",
    "ping broadcast address",
    "ping 广播地址",
    "广播 ping 没有应答",
  ],
  page: () => ({
    meaning: text(
      "The address is the broadcast address of a subnet, often by mistake: the last address of the subnet, or an ordinary one where the prefix length is wrong. ping refuses it without -b; with -b hosts ignore it unless icmp_echo_ignore_broadcasts is 0.",
      "这个地址是某个子网的广播地址，往往是无意的：子网的最后一个地址，或者因为前缀长度写错，普通地址成了广播地址。不带 -b 时 ping 拒绝发送；带 -b 时，除非 icmp_echo_ignore_broadcasts 为 0，主机都不应答。",
    ),
    evidence: text(
      "Packets: without -b none; with -b echo requests to ff:ff:ff:ff:ff:ff and no reply. State: a `broadcast` entry in table `local`. Kernel, with -b: INVALID_PROTO at icmp_rcv and IcmpInErrors on every host, the sender included.",
      "报文：不带 -b 时没有；带 -b 时有发往 ff:ff:ff:ff:ff:ff 的 echo 请求，没有应答。状态：local 表里有 `broadcast` 条目。内核（带 -b 时）：每台主机（包括发送方自己）的 icmp_rcv 处有 INVALID_PROTO，IcmpInErrors 增长。",
    ),
    tellApart: text(
      "route-prohibit: the same words from ping, but the route is of type prohibit. icmp-echo-ignore-all: no drop event and no IcmpInErrors, and the target is a host's own address.",
      "route-prohibit：ping 的提示相同，但路由类型是 prohibit。icmp-echo-ignore-all：没有丢包事件，IcmpInErrors 也不增长，而且目标是主机自己的地址。",
    ),
    kernel:
      "__ip4_datagram_connect: RTCF_BROADCAST without SOCK_BROADCAST → -EACCES; icmp_rcv: sysctl_icmp_echo_ignore_broadcasts",
  }),
  scenario: "broadcast-needs-b",
  negativeTwin: "route-prohibit",
  check: (view) =>
    looksLikeBroadcast(view.flow.dst) ? verdictOfRefusal(view, [["connect", "EACCES"]], "likely") : null,
});

// The host is told to answer no echo request at all.

import { defineCause, inNamespace } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Ping is switched off on the target, not by a firewall but by a sysctl. */
export const cause = defineCause({
  code: "icmp-echo-ignore-all",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [{ name: "IcmpInEchos", of: "namespace", always: true }],
    decides: [{ sysctl: "icmp_echo_ignore_all", values: ["1"] }],
  },
  title: text("echo request ignored: icmp_echo_ignore_all is 1", "echo 请求被忽略：icmp_echo_ignore_all 为 1"),
  headline: ({ target, owner }) => {
    const where = [owner || undefined, target].filter((part) => part !== undefined).join(", ");
    return text(
      `echo request ignored: icmp_echo_ignore_all is 1${where === "" ? "" : ` (${where})`}`,
      `echo 请求被忽略：icmp_echo_ignore_all 为 1${where === "" ? "" : `（${where.replace(", ", "，")}）`}`,
    );
  },
  summary: ({ source, target, owner, inInterface }) =>
    text(
      `The echo request${source === undefined ? "" : ` from ${source}`} to ${target ?? "the target"} is delivered${inInterface === undefined ? "" : ` through ${inInterface}`}. But ${owner || "the target host"} has icmp_echo_ignore_all=1: it answers no ping, from anybody, on any interface. Other traffic is not touched by this.`,
      `${source === undefined ? "" : `${source} `}发给 ${target ?? "目标"} 的 echo 请求${inInterface === undefined ? "" : `经 ${inInterface} `}已经送达。但 ${owner || "目标主机"} 设置了 icmp_echo_ignore_all=1：任何人、任何接口来的 ping 都不应答。其他流量不受影响。`,
    ),
  why: () =>
    text(
      "With this setting icmp_echo returns before it builds a reply; it holds for the whole namespace, and there is no value of an interface.",
      "设置了它，icmp_echo 在构造应答之前就返回；它对整个命名空间有效，没有按接口的取值。",
    ),
  fixes: (_, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.icmp_echo_ignore_all": "0" })],
      effect: text("lets the target answer pings again, at once", "让目标立即恢复应答 ping"),
    },
    {
      advice: "grep -rs icmp_echo_ignore_all /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d",
      effect: text(
        "on the target: finds the file that sets it at boot (hardening scripts like to)",
        "在目标上执行：找出开机时设置它的文件（安全加固脚本常这么做）",
      ),
    },
  ],
  assumes: ({ netns }) => [setting(netns, { "net.ipv4.icmp_echo_ignore_all": "0" })],
  settle: ({ source, target }, netns) => [
    {
      command: inNamespace(netns, "sysctl net.ipv4.icmp_echo_ignore_all"),
      because: text("1 on the target is the answer", "目标上的值是 1，就是这个原因"),
    },
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"} from ${target ?? "TARGET"}`),
      because: text(
        "a missing way back leaves the same packets and the same counters",
        "没有回程路由时，报文和计数完全一样，需要排除",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "missing-return-route", "nft-input-drop", "nft-reply-drop", "rp-filter-strict"],
  search: [
    "icmp_echo_ignore_all",
    "disable ping Linux",
    "host does not answer ping but ssh works",
    "IcmpInEchos without IcmpOutEchoReps",
    "禁 ping",
    "服务器禁止 ping",
    "ssh 能连但 ping 不通",
  ],
  page: () => ({
    meaning: text(
      "The target hears the ping and is told not to answer. The setting is older than most firewalls and is found in hardening guides and in some images. ARP is answered, TCP and UDP work; only echo requests are ignored.",
      "目标听到了 ping，但被设置为不应答。这个设置比多数防火墙都老，常见于安全加固指南和一些系统镜像。ARP 照常应答，TCP 和 UDP 也正常，只有 echo 请求被忽略。",
    ),
    evidence: text(
      "Packets: the request at the target's interface, no reply on any interface, no ARP for a way back. State: net.ipv4.icmp_echo_ignore_all = 1 in the target's namespace. Counters: IcmpInEchos moves, IcmpOutEchoReps does not; no drop event, no error counter.",
      "报文：目标接口上有请求，任何接口上都没有应答，也没有回程的 ARP。状态：目标命名空间里 net.ipv4.icmp_echo_ignore_all = 1。计数器：IcmpInEchos 增长，IcmpOutEchoReps 不变；没有丢包事件，也没有差错计数。",
    ),
    tellApart: text(
      "missing-return-route: the same in every trace; the sysctl and `ip route get SOURCE` on the target decide. nft-input-drop: IcmpInEchos does not move. nft-reply-drop: IcmpOutEchoReps moves as well. broadcast-needs-b: only pings to a broadcast address are concerned.",
      "missing-return-route：所有痕迹都一样，要看目标上的 sysctl 和 `ip route get 源地址`。nft-input-drop：IcmpInEchos 不变。nft-reply-drop：IcmpOutEchoReps 也增长。broadcast-needs-b：只影响 ping 广播地址。",
    ),
    kernel: "icmp_rcv → icmp_echo: sysctl_icmp_echo_ignore_all → SKB_NOT_DROPPED_YET (per namespace)",
  }),
  scenario: "icmp-echo-ignore-all",
  negativeTwin: "missing-return-route",
});

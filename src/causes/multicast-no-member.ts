// A ping to a multicast group: who has not joined it drops the packet, and who has keeps silent by default.

import { formatIpv4, isMulticast } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { firstSighting } from "../model/journey.ts";
import { echoes, framesOf, interfacesOf } from "../model/observed.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Nobody answers for a group. */
export const cause = defineCause({
  code: "multicast-no-member",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NOT_SPECIFIED", at: ["ip_rcv_finish_core"], settles: "kind" },
      { reason: "INVALID_PROTO", at: ["icmp_rcv"], settles: "kind" },
    ],
    counters: [{ name: "IcmpInErrors", of: "namespace", always: false, sometimes: true }],
    decides: [{ sysctl: "icmp_echo_ignore_broadcasts" }, "route"],
  },
  title: text("multicast ping: nobody answers for the group", "组播 ping：没有主机替这个组应答"),
  headline: ({ target }) => {
    const group = target === undefined ? text("", "") : text(` (${target})`, `（${target}）`);
    return text(
      `multicast ping: nobody answers for the group${group.en}`,
      `组播 ping：没有主机替这个组应答${group.zh}`,
    );
  },
  summary: ({ target, inInterface, value, basis }) => {
    const what = text(
      `${target ?? "The target"} is a multicast group, not a host.`,
      `${target ?? "目标"} 是组播组，不是某一台主机。`,
    );
    if (basis === "packets")
      return text(
        `${what.en} The request was seen and no reply. A host that has not joined the group drops the packet without a word, and one that has does not answer either as long as icmp_echo_ignore_broadcasts is 1, as it is by default.`,
        `${what.zh}看到了请求，没有应答。没有加入这个组的主机会静默丢弃报文；加入了的主机，只要 icmp_echo_ignore_broadcasts 为默认值 1，也不会应答。`,
      );
    const at = inInterface ?? "the interface";
    return value === "0"
      ? text(
          `${what.en} The packet reaches ${at}, but no program there is known to have joined the group, so the kernel silently drops it.`,
          `${what.zh}报文到了 ${inInterface ?? "接口"}，但据目前所知那里没有程序加入这个组，内核就静默丢弃它。`,
        )
      : text(
          `${what.en} The packet reaches ${at} and ends there: with icmp_echo_ignore_broadcasts = ${value ?? "1"} that host answers no ping of a group, whether a program of it has joined the group or not.`,
          `${what.zh}报文到了 ${inInterface ?? "接口"}，到此为止：那台主机的 icmp_echo_ignore_broadcasts = ${value ?? "1"}，无论有没有程序加入这个组，都不应答发往组的 ping。`,
        );
  },
  why: () =>
    text(
      "A packet to a group is for those who joined it on that interface; and since one request to a group could call up many replies at once, Linux ignores such echo requests by default.",
      "发往组播组的报文只给在该接口上加入了这个组的主机；而一个请求可能招来许多应答，所以 Linux 默认不理会这类 echo 请求。",
    ),
  fixes: ({ target, inInterface }, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.icmp_echo_ignore_broadcasts": "0" })],
      effect: text(
        "on the hosts that shall answer: lets members answer; 224.0.0.1 every host has joined",
        "在应当应答的主机上执行：让组成员应答；224.0.0.1 是每台主机都已加入的",
      ),
    },
    {
      edits: [
        {
          kind: "address",
          netns,
          verb: "add",
          address: `${target ?? "GROUP"}/32`,
          device: inInterface ?? "IF",
          autojoin: true,
        },
      ],
      effect: text("joins the group without a program, to test the way there", "不用程序也能加入这个组，用来测试路径"),
    },
  ],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `ip maddr show dev ${inInterface ?? "IF"}`),
      because: text("lists the groups that are joined there", "列出那里已经加入的组"),
    },
  ],
  lookalikes: ["echo-no-reply", "broadcast-needs-b"],
  search: [
    "ping multicast address no reply",
    "ping 224.0.0.1 no answer",
    "icmp_echo_ignore_broadcasts",
    "ip maddr join group",
    "ping 组播地址不通",
    "组播 ping 没有应答",
    "ping 224.0.0.1 不通",
  ],
  page: () => ({
    meaning: text(
      "The pinged address is a multicast group. The packet goes out in a frame to the group's MAC address, with TTL 1, without ARP. Hosts that did not join the group drop it; those that did ignore it by default. Silence says nothing about the cable.",
      "被 ping 的地址是组播组。报文不经 ARP，以 TTL 1 发往该组的 MAC。没有加入的主机丢弃它，加入了的默认也不理会。所以没有应答并不说明链路有问题。",
    ),
    evidence: text(
      "Packets: the echo request to 01:00:5e:… arrives, and no reply follows. State: `ip maddr` (not part of the state file) and icmp_echo_ignore_broadcasts. Kernel: NOT_SPECIFIED at ip_rcv_finish_core where the group was not joined; INVALID_PROTO at icmp_rcv and IcmpInErrors where it was.",
      "报文：发往 01:00:5e:… 的 echo 请求到达，没有应答。状态：`ip maddr`（不在状态文件里）和 icmp_echo_ignore_broadcasts。内核：没有加入该组时，ip_rcv_finish_core 处有 NOT_SPECIFIED；加入了则是 icmp_rcv 处的 INVALID_PROTO 和 IcmpInErrors。",
    ),
    tellApart: text(
      "broadcast-needs-b: the target is the subnet's broadcast address, and ping refuses without -b. With a plain unicast target an ARP question would come first.",
      "broadcast-needs-b：目标是子网广播地址，没有 -b 时 ping 拒绝发送。如果目标是普通单播地址，会先有 ARP 询问。",
    ),
    kernel:
      "ip_route_input_rcu: ip_check_mc_rcu → ip_route_input_mc; icmp_rcv: RTCF_MULTICAST and sysctl_icmp_echo_ignore_broadcasts",
  }),
  scenario: "multicast-no-member",
  negativeTwin: "broadcast-needs-b",
  check: ({ flow }) => {
    const request = echoes(flow)[0]?.request;
    if (!isMulticast(flow.dst) || !request || flow.replies > 0) return null;
    const { vantage } = (request.sightings.at(-1) ?? firstSighting(request)).frame;
    return {
      certainty: "likely",
      netns: vantage.netns,
      interface: vantage.interface,
      facts: {
        target: formatIpv4(flow.dst),
        ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
        ...interfacesOf(request),
      },
      evidence: [
        {
          basis: "seen",
          text: text("an echo request to a multicast group", "发往组播组的 echo 请求"),
          frames: framesOf([request]),
        },
        { basis: "missing", text: text("no capture holds a reply", "所有抓包里都没有应答") },
      ],
      ruledOut: [],
    };
  },
});

// An echo reply comes to a host on which no ping waits for it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** A reply nobody asked for here. */
export const cause = defineCause({
  code: "echo-reply-no-socket",
  severity: "problem",
  marks: {
    drop: [
      { reason: "NO_SOCKET", at: ["ping_rcv"], settles: "kind" },
      { reason: "OTHERHOST", settles: "kind", sometimes: true },
    ],
    counters: [],
    decides: [],
  },
  title: text("echo reply that nobody waits for", "无对应套接字的 echo 应答"),
  headline: ({ target, inInterface }) =>
    text(
      `echo reply that nobody waits for${target === undefined ? "" : `: from ${target}`}${inInterface === undefined ? "" : `, at ${inInterface}`}`,
      `无对应套接字的 echo 应答${target === undefined ? "" : `：来自 ${target}`}${inInterface === undefined ? "" : `（到达 ${inInterface}）`}`,
    ),
  summary: ({ target, source, inInterface, ownerInterface }) =>
    text(
      `The reply from ${target ?? "the pinged host"} to ${source ?? "the asker"} ends at ${inInterface ?? "a host"}, where ${source ?? "that address"} is configured${ownerInterface === undefined ? "" : ` (on ${ownerInterface})`}, but no ping there is waiting. Either the address exists twice and the reply went to the other owner, or the ping that asked has ended.`,
      `${target ?? "被 ping 的主机"} 发给 ${source ?? "请求方"} 的应答到了 ${inInterface ?? "某台主机"}，那里确实配了 ${source ?? "这个地址"}${ownerInterface === undefined ? "" : `（在 ${ownerInterface} 上）`}，但没有 ping 在等。要么这个地址存在两份，应答去了另一个拥有者；要么发起的 ping 已经结束。`,
    ),
  why: () =>
    text(
      "An echo reply is handed to a socket by its id and address; where none fits it is dropped in silence, and no error goes back.",
      "echo 应答按 id 和地址交给套接字；没有匹配的就静默丢弃，也不回差错。",
    ),
  fixes: ({ source }, netns) => [
    {
      advice: inNamespace(netns, "ip -br addr"),
      effect: text(
        `if ${source ?? "the asker's address"} is here and on the asking host as well, one of the two must go`,
        `如果 ${source ?? "请求方的地址"} 在这里和请求方都有，必须去掉一个`,
      ),
    },
    {
      advice: "ping -W 5 TARGET",
      effect: text(
        "on the asker: waits longer, where replies are merely late",
        "在请求方执行：如果只是应答来得晚，就多等一会儿",
      ),
    },
  ],
  settle: ({ source }) => [
    {
      command: `arping -D -c 3 -I IF ${source ?? "ADDRESS"}`,
      because: text("an answer means that the address exists twice on this link", "有应答说明这条链路上有两份该地址"),
    },
  ],
  lookalikes: ["answered", "echo-no-reply", "duplicate-address", "bound-socket-other-interface"],
  search: [
    "NO_SOCKET ping_rcv",
    "echo reply without request",
    "late ping reply",
    "只有应答没有请求",
    "应答到了别的主机",
    "ping_rcv NO_SOCKET",
  ],
  page: () => ({
    meaning: text(
      "The answer was made and delivered, only not to the one who asked. The usual ground is an address that two hosts or namespaces have: the answerer's ARP found the other one.",
      "应答做了，也送到了，只是没送到提问的那个。常见原因是两台主机（或命名空间）有同一个地址：应答方的 ARP 找到了另一个。",
    ),
    evidence: text(
      "Packets: a reply at an interface on which no request was seen. Counters: IcmpInEchoReps there; drop reason NO_SOCKET at ping_rcv; OTHERHOST at hosts that get a flooded copy. The same event for each good reply to a raw-socket ping is noise.",
      "报文：某个接口上有应答，却没见过请求。计数器：那里的 IcmpInEchoReps；丢包原因 ping_rcv 处的 NO_SOCKET；收到泛洪副本的主机上是 OTHERHOST。使用原始套接字的 ping，每个正常应答也会有同样的事件，那是噪声。",
    ),
    tellApart: text(
      "duplicate-address: two MAC addresses answer ARP for one address. A ping that works: the kernel reports NO_SOCKET at ping_rcv at every good reply as well. bound-socket-other-interface: the reply is on the asking host, at another interface.",
      "duplicate-address：同一地址有两个 MAC 应答 ARP。ping 是通的：每个正常的应答也会在 ping_rcv 处报告 NO_SOCKET。bound-socket-other-interface：应答就在请求方主机上，只是在另一个接口。",
    ),
    kernel: "icmp_rcv → ping_rcv: ping_lookup finds none → kfree_skb NO_SOCKET; raw_local_deliver comes before it",
  }),
  scenario: "echo-reply-no-socket",
  negativeTwin: "duplicate-address",
});

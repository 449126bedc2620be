// The ARP request carries an address of another interface of the asker, and the receiver refuses exactly that sender.

import { defineCause, inNamespace } from "../model/cause.ts";
import { alsoForAll, confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** arp_announce lets any own address into the question. */
export const cause = defineCause({
  code: "arp-announce-foreign-source",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: [{ sysctl: "arp_announce" }, "addr"],
    waits: "neighbour",
  },
  title: text(
    "the ARP request is not answered: it asks with another interface's address",
    "ARP 请求没有应答：它用了别的接口的地址",
  ),
  headline: ({ source, ownerInterface, outInterface }) => {
    const en = [
      source,
      ownerInterface === undefined ? undefined : `of ${ownerInterface}`,
      outInterface === undefined ? undefined : `on ${outInterface}`,
    ].filter((p) => p !== undefined);
    const zh = [
      outInterface === undefined ? undefined : `在 ${outInterface} 上`,
      ownerInterface === undefined ? undefined : `用 ${ownerInterface} 的`,
      source,
    ].filter((p) => p !== undefined);
    return text(
      `the ARP request is not answered: it asks with another interface's address${en.length === 0 ? "" : ` (${en.join(" ")})`}`,
      `ARP 请求没有应答：它用了别的接口的地址${zh.length === 0 ? "" : `（${zh.join(" ")}）`}`,
    );
  },
  summary: ({ target, source, outInterface, ownerInterface, peerInterface, value }) => {
    const asks = text(
      `${outInterface ?? "The outgoing interface"} asks for ${target ?? "the next hop"} as ${source ?? "an address"}${ownerInterface === undefined ? ", which belongs to another interface of the asker" : `, which is an address of ${ownerInterface}`}`,
      `${outInterface ?? "出接口"} 以 ${source ?? "某个地址"} 的身份询问 ${target ?? "下一跳"}，而${ownerInterface === undefined ? "它属于询问方的另一个接口" : `它是 ${ownerInterface} 的地址`}`,
    );
    const announce = `arp_announce${value === undefined ? "" : `=${value}`}`;
    if (peerInterface !== undefined)
      return text(
        `${asks.en} (${announce} allows that). rp_filter of ${peerInterface} refuses the question: the way back to that address is not ${peerInterface}. The receiver checks the sender of an ARP question like the source of a packet.`,
        `${asks.zh}（${announce} 允许这样做）。${peerInterface} 的 rp_filter 拒绝了这个请求：到该地址的回程不走 ${peerInterface}。接收方会像检查报文源地址那样检查 ARP 请求的发送方。`,
      );
    return text(
      `${asks.en}. ${announce} allows that, but the receiver checks the sender of the question like the source of a packet, does not expect it there, and stays silent.`,
      `${asks.zh}。${announce} 允许这样做；但接收方会像检查报文源地址那样检查请求的发送方，认为它不该从这里来，于是不应答。`,
    );
  },
  why: () =>
    text(
      "With arp_announce=0 the question carries the source of the packet that waits, whatever interface has it; 1 demands that it fits the target's subnet, 2 takes an address of the outgoing interface.",
      "arp_announce=0 时，请求使用等待发送的报文的源地址，不管它在哪个接口上；1 要求它与目标同子网；2 则改用出接口自己的地址。",
    ),
  fixes: ({ source, outInterface, owner, ownAddress }, netns) => {
    const onLink = ownAddress?.split("/")[0];
    return [
      {
        edits: [
          {
            kind: "route",
            netns: owner ?? null,
            verb: "add",
            destination: `${source ?? "SOURCE"}/32`,
            via: onLink ?? "ASKER",
          },
        ],
        effect: text(
          `on the receiver: a way back to this source, which the echo needs as well${onLink === undefined ? "; put the asker's address on this link in place of ASKER" : ""}`,
          `在接收方执行：为这个源地址添加回程路由，echo 应答同样需要它${onLink === undefined ? "；ASKER 请换成询问方在本链路上的地址" : ""}`,
        ),
      },
      {
        edits: [setting(netns, { [confKey(outInterface ?? "IF", "arp_announce")]: "2" })],
        effect: text(
          "makes the question carry an address of this link, so that ARP works; the echo request keeps its source, and where rp_filter is on it is then dropped itself",
          "让请求改用本链路的地址，ARP 就能通；但 echo 请求的源地址不变，如果对端开着 rp_filter，接下来会轮到它被丢弃",
        ),
      },
    ];
  },
  assumes: alsoForAll("arp_announce", "2"),
  settle: ({ outInterface, source }, netns) => [
    {
      command: inNamespace(netns, `tcpdump -n -i ${outInterface ?? "IF"} arp`),
      because: text(
        `"who-has … tell ${source ?? "ADDRESS"}" with an address from outside the link's subnet shows it`,
        `如果看到“who-has … tell ${source ?? "ADDRESS"}”，而这个地址不属于本链路的子网，就是这个原因`,
      ),
    },
  ],
  lookalikes: [
    "rp-filter-arp",
    "arp-no-local-owner",
    "arp-no-answer",
    "interface-without-address",
    "arp-ignore-2",
    "accept-local-off",
  ],
  search: [
    "arp_announce",
    "who-has tell wrong source address",
    "ARP request with loopback address",
    "LVS arp_announce",
    "ARP 请求源地址不对",
    "arp_announce=2",
    "ARP 没有应答",
  ],
  page: () => ({
    meaning: text(
      "The asker has several addresses and asks by ARP with one that belongs to another of its interfaces, often lo. Linux permits it, but a receiver with rp_filter does not expect that sender on this link, and gives no answer. The remedy is a way back on the receiver, or a source that belongs to the link.",
      "询问方有多个地址，用 ARP 询问时带的是另一个接口（常常是 lo）的地址。Linux 允许这样做，但开着 rp_filter 的接收方认为这个发送方不该出现在这条链路上，于是不应答。解决办法：在接收方加回程路由，或者改用属于这条链路的源地址。",
    ),
    evidence: text(
      "Packets: `who-has T tell S` with S outside of the link's subnet, unanswered. State: S is an address of another interface of the asker, arp_announce (the larger of conf/all and the outgoing interface) is not 2; rp_filter on the receiver. Kernel: consumed at arp_process, and a martian log whose header ends in 08 06 where log_martians is on.",
      "报文：`who-has T tell S`，S 不在本链路的子网里，没有应答。状态：S 是询问方另一个接口的地址，arp_announce（取 conf/all 与出接口的较大者）不是 2；接收方开着 rp_filter。内核：在 arp_process 处被消费；打开 log_martians 时会记录 martian，其头部以 08 06 结尾。",
    ),
    tellApart: text(
      "rp-filter-arp is the receiver's side of the same thing. interface-without-address: the outgoing interface has no address at all. arp-ignore-2 refuses senders from outside the target's subnet even without rp_filter. A probe with sender 0.0.0.0 (`arping -D` of iputils) that is answered proves that the sender is the problem.",
      "rp-filter-arp 是同一件事在接收方的一面。interface-without-address：出接口根本没有地址。arp-ignore-2 即使没有 rp_filter 也会拒绝子网外的发送方。用发送方为 0.0.0.0 的探测（iputils 的 `arping -D`）能得到应答，就证明问题出在发送方地址。",
    ),
    kernel:
      "arp_solicit: IN_DEV_ARP_ANNOUNCE (IN_DEV_MAXCONF); receiver: arp_process → ip_route_input_noref → fib_validate_source",
  }),
  scenario: "arp-announce-foreign-source",
  negativeTwin: "rp-filter-arp",
});

// The outgoing interface has no address: the kernel borrows one of another interface, to which the target has no way back.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The source was borrowed, and replies to it do not come back. */
export const cause = defineCause({
  code: "interface-without-address",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
    waits: "neighbour",
  },
  title: text("the outgoing interface has no address of its own", "出接口没有自己的地址"),
  headline: ({ outInterface, source, ownerInterface }) => {
    const borrowed =
      source === undefined ? undefined : ownerInterface === undefined ? source : `${source} of ${ownerInterface}`;
    const zhBorrowed =
      source === undefined ? undefined : ownerInterface === undefined ? source : `${ownerInterface} 的 ${source}`;
    return text(
      `the outgoing interface has no address of its own${outInterface === undefined ? "" : `: ${outInterface}`}${borrowed === undefined ? "" : ` (source borrowed: ${borrowed})`}`,
      `出接口没有自己的地址${outInterface === undefined ? "" : `：${outInterface}`}${zhBorrowed === undefined ? "" : `（借用 ${zhBorrowed}）`}`,
    );
  },
  summary: ({ target, source, outInterface, ownerInterface }) =>
    text(
      `${outInterface ?? "The outgoing interface"} has no IPv4 address, so the kernel used ${source === undefined ? "" : `${source}, `}an address of ${ownerInterface ?? "another interface"}, as source. The request reaches ${target ?? "the target"}, but there is no route back to that address there, and the reply is silently discarded.`,
      `${outInterface ?? "出接口"} 没有 IPv4 地址，内核只好借用 ${ownerInterface ?? "别的接口"} 的地址${source === undefined ? "" : ` ${source} `}作为源地址。请求到达了 ${target ?? "目标"}，但那里没有回到这个地址的路由，应答被静默丢弃。`,
    ),
  why: () =>
    text(
      "A packet needs a source; where the outgoing interface has none, any global address of the host will do for the kernel. With -I INTERFACE it also takes every target for on-link when no route fits.",
      "报文总要有源地址；出接口没有地址时，内核就随便用本机的一个全局地址。用 -I 绑定接口而又没有匹配的路由时，内核还会把任何目标都当作在本链路上。",
    ),
  fixes: ({ outInterface, source, inInterface, owner }, netns) => [
    {
      edits: [{ kind: "address", netns, verb: "add", address: "ADDRESS/LENGTH", device: outInterface ?? "IF" }],
      effect: text(
        "gives the interface an address in the target's subnet: then it is the source, and the target knows the way back",
        "给接口配置一个与目标同子网的地址：它就会成为源地址，目标也知道怎么回",
      ),
    },
    {
      edits: [
        {
          kind: "route",
          netns: owner ?? null,
          verb: "add",
          destination: `${source ?? "SOURCE"}/32`,
          device: inInterface ?? "IF",
        },
      ],
      effect: text("on the target: a way back to the borrowed address", "在目标主机上执行：为借来的地址添加回程路由"),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `ip -br addr show ${outInterface ?? "IF"}`),
      because: text("no IPv4 address in that line means it is this", "这一行里没有 IPv4 地址，就是这个原因"),
    },
  ],
  lookalikes: [
    "source-address-selection",
    "missing-return-route",
    "echo-no-reply",
    "arp-announce-foreign-source",
    "wrong-netmask",
  ],
  search: [
    "Warning: source address might be selected on device other than",
    "ping -I interface no address",
    "interface without IP address",
    "接口没有 IP 地址",
    "ping -I 网卡 不通",
    "没有回包",
  ],
  page: () => ({
    meaning: text(
      "The packet leaves by an interface that has no IPv4 address, mostly because of `ping -I IF`. The kernel borrows a source from another interface, which the target often cannot answer. An interface that was moved into a namespace has lost its addresses.",
      "报文从一个没有 IPv4 地址的接口发出，多半是因为 `ping -I IF`。内核从别的接口借用源地址，而目标往往无法回复它。被移进命名空间的接口会丢失原有地址。",
    ),
    evidence: text(
      "Packets: who-has and echo requests with a source that does not fit the link; no reply. ping prints `Warning: source address might be selected on device other than: IF`. State: the interface has no inet line. Counters: IcmpInEchos on the target moves, IcmpOutEchoReps does not.",
      "报文：who-has 和 echo 请求的源地址与链路不符；没有应答。ping 打印 `Warning: source address might be selected on device other than: IF`。状态：接口没有 inet 行。计数器：目标的 IcmpInEchos 增长，IcmpOutEchoReps 不变。",
    ),
    tellApart: text(
      "source-address-selection: the interface has addresses, and another one was chosen. arp-announce-foreign-source: the target refuses already the ARP request. wrong-netmask: the ARP sender is an address of the interface itself.",
      "source-address-selection：接口有地址，却选了别的。arp-announce-foreign-source：目标连 ARP 请求都拒绝。wrong-netmask：ARP 的发送方就是该接口自己的地址。",
    ),
    kernel:
      "ip_route_output_key_hash_rcu: fib_lookup fails with oif set → RTN_UNICAST on-link; inet_select_addr over all devices",
  }),
  scenario: "interface-without-address",
  negativeTwin: "source-address-selection",
});

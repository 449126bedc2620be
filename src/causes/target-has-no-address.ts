// The host that should answer has no IPv4 address at all but loopback's.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** The other end of the link was never given an address. */
export const cause = defineCause({
  code: "target-has-no-address",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: ["addr"],
    absent: "target",
    waits: "neighbour",
  },
  title: text("the other end has no IPv4 address", "对端没有配置 IPv4 地址"),
  headline: ({ inInterface, target }) =>
    text(
      `the other end has no IPv4 address${inInterface === undefined ? "" : ` on ${inInterface}`}${target === undefined ? "" : `, so nobody answers for ${target}`}`,
      `对端没有配置 IPv4 地址${inInterface === undefined ? "" : `（${inInterface}）`}${target === undefined ? "" : `，没有人为 ${target} 应答`}`,
    ),
  summary: ({ target, outInterface, inInterface }) =>
    text(
      `${outInterface ?? "The pinging host"} asks who has ${target ?? "the address"}, and the question reaches ${inInterface ?? "the other end"}. Nothing there has an IPv4 address besides loopback, so the kernel has nothing to answer for and stays silent.`,
      `${outInterface ?? "发起 ping 的主机"} 询问谁是 ${target ?? "目标地址"}，请求到达了 ${inInterface ?? "对端"}。那里除了环回地址之外没有任何 IPv4 地址，内核无从应答，只能沉默。`,
    ),
  why: () =>
    text(
      "An interface that is up takes ARP requests even without an address, but the kernel answers only for addresses in its table `local`.",
      "接口只要启用，即使没有地址也会接收 ARP 请求；但内核只为 local 路由表里的地址应答。",
    ),
  fixes: ({ target, inInterface, prefix }, netns) => {
    const length = prefix?.split("/")[1];
    const device = inInterface ?? "IF";
    return [
      {
        edits: [{ kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/${length ?? "24"}`, device }],
        incomplete: length === undefined,
        effect:
          length === undefined
            ? text(
                `gives ${device} the address (put your subnet's length in place of /24)`,
                `把地址配到 ${device} 上（/24 请换成你的子网前缀长度）`,
              )
            : text(`gives ${device} the address that is asked for`, `把被询问的地址配到 ${device} 上`),
      },
    ];
  },
  settle: () => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        "taken on the receiving host, it shows which addresses are there",
        "在接收端主机上执行，就能看到那里有哪些地址",
      ),
    },
  ],
  lookalikes: ["arp-no-local-owner", "accept-local-off", "rp-filter-arp", "arp-ignore-1"],
  search: [
    "no IP address on veth",
    "no ARP reply",
    "address lost after moving to netns",
    "veth 没有 IP 地址",
    "移到命名空间后地址丢失",
    "ARP 没有应答",
  ],
  page: () => ({
    meaning: text(
      "The interface at the other end is up and receives the ARP request, but its namespace has no IPv4 address except loopback's. Often an address was set before the interface was moved into a namespace: the move removes it. It is arp-no-local-owner with a plain reason.",
      "对端接口已启用，也收到了 ARP 请求，但它所在的命名空间除了环回之外没有任何 IPv4 地址。常见原因是先配了地址、再把接口移进命名空间：移动会清掉地址。它就是 arp-no-local-owner，只是原因更明确。",
    ),
    evidence: text(
      "Packets: unanswered who-has at both ends, no echo request. State: `ip addr` of the receiving namespace lists no IPv4 address but 127.0.0.1. No drop event, no counter.",
      "报文：两端都能看到没有应答的 who-has，没有 echo 请求。状态：接收方命名空间的 `ip addr` 里除 127.0.0.1 外没有 IPv4 地址。没有丢包事件，也没有计数器。",
    ),
    tellApart: text(
      "arp-no-local-owner: the host has addresses, only not this one. accept-local-off: the address is there, and the asker's too.",
      "arp-no-local-owner：主机有地址，只是没有这一个。accept-local-off：地址在那里，而且询问者的地址也在那里。",
    ),
    kernel:
      "arp_process: no local route for the target; dev_change_net_namespace removes addresses when an interface is moved",
  }),
  scenario: "target-has-no-address",
  negativeTwin: "veth-one-address",
});

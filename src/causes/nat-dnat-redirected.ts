// A host on the way gives the packet another destination: somebody else answers in the name of the address pinged.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: destination NAT. */
export const cause = defineCause({
  code: "nat-dnat-redirected",
  severity: "note",
  title: text("destination NAT: another host answers", "目的 NAT：应答的是另一台主机"),
  headline: ({ target, translated }) =>
    target === undefined || translated === undefined
      ? text("destination NAT: another host answers", "目的 NAT：应答的是另一台主机")
      : text(
          `destination NAT: another host answers (${translated} for ${target})`,
          `目的 NAT：应答的是另一台主机（${translated} 代替 ${target}）`,
        ),
  summary: ({ target, router, translated }) =>
    text(
      `${router || "A host on the way"} rewrites the destination ${target ?? "address"} to ${translated ?? "another address"} before the route lookup. Whoever has that address gets the echo request; on the way back its answer is given the source ${target ?? "that was asked"}, so ping notices nothing.`,
      `${router || "途中的主机"} 在查路由之前，把目的地址 ${target ?? "（被 ping 的地址）"} 换成了 ${translated ?? "另一个地址"}。收到 echo 请求的是后者的主人；应答回来时源地址又换回 ${target ?? "原来的地址"}，所以 ping 毫无察觉。`,
    ),
  why: () =>
    text(
      "Destinations are translated at prerouting (for own packets at output), in front of the route lookup; conntrack puts the answers right at the other end of the path through the host.",
      "目的地址在 prerouting（本机发出的在 output）改写，早于查路由；应答由 conntrack 在出口处改回。",
    ),
  fixes: ({ target, protocol = "icmp" }, netns) => [
    {
      advice: inNamespace(netns, `conntrack -L -p ${protocol}`),
      effect: text(
        `shows who really answers${target === undefined ? "" : ` for ${target}`}, while a ping runs`,
        `ping 运行期间查看究竟是谁在应答${target === undefined ? "" : `（代替 ${target}）`}`,
      ),
    },
    {
      advice: inNamespace(netns, "nft list ruleset"),
      effect: text("shows the rule that does it", "查看是哪条规则"),
    },
  ],
  lookalikes: ["answered", "duplicate-address", "proxy-arp"],
  search: [
    "DNAT ping wrong host answers",
    "PREROUTING DNAT icmp",
    "tcpdump destination address changed",
    "端口映射 DNAT ping",
    "目的地址被改写",
    "ping 通但不是那台机器",
  ],
  page: () => ({
    meaning: text(
      "The address pinged is translated on the way, so a ping of it says nothing about the machine that one believes to have it. Load balancers, port forwards without a protocol, and Kubernetes services do this.",
      "被 ping 的地址在途中被改写，所以 ping 通并不说明那台机器还活着。负载均衡、不限协议的端口转发、Kubernetes 的 Service 都会这样做。",
    ),
    evidence: text(
      "The rule in a chain of type nat on prerouting or output; one echo id and sequence number with two destinations, before and behind the host.",
      "prerouting 或 output 上 nat 类型链里的规则；主机前后两处抓包，echo 的 id 与 seq 相同而目的地址不同。",
    ),
    tellApart: text(
      "duplicate-address: two hosts answer ARP for the address, and the destination is the same everywhere.",
      "duplicate-address：有两台主机为该地址应答 ARP，而且各处的目的地址相同。",
    ),
    kernel: "nf_nat_inet_fn, nf_nat_ipv4_pre_routing, ip_route_me_harder, nf_nat_manip_pkt",
  }),
  scenario: "nat-dnat-redirected",
  negativeTwin: "router-ok",
});

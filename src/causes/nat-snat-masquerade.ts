// A router gives the packet another source address: the target answers the router, which translates back.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** BEHAVIOUR: source NAT. */
export const cause = defineCause({
  code: "nat-snat-masquerade",
  severity: "note",
  title: text("source NAT: the target sees another address", "源 NAT：目标看到的是另一个地址"),
  headline: ({ source, translated }) =>
    source === undefined || translated === undefined
      ? text("source NAT: the target sees another address", "源 NAT：目标看到的是另一个地址")
      : text(
          `source NAT: the target sees another address (${translated}, not ${source})`,
          `源 NAT：目标看到的是另一个地址（${translated}，不是 ${source}）`,
        ),
  summary: ({ source, target, router, outInterface, translated }) =>
    text(
      `${router || "A host on the way"} rewrites the source ${source ?? "address"} to ${translated ?? "an address of its own"} as the packet leaves${outInterface === undefined ? "" : ` by ${outInterface}`}. ${target ?? "The target"} answers that address, and the answer is translated back before it is routed on. Captures on both sides show one packet with two sources.`,
      `报文${outInterface === undefined ? "离开时" : `从 ${outInterface} 离开时`}，${router || "途中的主机"} 把源地址 ${source ?? "（请求方的地址）"} 换成了 ${translated ?? "自己的地址"}。${target ?? "目标"} 应答的是后者，应答回来后先译回原地址再路由。两侧抓包看到的是同一个报文的两个源地址。`,
    ),
  why: () =>
    text(
      "NAT rules are asked once, for the first packet of a connection; conntrack keeps the answer, and nf_nat changes every later packet and its replies by it: sources at postrouting, destinations at prerouting.",
      "NAT 规则只在连接的第一个报文时查一次；conntrack 记住结果，之后 nf_nat 照此改写后续报文和应答：源地址在 postrouting 改，目的地址在 prerouting 改。",
    ),
  fixes: ({ source, protocol = "icmp" }, netns) => [
    {
      advice: inNamespace(netns, `conntrack -L -p ${protocol}`),
      effect: text(
        `shows both address pairs of each ping while it runs${source === undefined ? "" : `, that of ${source} among them`}`,
        `ping 运行期间查看每个连接的两对地址${source === undefined ? "" : `，其中就有 ${source}`}`,
      ),
    },
    {
      advice: inNamespace(netns, "nft list ruleset"),
      effect: text(
        "shows the rule; only where the target knows the way back to the asker can it go",
        "查看这条规则；只有目标知道怎么回到请求方时，才可以去掉它",
      ),
    },
  ],
  lookalikes: ["answered", "source-address-selection"],
  search: [
    "masquerade source address changed",
    "SNAT ping different source in tcpdump",
    "Docker masquerade",
    "POSTROUTING MASQUERADE",
    "源地址被改写",
    "SNAT 抓包源地址不一致",
    "Docker 容器出网 NAT",
  ],
  page: () => ({
    meaning: text(
      "A host on the way translates the source address, as every home router, Docker and libvirt do. The target never sees the asker's own address and needs no route to it. The ping works; the report names it because a capture behind the translation looks like somebody else's ping.",
      "途中有主机改写了源地址，家用路由器、Docker、libvirt 都这样做。目标看不到请求方自己的地址，也不需要去往它的路由。ping 是通的；之所以指出来，是因为在改写之后抓包，看起来像是别人在 ping。",
    ),
    evidence: text(
      "The rule in a chain of type nat on postrouting; one echo id and sequence number with two sources, before and behind the host. Its counter grows by one for each connection, not for each packet.",
      "postrouting 上 nat 类型链里的规则；主机前后两处抓包，echo 的 id 与 seq 相同而源地址不同。规则计数器按连接增长，不按报文。",
    ),
    tellApart: text(
      "source-address-selection: the other source is there already on the sender's own interface.",
      "source-address-selection：在发送方自己的接口上，源地址就已经是另一个了。",
    ),
    kernel: "nf_nat_inet_fn, nf_nat_masquerade_ipv4, nf_nat_manip_pkt",
  }),
  scenario: "nat-snat-masquerade",
  negativeTwin: "router-ok",
});

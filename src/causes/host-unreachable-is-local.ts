// "Destination Host Unreachable" from one's own address: the pinging kernel made it, and it travels on lo.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { selfMadeError } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** The error that ping prints came from no router and no target, but from the host itself. */
export const cause = defineCause({
  code: "host-unreachable-is-local",
  severity: "note",
  title: text(
    '"Destination Host Unreachable" made by this host itself',
    "“Destination Host Unreachable”是本机自己发出的",
  ),
  headline: ({ source }) =>
    text(
      `"Destination Host Unreachable" made by this host itself${source === undefined ? "" : ` (${source})`}`,
      `“Destination Host Unreachable”是本机自己发出的${source === undefined ? "" : `（${source}）`}`,
    ),
  summary: ({ source, target }) =>
    text(
      `The error came from ${source === undefined ? "the pinging host itself" : `${source}, which is the pinging host itself`}: its kernel gave up on the next hop${target === undefined ? "" : ` towards ${target}`} and sent itself an ICMP host unreachable over lo. No router and no target said anything.`,
      `这个错误来自${source === undefined ? "" : ` ${source}，也就是`}发起 ping 的主机自己：内核解析不到${target === undefined ? "" : `去往 ${target} 的`}下一跳，放弃之后经 lo 给自己发了一个 ICMP 主机不可达。并没有哪台路由器或目标主机说过什么。`,
    ),
  why: () =>
    text(
      "When ARP for the next hop stays unanswered (three tries, about three seconds), the kernel fails every packet that waited for it with an ICMP host unreachable to the packet's source, and that source is this host.",
      "下一跳的 ARP 一直没有应答（三次，约三秒）时，内核会为每个等待它的报文向其源地址发送 ICMP 主机不可达，而这个源就是本机。",
    ),
  fixes: (_, netns) => [
    {
      advice: inNamespace(netns, "ip neigh show nud all"),
      effect: text(
        "shows the next hop that did not answer (FAILED or INCOMPLETE): look for the reason there",
        "找出没有应答的下一跳（FAILED 或 INCOMPLETE），原因要到那里去找",
      ),
    },
  ],
  lookalikes: ["forward-next-hop-arp-failed", "forward-unreachable", "nft-reject"],
  search: [
    "Destination Host Unreachable",
    "From own IP icmp_seq=1 Destination Host Unreachable",
    "icmp unreachable on lo",
    "目标主机不可达",
    "自己的地址返回不可达",
    "无法访问目标主机",
  ],
  page: () => ({
    meaning: text(
      "ping prints `From A icmp_seq=N Destination Host Unreachable`, where A is the pinger's own address. Nobody on the network sent that: the kernel made it when neighbour resolution failed, and delivered it to itself over lo. It is a consequence; the reason is whatever kept the next hop from answering ARP.",
      "ping 打印 `From A icmp_seq=N Destination Host Unreachable`，其中 A 是本机自己的地址。网络上没有人发过它：邻居解析失败时内核自己生成，经 lo 交给自己。这只是结果；真正的原因是下一跳为什么不应答 ARP。",
    ),
    evidence: text(
      "Packets: ICMP type 3 code 1 on lo, source and destination both the pinger's address, quoting its own echo request; about three seconds after the first who-has. Counters: IcmpOutDestUnreachs and IcmpInDestUnreachs move on the same host. How many of these lines appear is a race and means nothing; a ping bound with -I to an interface may print none.",
      "报文：lo 上的 ICMP 类型 3 代码 1，源和目的都是本机地址，引用的是自己的 echo 请求；大约在第一个 who-has 之后三秒。计数器：同一台主机的 IcmpOutDestUnreachs 和 IcmpInDestUnreachs 增长。这样的行出现几次取决于时序，没有意义；用 -I 绑定接口的 ping 可能一行也不打印。",
    ),
    tellApart: text(
      "From another address it was a router: after about three seconds its own ARP failed (forward-next-hop-arp-failed), at once it has an unreachable route (forward-unreachable) or a firewall rejects (nft-reject). From an own address without any who-has in the capture: no carrier (peer-down).",
      "如果来自别的地址，那就是路由器：约三秒后才来，是它自己的 ARP 失败（forward-next-hop-arp-failed）；立刻就来，是不可达路由（forward-unreachable）或防火墙拒绝（nft-reject）。来自本机地址而抓包里没有 who-has：没有载波（peer-down）。",
    ),
    kernel: "neigh_invalidate → arp_error_report → ipv4_link_failure → icmp_send(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH)",
  }),
  scenario: "veth-one-address",
  negativeTwin: "two-namespaces",
  lastResort: 4,
  check: ({ flow }) => {
    const error = selfMadeError(flow);
    if (error === null || error.type !== 3 || error.code !== 1) return null;
    return {
      certainty: "certain",
      netns: error.frame.vantage.netns,
      interface: error.frame.vantage.interface,
      facts: { source: formatIpv4(error.address), target: formatIpv4(flow.dst) },
      evidence: [
        {
          basis: "seen",
          text: text(
            `host unreachable from ${formatIpv4(error.address)} to itself`,
            `${formatIpv4(error.address)} 发给自己的主机不可达`,
          ),
          frames: [error.frame],
        },
      ],
      ruledOut: [],
    };
  },
});

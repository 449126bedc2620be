// What is no port of a Service: kube-proxy by nftables refuses it, a ping among it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

/** A ClusterIP asked for something that it does not serve. */
export const cause = defineCause({
  code: "service-other-port",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["nft"],
  },
  title: text("a ClusterIP takes its own ports only", "ClusterIP 只接受它自己的端口"),
  headline: (facts) => {
    const at = asked(facts) || facts.target;
    return text(
      `a ClusterIP takes its own ports only${at === undefined ? "" : `: ${at}`}`,
      `ClusterIP 只接受它自己的端口${at === undefined ? "" : `：${at}`}`,
    );
  },
  summary: (facts) => {
    const isPing = facts.service === undefined;
    return text(
      `${facts.target ?? "The address"} is a ClusterIP: an entry in the rules of ${facts.router || "the node"}, which no host has. It stands for the ports of its Service, and ${isPing ? "a ping is none of them: it is rejected, whether the Service works or not" : `${asked(facts)} is none of them`}.`,
      `${facts.target ?? "这个地址"} 是 ClusterIP：它只是${facts.router === undefined || facts.router === "" ? "节点" : ` ${facts.router} `}规则里的一个条目，没有主机拥有它。它只代表所属 Service 的端口，${isPing ? "ping 不在其中：无论 Service 是否正常，都会被拒绝" : `${asked(facts)} 不在其中`}。`,
    );
  },
  why: () =>
    text(
      "kube-proxy translates protocol and port together; what is left for the address after that is rejected. By iptables and IPVS such a packet goes astray or is answered by the node instead.",
      "kube-proxy 按协议和端口一起转换地址；剩下的发往该地址的报文一律拒绝。用 iptables 或 IPVS 时，这样的报文会走失，或由节点自己应答。",
    ),
  fixes: ({ target }) => [
    {
      advice: "kubectl get services -A -o wide",
      effect: text(
        `shows which ports ${target ?? "the ClusterIP"} has; test one of them (curl, nc) instead of a ping`,
        `看 ${target ?? "该 ClusterIP"} 有哪些端口；用 curl、nc 测试其中一个，不要用 ping`,
      ),
    },
  ],
  settle: ({ router }, netns) => [
    {
      command: inNamespace(router ?? netns, "nft list map ip kube-proxy service-ips"),
      because: text("the protocols and ports that the address is translated for", "这个地址会在哪些协议和端口上被转换"),
    },
  ],
  lookalikes: ["service-no-endpoint", "nft-reject"],
  search: [
    "cannot ping ClusterIP",
    "ping service kubernetes",
    "ClusterIP does not answer ICMP",
    "Destination Port Unreachable ClusterIP",
    "ClusterIP ping 不通",
    "Service IP 不能 ping",
  ],
  page: () => ({
    meaning: text(
      "A ClusterIP is no address of an interface. Only the ports of its Service exist, and only as rules of address translation.",
      "ClusterIP 不是任何接口的地址。存在的只有它所属 Service 的端口，而且只是地址转换规则。",
    ),
    evidence: text(
      "State: the address in set cluster-ips of table kube-proxy, and no element of map service-ips for this protocol and port. Packets: ICMP port unreachable from the node (IcmpOutDestUnreachs). Drop reason: NETFILTER_DROP.",
      "状态：地址在表 kube-proxy 的集合 cluster-ips 里，而映射 service-ips 里没有这个协议和端口。报文：节点回 ICMP 端口不可达（IcmpOutDestUnreachs）。丢包原因：NETFILTER_DROP。",
    ),
    tellApart: text(
      "service-no-endpoint: the port is one of the Service's, and no pod is ready. nft-reject: another rule refuses.",
      "service-no-endpoint：端口是该 Service 的，但没有就绪的 Pod。nft-reject：由别的规则拒绝。",
    ),
    kernel: "nft_reject_ipv4_eval → nf_send_unreach (icmp-port-unreachable)",
  }),
  scenario: "kube-clusterip-ping",
  negativeTwin: "kube-nft-service-ok",
});

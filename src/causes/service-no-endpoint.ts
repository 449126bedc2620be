// kube-proxy refuses a Service that no ready pod stands behind.

import { defineCause, inNamespace } from "../model/cause.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

/** A ClusterIP without a ready endpoint. */
export const cause = defineCause({
  code: "service-no-endpoint",
  severity: "problem",
  marks: {
    drop: [{ reason: "NETFILTER_DROP", settles: "kind" }],
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["nft", "iptables"],
  },
  title: text("the Service has no ready endpoint", "Service 没有就绪的 endpoint"),
  headline: (facts) => {
    const at = [facts.named, asked(facts)].filter((one) => one !== undefined && one !== "").join(", ");
    return text(
      `the Service has no ready endpoint${at === "" ? "" : `: ${at}`}`,
      `Service 没有就绪的 endpoint${at === "" ? "" : `：${at.replace(", ", "，")}`}`,
    );
  },
  summary: (facts) => {
    const address = asked(facts) || facts.target;
    return text(
      `${address ?? "The address"} belongs to ${facts.named === undefined ? "a Service" : `Service ${facts.named}`}, and no pod behind it is ready: none runs, its selector fits none, or a readiness probe fails. kube-proxy on ${facts.router || "this node"} rejects it at once, so that the program gets "Connection refused" although no port is closed.`,
      `${address ?? "这个地址"} 属于 Service${facts.named === undefined ? "" : ` ${facts.named}`}，而它背后没有就绪的 Pod：没有 Pod 在运行，selector 选不中任何 Pod，或者就绪探针（readiness probe）失败。${facts.router || "本节点"} 上的 kube-proxy 立刻拒绝，所以程序得到 “Connection refused”，其实并没有哪个端口关闭。`,
    );
  },
  why: () =>
    text(
      "kube-proxy writes a reject rule for every Service port without a ready endpoint, and takes it away with the first pod that is ready.",
      "对每个没有就绪 endpoint 的 Service 端口，kube-proxy 都写一条 reject 规则，等第一个 Pod 就绪时才去掉。",
    ),
  fixes: ({ named }) => {
    const [, namespace = "NAMESPACE", name = "SERVICE"] = /^([^/:]+)\/([^/:]+)/.exec(named ?? "") ?? [];
    return [
      {
        advice: `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name} -o wide`,
        incomplete: named === undefined,
        effect: text(
          "shows the endpoints and whether they are ready; none listed: the selector fits no pod",
          "列出 endpoint 以及是否就绪；一个也没有，说明 selector 选不中任何 Pod",
        ),
      },
      {
        advice: `kubectl -n ${namespace} describe service ${name}`,
        incomplete: named === undefined,
        effect: text(
          "shows the selector, to be held against the labels of the pods (kubectl get pods --show-labels)",
          "看 selector，再和 Pod 的标签对照（kubectl get pods --show-labels）",
        ),
      },
    ];
  },
  settle: ({ router }, netns) => [
    {
      command: inNamespace(router ?? netns, "iptables-save -t filter"),
      because: text(
        "the rule with the comment “has no endpoints” (kube-proxy by nftables: nft list map ip kube-proxy no-endpoint-services)",
        "注释为“has no endpoints”的规则（kube-proxy 用 nftables 时：nft list map ip kube-proxy no-endpoint-services）",
      ),
    },
  ],
  lookalikes: ["nft-reject", "port-no-listener", "service-other-port"],
  search: [
    "ClusterIP connection refused",
    "service has no endpoints",
    "KUBE-SERVICES REJECT",
    "kubernetes service not reachable",
    "endpoints none",
    "Service 没有 endpoint",
    "ClusterIP 连接被拒绝",
    "readiness probe",
  ],
  page: () => ({
    meaning: text(
      "A Service is an address in the rules of every node, and no host has it. Where no pod stands behind it, kube-proxy refuses in its place.",
      "Service 只是每个节点规则里的一个地址，没有主机拥有它。背后没有 Pod 时，由 kube-proxy 代为拒绝。",
    ),
    evidence: text(
      "State: a rule of KUBE-SERVICES with the comment “has no endpoints” and REJECT (nftables: an element of map no-endpoint-services of table kube-proxy). Packets: the SYN, and at once ICMP port unreachable (IcmpOutDestUnreachs of the node). Drop reason: NETFILTER_DROP.",
      "状态：KUBE-SERVICES 里有注释为“has no endpoints”的 REJECT 规则（nftables：表 kube-proxy 的映射 no-endpoint-services 里有它）。报文：SYN，随即是 ICMP 端口不可达（节点的 IcmpOutDestUnreachs）。丢包原因：NETFILTER_DROP。",
    ),
    tellApart: text(
      "port-no-listener: a pod is chosen, and answers with a reset itself (wrong targetPort). dnat-dead-target: the rules name a pod that is gone.",
      "port-no-listener：选中了 Pod，由它自己回 RST（targetPort 不对）。dnat-dead-target：规则里的 Pod 已经不在。",
    ),
    kernel: "ipt_reject / nft_reject_ipv4 → nf_send_unreach (icmp-port-unreachable)",
  }),
  scenario: "kube-no-endpoint",
  negativeTwin: "kube-service-ok",
});

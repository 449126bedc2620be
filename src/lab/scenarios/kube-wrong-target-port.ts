// A ClusterIP whose target port nobody listens on, by iptables.

import { text } from "../../model/text.ts";
import { KUBE_LINKS, kubeNode } from "../rules/kube-node.ts";
import { kubeProxyIptables } from "../rules/kube-proxy-iptables.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "kube-wrong-target-port",
  setup: text(
    "A node with two pods, client (10.244.0.4) and web1 (10.244.0.5); Service default/web has the ClusterIP 10.96.0.20, port 80, as kube-proxy writes it with iptables.",
    "一个节点上有两个 Pod：client（10.244.0.4）和 web1（10.244.0.5）；Service default/web 的 ClusterIP 是 10.96.0.20，端口 80，规则由 kube-proxy 用 iptables 写成。",
  ),
  fault: text(
    "The Service's targetPort is 8080, and the pod listens on 8081.",
    "Service 的 targetPort 是 8080，而 Pod 监听的是 8081。",
  ),
  namespaces: kubeNode({ iptables: kubeProxyIptables("10.244.0.5:8080") }, 8081),
  links: KUBE_LINKS,
  elsewhere: ["gateway"],
  commands: [
    {
      netns: "client",
      argv: ["nc", "-vz", "-w", "3", "10.96.0.20", "80"],
    },
  ],
  expected: ["port-no-listener"],
  twin: "kube-service-ok",
  stamps: "nano",
};

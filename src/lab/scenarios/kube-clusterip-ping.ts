// A ClusterIP that is pinged.

import { text } from "../../model/text.ts";
import { KUBE_LINKS, kubeNode } from "../rules/kube-node.ts";
import { kubeProxyNft } from "../rules/kube-proxy-nft.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "kube-clusterip-ping",
  setup: text(
    "A node with two pods, client (10.244.0.4) and web1 (10.244.0.5); Service default/web has the ClusterIP 10.96.0.20, port 80, as kube-proxy writes it with nftables.",
    "一个节点上有两个 Pod：client（10.244.0.4）和 web1（10.244.0.5）；Service default/web 的 ClusterIP 是 10.96.0.20，端口 80，规则由 kube-proxy 用 nftables 写成。",
  ),
  fault: text(
    "A ClusterIP is no address of any host: its rules know one TCP port, and reject everything else.",
    "ClusterIP 不是任何主机的地址：规则只认一个 TCP 端口，其他一律拒绝。",
  ),
  namespaces: kubeNode({ nft: kubeProxyNft("10.244.0.5:8080") }),
  links: KUBE_LINKS,
  elsewhere: ["gateway"],
  commands: [
    {
      netns: "client",
      argv: ["ping", "-c", "2", "-W", "1", "10.96.0.20"],
    },
  ],
  expected: ["service-other-port"],
  twin: "kube-nft-service-ok",
  stamps: "nano",
};

// A ClusterIP without a ready endpoint, by nftables.

import { text } from "../../model/text.ts";
import { KUBE_LINKS, kubeNode } from "../rules/kube-node.ts";
import { kubeProxyNft } from "../rules/kube-proxy-nft.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "kube-nft-no-endpoint",
  setup: text(
    "A node with two pods, client (10.244.0.4) and web1 (10.244.0.5); Service default/web has the ClusterIP 10.96.0.20, port 80, as kube-proxy writes it with nftables.",
    "一个节点上有两个 Pod：client（10.244.0.4）和 web1（10.244.0.5）；Service default/web 的 ClusterIP 是 10.96.0.20，端口 80，规则由 kube-proxy 用 nftables 写成。",
  ),
  fault: text(
    "No endpoint is ready: kube-proxy rejects what is sent to the ClusterIP.",
    "没有就绪的 endpoint：kube-proxy 拒绝发往该 ClusterIP 的报文。",
  ),
  namespaces: kubeNode({ nft: kubeProxyNft(null) }),
  links: KUBE_LINKS,
  elsewhere: ["gateway"],
  commands: [
    {
      netns: "client",
      argv: ["nc", "-vz", "-w", "3", "10.96.0.20", "80"],
    },
  ],
  expected: ["service-no-endpoint"],
  twin: "kube-nft-service-ok",
  stamps: "nano",
};

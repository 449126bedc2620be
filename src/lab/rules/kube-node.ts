// A node with a client and a pod behind a Service, each on a veth of its own, as container networks join them.

import type { LabLink, LabNamespace } from "../scenario.ts";

/** Its namespaces: the rules of kube-proxy, and the port that the pod listens on. */
export function kubeNode(
  rules: Pick<LabNamespace, "nft" | "iptables">,
  port = 8080,
): Readonly<Record<string, LabNamespace>> {
  return {
    client: {
      addresses: { eth0: ["10.244.0.4/32"] },
      routes: ["10.244.0.1 dev eth0", "default via 10.244.0.1"],
    },
    node: {
      addresses: { veth4: ["10.244.0.1/32"], veth5: ["10.244.0.1/24"], uplink: ["192.168.5.2/24"] },
      sysctl: { "net.ipv4.ip_forward": "1" },
      routes: ["10.244.0.4 dev veth4", "default via 192.168.5.1"],
      ...rules,
      listens: [],
    },
    web1: {
      addresses: { eth1: ["10.244.0.5/32"] },
      routes: ["10.244.0.1 dev eth1", "default via 10.244.0.1"],
      listens: [`tcp 0.0.0.0:${port}`],
    },
    gateway: { addresses: { lan: ["192.168.5.1/24"] } },
  };
}

/** What joins them; the gateway is somebody else's. */
export const KUBE_LINKS: readonly LabLink[] = [
  { kind: "veth", ends: ["client:eth0", "node:veth4"] },
  { kind: "veth", ends: ["node:veth5", "web1:eth1"] },
  { kind: "veth", ends: ["node:uplink", "gateway:lan"] },
];

// What kube-proxy writes with nftables for Service default/web, whose ClusterIP is 10.96.0.20 and whose port is 80.

/** Its table; without an endpoint the Service rejects. */
export function kubeProxyNft(endpoint: string | null): string {
  return [
    "table ip kube-proxy {",
    '  comment "rules for kube-proxy"',
    ...setsOf(endpoint),
    ...BASE_CHAINS,
    ...CHAINS,
    ...(endpoint === null ? [] : endpointChains(endpoint)),
    "}",
  ].join("\n");
}

function setsOf(endpoint: string | null): string[] {
  return [
    "  set cluster-ips {",
    "    type ipv4_addr",
    '    comment "Active ClusterIPs"',
    "    elements = { 10.96.0.20 }",
    "  }",
    "  map no-endpoint-services {",
    "    type ipv4_addr . inet_proto . inet_service : verdict",
    '    comment "vmap to drop or reject packets to services with no endpoints"',
    ...(endpoint === null
      ? ['    elements = { 10.96.0.20 . tcp . 80 comment "default/web:http" : goto reject-chain }']
      : []),
    "  }",
    "  map service-ips {",
    "    type ipv4_addr . inet_proto . inet_service : verdict",
    '    comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"',
    ...(endpoint === null
      ? []
      : [
          '    elements = { 10.96.0.20 . tcp . 80 comment "default/web:http" : goto service-ULMVA6XW-default/web/tcp/http }',
        ]),
    "  }",
  ];
}

const BASE_CHAINS = [
  "  chain filter-forward {",
  "    type filter hook forward priority -110; policy accept;",
  "    ct state new jump service-endpoints-check",
  "    ct state new jump cluster-ips-check",
  "  }",
  "  chain filter-output-post-dnat {",
  "    type filter hook output priority -90; policy accept;",
  "    ct state new jump service-endpoints-check",
  "    ct state new jump cluster-ips-check",
  "  }",
  "  chain nat-prerouting {",
  "    type nat hook prerouting priority dstnat; policy accept;",
  "    jump services",
  "  }",
  "  chain nat-output {",
  "    type nat hook output priority -100; policy accept;",
  "    jump services",
  "  }",
  "  chain nat-postrouting {",
  "    type nat hook postrouting priority srcnat; policy accept;",
  "    jump masquerading",
  "  }",
];

const CHAINS = [
  "  chain services {",
  "    ip daddr . meta l4proto . th dport vmap @service-ips",
  "  }",
  "  chain service-endpoints-check {",
  "    ip daddr . meta l4proto . th dport vmap @no-endpoint-services",
  "  }",
  "  chain cluster-ips-check {",
  '    ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"',
  '    ip daddr { 10.96.0.0/12 } drop comment "Drop traffic to unallocated ClusterIPs"',
  "  }",
  "  chain reject-chain {",
  "    reject",
  "  }",
  "  chain mark-for-masquerade {",
  "    meta mark set meta mark | 0x4000",
  "  }",
  "  chain masquerading {",
  "    meta mark & 0x4000 == 0x0 return",
  "    meta mark set meta mark ^ 0x4000",
  "    masquerade fully-random",
  "  }",
];

function endpointChains(endpoint: string): string[] {
  return [
    "  chain service-ULMVA6XW-default/web/tcp/http {",
    "    ip daddr 10.96.0.20 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade",
    "    numgen random mod 1 vmap { 0 : goto endpoint-5OJB2KTY-default/web/tcp/http__10.244.0.5/8080 }",
    "  }",
    "  chain endpoint-5OJB2KTY-default/web/tcp/http__10.244.0.5/8080 {",
    "    ip saddr 10.244.0.5 jump mark-for-masquerade",
    `    meta l4proto tcp dnat to ${endpoint}`,
    "  }",
  ];
}

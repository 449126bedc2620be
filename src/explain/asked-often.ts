// The order of look-alikes that only their own pages name: what people ask for most comes first.

// By how often public questions turned out to be about it.
const MOST_ASKED: readonly string[] = [
  "rp-filter-strict",
  "br-netfilter-drop",
  "asymmetric-routing",
  "bound-socket-other-interface",
  "bound-socket-reply-lo",
  "arp-flux",
  "nft-forward-drop",
  "iptables-drop",
  "nft-policy-drop",
  "ip-forward-off",
  "neigh-stale-mac-changed",
  "neigh-wrong-mac",
  "macvlan-host-isolation",
  "nft-output-drop",
  "reply-via-lo",
  "local-address-via-lo",
  "proxy-arp",
  "nft-reject",
  "peer-mtu-smaller",
  "frag-needed-df",
  "pmtu-blackhole",
  "lo-down",
  "no-route",
  "xdp-drop",
  "accept-local-off",
  "arp-no-local-owner",
  "nft-input-drop",
  "policy-routing-wrong-table",
  "peer-down",
  "link-admin-down",
  "ip-on-bridge-port",
  "bridge-vlan-mismatch",
  "bridge-vlan-no-pvid",
  "missing-return-route",
  "bridge-stp-forward-delay",
  "bridge-port-isolated",
  "nft-bridge-drop",
  "icmp-redirect",
  "nft-conntrack-invalid",
  "duplicate-address",
  "duplicate-mac",
  "routing-loop",
  "ttl-expired",
];

/** Codes in the order of how often they are asked for; those never counted keep their order and come last. */
export function mostAskedFirst(codes: readonly string[]): string[] {
  const rank = (code: string): number => {
    const at = MOST_ASKED.indexOf(code);
    return at < 0 ? MOST_ASKED.length : at;
  };
  return [...codes].sort((a, b) => rank(a) - rank(b));
}

// The stories predictions are held against the kernel with: how each world is built, what is pinged, and the code it must give.

import type { PingStory } from "./predict-world.ts";

export interface Story {
  readonly name: string;
  readonly spaces: readonly string[];
  readonly build: string;
  readonly ping: PingStory;
  /** ARP keeps its 3 s: where ICMP errors share a rate limit, their distance counts. */
  readonly patient?: boolean;
  /** First code: of the stop, or "answered". */
  readonly code: string;
  /** Codes that must be among the remarks. */
  readonly remarks?: readonly string[];
}

const ONE = `
  a: ip link add veth0 type veth peer name veth1
  a: ip addr add 192.168.2.11/24 dev veth0
  a: ip link set veth0 up
  a: ip link set veth1 up
  a: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.veth0.rp_filter=0 net.ipv4.conf.veth1.rp_filter=0
`;
const BOTH = `${ONE}
  a: ip addr add 192.168.2.1/24 dev veth1
`;
const TWO = `
  a: ip link add veth0 type veth peer name veth1 netns {b}
  a: ip addr add 10.1.0.1/24 dev veth0
  a: ip link set veth0 up
  b: ip addr add 10.1.0.2/24 dev veth1
  b: ip link set veth1 up
  a: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.veth0.rp_filter=0
  b: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.veth1.rp_filter=0
`;
/** a 10.1.0.1 - 10.1.0.254 r 10.2.0.254 - 10.2.0.2 b */
const ROUTER = `
  a: ip link add eth0 type veth peer name eth1 netns {r}
  b: ip link add eth0 type veth peer name eth2 netns {r}
  a: ip addr add 10.1.0.1/24 dev eth0
  a: ip link set eth0 up
  r: ip addr add 10.1.0.254/24 dev eth1
  r: ip addr add 10.2.0.254/24 dev eth2
  r: ip link set eth1 up
  r: ip link set eth2 up
  b: ip addr add 10.2.0.2/24 dev eth0
  b: ip link set eth0 up
  a: ip route add default via 10.1.0.254
  b: ip route add default via 10.2.0.254
  r: sysctl -qw net.ipv4.ip_forward=1
  a: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
  b: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
  r: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0 net.ipv4.conf.eth2.rp_filter=0
`;
/** a, b, c on bridge br0 in s. */
const BRIDGE = `
  s: ip link add br0 type bridge
  s: ip link set br0 up
  a: ip link add eth0 type veth peer name p0 netns {s}
  b: ip link add eth0 type veth peer name p1 netns {s}
  c: ip link add eth0 type veth peer name p2 netns {s}
  s: ip link set p0 master br0 up
  s: ip link set p1 master br0 up
  s: ip link set p2 master br0 up
  a: ip addr add 10.3.0.1/24 dev eth0
  b: ip addr add 10.3.0.2/24 dev eth0
  c: ip addr add 10.3.0.3/24 dev eth0
  a: ip link set eth0 up
  b: ip link set eth0 up
  c: ip link set eth0 up
`;

export const STORIES: readonly Story[] = [
  {
    name: "veth, one address",
    spaces: ["a"],
    build: ONE,
    ping: { from: "a", to: "192.168.2.1" },
    code: "arp-no-local-owner",
    remarks: ["host-unreachable-is-local"],
  },
  {
    name: "veth, both addresses, accept_local",
    spaces: ["a"],
    build: `${BOTH}
      a: sysctl -qw net.ipv4.conf.veth1.accept_local=1`,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "answered",
    remarks: ["reply-via-lo"],
  },
  {
    name: "veth, both addresses, refused",
    spaces: ["a"],
    build: BOTH,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "accept-local-off",
  },
  {
    name: "veth, both addresses, refused, and rp_filter behind it",
    spaces: ["a"],
    build: `${BOTH}
      a: sysctl -qw net.ipv4.conf.veth1.rp_filter=1`,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "accept-local-off",
    remarks: ["accept-local-but-rp-filter"],
  },
  {
    name: "veth, both addresses, half fixed",
    spaces: ["a"],
    build: `${BOTH}
      a: sysctl -qw net.ipv4.conf.veth1.accept_local=1 net.ipv4.conf.veth1.rp_filter=1`,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "accept-local-but-rp-filter",
  },
  {
    name: "veth, both addresses, permanent neighbour",
    spaces: ["a"],
    build: `${BOTH}
      a: ip link set veth1 address 02:00:00:00:00:01
      a: ip neigh replace 192.168.2.1 lladdr 02:00:00:00:00:01 nud permanent dev veth0`,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "accept-local-off-ip",
  },
  {
    name: "own address",
    spaces: ["a"],
    build: ONE,
    ping: { from: "a", to: "192.168.2.11" },
    code: "answered",
    remarks: ["local-address-via-lo"],
  },
  {
    name: "lo down",
    spaces: ["a"],
    build: `${ONE}
      a: ip link set lo down`,
    ping: { from: "a", to: "192.168.2.11" },
    code: "lo-down",
  },
  {
    name: "one address, lo down",
    spaces: ["a"],
    build: `${ONE}
      a: ip link set lo down`,
    ping: { from: "a", to: "192.168.2.1" },
    code: "arp-no-local-owner",
    remarks: ["lo-down"],
  },
  {
    name: "one address, bound to the interface, other subnet",
    spaces: ["a"],
    build: ONE,
    ping: { from: "a", to: "198.51.100.7", bind: "veth0" },
    code: "arp-no-local-owner",
  },
  {
    name: "source on lo, bound to the interface",
    spaces: ["a"],
    build: `
      a: ip link add veth0 type veth peer name veth1
      a: ip link set veth0 up
      a: ip link set veth1 up
      a: ip addr add 192.168.2.11/32 dev lo
      a: ip addr add 192.168.2.1/24 dev veth1
      a: sysctl -qw net.ipv4.conf.veth1.accept_local=1`,
    ping: { from: "a", to: "192.168.2.1", bind: "veth0" },
    code: "bound-socket-reply-lo",
  },
  { name: "two namespaces", spaces: ["a", "b"], build: TWO, ping: { from: "a", to: "10.1.0.2" }, code: "answered" },
  {
    name: "two namespaces, nobody there",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.9" },
    code: "arp-no-local-owner",
  },
  {
    name: "two namespaces, no address there",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip addr flush dev veth1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "target-has-no-address",
  },
  {
    name: "peer down",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip link set veth1 down`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "peer-down",
  },
  {
    name: "peer down, neighbour known",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip neigh replace 10.1.0.2 lladdr 02:00:00:00:00:01 nud permanent dev veth0
      a: sysctl -qw net.ipv4.conf.veth0.arp_evict_nocarrier=0
      b: ip link set veth1 down
      a: ip neigh replace 10.1.0.2 lladdr 02:00:00:00:00:01 nud permanent dev veth0`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "peer-down-neigh-known",
  },
  {
    name: "own link down",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip link set veth0 down`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "link-admin-down",
  },
  {
    name: "rp_filter strict, IP",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo
      b: ip link add dum0 type veth peer name dum1
      b: ip link set dum0 up
      b: ip link set dum1 up
      b: ip route add 10.5.0.0/24 dev dum0
      a: sysctl -qw net.ipv4.conf.veth0.arp_announce=2
      b: sysctl -qw net.ipv4.conf.veth1.rp_filter=1`,
    ping: { from: "a", to: "10.1.0.2", bind: "10.5.0.1" },
    code: "rp-filter-strict",
  },
  {
    name: "rp_filter strict, ARP",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo
      b: sysctl -qw net.ipv4.conf.veth1.rp_filter=1`,
    ping: { from: "a", to: "10.1.0.2", bind: "10.5.0.1" },
    code: "arp-announce-foreign-source",
    remarks: ["rp-filter-arp"],
  },
  {
    name: "rp_filter loose, no route",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo
      a: sysctl -qw net.ipv4.conf.veth0.arp_announce=2
      b: sysctl -qw net.ipv4.conf.veth1.rp_filter=2`,
    ping: { from: "a", to: "10.1.0.2", bind: "10.5.0.1" },
    code: "rp-filter-loose-no-route",
  },
  {
    name: "icmp_echo_ignore_all",
    spaces: ["a", "b"],
    build: `${TWO}
      b: sysctl -qw net.ipv4.icmp_echo_ignore_all=1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "icmp-echo-ignore-all",
  },
  {
    name: "arp_ignore 1",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip addr add 10.1.0.77/32 dev lo
      b: sysctl -qw net.ipv4.conf.all.arp_ignore=1`,
    ping: { from: "a", to: "10.1.0.77" },
    code: "arp-ignore-1",
  },
  {
    name: "arp_ignore 1, address on the interface",
    spaces: ["a", "b"],
    build: `${TWO}
      b: sysctl -qw net.ipv4.conf.veth1.arp_ignore=1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "arp_ignore 2",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo
      b: ip route add 10.5.0.1 dev veth1
      b: sysctl -qw net.ipv4.conf.veth1.arp_ignore=2`,
    ping: { from: "a", to: "10.1.0.2", bind: "10.5.0.1" },
    code: "arp-ignore-2",
  },
  {
    name: "arp_ignore 3",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip addr add 10.9.9.9/32 dev veth1 scope host
      a: ip route add 10.9.9.9 dev veth0
      b: sysctl -qw net.ipv4.conf.veth1.arp_ignore=3`,
    ping: { from: "a", to: "10.9.9.9" },
    code: "arp-ignore-3",
  },
  {
    name: "arp_ignore 8",
    spaces: ["a", "b"],
    build: `${TWO}
      b: sysctl -qw net.ipv4.conf.veth1.arp_ignore=8`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "arp-ignore-8",
  },
  {
    name: "arp_filter",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip link add dum0 type veth peer name dum1
      b: ip link set dum0 up
      b: ip link set dum1 up
      b: ip route add 10.1.0.1 dev dum0
      b: sysctl -qw net.ipv4.conf.veth1.arp_filter=1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "arp-filter",
  },
  {
    name: "NOARP at the receiver",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip link set veth1 arp off`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "noarp-receiver",
  },
  {
    name: "NOARP at the sender",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip link set veth0 arp off`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "noarp-sender",
  },
  {
    name: "no probes",
    spaces: ["a", "b"],
    build: `${TWO}
      a: sysctl -qw net.ipv4.neigh.veth0.mcast_solicit=0`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "neigh-no-probes",
  },
  {
    name: "permanent neighbour, wrong MAC",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip neigh replace 10.1.0.2 lladdr 02:00:00:00:00:99 nud permanent dev veth0`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "neigh-wrong-mac",
  },
  {
    name: "peer MTU smaller",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip link set veth1 mtu 1000`,
    ping: { from: "a", to: "10.1.0.2", size: 1400 },
    code: "peer-mtu-smaller",
  },
  {
    name: "too long with DF",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.2", size: 1600, discovery: "do" },
    code: "local-mtu-df",
  },
  {
    name: "too long without DF",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.2", size: 1600 },
    code: "answered",
  },
  {
    name: "source not local",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.2", bind: "10.9.9.9" },
    code: "source-not-local",
  },
  {
    name: "loopback source",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.2", bind: "127.0.0.1" },
    code: "loopback-source-off-host",
  },
  { name: "no route", spaces: ["a", "b"], build: TWO, ping: { from: "a", to: "203.0.113.9" }, code: "no-route" },
  ...(["blackhole", "unreachable", "prohibit", "throw"] as const).map((type) => ({
    name: `${type} route`,
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip route add ${type} 10.77.0.0/16`,
    ping: { from: "a", to: "10.77.0.1" },
    code: `route-${type}`,
  })),
  {
    name: "blackhole route, bound to the interface",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip route add blackhole 10.77.0.0/16`,
    ping: { from: "a", to: "10.77.0.1", bind: "veth0" },
    code: "arp-no-local-owner",
  },
  ...(["blackhole", "unreachable", "prohibit"] as const).map((type) => ({
    name: `${type} rule`,
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip rule add to 10.1.0.2 pref 100 ${type}`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "policy-rule-reject",
  })),
  {
    name: "policy rule to another gateway",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip route add default via 10.1.0.2
      a: ip route add default via 10.1.0.66 dev veth0 table 100
      a: ip rule add to 203.0.113.0/24 lookup 100 pref 100`,
    ping: { from: "a", to: "203.0.113.9" },
    code: "policy-routing-wrong-table",
  },
  {
    name: "gateway does not answer",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip route add default via 10.1.0.66`,
    ping: { from: "a", to: "203.0.113.9" },
    code: "gateway-arp-failed",
    remarks: ["arp-no-local-owner"],
  },
  {
    name: "broadcast without -b",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.255" },
    code: "broadcast-needs-b",
  },
  {
    name: "missing return route",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo`,
    ping: { from: "a", to: "10.1.0.2", bind: "10.5.0.1" },
    code: "missing-return-route",
  },
  {
    name: "source by the route, no way back",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr add 10.5.0.1/32 dev lo
      a: ip route change 10.1.0.0/24 dev veth0 src 10.5.0.1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "source-address-selection",
  },
  { name: "router", spaces: ["a", "r", "b"], build: ROUTER, ping: { from: "a", to: "10.2.0.2" }, code: "answered" },
  {
    name: "router does not forward",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: sysctl -qw net.ipv4.ip_forward=0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "ip-forward-off",
  },
  {
    name: "router does not forward the way back",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: sysctl -qw net.ipv4.conf.eth2.forwarding=0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "iface-forwarding-off",
  },
  {
    name: "router, missing return route",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      b: ip route del default`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "missing-return-route",
  },
  {
    name: "router, missing return route, rp_filter",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      b: ip route del default
      b: sysctl -qw net.ipv4.conf.eth0.rp_filter=2`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "missing-return-route-rp-filter",
  },
  {
    name: "router without route",
    spaces: ["a", "r", "b"],
    build: ROUTER,
    ping: { from: "a", to: "203.0.113.9" },
    code: "forward-no-route",
  },
  ...(["blackhole", "unreachable", "prohibit"] as const).map((type) => ({
    name: `router with ${type} route`,
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: ip route add ${type} 203.0.113.0/24`,
    ping: { from: "a", to: "203.0.113.9" },
    code: `forward-${type}`,
  })),
  {
    name: "router, target not there",
    spaces: ["a", "r", "b"],
    build: ROUTER,
    ping: { from: "a", to: "10.2.0.77" },
    code: "forward-next-hop-arp-failed",
  },
  {
    name: "TTL expired",
    spaces: ["a", "r", "b"],
    build: ROUTER,
    ping: { from: "a", to: "10.2.0.2", ttl: 1 },
    code: "ttl-expired",
  },
  {
    name: "TTL of the reply expired",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      b: sysctl -qw net.ipv4.ip_default_ttl=1`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "reply-ttl-expired",
  },
  {
    name: "fragmentation needed",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: ip link set eth2 mtu 1300
      b: ip link set eth0 mtu 1300`,
    ping: { from: "a", to: "10.2.0.2", size: 1400, discovery: "do" },
    code: "frag-needed-df",
  },
  {
    name: "router fragments",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: ip link set eth2 mtu 1300
      b: ip link set eth0 mtu 1300`,
    ping: { from: "a", to: "10.2.0.2", size: 1400, discovery: "dont" },
    code: "answered",
    remarks: ["forward-fragments"],
  },
  {
    name: "routing loop",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: ip route add 203.0.113.0/24 via 10.2.0.2
      b: sysctl -qw net.ipv4.ip_forward=1`,
    ping: { from: "a", to: "203.0.113.9" },
    code: "routing-loop",
  },
  {
    name: "netmask too short",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: ip addr del 10.1.0.1/24 dev eth0
      a: ip addr add 10.1.0.1/8 dev eth0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "wrong-netmask",
  },
  {
    name: "proxy ARP",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: ip addr del 10.1.0.1/24 dev eth0
      a: ip addr add 10.1.0.1/8 dev eth0
      r: sysctl -qw net.ipv4.conf.eth1.proxy_arp=1 net.ipv4.neigh.eth1.proxy_delay=0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["proxy-arp"],
  },
  {
    name: "proxy ARP without forwarding",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: ip addr del 10.1.0.1/24 dev eth0
      a: ip addr add 10.1.0.1/8 dev eth0
      r: sysctl -qw net.ipv4.conf.eth1.proxy_arp=1 net.ipv4.conf.eth1.forwarding=0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "proxy-arp-no-forwarding",
  },
  {
    name: "asymmetric way back, rp_filter refuses its ARP",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip link add veth2 type veth peer name veth3 netns {b}
      a: ip addr add 10.6.0.1/24 dev veth2
      a: ip link set veth2 up
      b: ip addr add 10.6.0.2/24 dev veth3
      b: ip link set veth3 up
      b: ip route add 10.1.0.1/32 via 10.6.0.1
      a: sysctl -qw net.ipv4.conf.veth2.rp_filter=1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "rp-filter-arp",
    remarks: ["asymmetric-routing"],
  },
  {
    name: "asymmetric way back, rp_filter",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip link add veth2 type veth peer name veth3 netns {b}
      a: ip addr add 10.6.0.1/24 dev veth2
      a: ip link set veth2 up
      b: ip addr add 10.6.0.2/24 dev veth3
      b: ip link set veth3 up
      b: ip route add 10.1.0.1/32 via 10.6.0.1
      b: sysctl -qw net.ipv4.conf.veth3.arp_announce=2
      a: sysctl -qw net.ipv4.conf.veth2.rp_filter=1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "asymmetric-routing",
  },
  {
    name: "bound socket, reply by another interface",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip link add veth2 type veth peer name veth3 netns {b}
      a: ip addr add 10.6.0.1/24 dev veth2
      a: ip link set veth2 up
      b: ip addr add 10.6.0.2/24 dev veth3
      b: ip link set veth3 up
      b: ip route add 10.1.0.1/32 via 10.6.0.1
      a: sysctl -qw net.ipv4.conf.veth2.rp_filter=0`,
    ping: { from: "a", to: "10.1.0.2", bind: "veth0" },
    code: "bound-socket-other-interface",
  },
  {
    name: "same subnet on two interfaces",
    spaces: ["a", "b", "c"],
    build: `
      a: ip link add veth0 type veth peer name eth0 netns {b}
      a: ip link add veth2 type veth peer name eth0 netns {c}
      a: ip link set veth0 up
      a: ip link set veth2 up
      b: ip link set eth0 up
      c: ip link set eth0 up
      a: ip addr add 10.7.0.1/24 dev veth0
      a: ip addr add 10.7.0.3/24 dev veth2
      b: ip addr add 10.7.0.2/24 dev eth0
      c: ip addr add 10.7.0.4/24 dev eth0
      a: sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.veth2.rp_filter=0`,
    ping: { from: "a", to: "10.7.0.4" },
    code: "same-subnet-two-interfaces",
  },
  {
    name: "bridge",
    spaces: ["a", "b", "c", "s"],
    build: BRIDGE,
    ping: { from: "a", to: "10.3.0.2" },
    code: "answered",
  },
  {
    name: "bridge, nobody there",
    spaces: ["a", "b", "c", "s"],
    build: BRIDGE,
    ping: { from: "a", to: "10.3.0.9" },
    code: "arp-no-local-owner",
  },
  {
    name: "bridge down",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip link set br0 down`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-device-down",
  },
  {
    name: "bridge, port of the target disabled",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: bridge link set dev p1 state 0`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-port-state",
  },
  {
    name: "bridge, port of the asker disabled",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: bridge link set dev p0 state 0`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-port-state",
  },
  {
    name: "bridge, isolated ports",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: bridge link set dev p0 isolated on
      s: bridge link set dev p1 isolated on`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-port-isolated",
  },
  {
    name: "bridge, no broadcast flood",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: bridge link set dev p1 bcast_flood off`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-flood-off",
  },
  {
    name: "bridge, sticky entry at the wrong port",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      b: ip link set eth0 address 02:00:00:00:00:0b
      s: bridge fdb replace 02:00:00:00:00:0b dev p2 master static sticky`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-fdb-wrong-port",
  },
  {
    name: "address on a bridge port",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip addr add 10.3.0.100/24 dev p0`,
    ping: { from: "a", to: "10.3.0.100" },
    code: "ip-on-bridge-port",
  },
  {
    name: "duplicate address",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      c: ip addr add 10.3.0.2/24 dev eth0`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "answered",
    remarks: ["duplicate-address"],
  },
  {
    name: "address on a down interface",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip link add dum0 type veth peer name dum1
      b: ip addr add 10.1.0.88/32 dev dum0`,
    ping: { from: "a", to: "10.1.0.88" },
    code: "answered",
    remarks: ["address-on-down-interface"],
  },
  {
    name: "output firewall",
    spaces: ["a", "b"],
    build: `${TWO}
      a: nft add table inet t
      a: nft add chain inet t out { type filter hook output priority 0 \\; }
      a: nft add rule inet t out ip daddr 10.1.0.2 icmp type echo-request counter drop`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-output-drop",
  },
  {
    name: "input firewall of the target",
    spaces: ["a", "b"],
    build: `${TWO}
      b: nft add table inet t
      b: nft add chain inet t in { type filter hook input priority 0 \\; }
      b: nft add rule inet t in iifname veth1 icmp type echo-request drop`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-input-drop",
  },
  {
    name: "input policy of the target",
    spaces: ["a", "b"],
    build: `${TWO}
      b: nft add table inet t
      b: nft add chain inet t in { type filter hook input priority 0 \\; policy drop \\; }
      b: nft add rule inet t in ct state established,related accept
      b: nft add rule inet t in tcp dport 22 accept`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-policy-drop",
  },
  {
    name: "stateful firewall that lets replies in",
    spaces: ["a", "b"],
    build: `${TWO}
      a: nft add table inet t
      a: nft add chain inet t in { type filter hook input priority 0 \\; policy drop \\; }
      a: nft add rule inet t in ct state established,related accept`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "reject on the router",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: nft add table inet t
      r: nft add chain inet t f { type filter hook forward priority 0 \\; }
      r: nft add rule inet t f icmp type echo-request reject`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "nft-reject",
  },
  {
    name: "forward drop on the router",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: nft add table inet t
      r: nft add chain inet t f { type filter hook forward priority 0 \\; }
      r: nft add rule inet t f iifname eth1 oifname eth2 drop`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "nft-forward-drop",
  },
  {
    name: "reply dropped by the target's own firewall",
    spaces: ["a", "b"],
    build: `${TWO}
      b: nft add table inet t
      b: nft add chain inet t out { type filter hook output priority 0 \\; }
      b: nft add rule inet t out icmp type echo-reply drop`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-reply-drop",
  },
  {
    name: "iptables drops on the target",
    spaces: ["a", "b"],
    build: `${TWO}
      b: iptables -A INPUT -p icmp --icmp-type echo-request -j DROP`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "iptables-drop",
  },
  {
    name: "ARP flux",
    spaces: ["a", "b", "s"],
    build: `
      s: ip link add br0 type bridge
      s: ip link set br0 up
      a: ip link add eth0 type veth peer name p0 netns {s}
      b: ip link add eth0 type veth peer name p1 netns {s}
      b: ip link add eth1 type veth peer name p2 netns {s}
      s: ip link set p0 master br0 up
      s: ip link set p1 master br0 up
      s: ip link set p2 master br0 up
      a: ip addr add 10.3.0.1/24 dev eth0
      b: ip addr add 10.3.0.2/24 dev eth0
      b: ip addr add 10.3.0.3/24 dev eth1
      a: ip link set eth0 up
      b: ip link set eth0 up
      b: ip link set eth1 up`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "answered",
    remarks: ["arp-flux"],
  },
  {
    name: "the bridge's own address",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip addr add 10.3.0.100/24 dev br0`,
    ping: { from: "a", to: "10.3.0.100" },
    code: "answered",
  },
  {
    name: "from the bridge's own host",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip addr add 10.3.0.100/24 dev br0`,
    ping: { from: "s", to: "10.3.0.2" },
    code: "answered",
  },
  {
    name: "permanent neighbour, wrong MAC, on a bridge",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      a: ip neigh replace 10.3.0.2 lladdr 02:00:00:00:00:99 nud permanent dev eth0`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "neigh-wrong-mac",
  },
  {
    name: "bridge port of the target down",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip link set p1 down`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "link-admin-down",
  },
  {
    name: "locked bridge port",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: bridge link set dev p0 learning off locked on
      s: ip link set dev p0 type bridge_slave fdb_flush`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-port-locked",
  },
  {
    name: "br_netfilter and a forward policy",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: nft add table ip t
      s: nft add chain ip t f { type filter hook forward priority 0 \\; policy drop \\; }`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "br-netfilter-drop",
  },
  {
    name: "br_netfilter and a prerouting drop",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: nft add table inet t
      s: nft add chain inet t p { type filter hook prerouting priority 0 \\; }
      s: nft add rule inet t p icmp type echo-request drop`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "br-netfilter-drop",
  },
  {
    name: "reject in the own output hook",
    spaces: ["a", "b"],
    build: `${TWO}
      a: nft add table inet t
      a: nft add chain inet t out { type filter hook output priority 0 \\; }
      a: nft add rule inet t out icmp type echo-request reject`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-reject",
  },
  {
    name: "reject in the target's input hook",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip addr add 10.6.0.1/32 dev lo
      a: ip route add 10.6.0.1 via 10.1.0.2
      b: nft add table inet t
      b: nft add chain inet t in { type filter hook input priority 0 \\; }
      b: nft add rule inet t in icmp type echo-request reject`,
    ping: { from: "a", to: "10.6.0.1" },
    code: "nft-reject",
  },
  {
    name: "redirect",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      c: sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
      a: ip route add 10.3.0.2/32 via 10.3.0.3`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "answered",
    remarks: ["icmp-redirect"],
  },
  {
    name: "macvlan and the device below it",
    spaces: ["a", "b", "c"],
    build: `
      a: ip link add eth0 type veth peer name eth0 netns {b}
      a: ip addr add 10.4.0.1/24 dev eth0
      a: ip link set eth0 up
      b: ip addr add 10.4.0.2/24 dev eth0
      b: ip link set eth0 up
      a: ip link add mv0 link eth0 type macvlan mode bridge
      a: ip link set mv0 netns {c}
      c: ip addr add 10.4.0.3/24 dev mv0
      c: ip link set mv0 up`,
    ping: { from: "a", to: "10.4.0.3" },
    code: "macvlan-host-isolation",
  },
  {
    name: "macvlan from outside",
    spaces: ["a", "b", "c"],
    build: `
      a: ip link add eth0 type veth peer name eth0 netns {b}
      a: ip addr add 10.4.0.1/24 dev eth0
      a: ip link set eth0 up
      b: ip addr add 10.4.0.2/24 dev eth0
      b: ip link set eth0 up
      a: ip link add mv0 link eth0 type macvlan mode bridge
      a: ip link set mv0 netns {c}
      c: ip addr add 10.4.0.3/24 dev mv0
      c: ip link set mv0 up`,
    ping: { from: "b", to: "10.4.0.3" },
    code: "answered",
  },
  {
    name: "macvlan to its sibling",
    spaces: ["a", "b", "c", "d"],
    build: `
      a: ip link add eth0 type veth peer name eth0 netns {b}
      a: ip link set eth0 up
      b: ip link set eth0 up
      a: ip link add mv0 link eth0 type macvlan mode bridge
      a: ip link set mv0 netns {c}
      a: ip link add mv1 link eth0 type macvlan mode bridge
      a: ip link set mv1 netns {d}
      c: ip addr add 10.4.0.3/24 dev mv0
      d: ip addr add 10.4.0.4/24 dev mv1
      c: ip link set mv0 up
      d: ip link set mv1 up`,
    ping: { from: "c", to: "10.4.0.4" },
    code: "answered",
  },
  {
    name: "interface without an address",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr flush dev veth0
      a: ip addr add 10.5.0.1/32 dev lo`,
    ping: { from: "a", to: "10.1.0.2", bind: "veth0" },
    code: "interface-without-address",
    remarks: ["missing-return-route"],
  },
  {
    name: "noprefixroute",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip addr flush dev veth0
      a: ip addr add 10.1.0.1/24 dev veth0 noprefixroute`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "noprefixroute-no-connected-route",
  },
  {
    name: "private VLAN proxy",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      r: sysctl -qw net.ipv4.conf.eth1.proxy_arp_pvlan=1 net.ipv4.neigh.eth1.proxy_delay=0`,
    ping: { from: "a", to: "10.1.0.77" },
    patient: true,
    code: "proxy-arp-pvlan",
    remarks: ["forward-next-hop-arp-failed"],
  },
  {
    name: "proxy entry",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: ip addr del 10.1.0.1/24 dev eth0
      a: ip addr add 10.1.0.1/8 dev eth0
      r: ip neigh add proxy 10.2.0.2 dev eth1
      r: sysctl -qw net.ipv4.neigh.eth1.proxy_delay=0`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["proxy-neigh-entry"],
  },
  {
    name: "rp_filter strict on the router",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: ip addr add 10.9.0.1/32 dev lo
      r: ip route add 10.9.0.0/24 via 10.2.0.2
      r: sysctl -qw net.ipv4.conf.eth1.rp_filter=1`,
    ping: { from: "a", to: "10.2.0.2", bind: "10.9.0.1" },
    code: "arp-announce-foreign-source",
  },
  {
    name: "rule that only the chosen source meets",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip rule add from 10.1.0.1 pref 100 unreachable`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "policy-rule-reject",
  },
  {
    name: "local table behind the rules",
    spaces: ["a"],
    build: `${BOTH}
      a: sysctl -qw net.ipv4.conf.veth0.accept_local=1 net.ipv4.conf.veth1.accept_local=1
      a: ip rule add pref 10 iif veth0 lookup local
      a: ip rule add pref 11 iif veth1 lookup local
      a: ip route add 192.168.2.1 dev veth0 src 192.168.2.11 table 100
      a: ip route add 192.168.2.11 dev veth1 src 192.168.2.1 table 100
      a: ip rule add pref 12 to 192.168.2.0/24 lookup 100
      a: ip rule add pref 100 lookup local
      a: ip rule del pref 0`,
    ping: { from: "a", to: "192.168.2.1" },
    code: "answered",
    remarks: ["local-table-after-policy-rule"],
  },
  {
    name: "limited default TTL of the asker",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
      a: sysctl -qw net.ipv4.ip_default_ttl=1`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "ttl-expired",
  },
  {
    name: "directed broadcast",
    spaces: ["a", "r", "b"],
    build: ROUTER,
    ping: { from: "a", to: "10.2.0.255" },
    code: "directed-broadcast-not-forwarded",
  },
  {
    name: "broadcast with -b",
    spaces: ["a", "b"],
    build: TWO,
    ping: { from: "a", to: "10.1.0.255", broadcast: true },
    code: "broadcast-needs-b",
  },
  {
    name: "noarp entry by hand on the way back",
    spaces: ["a", "b"],
    build: `${TWO}
      b: ip neigh replace 10.1.0.1 lladdr 02:00:00:00:00:99 nud noarp dev veth1`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "neigh-wrong-mac",
  },
  {
    name: "own address behind a rule, asked of the cable",
    spaces: ["a", "b"],
    build: `${TWO}
      a: ip route add 10.1.0.1/32 dev veth0 table 100
      a: ip rule add pref 10 lookup 100
      a: ip rule add pref 20 lookup local
      a: ip rule del pref 0`,
    ping: { from: "a", to: "10.1.0.1" },
    code: "arp-no-local-owner",
  },
  {
    name: "rejected as host-prohibited",
    spaces: ["a", "b"],
    build: `${TWO}
      b: nft add table ip t
      b: nft 'add chain ip t c { type filter hook input priority 0 ; }'
      b: nft add rule ip t c icmp type echo-request counter reject with icmp type host-prohibited`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-reject",
  },
  {
    name: "bridge family by ether type",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: nft add table bridge t
      s: nft 'add chain bridge t c { type filter hook forward priority -200 ; }'
      s: nft add rule bridge t c ether type ip counter drop`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "nft-bridge-drop",
  },
  {
    name: "broadcast on a bridge, answered by the last who hears it",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      c: sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0`,
    ping: { from: "a", to: "10.3.0.255", broadcast: true },
    code: "answered",
  },
  {
    name: "bridge answers ARP with an old MAC",
    spaces: ["a", "b", "c", "s"],
    build: `${BRIDGE}
      s: ip neigh replace 10.3.0.2 lladdr 02:00:00:00:00:99 nud permanent dev br0
      s: bridge link set dev p1 neigh_suppress on
      s: bridge fdb replace 02:00:00:00:00:99 dev p1 master static`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-neigh-suppress",
  },
  {
    name: "NAT: own packets get another destination, and another route",
    spaces: ["a", "b"],
    build: `${TWO}
  a: nft add table ip nat
  a: nft add chain ip nat output '{ type nat hook output priority -100; }'
  a: nft add rule ip nat output ip daddr 203.0.113.9 counter dnat to 10.1.0.2
  a: ip route add default via 10.1.0.77
`,
    ping: { from: "a", to: "203.0.113.9" },
    code: "answered",
    remarks: ["nat-dnat-redirected"],
  },
  {
    name: "NAT: iptables masquerades, and the target knows no way back",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip route del default
  r: iptables-nft -t nat -A POSTROUTING -s 10.1.0.0/24 -o eth2 -j MASQUERADE
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["nat-snat-masquerade"],
  },
  {
    name: "NAT: a source that nobody has, translated back at the router",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip nat
  r: nft add chain ip nat postrouting '{ type nat hook postrouting priority 100; }'
  r: nft add rule ip nat postrouting oifname eth2 snat to 203.0.113.7
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["nat-snat-masquerade"],
  },
  {
    name: "NAT: the router redirects to itself",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t nat -A PREROUTING -d 10.2.0.2 -p icmp -j REDIRECT
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["nat-dnat-redirected"],
  },
  {
    name: "NAT: a source that the target has no way back to",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip route replace default via 10.2.0.77
  r: nft add table ip nat
  r: nft add chain ip nat postrouting '{ type nat hook postrouting priority 100; }'
  r: nft add rule ip nat postrouting oifname eth2 snat to 203.0.113.7
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "gateway-arp-failed",
    remarks: ["nat-snat-masquerade"],
  },
  {
    name: "NAT: an error about a translated packet finds the asker",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t nat -A POSTROUTING -s 10.1.0.0/24 -o eth2 -j MASQUERADE
`,
    ping: { from: "a", to: "10.2.0.77" },
    patient: true,
    code: "forward-next-hop-arp-failed",
    remarks: ["nat-snat-masquerade"],
  },
  {
    name: "NAT: what was redirected is let through, all else is dropped",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t nat -A PREROUTING -d 10.2.0.99 -j DNAT --to-destination 10.2.0.2
  r: iptables-nft -P FORWARD DROP
  r: iptables-nft -A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "iptables-drop",
  },
  {
    name: "NAT: one source of several, by the hash",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip route del default
  b: ip route add 10.9.0.104/32 via 10.2.0.254
  b: ip route add 203.0.113.0/24 via 10.2.0.254
  r: nft add table ip nat
  r: nft add chain ip nat postrouting '{ type nat hook postrouting priority 100; }'
  r: nft add rule ip nat postrouting oifname eth2 snat to 203.0.113.3-203.0.113.200
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
    remarks: ["nat-snat-masquerade"],
  },
  {
    name: "NAT: iptables takes one destination of several that nobody has",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t nat -A PREROUTING -d 10.2.0.99 -j DNAT --to-destination 10.2.0.100-10.2.0.150 --persistent
`,
    ping: { from: "a", to: "10.2.0.99" },
    code: "forward-next-hop-arp-failed",
    remarks: ["nat-dnat-redirected"],
  },
  {
    name: "NAT: a map holds the destination",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip nat
  r: nft add map ip nat m '{ type ipv4_addr : ipv4_addr; elements = { 10.2.0.99 : 10.2.0.2 }; }'
  r: nft add chain ip nat prerouting '{ type nat hook prerouting priority -100; }'
  r: nft add rule ip nat prerouting dnat to ip daddr map @m
`,
    ping: { from: "a", to: "10.2.0.99" },
    code: "answered",
    remarks: ["nat-dnat-redirected"],
  },
  {
    name: "NAT: a map holds nothing for this destination",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip nat
  r: nft add chain ip nat prerouting '{ type nat hook prerouting priority -100; }'
  r: nft add rule ip nat prerouting dnat to ip daddr map '{ 10.2.0.98 : 10.2.0.2 }'
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "answered",
  },
  {
    name: "a request that is not tracked: its reply is none of a connection",
    spaces: ["a", "b"],
    build: `${TWO}
  a: nft add table ip t
  a: nft add chain ip t raw '{ type filter hook output priority -300; }'
  a: nft add rule ip t raw icmp type echo-request notrack
  a: nft add chain ip t in '{ type filter hook input priority 0; policy drop; }'
  a: nft add rule ip t in ct state established,related accept
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-policy-drop",
  },
  {
    name: "a request in a zone of connection tracking: its reply, made in none, is of no connection",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t raw '{ type filter hook prerouting priority -300; }'
  b: nft add rule ip t raw ct zone set 5
  b: nft add chain ip t out '{ type filter hook output priority 0; policy drop; }'
  b: nft add rule ip t out ct state established accept
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "nft-reply-drop",
  },
  {
    name: "a request and its reply in one zone of connection tracking",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t raw '{ type filter hook prerouting priority -300; }'
  b: nft add rule ip t raw ct zone set 5
  b: nft add chain ip t rawout '{ type filter hook output priority -300; }'
  b: nft add rule ip t rawout ct zone set 5
  b: nft add chain ip t out '{ type filter hook output priority 0; policy drop; }'
  b: nft add rule ip t out ct state established accept
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "a zone that is set behind connection tracking changes nothing",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t late '{ type filter hook prerouting priority -150; }'
  b: nft add rule ip t late ct zone set 5
  b: nft add chain ip t out '{ type filter hook output priority 0; policy drop; }'
  b: nft add rule ip t out ct state established accept
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "NAT: the reply comes in another zone of connection tracking and is not translated back",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip route del default
  r: nft add table ip t
  r: nft add chain ip t raw '{ type filter hook prerouting priority -300; }'
  r: nft add rule ip t raw iif eth1 ct zone set 5
  r: nft add chain ip t nat '{ type nat hook postrouting priority 100; }'
  r: nft add rule ip t nat oif eth2 masquerade
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "echo-reply-no-socket",
  },
  {
    name: "an IPv6 gateway is found by neighbour discovery, there and back",
    spaces: ["a", "b"],
    build: `${TWO}
  b: ip addr add 10.9.0.1/32 dev lo
  a: ip addr add fd00::1/64 dev veth0 nodad
  b: ip addr add fd00::2/64 dev veth1 nodad
  a: ip route add 10.9.0.0/24 via inet6 fd00::2 dev veth0
  b: ip route replace 10.1.0.1 via inet6 fd00::1 dev veth1
`,
    ping: { from: "a", to: "10.9.0.1" },
    code: "answered",
  },
  {
    name: "a router's IPv6 gateway on its other side",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip addr add 10.9.0.1/32 dev lo
  r: ip addr add fd00::1/64 dev eth2 nodad
  b: ip addr add fd00::2/64 dev eth0 nodad
  r: ip route add 10.9.0.0/24 via inet6 fd00::2 dev eth2
`,
    ping: { from: "a", to: "10.9.0.1" },
    code: "answered",
  },
  {
    name: "an IPv6 gateway that nobody is",
    spaces: ["a", "b"],
    build: `${TWO}
  b: ip addr add 10.9.0.1/32 dev lo
  a: ip addr add fd00::1/64 dev veth0 nodad
  a: ip route add 10.9.0.0/24 via inet6 fd00::77 dev veth0
`,
    ping: { from: "a", to: "10.9.0.1" },
    code: "gateway-arp-failed",
  },
  {
    name: "a bridge that remembers nobody floods every frame",
    spaces: ["s", "a", "b", "c"],
    build: `${BRIDGE}
  s: ip link set br0 type bridge ageing_time 0
`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "answered",
  },
  {
    name: "a bridge that remembers nobody, and a port that takes no unknown frames",
    spaces: ["s", "a", "b", "c"],
    build: `${BRIDGE}
  s: ip link set br0 type bridge ageing_time 0
  s: bridge link set dev p0 flood off
`,
    ping: { from: "a", to: "10.3.0.2" },
    code: "bridge-flood-off",
  },
  {
    name: "what is not tracked is let through",
    spaces: ["a", "b"],
    build: `${TWO}
  b: iptables-nft -t raw -A PREROUTING -p icmp -j CT --notrack
  b: iptables-nft -P INPUT DROP
  b: iptables-nft -A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "what is not tracked gets no other address",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  b: ip route del default
  r: iptables-nft -t raw -A PREROUTING -i eth1 -j CT --notrack
  r: iptables-nft -t nat -A POSTROUTING -o eth2 -j MASQUERADE
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "missing-return-route",
  },
  {
    name: "a rule sets the TTL to 1 before forwarding",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t mangle -A PREROUTING -i eth1 -j TTL --ttl-set 1
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "ttl-expired",
  },
  {
    name: "nftables sets the TTL to 1 before forwarding",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip m
  r: nft add chain ip m p '{ type filter hook prerouting priority -150; }'
  r: nft add rule ip m p iifname eth1 ip ttl set 1
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "ttl-expired",
  },
  {
    name: "a rule sets the TTL to 1 on the way out, one host is enough",
    spaces: ["a", "b"],
    build: `${TWO}
  a: iptables-nft -t mangle -A POSTROUTING -j TTL --ttl-set 1
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "a router marks the type of service, the target drops what is marked so",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -t mangle -A FORWARD -o eth2 -j DSCP --set-dscp-class EF
  b: nft add table ip t
  b: nft add chain ip t in '{ type filter hook input priority 0; }'
  b: nft add rule ip t in ip dscp ef drop
`,
    ping: { from: "a", to: "10.2.0.2" },
    code: "nft-input-drop",
  },
  {
    name: "a length that a rule asks for",
    spaces: ["a", "b"],
    build: `${TWO}
  b: iptables-nft -A INPUT -p icmp -m length --length 100:65535 -j DROP
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "answered",
  },
  {
    name: "a range of addresses that a rule asks for",
    spaces: ["a", "b"],
    build: `${TWO}
  b: iptables-nft -A INPUT -m iprange --src-range 10.1.0.0-10.1.0.9 -j DROP
`,
    ping: { from: "a", to: "10.1.0.2" },
    code: "iptables-drop",
  },
  {
    name: "fragments: the later ones are dropped at the device",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table netdev t
  b: nft add chain netdev t c '{ type filter hook ingress device veth1 priority 0; }'
  b: nft add rule netdev t c ip frag-off '&' 0x1fff != 0 drop
`,
    ping: { from: "a", to: "10.1.0.2", size: 3000 },
    code: "nft-netdev-ingress-drop",
  },
  {
    name: "fragments: dropped before they are put together",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t c '{ type filter hook prerouting priority -450; }'
  b: nft add rule ip t c ip frag-off '&' 0x3fff != 0 drop
`,
    ping: { from: "a", to: "10.1.0.2", size: 3000 },
    code: "nft-prerouting-drop",
  },
  {
    name: "fragments: a host that tracks connections sees the whole",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t c '{ type filter hook prerouting priority 0; }'
  b: nft add rule ip t c ip frag-off '&' 0x3fff != 0 drop
  b: nft add rule ip t c ct state invalid drop
`,
    ping: { from: "a", to: "10.1.0.2", size: 3000 },
    code: "answered",
  },
  {
    name: "fragments: a host that tracks nothing sees pieces",
    spaces: ["a", "b"],
    build: `${TWO}
  b: nft add table ip t
  b: nft add chain ip t c '{ type filter hook prerouting priority 0; }'
  b: nft add rule ip t c ip frag-off '&' 0x3fff != 0 drop
`,
    ping: { from: "a", to: "10.1.0.2", size: 3000 },
    code: "nft-prerouting-drop",
  },
  {
    name: "fragments: a stateless filter lets ICMP types pass, and later fragments have none",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip t
  r: nft add chain ip t c '{ type filter hook forward priority 0; }'
  r: nft add rule ip t c icmp type '{ echo-request, echo-reply }' accept
  r: nft add rule ip t c drop
`,
    ping: { from: "a", to: "10.2.0.2", size: 3000 },
    code: "nft-forward-drop",
  },
  {
    name: "fragments: a protocol is asked for, which all of them have",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: nft add table ip t
  r: nft add chain ip t c '{ type filter hook forward priority 0; }'
  r: nft add rule ip t c ip protocol icmp accept
  r: nft add rule ip t c drop
`,
    ping: { from: "a", to: "10.2.0.2", size: 3000 },
    code: "answered",
  },
  {
    name: "fragments: iptables asks for the later ones where they are whole",
    spaces: ["a", "b"],
    build: `${TWO}
  b: iptables-nft -A INPUT -f -j DROP
`,
    ping: { from: "a", to: "10.1.0.2", size: 3000 },
    code: "answered",
  },
  {
    name: "fragments: iptables asks for the later ones on the way",
    spaces: ["a", "r", "b"],
    build: `${ROUTER}
  r: iptables-nft -A FORWARD -f -j DROP
`,
    ping: { from: "a", to: "10.2.0.2", size: 3000 },
    code: "iptables-drop",
  },
];

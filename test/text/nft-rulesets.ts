// Rulesets as people load them: what nft prints of each is read in both its forms, and must mean the same.

import { kubeProxyNft } from "../../src/lab/rules/kube-proxy-nft.ts";
import { dockerRules, manyRules, ufwRules } from "./iptables-rulesets.ts";

/** How a ruleset is made, in a namespace that has eth0, veth0, veth1 and docker0. */
export interface NftCase {
  readonly name: string;
  readonly tool: "nft" | "iptables";
  readonly text: string;
}

const table = (head: string, ...body: string[]): string => `table ${head} {\n${body.join("\n")}\n}\n`;
const chain = (name: string, head: string | null, ...rules: string[]): string =>
  `chain ${name} {\n${[head, ...rules].filter((line) => line !== null).join("\n")}\n}`;

const workstation = table(
  "inet filter",
  chain(
    "input",
    "type filter hook input priority filter; policy drop;",
    "ct state vmap { established : accept, related : accept, invalid : drop }",
    'iifname "lo" accept',
    "ip protocol icmp icmp type { echo-request, time-exceeded } limit rate 5/second burst 10 packets accept",
    "ip6 nexthdr icmpv6 accept",
    "tcp dport { 22, 80-90 } ct state new accept",
    'counter comment "what is left"',
  ),
  chain("forward", "type filter hook forward priority filter; policy drop;"),
  chain("output", "type filter hook output priority filter; policy accept;"),
);

const matches = table(
  "inet matches",
  chain(
    "input",
    "type filter hook input priority filter + 5; policy accept;",
    'iif "lo" accept',
    'iif != "lo" iifname "veth*" ip saddr != 10.0.0.1 counter packets 7 bytes 588 drop comment "no one"',
    'iifname { "veth0", "eth1" } oifname != { "veth1", "wlan0" } drop',
    "ip saddr 10.0.0.0/8 ip daddr 10.0.0.1-10.0.0.9 drop",
    "ip saddr { 10.1.0.0/16, 192.168.1.1-192.168.1.9, 172.16.0.1 } ip daddr != { 10.2.0.0/16, 10.3.3.3 } drop",
    "ip saddr . ip daddr { 1.1.1.1 . 2.2.2.2, 3.3.3.3 . 4.4.4.4 } drop",
    "ip saddr & 255.0.0.255 == 10.0.0.1 drop",
    "ip protocol { icmp, gre, 250 } drop",
    "ip protocol != icmp drop",
    "meta l4proto { icmp, tcp, 58 } drop",
    "meta nfproto ipv4 meta protocol ip drop",
    "icmp type echo-request icmp code 0 drop",
    "icmp type != { echo-reply, 13 } drop",
    "icmp code { 3, 9, 12 } drop",
    "icmp type 30 drop",
    "icmp type echo-request icmp id 3 icmp sequence 4 drop",
    "ct state established,related accept",
    "ct state { established, related } accept",
    "ct state != new drop",
    "ct state untracked drop",
    "ct status dnat accept",
    "ct direction original ct mark 0x5 drop",
    "meta mark 0x10 drop",
    "meta mark != 1-5 drop",
    "meta mark & 0xff == 0x10 drop",
    "meta mark set 0x12",
    "ct mark set 0x4",
    "meta nftrace set 1",
    "ip ttl 64 drop",
    "ip ttl != { 1, 64 } drop",
    "ip ttl < 5 drop",
    "ip length >= 1000 ip length { 1028, 1100-1200 } drop",
    "ip frag-off & 0x1fff != 0 drop",
    "ip dscp cs1 drop",
    "ip version 4 ip hdrlength 5 drop",
    "meta pkttype broadcast drop",
    "meta length > 500 drop",
    "ether saddr 02:00:00:00:00:01 ether daddr { 02:00:00:00:00:02, ff:ff:ff:ff:ff:ff } drop",
    "ether type arp drop",
    "fib daddr type { local, broadcast } fib saddr . iif oif missing drop",
    "fib daddr . iif type local accept",
    "th dport 53 drop",
    "udp dport 53 drop",
    "tcp flags & (fin|syn) == syn drop",
    "ip6 saddr fe80::/10 icmpv6 type nd-neighbor-solicit accept",
    "@nh,8,8 1 drop",
    "rt classid 1 drop",
    "meta skuid 0 meta cpu 0 drop",
    "iifgroup default drop",
  ),
);

const statements = table(
  "ip statements",
  "counter hits {\n}",
  chain("kept", null, "counter return"),
  chain(
    "input",
    "type filter hook input priority -5; policy accept;",
    "counter",
    'counter name "hits" drop',
    'log prefix "a: " level debug flags all drop',
    'log prefix "{ b # }" group 3 snaplen 20',
    "log group 2 accept",
    "limit rate over 3/minute drop",
    "limit rate 10 mbytes/second burst 20 mbytes accept",
    "quota over 25 mbytes drop",
    "ct count over 3 drop",
    "jump kept",
    "goto kept",
    "continue",
    "reject",
    "reject with icmp host-prohibited",
    "meta l4proto tcp reject with tcp reset",
    "notrack",
    "return",
  ),
);

const rejects = table(
  "inet rejects",
  chain(
    "forward",
    "type filter hook forward priority 0; policy accept;",
    "reject",
    "reject with icmpx admin-prohibited",
    "reject with icmp net-unreachable",
    "reject with icmpv6 no-route",
    "ip protocol icmp reject with icmp port-unreachable",
  ),
);

const sets = table(
  "inet sets",
  "set allowed {\ntype ipv4_addr\nflags interval\nelements = { 10.0.0.0/8, 172.16.0.5, 192.168.1.1-192.168.1.9 }\n}",
  'set seen {\ntype ipv4_addr\nsize 65535\nflags dynamic,timeout\ntimeout 1h\nelements = { 1.2.3.4 timeout 10m comment "x" }\n}',
  'set ports_in {\ntypeof iifname\nelements = { "lo", "veth0" }\n}',
  "set pairs {\ntype ipv4_addr . inet_proto\nflags interval\ncounter\nelements = { 1.1.1.1 . icmp, 10.0.0.0/8 . tcp }\n}",
  "set nothing {\ntype ipv4_addr\n}",
  'map verdicts {\ntype ifname : verdict\nflags interval\nelements = { "veth0" : jump lan, "wlan*" : drop }\n}',
  "map marks {\ntype ipv4_addr : mark\nflags interval\ncounter\nelements = { 10.0.0.0/24 : 0x1 }\n}",
  "map ports {\ntype inet_service : ipv4_addr\nelements = { 80 : 10.0.0.1 }\n}",
  chain("lan", null, "ip saddr @allowed accept", "ip saddr != @allowed drop"),
  chain(
    "input",
    "type filter hook input priority mangle; policy accept;",
    "iifname @ports_in ip saddr . ip protocol @pairs accept",
    "iifname vmap @verdicts",
    'iifname vmap { "lo" : accept, "veth0" : goto lan }',
    "ip saddr vmap { 10.0.0.0/8 : drop, 11.0.0.1-11.0.0.9 : accept }",
    "icmp type vmap { echo-request : drop, echo-reply : accept }",
    "meta l4proto vmap { icmp : jump lan, tcp : accept }",
    "ct state vmap { established : accept, related : accept, invalid : drop, new : jump lan }",
    "add @seen { ip saddr timeout 60s }",
    "update @seen { ip saddr limit rate 10/second } drop",
  ),
);

const nat = table(
  "ip nat",
  chain(
    "prerouting",
    "type nat hook prerouting priority dstnat;",
    "tcp dport 80 dnat to 10.0.0.1:8080",
    'iifname "eth0" ip daddr 192.0.2.1 dnat to 10.0.0.1',
    "dnat to ip daddr map { 1.1.1.1 : 10.0.0.1 }",
    "tcp dport 81 redirect to :80",
  ),
  chain(
    "postrouting",
    "type nat hook postrouting priority srcnat; policy accept;",
    'oifname "eth0" ip saddr 10.0.0.0/8 masquerade',
    "snat to 192.0.2.7",
    "snat to 192.0.2.7-192.0.2.9",
    "masquerade random",
  ),
);

const link = [
  table(
    "netdev ports",
    chain("in", "type filter hook ingress devices = { veth0, veth1 } priority 0;", "ip saddr 192.0.2.1 drop"),
    chain("out", 'type filter hook egress device "veth0" priority -500; policy accept;', "icmp type echo-request drop"),
  ),
  table(
    "arp guard",
    chain(
      "input",
      "type filter hook input priority filter; policy accept;",
      "arp operation request arp daddr ip 192.0.2.1 drop",
      "arp saddr ip { 192.0.2.1, 198.51.100.0/24 } drop",
      "arp saddr ether 02:00:00:00:00:01 drop",
      "arp htype 1 arp ptype ip arp hlen 6 arp operation { request, reply } accept",
    ),
  ),
  table(
    "bridge lan",
    chain(
      "forward",
      "type filter hook forward priority filter; policy accept;",
      "ether saddr { 02:00:00:00:00:01, 02:00:00:00:00:02 } drop",
      "ether type ip ip saddr 192.0.2.1 drop",
      "ether daddr ff:ff:ff:ff:ff:ff drop",
      "arp operation request drop",
      "ether type 0x0842 drop",
      "ip protocol icmp drop",
    ),
    chain("early", "type filter hook prerouting priority dstnat - 1;"),
    chain("late", "type filter hook postrouting priority srcnat;"),
  ),
].join("");

const asleep = [
  table("inet night", "flags dormant", chain("input", "type filter hook input priority filter; policy drop;")),
  table("inet empty"),
  table("ip raw2", chain("first", "type filter hook prerouting priority raw - 10;", "ip daddr 192.0.2.1 notrack")),
  table(
    "ip last",
    chain("every", "type filter hook output priority security + 1; policy drop;"),
    chain("marks", "type route hook output priority mangle;", "meta mark set 0x00000001"),
  ),
].join("");

const firewalld = table(
  "inet firewalld",
  chain(
    "mangle_PREROUTING",
    "type filter hook prerouting priority mangle + 10; policy accept;",
    "jump mangle_PREROUTING_ZONES",
  ),
  chain("mangle_PREROUTING_ZONES", null, 'iifname "eth0" goto zone_public', "goto zone_public"),
  chain("zone_public", null),
  chain(
    "filter_PREROUTING",
    "type filter hook prerouting priority filter + 10; policy accept;",
    "icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept",
    "meta nfproto ipv6 fib saddr . mark . iif oif missing drop",
  ),
  chain(
    "filter_INPUT",
    "type filter hook input priority filter + 10; policy accept;",
    "ct state { established, related } accept",
    "ct status dnat accept",
    'iifname "lo" accept',
    "ct state invalid drop",
    "jump filter_INPUT_ZONES",
    "reject with icmpx admin-prohibited",
  ),
  chain("filter_INPUT_ZONES", null, 'iifname "eth0" goto filter_IN_public', "goto filter_IN_public"),
  chain(
    "filter_IN_public",
    null,
    "jump filter_IN_public_deny",
    "jump filter_IN_public_allow",
    "meta l4proto { icmp, ipv6-icmp } accept",
    "reject with icmpx admin-prohibited",
  ),
  chain("filter_IN_public_deny", null, "icmp type echo-request reject with icmpx admin-prohibited"),
  chain("filter_IN_public_allow", null, "tcp dport 22 accept", "ip6 daddr fe80::/64 udp dport 546 accept"),
);

const iptables = (name: string, lines: readonly string[]): NftCase => ({
  name,
  tool: "iptables",
  text: `${lines.join("\n")}\n`,
});

export const NFT_CASES: readonly NftCase[] = [
  { name: "nothing", tool: "nft", text: "" },
  { name: "workstation", tool: "nft", text: workstation },
  { name: "matches", tool: "nft", text: matches },
  { name: "statements", tool: "nft", text: statements },
  { name: "rejects", tool: "nft", text: rejects },
  { name: "sets", tool: "nft", text: sets },
  { name: "nat", tool: "nft", text: nat },
  { name: "link-layer", tool: "nft", text: link },
  { name: "asleep-and-late", tool: "nft", text: asleep },
  { name: "firewalld", tool: "nft", text: firewalld },
  {
    name: "router",
    tool: "nft",
    text: table(
      "inet router",
      chain(
        "forward",
        "type filter hook forward priority 0; policy drop;",
        "ct state established,related accept",
        'iifname "veth0" oifname "eth0" accept',
        'iifname "eth0" oifname "veth0" icmp type echo-request drop',
      ),
    ),
  },
  {
    name: "loopback-guard",
    tool: "nft",
    text: table(
      "ip guard",
      chain(
        "in",
        "type filter hook prerouting priority -150; policy accept;",
        "iif != lo ip saddr 127.0.0.0/8 drop",
        "fib saddr type { broadcast, multicast } counter drop",
        "fib daddr type != local accept",
      ),
      chain("out", "type filter hook output priority 0; policy accept;", "ip daddr { 192.0.2.0/24 } reject"),
    ),
  },
  { name: "kube-proxy", tool: "nft", text: kubeProxyNft("10.244.0.5:8080") },
  {
    name: "balancers",
    tool: "nft",
    text: table(
      "ip balancers",
      chain("one", null),
      chain("other", null),
      chain(
        "pre",
        "type nat hook prerouting priority -100; policy accept;",
        "numgen random mod 2 vmap { 0 : jump one, 1 : jump other }",
        "numgen inc mod 2 offset 3 vmap { 3 : goto one, 4 : goto other }",
        "jhash ip saddr . tcp dport mod 2 seed 0x3 offset 1 vmap { 1 : goto one, 2 : jump other }",
        "symhash mod 2 vmap { 0 : accept, 1 : jump other }",
        "tcp dport 80 dnat to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }",
      ),
    ),
  },
  iptables("iptables-ufw", ufwRules),
  iptables("iptables-docker", dockerRules),
  iptables("iptables-many", manyRules),
  {
    name: "iptables-one",
    tool: "iptables",
    text: "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p icmp -j DROP\nCOMMIT\n",
  },
];

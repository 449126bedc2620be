// What stands out in a system that was pasted without a question, each look with a twin that must stay silent.

import { describe, expect, it } from "vitest";
import { standingOut } from "../../src/explain/standing-out/standing-out.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

const LO = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n";
const UP = "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.0.2.5/24 scope global eth0\n";
const TWO = `$ ip addr\n${LO}${UP}3: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 state UNKNOWN\n    inet 198.51.100.1/24 scope global wg0\n`;
const SAVED = (rule: string) =>
  `$ iptables-save\n*nat\n:POSTROUTING ACCEPT [0:0]\n${rule}COMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n`;
const DEFAULT =
  "$ ip route\ndefault via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5\n";

const CASES: readonly [name: string, shown: string, says: RegExp, twin: string][] = [
  [
    "an interface that is down",
    `$ ip addr\n${LO}${UP.replace("UP,LOWER_UP> mtu 1500 state UP", "X> mtu 1500 state DOWN").replace(",X", "")}`,
    /^eth0 has 192\.0\.2\.5\/24 and is down/,
    `$ ip addr\n${LO}${UP}`,
  ],
  [
    "no carrier",
    `$ ip addr\n${LO}${UP.replace("<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP", "<NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state DOWN")}`,
    /^eth0 has 192\.0\.2\.5\/24 and no carrier/,
    `$ ip addr\n${LO}${UP}`,
  ],
  [
    "a bridge without ports",
    `$ ip addr\n${LO}3: vmbr1: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state DOWN\n    inet 172.17.0.1/16 scope global vmbr1\n4: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state DOWN\n`,
    /^vmbr1 is a bridge to which nothing is attached/,
    `$ ip addr\n${LO}3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 172.17.0.1/16 scope global docker0\n5: veth1@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master docker0 state UP\n`,
  ],
  [
    "a gateway that did not answer",
    `${DEFAULT}$ ip neigh\n192.0.2.1 dev eth0 FAILED\n`,
    /^the gateway 192\.0\.2\.1 did not answer ARP on eth0/,
    `${DEFAULT}$ ip neigh\n192.0.2.9 dev eth0 FAILED\n192.0.2.1 dev eth0 lladdr 02:00:00:00:00:01 STALE\n`,
  ],
  [
    "default routes by two interfaces",
    "$ ip route\ndefault via 192.0.2.1 dev eth0 metric 303\ndefault via 198.51.100.1 dev wlan0 metric 304\n",
    /^the default route that is taken is “default via 192\.0\.2\.1 dev eth0 metric 303”, the others are not used$/,
    "$ ip route\ndefault via 192.0.2.1 dev eth0 metric 303\n",
  ],
  [
    "subnets that overlap",
    "$ ip route\n172.28.0.0/16 dev br-828c78b615e2 proto kernel scope link src 172.28.0.1\n172.28.4.0/24 dev eth0 proto kernel scope link src 172.28.4.9\n",
    /overlap: what is meant for an address of 172\.28\.4\.0\/24 behind br-828c78b615e2 goes out of eth0$/,
    "$ ip route\n172.28.0.0/16 dev br-828c78b615e2 proto kernel scope link src 172.28.0.1\n172.29.4.0/24 dev eth0 proto kernel scope link src 172.29.4.9\n",
  ],
  [
    "a mask that is too short",
    "$ ip route\ndefault via 10.149.5.1 dev eth0\n10.0.0.0/8 dev eth0 proto kernel scope link src 10.149.5.20\n",
    /^“10\.0\.0\.0\/8 dev eth0 proto kernel scope link src 10\.149\.5\.20” takes 16777216 addresses for neighbours/,
    "$ ip route\ndefault via 172.17.0.1 dev eth0\n172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2\n",
  ],
  [
    "no translation where somebody looked for one",
    "Chain PREROUTING (policy ACCEPT)\ntarget     prot opt source               destination\n\nChain POSTROUTING (policy ACCEPT)\ntarget     prot opt source               destination\n\n**There are no rules there!** And the daemon is run with --iptables=false.\n",
    /^no rule translates source addresses/,
    "Chain POSTROUTING (policy ACCEPT)\ntarget     prot opt source               destination\n\nMASQUERADE  all  --  172.17.0.0/16        0.0.0.0/0\n",
  ],
  [
    "a table before main that takes an own subnet",
    "$ ip rule\n0: from all lookup local\n5270: from all lookup 52\n32766: from all lookup main\n$ ip route show table all\n192.0.2.0/24 dev tailscale0 table 52\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5\nlocal 192.0.2.5 dev eth0 table local proto kernel scope host src 192.0.2.5\n",
    /^rule “5270: from all lookup 52” comes before table main, and its “192\.0\.2\.0\/24 dev tailscale0 table 52” takes/,
    "$ ip rule\n0: from all lookup local\n5270: from all lookup 52\n32766: from all lookup main\n$ ip route show table all\n100.64.0.7 dev tailscale0 table 52\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5\nlocal 192.0.2.5 dev eth0 table local proto kernel scope host src 192.0.2.5\n",
  ],
  [
    "forwarding that is off for one interface",
    `${TWO}$ sysctl net.ipv4.ip_forward net.ipv4.conf.eth0.forwarding\nnet.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.forwarding = 0\n`,
    /^net\.ipv4\.conf\.eth0\.forwarding = 0: what comes in by eth0 for others is not passed on/,
    `${TWO}$ sysctl net.ipv4.ip_forward net.ipv4.conf.eth0.forwarding\nnet.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0.forwarding = 1\n`,
  ],
  [
    "forwarding that is off",
    `${TWO}$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0\n`,
    /^net\.ipv4\.ip_forward = 0: what comes in for others is not passed on$/,
    `$ ip addr\n${LO}${UP}$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0\n`,
  ],
  [
    "a policy that drops",
    "$ iptables -S\n-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n",
    /^what is forwarded and no rule accepts is blocked/,
    "$ iptables -S\n-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT DROP\n",
  ],
  [
    "a translation on another interface",
    `${DEFAULT}${SAVED("-A POSTROUTING -o eth1 -j MASQUERADE\n")}`,
    /^the default route leaves by eth0, but source addresses are translated only elsewhere/,
    `${DEFAULT}${SAVED("-A POSTROUTING ! -o docker0 -j MASQUERADE\n")}`,
  ],
  [
    "a program that listens on loopback only",
    "$ ss -ltn\nState  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 127.0.0.1:3306 0.0.0.0:*\n",
    /^programs listen on loopback alone for TCP 3306/,
    "$ ss -ltn\nState  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 0.0.0.0:3306 0.0.0.0:*\n",
  ],
];

function told(shown: string): string[] {
  const { state } = stateFromText(readPaste(shown, "x").state);
  if (state === null) throw new Error("nothing was read");
  return standingOut(state).map(({ en }) => en);
}

describe("what stands out", () => {
  it.each(CASES)("%s", (_, shown, says, twin) => {
    expect(told(shown)).toEqual([expect.stringMatching(says)]);
    expect(told(twin)).toEqual([]);
  });
});

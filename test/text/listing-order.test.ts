// In which order listings were pasted changes nothing: each shows what was so.

import fc from "fast-check";
import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { renderJson } from "../../src/render/json.ts";

const ROUTER = [
  `# sysctl net.ipv4.ip_forward
net.ipv4.ip_forward = 0`,
  `# ip -4 addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0
3: br1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    inet 10.9.0.1/24 brd 10.9.0.255 scope global br1`,
  `# ip route
default via 192.0.2.1 dev eth0
10.9.0.0/24 dev br1 proto kernel scope link src 10.9.0.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5`,
  `# ip rule
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default`,
  `# iptables -S
-P INPUT ACCEPT
-P FORWARD ACCEPT
-P OUTPUT ACCEPT`,
  `# iptables -t nat -S
-P PREROUTING ACCEPT
-P POSTROUTING ACCEPT
-A POSTROUTING -s 10.9.0.0/24 -o eth0 -j MASQUERADE`,
  `# ip neigh
10.9.0.7 dev br1 lladdr 02:00:00:00:00:07 REACHABLE`,
  `# tcpdump -ni br1 icmp
listening on br1, link-type EN10MB (Ethernet), snapshot length 262144 bytes
09:00:00.900384 IP 10.9.0.7 > 9.9.9.9: ICMP echo request, id 90, seq 1, length 64`,
];

const BRIDGE = [
  `$ brctl show
bridge name	bridge id		STP enabled	interfaces
br0		8000.1ac52be17b01	no		veth1
							veth2`,
  `$ ip link
14: veth1@if13: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000
    link/ether ae:11:22:33:44:01 brd ff:ff:ff:ff:ff:ff link-netns a
16: veth2@if15: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000
    link/ether ae:11:22:33:44:02 brd ff:ff:ff:ff:ff:ff link-netns b`,
  `$ ip link show br0
12: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN mode DEFAULT group default qlen 1000
    link/ether 1a:c5:2b:e1:7b:01 brd ff:ff:ff:ff:ff:ff`,
  `$ ip netns exec a ip -4 a
13: eth0@if14: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet 192.168.10.1/24 scope global eth0`,
  `$ ip netns exec a ip route
192.168.10.0/24 dev eth0 proto kernel scope link src 192.168.10.1`,
  `$ ip netns exec b ip -4 a
15: eth0@if16: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet 192.168.10.2/24 scope global eth0`,
  `$ ip netns exec b ip route
192.168.10.0/24 dev eth0 proto kernel scope link src 192.168.10.2`,
  `$ bridge link
14: veth1@if13: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state disabled priority 32 cost 2
16: veth2@if15: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state disabled priority 32 cost 2`,
  `$ ip netns exec a ping -c 3 192.168.10.2
PING 192.168.10.2 (192.168.10.2) 56(84) bytes of data.

--- 192.168.10.2 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2000ms`,
];

const SMALL = [
  `❯ ifconfig eth0
eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.0.0.5  netmask 255.255.255.0  broadcast 10.0.0.255
        ether 02:00:00:00:00:05  txqueuelen 1000  (Ethernet)`,
  `❯ route -n
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
10.0.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0`,
  `❯ arp -n
Address                  HWtype  HWaddress           Flags Mask            Iface
10.0.0.1                 ether   02:00:00:00:00:01   C                     eth0`,
  `❯ iptables -L -n
Chain INPUT (policy ACCEPT)
target     prot opt source               destination

Chain FORWARD (policy ACCEPT)
target     prot opt source               destination

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination
DROP       icmp --  0.0.0.0/0            10.0.0.0/24`,
  `❯ ping -c 1 10.0.0.1
PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.

--- 10.0.0.1 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms`,
];

async function told(sections: readonly string[]): Promise<string> {
  const content = sections.join("\n");
  const { report } = await reportOfPastes({ pastes: [{ source: "paste.txt", content }] });
  return report === null ? "nothing" : renderJson(report, { language: "en", version: "0" });
}

it.each([
  ["a router", ROUTER, "ip-forward-off"],
  ["a bridge and its hosts", BRIDGE, "bridge-device-down"],
  ["a host by its old tools", SMALL, "nft-output-drop"],
])(
  "%s reads the same whatever its listings' order",
  async (_, sections, code) => {
    const expected = await told(sections);
    expect(JSON.parse(expected).answer).toMatchObject({ code });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(sections, { minLength: sections.length }), async (shuffled) => {
        expect(await told(shuffled)).toBe(expected);
      }),
      { numRuns: process.env.PKTWHY_LONG === "1" ? 400 : 25 },
    );
  },
  60_000,
);

// Networks in which the walk, or its comparison, once disagreed with the kernel; by name, so that they outlive any change of the seeds.

import type { Scenario } from "../../src/lab/scenario.ts";
import { randomOf } from "../fuzz/random.ts";
import { asker, type Fault, plainPing, space, target } from "./family.ts";
import { scenarioFor } from "./judge.ts";
import { addAddress, bridged, chain, type Network, pair } from "./networks.ts";

// The first network of the wanted size that some seed gives.
function sized(shape: typeof chain, cables: number): Network {
  for (let seed = 1; ; seed++) {
    const network = shape(randomOf(seed, 0));
    if (network.cables.length === cables && network.destination.endsWith(".2")) return network;
  }
}

function regression(name: string, network: Network, fault: Fault): Scenario {
  const ping = plainPing(network.destination);
  fault(network, ping, randomOf(1, 0));
  return scenarioFor(name, network, ping);
}

/** What each of them found is in its name. */
export const REGRESSIONS: readonly Scenario[] = [
  // The fragments that a router makes of one request belong to its exchange.
  regression("router cuts the request, reply too big", sized(chain, 3), (n, p) => {
    space(n, "r2").links.push("dev e1 mtu 600");
    p.size = 1000;
    p.discovery = "dont";
  }),
  // A question for an own address is no gratuitous ARP where the walk foresees it.
  regression("own address asked of the cable", sized(pair, 1), (n, p) => {
    p.destination = n.source;
    asker(n).rules.push("pref 10 lookup 100", "pref 20 lookup local");
    asker(n).routes.push(`${n.source}/32 dev e0 table 100`);
    asker(n).withoutRules.push("pref 0");
  }),
  // An entry made noarp by hand is not replaced by what an ARP request tells.
  regression("noarp entry on the way back", sized(pair, 1), (n) => {
    target(n).neighbours.push(`${n.source} lladdr 02:00:00:00:00:99 nud noarp dev e0`);
  }),
  // `ether type arp` in the bridge family.
  regression("bridge drops by ether type", sized(bridged, 2), (n) => {
    space(n, "s").nft.push(
      "table bridge t {\n chain c {\n type filter hook forward priority 0;\n ether type arp counter drop\n }\n }",
    );
  }),
  // The first error teaches ping the path's MTU: its second echo passes.
  regression("path MTU learned from the first echo", sized(chain, 2), (n, p) => {
    space(n, "r1").links.push("dev e1 mtu 1200");
    target(n).links.push("dev e0 mtu 1200");
    p.size = 1300;
  }),
  regression("rejected as host-prohibited", sized(pair, 1), (n) => {
    target(n).nft.push(
      "table ip t {\n chain c {\n type filter hook input priority 0;\n icmp type echo-request counter reject with icmp type host-prohibited\n }\n }",
    );
  }),
  // neigh_suppress: the bridge's own answer, and whom the question is kept from.
  regression("bridge answers ARP with an old MAC", sized(bridged, 2), (n) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    space(n, "s").neighbours.push("10.0.1.2 lladdr 02:00:00:00:00:99 nud permanent dev br0");
    space(n, "s").bridge.push(
      "link set dev p1 neigh_suppress on",
      "fdb replace 02:00:00:00:00:99 dev p1 master static",
    );
  }),
  // A broadcast comes out at every port, and everybody's decision counts.
  regression("broadcast on a bridge", sized(bridged, 4), (n, p) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    p.destination = "10.0.1.255";
    p.broadcast = true;
    space(n, "c").sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // What the asker has cut stays cut: its pieces fit where the whole would not.
  regression("fragments of the asker pass a smaller MTU", sized(chain, 2), (n, p) => {
    asker(n).links.push("dev e0 mtu 600");
    target(n).links.push("dev e0 mtu 600");
    p.size = 1000;
    p.discovery = "dont";
  }),
  // is_skb_forwardable: a bridge port takes no frame that is larger than its MTU.
  regression("too large for a port of the bridge", sized(bridged, 2), (n, p) => {
    space(n, "s").links.push("dev p1 mtu 600");
    p.size = 1000;
  }),
  // The egress hook of the own device tells the sender.
  regression("dropped at the own device's egress hook", sized(pair, 1), (n) => {
    asker(n).nft.push(
      "table netdev t {\n chain c {\n type filter hook egress device e0 priority 0; policy accept;\n icmp type echo-request counter drop\n }\n }",
    );
  }),
  // Only the own cable's end tells the sender that it takes less; behind a bridge nobody does.
  regression("too large for the cable behind a bridge", sized(bridged, 2), (n, p) => {
    target(n).links.push("dev e0 mtu 600");
    p.size = 1400;
  }),
  // A group comes out at every port and at the bridge itself; every host is a member of 224.0.0.1.
  regression("all hosts on a bridge", sized(bridged, 4), (n, p) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    p.destination = "224.0.0.1";
    p.bind = "e0";
    space(n, "c").sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  regression("a group nobody has joined", sized(pair, 1), (n, p) => {
    p.destination = "239.77.0.1";
    p.bind = "e0";
    target(n).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // A frame to everybody with a packet for one.
  regression("unicast in a broadcast frame", sized(bridged, 3), (n) => {
    asker(n).neighbours.push("10.0.1.2 lladdr ff:ff:ff:ff:ff:ff nud permanent dev e0");
  }),
  regression("unicast in a broadcast frame refused", sized(pair, 1), (n) => {
    asker(n).neighbours.push("10.0.1.2 lladdr ff:ff:ff:ff:ff:ff nud permanent dev e0");
    target(n).sysctl["net.ipv4.conf.all.drop_unicast_in_l2_multicast"] = "1";
  }),
  // Two hosts answer ARP: the second answer is seen too, and changes nothing.
  regression("a second host has the address", sized(bridged, 3), (n) => {
    addAddress(space(n, "s"), "lo", "10.0.1.2/32");
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
  }),
  // A bridge answers ARP itself, and floods the question to a third host all the same.
  regression("a bridge answers, and asks on", sized(bridged, 3), (n) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    space(n, "s").neighbours.push("10.0.1.2 lladdr 02:00:00:00:00:99 nud permanent dev br0");
    space(n, "s").bridge.push("link set dev p1 neigh_suppress on");
  }),
  // Rules and routes for a type of service; the answer has the question's.
  regression("a rule for a type of service, on the way back", sized(pair, 1), (n, p) => {
    p.more.push("-Q", "0x10");
    target(n).rules.push(`pref 100 to ${n.source} tos 0x10 unreachable`);
  }),
  // What goes out of lo is delivered here, whatever its address, and then the answer has no source.
  regression("bound to lo, somebody else asked for", sized(pair, 1), (_, p) => {
    p.bind = "lo";
  }),
  regression("bound to lo, with loopback addresses allowed out", sized(pair, 1), (n, p) => {
    p.bind = "lo";
    p.destination = n.source;
    addAddress(asker(n), "lo", "10.8.8.8/32");
    asker(n).sysctl["net.ipv4.conf.all.route_localnet"] = "1";
  }),
  // A source that is bound chooses the way of a group by itself.
  regression("a group by its source, without a route", sized(bridged, 3), (n, p) => {
    p.destination = "224.0.0.1";
    p.bind = n.source;
    space(n, "c").sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // The sender gets a copy of its own broadcast, and answers it before the frame has left.
  regression("answered by oneself alone", sized(bridged, 2), (n, p) => {
    p.destination = "10.0.1.255";
    p.broadcast = true;
    asker(n).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // What a bridge's own host sends to many goes out of ports that flood none; several hosts ask for one sender at once.
  regression("a port that takes no broadcasts, asked by the bridge itself", sized(bridged, 4), (n, p) => {
    addAddress(space(n, "s"), "br0", "10.0.1.101/24");
    p.destination = "10.0.1.255";
    p.broadcast = true;
    space(n, "s").bridge.push("link set dev p0 bcast_flood off");
    for (const name of ["s", "b", "c", "d"]) space(n, name).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // An address with autojoin is a group that was joined.
  regression("a group that an address has joined", sized(pair, 1), (n, p) => {
    p.destination = "239.77.0.1";
    p.bind = "e0";
    addAddress(target(n), "e0", "239.77.0.1/32 autojoin");
    target(n).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
  }),
  // ping cuts nothing that is for more than one host.
  regression("a broadcast that is too large", sized(pair, 1), (n, p) => {
    p.destination = "255.255.255.255";
    p.bind = "e0";
    p.broadcast = true;
    p.size = 1000;
    asker(n).links.push("dev e0 mtu 600");
  }),
  // The owner hangs on an end that is no port, and a third host hears the question.
  regression("a bystander, and the owner's port not in the bridge", sized(bridged, 3), (n) => {
    const index = n.links.findIndex((link) => link.kind === "bridge");
    const link = n.links[index];
    if (link?.kind === "bridge") n.links[index] = { ...link, ports: ["p0", "p2"] };
  }),
];

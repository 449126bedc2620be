// Families of frames to more than one: broadcasts and groups, who of the hearers answers, and where copies end.

import type { Random } from "../../fuzz/random.ts";
import { anySpace, asker, type Family, family, type PingDraft, space } from "../family.ts";
import { addAddress, bridged, bridgedRouter, chain, type Network, pair, twoSwitches } from "../networks.ts";

const on = [pair, bridged, twoSwitches];

/** Some of the hosts answer what is not sent to them alone. */
function someAnswer(network: Network, random: Random, chance = 0.6): void {
  for (const name of Object.keys(network.spaces))
    if (random.chance(chance)) space(network, name).sysctl["net.ipv4.icmp_echo_ignore_broadcasts"] = "0";
}

function askAll(ping: PingDraft, random: Random): void {
  ping.destination = random.pick(["10.0.1.255", "255.255.255.255"]);
  ping.broadcast = random.chance(0.9);
}

/** A group, by the interface's socket option or by a route. */
function askGroup(network: Network, ping: PingDraft, random: Random, group: string): void {
  ping.destination = group;
  if (random.chance(0.7)) ping.bind = random.pick(["e0", network.source]);
  else asker(network).routes.push("224.0.0.0/4 dev e0");
}

/** The subnet's broadcast address of a pair with longer prefixes is another one. */
function inOneSubnet(shape: (random: Random) => Network): (random: Random) => Network {
  return (random) => {
    for (;;) {
      const network = shape(random);
      if (network.shape !== "pair" || network.spaces.a?.addresses.e0?.[0]?.endsWith("/24")) return network;
    }
  };
}

export const groupFamilies: readonly Family[] = [
  family("group: broadcast", on.map(inOneSubnet), (n, p, r) => {
    askAll(p, r);
    someAnswer(n, r);
  }),
  family("group: broadcast cut on the way", [bridged, twoSwitches], (n, p, r) => {
    askAll(p, r);
    p.broadcast = true;
    someAnswer(n, r, 0.8);
    const port = r.pick(n.spaces.s2 === undefined ? ["p0", "p1"] : ["p0", "t0"]);
    space(n, "s").bridge.push(`link set dev ${port} ${r.pick(["bcast_flood off", "isolated on", "state 4"])}`);
  }),
  family("group: broadcast filtered at a host", on.map(inOneSubnet), (n, p, r) => {
    askAll(p, r);
    p.broadcast = true;
    someAnswer(n, r, 1);
    const name = r.pick(Object.keys(n.spaces).filter((one) => !/^s\d?$/.test(one)));
    const match = r.pick([
      "icmp type echo-request",
      "icmp type echo-reply",
      "meta pkttype broadcast",
      "fib daddr type broadcast",
    ]);
    space(n, name).nft.push(
      `table ip t {\n chain c {\n type filter hook ${r.pick(["input", "output", "prerouting"])} priority 0; policy accept;\n ${match} counter drop\n }\n }`,
    );
  }),
  family("group: broadcast, source checked", on.map(inOneSubnet), (n, p, r) => {
    askAll(p, r);
    p.broadcast = true;
    someAnswer(n, r, 1);
    const name = anySpace(n, r);
    space(n, name).sysctl["net.ipv4.conf.all.rp_filter"] = r.pick(["1", "2"]);
    if (r.chance(0.5)) space(n, name).routes.push("blackhole 10.0.1.1/32");
  }),
  family("group: all hosts", on, (n, p, r) => {
    askGroup(n, p, r, "224.0.0.1");
    someAnswer(n, r);
  }),
  family("group: joined by some", on, (n, p, r) => {
    askGroup(n, p, r, "239.77.0.1");
    someAnswer(n, r, 0.8);
    for (const name of Object.keys(n.spaces))
      if (name !== n.asker && !/^s\d?$/.test(name) && r.chance(0.6))
        addAddress(space(n, name), "e0", "239.77.0.1/32 autojoin");
  }),
  family("group: not flooded", [bridged, twoSwitches], (n, p, r) => {
    askGroup(n, p, r, r.pick(["224.0.0.1", "239.77.0.1"]));
    someAnswer(n, r, 0.9);
    const port = r.pick(n.spaces.s2 === undefined ? ["p0", "p1"] : ["p0", "t0"]);
    space(n, "s").bridge.push(`link set dev ${port} ${r.pick(["mcast_flood off", "flood off", "bcast_flood off"])}`);
  }),
  family("group: beyond a router", [chain, bridgedRouter], (n, p, r) => {
    if (r.chance(0.5)) askGroup(n, p, r, r.pick(["239.77.0.1", "224.0.0.1"]));
    else p.destination = n.destination.replace(/\.\d+$/, ".255");
    p.broadcast = r.chance(0.5);
    someAnswer(n, r, 0.8);
    if (r.chance(0.5))
      for (const name of Object.keys(n.spaces)) space(n, name).sysctl["net.ipv4.conf.all.bc_forwarding"] = "1";
  }),
];

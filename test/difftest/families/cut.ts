// Families of a bystander that hears the question, while the owner sits behind a cut: the cut is to be named, not the bystander.

import type { Random } from "../../fuzz/random.ts";
import { type Family, family, interfaces, type Never, space } from "../family.ts";
import { bridged, type Network, twoSwitches } from "../networks.ts";

const BYSTANDER: Never = {
  codes: ["arp-no-local-owner", "target-has-no-address"],
  because: "the owner of the target is on this segment, behind a cut",
};

/** Two bridges in a row with a bystander on the asker's; the target is behind the other one. */
function withBystander(random: Random): Network {
  for (;;) {
    const network = twoSwitches(random);
    if (network.spaces.c !== undefined) return network;
  }
}

/** A bridge with a third host. */
function withThird(random: Random): Network {
  for (;;) {
    const network = bridged(random);
    if (network.spaces.c !== undefined) return network;
  }
}

/** The ports between asker and target, as the question passes them: of the asker's bridge, and of the target's. */
function portsTo(network: Network): { readonly near: readonly string[]; readonly far: readonly string[] } {
  const isTwo = network.spaces.s2 !== undefined;
  return isTwo ? { near: ["p0", "t0"], far: ["t0", "p1"] } : { near: ["p0", "p1"], far: [] };
}

const on = [withBystander, withThird];
const cut = (name: string, fault: Family["fault"], networks: Family["networks"] = on): Family =>
  family(`bystander: ${name}`, networks, fault, BYSTANDER);

export const cutFamilies: readonly Family[] = [
  cut("ports isolated", (n, _, r) => {
    const isFar = n.spaces.s2 !== undefined && r.chance(0.5);
    for (const port of portsTo(n)[isFar ? "far" : "near"])
      space(n, isFar ? "s2" : "s").bridge.push(`link set dev ${port} isolated on`);
  }),
  cut("not flooded to", (n) => {
    space(n, "s").bridge.push(`link set dev ${portsTo(n).near[1]} bcast_flood off`);
  }),
  cut("port that does not forward", (n, _, r) => {
    const isFar = n.spaces.s2 !== undefined && r.chance(0.5);
    const port = r.pick(portsTo(n)[isFar ? "far" : "near"]);
    // Listening, learning, blocking.
    space(n, isFar ? "s2" : "s").bridge.push(`link set dev ${port} state ${r.pick([1, 2, 4])}`);
  }),
  cut("uplink down", (n, _, r) => {
    if (n.spaces.s2 === undefined) space(n, "s").down.push("p1");
    else space(n, r.pick(["s", "s2"])).down.push("t0");
  }),
  cut("uplink not attached", (n, _, r) => {
    const [at, port] = n.spaces.s2 === undefined ? ["s", "p1"] : [r.pick(["s", "s2"]), "t0"];
    const index = n.links.findIndex((link) => link.kind === "bridge" && link.at === `${at}:br0`);
    const link = n.links[index];
    if (link?.kind === "bridge") n.links[index] = { ...link, ports: link.ports.filter((one) => one !== port) };
  }),
  cut("dropped by the bridge's filter", (n, _, r) => {
    const port = portsTo(n).near[1] as string;
    space(n, "s").nft.push(
      `table bridge t {\n chain c {\n type filter hook ${r.pick(["forward", "postrouting"])} priority 0; policy accept;\n oifname "${port}" ether type arp counter drop\n }\n }`,
    );
  }),
  // Of several devices nft 1.0.6 does not tell in JSON which one such a chain is at.
  cut("dropped as it comes in", (n) => {
    space(n, "b").nft.push(
      `table netdev t {\n chain c {\n type filter hook ingress device e0 priority 0; policy accept;\n arp operation request counter drop\n }\n }`,
    );
  }),
  cut("far bridge down", (n) => void space(n, "s2").down.push("br0"), [withBystander]),
  cut("owner's cable down", (n) => {
    const end = interfaces(n, "b").at(0) as string;
    space(n, "b").down.push(end);
  }),
  cut("owner is silent", (n, _, r) => {
    space(n, "b").sysctl["net.ipv4.conf.e0.arp_ignore"] = r.pick(["8", "8", "1"]);
    if (r.chance(0.5)) space(n, "b").links.push("dev e0 arp off");
  }),
];

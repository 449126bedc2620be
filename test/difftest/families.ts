// Chooses what is broken first, with equal chance for each family, then a network in which it has an effect.

import type { Random } from "../fuzz/random.ts";
import { addressFamilies } from "./families/addresses.ts";
import { arpFamilies } from "./families/arp.ts";
import { bridgeFamilies } from "./families/bridge.ts";
import { filterFamilies } from "./families/filter.ts";
import { linkFamilies } from "./families/link.ts";
import { pathFamilies } from "./families/paths.ts";
import { pingFamilies } from "./families/ping.ts";
import { policyFamilies } from "./families/policy.ts";
import { routingFamilies } from "./families/routing.ts";
import { severalFamilies } from "./families/several.ts";
import type { Family, PingDraft } from "./family.ts";
import { anyFault } from "./faults.ts";
import { anyNetwork, type Network } from "./networks.ts";
import { tidy } from "./tidy.ts";

/** What people meet. */
const FAMILIES: readonly Family[] = [
  ...arpFamilies,
  ...routingFamilies,
  ...linkFamilies,
  ...pingFamilies,
  ...filterFamilies,
  ...bridgeFamilies,
];

/** Rarer things: they come less often, so that each cause of the others still occurs often. */
const RARER: readonly Family[] = [...pathFamilies, ...addressFamilies, ...policyFamilies, ...severalFamilies];

/** A network, what was broken in it, and the ping. */
export interface Case {
  readonly family: string;
  readonly network: Network;
  readonly ping: PingDraft;
}

function anyFamily(random: Random): Family | null {
  if (random.chance(0.05)) return null;
  return random.pick(random.chance(0.05) ? RARER : FAMILIES);
}

const named = (part: string): Family[] => [...FAMILIES, ...RARER].filter(({ name }) => name.includes(part));

/** One case: nothing broken in one of twenty, else one family, and up to two faults from anywhere; `only` narrows the families by a part of their name. */
export function randomCase(random: Random, only: string | null = null): Case {
  const family = only === null ? anyFamily(random) : random.pick(named(only));
  const network = family ? random.pick(family.networks)(random) : anyNetwork(random);
  const ping: PingDraft = {
    destination: network.destination,
    bind: null,
    size: null,
    ttl: null,
    discovery: null,
    broadcast: false,
  };
  family?.fault(network, ping, random);
  const extra = family ? random.pick([0, 0, 0, 0, 0, 0, 1, 2]) : 0;
  for (let i = 0; i < extra; i++) anyFault(network, ping, random);
  tidy(network);
  return { family: family?.name ?? "healthy", network, ping };
}

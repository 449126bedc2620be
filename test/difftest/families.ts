// Chooses what is broken first, with equal chance for each family, then a network in which it has an effect.

import type { Random } from "../fuzz/random.ts";
import { addressFamilies } from "./families/addresses.ts";
import { arpFamilies } from "./families/arp.ts";
import { boundFamilies } from "./families/bound.ts";
import { bridgeFamilies } from "./families/bridge.ts";
import { cutFamilies } from "./families/cut.ts";
import { filterFamilies } from "./families/filter.ts";
import { groupFamilies } from "./families/group.ts";
import { linkFamilies } from "./families/link.ts";
import { optionFamilies } from "./families/options.ts";
import { pathFamilies } from "./families/paths.ts";
import { pingFamilies } from "./families/ping.ts";
import { policyFamilies } from "./families/policy.ts";
import { routingFamilies } from "./families/routing.ts";
import { severalFamilies } from "./families/several.ts";
import { type Family, type Never, type PingDraft, plainPing } from "./family.ts";
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
  ...cutFamilies,
  ...boundFamilies,
  ...optionFamilies,
  ...groupFamilies,
];

/** Rarer things: they come less often, so that each cause of the others still occurs often. */
const RARER: readonly Family[] = [...pathFamilies, ...addressFamilies, ...policyFamilies, ...severalFamilies];

/** A network, what was broken in it, and the ping. */
export interface Case {
  readonly family: string;
  readonly network: Network;
  readonly ping: PingDraft;
  /** What a walk must not name, as long as nothing else is broken. */
  readonly never: Never | null;
}

function anyFamily(random: Random): Family | null {
  if (random.chance(0.05)) return null;
  return random.pick(random.chance(0.05) ? RARER : FAMILIES);
}

const named = (part: string): Family[] => [...FAMILIES, ...RARER].filter(({ name }) => name.includes(part));

/** A network that works and the same with one fault in it; null where the fault is in the ping, or changes nothing. */
export function changedNetwork(random: Random): { family: string; before: Network; after: Network } | null {
  const { name, networks, fault } = random.pick(FAMILIES);
  const after = random.pick(networks)(random);
  const before = structuredClone(after);
  const ping = plainPing(after.destination);
  fault(after, ping, random);
  for (const network of [before, after]) tidy(network);
  const isPlain = JSON.stringify(ping) === JSON.stringify(plainPing(before.destination));
  return isPlain && JSON.stringify(before) !== JSON.stringify(after) ? { family: name, before, after } : null;
}

/** One case: nothing broken in one of twenty, else one family, and up to two faults from anywhere; `only` narrows the families by a part of their name. */
export function randomCase(random: Random, only: string | null = null): Case {
  const family = only === null ? anyFamily(random) : random.pick(named(only));
  const network = family ? random.pick(family.networks)(random) : anyNetwork(random);
  const ping = plainPing(network.destination);
  family?.fault(network, ping, random);
  const extra = family ? random.pick([0, 0, 0, 0, 0, 0, 1, 2]) : 0;
  for (let i = 0; i < extra; i++) anyFault(network, ping, random);
  tidy(network);
  return { family: family?.name ?? "healthy", network, ping, never: (extra === 0 && family?.never) || null };
}

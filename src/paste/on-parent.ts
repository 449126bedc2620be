// Networks of containers that stand on an interface of their host (macvlan, ipvlan), as they are made, configured or listed:
// the host and its containers do not hear each other there, whatever else is right.

import { type Ipv4, type Prefix, parseIpv4, parsePrefix } from "../model/address.ts";

/** Containers on an interface of their host. */
export interface OnParent {
  /** Their subnets, where they are told. */
  readonly subnets: readonly Prefix[];
  /** Who is neither the host nor one of them. */
  readonly gateways: readonly Ipv4[];
}

const DRIVER =
  /\bnetwork create\b.*(?:-d|--driver)[ =]["']?(?:macvlan|ipvlan)\b|^\s*(?:-\s*)?"?driver"?\s*:\s*["']?(?:macvlan|ipvlan)\b|\b(?:nictype|lxc\.net\.\d+\.type|lxc\.network\.type)\s*[:=]\s*["']?(?:macvlan|ipvlan)\b/im;
const SUBNET = /(?:--subnet[= ]|"?\bsubnet"?\s*:\s*)["']?([\d.]+\/\d+)/gi;
const GATEWAY = /(?:--gateway[= ]|"?\bgateway"?\s*:\s*)["']?([\d.]+)/gi;

/** What these texts tell of them; null where they tell of none. */
export function onParentIn(texts: readonly string[]): OnParent | null {
  // A command that goes on in the next line is one.
  const all = texts.map((text) => text.replace(/\\\r?\n/g, " ")).join("\n");
  if (!DRIVER.test(all)) return null;
  const named = (pattern: RegExp): string[] => [...all.matchAll(pattern)].map(([, word = ""]) => word);
  return {
    subnets: named(SUBNET).flatMap((word) => parsePrefix(word) ?? []),
    gateways: named(GATEWAY).flatMap((word) => parseIpv4(word) ?? []),
  };
}

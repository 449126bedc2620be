// Which groups a host has joined on an interface, as far as its addresses tell: ip_check_mc_rcu.

import type { Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace } from "../../model/system-state.ts";
import { addressLine } from "../lines.ts";

// 224.0.0.1, which every host joins on every interface (RFC 1112 section 4).
const ALL_HOSTS = 0xe0000001;

/** What tells that it has joined the group there; null where nothing does: what programs have joined is in no listing here. */
export function hasJoined(ns: Namespace, device: string, group: Ipv4): readonly StateLine[] | null {
  if (group === ALL_HOSTS) return [];
  const own = ns.addresses?.find((one) => one.autojoin && one.local === group && one.interface === device);
  return own === undefined ? null : [addressLine(ns.key, own)];
}

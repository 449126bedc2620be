// Which hosts can be routers at all: a host with one leg would only send everything back to where it came from.

import { isLoopback } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";

/** Whether it has addresses on one interface at most; false where they are not known. */
export function hasOneLeg({ addresses }: Namespace): boolean {
  const legs = addresses?.flatMap((one) => (isLoopback(one.local) ? [] : [one.interface]));
  return legs !== undefined && new Set(legs).size < 2;
}

/** Whether it forwards, or could be meant to. */
export function mayForward(ns: Namespace): boolean {
  return !hasOneLeg(ns) || ns.sysctl?.get("net.ipv4.ip_forward") === "1";
}

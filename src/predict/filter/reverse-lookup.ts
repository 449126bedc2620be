// What rules ask of the routing tables: would an answer to the packet's source have a way (nft_fib4_eval, rpfilter_lookup_reverse)?

import { ANY_IPV4, type Ipv4, isMulticast, LIMITED_BROADCAST } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { vrfOf } from "../../system/lookup/vrf.ts";
import { findRoute } from "../lookup.ts";
import type { Datagram } from "../message.ts";

/** What is asked besides the source. */
export interface ReverseQuestion {
  /** The answer must be able to leave by it; null takes any. */
  readonly device: string | null;
  readonly withMark: boolean;
  /** Sources that are the host's own count, too. */
  readonly takesLocal?: boolean;
}

/** Whether there is such a way; undefined where the state does not tell, or a VRF asks tables of its own (flowi4_l3mdev). */
export function hasWayBack(
  ns: Namespace,
  packet: Datagram,
  question: ReverseQuestion & { readonly iif: string | null },
): boolean | undefined {
  const { device, withMark, takesLocal = false, iif } = question;
  if (iif !== null && vrfOf(ns, iif) !== null) return undefined;
  if (device === "lo" || isForNobody(packet)) return true;
  const { source, destination, mark, tos = 0 } = packet;
  const from = hasNoSource(destination) ? null : destination;
  const found = findRoute(ns, { destination: source, source: from, mark: withMark ? mark : 0, tos });
  if (found.kind === "unknown") return undefined;
  if (found.kind !== "route") return false;
  const { type } = found.route;
  if (type !== "unicast" && !(type === "local" && takesLocal)) return false;
  return device === null || found.paths.some((hop) => hop.interface === device);
}

// What asks for an address, or for its neighbours, without having one.
function isForNobody({ source, destination }: Datagram): boolean {
  return source === ANY_IPV4 && (destination === LIMITED_BROADCAST || isMulticast(destination));
}

// get_saddr
function hasNoSource(address: Ipv4): boolean {
  return address === ANY_IPV4 || address === LIMITED_BROADCAST || isMulticast(address);
}

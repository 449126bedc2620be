// Giving an address to a host: never one that another host owns, and one that nobody owns only where it can be meant.

import { inPrefix, isLoopback, parseIpv4 } from "../../model/address.ts";
import type { AddressEdit, Edit } from "../../model/edit.ts";
import type { SystemState } from "../../model/system-state.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { leadsOut, otherEnd } from "../../system/lookup/peer.ts";
import { segmentFrom } from "../../system/lookup/segment.ts";

/** What giving an address would be: it is the host's own, nobody's, or it must not be done. */
export type Giving = "own" | "nobody's" | "harmful";

/** What it would be to give the address of this edit. */
export function givingOf({ netns, address, device }: AddressEdit, state: SystemState): Giving {
  const wanted = parseIpv4(address.split("/")[0] ?? "");
  if (wanted === null || netns === null || isLoopback(wanted)) return "own";
  const owners = ownersOf(state, wanted);
  if (owners.some((owner) => owner.netns !== netns)) return "harmful";
  if (owners.length > 0) return "own";
  // A local route for it alone says whose it is meant to be.
  const isMeant = (state.namespaces.get(netns)?.routes ?? []).some(
    ({ type, destination }) => type === "local" && destination.length === 32 && destination.address === wanted,
  );
  if (isMeant) return "own";
  const segment = segmentFrom(state, { netns, interface: device });
  const goesOn = segment.some((place) => leadsOut(otherEnd(state, place.netns, place.interface)));
  const subnets = segment.flatMap((place) =>
    (state.namespaces.get(place.netns)?.addresses ?? []).filter((one) => one.interface === place.interface),
  );
  const fits = subnets.some(({ local, prefixLength }) => inPrefix(wanted, { address: local, length: prefixLength }));
  return goesOn || !fits ? "harmful" : "nobody's";
}

/** Whether an edit gives an address: one that leads to no answer was not the one that is missing. */
export function isGift(edit: Edit): edit is AddressEdit {
  return edit.kind === "address" && edit.verb !== "del";
}

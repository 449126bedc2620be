// Addresses and MAC addresses that two hosts of one segment hold.

import { formatIpv4, formatMac, isLoopback } from "../../model/address.ts";
import type { AuditNotice } from "../../model/audit.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { isHostsEnd, type LinkPlace, segmentFrom } from "../../system/lookup/segment.ts";
import { fewOf, placeName } from "./place-name.ts";

/** Both kinds. */
export function duplicates(state: SystemState): AuditNotice[] {
  const addresses = new Map<string, LinkPlace[]>();
  const macs = new Map<string, LinkPlace[]>();
  for (const { key: netns, addresses: own = [], links = [] } of state.namespaces.values()) {
    for (const one of own)
      if (!isLoopback(one.local)) append(addresses, formatIpv4(one.local), { netns, interface: one.interface });
    for (const { name, mac, isLoopback: isLo } of links) {
      const place = { netns, interface: name };
      if (mac !== null && mac !== 0 && !isLo && isHostsEnd(state, place)) append(macs, formatMac(mac), place);
    }
  }
  return [
    ...onOneSegment(state, addresses, "duplicate-address", (what, places) =>
      text(`${what} is on ${places}, on one segment`, `${what} 同时在 ${places} 上，且位于同一网段`),
    ),
    ...onOneSegment(state, macs, "duplicate-mac", (what, places) =>
      text(
        `MAC address ${what} is on ${places}, on one segment`,
        `MAC 地址 ${what} 同时在 ${places} 上，且位于同一网段`,
      ),
    ),
  ];
}

function append(map: Map<string, LinkPlace[]>, key: string, place: LinkPlace): void {
  const places = map.get(key);
  if (places === undefined) map.set(key, [place]);
  else places.push(place);
}

function onOneSegment(
  state: SystemState,
  holders: ReadonlyMap<string, readonly LinkPlace[]>,
  kind: AuditNotice["kind"],
  said: (what: string, places: string) => Text,
): AuditNotice[] {
  return [...holders].flatMap(([what, places]): AuditNotice[] => {
    const [first] = places;
    if (first === undefined || places.length < 2) return [];
    const segment = segmentFrom(state, first);
    // A device that stands on another has its MAC address; a host is no duplicate of itself.
    const here = places.filter(
      (one) => one.netns !== first.netns && segment.some((s) => s.netns === one.netns && s.interface === one.interface),
    );
    if (here.length === 0) return [];
    const all = [first, ...here];
    const names = fewOf(all.map((one) => placeName(one.netns, one.interface)));
    return [{ kind, text: said(what, names), netns: [...new Set(all.map(({ netns }) => netns))], pairs: null }];
  });
}

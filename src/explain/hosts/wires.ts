// Which interfaces of several hosts hang on one segment: by frames that left one and came in at another as they were, and
// by what a host has learned of another's MAC address there. Names and subnets show nothing.

import type { SystemState, Wire } from "../../model/system-state.ts";
import { leadsOut, otherEnd } from "../../system/lookup/peer.ts";
import type { LinkPlace } from "../../system/lookup/segment.ts";
import type { Crossing } from "./sights.ts";

/** The segments, each with two ends at least. */
export function wiresOf(state: SystemState, crossings: readonly Crossing[]): Wire[] {
  const segments: LinkPlace[][] = [];
  const join = (a: LinkPlace, b: LinkPlace): void => {
    const [one, other] = [a, b].map((end) => segments.find((ends) => ends.some((known) => isSame(known, end))));
    if (one !== undefined && one === other) return;
    for (const gone of [one, other]) if (gone !== undefined) segments.splice(segments.indexOf(gone), 1);
    segments.push([...(one ?? [a]), ...(other ?? [b])]);
  };
  for (const { out, in: came } of crossings) if (isUnchanged({ out, in: came })) join(out.place, came.place);
  for (const [a, b] of learned(state)) join(a, b);
  return segments.map((ends) => ({ ends }));
}

// A router sends it on from its own MAC address, with a lower TTL.
function isUnchanged({ out, in: came }: Crossing): boolean {
  const sameMac = out.source === null || came.source === null || out.source === came.source;
  return sameMac && out.ttl === came.ttl;
}

function isSame(a: LinkPlace, b: LinkPlace): boolean {
  return a.netns === b.netns && a.interface === b.interface;
}

// Whom a host knows by address and MAC address on an interface, it has heard there: an answer of just that interface.
function learned(state: SystemState): [LinkPlace, LinkPlace][] {
  const owners = [...state.namespaces.values()].flatMap((ns) =>
    (ns.addresses ?? []).flatMap(({ interface: name, local }) => {
      const link = ns.links?.find((one) => one.name === name);
      if (link?.mac == null || !isEdge(state, { netns: ns.key, interface: name })) return [];
      return [{ ns, name, local, mac: link.mac }];
    }),
  );
  return [...state.namespaces.values()].flatMap((ns) =>
    (ns.neighbours ?? []).flatMap(({ interface: name, address, mac, states }): [LinkPlace, LinkPlace][] => {
      const isHeard = states.has("REACHABLE") || states.has("STALE") || states.has("DELAY") || states.has("PROBE");
      if (mac === null || !isHeard || !isEdge(state, { netns: ns.key, interface: name })) return [];
      const found = owners.filter((one) => one.local === address && one.mac === mac && one.ns.host !== ns.host);
      const [only] = found;
      if (only === undefined || found.length > 1) return [];
      return [
        [
          { netns: ns.key, interface: name },
          { netns: only.ns.key, interface: only.name },
        ],
      ];
    }),
  );
}

function isEdge(state: SystemState, { netns, interface: name }: LinkPlace): boolean {
  return leadsOut(otherEnd(state, netns, name));
}

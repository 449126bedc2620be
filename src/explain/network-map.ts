// The part of the state that a picture of the report needs: the namespaces on the packets' ways, who holds the addresses
// that were asked for, and what lies between.

import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { MapPlace, NetworkMap } from "../model/network-map.ts";
import type { Answer, FlowReport } from "../model/report.ts";
import type { Link, Namespace, SystemState } from "../model/system-state.ts";
import { linkOf, otherEnd } from "../system/lookup/peer.ts";
import { type LinkPlace, nextTo } from "../system/lookup/segment.ts";

// Pictures are of single flows: those of a crowd look alike, and nobody reads a hundred of them.
const MOST_FLOWS = 16;
const MOST_LINKS = 300;

/** As a report holds it: nothing where there is no state, or no step in a namespace of it. */
export function networkOf(
  state: SystemState | null,
  flows: readonly FlowReport[],
  answer: Answer | null,
): { readonly network?: NetworkMap } {
  if (state === null) return {};
  const main = flows.filter(({ flow }) => flow.id === answer?.flow);
  const drawn = [...main, ...flows.filter((one) => !main.includes(one))].slice(0, MOST_FLOWS);
  const places = new Map<string, MapPlace>();
  const namespaces = new Set<string>();
  const used = new Set<string>();
  for (const { steps, flow } of drawn) {
    for (const step of steps) {
      if (step.netns === null || !state.namespaces.has(step.netns)) continue;
      namespaces.add(step.netns);
      if (step.interface !== null) used.add(keyOf({ netns: step.netns, interface: step.interface }));
    }
    for (const place of wayToOwner(state, flow.dst, namespaces)) {
      namespaces.add(place.netns);
      used.add(keyOf(place));
    }
  }
  for (const key of namespaces) {
    const ns = state.namespaces.get(key);
    for (const link of linksOf(ns, used)) add(places, state, ns as Namespace, link);
  }
  // The other ends, whose own namespaces may be of no further interest.
  for (const { end } of [...places.values()]) {
    const ns = end === null ? undefined : state.namespaces.get(end.netns);
    const link = end === null || ns === undefined ? undefined : linkOf(ns, end.name);
    if (ns !== undefined && link !== undefined) add(places, state, ns, link);
  }
  return places.size === 0 ? {} : { network: { places: [...places.values()] } };
}

function linksOf(ns: Namespace | undefined, used: ReadonlySet<string>): readonly Link[] {
  const links = ns?.links ?? [];
  if (ns === undefined || links.length <= MOST_LINKS) return links;
  const isUsed = ({ name }: Link): boolean => used.has(keyOf({ netns: ns.key, interface: name }));
  const masters = new Set(links.filter(isUsed).map(({ master }) => master));
  return links.filter((link) => isUsed(link) || masters.has(link.name)).slice(0, MOST_LINKS);
}

function add(places: Map<string, MapPlace>, state: SystemState, ns: Namespace, link: Link): void {
  const key = keyOf({ netns: ns.key, interface: link.name });
  if (places.has(key)) return;
  const end = otherEnd(state, ns.key, link.name);
  places.set(key, {
    netns: ns.key,
    name: link.name,
    kind: link.isLoopback ? "lo" : link.kind,
    addresses: (ns.addresses ?? [])
      .filter((address) => address.interface === link.name)
      .map(({ local, prefixLength }) => `${formatIpv4(local)}/${prefixLength}`),
    isDown: !link.flags.has("UP") || link.operstate === "DOWN" || link.operstate === "LOWERLAYERDOWN",
    master: link.master,
    end: end.kind === "peer" ? { netns: end.netns, name: end.link.name, relation: end.relation } : null,
    leadsOut: end.kind === "outside" || end.kind === "unknown",
  });
}

// From the interface that holds the address, over wires and bridges, to the first namespace that is on the way.
function wayToOwner(state: SystemState, address: Ipv4, known: ReadonlySet<string>): LinkPlace[] {
  const owners = [...state.namespaces.values()].flatMap((ns) =>
    (ns.addresses ?? [])
      .filter(({ local }) => local === address)
      .map((one): LinkPlace => ({ netns: ns.key, interface: one.interface })),
  );
  const [owner] = owners;
  if (owner === undefined || owners.some(({ netns }) => known.has(netns))) return [];
  const before = new Map<string, LinkPlace | null>([[keyOf(owner), null]]);
  // An address of lo is reached by any of its host's interfaces.
  const links = owner.interface === "lo" ? (state.namespaces.get(owner.netns)?.links ?? []) : [];
  const beside = links.flatMap(({ name }) => (name === "lo" ? [] : [{ netns: owner.netns, interface: name }]));
  for (const place of beside) before.set(keyOf(place), owner);
  const waiting = [owner, ...beside];
  for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
    if (known.has(place.netns)) return backFrom(place, before);
    for (const next of nextTo(state, place)) {
      if (before.has(keyOf(next))) continue;
      before.set(keyOf(next), place);
      waiting.push(next);
    }
  }
  return [owner];
}

function backFrom(end: LinkPlace, before: ReadonlyMap<string, LinkPlace | null>): LinkPlace[] {
  const way: LinkPlace[] = [];
  for (let place: LinkPlace | null = end; place !== null; place = before.get(keyOf(place)) ?? null) way.push(place);
  return way;
}

function keyOf({ netns, interface: name }: LinkPlace): string {
  return `${netns} ${name}`;
}

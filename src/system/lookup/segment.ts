// Which hosts hang on one layer-2 segment, whatever the flags, filters and states of what lies between: by the wires alone.

import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import { LinkIndex } from "./link-index.ts";
import { linkOf, otherEnd } from "./peer.ts";

/** An interface of a namespace. */
export interface LinkPlace {
  readonly netns: string;
  readonly interface: string;
}

/**
 * The interfaces that a frame could come to from this one, if everything let it pass: over veth pairs, bridges and
 * devices that stand on others. `except` is where it came from, and is not gone back to. Those that hand frames to a
 * stack of their own are hosts' ends; a bridge's ports are not.
 */
export function segmentFrom(state: SystemState, from: LinkPlace, except: readonly LinkPlace[] = []): LinkPlace[] {
  const seen = new Set(except.map(keyOf));
  const found: LinkPlace[] = [];
  const waiting = [from];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(keyOf(place))) continue;
    seen.add(keyOf(place));
    found.push(place);
    waiting.push(...nextTo(state, place));
  }
  return found;
}

/** Whether an interface's frames go to its own host's stack: it is no port of a bridge. */
export function isHostsEnd(state: SystemState, { netns, interface: name }: LinkPlace): boolean {
  const ns = state.namespaces.get(netns);
  const link = ns && linkOf(ns, name);
  return link !== undefined && bridgeOf(ns as Namespace, link) === null;
}

function keyOf({ netns, interface: name }: LinkPlace): string {
  return `${netns} ${name}`;
}

/** The interfaces right beside one: the other end, the bridge, its ports, what stands on it. */
export function nextTo(state: SystemState, place: LinkPlace): LinkPlace[] {
  const ns = state.namespaces.get(place.netns);
  const link = ns && linkOf(ns, place.interface);
  if (!ns || !link) return [];
  const inSame = (name: string): LinkPlace => ({ netns: ns.key, interface: name });
  const end = otherEnd(state, ns.key, link.name);
  const bridge = bridgeOf(ns, link);
  return [
    ...(end.kind === "peer" ? [{ netns: end.netns, interface: end.link.name }] : []),
    ...(end.kind === "wire" ? end.ends : []),
    ...(bridge === null ? [] : [inSame(bridge.name)]),
    ...(link.kind === "bridge"
      ? LinkIndex.of(ns)
          .portsOf(link.name)
          .map((l) => inSame(l.name))
      : []),
    ...standingOn(state, place),
  ];
}

function bridgeOf(ns: Namespace, link: Link): Link | null {
  const master = link.master === null ? undefined : linkOf(ns, link.master);
  return master?.kind === "bridge" ? master : null;
}

const onTop = new WeakMap<SystemState, ReadonlyMap<string, readonly LinkPlace[]>>();

function standingOn(state: SystemState, place: LinkPlace): readonly LinkPlace[] {
  const known = onTop.get(state) ?? allOnTop(state);
  onTop.set(state, known);
  return known.get(keyOf(place)) ?? [];
}

function allOnTop(state: SystemState): Map<string, LinkPlace[]> {
  const found = new Map<string, LinkPlace[]>();
  for (const other of state.namespaces.values())
    for (const link of LinkIndex.of(other).onTop) {
      const end = otherEnd(state, other.key, link.name);
      if (end.kind !== "peer" || end.relation !== "lower") continue;
      const below = keyOf({ netns: end.netns, interface: end.link.name });
      const own = { netns: other.key, interface: link.name };
      const others = found.get(below);
      if (others === undefined) found.set(below, [own]);
      else others.push(own);
    }
  return found;
}

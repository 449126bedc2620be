// Where to look by itself: every place the question and its answers should pass by the state, and what lies beside them.

import type { Ipv4 } from "../model/address.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { stepsOf, type Trace } from "../model/trace.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import { linkOf, otherEnd } from "../system/lookup/peer.ts";

/** An interface of a namespace. */
export interface WatchPlace {
  readonly netns: string;
  readonly interface: string;
}

/** What is about to happen, as far as it is known. */
export interface Expected {
  /** Namespace of whoever asks. */
  readonly netns: string;
  readonly outInterface: string | null;
  readonly destination: Ipv4 | null;
  /** The walk by state; null where the destination is not known. */
  readonly trace: Trace | null;
}

// Interfaces of one namespace or ports of one bridge that are named without a sign that they matter.
const MOST_BESIDE = 16;
const MOST_PLACES = 128;
// Links that are followed to find out what is connected at all.
const MOST_LINKS = 4096;

/** The places to watch, in the order of the way, each namespace's `lo` last; bounded, whatever the state. */
export function placesToWatch(state: SystemState, expected: Expected): readonly WatchPlace[] {
  const places = new Places(state);
  const start = state.namespaces.get(expected.netns);
  if (expected.outInterface !== null) places.add(expected.netns, expected.outInterface);
  for (const step of expected.trace ? stepsOf(expected.trace) : []) {
    if (step.expects) places.add(step.expects.netns, step.expects.interface);
  }
  // Nothing foreseen on any wire: whatever appears would appear at one of the asker's own.
  if (start && !places.hasWire) {
    for (const name of ownInterfaces(start).slice(0, MOST_BESIDE)) places.add(start.key, name);
  }
  // Other namespaces may use the same addresses and have nothing to do with this one.
  const connected = connectedNamespaces(state, expected.netns);
  for (const address of [expected.trace?.nextHop ?? null, expected.destination]) {
    if (address === null) continue;
    for (const owner of ownersOf(state, address)) {
      if (owner.interface !== "lo" && connected.has(owner.netns)) places.add(owner.netns, owner.interface);
    }
  }
  places.addNeighbours();
  return places.withLoopbacks(expected.netns);
}

/** Namespaces that can be reached from one by veth pairs and the like. */
function connectedNamespaces(state: SystemState, from: string): ReadonlySet<string> {
  const reached = new Set([from]);
  let budget = MOST_LINKS;
  for (const netns of reached) {
    for (const link of state.namespaces.get(netns)?.links ?? []) {
      if (budget-- <= 0) return reached;
      const end = link.isLoopback ? null : otherEnd(state, netns, link.name);
      if (end?.kind === "peer") reached.add(end.netns);
    }
  }
  return reached;
}

function ownInterfaces(ns: Namespace): string[] {
  const links = (ns.links ?? []).filter((link) => !link.isLoopback);
  const up = links.filter((link) => link.flags.has("UP"));
  const addressed = new Set((ns.addresses ?? []).map((address) => address.interface));
  // Those that can send come first, then those that are merely up.
  return [...up.filter((link) => addressed.has(link.name)), ...up.filter((link) => !addressed.has(link.name))].map(
    (link) => link.name,
  );
}

class Places {
  readonly #state: SystemState;
  readonly #list: WatchPlace[] = [];
  readonly #known = new Set<string>();

  constructor(state: SystemState) {
    this.#state = state;
  }

  get hasWire(): boolean {
    return this.#list.some((place) => place.interface !== "lo");
  }

  /** Adds an interface that the state shows. */
  add(netns: string, name: string): void {
    const key = JSON.stringify([netns, name]);
    const ns = this.#state.namespaces.get(netns);
    if (this.#known.has(key) || this.#list.length >= MOST_PLACES || !ns || !linkOf(ns, name)) return;
    this.#known.add(key);
    this.#list.push({ netns, interface: name });
  }

  /** The other end of each place, and for a bridge's port the bridge and its other ports; for a bridge its ports. */
  addNeighbours(): void {
    for (let at = 0; at < this.#list.length; at++) {
      const place = this.#list[at] as WatchPlace;
      const ns = this.#state.namespaces.get(place.netns);
      const link = ns && linkOf(ns, place.interface);
      if (!ns || !link || link.isLoopback) continue;
      const end = otherEnd(this.#state, place.netns, place.interface);
      if (end.kind === "peer") this.add(end.netns, end.link.name);
      const bridge = link.kind === "bridge" ? link.name : link.master;
      if (bridge === null) continue;
      this.add(place.netns, bridge);
      const ports = (ns.links ?? []).filter((other) => other.master === bridge);
      for (const port of ports.slice(0, MOST_BESIDE)) this.add(place.netns, port.name);
    }
  }

  /** Everything, with the loopback device of each namespace at the end; the asker's own is there even if alone. */
  withLoopbacks(asker: string): readonly WatchPlace[] {
    const spaces = new Set([...this.#list.map((place) => place.netns), asker]);
    const wires = this.#list.filter((place) => place.interface !== "lo");
    return [
      ...wires,
      ...[...spaces].filter((netns) => this.#hasLoopback(netns)).map((netns) => ({ netns, interface: "lo" })),
    ];
  }

  #hasLoopback(netns: string): boolean {
    const ns = this.#state.namespaces.get(netns);
    return ns !== undefined && linkOf(ns, "lo") !== undefined;
  }
}

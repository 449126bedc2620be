// The routes that cover an address, found by their prefixes: a full table has a million.

import type { Ipv4 } from "../../model/address.ts";
import type { Route } from "../../model/system-state.ts";

/** Built once for each list of routes, which nobody changes in place. */
export class RouteIndex {
  static readonly #kept = new WeakMap<readonly Route[], RouteIndex>();
  /** By length of the prefix, longest first, then by its address; in order of the list. */
  readonly #byLength: { readonly mask: number; readonly routes: Map<number, Route[]> }[];
  /** Whether the list holds table local at all. */
  readonly hasLocal: boolean;
  /** Whether somebody other than the kernel has put an entry there. */
  readonly hasCustomLocal: boolean;

  private constructor(routes: readonly Route[]) {
    const lengths = new Map<number, Map<number, Route[]>>();
    let hasLocal = false;
    for (const route of routes) {
      const { length, address } = route.destination;
      const ofLength = lengths.get(length) ?? new Map<number, Route[]>();
      lengths.set(length, ofLength);
      const key = (address & maskOf(length)) >>> 0;
      const alike = ofLength.get(key);
      if (alike === undefined) ofLength.set(key, [route]);
      else alike.push(route);
      if (route.table === "local" || route.type === "local") hasLocal = true;
    }
    this.hasLocal = hasLocal;
    this.hasCustomLocal = routes.some((r) => r.type === "local" && r.protocol !== null && r.protocol !== "kernel");
    this.#byLength = [...lengths]
      .sort(([a], [b]) => b - a)
      .map(([length, ofLength]) => ({ mask: maskOf(length), routes: ofLength }));
  }

  static of(routes: readonly Route[]): RouteIndex {
    const index = RouteIndex.#kept.get(routes) ?? new RouteIndex(routes);
    RouteIndex.#kept.set(routes, index);
    return index;
  }

  /** All routes whose prefix holds the address, the longest prefix first. */
  covering(address: Ipv4): Route[] {
    // Asked for every host that hears a frame: no list is made for lengths that hold nothing.
    const found: Route[] = [];
    for (const { mask, routes } of this.#byLength) {
      const alike = routes.get((address & mask) >>> 0);
      if (alike !== undefined) for (const route of alike) found.push(route);
    }
    return found;
  }
}

function maskOf(length: number): number {
  return length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
}

// The links of a namespace by what they are asked for: a host of containers has tens of thousands.

import type { Link, Namespace } from "../../model/system-state.ts";

/** Built once for each list of links, which nobody changes in place. */
export class LinkIndex {
  static readonly #kept = new WeakMap<readonly Link[], LinkIndex>();
  static readonly #none = new LinkIndex([]);
  readonly #byName = new Map<string, Link>();
  readonly #byIndex = new Map<number, Link[]>();
  readonly #ports = new Map<string, Link[]>();
  /** Links that stand on another one, other than the ends of a veth pair. */
  readonly onTop: Link[] = [];
  readonly #ofKind = new Map<string, Link[]>();

  private constructor(links: readonly Link[]) {
    for (const link of links) {
      // Of two with one name the first counts, as in a search.
      if (!this.#byName.has(link.name)) this.#byName.set(link.name, link);
      append(this.#byIndex, link.index, link);
      if (link.master !== null) append(this.#ports, link.master, link);
      if (link.kind !== null && link.kind !== "veth" && link.linkIndex !== null) this.onTop.push(link);
      if (link.kind !== null) append(this.#ofKind, link.kind, link);
    }
  }

  /** The index of a namespace's links; empty where they are not known. */
  static of({ links }: Pick<Namespace, "links">): LinkIndex {
    if (links === undefined) return LinkIndex.#none;
    const index = LinkIndex.#kept.get(links) ?? new LinkIndex(links);
    LinkIndex.#kept.set(links, index);
    return index;
  }

  named(name: string): Link | undefined {
    return this.#byName.get(name);
  }

  /** All links with this index: text that was cut short may give one to several. */
  at(index: number): readonly Link[] {
    return this.#byIndex.get(index) ?? [];
  }

  ofKind(kind: string): readonly Link[] {
    return this.#ofKind.get(kind) ?? [];
  }

  /** The links that have this one as their master. */
  portsOf(master: string): readonly Link[] {
    return this.#ports.get(master) ?? [];
  }
}

function append<Key>(map: Map<Key, Link[]>, key: Key, link: Link): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [link]);
  else list.push(link);
}

// Changes of one namespace or one interface of a state.

import type { Link, Namespace, SystemState } from "../model/system-state.ts";
import { linkLine } from "../system/parse/link.ts";

/** The state with one namespace changed; null where it is not known, or the change is refused. */
export function changeNamespace(
  state: SystemState,
  netns: string | null,
  change: (ns: Namespace) => Namespace | null,
): SystemState | null {
  const ns = netns === null ? undefined : state.namespaces.get(netns);
  const changed = ns && change(ns);
  return changed ? putNamespace(state, changed) : null;
}

/** The state with this namespace in the place of the one of its key. */
export function putNamespace(state: SystemState, ns: Namespace): SystemState {
  return { ...state, namespaces: new Map([...state.namespaces, [ns.key, ns]]) };
}

/** The namespace with one interface changed, and its line with it. */
export function changeLink(ns: Namespace, name: string, change: (link: Link) => Link): Namespace {
  return {
    ...ns,
    links: ns.links?.map((link) => {
      if (link.name !== name) return link;
      const changed = change(link);
      return { ...changed, line: linkLine(changed) };
    }),
  };
}

/** Whether a device is there; what nobody listed may be. */
export function hasLink(ns: Namespace, name: string): boolean {
  return ns.links === undefined || ns.links.some((link) => link.name === name);
}

/** Flags as the kernel has them after a change. */
export function withFlags(flags: ReadonlySet<string>, change: Readonly<Record<string, boolean>>): ReadonlySet<string> {
  const result = new Set(flags);
  for (const [flag, on] of Object.entries(change)) {
    if (on) result.add(flag);
    else result.delete(flag);
  }
  return result;
}

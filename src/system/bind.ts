// Binds a capture to its namespace by what state knows of interfaces.

import type { SystemState } from "../model/system-state.ts";
import { LinkIndex } from "./lookup/link-index.ts";

/** The only namespace that has an interface of this name; null where none or several have it. */
export function namespaceOfInterface(state: SystemState, interfaceName: string): string | null {
  let found: string | null = null;
  for (const [key, namespace] of state.namespaces) {
    if (LinkIndex.of(namespace).named(interfaceName) === undefined) continue;
    if (found !== null) return null;
    found = key;
  }
  if (found !== null) return found;
  // The one host there is has it, where nobody listed what interfaces it has.
  const [only] = state.namespaces.values();
  return state.namespaces.size === 1 && only?.key === "" && only.links === undefined ? "" : null;
}

// Binds a capture to its namespace by what state knows of interfaces.

import type { SystemState } from "../model/system-state.ts";

/** The only namespace that has an interface of this name; null where none or several have it. */
export function namespaceOfInterface(state: SystemState, interfaceName: string): string | null {
  let found: string | null = null;
  for (const [key, namespace] of state.namespaces) {
    if (!namespace.links?.some((link) => link.name === interfaceName)) continue;
    if (found !== null) return null;
    found = key;
  }
  return found;
}

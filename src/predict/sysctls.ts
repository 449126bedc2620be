// Settings as the walk reads them. A setting that state does not tell and that hardly ever differs from its default is
// taken as its default and noted as assumed; one that decides and differs between distributions is left unknown.

import type { StateLine } from "../model/evidence.ts";
import type { Namespace } from "../model/system-state.ts";
import { effectiveSysctl, interfaceSysctlKey, namespaceSysctl } from "../system/lookup/sysctl.ts";
import type { Walk } from "./walk.ts";

/** A value, and the lines of state that give it. */
export interface Setting {
  readonly value: number;
  /** Empty where it was assumed. */
  readonly lines: readonly StateLine[];
}

/** Value in force of net.ipv4.conf.*.NAME on an interface; undefined where state does not tell. */
export function knownSetting(ns: Namespace, name: string, interfaceName: string): Setting | undefined {
  return effectiveSysctl(ns, name, interfaceName);
}

/** The same, with the kernel's default where state does not tell. */
export function setting(walk: Walk, ns: Namespace, name: string, interfaceName: string, byDefault: number): Setting {
  const known = effectiveSysctl(ns, name, interfaceName);
  if (known !== undefined) return known;
  walk.assume(ns.key, ns.sysctl === undefined ? "sysctl" : `net.ipv4.conf.${interfaceName}.${name}`);
  return { value: byDefault, lines: [] };
}

/**
 * Whether an interface forwards. Where only ip_forward is known it stands for all of them, as an assumption: whoever
 * writes it writes every interface (inet_forward_change), and one that was set by itself would differ.
 */
export function forwardingSetting(walk: Walk, ns: Namespace, interfaceName: string): Setting | undefined {
  const own = effectiveSysctl(ns, "forwarding", interfaceName);
  if (own !== undefined) return own;
  const everywhere = namespaceSysctl(ns, "net.ipv4.ip_forward");
  if (everywhere !== undefined) walk.assume(ns.key, interfaceSysctlKey("conf", interfaceName, "forwarding"));
  return everywhere;
}

/** A setting of the whole namespace, by its full key. */
export function namespaceSetting(walk: Walk, ns: Namespace, key: string, byDefault: number): Setting {
  const known = namespaceSysctl(ns, key);
  if (known !== undefined) return known;
  walk.assume(ns.key, ns.sysctl === undefined ? "sysctl" : key);
  return { value: byDefault, lines: [] };
}

/** One of net.ipv4.neigh.INTERFACE.*. */
export function neighbourSetting(
  walk: Walk,
  ns: Namespace,
  name: string,
  interfaceName: string,
  byDefault: number,
): Setting {
  return namespaceSetting(walk, ns, interfaceSysctlKey("neigh", interfaceName, name), byDefault);
}

/** The key whose value decides: of `all` and the interface, the one that wins. */
export function keyOf(setting: Setting | undefined, name: string, interfaceName: string): string {
  return setting?.lines[0]?.line.split(" = ")[0] ?? interfaceSysctlKey("conf", interfaceName, name);
}

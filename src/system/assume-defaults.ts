// What a paste does not say of a system's settings, filled in as an assumption: the kernel's compiled-in defaults. Only
// for pasted text; in a state file what is absent is unknown.

import type { Namespace, SystemState } from "../model/system-state.ts";
import { interfaceSysctlKey } from "./lookup/sysctl.ts";

/** A setting with the kernel's default. */
interface Usual {
  readonly name: string;
  readonly byDefault: string;
}

const PER_INTERFACE: readonly Usual[] = [
  { name: "rp_filter", byDefault: "0" },
  { name: "accept_local", byDefault: "0" },
  { name: "arp_ignore", byDefault: "0" },
  { name: "arp_filter", byDefault: "0" },
  { name: "forwarding", byDefault: "0" },
  { name: "arp_announce", byDefault: "0" },
];
const WHOLE: readonly Usual[] = [{ name: "net.ipv4.icmp_echo_ignore_all", byDefault: "0" }];

/** The state with these defaults where nothing was said, marked as assumed; null where all of it was said. */
export function withDefaults(state: SystemState): SystemState | null {
  let changed = false;
  const namespaces = new Map([...state.namespaces].map(([key, ns]) => [key, completed(ns)] as const));
  for (const [key, ns] of namespaces) if (ns !== state.namespaces.get(key)) changed = true;
  return changed ? { ...state, namespaces } : null;
}

function completed(ns: Namespace): Namespace {
  if (ns.links === undefined) return ns;
  const sysctl = new Map(ns.sysctl);
  const assumed = new Set<string>();
  for (const { key, usual } of settingsOf(ns)) {
    // What ip_forward was shown to be stands for every interface as it is, and is quoted as it was shown.
    if (sysctl.has(key) || (usual.name === "forwarding" && ns.sysctl?.has("net.ipv4.ip_forward"))) continue;
    sysctl.set(key, saidFor(ns, usual.name) ?? usual.byDefault);
    assumed.add(key);
  }
  return assumed.size === 0 ? ns : { ...ns, sysctl, assumedSysctl: assumed };
}

// inet_forward_change: ip_forward reaches every interface. What is said of `default` holds for interfaces made later.
function saidFor(ns: Namespace, name: string): string | undefined {
  const said = (key: string): string | undefined => ns.sysctl?.get(key);
  if (name === "forwarding") return said("net.ipv4.conf.all.forwarding");
  return said(interfaceSysctlKey("conf", "default", name));
}

function settingsOf(ns: Namespace): { key: string; usual: Usual }[] {
  const names = ["all", ...(ns.links ?? []).map((link) => link.name)];
  return [
    ...PER_INTERFACE.flatMap((usual) =>
      names.map((name) => ({ key: interfaceSysctlKey("conf", name, usual.name), usual })),
    ),
    ...WHOLE.map((usual) => ({ key: usual.name, usual })),
  ];
}

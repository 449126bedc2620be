// What a paste does not say of a system's settings, filled in as an assumption: the kernel's compiled-in defaults. Only
// for pasted text; in a state file what is absent is unknown.

import type { Namespace, SystemState } from "../model/system-state.ts";
import { interfaceSysctlKey } from "./lookup/sysctl.ts";

/** A setting with the kernel's default, and the other values that are usual. */
interface Usual {
  readonly name: string;
  readonly byDefault: string;
  /** Most usual first: systemd's default for rp_filter is 2, older distributions' 1; Docker turns forwarding on. */
  readonly others: readonly string[];
}

const PER_INTERFACE: readonly Usual[] = [
  { name: "rp_filter", byDefault: "0", others: ["1", "2"] },
  { name: "accept_local", byDefault: "0", others: ["1"] },
  { name: "arp_ignore", byDefault: "0", others: ["1"] },
  { name: "arp_filter", byDefault: "0", others: ["1"] },
  { name: "forwarding", byDefault: "0", others: ["1"] },
  { name: "arp_announce", byDefault: "0", others: [] },
];
const WHOLE: readonly Usual[] = [{ name: "net.ipv4.icmp_echo_ignore_all", byDefault: "0", others: ["1"] }];

/** Another usual value for settings that are only assumed. */
export interface OtherValue {
  readonly netns: string;
  readonly keys: readonly string[];
  /** The key a person would ask for. */
  readonly key: string;
  readonly value: string;
}

/** The state with these defaults where nothing was said, marked as assumed; null where all of it was said. */
export function withDefaults(state: SystemState): SystemState | null {
  let changed = false;
  const namespaces = new Map([...state.namespaces].map(([key, ns]) => [key, completed(ns)] as const));
  for (const [key, ns] of namespaces) if (ns !== state.namespaces.get(key)) changed = true;
  return changed ? { ...state, namespaces } : null;
}

/** The state with no other routes than those shown, in this namespace. */
export function withoutUnknownRoutes(state: SystemState, netns: string): SystemState {
  const ns = state.namespaces.get(netns);
  if (ns?.addresses === undefined || ns.routes !== undefined) return state;
  return { ...state, namespaces: new Map([...state.namespaces, [netns, { ...ns, routes: [] }]]) };
}

function completed(ns: Namespace): Namespace {
  if (ns.links === undefined) return ns;
  const sysctl = new Map(ns.sysctl);
  const assumed = new Set<string>();
  for (const { key, usual } of settingsOf(ns)) {
    if (sysctl.has(key)) continue;
    sysctl.set(key, saidFor(ns, usual.name) ?? usual.byDefault);
    assumed.add(key);
  }
  return assumed.size === 0 ? ns : { ...ns, sysctl, assumedSysctl: assumed };
}

// inet_forward_change: ip_forward reaches every interface. What is said of `default` holds for interfaces made later.
function saidFor(ns: Namespace, name: string): string | undefined {
  const said = (key: string): string | undefined => ns.sysctl?.get(key);
  if (name === "forwarding") return said("net.ipv4.ip_forward") ?? said("net.ipv4.conf.all.forwarding");
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

/** All other usual values of what is only assumed in these namespaces, one setting of one namespace at a time. */
export function otherValues(state: SystemState, among: readonly string[]): OtherValue[] {
  return among.flatMap((netns) => {
    const ns = state.namespaces.get(netns);
    if (!ns?.assumedSysctl) return [];
    const assumed = settingsOf(ns).filter(({ key }) => ns.assumedSysctl?.has(key));
    return [...PER_INTERFACE, ...WHOLE].flatMap((usual) => {
      const keys = assumed.filter((one) => one.usual === usual).map(({ key }) => key);
      const [first] = keys;
      const taken = first === undefined ? undefined : ns.sysctl?.get(first);
      return first === undefined
        ? []
        : [usual.byDefault, ...usual.others]
            .filter((value) => value !== taken)
            .map((value) => ({ netns, keys, key: first, value }));
    });
  });
}

/** The state with one of them. */
export function withValue(state: SystemState, { netns, keys, value }: OtherValue): SystemState {
  const ns = state.namespaces.get(netns);
  if (!ns) return state;
  const sysctl = new Map([...(ns.sysctl ?? []), ...keys.map((key) => [key, value] as const)]);
  return { ...state, namespaces: new Map([...state.namespaces, [netns, { ...ns, sysctl }]]) };
}

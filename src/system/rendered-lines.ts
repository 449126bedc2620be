// Every object of a state as the line it is quoted by: what a report shows as state must be one of these.

import type { StateLine } from "../model/evidence.ts";
import type { BridgeVlan, Namespace, SystemState } from "../model/system-state.ts";

/** The lines of a state, to be asked whether a quotation is one of them. */
export interface RenderedLines {
  has(quoted: StateLine): boolean;
  /** Whether any object of any namespace reads so, where a quotation does not say which. */
  holds(line: string): boolean;
}

/** Renders each object of a state file; a namespace is rendered when it is first asked for. */
export function renderedLines(state: SystemState): RenderedLines {
  const rendered = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  const linesIn = (netns: string): ReadonlyMap<string, ReadonlySet<string>> | undefined => {
    const namespace = state.namespaces.get(netns);
    const lines = rendered.get(netns) ?? (namespace && linesOf(namespace));
    if (lines) rendered.set(netns, lines);
    return lines;
  };
  return {
    has: ({ netns, key, line }) => linesIn(netns)?.get(key)?.has(line) ?? false,
    holds: (line) =>
      [...state.namespaces.keys()].some((netns) =>
        [...(linesIn(netns)?.values() ?? [])].some((lines) => lines.has(line)),
      ),
  };
}

function linesOf(ns: Namespace): Map<string, Set<string>> {
  const own = (objects: readonly { readonly line: string }[] | undefined): string[] =>
    (objects ?? []).map(({ line }) => line);
  const chains = ns.nft?.chains ?? [];
  const byKey: Readonly<Record<string, readonly string[]>> = {
    link: own(ns.links),
    addr: own(ns.addresses),
    route: own(ns.routes),
    routeCache: own(ns.learnedMtus),
    rule: own(ns.rules),
    neigh: own(ns.neighbours),
    neighProxy: own(ns.neighbourProxies),
    "bridge.link": own(ns.bridge?.ports),
    "bridge.fdb": own(ns.bridge?.fdb),
    "bridge.vlan": (ns.bridge?.vlans ?? []).map(vlanLine),
    sysctl: [...(ns.sysctl ?? [])].map(([key, value]) => sysctlLine(key, value)),
    nft: [...own(chains), ...chains.flatMap(({ rules }) => own(rules))],
    qdisc: own(ns.queues),
    filter: own(ns.trafficFilters),
    xfrm: own(ns.policies),
    modules: [...ns.notLoaded.values()],
    wireguard: own(ns.peers),
    bpf: own(ns.programs),
    sockets: [...own(ns.openSockets), ...own(ns.sockets)],
    arptables: savedLines(ns.arptables ?? ""),
    iptables: [ns.iptables?.nft, ns.iptables?.legacy].flatMap((saved) => savedLines(saved ?? "")),
  };
  return new Map(Object.entries(byKey).map(([key, lines]) => [key, new Set(lines)]));
}

/** A setting as `sysctl` prints it: `net.ipv4.ip_forward = 0`. */
export function sysctlLine(key: string, value: string): string {
  return `${key} = ${value.trim().replace(/\s+/g, " ")}`;
}

/** A port's VLANs as `bridge vlan` shows them: `p0 10-12 PVID Egress Untagged`. */
export function vlanLine({ interface: port, id, end, pvid, untagged }: BridgeVlan): string {
  const range = end > id ? `${id}-${end}` : String(id);
  return `${port} ${range}${pvid ? " PVID" : ""}${untagged ? " Egress Untagged" : ""}`;
}

// iptables-save -c: rules without their counts, and the policy of each built-in chain with its table.
function savedLines(saved: string): string[] {
  let table = "";
  return saved.split("\n").flatMap((raw) => {
    const line = raw.trim().replace(/^\[\d+:\d+\]\s*/, "");
    if (line.startsWith("*")) table = line.slice(1);
    if (line.startsWith(":")) return [`${table}: ${line}`];
    return line.startsWith("-A ") ? [line] : [];
  });
}

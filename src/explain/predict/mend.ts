// The system as it would be with one fault mended: what a second walk meets then is the next thing to mend.

import { formatIpv4, formatPrefix, parsePrefix } from "../../model/address.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace, Route, SystemState } from "../../model/system-state.ts";
import { interfaceSysctlKey } from "../../system/lookup/sysctl.ts";

type Sysctls = readonly (readonly [key: string, value: string])[];

/** The state without this fault; null where mending it is not one setting. */
export function mend(state: SystemState, hit: CauseHit): SystemState | null {
  const ns = hit.netns === null ? undefined : state.namespaces.get(hit.netns);
  if (!ns) return null;
  const name = hit.interface;
  switch (hit.code) {
    case "accept-local-off":
    case "accept-local-off-ip":
      return name === null ? null : withSysctls(state, ns, conf("accept_local", name, "1"));
    case "accept-local-but-rp-filter":
    case "rp-filter-arp":
    case "rp-filter-strict":
    case "src-valid-mark":
    case "rp-filter-loose-no-route":
    case "missing-return-route-rp-filter":
    case "asymmetric-routing":
      return name === null ? null : withSysctls(state, ns, conf("rp_filter", name, "0"));
    case "arp-ignore-1":
    case "arp-ignore-2":
    case "arp-ignore-3":
    case "arp-ignore-8":
      return name === null ? null : withSysctls(state, ns, conf("arp_ignore", name, "0"));
    case "arp-announce-foreign-source":
      return name === null ? null : withSysctls(state, ns, conf("arp_announce", name, "2"));
    case "arp-filter":
      return name === null ? null : withSysctls(state, ns, conf("arp_filter", name, "0"));
    case "ip-forward-off":
      return withSysctls(state, ns, [
        ["net.ipv4.ip_forward", "1"],
        ...(ns.links ?? []).map((l) => [interfaceSysctlKey("conf", l.name, "forwarding"), "1"] as const),
      ]);
    case "iface-forwarding-off":
    case "proxy-arp-no-forwarding":
      return name === null ? null : withSysctls(state, ns, [[interfaceSysctlKey("conf", name, "forwarding"), "1"]]);
    case "icmp-echo-ignore-all":
      return withSysctls(state, ns, [["net.ipv4.icmp_echo_ignore_all", "0"]]);
    case "peer-down":
    case "peer-down-neigh-known":
      return raisePeer(state, ns, hit);
    default:
      return null;
  }
}

function conf(setting: string, interfaceName: string, value: string): Sysctls {
  return [
    [interfaceSysctlKey("conf", "all", setting), value],
    [interfaceSysctlKey("conf", interfaceName, setting), value],
  ];
}

function withNamespace(state: SystemState, ns: Namespace): SystemState {
  return { ...state, namespaces: new Map([...state.namespaces, [ns.key, ns]]) };
}

function withSysctls(state: SystemState, ns: Namespace, values: Sysctls): SystemState {
  return withNamespace(state, { ...ns, sysctl: new Map([...(ns.sysctl ?? []), ...values]) });
}

function raisePeer(state: SystemState, ns: Namespace, hit: CauseHit): SystemState | null {
  const peerName = hit.facts.peerInterface;
  const peerNs = hit.facts.owner === undefined ? undefined : state.namespaces.get(hit.facts.owner);
  if (peerName === undefined || !peerNs) return null;
  const raised = withNamespace(state, withConnectedRoutes(up(peerNs, peerName), peerName));
  const own = raised.namespaces.get(ns.key);
  return own && hit.interface !== null ? withNamespace(raised, up(own, hit.interface)) : raised;
}

function up(ns: Namespace, name: string): Namespace {
  const flags = (old: ReadonlySet<string>): Set<string> =>
    new Set([...[...old].filter((f) => f !== "NO-CARRIER"), "UP", "LOWER_UP"]);
  return {
    ...ns,
    links: ns.links?.map((l) => (l.name === name ? { ...l, flags: flags(l.flags) } : l)),
    routes: ns.routes?.map((r) => ({
      ...r,
      hops: r.hops.map((h) => (h.interface === name ? { ...h, linkdown: false, dead: false } : h)),
    })),
  };
}

// fib_add_ifaddr on NETDEV_UP: the prefixes of the interface's addresses come back, static routes do not.
function withConnectedRoutes(ns: Namespace, name: string): Namespace {
  if (ns.routes === undefined) return ns;
  const added: Route[] = [];
  for (const address of ns.addresses ?? []) {
    if (address.interface !== name || address.noprefixroute || address.prefixLength === 32) continue;
    const destination = parsePrefix(`${formatIpv4(address.peer ?? address.local)}/${address.prefixLength}`);
    if (
      destination === null ||
      ns.routes.some((r) => r.hops[0]?.interface === name && r.line.startsWith(formatPrefix(destination)))
    )
      continue;
    added.push({
      type: "unicast",
      destination,
      table: "main",
      tos: 0,
      metric: 0,
      preferredSource: address.local,
      scope: "link",
      protocol: "kernel",
      mtu: null,
      flags: new Set(),
      nexthopId: null,
      hops: [{ interface: name, gateway: null, weight: 1, onlink: false, dead: false, linkdown: false }],
      order: Number.MAX_SAFE_INTEGER,
      line: `${formatPrefix(destination)} dev ${name} proto kernel scope link src ${formatIpv4(address.local)}`,
    });
  }
  return { ...ns, routes: [...ns.routes, ...added] };
}

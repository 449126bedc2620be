// The system as it would be with one fault mended: what a second walk meets then is the next thing to mend.

import type { CauseHit } from "../../model/finding.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
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
    case "rp-filter-loose-no-route":
    case "missing-return-route-rp-filter":
    case "asymmetric-routing":
      return name === null ? null : withSysctls(state, ns, conf("rp_filter", name, "0"));
    case "arp-ignore-1":
    case "arp-ignore-2":
    case "arp-ignore-3":
    case "arp-ignore-8":
      return name === null ? null : withSysctls(state, ns, conf("arp_ignore", name, "0"));
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
  const up = (space: Namespace, name: string): Namespace => ({
    ...space,
    links: space.links?.map((l) =>
      l.name === name
        ? { ...l, flags: new Set([...[...l.flags].filter((f) => f !== "NO-CARRIER"), "UP", "LOWER_UP"]) }
        : l,
    ),
  });
  const raised = withNamespace(state, up(peerNs, peerName));
  const own = raised.namespaces.get(ns.key);
  return own && hit.interface !== null ? withNamespace(raised, up(own, hit.interface)) : raised;
}

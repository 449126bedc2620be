// Quotes of state: a parsed object back to the line a person would read.

import type { StateLine } from "../model/evidence.ts";
import type {
  BridgePort,
  FdbEntry,
  InterfaceAddress,
  Link,
  Namespace,
  Neighbour,
  Route,
  Rule,
} from "../model/system-state.ts";
import { quotedRoute } from "../system/lookup/derived-routes.ts";

/** As `ip link` prints it. */
export function linkLine(netns: string, link: Link): StateLine {
  return { netns, key: "link", line: link.line };
}
/** As `ip addr` prints it. */
export function addressLine(netns: string, address: InterfaceAddress): StateLine {
  return { netns, key: "addr", line: address.line };
}
/** As `ip route` prints it; one that was derived from an address, as `ip addr` prints that. */
export function routeLine(netns: string, route: Route): StateLine {
  return quotedRoute(netns, route);
}
/** As `ip rule` prints it. */
export function ruleLine(netns: string, rule: Rule): StateLine {
  return { netns, key: "rule", line: rule.line };
}
/** As `ip neigh` prints it. */
export function neighbourLine(netns: string, neighbour: Neighbour): StateLine {
  return { netns, key: "neigh", line: neighbour.line };
}
/** A port that only the links tell of is quoted as they tell it. */
export function portLine({ key: netns, bridge }: Namespace, port: BridgePort): StateLine {
  return { netns, key: bridge?.ports?.includes(port) ? "bridge.link" : "link", line: port.line };
}
/** As `bridge fdb` prints it. */
export function fdbLine(netns: string, entry: FdbEntry): StateLine {
  return { netns, key: "bridge.fdb", line: entry.line };
}

/** All IPv4 addresses of a namespace, or of one interface. */
export function addressLines(ns: Namespace, interfaceName?: string): StateLine[] {
  return (ns.addresses ?? [])
    .filter((a) => interfaceName === undefined || a.interface === interfaceName)
    .map((a) => addressLine(ns.key, a));
}

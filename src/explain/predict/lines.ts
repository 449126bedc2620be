// Quotes of state: a parsed object back to the line a person would read.

import type { StateLine } from "../../model/evidence.ts";
import type {
  BridgePort,
  FdbEntry,
  InterfaceAddress,
  Link,
  Namespace,
  Neighbour,
  Route,
  Rule,
} from "../../model/system-state.ts";

export function linkLine(netns: string, link: Link): StateLine {
  return { netns, key: "link", line: link.line };
}
export function addressLine(netns: string, address: InterfaceAddress): StateLine {
  return { netns, key: "addr", line: address.line };
}
export function routeLine(netns: string, route: Route): StateLine {
  return { netns, key: "route", line: route.line };
}
export function ruleLine(netns: string, rule: Rule): StateLine {
  return { netns, key: "rule", line: rule.line };
}
export function neighbourLine(netns: string, neighbour: Neighbour): StateLine {
  return { netns, key: "neigh", line: neighbour.line };
}
export function portLine(netns: string, port: BridgePort): StateLine {
  return { netns, key: "bridge.link", line: port.line };
}
export function fdbLine(netns: string, entry: FdbEntry): StateLine {
  return { netns, key: "bridge.fdb", line: entry.line };
}

/** All IPv4 addresses of a namespace, or of one interface. */
export function addressLines(ns: Namespace, interfaceName?: string): StateLine[] {
  return (ns.addresses ?? [])
    .filter((a) => interfaceName === undefined || a.interface === interfaceName)
    .map((a) => addressLine(ns.key, a));
}

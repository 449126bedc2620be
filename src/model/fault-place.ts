// A host on a packet's way, as a cause may come about there.

import type { LinkEdit, PolicyEdit, RouteEdit, SysctlEdit, TablesRuleEdit } from "./edit.ts";
import type { FaultPart } from "./presence.ts";
import type { RouteType } from "./system-state.ts";

/** Where a fault is put: what the packet does there, and by which interfaces. */
export interface FaultPlace {
  readonly netns: string;
  /** What the host is to the question: it asks, forwards it by IP, bridges it, or is asked. */
  readonly role: "asker" | "router" | "switch" | "target";
  /** By which the question comes in; null where it begins here. */
  readonly inInterface: string | null;
  /** By which it goes on; null where it ends here. */
  readonly outInterface: string | null;
  /** Another interface of the host that is up. */
  readonly spare: string | null;
  readonly bridge: string | null;
  /** What is asked with: echo requests are ICMP. */
  readonly protocol: "icmp" | "tcp" | "udp";
  readonly source: string;
  readonly destination: string;
  /** The neighbour that is asked for here. */
  readonly nextHop: string | null;
  /** The MAC address that the frames sent from here go to, where they show it. */
  readonly seenMac: string | null;
  /** The MAC addresses that the question would go to behind this host, and that it was asked from, where they are known. */
  readonly frameTo: string | null;
  readonly frameFrom: string | null;
  /** Another port of the bridge. */
  readonly otherPort: string | null;
  /** The interface that the question is bound to. */
  readonly bound: string | null;
  /** The host's address on the incoming interface, with its prefix length. */
  readonly address: string | null;
  /** The routes that it takes onward and back, to be deleted. */
  readonly onward: RouteEdit | null;
  readonly back: RouteEdit | null;
}

/** An iptables policy that drops. */
export function policyDrop(netns: string, name: string): PolicyEdit {
  return { kind: "policy", netns, chain: { tool: "iptables", name }, policy: "drop" };
}

/** An iptables (arptables) rule at the end of a chain. */
export function filterRule(
  netns: string,
  chain: string,
  rule: string,
  tool: TablesRuleEdit["tool"] = "iptables",
): TablesRuleEdit {
  return { kind: "tables-rule", netns, tool, verb: "append", chain, rule };
}

/** A route for the destination alone, of a type that refuses. */
export function refusal({ netns, destination }: FaultPlace, type: RouteType): RouteEdit {
  return { kind: "route", netns, verb: "add", type, destination: `${destination}/32` };
}

/** A base chain of nftables that drops what is asked by a rule, or everything by its policy. */
export function nftDrop(
  { netns, protocol }: Pick<FaultPlace, "netns" | "protocol">,
  family: "inet" | "bridge" | "arp" | "netdev",
  hook: string,
  { by, device = null }: { readonly by: "rule" | "policy"; readonly device?: string | null },
): FaultPart {
  const isByFrame = family === "bridge" || family === "netdev";
  const rule = isByFrame && protocol === "icmp" ? "icmp type echo-request drop" : `meta l4proto ${protocol} drop`;
  return { kind: "nft-drop", netns, family, hook, device, rule: by === "policy" ? null : rule };
}

/** A setting of one interface. */
export function interfaceSetting(netns: string, device: string, name: string, value: string): SysctlEdit {
  const settings = [{ key: `net.ipv4.conf.${device.replaceAll(".", "/")}.${name}`, value }];
  return { kind: "sysctl", netns, settings };
}

/** An interface with a smaller MTU. */
export function smallMtu(netns: string, device: string): LinkEdit {
  return { kind: "link", netns, device, mtu: 1400 };
}

/** Another address of the subnet of this one, as nobody has it; null where this one is not known. */
export function neighbouring(address: string): string | null {
  const octets = address.split(".");
  return octets.length === 4 ? [...octets.slice(0, 3), octets[3] === "253" ? "252" : "253"].join(".") : null;
}

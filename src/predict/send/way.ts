// The way a packet made or forwarded here takes, or why there is none: what the route lookup hands to the rest of the walk.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { LearnedMtu, Route, RouteHop, Rule } from "../../model/system-state.ts";
import type { Errno, PortedFlow } from "../lookup.ts";

/** Out of which device, to which next hop, with which source. */
export interface OutputRoute {
  readonly kind: "output";
  readonly device: string;
  readonly type: "unicast" | "local" | "broadcast" | "multicast";
  readonly destination: Ipv4;
  readonly source: Ipv4;
  readonly gateway: Ipv4 | null;
  /** The gateway where it is an IPv6 address (RFC 8950): then `gateway` is null, and nobody asks by ARP. */
  readonly gateway6?: string;
  /** The gateway, or the destination itself. */
  readonly nextHop: Ipv4;
  /** The route's next hops that a hash chooses from; more than one is multipath. */
  readonly paths: readonly RouteHop[];
  /** Route MTU where set, else the device's; null is not known. */
  readonly mtu: number | null;
  /** A path MTU that a router on the way has told of; it stands for the route's. */
  readonly learned: LearnedMtu | null;
  /** rt_iif: for a packet that loops over lo, the interface that owns its destination. */
  readonly owner: string | null;
  /** No route, but the socket is bound to an interface: the kernel assumes the destination on its link. */
  readonly assumedOnLink: boolean;
  readonly route: Route | null;
  readonly rule: Rule | null;
  readonly lines: readonly StateLine[];
}
/** The gateway as it is written, of either family. */
export function gatewayName({ gateway, gateway6 }: Pick<OutputRoute, "gateway" | "gateway6">): string | null {
  return gateway === null ? (gateway6 ?? null) : formatIpv4(gateway);
}

/** An error of the route lookup. */
export interface OutputFailure {
  readonly kind: "failure";
  readonly errno: Errno | "ENODEV";
  readonly why:
    | "no-route"
    | "route"
    | "rule"
    | "interface-down"
    | "mtu-below-68"
    | "no-interface"
    | "source-not-local"
    | "loopback-source"
    | "zero-destination";
  readonly lines: readonly StateLine[];
}
/** State does not hold what the lookup reads. */
export interface OutputUnknown {
  readonly kind: "unknown";
  readonly missing: readonly string[];
}
/** What the lookup is asked. */
export interface OutputKey {
  readonly destination: Ipv4;
  readonly source: Ipv4 | null;
  readonly oif: string | null;
  readonly mark: number;
  readonly tos?: number;
  /** For an ICMP error: multipath chooses by the packet that it quotes. */
  readonly error?: boolean;
  /** For ping's UDP probe. */
  readonly probe?: boolean;
  /** Of what is TCP or UDP. */
  readonly flow?: PortedFlow | null;
  /** The source need not be an own address (FLOWI_FLAG_ANYSRC): a firewall speaks in another's name. */
  readonly anySource?: true;
  /** Multipath chooses by the source, too, and apart from what else goes to that destination. */
  readonly bySource?: true;
}

/** A next hop that did not answer while the route has others. */
export interface DeadPath {
  readonly netns: string;
  readonly route: OutputRoute;
  readonly own: boolean;
}

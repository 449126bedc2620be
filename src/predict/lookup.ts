// Route lookups as the walk needs them: one call of fib_lookup, with its answer sorted into what the kernel does next.

import { ANY_IPV4, type Ipv4 } from "../model/address.ts";
import type { StateLine } from "../model/evidence.ts";
import type { PortRange } from "../model/port-range.ts";
import type { Link, Namespace, Route, RouteHop, Rule } from "../model/system-state.ts";
import type { FlowPorts } from "../system/lookup/fib-rule.ts";
import { linkOf } from "../system/lookup/peer.ts";
import { lookupRoute, type RouteKey } from "../system/lookup/route.ts";

/** What fib_lookup is asked (flowi4). */
export interface RouteQuestion {
  readonly destination: Ipv4;
  readonly source?: Ipv4 | null;
  /** Interface the packet came in by; `lo` for packets made here. */
  readonly iif?: string;
  readonly oif?: string | null;
  readonly mark?: number;
  readonly tos?: number;
  /** It is ping's probe: a UDP socket that is connected to port 1025 to learn which source the kernel takes. */
  readonly probe?: boolean;
  /** Of what is TCP or UDP; all else is ICMP. */
  readonly flow?: PortedFlow | null;
}

/** Protocol and ports of a segment or datagram. */
export interface PortedFlow {
  readonly protocol: "tcp" | "udp";
  readonly ports: FlowPorts;
}

/** What a reject route or rule gives. */
export type Errno = "EINVAL" | "EHOSTUNREACH" | "EACCES" | "ENETUNREACH";

/** What fib_lookup finds. */
export type Found =
  | {
      readonly kind: "route";
      readonly route: Route;
      readonly hop: RouteHop | null;
      /** The next hop, and those of other default routes of its metric. */
      readonly candidates: readonly RouteHop[];
      /** Its next hops that are fit for use: more than one is multipath, where a hash decides. */
      readonly paths: readonly RouteHop[];
      readonly rule: Rule | null;
      readonly lines: readonly StateLine[];
    }
  | { readonly kind: "none"; readonly lines: readonly StateLine[] }
  | {
      readonly kind: "reject";
      readonly errno: Errno;
      readonly by: "route" | "rule";
      readonly lines: readonly StateLine[];
    }
  | { readonly kind: "unknown"; readonly missing: readonly string[] };

/** fib_lookup in one namespace. */
export function findRoute(ns: Namespace, question: RouteQuestion): Found {
  const result = lookupRoute(ns, {
    destination: question.destination,
    source: question.source ?? ANY_IPV4,
    iif: question.iif ?? "lo",
    oif: question.oif ?? null,
    mark: question.mark ?? 0,
    tos: question.tos ?? 0,
    uid: 0,
    ...protocolOf(ns, question),
  });
  switch (result.kind) {
    case "route": {
      const { route, hop, candidates, paths, rule, lines } = result;
      return { kind: "route", route, hop, candidates, paths, rule, lines };
    }
    case "none":
      return { kind: "none", lines: result.lines };
    case "reject":
      return { kind: "reject", errno: result.error, by: result.by, lines: result.lines };
    case "unknown":
      return { kind: "unknown", missing: result.missing };
  }
}

const PROBED_PORT: PortRange = { start: 1025, end: 1025 };

function protocolOf(ns: Namespace, { probe, flow }: RouteQuestion): Pick<RouteKey, "ipProtocol" | "ports"> {
  if (flow) return { ipProtocol: flow.protocol === "tcp" ? 6 : 17, ports: flow.ports };
  return probe ? { ipProtocol: 17, ports: { destination: PROBED_PORT, source: localPorts(ns) } } : { ipProtocol: 1 };
}

/** inet_autobind, __inet_hash_connect: the kernel chooses a port of this range. */
export function localPorts(ns: Namespace): PortRange {
  const [start = 32_768, end = 60_999] = (ns.sysctl?.get("net.ipv4.ip_local_port_range") ?? "")
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
  return { start, end };
}

/** An interface by name: null where the namespace has none of that name, undefined where its interfaces are unknown. */
export function deviceOf(ns: Namespace, name: string): Link | null | undefined {
  if (ns.links === undefined) return undefined;
  return linkOf(ns, name) ?? null;
}

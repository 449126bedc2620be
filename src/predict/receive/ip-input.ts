// ip_route_input_slow: what a host makes of an address pair that comes in by an interface; asked for IPv4 packets and for ARP requests alike.

import { formatIpv4, type Ipv4, isLoopback, isMulticast, isZeroNet, LIMITED_BROADCAST } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace, Route, RouteHop } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { type Errno, type Found, findRoute, type PortedFlow } from "../lookup.ts";
import { choosePath } from "../send/multipath.ts";
import { mtuOf } from "../send/output-route.ts";
import type { OutputRoute } from "../send/way.ts";
import { forwardingSetting, setting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import { hasJoined } from "./membership.ts";
import { type Refusal, type SourceQuestion, type SourceVerdict, validateSource } from "./validate-source.ts";

/** What comes in: an IPv4 packet, or an ARP request with the asker's address and the one asked for. */
export interface InputQuestion {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly interface: string;
  readonly mark: number;
  readonly tos?: number;
  /** The firewall rule that set the mark. */
  readonly markedBy?: StateLine | null;
  readonly arp: boolean;
  /** Of TCP and UDP. */
  readonly flow?: PortedFlow | null;
}

/** What the host makes of it. */
export type InputRoute =
  | {
      readonly kind: "local";
      readonly owner: string | null;
      readonly lines: readonly StateLine[];
      readonly validated: Extract<SourceVerdict, { kind: "accepted" }>;
    }
  | { readonly kind: "broadcast"; readonly lines: readonly StateLine[] }
  /** To a group that this host has not joined, as far as state can tell. */
  | { readonly kind: "not-member"; readonly lines: readonly StateLine[] }
  | {
      readonly kind: "forward";
      readonly route: OutputRoute;
      readonly lines: readonly StateLine[];
      readonly redirect: boolean;
    }
  /** Not for this host, and the receiving interface does not forward. */
  | {
      readonly kind: "not-forwarding";
      readonly lines: readonly StateLine[];
      readonly found: Route | null;
      readonly out: string | null;
    }
  | {
      readonly kind: "unroutable";
      readonly errno: Errno;
      readonly by: "none" | "route" | "rule";
      readonly lines: readonly StateLine[];
    }
  | {
      readonly kind: "martian";
      readonly code: "martian-source-invalid" | "martian-source-loopback" | "martian-destination-loopback";
      readonly lines: readonly StateLine[];
      readonly because: Text;
    }
  | {
      readonly kind: "refused";
      readonly why: Refusal;
      readonly forUs: boolean;
      readonly owner: string | null;
      readonly lines: readonly StateLine[];
      readonly facts: Facts;
    }
  | { readonly kind: "unknown"; readonly missing: readonly string[]; readonly why: readonly Refusal[] };

/** The decision for one source and destination at one interface. */
export function routeInput(walk: Walk, ns: Namespace, question: InputQuestion): InputRoute {
  const { source, destination, interface: name, mark, tos = 0, flow = null } = question;
  if (isMulticast(destination)) return groupInput(walk, ns, question);
  const plain = byAddressAlone(walk, ns, question);
  if (plain) return plain;
  const found = findRoute(ns, { destination, source, iif: name, mark, tos, flow });
  if (found.kind === "unknown") return unknown(found.missing);
  if (found.kind !== "route") return noRoute(walk, ns, question, found);
  if (found.route.type === "broadcast") return { kind: "broadcast", lines: found.lines };
  if (found.route.type === "local") return localInput(walk, ns, question, found);
  return forwardInput(walk, ns, question, found);
}

function unknown(missing: readonly string[]): InputRoute {
  return { kind: "unknown", missing, why: [] };
}

function invalid(source: Ipv4): InputRoute {
  const because = text(`${formatIpv4(source)} cannot be a source address`, `${formatIpv4(source)} 不能作源地址`);
  return { kind: "martian", code: "martian-source-invalid", lines: [], because };
}

// What ip_route_input_slow settles before it looks into any table.
function byAddressAlone(walk: Walk, ns: Namespace, question: InputQuestion): InputRoute | null {
  const { source, destination } = question;
  if (isMulticast(source) || source === LIMITED_BROADCAST) return invalid(source);
  if (destination === LIMITED_BROADCAST || (source === 0 && destination === 0)) return { kind: "broadcast", lines: [] };
  if (isZeroNet(source)) return invalid(source);
  if (isZeroNet(destination)) {
    const to = formatIpv4(destination);
    const because = text(`${to} cannot be a destination`, `${to} 不能作目的地址`);
    return { kind: "martian", code: "martian-source-invalid", lines: [], because };
  }
  return loopbackInput(walk, ns, question);
}

function loopbackInput(walk: Walk, ns: Namespace, question: InputQuestion): InputRoute | null {
  const { source, destination, interface: name } = question;
  const loopback = isLoopback(destination) ? destination : isLoopback(source) ? source : null;
  if (loopback === null) return null;
  const allowed = setting(walk, ns, "route_localnet", name, 0);
  if (allowed.value) return null;
  return {
    kind: "martian",
    code: loopback === destination ? "martian-destination-loopback" : "martian-source-loopback",
    lines: allowed.lines,
    because: text(
      `${formatIpv4(loopback)} may not come in by a real interface`,
      `${formatIpv4(loopback)} 不允许从真实接口进来`,
    ),
  };
}

type Routed = Extract<Found, { kind: "route" }>;

// no_route: a host that does not forward does not say so.
function noRoute(
  walk: Walk,
  ns: Namespace,
  { interface: name }: InputQuestion,
  found: Exclude<Found, { kind: "route" | "unknown" }>,
): InputRoute {
  const forwarding = forwardingSetting(walk, ns, name);
  if (forwarding === undefined) return unknown([`net.ipv4.conf.${name}.forwarding`]);
  const { lines } = found;
  if (forwarding.value === 0)
    return { kind: "not-forwarding", lines: [...forwarding.lines, ...lines], found: null, out: null };
  if (found.kind === "none") return { kind: "unroutable", errno: "ENETUNREACH", by: "none", lines };
  return { kind: "unroutable", errno: found.errno, by: found.by, lines };
}

// Of several next hops a hash takes one, but ARP only asks whether there is a way.
function nextHopOf(walk: Walk, ns: Namespace, question: InputQuestion, { route, paths, hop }: Routed): RouteHop | null {
  if (paths.length < 2 || question.arp) return hop;
  const { source, destination } = question;
  return choosePath(walk, ns, { route, paths, source, destination, error: false });
}

function sourceCheck(question: InputQuestion, outInterface: string | null): SourceQuestion {
  const { source, destination, interface: name, mark, tos = 0, markedBy = null, flow = null } = question;
  return { source, destination, interface: name, outInterface, mark, tos, markedBy, flow };
}

function localInput(walk: Walk, ns: Namespace, question: InputQuestion, found: Routed): InputRoute {
  const owner = nextHopOf(walk, ns, question, found)?.interface ?? null;
  const verdict = validateSource(walk, ns, sourceCheck(question, null));
  if (verdict.kind === "accepted") return { kind: "local", owner, lines: found.lines, validated: verdict };
  if (verdict.kind === "unknown") return verdict;
  return { ...verdict, forUs: true, owner, lines: [...verdict.lines, ...found.lines] };
}

// ip_mkroute_input, __mkroute_input.
function forwardInput(walk: Walk, ns: Namespace, question: InputQuestion, found: Routed): InputRoute {
  const { interface: name } = question;
  const { route } = found;
  const hop = nextHopOf(walk, ns, question, found);
  const out = hop?.interface ?? null;
  const forwarding = forwardingSetting(walk, ns, name);
  if (forwarding === undefined)
    return unknown(ns.sysctl === undefined ? ["sysctl"] : [`net.ipv4.conf.${name}.forwarding`]);
  const lines = [...forwarding.lines, ...found.lines];
  if (forwarding.value === 0) return { kind: "not-forwarding", lines, found: route, out };
  if (route.type !== "unicast" || out === null)
    return { kind: "unroutable", errno: "EINVAL", by: "route", lines: found.lines };
  if (route.unread !== undefined) return unknown([`route ${route.unread}`]);
  const verdict = validateSource(walk, ns, sourceCheck(question, out));
  if (verdict.kind === "unknown") return verdict;
  if (verdict.kind === "refused") return { ...verdict, forUs: false, owner: null };
  return {
    kind: "forward",
    route: wayOut(ns, question, found, { ...hop, device: out, gateway: hop?.gateway ?? null }),
    lines,
    redirect: out === name && verdict.direct && setting(walk, ns, "send_redirects", out, 1).value !== 0,
  };
}

function wayOut(
  ns: Namespace,
  { source, destination, arp }: InputQuestion,
  { route, rule, paths, lines }: Routed,
  { device, gateway, gateway6 }: Pick<OutputRoute, "device" | "gateway" | "gateway6">,
): OutputRoute {
  return {
    kind: "output",
    device,
    type: "unicast",
    destination,
    source,
    gateway,
    ...(gateway6 === undefined ? {} : { gateway6 }),
    nextHop: gateway ?? destination,
    paths: paths.length > 1 && !arp ? paths : [],
    learned: null,
    mtu: route.mtu ?? mtuOf(ns, device),
    owner: null,
    assumedOnLink: false,
    route,
    rule,
    lines,
  };
}

// ip_route_input_rcu: ip_check_mc_rcu before anything else; only for a group that was joined is the source looked at.
function groupInput(walk: Walk, ns: Namespace, question: InputQuestion): InputRoute {
  const { source, destination, interface: name } = question;
  if (setting(walk, ns, "mc_forwarding", name, 0).value) return { kind: "unknown", missing: ["mroute"], why: [] };
  const member = hasJoined(ns, name, destination);
  if (member === null) return { kind: "not-member", lines: [] };
  if (isMulticast(source) || source === LIMITED_BROADCAST) return invalid(source);
  const verdict = validateSource(walk, ns, { ...question, outInterface: null });
  if (verdict.kind === "unknown") return verdict;
  if (verdict.kind === "refused") return { ...verdict, forUs: true, owner: null };
  return { kind: "broadcast", lines: member };
}

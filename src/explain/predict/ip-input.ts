// ip_route_input_slow: what a host makes of an address pair that comes in by an interface; asked for IPv4 packets and for ARP requests alike.

import { formatIpv4, type Ipv4, isLoopback, isMulticast, isZeroNet, LIMITED_BROADCAST } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace, Route } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { type Errno, findRoute } from "./lookup.ts";
import { choosePath } from "./multipath.ts";
import { mtuOf, type OutputRoute } from "./output-route.ts";
import { forwardingSetting, setting } from "./sysctls.ts";
import { type Refusal, type SourceVerdict, validateSource } from "./validate-source.ts";
import type { Walk } from "./walk.ts";

export interface InputQuestion {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly interface: string;
  readonly mark: number;
  /** The firewall rule that set the mark. */
  readonly markedBy?: StateLine | null;
  readonly arp: boolean;
}

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
  const { source, destination, interface: name } = question;
  const invalid = (): InputRoute => ({
    kind: "martian",
    code: "martian-source-invalid",
    lines: [],
    because: text(`${formatIpv4(source)} cannot be a source address`, `${formatIpv4(source)} 不能作源地址`),
  });
  if (isMulticast(destination)) return groupInput(walk, ns, question, invalid);
  if (isMulticast(source) || source === LIMITED_BROADCAST) return invalid();
  if (destination === LIMITED_BROADCAST || (source === 0 && destination === 0)) return { kind: "broadcast", lines: [] };
  if (isZeroNet(source)) return invalid();
  if (isZeroNet(destination))
    return {
      ...invalid(),
      kind: "martian",
      code: "martian-source-invalid",
      lines: [],
      because: text(`${formatIpv4(destination)} cannot be a destination`, `${formatIpv4(destination)} 不能作目的地址`),
    };
  for (const [address, code] of [
    [destination, "martian-destination-loopback"],
    [source, "martian-source-loopback"],
  ] as const) {
    if (!isLoopback(address)) continue;
    const allowed = setting(walk, ns, "route_localnet", name, 0);
    if (allowed.value) break;
    return {
      kind: "martian",
      code,
      lines: allowed.lines,
      because: text(
        `${formatIpv4(address)} may not come in by a real interface`,
        `${formatIpv4(address)} 不允许从真实接口进来`,
      ),
    };
  }
  const found = findRoute(ns, { destination, source, iif: name, mark: question.mark });
  if (found.kind === "unknown") return { kind: "unknown", missing: found.missing, why: [] };
  if (found.kind !== "route") {
    const forwarding = forwardingSetting(walk, ns, name);
    if (forwarding === undefined) return { kind: "unknown", missing: [`net.ipv4.conf.${name}.forwarding`], why: [] };
    if (forwarding.value === 0)
      return { kind: "not-forwarding", lines: [...forwarding.lines, ...found.lines], found: null, out: null };
    if (found.kind === "none") return { kind: "unroutable", errno: "ENETUNREACH", by: "none", lines: found.lines };
    return { kind: "unroutable", errno: found.errno, by: found.by, lines: found.lines };
  }
  const { route, paths } = found;
  const balanced = paths.length > 1 && !question.arp;
  const hop = balanced ? choosePath(walk, ns, { route, paths, source, destination, error: false }) : found.hop;
  const out = hop?.interface ?? null;
  if (route.type === "broadcast") return { kind: "broadcast", lines: found.lines };
  if (route.type === "local") {
    const verdict = validateSource(walk, ns, {
      source,
      destination,
      interface: name,
      outInterface: null,
      mark: question.mark,
      markedBy: question.markedBy ?? null,
    });
    if (verdict.kind === "accepted") return { kind: "local", owner: out, lines: found.lines, validated: verdict };
    if (verdict.kind === "unknown") return verdict;
    return { ...verdict, forUs: true, owner: out, lines: [...verdict.lines, ...found.lines] };
  }
  const forwarding = forwardingSetting(walk, ns, name);
  if (forwarding === undefined)
    return {
      kind: "unknown",
      missing: ns.sysctl === undefined ? ["sysctl"] : [`net.ipv4.conf.${name}.forwarding`],
      why: [],
    };
  if (forwarding.value === 0)
    return { kind: "not-forwarding", lines: [...forwarding.lines, ...found.lines], found: route, out };
  if (route.type !== "unicast" || out === null)
    return { kind: "unroutable", errno: "EINVAL", by: "route", lines: found.lines };
  const verdict = validateSource(walk, ns, {
    source,
    destination,
    interface: name,
    outInterface: out,
    mark: question.mark,
    markedBy: question.markedBy ?? null,
  });
  if (verdict.kind === "unknown") return verdict;
  if (verdict.kind === "refused") return { ...verdict, forUs: false, owner: null };
  const gateway = hop?.gateway ?? null;
  const output: OutputRoute = {
    kind: "output",
    device: out,
    type: "unicast",
    destination,
    source,
    gateway,
    nextHop: gateway ?? destination,
    paths: balanced ? paths : [],
    learned: null,
    mtu: route.mtu ?? mtuOf(ns, out),
    owner: null,
    assumedOnLink: false,
    route,
    rule: found.rule,
    lines: found.lines,
  };
  return {
    kind: "forward",
    route: output,
    lines: [...forwarding.lines, ...found.lines],
    redirect: out === name && verdict.direct && setting(walk, ns, "send_redirects", out, 1).value !== 0,
  };
}

// 224.0.0.1, which every host joins on every interface (RFC 1112 section 4).
const ALL_HOSTS = 0xe0000001;

// ip_route_input_rcu: ip_check_mc_rcu before anything else; only for a group that was joined is the source looked at.
function groupInput(walk: Walk, ns: Namespace, question: InputQuestion, invalid: () => InputRoute): InputRoute {
  const { source, destination, interface: name } = question;
  if (setting(walk, ns, "mc_forwarding", name, 0).value) return { kind: "unknown", missing: ["mroute"], why: [] };
  if (destination !== ALL_HOSTS) return { kind: "not-member", lines: [] };
  if (isMulticast(source) || source === LIMITED_BROADCAST) return invalid();
  const verdict = validateSource(walk, ns, { ...question, outInterface: null });
  if (verdict.kind === "unknown") return verdict;
  if (verdict.kind === "refused") return { ...verdict, forUs: true, owner: null };
  return { kind: "broadcast", lines: [] };
}

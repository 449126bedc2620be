// fib_validate_source: would this host send an answer to that source out of the interface the packet came in by?

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, Rule } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { RouteIndex } from "../../system/lookup/route-index.ts";
import { addressLine } from "../lines.ts";
import { type Found, findRoute, type PortedFlow } from "../lookup.ts";
import { keyOf, knownSetting, type Setting, setting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";

/** What is asked of a packet that came in. */
export interface SourceQuestion {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly interface: string;
  /** Interface a packet to be forwarded would leave by; null for one that is for this host. */
  readonly outInterface: string | null;
  readonly mark: number;
  readonly tos?: number;
  /** The firewall rule that set the mark. */
  readonly markedBy?: StateLine | null;
  /** Of TCP and UDP. */
  readonly flow?: PortedFlow | null;
}

/** Why a source is refused: it is the host's own, or the way back does not fit. */
export type Refusal = "own-address" | "own-address-rpf" | "rpf-strict" | "rpf-no-route" | "rpf-mark" | "not-unicast";

/** Whether it may. */
export type SourceVerdict =
  | {
      readonly kind: "accepted";
      readonly lines: readonly StateLine[];
      readonly said: Text | null;
      readonly direct: boolean;
    }
  | {
      readonly kind: "refused";
      readonly why: Refusal;
      readonly lines: readonly StateLine[];
      readonly facts: {
        readonly sysctl: string;
        readonly value: string;
        readonly ownerInterface?: string;
        readonly ownAddress?: string;
        readonly outInterface?: string;
        readonly route?: string;
        readonly rule?: string;
      };
    }
  | { readonly kind: "unknown"; readonly missing: readonly string[]; readonly why: readonly Refusal[] };

/** The check in the kernel's order: the fast path first, then the reverse lookup. */
export function validateSource(walk: Walk, ns: Namespace, question: SourceQuestion): SourceVerdict {
  const { interface: name } = question;
  const check: Check = {
    walk,
    ns,
    question,
    filter: knownSetting(ns, "rp_filter", name),
    acceptLocal: knownSetting(ns, "accept_local", name),
  };
  const fast = fastPath(check);
  if (fast) return fast;
  const verdict = fullCheck(check);
  return blindToMark(check, verdict) ?? verdict;
}

/** One check: the question and the two settings that answer it. */
interface Check {
  readonly walk: Walk;
  readonly ns: Namespace;
  readonly question: SourceQuestion;
  readonly filter: Setting | undefined;
  readonly acceptLocal: Setting | undefined;
}

const ACCEPTED: Extract<SourceVerdict, { kind: "accepted" }> = {
  kind: "accepted",
  lines: [],
  said: null,
  direct: false,
};

// With rp_filter 0 nothing is looked up, unless somebody has rules or local routes of their own.
function fastPath(check: Check): SourceVerdict | null {
  const { walk, ns, question, filter, acceptLocal } = check;
  const { source, interface: name } = question;
  const own = ns.addresses?.find((a) => a.local === source);
  const ownLines = own ? [addressLine(ns.key, own)] : [];
  const redirects = question.outInterface === name && setting(walk, ns, "send_redirects", name, 1).value !== 0;
  if (filter === undefined || filter.value !== 0 || redirects) return null;
  if (acceptLocal?.value)
    return acceptedOwn(own?.interface ?? null, source, [...acceptLocal.lines, ...filter.lines, ...ownLines]);
  if (hasCustomRules(ns) || hasCustomLocalRoutes(ns)) return null;
  return own === undefined ? ACCEPTED : ownAddress(check, ownLines, {});
}

// The source is an address of this host, which accept_local alone lets in.
function ownAddress(
  { ns, question, acceptLocal }: Check,
  lines: readonly StateLine[],
  owner: { readonly ownerInterface?: string },
): SourceVerdict {
  const { source, interface: name } = question;
  if (acceptLocal === undefined)
    return { kind: "unknown", missing: missingOf(ns, "accept_local", name), why: ["own-address"] };
  const sysctl = keyOf(acceptLocal, "accept_local", name);
  return {
    kind: "refused",
    why: "own-address",
    lines: [...lines, ...acceptLocal.lines],
    facts: { sysctl, value: "0", ...owner, ...ownedAs(ns, source) },
  };
}

// Without src_valid_mark the reverse lookup leaves the mark out: would the packet have passed with it?
function blindToMark(check: Check, verdict: SourceVerdict): SourceVerdict | null {
  const { walk, ns, question } = check;
  if (verdict.kind !== "refused" || question.mark === 0) return null;
  if (verdict.why !== "rpf-strict" && verdict.why !== "rpf-no-route") return null;
  const blind = setting(walk, ns, "src_valid_mark", question.interface, 0);
  if (blind.value !== 0) return null;
  const marked = fullCheck(check, true);
  if (marked.kind !== "accepted") return null;
  const { markedBy } = question;
  const rule = marked.lines.find((line) => line.key === "rule");
  return {
    ...verdict,
    why: "rpf-mark",
    lines: [...blind.lines, ...(markedBy ? [markedBy] : []), ...marked.lines, ...verdict.lines],
    facts: { ...verdict.facts, ...(rule ? { rule: rule.line } : {}) },
  };
}

// __fib_validate_source
function fullCheck(check: Check, withMark = false): SourceVerdict {
  const { ns, question, filter, acceptLocal } = check;
  const { source, interface: name } = question;
  const reverse = reverseLookup(check, withMark);
  if (reverse.kind === "unknown") {
    if (filter?.value === 0) return ACCEPTED;
    return { kind: "unknown", missing: reverse.missing, why: ["rpf-strict", "rpf-no-route"] };
  }
  if (reverse.kind !== "route") return lastResort(check, reverse.lines);
  const { route } = reverse;
  const isLocal = route.type === "local";
  const out = reverse.hop?.interface ?? null;
  if (isLocal && !acceptLocal?.value)
    return ownAddress(check, reverse.lines, out === null ? {} : { ownerInterface: out });
  if (!isLocal && route.type !== "unicast") {
    const facts = { ...filterFacts(check), route: route.line };
    return { kind: "refused", why: "not-unicast", lines: reverse.lines, facts };
  }
  // fib_info_nh_uses_dev: any next hop of the route counts.
  const usesInterface = route.hops.some((h) => h.interface === name) || out === name || (isLocal && name === "lo");
  const { gateway = null, gateway6 } = reverse.hop ?? {};
  const direct = route.type === "unicast" && gateway === null && gateway6 === undefined;
  if (usesInterface) return { kind: "accepted", lines: reverse.lines, said: null, direct };
  if (ns.addresses !== undefined && !ns.addresses.some((a) => a.interface === name))
    return lastResort(check, reverse.lines);
  if (filter?.value === undefined || filter.value === 1) return otherWayBack(check, reverse);
  const filterLines = filter.lines;
  if (isLocal) return acceptedOwn(out, source, [...(acceptLocal?.lines ?? []), ...filterLines]);
  return { ...ACCEPTED, lines: filter.value === 0 ? [] : [...filterLines, ...reverse.lines] };
}

// The reverse lookup asks as if the answer were made here, or had come in by the interface the packet is to leave by.
function reverseLookup({ walk, ns, question }: Check, withMark: boolean): Found {
  const { source, destination, interface: name, outInterface, mark, tos = 0, flow } = question;
  const marked = withMark || (mark !== 0 && setting(walk, ns, "src_valid_mark", name, 0).value !== 0);
  const iif = outInterface ?? "lo";
  return findRoute(ns, {
    destination: source,
    source: destination,
    iif,
    mark: marked ? mark : 0,
    tos,
    flow: turned(flow),
  });
}

function turned(flow: PortedFlow | null | undefined): PortedFlow | null {
  if (!flow) return null;
  const { source, destination } = flow.ports;
  return { ...flow, ports: { source: destination, destination: source } };
}

function filterFacts({ question, filter }: Check): { readonly sysctl: string; readonly value: string } {
  const value = filter === undefined ? "?" : String(filter.value);
  return { sysctl: keyOf(filter, "rp_filter", question.interface), value };
}

// last_resort: no way back at all, or none that counts on an interface without an address.
function lastResort(check: Check, lines: readonly StateLine[]): SourceVerdict {
  const { ns, question, filter } = check;
  if (filter === undefined)
    return { kind: "unknown", missing: missingOf(ns, "rp_filter", question.interface), why: ["rpf-no-route"] };
  if (filter.value === 0) return ACCEPTED;
  return { kind: "refused", why: "rpf-no-route", lines: [...filter.lines, ...lines], facts: filterFacts(check) };
}

// Strict mode (RFC 3704 section 2.2): the way back must be the interface it came in by.
function otherWayBack(check: Check, { route, hop, lines }: Extract<Found, { kind: "route" }>): SourceVerdict {
  const { ns, question, filter, acceptLocal } = check;
  const isLocal = route.type === "local";
  const why = isLocal ? "own-address-rpf" : "rpf-strict";
  if (filter === undefined)
    return { kind: "unknown", missing: missingOf(ns, "rp_filter", question.interface), why: [why] };
  const out = hop?.interface ?? null;
  return {
    kind: "refused",
    why,
    lines: [...filter.lines, ...lines, ...(isLocal ? (acceptLocal?.lines ?? []) : [])],
    facts: {
      ...filterFacts(check),
      ...(out === null ? {} : isLocal ? { ownerInterface: out } : { outInterface: out }),
      route: route.line,
    },
  };
}

// Which interface has the address, and how `ip addr` would name it.
function ownedAs(ns: Namespace, source: Ipv4): { ownerInterface?: string; ownAddress?: string } {
  const own = ns.addresses?.find((address) => address.local === source);
  if (own === undefined) return {};
  return { ownerInterface: own.interface, ownAddress: `${formatIpv4(own.local)}/${own.prefixLength}` };
}

function acceptedOwn(owner: string | null, source: Ipv4, lines: readonly StateLine[]): SourceVerdict {
  if (owner === null) return { kind: "accepted", lines: [], said: null, direct: false };
  const from = formatIpv4(source);
  const said = text(
    `the source ${from} is this host's own (on ${owner}); accept_local and rp_filter let it in all the same`,
    `源地址 ${from} 是本机自己的（在 ${owner} 上）；accept_local 和 rp_filter 的取值允许它进来`,
  );
  return { kind: "accepted", lines, said, direct: false };
}

function missingOf(ns: Namespace, name: string, interfaceName: string): string[] {
  return ns.sysctl === undefined ? ["sysctl"] : [`net.ipv4.conf.${interfaceName}.${name}`];
}

// fib4_has_custom_rules: anything but the three rules every namespace starts with.
function hasCustomRules(ns: Namespace): boolean {
  if (ns.rules === undefined) return false;
  const isDefault = (rule: Rule): boolean =>
    rule.action.kind === "lookup" &&
    ((rule.priority === 0 && rule.action.table === "local") ||
      (rule.priority === 32766 && rule.action.table === "main") ||
      (rule.priority === 32767 && rule.action.table === "default")) &&
    rule.from.length === 0 &&
    rule.to.length === 0 &&
    rule.iif === null &&
    rule.oif === null &&
    rule.mark === null &&
    rule.tos === 0 &&
    !rule.not;
  return ns.rules.length !== 3 || !ns.rules.every(isDefault);
}

// fib_has_custom_local_routes: a route of type local that was not made by an address.
function hasCustomLocalRoutes(ns: Namespace): boolean {
  return RouteIndex.of(ns.routes ?? []).hasCustomLocal;
}

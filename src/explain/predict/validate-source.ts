// fib_validate_source: would this host send an answer to that source out of the interface the packet came in by?

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, Rule } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { addressLine } from "./lines.ts";
import { findRoute } from "./lookup.ts";
import { keyOf, knownSetting, setting } from "./sysctls.ts";
import type { Walk } from "./walk.ts";

export interface SourceQuestion {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly interface: string;
  /** Interface a packet to be forwarded would leave by; null for one that is for this host. */
  readonly outInterface: string | null;
  readonly mark: number;
  /** The firewall rule that set the mark. */
  readonly markedBy?: StateLine | null;
}

/** Why a source is refused: it is the host's own, or the way back does not fit. */
export type Refusal = "own-address" | "own-address-rpf" | "rpf-strict" | "rpf-no-route" | "rpf-mark" | "not-unicast";

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
  const { source, interface: name } = question;
  const filter = knownSetting(ns, "rp_filter", name);
  const acceptLocal = knownSetting(ns, "accept_local", name);
  const own = ns.addresses?.find((a) => a.local === source);
  const ownLines = own ? [addressLine(ns.key, own)] : [];
  const redirects = question.outInterface === name && setting(walk, ns, "send_redirects", name, 1).value !== 0;

  if (filter !== undefined && filter.value === 0 && !redirects) {
    if (acceptLocal?.value)
      return acceptedOwn(own?.interface ?? null, source, [...acceptLocal.lines, ...filter.lines, ...ownLines]);
    if (!hasCustomRules(ns) && !hasCustomLocalRoutes(ns)) {
      if (own === undefined) return { kind: "accepted", lines: [], said: null, direct: false };
      if (acceptLocal === undefined)
        return { kind: "unknown", missing: missingOf(ns, "accept_local", name), why: ["own-address"] };
      return {
        kind: "refused",
        why: "own-address",
        lines: [...ownLines, ...acceptLocal.lines],
        facts: { sysctl: keyOf(acceptLocal, "accept_local", name), value: "0", ...ownedAs(ns, question.source) },
      };
    }
  }
  const verdict = fullCheck(walk, ns, question, filter, acceptLocal);
  return blindToMark(walk, ns, question, filter, acceptLocal, verdict) ?? verdict;
}

// Without src_valid_mark the reverse lookup leaves the mark out: would the packet have passed with it?
function blindToMark(
  walk: Walk,
  ns: Namespace,
  question: SourceQuestion,
  filter: ReturnType<typeof knownSetting>,
  acceptLocal: ReturnType<typeof knownSetting>,
  verdict: SourceVerdict,
): SourceVerdict | null {
  if (verdict.kind !== "refused" || question.mark === 0) return null;
  if (verdict.why !== "rpf-strict" && verdict.why !== "rpf-no-route") return null;
  const blind = setting(walk, ns, "src_valid_mark", question.interface, 0);
  if (blind.value !== 0) return null;
  const marked = fullCheck(walk, ns, question, filter, acceptLocal, true);
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

function fullCheck(
  walk: Walk,
  ns: Namespace,
  question: SourceQuestion,
  filter: ReturnType<typeof knownSetting>,
  acceptLocal: ReturnType<typeof knownSetting>,
  withMark = false,
): SourceVerdict {
  const { source, interface: name } = question;
  const marked = withMark || (question.mark !== 0 && setting(walk, ns, "src_valid_mark", name, 0).value !== 0);
  // The reverse lookup asks as if the answer were made here, or had come in by the interface the packet is to leave by.
  const reverse = findRoute(ns, {
    destination: source,
    source: question.destination,
    iif: question.outInterface ?? "lo",
    mark: marked ? question.mark : 0,
  });
  const sysctl = keyOf(filter, "rp_filter", name);
  const strictness = filter?.value;
  const value = strictness === undefined ? "?" : String(strictness);
  const filterLines = filter?.lines ?? [];
  if (reverse.kind === "unknown") {
    if (strictness === 0) return { kind: "accepted", lines: [], said: null, direct: false };
    return { kind: "unknown", missing: reverse.missing, why: ["rpf-strict", "rpf-no-route"] };
  }
  const lastResort = (lines: readonly StateLine[]): SourceVerdict => {
    if (strictness === undefined)
      return { kind: "unknown", missing: missingOf(ns, "rp_filter", name), why: ["rpf-no-route"] };
    if (strictness === 0) return { kind: "accepted", lines: [], said: null, direct: false };
    return { kind: "refused", why: "rpf-no-route", lines: [...filterLines, ...lines], facts: { sysctl, value } };
  };
  if (reverse.kind !== "route") return lastResort(reverse.lines);
  const { route } = reverse;
  const isLocal = route.type === "local";
  const out = reverse.hop?.interface ?? null;
  if (route.type !== "unicast") {
    if (!isLocal)
      return { kind: "refused", why: "not-unicast", lines: reverse.lines, facts: { sysctl, value, route: route.line } };
    if (acceptLocal === undefined)
      return { kind: "unknown", missing: missingOf(ns, "accept_local", name), why: ["own-address"] };
    if (acceptLocal.value === 0)
      return {
        kind: "refused",
        why: "own-address",
        lines: [...reverse.lines, ...acceptLocal.lines],
        facts: {
          sysctl: keyOf(acceptLocal, "accept_local", name),
          value: "0",
          ...(out === null ? {} : { ownerInterface: out }),
          ...ownedAs(ns, source),
        },
      };
  }
  // fib_info_nh_uses_dev: any next hop of the route counts.
  const usesInterface = route.hops.some((h) => h.interface === name) || out === name || (isLocal && name === "lo");
  const direct = route.type === "unicast" && (reverse.hop?.gateway ?? null) === null;
  if (usesInterface) return { kind: "accepted", lines: reverse.lines, said: null, direct };
  if (ns.addresses !== undefined && !ns.addresses.some((a) => a.interface === name)) return lastResort(reverse.lines);
  if (strictness === undefined)
    return {
      kind: "unknown",
      missing: missingOf(ns, "rp_filter", name),
      why: [isLocal ? "own-address-rpf" : "rpf-strict"],
    };
  if (strictness === 1) {
    const facts = {
      sysctl,
      value,
      ...(out === null ? {} : isLocal ? { ownerInterface: out } : { outInterface: out }),
      route: route.line,
    };
    return {
      kind: "refused",
      why: isLocal ? "own-address-rpf" : "rpf-strict",
      lines: [...filterLines, ...reverse.lines, ...(isLocal ? (acceptLocal?.lines ?? []) : [])],
      facts,
    };
  }
  if (isLocal) return acceptedOwn(out, source, [...(acceptLocal?.lines ?? []), ...filterLines]);
  return {
    kind: "accepted",
    lines: strictness === 0 ? [] : [...filterLines, ...reverse.lines],
    said: null,
    direct: false,
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
    !rule.not;
  return ns.rules.length !== 3 || !ns.rules.every(isDefault);
}

// fib_has_custom_local_routes: a route of type local that was not made by an address.
function hasCustomLocalRoutes(ns: Namespace): boolean {
  return (ns.routes ?? []).some((r) => r.type === "local" && r.protocol !== null && r.protocol !== "kernel");
}

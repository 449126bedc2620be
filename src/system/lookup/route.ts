// Where a packet goes: the rules in their order, each table by longest prefix, as fib_lookup does it.

import { ANY_IPV4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace, Route, RouteHop, Rule } from "../../model/system-state.ts";
import { knownRoutes, quotedRoute } from "./derived-routes.ts";
import { type FlowPorts, hasOnlyDefaultRules, isPlain, matchRule, type RuleKey, vrfOfFlow } from "./fib-rule.ts";
import { lookupOrder, lookupTable, type RejectError, type TableResult, tableName } from "./fib-table.ts";
import { LinkIndex } from "./link-index.ts";
import { RouteIndex } from "./route-index.ts";
import { vrfTable } from "./vrf.ts";

/** What is asked: an IPv4 packet as the routing code sees it. */
export interface RouteKey {
  readonly destination: Ipv4;
  /** 0.0.0.0 (the default) is a sender that has not chosen its source yet. */
  readonly source?: Ipv4 | null;
  /** Device the packet came in by; "lo" (the default) for packets this host sends. */
  readonly iif?: string | null;
  /** Device the sending socket is bound to. */
  readonly oif?: string | null;
  readonly mark?: number;
  readonly tos?: number;
  /** User of the sending socket; absent is not known (0 is assumed and said). */
  readonly uid?: number | null;
  /** 1 (ICMP) by default. */
  readonly ipProtocol?: number;
  /** Ports, where it has some. */
  readonly ports?: FlowPorts | null;
}

/** The answer, with the lines of state that decide it; `assumed` names absent parts that were taken as the kernel's defaults. */
export type RouteResult =
  | {
      readonly kind: "route";
      readonly route: Route;
      /** The first of `candidates`. */
      readonly hop: RouteHop;
      /** All hops the kernel may choose: several for multipath, and for default routes of one metric. */
      readonly candidates: readonly RouteHop[];
      /** Next hops of this very route that are fit for use: more than one is multipath. */
      readonly paths: readonly RouteHop[];
      /** The rule that led to the table; null where rules are unknown. */
      readonly rule: Rule | null;
      readonly lines: StateLine[];
      readonly assumed: readonly string[];
    }
  /** No route: ENETUNREACH. */
  | { readonly kind: "none"; readonly lines: StateLine[]; readonly assumed: readonly string[] }
  | {
      readonly kind: "reject";
      readonly error: RejectError;
      readonly by: "route" | "rule";
      readonly route: Route | null;
      readonly rule: Rule | null;
      readonly lines: StateLine[];
      readonly assumed: readonly string[];
    }
  /** State does not tell: which of its parts would. */
  | { readonly kind: "unknown"; readonly missing: string[] };

/** Walks rules and tables for a packet (fib_lookup). It checks neither sources nor whether devices are up: callers do. */
export function lookupRoute(ns: Namespace, key: RouteKey): RouteResult {
  const known = knownRoutes(ns);
  if (known.absent.includes("route") && known.absent.includes("addr")) return { kind: "unknown", missing: ["route"] };
  const lookup = new Lookup(ns, key, known.routes, known.absent);
  const result = lookup.run();
  // Without the real tables a miss, and a match that a longer prefix might beat, prove nothing.
  if (result.kind === "none" && known.absent.includes("route")) return { kind: "unknown", missing: ["route"] };
  return result;
}

// One lookup on its way through the rules.
class Lookup {
  private readonly ns: Namespace;
  private readonly key: RuleKey;
  private readonly routes: readonly Route[];
  private readonly assumed: Set<string>;
  private readonly lines: StateLine[] = [];
  private readonly oifFilter: string | null;

  constructor(ns: Namespace, key: RouteKey, routes: readonly Route[], absent: readonly string[]) {
    this.ns = ns;
    this.key = {
      destination: key.destination,
      source: key.source ?? ANY_IPV4,
      iif: key.iif ?? "lo",
      oif: key.oif ?? null,
      mark: key.mark ?? 0,
      tos: key.tos ?? 0,
      // Only sockets have users; what comes in by a device is the kernel's own: uid 0.
      uid: key.uid ?? ((key.iif ?? "lo") === "lo" ? null : 0),
      ipProtocol: key.ipProtocol ?? 1,
      ports: key.ports ?? null,
    };
    this.routes = routes;
    this.assumed = new Set(absent);
    // l3mdev_update_flow: a flow bound to a VRF device may use every port of it.
    const vrf = vrfOfFlow(ns, this.key.iif, this.key.oif);
    this.oifFilter = vrf !== null && vrf.name === this.key.oif ? null : this.key.oif;
  }

  run(): RouteResult {
    const rules = this.ns.rules;
    if (rules === undefined) this.assumed.add("rule");
    if (rules === undefined || hasOnlyDefaultRules(rules)) return this.withoutCustomRules(rules);
    return this.throughRules([...rules].sort((a, b) => a.priority - b.priority));
  }

  // fib_lookup's short cut: the trie that local and main share, then table default; a reject ends it (measured on 6.18).
  private withoutCustomRules(rules: readonly Rule[] | undefined): RouteResult {
    let result = this.ask(["local", "main"]);
    if (result.kind === "miss") result = this.ask(["default"]);
    if (result.kind === "miss") return this.none();
    const rule = rules?.find(
      (r) => r.action.kind === "lookup" && tableName(r.action.table) === tableName(result.route.table),
    );
    return this.answer(result, rule ?? null);
  }

  // fib_rules_lookup
  private throughRules(rules: readonly Rule[]): RouteResult {
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index] as Rule;
      const match = matchRule(this.ns, rule, this.key);
      if ("unknown" in match) return { kind: "unknown", missing: [match.unknown] };
      if (match.assumed) this.assumed.add(match.assumed);
      if (!match.matches) continue;
      if (rule.action.kind === "nop") continue;
      if (rule.action.kind === "goto") {
        const target = rule.action.target;
        const next = rules.findIndex((candidate) => candidate.priority === target);
        // An unresolved goto does nothing; the kernel refuses backward ones.
        if (next > index) index = next - 1;
        continue;
      }
      if (rule.action.kind !== "lookup") return this.rejectedBy(rule, rule.action.kind);
      const table = rule.l3mdev ? this.vrfTableOfFlow() : rule.action.table;
      if (table === null) return { kind: "unknown", missing: ["link"] };
      const result = this.ask([tableName(table)]);
      if (result.kind === "miss") {
        if (!isPlain(rule)) this.quoteRule(rule);
        continue;
      }
      const suppressed = result.kind === "found" ? this.suppresses(rule, result) : false;
      if (suppressed === null) return { kind: "unknown", missing: ["link"] };
      if (suppressed) {
        this.quoteRule(rule);
        continue;
      }
      return this.answer(result, rule);
    }
    return this.none();
  }

  private ask(tables: readonly string[]): TableResult {
    const covering = RouteIndex.of(this.routes).covering(this.key.destination);
    const routes = lookupOrder(covering.filter((route) => tables.includes(tableName(route.table))));
    const result = lookupTable(this.ns, routes, {
      destination: this.key.destination,
      tos: this.key.tos,
      oif: this.oifFilter,
    });
    if (result.kind === "miss") {
      for (const route of result.skipped.filter((skipped) => skipped.hops.some((hop) => hop.linkdown || hop.dead)))
        this.quoteRoute(route);
      this.lines.push(...result.sysctl);
    }
    return result;
  }

  private answer(result: Exclude<TableResult, { kind: "miss" }>, rule: Rule | null): RouteResult {
    this.lines.unshift(quotedRoute(this.ns.key, result.route));
    if (rule !== null && !isDefaultRule(rule)) this.quoteRule(rule);
    const route = result.route;
    if (result.kind === "reject") {
      return {
        kind: "reject",
        error: result.error,
        by: "route",
        route,
        rule,
        lines: this.lines,
        assumed: [...this.assumed],
      };
    }
    for (const part of result.assumed) this.assumed.add(part);
    this.lines.push(...result.sysctl);
    const hop = result.hops[0] as RouteHop;
    const { hops: candidates, paths } = result;
    return { kind: "route", route, hop, candidates, paths, rule, lines: this.lines, assumed: [...this.assumed] };
  }

  // fib4_rule_action
  private rejectedBy(rule: Rule, kind: "blackhole" | "unreachable" | "prohibit"): RouteResult {
    this.quoteRule(rule);
    const error = kind === "unreachable" ? "ENETUNREACH" : kind === "prohibit" ? "EACCES" : "EINVAL";
    return { kind: "reject", error, by: "rule", route: null, rule, lines: this.lines, assumed: [...this.assumed] };
  }

  // fib4_rule_suppress; null where the group of the device is not known.
  private suppresses(rule: Rule, result: Extract<TableResult, { kind: "found" }>): boolean | null {
    if (rule.suppressPrefixLength !== null && result.route.destination.length <= rule.suppressPrefixLength) return true;
    if (rule.suppressIfGroup === null) return false;
    const device = LinkIndex.of(this.ns).named(result.hops[0]?.interface ?? "");
    if (device?.group === undefined) return null;
    return sameGroup(device.group, rule.suppressIfGroup);
  }

  private vrfTableOfFlow(): string | null {
    const vrf = vrfOfFlow(this.ns, this.key.iif, this.key.oif);
    return vrf === null ? null : vrfTable(vrf);
  }

  private none(): RouteResult {
    return { kind: "none", lines: this.lines, assumed: [...this.assumed] };
  }

  private quoteRule(rule: Rule): void {
    this.lines.push({ netns: this.ns.key, key: "rule", line: rule.line });
  }
  private quoteRoute(route: Route): void {
    this.lines.push(quotedRoute(this.ns.key, route));
  }
}

function isDefaultRule(rule: Rule): boolean {
  return isPlain(rule) && [0, 32766, 32767].includes(rule.priority);
}

function sameGroup(a: string, b: string): boolean {
  const number = (group: string) => (group === "default" ? "0" : group);
  return number(a) === number(b);
}

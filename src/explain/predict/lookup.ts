// Route lookups as the walk needs them: one call of fib_lookup, with its answer sorted into what the kernel does next.

import { ANY_IPV4, type Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Link, Namespace, Route, RouteHop, Rule } from "../../model/system-state.ts";
import { lookupRoute } from "../../system/lookup/route.ts";

export interface Question {
  readonly destination: Ipv4;
  readonly source?: Ipv4 | null;
  /** Interface the packet came in by; `lo` for packets made here. */
  readonly iif?: string;
  readonly oif?: string | null;
  readonly mark?: number;
}

export type Errno = "EINVAL" | "EHOSTUNREACH" | "EACCES" | "ENETUNREACH";

export type Found =
  | {
      readonly kind: "route";
      readonly route: Route;
      readonly hop: RouteHop | null;
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
export function findRoute(ns: Namespace, question: Question): Found {
  const result = lookupRoute(ns, {
    destination: question.destination,
    source: question.source ?? ANY_IPV4,
    iif: question.iif ?? "lo",
    oif: question.oif ?? null,
    mark: question.mark ?? 0,
    tos: 0,
    uid: 0,
    ipProtocol: 1,
  });
  switch (result.kind) {
    case "route": {
      const { route, hop, paths, rule, lines } = result;
      return { kind: "route", route, hop, paths, rule, lines };
    }
    case "none":
      return { kind: "none", lines: result.lines };
    case "reject":
      return { kind: "reject", errno: result.error, by: result.by, lines: result.lines };
    case "unknown":
      return { kind: "unknown", missing: result.missing };
  }
}

/** An interface by name: null where the namespace has none of that name, undefined where its interfaces are unknown. */
export function deviceOf(ns: Namespace, name: string): Link | null | undefined {
  if (ns.links === undefined) return undefined;
  return ns.links.find((link) => link.name === name) ?? null;
}

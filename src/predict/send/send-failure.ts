// Why a ping never leaves its own host: each error of the route lookup, told apart by the line of state behind it.

import { formatIpv4, inPrefix, isLoopback } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit, Facts, RuledOut } from "../../model/finding.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import { vrfTable } from "../../system/lookup/vrf.ts";
import { type HitDraft, makeHit } from "../hits.ts";
import { addressLine, linkLine, routeLine } from "../lines.ts";
import { isWithoutIpv4 } from "./output-route.ts";
import { inSubnet } from "./source.ts";
import type { OutputFailure } from "./way.ts";

/** What the C library says of an errno. */
const ERROR_WORDS: Readonly<Record<string, string>> = {
  EINVAL: "Invalid argument",
  EHOSTUNREACH: "No route to host",
  EACCES: "Permission denied",
  ENETUNREACH: "Network is unreachable",
  EMSGSIZE: "Message too long",
  EADDRNOTAVAIL: "Cannot assign requested address",
  ENOBUFS: "No buffer space available",
  EPERM: "Operation not permitted",
};

/** `connect: Network is unreachable`: what ping prints, or would if it printed errors of sendmsg. */
export function errorWords(call: "bind" | "connect" | "sendmsg", errno: string): string {
  if (call === "connect" && errno === "EACCES")
    return "Do you want to ping broadcast? Then -b. If not, check your local firewall rules";
  return `${call}: ${ownValue(ERROR_WORDS, errno) ?? errno}`;
}

/** The cause behind a failed route lookup on the sending host. */
export function failureHit(
  ns: Namespace,
  attempt: Attempt,
  failure: OutputFailure,
  call: "bind" | "connect" | "sendmsg",
): CauseHit {
  const { lines } = failure;
  const facts: Facts = {
    target: formatIpv4(attempt.destination),
    asker: ns.key,
    error: errorWords(call, failure.errno),
    ...(attempt.source === null ? {} : { source: formatIpv4(attempt.source) }),
    ...(attempt.outInterface === null ? {} : { outInterface: attempt.outInterface }),
  };
  const base = { netns: ns.key, interface: attempt.outInterface, facts, lines };
  switch (failure.why) {
    case "route":
    case "rule":
      return rejected(failure, failure.why, base);
    case "source-not-local":
      return makeHit({
        ...base,
        code: "source-not-local",
        lines: (ns.addresses ?? []).map((a) => addressLine(ns.key, a)),
        because: text(
          `${facts.source ?? "the source"} is in no table local of ${ns.key || "this host"}`,
          `${facts.source ?? "源地址"} 不在${ns.key || "本机"}的 local 表里`,
        ),
      });
    case "loopback-source":
      return makeHit({
        ...base,
        code: "loopback-source-off-host",
        because: text("a 127.x source may not leave by a real interface", "127.x 源地址不能从真实接口发出"),
      });
    case "mtu-below-68":
      return withoutIpv4(ns, attempt, lines, facts);
    case "interface-down":
      return makeHit({
        ...base,
        code: "link-admin-down",
        ruledOut: [{ code: "peer-down", because: text("the interface itself is not UP", "接口本身没有 UP") }],
      });
    default:
      return noRoute(ns, attempt, failure, facts);
  }
}

const REJECTS: Readonly<Record<OutputFailure["errno"], Code>> = {
  EINVAL: "route-blackhole",
  EHOSTUNREACH: "route-unreachable",
  EACCES: "route-prohibit",
  ENETUNREACH: "no-route",
  ENODEV: "no-route",
};

// A route or a rule that says no.
function rejected(
  { errno, lines }: OutputFailure,
  by: "route" | "rule",
  base: Omit<HitDraft, "code"> & { readonly facts: Facts },
): CauseHit {
  const quoted = lines.find((l) => l.key === by)?.line;
  const code = by === "rule" ? "policy-rule-reject" : REJECTS[errno];
  return makeHit({ ...base, code, facts: { ...base.facts, ...(quoted === undefined ? {} : { [by]: quoted }) } });
}

// Nothing in the tables fits: the reason a connected route is absent is often in sight.
function noRoute(ns: Namespace, attempt: Attempt, failure: OutputFailure, facts: Facts): CauseHit {
  const thrown = throwRoute(ns, attempt, failure, facts);
  if (thrown) return thrown;
  const lo = loDown(ns, attempt);
  if (lo)
    return makeHit({
      code: "lo-down",
      netns: ns.key,
      interface: lo.name,
      facts: { ...facts, outInterface: lo.name },
      lines: [linkLine(ns.key, lo)],
    });
  const bare = withoutIpv4Reason(ns, attempt);
  if (bare) return withoutIpv4(ns, attempt, [linkLine(ns.key, bare)], facts);
  return (
    withoutConnectedRoute(ns, attempt, facts) ??
    ignoredRoute(ns, attempt, facts) ??
    unaskedTable(ns, attempt, facts) ??
    noRouteAtAll(ns, facts)
  );
}

// A throw route sends the lookup back to the rules, and none of the others had a way.
function throwRoute(ns: Namespace, attempt: Attempt, { lines }: OutputFailure, facts: Facts): CauseHit | null {
  const throws = (ns.routes ?? []).filter((r) => r.type === "throw" && inPrefix(attempt.destination, r.destination));
  const quoted = lines.filter((l) => throws.some((r) => r.line === l.line));
  if (!throws[0] || (quoted.length === 0 && lines.length > 0)) return null;
  const rests = quoted.length > 0 ? quoted : [routeLine(ns.key, throws[0])];
  return makeHit({
    code: "route-throw",
    netns: ns.key,
    interface: null,
    facts: { ...facts, route: rests[0]?.line ?? throws[0].line },
    lines: rests,
  });
}

// An own address whose subnet holds the target, and whose route is not there.
function withoutConnectedRoute(ns: Namespace, { destination }: Attempt, facts: Facts): CauseHit | null {
  for (const own of ns.addresses ?? []) {
    if (!inSubnet(destination, own) || own.prefixLength === 32) continue;
    const { interface: name } = own;
    const link = ns.links?.find((l) => l.name === name);
    const base = { netns: ns.key, interface: name };
    const known = { ...facts, outInterface: name };
    if (link && !link.flags.has("UP"))
      return makeHit({
        ...base,
        code: "link-admin-down",
        facts: known,
        lines: [linkLine(ns.key, link), addressLine(ns.key, own)],
        ruledOut: [{ code: "peer-down", because: text(`${name} itself is not UP`, `${name} 本身没有 UP`) }],
      });
    if (own.noprefixroute)
      return makeHit({
        ...base,
        code: "noprefixroute-no-connected-route",
        facts: { ...known, prefix: own.line },
        lines: [addressLine(ns.key, own)],
      });
  }
  return null;
}

// ignore_routes_with_linkdown, or a next hop that is dead.
function ignoredRoute(ns: Namespace, { destination }: Attempt, facts: Facts): CauseHit | null {
  const ignored = (ns.routes ?? []).find(
    (r) => r.type === "unicast" && inPrefix(destination, r.destination) && r.hops.some((h) => h.linkdown || h.dead),
  );
  if (!ignored) return null;
  return makeHit({
    code: "linkdown-route-ignored",
    netns: ns.key,
    interface: ignored.hops[0]?.interface ?? null,
    facts: { ...facts, route: ignored.line },
    lines: [routeLine(ns.key, ignored)],
  });
}

// A route that would do stands in a table that this lookup does not come to, or in that of a VRF that ping is not bound to.
function unaskedTable(ns: Namespace, { destination, outInterface }: Attempt, facts: Facts): CauseHit | null {
  const route = (ns.routes ?? []).find(
    ({ type, table, tos, destination: covered }) =>
      type === "unicast" && !ASKED_BY_DEFAULT.has(table) && tos === 0 && inPrefix(destination, covered),
  );
  if (route === undefined || outInterface !== null) return null;
  const vrf = (ns.links ?? []).find((link) => link.kind === "vrf" && vrfTable(link) === route.table);
  return makeHit({
    code: "no-route",
    netns: ns.key,
    facts: {
      ...facts,
      table: route.table,
      route: route.line,
      ...(vrf === undefined ? { state: "other-table" } : { state: "vrf", outInterface: vrf.name }),
    },
    lines: [routeLine(ns.key, route), ...(vrf === undefined ? [] : [linkLine(ns.key, vrf)])],
    because:
      vrf === undefined
        ? text(
            `it covers ${facts.target}, and this lookup does not come to table ${route.table}`,
            `它能匹配 ${facts.target}，但这次查找不会用到表 ${route.table}`,
          )
        : text(
            `it covers ${facts.target}, and only what is bound to ${vrf.name} is looked up in table ${route.table}`,
            `它能匹配 ${facts.target}，但只有绑定到 ${vrf.name} 的套接字才会查表 ${route.table}`,
          ),
    ruledOut: [{ code: "link-admin-down", because: downLinks(ns) }],
  });
}

const ASKED_BY_DEFAULT = new Set(["local", "main", "default"]);

function noRouteAtAll(ns: Namespace, facts: Facts): CauseHit {
  const routes = (ns.routes ?? []).filter((r) => r.table !== "local" && r.type === "unicast");
  const rejects = (ns.routes ?? []).filter((r) => ["blackhole", "unreachable", "prohibit", "throw"].includes(r.type));
  const because = text("there is no reject route in any table", "任何路由表里都没有拒绝类路由");
  const codes = ["route-unreachable", "route-blackhole", "route-prohibit", "route-throw"] as const;
  const ruledOut: RuledOut[] = rejects.length > 0 ? [] : codes.map((code) => ({ code, because }));
  return makeHit({
    code: "no-route",
    netns: ns.key,
    facts,
    lines: routes.map((r) => routeLine(ns.key, r)),
    because:
      routes.length === 0
        ? text(
            `${ns.key || "this host"} has no route at all outside table local`,
            `${ns.key || "本机"} 除 local 表外没有任何路由`,
          )
        : text(`none of these covers ${facts.target}`, `其中没有一条能匹配 ${facts.target}`),
    ruledOut: [...ruledOut, { code: "link-admin-down", because: downLinks(ns) }],
  });
}

// Only a loopback device that is up has its address, and the route to all of 127.0.0.0/8.
function loDown(ns: Namespace, { destination }: Attempt): Link | null {
  if (!isLoopback(destination)) return null;
  const lo = ns.links?.find((l) => l.isLoopback);
  return lo && !lo.flags.has("UP") ? lo : null;
}

// 127.0.0.0/8 is gone where lo has lost its addresses.
function withoutIpv4Reason(ns: Namespace, attempt: Attempt): Link | null {
  if (!isLoopback(attempt.destination)) return null;
  const lo = ns.links?.find((l) => l.isLoopback);
  return lo && isWithoutIpv4(lo) ? lo : null;
}

function withoutIpv4(ns: Namespace, attempt: Attempt, lines: readonly StateLine[], facts: Facts): CauseHit {
  const link = ns.links?.find((l) => lines.some((line) => line.line === l.line));
  const name = link?.name ?? attempt.outInterface;
  return makeHit({
    code: "mtu-below-68",
    netns: ns.key,
    interface: name,
    facts: {
      ...facts,
      ...(name === null ? {} : { outInterface: name }),
      ...(link?.mtu == null ? {} : { mtu: String(link.mtu) }),
    },
    lines,
    ruledOut: [
      { code: "link-admin-down", because: text("the interface is UP", "接口是 UP 的") },
      ...(link?.isLoopback ? [{ code: "lo-down", because: text("lo is UP", "lo 是 UP 的") } as const] : []),
    ],
  });
}

function downLinks(ns: Namespace): Text {
  const down = (ns.links ?? []).filter((l) => !l.flags.has("UP")).map((l) => l.name);
  if (down.length === 0) return text("all links are UP", "所有接口都是 UP 的");
  return text(
    `down, but without a subnet of the target: ${down.join(", ")}`,
    `${down.join("、")} 没有启用（DOWN），但它们不带目标所在的子网`,
  );
}

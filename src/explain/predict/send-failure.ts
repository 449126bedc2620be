// Why a ping never leaves its own host: each error of the route lookup, told apart by the line of state behind it.

import { formatIpv4, inPrefix, isLoopback } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit, Facts, RuledOut } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text, verbatim } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import { makeHit } from "./hits.ts";
import { addressLine, linkLine, routeLine } from "./lines.ts";
import { isWithoutIpv4, type OutputFailure } from "./output-route.ts";
import { inSubnet } from "./source.ts";

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
  return `${call}: ${ERROR_WORDS[errno] ?? errno}`;
}

/** The cause behind a failed route lookup on the sending host. */
export function failureHit(
  ns: Namespace,
  attempt: Attempt,
  failure: OutputFailure,
  call: "bind" | "connect" | "sendmsg",
): CauseHit {
  const target = formatIpv4(attempt.destination);
  const facts: Facts = {
    target,
    asker: ns.key,
    error: errorWords(call, failure.errno),
    ...(attempt.source === null ? {} : { source: formatIpv4(attempt.source) }),
    ...(attempt.outInterface === null ? {} : { outInterface: attempt.outInterface }),
  };
  const base = { netns: ns.key, interface: attempt.outInterface };
  switch (failure.why) {
    case "route": {
      const line = failure.lines.find((l) => l.key === "route")?.line;
      const code =
        failure.errno === "EINVAL"
          ? "route-blackhole"
          : failure.errno === "EHOSTUNREACH"
            ? "route-unreachable"
            : failure.errno === "EACCES"
              ? "route-prohibit"
              : "no-route";
      return makeHit({
        ...base,
        code,
        facts: { ...facts, ...(line === undefined ? {} : { route: line }) },
        lines: failure.lines,
      });
    }
    case "rule": {
      const line = failure.lines.find((l) => l.key === "rule")?.line;
      return makeHit({
        ...base,
        code: "policy-rule-reject",
        facts: { ...facts, ...(line === undefined ? {} : { rule: line }) },
        lines: failure.lines,
      });
    }
    case "source-not-local":
      return makeHit({
        ...base,
        code: "source-not-local",
        facts,
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
        facts,
        lines: failure.lines,
        because: text("a 127.x source may not leave by a real interface", "127.x 源地址不能从真实接口发出"),
      });
    case "mtu-below-68":
      return withoutIpv4(ns, attempt, failure.lines, facts);
    case "interface-down":
      return makeHit({
        ...base,
        code: "link-admin-down",
        facts,
        lines: failure.lines,
        ruledOut: [{ code: "peer-down", because: text("the interface itself is not UP", "接口本身没有 UP") }],
      });
    default:
      return noRoute(ns, attempt, failure, facts);
  }
}

// Nothing in the tables fits: the reason a connected route is absent is often in sight.
function noRoute(ns: Namespace, attempt: Attempt, failure: OutputFailure, facts: Facts): CauseHit {
  const ruledOut: RuledOut[] = [];
  const throws = (ns.routes ?? []).filter((r) => r.type === "throw" && inPrefix(attempt.destination, r.destination));
  const quoted = failure.lines.filter((l) => throws.some((r) => r.line === l.line));
  if (throws[0] && (quoted.length > 0 || failure.lines.length === 0)) {
    const lines: StateLine[] = quoted.length > 0 ? quoted : [routeLine(ns.key, throws[0])];
    return makeHit({
      code: "route-throw",
      netns: ns.key,
      interface: null,
      facts: { ...facts, route: lines[0]?.line ?? throws[0].line },
      lines,
    });
  }
  const bare = withoutIpv4Reason(ns, attempt);
  if (bare) return withoutIpv4(ns, attempt, [linkLine(ns.key, bare)], facts);
  for (const own of ns.addresses ?? []) {
    if (!inSubnet(attempt.destination, own) || own.prefixLength === 32) continue;
    const link = ns.links?.find((l) => l.name === own.interface);
    if (link && !link.flags.has("UP")) {
      return makeHit({
        code: "link-admin-down",
        netns: ns.key,
        interface: own.interface,
        facts: { ...facts, outInterface: own.interface },
        lines: [linkLine(ns.key, link), addressLine(ns.key, own)],
        ruledOut: [
          { code: "peer-down", because: text(`${own.interface} itself is not UP`, `${own.interface} 本身没有 UP`) },
        ],
      });
    }
    if (own.noprefixroute) {
      return makeHit({
        code: "noprefixroute-no-connected-route",
        netns: ns.key,
        interface: own.interface,
        facts: { ...facts, outInterface: own.interface, prefix: own.line },
        lines: [addressLine(ns.key, own)],
      });
    }
  }
  const ignored = (ns.routes ?? []).find(
    (r) =>
      r.type === "unicast" && inPrefix(attempt.destination, r.destination) && r.hops.some((h) => h.linkdown || h.dead),
  );
  if (ignored) {
    return makeHit({
      code: "linkdown-route-ignored",
      netns: ns.key,
      interface: ignored.hops[0]?.interface ?? null,
      facts: { ...facts, route: ignored.line },
      lines: [routeLine(ns.key, ignored)],
    });
  }
  const rejects = (ns.routes ?? []).filter((r) => ["blackhole", "unreachable", "prohibit", "throw"].includes(r.type));
  if (rejects.length === 0) {
    for (const code of ["route-unreachable", "route-blackhole", "route-prohibit", "route-throw"]) {
      ruledOut.push({ code, because: text("there is no reject route in any table", "任何路由表里都没有拒绝类路由") });
    }
  }
  const routes = (ns.routes ?? []).filter((r) => r.table !== "local" && r.type === "unicast");
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
    ruledOut: [...ruledOut, { code: "link-admin-down", because: verbatim(downLinks(ns)) }],
  });
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
      ...(link?.isLoopback ? [{ code: "lo-down", because: text("lo is UP", "lo 是 UP 的") }] : []),
    ],
  });
}

function downLinks(ns: Namespace): string {
  const down = (ns.links ?? []).filter((l) => !l.flags.has("UP")).map((l) => l.name);
  return down.length === 0 ? "all links are UP" : `down, but without a subnet of the target: ${down.join(", ")}`;
}

// Where ip_rcv_finish ends a datagram: a martian, a refused source, a host that does not forward, tables without a way.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { Facts, RuledOut } from "../../model/finding.ts";
import { pingErrorName } from "../../model/icmp-names.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text, verbatim } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { hasOneLeg } from "../../system/lookup/router.ts";
import { sendError } from "../answer/icmp-error.ts";
import { lastRouter } from "../answer/last-router.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram } from "../message.ts";
import { knownSetting, namespaceSetting } from "../sysctls.ts";
import { sentAstray } from "./astray.ts";
import type { InputRoute } from "./ip-input.ts";
import { martian, notForwarded, noWay, refusedWords, sameMac } from "./refuse-words.ts";
import type { Refusal } from "./validate-source.ts";

type Refused<Kind extends InputRoute["kind"]> = Extract<InputRoute, { kind: Kind }>;

/** Ends a datagram that is neither for this host nor forwarded. */
export function refuse(
  at: At<Datagram>,
  route: Refused<"martian" | "refused" | "not-forwarding" | "unroutable">,
): Disposition {
  switch (route.kind) {
    case "martian":
      return at.stop({ code: route.code, says: martian(route.because), lines: route.lines, facts: factsAt(at) });
    case "refused":
      return sourceRefused(at, route);
    case "not-forwarding":
      return notForwarding(at, route);
    case "unroutable":
      return unroutable(at, route);
  }
}

function factsAt(at: At<Datagram>): Facts {
  return { ...addressFacts(at.packet), inInterface: at.interface };
}

function sourceRefused(at: At<Datagram>, { why, facts, lines }: Refused<"refused">): Disposition {
  const { walk, ns, packet } = at;
  const code = refusalCode(why, facts.value ?? "", at);
  // NAT may have put an address there that the asker never had.
  const isAskers =
    at.leg === "request" && ownersOf(walk.state, packet.source).some((o) => o.netns === walk.attempt.netns);
  return at.stop({
    code,
    says: refusedWords(why, formatIpv4(packet.source), at.interface, facts),
    lines,
    facts: {
      ...factsAt(at),
      ...facts,
      owner: ns.key,
      ...(isAskers ? { asker: walk.attempt.netns } : {}),
      ...(code === "missing-return-route-rp-filter" ? lastRouter(walk, ns, at.interface) : {}),
    },
    ruledOut: ipRuledOut(ns, at.interface, code),
  });
}

/** The cause behind a refused source of an IPv4 packet. */
export function refusalCode(why: Refusal, value: string, { packet, leg }: At<Datagram>): Code {
  switch (why) {
    case "own-address":
      return "accept-local-off-ip";
    case "own-address-rpf":
      return "accept-local-but-rp-filter";
    case "not-unicast":
      return "martian-source-invalid";
    case "rpf-mark":
      return "src-valid-mark";
    case "rpf-no-route":
      if (leg === "reply") return "asymmetric-routing";
      if (value === "1") return "rp-filter-strict";
      return packet.routers > 0 ? "missing-return-route-rp-filter" : "rp-filter-loose-no-route";
    default:
      return leg === "reply" ? "asymmetric-routing" : "rp-filter-strict";
  }
}

function notForwarding(at: At<Datagram>, { lines, out }: Refused<"not-forwarding">): Disposition {
  const others = namespaceSetting(at.walk, at.ns, "net.ipv4.ip_forward", 0);
  const twin = sameMacElsewhere(at);
  if (twin) {
    const { mac, lines } = twin;
    const facts = { ...factsAt(at), mac, owner: twin.netns, ownerInterface: twin.interface };
    return at.stop({ code: "duplicate-mac", says: sameMac(at.interface, twin), lines, facts });
  }
  const key = lines.find((l) => l.key === "sysctl")?.line.split(" = ")[0];
  const astray = others.value || !hasOneLeg(at.ns) ? null : sentAstray(at);
  return at.stop({
    code: others.value ? "iface-forwarding-off" : "ip-forward-off",
    says: notForwarded(at),
    lines: [...lines, ...(astray?.lines ?? [])],
    facts: {
      ...factsAt(at),
      router: at.ns.key,
      value: "0",
      ...astray?.facts,
      ...(key === undefined ? {} : { sysctl: key }),
      ...(out === null ? {} : { outInterface: out }),
    },
    ruledOut: [
      {
        code: "forward-no-route",
        because: text("without forwarding the route is not even looked at", "没有打开转发，根本不会用到路由"),
      },
    ],
  });
}

// The address asked for is another host's, and that host's interface has the MAC address of this one.
function sameMacElsewhere({ walk, ns, interface: interfaceName, packet }: At<Datagram>) {
  const own = deviceOf(ns, interfaceName);
  if (!own || own.mac === null) return null;
  for (const owner of ownersOf(walk.state, packet.destination)) {
    const there = walk.namespace(owner.netns);
    const link = there ? deviceOf(there, owner.interface) : null;
    if (owner.netns === ns.key || !link || link.mac !== own.mac) continue;
    const lines = [linkLine(ns.key, own), linkLine(owner.netns, link), owner.line];
    return { netns: owner.netns, interface: owner.interface, mac: formatMac(own.mac), lines };
  }
  return null;
}

function ipRuledOut(ns: Namespace, interfaceName: string, code: string): RuledOut[] {
  const out: RuledOut[] = [];
  const accept = knownSetting(ns, "accept_local", interfaceName);
  if (code !== "accept-local-off-ip" && accept?.lines[0] && !accept.lines[0].assumed)
    out.push({
      code: "accept-local-off-ip",
      because: accept.value
        ? verbatim(accept.lines[0].line)
        : text("the source is not this host's own", "源地址不是本机自己的"),
    });
  const filter = knownSetting(ns, "rp_filter", interfaceName);
  if (code === "accept-local-off-ip" && filter?.value === 0 && filter.lines[0] && !filter.lines[0].assumed)
    out.push({ code: "rp-filter-strict", because: verbatim(filter.lines[0].line) });
  out.push({
    code: "icmp-echo-ignore-all",
    because: text("the packet never gets as far as ICMP", "这个包到不了 ICMP 层"),
  });
  return out;
}

// What a router's lookup ends with, and the code of the ICMP error of type 3 that it sends.
const BY_ERRNO = {
  ENETUNREACH: { code: "forward-no-route", icmp: 0 },
  EINVAL: { code: "forward-blackhole", icmp: null },
  EHOSTUNREACH: { code: "forward-unreachable", icmp: 1 },
  EACCES: { code: "forward-prohibit", icmp: 13 },
} as const;

// ip_error: a forwarding host whose tables have no way, or refuse one.
function unroutable(at: At<Datagram>, { errno, by, lines }: Refused<"unroutable">): Disposition {
  const { code, icmp } = BY_ERRNO[errno];
  const quoted = lines.find((l) => l.key === "route" || l.key === "rule")?.line;
  const end = at.stop({
    code,
    says: noWay(errno, at.host, formatIpv4(at.packet.destination)),
    lines,
    facts: {
      ...factsAt(at),
      router: at.ns.key,
      ...(quoted === undefined || by === "none" ? {} : by === "rule" ? { rule: quoted } : { route: quoted }),
      ...(icmp === null ? {} : { error: pingErrorName(3, icmp).en }),
    },
  });
  if (icmp !== null) sendError(at, { type: 3, code: icmp });
  return end;
}

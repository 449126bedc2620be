// What went between two states and left the fault behind: then that is the story, and the fault itself comes second.

import { formatIpv4, formatPrefix, type Ipv4, parseIpv4 } from "../model/address.ts";
import type { Evidence, StateLine } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import { type AddressFact, marksOf } from "../model/marks.ts";
import type { InterfaceAddress, Namespace, Route, SystemState } from "../model/system-state.ts";
import { text, verbatim } from "../model/text.ts";
import { addressLine, linkLine, routeLine } from "../predict/lines.ts";
import { findRoute } from "../predict/lookup.ts";
import { inSubnet } from "../predict/send/source.ts";
import { joinedTo } from "../system/lookup/joined.ts";
import { effectiveSysctl } from "../system/lookup/sysctl.ts";
import type { Case } from "./case.ts";

/** The hits of a walk by the state after, with what explains the first of them by the state before in front. */
export function withWhatChanged(hits: readonly CauseHit[], subject: Case): CauseHit[] {
  const [first] = hits;
  const { state: before, stateAfter: after } = subject;
  if (!first || !before || !after) return [...hits];
  const marks = marksOf(subject.causes, first.code);
  const story = lostRoute(first, marks?.lookedUp, before, after) ?? lostSecondary(first, marks?.absent, before, after);
  return story === null ? [...hits] : [story, ...hits];
}

const quote = (state: StateLine, when: "before" | "after"): Evidence => ({
  basis: "state",
  text:
    when === "before"
      ? text(`before: ${state.line}`, `之前：${state.line}`)
      : text(`after: ${state.line}`, `之后：${state.line}`),
  state,
});

// fib_disable_ip on NETDEV_DOWN takes every route of the device, NETDEV_UP brings back those of its addresses only.
function lostRoute(
  hit: CauseHit,
  lookedUp: AddressFact | undefined,
  before: SystemState,
  after: SystemState,
): CauseHit | null {
  const wanted = addressOf(hit, lookedUp);
  const [was, is] = both(hit.netns, before, after);
  if (wanted === null || !was || !is) return null;
  const found = findRoute(was, { destination: wanted });
  if (found.kind !== "route" || !isStatic(found.route)) return null;
  const { route } = found;
  const device = found.hop?.interface ?? null;
  const link = is.links?.find((l) => l.name === device);
  if (device === null || !link?.flags.has("UP")) return null;
  const ofDevice = (ns: Namespace): Route[] =>
    (ns.routes ?? []).filter((r) => isStatic(r) && r.hops.some((h) => h.interface === device));
  const stayed = new Set(ofDevice(is).map((r) => r.line));
  // Where one static route of the device is still there, or its address has gone as well, it was no flap.
  if (ofDevice(was).some((r) => stayed.has(r.line)) || !keepsAddress(was, is, device)) return null;
  const counted = carrierChanges(was, is, device);
  if (counted === null) return null;
  return {
    code: "static-route-lost-after-flap",
    netns: was.key,
    interface: device,
    facts: {
      ...hit.facts,
      target: formatIpv4(wanted),
      outInterface: device,
      route: route.line,
      prefix: formatPrefix(route.destination),
    },
    evidence: [
      quote(routeLine(was.key, route), "before"),
      quote(linkLine(is.key, link), "after"),
      ...counted,
      {
        basis: "inferred",
        text: text(
          `none of the static routes through ${device} is there any more, and its address is`,
          `经 ${device} 的静态路由一条也不在了，而它的地址还在`,
        ),
      },
    ],
    ruledOut: [{ code: "link-admin-down", because: verbatim(link.line) }],
    certainty: counted.length > 0 ? hit.certainty : "possible",
  };
}

// Null where it is counted, and has not moved.
function carrierChanges(was: Namespace, is: Namespace, device: string): Evidence[] | null {
  const [before = null, after = null] = [was, is].map(
    (ns) => ns.links?.find((l) => l.name === device)?.statistics?.get("tx_carrier_changes") ?? null,
  );
  if (before === null || after === null) return [];
  if (after <= before) return null;
  return [
    {
      basis: "kernel",
      text: text(`${device} has lost and got its carrier meanwhile`, `其间 ${device} 的载波断开又恢复过`),
      counter: { netns: was.key, name: "tx_carrier_changes", before, after },
    },
  ];
}

function isStatic({ protocol, type, table }: Route): boolean {
  return type === "unicast" && table !== "local" && protocol !== "kernel" && protocol !== "dhcp" && protocol !== "ra";
}

function keepsAddress(was: Namespace, is: Namespace, device: string): boolean {
  const lines = new Set((is.addresses ?? []).filter((a) => a.interface === device).map((a) => a.line));
  return (was.addresses ?? []).some((a) => a.interface === device && lines.has(a.line));
}

// __inet_del_ifa: with the first address of a subnet all its secondary ones go, unless one of them may be promoted.
function lostSecondary(
  hit: CauseHit,
  absent: AddressFact | undefined,
  before: SystemState,
  after: SystemState,
): CauseHit | null {
  const wanted = addressOf(hit, absent);
  if (wanted === null) return null;
  const near = hit.netns === null ? [...before.namespaces.keys()] : joinedTo(before, [hit.netns]);
  for (const [key, was] of before.namespaces) {
    if (!near.includes(key)) continue;
    const is = after.namespaces.get(was.key);
    const lost = was.addresses?.find((a) => a.local === wanted && a.secondary);
    if (!lost || is?.addresses === undefined || has(is, lost)) continue;
    const subnet = (was.addresses ?? []).filter((a) => a.interface === lost.interface && sameSubnet(a, lost));
    const first = subnet.find((a) => !a.secondary);
    const promote = effectiveSysctl(was, "promote_secondaries", lost.interface);
    if (!first || subnet.some((a) => has(is, a)) || promote?.value !== 0) continue;
    const line = promote.lines[0];
    return {
      code: "secondary-deleted-with-primary",
      netns: was.key,
      interface: lost.interface,
      facts: {
        ...hit.facts,
        target: formatIpv4(wanted),
        owner: was.key,
        ownerInterface: lost.interface,
        prefix: `${formatIpv4(first.local)}/${first.prefixLength}`,
        count: String(subnet.length - 1),
      },
      evidence: [
        quote(addressLine(was.key, lost), "before"),
        quote(addressLine(was.key, first), "before"),
        ...(line ? [quote(line, "before")] : []),
        {
          basis: "inferred",
          text: text(
            `${formatIpv4(first.local)} and ${formatIpv4(wanted)} are both gone from ${lost.interface}`,
            `${lost.interface} 上的 ${formatIpv4(first.local)} 和 ${formatIpv4(wanted)} 都不在了`,
          ),
        },
      ],
      ruledOut: [],
      certainty: hit.certainty,
    };
  }
  return null;
}

function has(ns: Namespace, { interface: name, local }: InterfaceAddress): boolean {
  return (ns.addresses ?? []).some((a) => a.interface === name && a.local === local);
}

function sameSubnet(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return a.prefixLength === b.prefixLength && inSubnet(a.local, b);
}

function addressOf({ facts }: CauseHit, fact: AddressFact | undefined): Ipv4 | null {
  const words = fact === undefined ? undefined : facts[fact];
  return words === undefined ? null : parseIpv4(words);
}

function both(netns: string | null, before: SystemState, after: SystemState): (Namespace | undefined)[] {
  return netns === null ? [] : [before.namespaces.get(netns), after.namespaces.get(netns)];
}

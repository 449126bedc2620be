// A unicast frame that comes out where nobody has its destination MAC: the interface's host ignores it (PACKET_OTHERHOST).

import { formatIpv4, formatMac, type Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Step } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { At, StopDraft } from "../at.ts";
import { stopped, withFacts } from "../hits.ts";
import { fdbLine, linkLine } from "../lines.ts";
import type { Arrival, Delivery } from "../link/delivery.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Datagram } from "../message.ts";
import { unattachedBeyond } from "../neighbour/cut-off.ts";
import type { Resolved } from "../neighbour/resolution.ts";
import type { OutputRoute } from "../send/way.ts";
import type { Walk } from "../walk.ts";
import { answersItself } from "./by-itself.ts";
import { forAnotherMac, whereDoesItEnd, withVlanTag } from "./misdirected-words.ts";

/** A frame on its way to a next hop, as its sender knows it. */
export interface Sent {
  readonly route: OutputRoute;
  /** Its destination MAC address. */
  readonly mac: Mac | null;
  /** Where that address came from; null where the kind of destination tells it. */
  readonly known: Resolved | null;
}

/** Why the frame ended with nobody; `at` is its sender's interface. */
export function misdirected(at: At<Datagram>, sent: Sent, delivery: Delivery): Disposition {
  const { walk } = at;
  const owners = ownersOf(walk.state, sent.route.nextHop).map((o) => o.netns);
  const arrival = delivery.arrivals.find((a) => owners.includes(a.netns)) ?? delivery.arrivals[0];
  const lost =
    delivery.losses.find((l) => l.towards !== null && owners.includes(l.towards.netns)) ??
    (arrival ? undefined : delivery.losses[0]);
  const main = lost?.trail ?? arrival?.trail ?? [];
  for (const other of delivery.arrivals)
    if (lost || other !== arrival) walk.beside({ trail: other.trail, rest: [], end: { kind: "ignored" } }, main);
  walk.follow(main);
  if (lost) return stopped(lost.hit);
  const beyond = arrival ? null : unattachedBeyond({ at, route: sent.route, asking: at }, owners);
  if (beyond) {
    beyond.tell();
    return stopped(beyond.hit);
  }
  const host = arrival ? walk.namespace(arrival.netns) : undefined;
  if (!arrival || !host) return at.open(["link"], whereDoesItEnd(sent.mac), ["neigh-wrong-mac"]);
  const there = at.moved(host, arrival.interface);
  const link = deviceOf(host, arrival.interface) ?? null;
  const facts = factsOf(at, sent, arrival, link);
  const lines = link ? [linkLine(host.key, link)] : [];
  const { vlan } = arrival.frame;
  if (vlan !== null && vlan !== 0)
    return there.stop({
      code: "vlan-tagged-to-untagged-host",
      says: withVlanTag(vlan, arrival.interface),
      lines,
      facts: { ...facts, vlan: String(vlan) },
    });
  return toAnotherMac(at, there, { sent, link, facts, lines, owners, trail: [...delivery.common, ...arrival.trail] });
}

function factsOf(at: At<Datagram>, { route, mac }: Sent, arrival: Arrival, link: Link | null): Facts {
  return {
    ...addressFacts(at.packet),
    outInterface: route.device,
    ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
    inInterface: arrival.interface,
    ...(mac === null ? {} : { mac: formatMac(mac) }),
    ...(link?.mac ? { expectedMac: formatMac(link.mac) } : {}),
  };
}

interface Astray {
  readonly sent: Sent;
  /** The interface it came out of. */
  readonly link: Link | null;
  readonly facts: Facts;
  readonly lines: readonly StateLine[];
  /** Hosts that own the next hop's address. */
  readonly owners: readonly string[];
  /** The way it took. */
  readonly trail: readonly Step[];
}

// The frame tells one story, and what put that address into it another: the second is the cause.
function toAnotherMac(at: At<Datagram>, there: At<Datagram>, astray: Astray): Disposition {
  const { sent, facts, lines } = astray;
  const { known, route } = sent;
  const stop = (draft: Omit<StopDraft, "says" | "lines">): Disposition => {
    const stopping = { ...draft, says: forAnotherMac(facts, there.interface), lines };
    return answersItself(there, "ip", there.stopping(stopping).hit) ?? there.stop(stopping);
  };
  const evidence = [...(known?.lines ?? []), ...lines];
  const blamed = { netns: at.ns.key, interface: route.device };
  if (known?.noArp) return stop({ code: "noarp-sender", blamed, facts, evidence });
  const misled = misledByTable(at.walk, astray, evidence);
  if (misled) return stop(misled);
  const told = at.walk.remarks.find((r) => r.code === "bridge-neigh-suppress" && r.facts.mac === facts.mac);
  if (told) {
    at.walk.forget(told);
    const { expectedMac } = facts;
    const known = expectedMac === undefined ? told : withFacts(told, { expectedMac });
    return there.stopBy(known, forAnotherMac(facts, there.interface), lines);
  }
  const byHand = known?.entry == null || known.entry.states.has("PERMANENT") || known.entry.states.has("NOARP");
  return stop({
    code: byHand ? "neigh-wrong-mac" : "neigh-stale-mac-changed",
    blamed,
    facts: { ...facts, state: known?.entry ? [...known.entry.states].join(",") : "" },
    evidence,
    ruledOut: [
      { code: "vlan-tagged-to-untagged-host", because: text("the frame carries no VLAN tag", "帧不带 VLAN 标签") },
      {
        code: "noarp-sender",
        because: text(`the MAC address comes from the neighbour entry`, "目的 MAC 来自邻居表项"),
      },
    ],
  });
}

// The table of a bridge on its way that leads a rightful address to the wrong place.
function misledByTable(
  walk: Walk,
  { sent, link, facts, owners, trail }: Astray,
  evidence: readonly StateLine[],
): Omit<StopDraft, "says" | "lines"> | null {
  const [found] = trail.flatMap((step) => {
    const ns = step.netns === null ? undefined : walk.namespace(step.netns);
    const entries = ns?.bridge?.fdb?.filter((e) => e.mac === sent.mac && e.master === step.interface) ?? [];
    return ns === undefined ? [] : entries.map((entry) => ({ ns, entry }));
  });
  const rightful = owners.some((owner) => walk.namespace(owner)?.links?.some((l) => l.mac === sent.mac));
  if (!found || !rightful) return null;
  const { ns, entry } = found;
  return {
    code: link?.kind === "bridge" ? "bridge-fdb-local-mac" : "bridge-fdb-wrong-port",
    blamed: { netns: ns.key, interface: entry.interface },
    facts: { ...facts, bridge: entry.master ?? "", port: entry.interface },
    evidence: [fdbLine(ns.key, entry), ...evidence],
  };
}

// A unicast frame that comes out where nobody has its destination MAC: the interface's host ignores it (PACKET_OTHERHOST).

import { formatIpv4, formatMac, isGroupMac, type Mac } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { makeHit, open, stopped } from "./hits.ts";
import { fdbLine, linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import type { Resolved } from "./neighbour.ts";
import type { OutputRoute } from "./output-route.ts";
import type { Arrival, Delivery } from "./transmit.ts";
import type { Datagram, Frame, Walk } from "./walk.ts";

/** eth_type_trans: whether the interface takes the frame as its own; an unknown MAC address is given the benefit of the doubt. */
export function acceptsMac(walk: Walk, arrival: Arrival, destination: Mac | null): boolean {
  if (arrival.frame.vlan !== null && arrival.frame.vlan !== 0) return false;
  if (destination === null || isGroupMac(destination)) return true;
  const ns = walk.namespace(arrival.netns);
  const mac = ns ? (deviceOf(ns, arrival.interface)?.mac ?? null) : null;
  return mac === null || mac === destination;
}

/** Why the frame ended with nobody. */
export function misdirected(
  walk: Walk,
  ns: Namespace,
  route: OutputRoute,
  frame: Frame & { payload: Datagram },
  delivery: Delivery,
  known: Resolved | null,
): Disposition {
  const { leg, destination } = frame;
  for (const arrival of delivery.arrivals) walk.addAll(arrival.trail);
  const owners = ownersOf(walk.state, route.nextHop).map((o) => o.netns);
  const at = delivery.arrivals.find((a) => owners.includes(a.netns)) ?? delivery.arrivals[0];
  const lost =
    delivery.losses.find((l) => l.towards !== null && owners.includes(l.towards.netns)) ??
    (at ? undefined : delivery.losses[0]);
  if (lost) {
    walk.addAll(lost.trail);
    return stopped(lost.hit);
  }
  const host = at ? walk.namespace(at.netns) : undefined;
  const link = host && at ? deviceOf(host, at.interface) : null;
  const facts = {
    target: formatIpv4(frame.payload.destination),
    source: formatIpv4(frame.payload.source),
    outInterface: route.device,
    ...(route.gateway === null ? {} : { gateway: formatIpv4(route.gateway) }),
    ...(at ? { inInterface: at.interface } : {}),
    ...(destination === null ? {} : { mac: formatMac(destination) }),
    ...(link?.mac ? { expectedMac: formatMac(link.mac) } : {}),
  };
  if (!at || !host) {
    return open(
      ns.key,
      ["link"],
      text(
        `where does the frame to ${destination === null ? "?" : formatMac(destination)} end?`,
        `发往 ${destination === null ? "?" : formatMac(destination)} 的帧到哪里去了？`,
      ),
      ["neigh-wrong-mac"],
    );
  }
  const lines = link ? [linkLine(host.key, link)] : [];
  if (at.frame.vlan !== null && at.frame.vlan !== 0) {
    const vlan = String(at.frame.vlan);
    walk.add({
      kind: "stop",
      leg,
      netns: at.netns,
      interface: at.interface,
      text: text(
        `the frame carries VLAN ${vlan}, and ${at.interface} has no interface for it: the kernel takes it as somebody else's`,
        `帧带 VLAN ${vlan} 标签，而 ${at.interface} 上没有对应的 VLAN 接口：内核当作别人的帧丢弃`,
      ),
      state: lines,
    });
    return stopped(
      makeHit({
        code: "vlan-tagged-to-untagged-host",
        netns: at.netns,
        interface: at.interface,
        facts: { ...facts, vlan },
        lines,
      }),
    );
  }
  const mac = facts.mac ?? "?";
  walk.add({
    kind: "stop",
    leg,
    netns: at.netns,
    interface: at.interface,
    text: text(
      `the frame is addressed to ${mac}, but ${at.interface} is ${facts.expectedMac ?? "another"}: the kernel takes it as somebody else's and drops it`,
      `帧的目的 MAC 是 ${mac}，而 ${at.interface} 的 MAC 是 ${facts.expectedMac ?? "别的"}：内核当作别人的帧丢弃`,
    ),
    state: lines,
  });
  const evidence = [...(known?.lines ?? []), ...lines];
  if (known?.noArp)
    return stopped(makeHit({ code: "noarp-sender", netns: ns.key, interface: route.device, facts, lines: evidence }));
  const table = (walk.namespace(at.netns) ? [...walk.state.namespaces.values()] : []).flatMap((n) =>
    (n.bridge?.fdb ?? []).filter((e) => e.mac === destination && e.master !== null).map((e) => ({ n, e })),
  );
  const entry = table[0];
  const rightful = [...walk.state.namespaces.values()].some(
    (n) => owners.includes(n.key) && (n.links ?? []).some((l) => l.mac === destination),
  );
  if (entry && rightful) {
    const isBridge = link?.kind === "bridge";
    return stopped(
      makeHit({
        code: isBridge ? "bridge-fdb-local-mac" : "bridge-fdb-wrong-port",
        netns: entry.n.key,
        interface: entry.e.interface,
        facts: { ...facts, bridge: entry.e.master ?? "", port: entry.e.interface },
        lines: [fdbLine(entry.n.key, entry.e), ...evidence],
      }),
    );
  }
  const told = walk.remarks.find((r) => r.code === "bridge-neigh-suppress" && r.facts.mac === facts.mac);
  if (told) {
    walk.forget(told);
    return stopped(told);
  }
  const byHand = known?.entry == null || known.entry.states.has("PERMANENT") || known.entry.states.has("NOARP");
  return stopped(
    makeHit({
      code: byHand ? "neigh-wrong-mac" : "neigh-stale-mac-changed",
      netns: ns.key,
      interface: route.device,
      facts: { ...facts, state: known?.entry ? [...known.entry.states].join(",") : "" },
      lines: evidence,
      ruledOut: [
        { code: "vlan-tagged-to-untagged-host", because: text("the frame carries no VLAN tag", "帧不带 VLAN 标签") },
        {
          code: "noarp-sender",
          because: text(`the MAC address comes from the neighbour entry`, "目的 MAC 来自邻居表项"),
        },
      ],
    }),
  );
}

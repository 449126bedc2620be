// Interfaces that stand on another one: VLAN interfaces and macvlans.

import { BROADCAST_MAC, isGroupMac } from "../../model/address.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { open } from "./hits.ts";
import { arrive, branch, type Delivery, nothing, transmit, undecided } from "./transmit.ts";
import { type Frame, makeStep, sightingOf, type Walk } from "./walk.ts";
import * as words from "./words.ts";

interface Placed {
  readonly ns: Namespace;
  readonly link: Link;
}

/** The device a VLAN interface or macvlan stands on; null where it is in no known namespace. */
function lowerDevice(walk: Walk, ns: Namespace, link: Link): Placed | null {
  const end = otherEnd(walk.state, ns.key, link.name);
  if (end.kind !== "peer" || end.relation !== "lower") return null;
  const below = walk.namespace(end.netns);
  return below ? { ns: below, link: end.link } : null;
}

/** Everything that stands on this device, in any namespace. */
function standingOn(walk: Walk, ns: Namespace, lower: Link, kind: string): Placed[] {
  const found: Placed[] = [];
  for (const other of walk.state.namespaces.values()) {
    for (const link of other.links ?? []) {
      if (link.kind !== kind || !link.flags.has("UP")) continue;
      const below = lowerDevice(walk, other, link);
      if (below && below.ns.key === ns.key && below.link.index === lower.index) found.push({ ns: other, link });
    }
  }
  return found;
}

/** A frame leaves a VLAN interface or a macvlan: through the device below, and for a macvlan to its siblings. */
export function stackedTransmit(walk: Walk, ns: Namespace, link: Link, frame: Frame, depth: number): Delivery {
  const lower = lowerDevice(walk, ns, link);
  const out = makeStep({
    kind: "transmit",
    leg: frame.leg,
    netns: ns.key,
    interface: link.name,
    text: words.givenToDevice(frame.payload, link.name),
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  if (!lower)
    return undecided(
      open(ns.key, ["link"], text(`which device does ${link.name} stand on?`, `${link.name} 建在哪个设备之上？`)),
      [out],
    );
  if (link.kind === "vlan") {
    const id = Number(link.data.id);
    return branch(
      [out],
      [
        transmit(
          walk,
          lower.ns,
          lower.link.name,
          { ...frame, vlan: Number.isInteger(id) ? id : frame.vlan },
          depth + 1,
        ),
      ],
    );
  }
  const copies: Delivery[] = [];
  if (link.data.mode === "bridge") {
    for (const sibling of standingOn(walk, lower.ns, lower.link, "macvlan")) {
      if (sibling.ns.key === ns.key && sibling.link.name === link.name) continue;
      if (frame.destination !== null && !isGroupMac(frame.destination) && sibling.link.mac !== frame.destination)
        continue;
      const here = arrive(
        walk,
        sibling.ns,
        sibling.link,
        frame,
        depth + 1,
        words.crossesTo(link.name, sibling.link.name),
      );
      if (sibling.link.mac === frame.destination) return branch([out], [here]);
      copies.push(here);
    }
  }
  // The device below sends it, but its own stack never sees it (macvlan_queue_xmit).
  return branch([out], [...copies, transmit(walk, lower.ns, lower.link.name, frame, depth + 1)]);
}

/** Who takes a frame before the device's own stack does; null where nobody does. */
export function stackedReceive(walk: Walk, ns: Namespace, link: Link, frame: Frame, depth: number): Delivery | null {
  if (frame.vlan !== null && frame.vlan !== 0) {
    const tagged = standingOn(walk, ns, link, "vlan").find((p) => Number(p.link.data.id) === frame.vlan);
    if (!tagged) return null;
    const text1 = text(
      `the frame carries VLAN ${frame.vlan}: it goes to ${tagged.link.name}`,
      `帧带 VLAN ${frame.vlan} 标签：交给 ${tagged.link.name}`,
    );
    return arrive(walk, tagged.ns, tagged.link, { ...frame, vlan: null }, depth + 1, text1);
  }
  const macvlans = standingOn(walk, ns, link, "macvlan");
  if (macvlans.length === 0 || link.kind === "macvlan") return null;
  if (frame.destination !== null && !isGroupMac(frame.destination)) {
    const owner = macvlans.find((p) => p.link.mac === frame.destination);
    return owner
      ? arrive(walk, owner.ns, owner.link, frame, depth + 1, words.crossesTo(link.name, owner.link.name))
      : null;
  }
  if (frame.destination !== BROADCAST_MAC) return null;
  const own: Delivery = { ...nothing(), arrivals: [{ netns: ns.key, interface: link.name, frame, trail: [] }] };
  return branch(
    [],
    [
      ...macvlans.map((p) => arrive(walk, p.ns, p.link, frame, depth + 1, words.crossesTo(link.name, p.link.name))),
      own,
    ],
  );
}

/** Whether two interfaces are a macvlan and the device below it, which cannot reach each other. */
export function isolatedPair(walk: Walk, ns: Namespace, link: Link, otherNs: Namespace, other: Link): Link | null {
  for (const [above, aboveNs, below, belowNs] of [
    [link, ns, other, otherNs],
    [other, otherNs, link, ns],
  ] as const) {
    if (above.kind !== "macvlan") continue;
    const lower = lowerDevice(walk, aboveNs, above);
    if (lower && lower.ns.key === belowNs.key && lower.link.index === below.index) return above;
  }
  return null;
}

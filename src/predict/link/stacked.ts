// Interfaces that stand on another one: VLAN interfaces and macvlans.

import { BROADCAST_MAC, isGroupMac } from "../../model/address.ts";
import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { LinkIndex } from "../../system/lookup/link-index.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, deeper, type Frame, sightingOf } from "../message.ts";
import type { Walk } from "../walk.ts";
import * as words from "../words.ts";
import { branch, type Delivery, nothing, undecided } from "./delivery.ts";
import { lose } from "./lose.ts";

interface Placed {
  readonly ns: Namespace;
  readonly link: Link;
}

/** The device a VLAN interface or macvlan stands on; null where it is in no known namespace. */
function lowerDevice(state: SystemState, ns: Namespace, link: Link): Placed | null {
  const end = otherEnd(state, ns.key, link.name);
  if (end.kind !== "peer" || end.relation !== "lower") return null;
  const below = state.namespaces.get(end.netns);
  return below ? { ns: below, link: end.link } : null;
}

// Every frame that comes in anywhere asks, and nobody changes a state in place.
const standing = new WeakMap<SystemState, ReadonlyMap<string, readonly Placed[]>>();

/** Everything that stands on this device, in any namespace. */
function standingOn({ state }: Walk, ns: Namespace, lower: Link, kind: "vlan" | "macvlan"): readonly Placed[] {
  const known = standing.get(state) ?? allStanding(state);
  standing.set(state, known);
  return known.get(`${kind} ${lower.index} ${ns.key}`) ?? [];
}

function allStanding(state: SystemState): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const ns of state.namespaces.values())
    for (const kind of ["vlan", "macvlan"])
      for (const link of LinkIndex.of(ns).ofKind(kind)) {
        const below = lowerDevice(state, ns, link);
        if (below === null) continue;
        const key = `${kind} ${below.link.index} ${below.ns.key}`;
        found.set(key, [...(found.get(key) ?? []), { ns, link }]);
      }
  return found;
}

/** A frame leaves a VLAN interface or a macvlan: through the device below, and for a macvlan to its siblings. */
export function stackedTransmit(at: At<Frame>, link: Link): Delivery {
  const { walk, ns, packet: frame } = at;
  const lower = lowerDevice(walk.state, ns, link);
  const out = at.step("transmit", words.givenToDevice(frame.payload, link.name), {
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  if (!lower) {
    const question = text(`which device does ${link.name} stand on?`, `${link.name} 建在哪个设备之上？`);
    return undecided(at.open(["link"], question), [out]);
  }
  const below = at.moved(lower.ns, lower.link.name).with(deeper(frame));
  // netif_stacked_transfer_operstate: without the device below, what stands on it has no carrier, siblings included.
  if (!lower.link.flags.has("UP")) return withoutLower(at, link, lower);
  if (!lower.link.flags.has("LOWER_UP") && lower.link.flags.has("NO-CARRIER"))
    return branch([out], [at.stack.transmit(below)]);
  if (link.kind === "vlan") {
    if (isOfProvider(link)) return undecided(at.open(["link"], whoseTag(link)), [out]);
    const id = Number(link.data.id);
    const tagged = { ...below.packet, vlan: Number.isInteger(id) ? id : frame.vlan };
    return branch([out], [at.stack.transmit(below.with(tagged))]);
  }
  const copies: Delivery[] = [];
  if (link.data.mode === "bridge") {
    for (const sibling of standingOn(walk, lower.ns, lower.link, "macvlan")) {
      // macvlan_queue_xmit: a sibling in another mode is reached by nobody on the same device.
      if (sibling.link.data.mode !== "bridge") continue;
      if (sibling.ns.key === ns.key && sibling.link.name === link.name) continue;
      if (frame.destination !== null && !isGroupMac(frame.destination) && sibling.link.mac !== frame.destination)
        continue;
      const here = handTo(at, link, sibling);
      if (sibling.link.mac === frame.destination) return branch([out], [here]);
      if (sibling.link.flags.has("UP")) copies.push(here);
    }
  }
  // The device below sends it, but its own stack never sees it (macvlan_queue_xmit).
  return branch([out], [...copies, at.stack.transmit(below)]);
}

// 802.1ad tags are of another kind: nobody who waits for 802.1Q takes them.
function isOfProvider({ data }: Link): boolean {
  return data.protocol !== undefined && data.protocol !== "802.1Q";
}

function whoseTag({ name, data }: Link) {
  return text(
    `who takes the frames of ${name}, whose tags are of kind ${String(data.protocol)}?`,
    `${name} 的标签是 ${String(data.protocol)}，谁会收它的帧？`,
  );
}

function withoutLower(at: At<Frame>, link: Link, lower: Placed): Delivery {
  const place = words.placeIn(lower.ns.key);
  return lose(at.moved(lower.ns, lower.link.name), {
    code: "link-admin-down",
    says: text(
      `${link.name} stands on ${lower.link.name}${place.en}, which is administratively down: nothing leaves it`,
      `${link.name} 建在 ${lower.link.name}${place.zh} 之上，而后者被管理性关闭（DOWN）：什么也发不出去`,
    ),
    lines: [linkLine(lower.ns.key, lower.link), linkLine(at.ns.key, link)],
    facts: { ...addressFacts(at.packet.payload), outInterface: lower.link.name },
  });
}

// vlan_do_receive, macvlan_handle_frame: what is for an interface that is down ends here.
function isDown(at: At<Frame>, { ns, link }: Placed): Delivery {
  return lose(
    at.moved(ns, link.name),
    {
      code: "link-admin-down",
      says: text(
        `the frame is for ${link.name}, which is administratively down: it is dropped`,
        `这个帧是给 ${link.name} 的，而它被管理性关闭（DOWN）：被丢弃`,
      ),
      lines: [linkLine(ns.key, link)],
      facts: { ...addressFacts(at.packet.payload), outInterface: link.name },
      ruledOut: [
        {
          code: "vlan-tagged-to-untagged-host",
          because: text(`${link.name} is there for this frame`, `${link.name} 就是接收这个帧的接口`),
        },
      ],
    },
    { netns: ns.key, interface: link.name },
  );
}

function handTo(at: At<Frame>, from: Link, placed: Placed): Delivery {
  const { ns, link } = placed;
  if (!link.flags.has("UP")) return isDown(at, placed);
  const there = at.moved(ns, link.name).with(deeper(at.packet));
  return at.stack.arrive(there, link, words.crossesTo(from.name, link.name));
}

/** Who takes a frame before the device's own stack does; null where nobody does. */
export function stackedReceive(at: At<Frame>, link: Link): Delivery | null {
  const { walk, ns, packet: frame } = at;
  if (frame.vlan !== null && frame.vlan !== 0) {
    const tagged = standingOn(walk, ns, link, "vlan").find(
      (p) => Number(p.link.data.id) === frame.vlan && !isOfProvider(p.link),
    );
    if (!tagged) return null;
    if (!tagged.link.flags.has("UP")) return isDown(at, tagged);
    const crossing = text(
      `the frame carries VLAN ${frame.vlan}: it goes to ${tagged.link.name}`,
      `帧带 VLAN ${frame.vlan} 标签：交给 ${tagged.link.name}`,
    );
    const untagged = at.moved(tagged.ns, tagged.link.name).with<Frame>({ ...deeper(frame), vlan: null });
    return at.stack.arrive(untagged, tagged.link, crossing);
  }
  const macvlans = standingOn(walk, ns, link, "macvlan");
  if (macvlans.length === 0 || link.kind === "macvlan") return null;
  if (frame.destination !== null && !isGroupMac(frame.destination)) {
    const owner = macvlans.find((p) => p.link.mac === frame.destination);
    return owner ? handTo(at, link, owner) : null;
  }
  if (frame.destination !== BROADCAST_MAC) return null;
  const own: Delivery = { ...nothing(), arrivals: [{ netns: ns.key, interface: link.name, frame, trail: [] }] };
  const up = macvlans.filter((p) => p.link.flags.has("UP"));
  return branch([], [...up.map((p) => handTo(at, link, p)), own]);
}

/** Whether two interfaces are a macvlan and the device below it, or two macvlans of one device that are not both in mode bridge. */
export function isolatedPair(walk: Walk, ns: Namespace, link: Link, otherNs: Namespace, other: Link): Link | null {
  const closed = [link, other].find((one) => one.kind === "macvlan" && one.data.mode !== "bridge");
  if (closed && link.kind === "macvlan" && other.kind === "macvlan") {
    const [a, b] = [lowerDevice(walk.state, ns, link), lowerDevice(walk.state, otherNs, other)];
    return a && b && a.ns.key === b.ns.key && a.link.index === b.link.index ? closed : null;
  }
  for (const [above, aboveNs, below, belowNs] of [
    [link, ns, other, otherNs],
    [other, otherNs, link, ns],
  ] as const) {
    if (above.kind !== "macvlan") continue;
    const lower = lowerDevice(walk.state, aboveNs, above);
    if (lower && lower.ns.key === belowNs.key && lower.link.index === below.index) return above;
  }
  return null;
}

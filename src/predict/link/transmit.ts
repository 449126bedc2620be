// A frame leaves an interface: carrier, the packet tap, and what lies at the other end of the link, bridges included.

import { isGroupMac } from "../../model/address.ts";
import { isBridgeName } from "../../model/bridge-name.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Step } from "../../model/trace.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import type { LinkPlace } from "../../system/lookup/segment.ts";
import type { At } from "../at.ts";
import { passDeviceHook } from "../filter/firewall.ts";
import { passQueue, passTrafficControl } from "../filter/traffic-control.ts";
import { linkLine } from "../lines.ts";
import { deviceOf } from "../lookup.ts";
import { addressFacts, type Frame, lengthOf, sightingOf } from "../message.ts";
import * as words from "../words.ts";
import { bondReceive, bondTransmit } from "./bond.ts";
import { bridgeReceive, bridgeTransmit } from "./bridge.ts";
import { after, branch, type Delivery, endedBy, nothing, undecided } from "./delivery.ts";
import { dummyTransmit } from "./dummy.ts";
import * as say from "./link-words.ts";
import { lose } from "./lose.ts";
import { stackedReceive, stackedTransmit } from "./stacked.ts";
import { tunnelTransmit } from "./tunnel.ts";

/** Nested links (bridge on VLAN on bridge…) beyond this are a loop. */
const DEEPEST = 24;

/** dev_queue_xmit on the interface that `at` is. */
export function transmit(at: At<Frame>): Delivery {
  const { ns, interface: device, packet: frame } = at;
  const link = deviceOf(ns, device);
  if (link === undefined)
    return undecided(at.open(["link"], say.connectedToWhat(device), ["peer-down", "link-admin-down"]));
  if (link === null || (frame.depth ?? 0) > DEEPEST) return undecided(at.open(["link"], words.noSuchInterface(device)));
  if (!link.flags.has("UP"))
    return lose(at, {
      code: "link-admin-down",
      says: say.isDown(device),
      lines: [linkLine(ns.key, link)],
      facts: { ...addressFacts(frame.payload), outInterface: device },
    });
  if (link.unread !== undefined)
    return undecided(at.open([`link ${link.unread}`], say.unreadAttribute(device, link.unread), ["peer-down"]));
  const through = THROUGH.get(link.kind ?? "");
  if (through === undefined) return transmitReal(at, link);
  if (isWithoutPorts(ns, link)) return withoutCarrier(at, link, null);
  const blocked = passDeviceHook(at, "egress");
  if (blocked) return endedBy(blocked);
  return passTrafficControl(at, "egress") ?? passQueue(at) ?? through(at, link);
}

// br_dev_open: a bridge that has no port has no carrier either (netif_carrier_off of br_del_if, br_dev_setup).
function isWithoutPorts({ links = [] }: Namespace, { kind, name, flags }: Link): boolean {
  const hasCarrier = flags.has("LOWER_UP") || !flags.has("NO-CARRIER");
  return kind === "bridge" && !hasCarrier && links.every(({ master }) => master !== name);
}

// Devices that give a frame on to others of their host.
const THROUGH: ReadonlyMap<string, (at: At<Frame>, link: Link) => Delivery> = new Map([
  ["bridge", bridgeTransmit],
  ["vlan", stackedTransmit],
  ["macvlan", stackedTransmit],
  ["bond", bondTransmit],
  ["vxlan", tunnelTransmit],
  ["gre", tunnelTransmit],
  ["gretap", tunnelTransmit],
  ["ipip", tunnelTransmit],
  ["wireguard", tunnelTransmit],
  ["dummy", dummyTransmit],
]);

/** An interface of a namespace. */
interface Placed {
  readonly ns: Namespace;
  readonly link: Link;
}

function transmitReal(at: At<Frame>, link: Link): Delivery {
  const { walk, ns, packet: frame } = at;
  const end = otherEnd(walk.state, ns.key, link.name);
  const peer = end.kind === "peer" ? end : null;
  // NO-CARRIER follows the link with a delay (linkwatch), LOWER_UP and the peer's own flag do not.
  const carrier = peer ? peer.link.flags.has("UP") : link.flags.has("LOWER_UP") || !link.flags.has("NO-CARRIER");
  if (!carrier) return withoutCarrier(at, link, peer);
  const blocked = passDeviceHook(at, "egress");
  if (blocked) return endedBy(blocked);
  const held = passTrafficControl(at, "egress") ?? passQueue(at);
  if (held) return held;
  const out = at.step("transmit", words.givenToDevice(frame.payload, link.name), {
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  if (end.kind === "unknown") {
    const question = say.otherEndUnknown(link.name, end.why);
    const halt = at.open(["link"], question, ["peer-down", "arp-no-local-owner", "peer-mtu-smaller"]);
    return undecided(halt, [out]);
  }
  const exits = [{ netns: ns.key, interface: link.name, trail: [] }];
  if (end.kind === "wire") return alongWire(at, link, { ...end, out, exits });
  const peerNs = peer ? walk.namespace(peer.netns) : undefined;
  if (!peer || !peerNs) return { ...nothing([out]), exits };
  return after([out], cross(at, link, { ns: peerNs, link: peer.link }));
}

interface Along {
  readonly ends: readonly LinkPlace[];
  readonly out: Step;
  /** What nobody can look into may lead to others. */
  readonly exits: Delivery["exits"];
}

// A segment between hosts: a switch that nobody can look into hands a frame for one end to that one, all others to everybody.
function alongWire(at: At<Frame>, link: Link, { ends, out, exits }: Along): Delivery {
  const { walk, packet: frame } = at;
  const placed = ends.flatMap(({ netns, interface: name }): Placed[] => {
    const ns = walk.namespace(netns);
    const there = ns && deviceOf(ns, name);
    return ns && there ? [{ ns, link: there }] : [];
  });
  const { destination } = frame;
  const isForOne = destination !== null && !isGroupMac(destination);
  const meant = isForOne ? placed.filter((one) => one.link.mac === destination) : [];
  // One that no end has, a switch hands to everybody; it may be one behind a port of a bridge, or one out of view.
  const takers = meant.length > 0 ? meant : placed;
  const copies = takers.map((one) => acrossTo(at, link, one));
  const [only] = copies;
  if (only !== undefined && copies.length === 1 && meant.length > 0) return after([out], only);
  return branch([out], meant.length > 0 ? copies : [...copies, { ...nothing(), exits }]);
}

function acrossTo(at: At<Frame>, from: Link, { ns, link }: Placed): Delivery {
  const there = at.moved(ns, link.name);
  if (link.flags.has("UP"))
    return arrive(there, link, say.crossesBetweenHosts(`${at.ns.key}:${from.name}`, `${ns.key}:${link.name}`));
  return lose(
    there,
    {
      code: "link-admin-down",
      says: say.hearsNothing(link.name),
      lines: [linkLine(ns.key, link)],
      facts: { ...addressFacts(at.packet.payload), outInterface: link.name },
    },
    { netns: ns.key, interface: link.name },
  );
}

// Without carrier the interface's queue is the noop one, which drops before any capture.
function withoutCarrier(at: At<Frame>, link: Link, peer: { netns: string; link: Link } | null): Delivery {
  const { ns, packet: frame } = at;
  const there = peer ? { netns: peer.netns, interface: peer.link.name } : null;
  const why =
    link.kind === "tun"
      ? say.heldByNobody(link.name)
      : link.kind === "bridge"
        ? say.hasNoPort(link.name)
        : say.otherEndDown(peer ? { netns: peer.netns, name: peer.link.name } : null);
  return lose(
    at,
    {
      code: "peer-down",
      says: say.noCarrier(link.name, why, frame.payload),
      lines: [linkLine(ns.key, link), ...(peer ? [linkLine(peer.netns, peer.link)] : [])],
      facts: {
        ...addressFacts(frame.payload),
        outInterface: link.name,
        state: link.operstate ?? "NO-CARRIER",
        ...endKind(link, peer !== null),
        ...(there ? { peerInterface: there.interface, owner: there.netns } : {}),
      },
      ruledOut: [{ code: "link-admin-down", because: text(`${link.name} itself is UP`, `${link.name} 自己是 UP 的`) }],
    },
    there,
  );
}

// What is at its other end: of a network card a cable.
function endKind({ kind, name, linkIndex }: Link, isKnown: boolean): { readonly id?: string } {
  if (kind === "tun" || kind === "bridge") return { id: kind };
  if (kind === null && isBridgeName(name)) return { id: "bridge" };
  return kind === null && linkIndex === null && !isKnown ? { id: "card" } : {};
}

// veth_xmit, is_skb_forwardable: the frame must fit the PEER's MTU plus one VLAN header.
function cross(at: At<Frame>, link: Link, peer: Placed): Delivery {
  const { packet: frame } = at;
  const { name, mtu, xdp } = peer.link;
  const there = at.moved(peer.ns, name);
  const towards = { netns: peer.ns.key, interface: name };
  const size = lengthOf(frame);
  const facts = { ...addressFacts(frame.payload), outInterface: link.name, inInterface: name };
  if (mtu !== null && size > mtu + 4)
    return lose(
      there,
      {
        code: "peer-mtu-smaller",
        says: say.pairDrops(size, name, mtu),
        lines: [linkLine(at.ns.key, link), linkLine(peer.ns.key, peer.link)],
        facts: { ...facts, peerInterface: name, mtu: String(mtu), size: String(size) },
      },
      towards,
    );
  // do_xdp_generic, veth_xdp_rcv_skb: in front of the receiver's capture point.
  const question = { text: say.xdpDecides(name), missing: [], state: [] };
  if (xdp && at.walk.choose(`xdp ${peer.ns.key} ${name} ${frame.payload.kind}`, 2, question) === 1)
    return lose(
      there,
      {
        code: "xdp-drop",
        says: say.xdpDrops(name, frame.payload),
        lines: [linkLine(peer.ns.key, peer.link)],
        facts: { ...facts, owner: peer.ns.key },
        certainty: "likely",
        because: text(
          `${link.name} sends it, and the program is the first to get it`,
          `${link.name} 发出了它，而程序最先拿到它`,
        ),
      },
      towards,
    );
  return arrive(there, peer.link, words.crossesTo(link.name, name));
}

/** A frame comes in at an interface: the tap, netdev ingress, then whoever has a claim on it before the stack. */
export function arrive(at: At<Frame>, link: Link, crossing: Text): Delivery {
  const { ns, packet: frame } = at;
  const here = { netns: ns.key, interface: link.name };
  const step = at.step("cross", crossing, {
    lines: [linkLine(ns.key, link)],
    expects: sightingOf(ns.key, link.name, "in", frame),
  });
  const held = passTrafficControl(at, "ingress");
  if (held) return after([step], towardsHere(held, here));
  const blocked = passDeviceHook(at, "ingress");
  if (blocked) return after([step], endedBy(blocked, here));
  const stacked = stackedReceive(at, link);
  if (stacked) return after([step], stacked);
  const master = link.master === null ? null : deviceOf(ns, link.master);
  // Whatever it is, it takes what its ports receive; of one that nobody showed no more is known.
  if (link.master !== null && !master) {
    const question = say.masterNotShown(link.name, link.master);
    return undecided(at.open(["link"], question, ["bridge-device-down"]), [step, at.step("open", question)]);
  }
  if (master && master.kind === "bridge") return after([step], bridgeReceive(at, master, link));
  if (master && master.kind === "bond") return after([step], bondReceive(at, master, link));
  if (master && master.kind !== null && master.kind !== "vrf")
    return undecided(at.open(["link"], say.unknownMaster(link.name, master.name, master.kind)), [step]);
  return { ...nothing(), arrivals: [{ ...here, frame, trail: [step] }] };
}

function towardsHere(delivery: Delivery, here: { readonly netns: string; readonly interface: string }): Delivery {
  return { ...delivery, losses: delivery.losses.map((loss) => ({ ...loss, towards: here })) };
}

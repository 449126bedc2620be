// A frame leaves an interface: carrier, the packet tap, and what lies at the other end of the link, bridges included.

import { formatIpv4 } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { Step } from "../../model/trace.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { bridgeReceive, bridgeTransmit } from "./bridge.ts";
import type { BridgeAnswer } from "./bridge-suppress.ts";
import { passDeviceHook } from "./firewall.ts";
import { makeHit, open } from "./hits.ts";
import { linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { stackedReceive, stackedTransmit } from "./stacked.ts";
import { type Frame, type Halt, makeStep, sightingOf, type Walk } from "./walk.ts";
import * as words from "./words.ts";

/** A frame has come to an interface whose stack will look at it. */
export interface Arrival {
  readonly netns: string;
  readonly interface: string;
  readonly frame: Frame;
  readonly trail: readonly Step[];
}
/** A copy of the frame ended on the way. */
export interface Loss {
  readonly hit: CauseHit;
  readonly trail: readonly Step[];
  /** Where it would have come out. */
  readonly towards: { readonly netns: string; readonly interface: string } | null;
}
/** A copy of the frame left the known world. */
interface Exit {
  readonly netns: string;
  readonly interface: string;
  readonly trail: readonly Step[];
}
export interface Delivery {
  /** Steps that all copies share. */
  readonly common: readonly Step[];
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly exits: readonly Exit[];
  readonly open: Halt | null;
  /** A bridge on the way answers the question itself. */
  readonly answer?: BridgeAnswer;
}

/** Nested links (bridge on VLAN on bridge…) beyond this are a loop. */
const DEEPEST = 24;

export function nothing(common: readonly Step[] = []): Delivery {
  return { common, arrivals: [], losses: [], exits: [], open: null };
}
export function lost(hit: CauseHit, common: readonly Step[], towards: Loss["towards"] = null): Delivery {
  return { ...nothing(), losses: [{ hit, trail: common, towards }] };
}
export function undecided(halt: Halt, common: readonly Step[] = []): Delivery {
  return { ...nothing(common), open: halt };
}

/** Puts steps in front of everything a delivery does. */
export function after(common: readonly Step[], delivery: Delivery): Delivery {
  if (delivery.arrivals.length + delivery.exits.length === 0 && delivery.losses.length > 0) {
    return {
      ...delivery,
      common: [],
      losses: delivery.losses.map((l) => ({ ...l, trail: [...common, ...delivery.common, ...l.trail] })),
    };
  }
  return { ...delivery, common: [...common, ...delivery.common] };
}

/** Several copies of one frame: each keeps its own steps. */
export function branch(common: readonly Step[], copies: readonly Delivery[]): Delivery {
  const under = <T extends { readonly trail: readonly Step[] }>(d: Delivery, items: readonly T[]): T[] =>
    items.map((i) => ({ ...i, trail: [...d.common, ...i.trail] }));
  const answer = copies.find((d) => d.answer !== undefined)?.answer;
  return {
    common,
    ...(answer ? { answer } : {}),
    arrivals: copies.flatMap((d) => under(d, d.arrivals)),
    losses: copies.flatMap((d) => under(d, d.losses)),
    exits: copies.flatMap((d) => under(d, d.exits)),
    open: copies.find((d) => d.open !== null)?.open ?? null,
  };
}

/** Facts every cause on a link shares. */
export function frameFacts(frame: Frame): Facts {
  const { payload } = frame;
  if ("target" in payload) return { target: formatIpv4(payload.target), source: formatIpv4(payload.sender) };
  return { target: formatIpv4(payload.destination), source: formatIpv4(payload.source) };
}

/** dev_queue_xmit on an interface. */
export function transmit(walk: Walk, ns: Namespace, device: string, frame: Frame, depth = 0): Delivery {
  const link = deviceOf(ns, device);
  if (link === undefined)
    return undecided(
      open(ns.key, ["link"], text(`what is ${device} connected to?`, `${device} 连到哪里？`), [
        "peer-down",
        "link-admin-down",
      ]),
    );
  if (link === null || depth > DEEPEST)
    return undecided(
      open(ns.key, ["link"], text(`there is no interface ${device} in this state`, `这份状态里没有接口 ${device}`)),
    );
  const facts = { ...frameFacts(frame), outInterface: device };
  if (!link.flags.has("UP")) {
    const step = makeStep({
      kind: "stop",
      leg: frame.leg,
      netns: ns.key,
      interface: device,
      text: text(
        `${device} is administratively down: nothing leaves it`,
        `${device} 被管理性关闭（DOWN）：什么也发不出去`,
      ),
      state: [linkLine(ns.key, link)],
    });
    return lost(
      makeHit({ code: "link-admin-down", netns: ns.key, interface: device, facts, lines: [linkLine(ns.key, link)] }),
      [step],
    );
  }
  if (link.kind === "bridge") return bridgeTransmit(walk, ns, link, frame, depth);
  if (link.kind === "vlan" || link.kind === "macvlan") return stackedTransmit(walk, ns, link, frame, depth);
  return transmitReal(walk, ns, link, frame, depth);
}

function transmitReal(walk: Walk, ns: Namespace, link: Link, frame: Frame, depth: number): Delivery {
  const end = otherEnd(walk.state, ns.key, link.name);
  const peer = end.kind === "peer" ? end : null;
  // NO-CARRIER follows the link with a delay (linkwatch), LOWER_UP and the peer's own flag do not.
  const carrier = peer ? peer.link.flags.has("UP") : link.flags.has("LOWER_UP") || !link.flags.has("NO-CARRIER");
  if (!carrier) return noCarrier(ns, link, peer, frame);
  const blocked = passDeviceHook(walk, ns, "egress", link.name, frame);
  if (blocked) return blocked.kind === "stopped" ? lost(blocked.hit, []) : undecided(blocked);
  const out = makeStep({
    kind: "transmit",
    leg: frame.leg,
    netns: ns.key,
    interface: link.name,
    text: words.givenToDevice(frame.payload, link.name),
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  if (end.kind === "unknown") {
    return {
      ...nothing([out]),
      open: open(
        ns.key,
        ["link"],
        text(
          `the other end of ${link.name} is not known: ${end.why.en}`,
          `不知道 ${link.name} 的另一端在哪里：${end.why.zh}`,
        ),
        ["peer-down", "arp-no-local-owner", "peer-mtu-smaller"],
      ),
    };
  }
  if (end.kind !== "peer") return { ...nothing([out]), exits: [{ netns: ns.key, interface: link.name, trail: [] }] };
  const peerNs = walk.namespace(end.netns);
  if (!peerNs) return { ...nothing([out]), exits: [{ netns: ns.key, interface: link.name, trail: [] }] };
  return after([out], cross(walk, ns, link, peerNs, end.link, frame, depth));
}

// Without carrier the interface's queue is the noop one, which drops before any capture.
function noCarrier(ns: Namespace, link: Link, peer: { netns: string; link: Link } | null, frame: Frame): Delivery {
  const lines = [linkLine(ns.key, link), ...(peer ? [linkLine(peer.netns, peer.link)] : [])];
  const why = peer
    ? text(
        `its other end ${peer.link.name}${words.placeIn(peer.netns).en} is down`,
        `它的另一端 ${peer.link.name}${words.placeIn(peer.netns).zh} 没有启用（DOWN）`,
      )
    : text("the link at its other end is down", "对端链路断开");
  const what = words.payloadName(frame.payload);
  const step = makeStep({
    kind: "stop",
    leg: frame.leg,
    netns: ns.key,
    interface: link.name,
    text: text(
      `${link.name} has no carrier (${why.en}): the ${what.en} is dropped in front of the capture point`,
      `${link.name} 没有载波（${why.zh}）：${what.zh}在抓包点之前就被丢弃`,
    ),
    state: lines,
  });
  const facts = {
    ...frameFacts(frame),
    outInterface: link.name,
    state: link.operstate ?? "NO-CARRIER",
    ...(peer ? { peerInterface: peer.link.name, owner: peer.netns } : {}),
  };
  const hit = makeHit({
    code: "peer-down",
    netns: ns.key,
    interface: link.name,
    facts,
    lines,
    ruledOut: [{ code: "link-admin-down", because: text(`${link.name} itself is UP`, `${link.name} 自己是 UP 的`) }],
  });
  return lost(hit, [step], peer ? { netns: peer.netns, interface: peer.link.name } : null);
}

// IPv4 bytes of a frame, without the Ethernet header; ARP is 28 bytes long.
function lengthOf(frame: Frame): number {
  return "length" in frame.payload ? frame.payload.length : 28;
}

// veth_xmit, is_skb_forwardable: the frame must fit the PEER's MTU plus one VLAN header.
function cross(
  walk: Walk,
  ns: Namespace,
  link: Link,
  peerNs: Namespace,
  peer: Link,
  frame: Frame,
  depth: number,
): Delivery {
  const size = lengthOf(frame);
  if (peer.mtu !== null && size > peer.mtu + 4) {
    const lines = [linkLine(ns.key, link), linkLine(peerNs.key, peer)];
    const step = makeStep({
      kind: "stop",
      leg: frame.leg,
      netns: peerNs.key,
      interface: peer.name,
      text: text(
        `the frame carries ${size} bytes, but ${peer.name} takes only ${peer.mtu}: the pair drops it without a word`,
        `帧里有 ${size} 字节，而 ${peer.name} 的 MTU 只有 ${peer.mtu}：veth 对把它悄悄丢弃`,
      ),
      state: lines,
    });
    const facts = {
      ...frameFacts(frame),
      outInterface: link.name,
      inInterface: peer.name,
      peerInterface: peer.name,
      mtu: String(peer.mtu),
      size: String(size),
    };
    return lost(makeHit({ code: "peer-mtu-smaller", netns: peerNs.key, interface: peer.name, facts, lines }), [step], {
      netns: peerNs.key,
      interface: peer.name,
    });
  }
  if (peer.xdp && walk.choose(`xdp ${peerNs.key} ${peer.name} ${frame.payload.kind}`, 2, xdpDecides(peer)) === 1)
    return droppedByXdp(link, peerNs, peer, frame);
  return arrive(walk, peerNs, peer, frame, depth, words.crossesTo(link.name, peer.name));
}

function xdpDecides(peer: Link): Text {
  return text(
    `an XDP program on ${peer.name} decides about each frame, and state does not show how`,
    `${peer.name} 上有 XDP 程序决定每个帧的去留，状态里看不出它怎么决定`,
  );
}

// do_xdp_generic, veth_xdp_rcv_skb: in front of the receiver's capture point.
function droppedByXdp(link: Link, peerNs: Namespace, peer: Link, frame: Frame): Delivery {
  const lines = [linkLine(peerNs.key, peer)];
  const what = words.payloadName(frame.payload);
  const step = makeStep({
    kind: "stop",
    leg: frame.leg,
    netns: peerNs.key,
    interface: peer.name,
    text: text(
      `the XDP program on ${peer.name} drops the ${what.en} in front of the capture point`,
      `${peer.name} 上的 XDP 程序在抓包点之前丢弃了${what.zh}`,
    ),
    state: lines,
  });
  const facts = { ...frameFacts(frame), outInterface: link.name, inInterface: peer.name, owner: peerNs.key };
  const hit = makeHit({
    code: "xdp-drop",
    netns: peerNs.key,
    interface: peer.name,
    facts,
    lines,
    certainty: "likely",
    because: text(
      `${link.name} sends it, and the program is the first to get it`,
      `${link.name} 发出了它，而程序最先拿到它`,
    ),
  });
  return lost(hit, [step], { netns: peerNs.key, interface: peer.name });
}

/** A frame comes in at an interface: the tap, netdev ingress, then whoever has a claim on it before the stack. */
export function arrive(
  walk: Walk,
  ns: Namespace,
  link: Link,
  frame: Frame,
  depth: number,
  crossing: ReturnType<typeof text>,
): Delivery {
  const step = makeStep({
    kind: "cross",
    leg: frame.leg,
    netns: ns.key,
    interface: link.name,
    text: crossing,
    state: [linkLine(ns.key, link)],
    expects: sightingOf(ns.key, link.name, "in", frame),
  });
  const blocked = passDeviceHook(walk, ns, "ingress", link.name, frame);
  if (blocked)
    return blocked.kind === "stopped"
      ? lost(blocked.hit, [step], { netns: ns.key, interface: link.name })
      : undecided(blocked, [step]);
  const stacked = stackedReceive(walk, ns, link, frame, depth);
  if (stacked) return after([step], stacked);
  const master = link.master === null ? null : deviceOf(ns, link.master);
  if (master && master.kind === "bridge") return after([step], bridgeReceive(walk, ns, master, link, frame, depth));
  if (master && master.kind !== null && master.kind !== "vrf") {
    return undecided(
      open(
        ns.key,
        ["link"],
        text(
          `${link.name} belongs to ${master.name}, a ${master.kind}: this walk does not go there`,
          `${link.name} 属于 ${master.name}（${master.kind}）：这里不再往下推演`,
        ),
      ),
      [step],
    );
  }
  return { ...nothing(), arrivals: [{ netns: ns.key, interface: link.name, frame, trail: [step] }] };
}

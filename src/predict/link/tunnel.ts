// Tunnels: a device puts what it is given into a packet of its own, and the device at the other end takes it out again.

import { formatIpv4, formatMac, type Ipv4, isGroupMac, parseIpv4 } from "../../model/address.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { fdbLine, linkLine } from "../lines.ts";
import { addressFacts, deeper, type Frame, sightingOf } from "../message.ts";
import * as words from "../words.ts";
import { after, branch, type Delivery, undecided } from "./delivery.ts";
import { lose } from "./lose.ts";
import { carry } from "./outer.ts";
import {
  differenceOf,
  parametersOf,
  type TunnelDifference,
  type TunnelParameters,
  takes,
} from "./tunnel-parameters.ts";
import { wireGuardTransmit } from "./wireguard.ts";

/** A frame is given to a tunnel's device. */
export function tunnelTransmit(at: At<Frame>, link: Link): Delivery {
  const { ns, packet: frame } = at;
  const out = at.step("transmit", words.givenToDevice(frame.payload, link.name), {
    expects: sightingOf(ns.key, link.name, "out", frame),
  });
  if (link.kind === "wireguard") return after([out], wireGuardTransmit(at, link));
  const own = parametersOf(link);
  if (own === null) return undecided(at.open(["link"], whoDecides(link)), [out]);
  const remotes = own.kind === "vxlan" ? vxlanRemotes(at, link, own) : own.remote === null ? [] : [own.remote];
  if (remotes === null) return undecided(at.open(["bridge.fdb"], whoDecides(link)), [out]);
  if (remotes.length === 0) return after([out], withoutRemote(at, link, own));
  return branch(
    [out],
    remotes.map((remote) => through(at, link, own, remote)),
  );
}

function whoDecides({ name, kind }: Link) {
  return text(
    `where does ${name} send this? It is a tunnel of kind ${kind}, which decides here`,
    `${name} 会把它发到哪里？它是 ${kind} 隧道，由它决定`,
  );
}

// vxlan_xmit: the entry of the destination, else that of nobody in particular (all zeros); null where state has no table.
function vxlanRemotes(at: At<Frame>, { name, data }: Link, { remote }: TunnelParameters): Ipv4[] | null {
  const { ns, packet } = at;
  if (data.group !== undefined) return null;
  if (ns.bridge?.fdb === undefined) return remote === null ? null : [remote];
  const entries = ns.bridge.fdb.filter((entry) => entry.interface === name && entry.destination !== null);
  const toMac = entries.filter(({ mac }) => mac === packet.destination);
  const group = packet.destination !== null && isGroupMac(packet.destination);
  const chosen = !group && toMac.length > 0 ? toMac.slice(0, 1) : entries.filter(({ mac }) => mac === 0);
  const addresses = chosen.flatMap(({ destination }) => parseIpv4(destination ?? "") ?? []);
  return addresses.length === 0 && remote !== null ? [remote] : [...new Set(addresses)];
}

function withoutRemote(at: At<Frame>, link: Link, own: TunnelParameters): Delivery {
  const { ns, packet } = at;
  if (own.kind !== "vxlan") return undecided(at.open(["link"], whoDecides(link)));
  const mac =
    packet.destination === null ? text("it", "它") : text(formatMac(packet.destination), formatMac(packet.destination));
  const table = (ns.bridge?.fdb ?? []).filter((entry) => entry.interface === link.name);
  return lose(at, {
    code: "vxlan-no-remote",
    says: text(
      `${link.name} knows no other end for ${mac.en}: it is dropped`,
      `${link.name} 不知道 ${mac.zh} 在哪个对端：丢弃`,
    ),
    lines: [linkLine(ns.key, link), ...table.map((entry) => fdbLine(ns.key, entry))],
    facts: { ...addressFacts(packet.payload), outInterface: link.name },
  });
}

function through(at: At<Frame>, link: Link, own: TunnelParameters, remote: Ipv4): Delivery {
  const carried = carry(at, {
    remote,
    local: own.local,
    outer: own.outer,
    isOpen: true,
    overhead: own.overhead,
    ttl: own.ttl,
  });
  if (carried.kind === "ended") return carried.delivery;
  const { ns: there, steps } = carried;
  const other = otherEndOf(there, own, carried);
  if (other === null) return after(steps, noMatch(at, link, own, { there, ...carried }));
  const crossing = text(
    `${other.name} takes it out of the packet from ${formatIpv4(carried.source)}`,
    `${other.name} 从来自 ${formatIpv4(carried.source)} 的报文里把它取出来`,
  );
  return after(steps, at.stack.arrive(at.moved(there, other.name).with(deeper(at.packet)), other, crossing));
}

function otherEndOf(
  ns: Namespace,
  sender: TunnelParameters,
  ends: { readonly source: Ipv4; readonly destination: Ipv4 },
): Link | null {
  return (
    ns.links?.find((link) => {
      const own = parametersOf(link);
      return own !== null && link.flags.has("UP") && takes(own, sender, ends);
    }) ?? null
  );
}

// What comes nearest first; gre0 and its like, which every namespace has, are for nobody and come last.
const NEAREST: readonly (TunnelDifference | null)[] = [null, "down", "number", "port", "addresses"];

interface FarEnd {
  readonly there: Namespace;
  readonly source: Ipv4;
  readonly destination: Ipv4;
}

function noMatch(at: At<Frame>, link: Link, own: TunnelParameters, far: FarEnd): Delivery {
  const { there } = far;
  const alike = (there.links ?? [])
    .filter(({ kind }) => kind === link.kind)
    .map((one) => ({ one, differs: differenceOf(one, own, far), isFor: parametersOf(one)?.remote != null }))
    .sort((a, b) => Number(b.isFor) - Number(a.isFor) || NEAREST.indexOf(a.differs) - NEAREST.indexOf(b.differs));
  // What is set packet by packet takes any number, and no listing tells what becomes of it.
  const external = alike.find(({ one }) => parametersOf(one) === null && one.flags.has("UP"))?.one;
  if (external !== undefined) return undecided(at.moved(there, external.name).open(["link"], whoDecides(external)));
  const [nearest] = alike;
  const theirs = nearest === undefined ? null : (parametersOf(nearest.one)?.numberIn ?? null);
  // ipip_err, ip_tunnel_xmit: the other host refuses the protocol, and the tunnel then tells whoever sends by it.
  const { walk, leg, packet } = at;
  if (own.kind === "ipip" && leg === "request" && at.ns.key === walk.attempt.netns && !("target" in packet.payload))
    walk.heard ??= { kind: "icmp-error", from: packet.payload.source, type: 3, code: 1 };
  const number =
    own.numberOut === null ? text("", "") : text(` with number ${own.numberOut}`, `（编号 ${own.numberOut}）`);
  const host = words.hostName(there.key);
  return lose(at.moved(there, null as unknown as string), {
    code: "tunnel-no-match",
    says: text(
      `${host.en} has no ${own.kind} tunnel${number.en} that takes it: it is dropped`,
      `${host.zh} 没有接收它的 ${own.kind} 隧道${number.zh}：丢弃`,
    ),
    lines: [linkLine(at.ns.key, link), ...alike.map(({ one }) => linkLine(there.key, one))],
    facts: {
      ...addressFacts(at.packet.payload),
      outInterface: link.name,
      owner: there.key,
      state: own.kind,
      ...(own.numberOut === null ? {} : { id: own.numberOut }),
      ...(nearest === undefined ? {} : { peerInterface: nearest.one.name, lost: nearest.differs ?? "addresses" }),
      ...(nearest?.differs === "number" && theirs !== null ? { value: theirs } : {}),
    },
  });
}

// What the captures could and could not see: absence is evidence only where somebody was looking.

import { type Ipv4, inPrefix } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { FlowIndex } from "../model/flow-index.ts";
import type { Direction, Packet } from "../model/packet.ts";
import type { Link, Namespace, SystemState } from "../model/system-state.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import { namespaceOfInterface } from "../system/bind.ts";
import { localOwner } from "../system/lookup/owner.ts";
import { linkOf, otherEnd } from "../system/lookup/peer.ts";

/** Interfaces by the captures that were taken there. */
export type Places = ReadonlyMap<Vantage, { readonly netns: string; readonly name: string }>;

// Devices that stand on another and send by it with a MAC address of their own.
const OWN_MAC_ON_TOP = new Set(["macvlan", "macvtap", "vlan"]);

/** The captures bound to the state's namespaces, with the question "was somebody looking here?". */
export class View {
  readonly state: SystemState | null;
  readonly inputs: readonly InputSummary[];
  readonly #flows: readonly Flow[];
  readonly #netns = new Map<Vantage, string | null>();
  readonly #byPlace = new Map<string, InputSummary[]>();
  readonly #ofStates = new Map<SystemState | null, View>();
  readonly #sharedMac = new Map<string, boolean>();
  readonly #carriesMacs = new Map<string, boolean>();
  readonly #places: Places | null;

  /** `places`: where captures are in a system that is only supposed; all others are nowhere in it. */
  constructor(
    state: SystemState | null,
    inputs: readonly InputSummary[],
    flows: readonly Flow[],
    places: Places | null = null,
  ) {
    this.state = state;
    this.inputs = inputs;
    this.#places = places;
    this.#flows = flows;
    for (const input of inputs) {
      const name = this.interfaceOf(input.vantage);
      if (name === null) continue;
      const alike = this.#byPlace.get(name);
      if (alike === undefined) this.#byPlace.set(name, [input]);
      else alike.push(input);
    }
  }

  /** The same captures bound to another state: made once for each, since many flows ask for it. */
  at(state: SystemState | null): View {
    if (state === this.state || this.#places !== null) return this;
    const known = this.#ofStates.get(state) ?? new View(state, this.inputs, this.#flows);
    this.#ofStates.set(state, known);
    return known;
  }

  /** The namespace of a vantage: as the input says, else the only one in the state that has such an interface. */
  netnsOf(vantage: Vantage): string | null {
    if (this.#places !== null) return this.#places.get(vantage)?.netns ?? null;
    if (vantage.netns !== null || this.state === null || vantage.interface === null) return vantage.netns;
    let netns = this.#netns.get(vantage);
    if (netns === undefined) {
      netns = namespaceOfInterface(this.state, vantage.interface);
      this.#netns.set(vantage, netns);
    }
    return netns;
  }

  /** The interface of a vantage; null where it is not known. */
  interfaceOf(vantage: Vantage): string | null {
    return this.#places === null ? vantage.interface : (this.#places.get(vantage)?.name ?? null);
  }

  /** The input that watched this interface, or null where nobody did. */
  watching(netns: string, interfaceName: string): InputSummary | null {
    return this.#byPlace.get(interfaceName)?.find((i) => this.netnsOf(i.vantage) === netns) ?? null;
  }

  /** Whether that nothing was seen here counts: the input lost nothing and is known to take such packets. */
  trustsAbsence(input: InputSummary, what: "arp" | "icmp" | "tcp" | "udp"): boolean {
    if ((input.droppedByKernel ?? 0) > 0) return false;
    // A capture that died, or whose interface went away, was not looking to the end.
    if (input.problems.some((p) => /^(capture-|interface-)/.test(p.kind))) return false;
    if (input.filter !== null && !lets(input.filter, what)) return false;
    // A capture that holds echoes but never one ARP may have been taken with the filter `icmp`.
    if (
      what === "arp" &&
      input.filter === null &&
      input.explained > 0 &&
      !FlowIndex.of(this.#flows).sawArp(input.vantage)
    )
      return false;
    // Of lines that somebody copied, what is not among them may be what was not copied: tcpdump's last words tell that all are.
    const isExcerpt = input.format === "tcpdump-text" && input.droppedByKernel === null;
    return !isExcerpt || what === "arp" || FlowIndex.of(this.#flows).sawIcmp(input.vantage);
  }

  /** Which way a packet passed its vantage: as the capture says, else by the MAC address of the interface. */
  directionOf(packet: Packet): Direction | null {
    if (packet.frame.direction !== null) return packet.frame.direction;
    const { vantage } = packet.frame;
    // A made host has made MAC addresses.
    if (this.#places !== null) return null;
    const netns = this.netnsOf(vantage);
    // Inside a tunnel the addresses are those of others.
    if (packet.outer !== undefined) return null;
    if (packet.link.kind === "none") return netns === null ? null : this.#directionByAddresses(packet, netns);
    if (packet.link.kind !== "ethernet" || netns === null || vantage.interface === null || vantage.interface === "lo")
      return null;
    const namespace = this.state?.namespaces.get(netns);
    const link = namespace ? linkOf(namespace, vantage.interface) : null;
    // What a bridge device shows came in at a port or goes out by one; its sender may well have the bridge's own address.
    if (!link || link.mac === null || link.kind === "bridge") return null;
    if (packet.link.source === link.mac) return this.#isSharedMac(netns, link) ? null : "out";
    // What a bridge forwards out of a port keeps the sender's address, and what comes in may be for anybody; so does what
    // a macvlan sends by the device below it.
    return link.master === null && !this.#carriesOthers(netns, link) ? "in" : null;
  }

  // Plain text shows no MAC address: whose addresses they are, and on which side of this host, tells the way.
  #directionByAddresses({ network, frame }: Packet, netns: string): Direction | null {
    const namespace = this.state?.namespaces.get(netns);
    const name = frame.vantage.interface;
    const link = namespace && name !== null ? linkOf(namespace, name) : null;
    if (!namespace || !link || link.isLoopback || link.master !== null || network.kind === "other") return null;
    const [from, to] =
      network.kind === "arp"
        ? [network.senderIp, network.operation === 1 ? null : network.targetIp]
        : [network.ip.source, network.ip.destination];
    if (from === null) return null;
    const sender = localOwner(namespace, from);
    if (sender === undefined || to === from) return null;
    // Its own packet goes out by the interface of its address; it may come in again by another one, at the end of a cable.
    if (sender !== null) return sender.interface === name ? "out" : null;
    if (network.kind === "arp" || (to !== null && localOwner(namespace, to))) return "in";
    const [sent, received] = [sideOf(namespace, name, from), sideOf(namespace, name, to)];
    if (sent === received) return null;
    // What comes from behind another interface was forwarded to this one, and what goes there came in here.
    return sent === "here" || received === "there" ? "in" : "out";
  }

  #carriesOthers(netns: string, link: Link): boolean {
    const key = `${netns} ${link.name}`;
    let carries = this.#carriesMacs.get(key);
    if (carries === undefined) {
      carries = [...(this.state?.namespaces ?? [])].some(([other, { links }]) =>
        (links ?? []).some((l) => {
          if (!OWN_MAC_ON_TOP.has(l.kind ?? "")) return false;
          // Whose lower device is not known may well stand on this one.
          const below = otherEnd(this.state as SystemState, other, l.name);
          return below.kind === "unknown" || (below.kind === "peer" && below.netns === netns && below.link === link);
        }),
      );
      this.#carriesMacs.set(key, carries);
    }
    return carries;
  }

  // A VLAN or macvlan device and the one below it, or a bridge and its port, share an address and a way out; any other
  // interface with the same address can be the sender.
  #isSharedMac(netns: string, link: Link): boolean {
    const key = `${netns} ${link.name}`;
    let shared = this.#sharedMac.get(key);
    if (shared === undefined) {
      shared = [...(this.state?.namespaces ?? [])].some(([other, { links }]) =>
        (links ?? []).some(
          (l) => l.mac === link.mac && !(other === netns && (l.name === link.name || isStacked(l, link))),
        ),
      );
      this.#sharedMac.set(key, shared);
    }
    return shared;
  }
}

// On whose subnet an address is: that of this interface, of another one, or of none. A route to it alone says more.
function sideOf(
  { addresses, routes = [] }: Namespace,
  name: string | null,
  address: Ipv4 | null,
): "here" | "there" | "away" {
  const own = routes.find(({ destination: to }) => to.length === WHOLE && to.address === address);
  const [hop] = own?.hops ?? [];
  if (own?.type === "unicast" && hop !== undefined) return hop.interface === name ? "here" : "there";
  const on = (addresses ?? []).filter(
    (one) => address !== null && inPrefix(address, { address: one.local, length: one.prefixLength }),
  );
  return on.some((one) => one.interface === name) ? "here" : on.length > 0 ? "there" : "away";
}

const WHOLE = 32;

function isStacked(a: Link, b: Link): boolean {
  return (
    a.master === b.name ||
    b.master === a.name ||
    (a.master !== null && a.master === b.master) ||
    (a.kind !== "veth" && a.linkName === b.name) ||
    (b.kind !== "veth" && b.linkName === a.name)
  );
}

// A filter by port is meant for both protocols.
function lets(filter: string, what: string): boolean {
  const words = what === "tcp" || what === "udp" ? `${what}|port` : what;
  return new RegExp(`\\b(?:${words})\\b`).test(filter);
}

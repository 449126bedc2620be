// What the captures could and could not see: absence is evidence only where somebody was looking.

import type { Flow } from "../model/flow.ts";
import { examplesOf } from "../model/observed.ts";
import type { Direction, Packet } from "../model/packet.ts";
import type { Link, SystemState } from "../model/system-state.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import { namespaceOfInterface } from "../system/bind.ts";
import { linkOf, otherEnd } from "../system/lookup/peer.ts";

// Devices that stand on another and send by it with a MAC address of their own.
const OWN_MAC_ON_TOP = new Set(["macvlan", "macvtap", "vlan"]);

/** The captures bound to the state's namespaces, with the question "was somebody looking here?". */
export class View {
  readonly state: SystemState | null;
  readonly inputs: readonly InputSummary[];
  readonly #netns = new Map<Vantage, string | null>();
  readonly #sawArp = new Set<Vantage>();
  readonly #sharedMac = new Map<string, boolean>();
  readonly #carriesMacs = new Map<string, boolean>();

  constructor(state: SystemState | null, inputs: readonly InputSummary[], flows: readonly Flow[]) {
    this.state = state;
    this.inputs = inputs;
    for (const flow of flows) {
      for (const exchange of examplesOf(flow)) {
        if (exchange.kind !== "arp") continue;
        for (const journey of [...exchange.requests, ...exchange.replies]) {
          for (const sighting of journey.sightings) this.#sawArp.add(sighting.frame.vantage);
        }
      }
    }
  }

  /** The namespace of a vantage: as the input says, else the only one in the state that has such an interface. */
  netnsOf(vantage: Vantage): string | null {
    if (vantage.netns !== null || this.state === null || vantage.interface === null) return vantage.netns;
    let netns = this.#netns.get(vantage);
    if (netns === undefined) {
      netns = namespaceOfInterface(this.state, vantage.interface);
      this.#netns.set(vantage, netns);
    }
    return netns;
  }

  /** The input that watched this interface, or null where nobody did. */
  watching(netns: string, interfaceName: string): InputSummary | null {
    return this.inputs.find((i) => i.vantage.interface === interfaceName && this.netnsOf(i.vantage) === netns) ?? null;
  }

  /** Whether that nothing was seen here counts: the input lost nothing and is known to take such packets. */
  trustsAbsence(input: InputSummary, what: "arp" | "icmp"): boolean {
    if ((input.droppedByKernel ?? 0) > 0) return false;
    // A capture that died, or whose interface went away, was not looking to the end.
    if (input.problems.some((p) => /^(capture-|interface-)/.test(p.kind))) return false;
    if (input.filter !== null && !new RegExp(`\\b${what}\\b`).test(input.filter)) return false;
    // A capture that holds echoes but never one ARP may have been taken with the filter `icmp`.
    if (what === "arp" && input.filter === null && input.explained > 0 && !this.#sawArp.has(input.vantage))
      return false;
    return true;
  }

  /** Which way a packet passed its vantage: as the capture says, else by the MAC address of the interface. */
  directionOf(packet: Packet): Direction | null {
    if (packet.frame.direction !== null) return packet.frame.direction;
    const { vantage } = packet.frame;
    const netns = this.netnsOf(vantage);
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

function isStacked(a: Link, b: Link): boolean {
  return (
    a.master === b.name ||
    b.master === a.name ||
    (a.master !== null && a.master === b.master) ||
    (a.kind !== "veth" && a.linkName === b.name) ||
    (b.kind !== "veth" && b.linkName === a.name)
  );
}

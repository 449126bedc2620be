// What a cause leaves behind besides packets: drops, counters, the state that decides it, how often it is met. Plain data.

/** A drop by its reason, and by the kernel's function where the reason alone says too little. */
export interface DropSign {
  readonly reason: string;
  /** Needed where the reason says nothing (NOT_SPECIFIED) or is shared with quite different ends; absent means any. */
  readonly at?: readonly string[];
  /**
   * What such a drop settles: that this cause holds where the state says so ("cause"), or only that something of its
   * kind dropped the packet ("kind": netfilter dropped it, but not by which rule).
   */
  readonly settles: "cause" | "kind";
  /** In some forms of the case only: that there was none says nothing. */
  readonly sometimes?: true;
}

/**
 * How a packet ends by a cause: reported as one of these drops; `silent`, where the kernel takes it as dealt with
 * (consume_skb: no drop, no event); `no-end`, where no packet ends by it: the call fails before there is one, or it goes
 * on elsewhere; `any`, where the cause says only how it ended, and whatever ends a packet may lie behind it; `unknown` where
 * nobody has measured it.
 */
export type PacketEnd = readonly DropSign[] | "silent" | "no-end" | "any" | "unknown";

/** Protocols whose packets may end differently by one and the same cause. */
export type MarkedProtocol = "ipv4" | "arp";

/** A counter that a cause moves. */
export interface CounterMark {
  readonly name: string;
  /** As `nstat` counts for a namespace, or as `ip -s link` does for the interface. */
  readonly of: "namespace" | "interface";
  /**
   * Where it is counted, other than where the cause is decided: where the packet `end`s, at the `asker` or at its
   * outgoing interface, in the namespace that owns the `target`.
   */
  readonly at?: "end" | "asker" | "target";
  /** The kernel counts every packet that ends so: where it stands still, the packet did not end so. */
  readonly always: boolean;
  /** In some forms of the case only. */
  readonly sometimes?: true;
}

/** Parts of the state, by their keys in the state file. */
type StatePart =
  | "link"
  | "addr"
  | "route"
  | "routeCache"
  | "nexthop"
  | "rule"
  | "neigh"
  | "neighProxy"
  | "bridge"
  | "nft"
  | "iptables"
  | "arptables"
  | "conntrack"
  | "qdisc"
  | "filter"
  | "xfrm"
  | "wireguard"
  | "sockets"
  | "kernelLog";

/** What in the state decides whether a cause holds. */
type Decider =
  | StatePart
  | {
      /** The setting's name, without the interface: `rp_filter`. */
      readonly sysctl: string;
      /** The values by which it comes about, where no more than one of them is needed; absent where it takes more. */
      readonly values?: readonly string[];
    };

/** Where a host has a packet: sent by itself, arrived for itself, or on its way through. */
export type Stage = "sent" | "arrived" | "forwarded";

/** Which of a cause's facts names an address. */
export type AddressFact = "target" | "source";

/** What a cause leaves behind, and where it is decided. */
export interface Marks {
  /** How its packets end; by protocol where that differs. */
  readonly drop: PacketEnd | Readonly<Record<MarkedProtocol, PacketEnd>>;
  readonly counters: readonly CounterMark[];
  readonly decides: readonly Decider[];
  /**
   * Public threads found about it; the order among causes with as many. Absent where nobody has counted. `told`: who asks
   * has put it there, and says so; where nothing tells of it, it is hardly ever that.
   */
  readonly asked?: { readonly threads: number; readonly order: number; readonly told?: true };
  /** Packets that wait for the neighbour's address are dropped with it, when the ARP round ends without an answer. */
  readonly waits?: "neighbour";
  /** Whether the packet that it drops is being sent by its host, has arrived at it, or is on its way through; absent: any. */
  readonly stages?: readonly Stage[];
  /** The address for which no route was found. */
  readonly lookedUp?: AddressFact;
  /** The address that no interface has. */
  readonly absent?: AddressFact;
  /** The address whose neighbour entry it is about. */
  readonly entryOf?: AddressFact;
}

/** A cause, as far as its marks go. */
interface Marked {
  readonly code: string;
  readonly marks?: Marks;
}

/** The marks of the cause with this code; undefined where it has none, or where these causes do not hold it. */
export function marksOf(causes: readonly Marked[], code: string): Marks | undefined {
  return causes.find((cause) => cause.code === code)?.marks;
}

/** How a packet of this protocol ends. */
export function endOf({ drop }: Marks, protocol: MarkedProtocol): PacketEnd {
  return typeof drop === "object" && "arp" in drop ? drop[protocol] : drop;
}

/** Those that people ask for most come first; those never counted keep their order and come last. */
export function mostAskedFirst<One extends Marked>(causes: readonly One[]): One[] {
  return [...causes].sort(
    (a, b) => threads(b) - threads(a) || (a.marks?.asked?.order ?? 0) - (b.marks?.asked?.order ?? 0),
  );
}

function threads({ marks }: Marked): number {
  return marks?.asked?.threads ?? 0;
}

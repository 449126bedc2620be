// What a supposed system may hold that no single command puts there: a chain of nftables that drops, a filter of traffic
// control, a program at a device, a bridge that a device is a port of, a service that is not there.

import type { Edit } from "./edit.ts";

/** A base chain that drops echo packets by a rule, or everything by its policy. */
interface NftPresence {
  readonly kind: "nft-drop";
  readonly netns: string;
  /** inet, arp, bridge or netdev. */
  readonly family: string;
  readonly hook: string;
  /** Of netdev only. */
  readonly device: string | null;
  /** The rule that drops; null where the policy does. */
  readonly rule: string | null;
}

/** Something at a device that may take frames away. */
interface DevicePresence {
  readonly kind: "tc-ingress" | "tc-egress" | "lossy-queue" | "xdp-program";
  readonly netns: string;
  readonly device: string;
}

/** A bridge that the device with the address is a port of. */
interface BridgePresence {
  readonly kind: "bridge-above";
  readonly netns: string;
  readonly device: string;
}

/** One more host behind one more port of a bridge, and the bridge sends frames for this address there. */
interface ListenerPresence {
  readonly kind: "listener";
  readonly netns: string;
  readonly bridge: string;
  readonly mac: string;
}

/** No socket on the port, or one that takes only what is for 127.0.0.1. */
interface SocketPresence {
  readonly kind: "sockets";
  readonly netns: string;
  readonly listens: "nowhere" | "loopback";
}

export type Presence = NftPresence | DevicePresence | BridgePresence | ListenerPresence | SocketPresence;

/** One part of a fault: typed, or there. */
export type FaultPart = Edit | Presence;

const PRESENT = new Set<FaultPart["kind"]>([
  "nft-drop",
  "tc-ingress",
  "tc-egress",
  "lossy-queue",
  "xdp-program",
  "bridge-above",
  "listener",
  "sockets",
]);

/** Whether no single command makes it. */
export function isPresence(part: FaultPart): part is Presence {
  return PRESENT.has(part.kind);
}

// Which socket gets a packet: __inet_lookup_listener and __udp4_lib_lookup, with the scores of compute_score.

import type { Ipv4 } from "../../model/address.ts";
import type { Namespace, PortSocket } from "../../model/system-state.ts";

/** A packet in front of the sockets of its host. */
export interface SocketKey {
  readonly protocol: "tcp" | "udp";
  readonly source: Ipv4;
  /** Null where the sender's kernel has chosen it. */
  readonly sourcePort: number | null;
  readonly destination: Ipv4;
  readonly destinationPort: number;
  /** The interface it came in by: for what looped over lo, the one that owns its destination. */
  readonly device: string;
  /** The VRF that this interface belongs to. */
  readonly vrf: string | null;
  /** Sockets that are bound to no device also take what comes in by a VRF (tcp_l3mdev_accept, udp_l3mdev_accept). */
  readonly acrossVrfs: boolean;
}

/** Why a socket on the port does not take the packet. */
type Mismatch = "other-address" | "other-device" | "ipv6-only" | "other-peer";

/** A socket on the port that is asked, which does not take the packet. */
export interface PassedSocket {
  readonly socket: PortSocket;
  readonly why: Mismatch;
}

export type SocketsFound =
  /** Several of one score share the port (SO_REUSEPORT), and a hash takes one of them. */
  | { readonly kind: "sockets"; readonly sockets: readonly [PortSocket, ...PortSocket[]] }
  | { readonly kind: "nobody"; readonly passed: readonly PassedSocket[] }
  /** The listing does not tell whether this socket of IPv6 takes IPv4. */
  | { readonly kind: "unsure"; readonly socket: PortSocket }
  /** Nobody has listed the sockets. */
  | { readonly kind: "unknown" };

/** Looks for the socket in the kernel's order: first those bound to the address, then those that take every one. */
export function lookupSocket(ns: Namespace, key: SocketKey): SocketsFound {
  if (ns.sockets === undefined) return { kind: "unknown" };
  const onPort = ns.sockets.filter(({ protocol, port }) => protocol === key.protocol && port === key.destinationPort);
  for (const address of [key.destination, null]) {
    const judged = onPort
      .filter((one) => isAt(one, address))
      .map((socket) => ({ socket, score: scoreOf(socket, key) }));
    const best = Math.max(...judged.map(({ score }) => (typeof score === "number" ? score : -1)));
    const taking = judged.filter(({ score }) => score === best && best > 0).map(({ socket }) => socket);
    const unsure = judged.find(({ score }) => score === "unsure");
    if (unsure !== undefined && !isClear(taking)) return { kind: "unsure", socket: unsure.socket };
    const [first, ...others] = taking;
    if (first !== undefined) return { kind: "sockets", sockets: [first, ...others] };
  }
  if (!isListedWhole(ns, key)) return { kind: "unknown" };
  return { kind: "nobody", passed: onPort.map((socket) => ({ socket, why: mismatchOf(socket, key) })) };
}

// Whether every socket that could take it is in the listing.
function isListedWhole({ socketsOf }: Namespace, { protocol, destinationPort: port }: SocketKey): boolean {
  return socketsOf === undefined || [protocol, `:${port}`, `${protocol}:${port}`].includes(socketsOf);
}

// The bucket of an address: one that takes IPv4 and IPv6 stands with those that take every address.
function isAt(socket: PortSocket, address: Ipv4 | null): boolean {
  return socket.address6 === null && socket.address === address;
}

// A plain socket of IPv4 on the same address and port: that of IPv6 beside it takes no IPv4, else it could not be there.
function isClear(taking: readonly PortSocket[]): boolean {
  return taking.some((one) => one.family === "ipv4" && !one.device);
}

// compute_score: null does not take it. That a socket of /proc or netstat, which show no device, is bound to one is rare.
function scoreOf(socket: PortSocket, key: SocketKey): number | "unsure" | null {
  if (socket.v6only === true || !deviceFits(socket, key)) return null;
  const score = socket.protocol === "tcp" ? tcpScore(socket) : udpScore(socket, key);
  return score !== null && socket.v6only === null ? "unsure" : score;
}

function tcpScore({ device, family }: PortSocket): number {
  return (device ? 2 : 1) + (family === "ipv4" ? 1 : 0);
}

function udpScore({ device, family, peer }: PortSocket, { source, sourcePort }: SocketKey): number | null {
  // A port that the sender's kernel chooses is not the one that somebody has connected to before.
  if (peer !== null && (peer.address !== source || peer.port !== sourcePort)) return null;
  return (family === "ipv4" ? 2 : 1) + (peer === null ? 0 : 8) + (device ? 4 : 0);
}

// inet_sk_bound_dev_eq
function deviceFits({ device }: PortSocket, { device: came, vrf, acrossVrfs }: SocketKey): boolean {
  if (device === null || device === undefined) return vrf === null || acrossVrfs;
  return device === came || device === vrf;
}

function mismatchOf(socket: PortSocket, key: SocketKey): Mismatch {
  if (socket.v6only === true || socket.address6 !== null) return "ipv6-only";
  if (socket.address !== null && socket.address !== key.destination) return "other-address";
  return deviceFits(socket, key) ? "other-peer" : "other-device";
}

// What a tunnel's device is set to, from `ip -d link`: whom it sends to, with which number, in which kind of packet.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { Link } from "../../model/system-state.ts";
import type { Outer } from "../message.ts";

/** The kinds of tunnel that the walk goes through by themselves. */
type TunnelKind = "vxlan" | "gre" | "gretap" | "ipip";

/** One tunnel device. */
export interface TunnelParameters {
  readonly kind: TunnelKind;
  /** Null where it takes any. */
  readonly remote: Ipv4 | null;
  readonly local: Ipv4 | null;
  /** VNI of a VXLAN, key of a GRE tunnel, by direction; null where there is none. */
  readonly numberOut: string | null;
  readonly numberIn: string | null;
  readonly outer: Outer;
  readonly ttl: number | null;
  /** Bytes that it puts in front of what it carries. */
  readonly overhead: number;
}

const IP = 20;
const ETHERNET = 14;
const UDP_AND_VXLAN = 16;
const GRE = 4;

/** The settings of a tunnel device; null where it is none that is followed, or takes its settings packet by packet. */
export function parametersOf(link: Link): TunnelParameters | null {
  const { kind, data } = link;
  if (data.external === true || data.collect_metadata === true) return null;
  const ends = { remote: addressIn(data.remote), local: addressIn(data.local), ttl: Number(data.ttl) || null };
  if (kind === "vxlan") {
    const number = data.id === undefined ? null : String(data.id);
    const outer = { kind: "udp", sourcePort: null, destinationPort: Number(data.port ?? 4789) } as const;
    return { kind, ...ends, numberOut: number, numberIn: number, outer, overhead: IP + UDP_AND_VXLAN + ETHERNET };
  }
  if (kind === "ipip") return { kind, ...ends, numberOut: null, numberIn: null, outer: { kind }, overhead: IP };
  if (kind !== "gre" && kind !== "gretap") return null;
  const [numberOut, numberIn] = [keyIn(data.okey), keyIn(data.ikey)];
  const overhead = IP + GRE + (numberOut === null ? 0 : 4) + (kind === "gretap" ? ETHERNET : 0);
  return { kind, ...ends, numberOut, numberIn, outer: { kind: "gre" }, overhead };
}

// `any`, `0.0.0.0` or nothing: no address is set.
function addressIn(value: unknown): Ipv4 | null {
  const address = typeof value === "string" ? parseIpv4(value) : null;
  return address === null || address === 0 ? null : address;
}

// As an address (`0.0.0.1`) or as a number.
function keyIn(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || value === "") return null;
  const dotted = parseIpv4(value);
  return dotted === null ? value : String(dotted);
}

/** Whether the device takes such an outer packet (ip_tunnel_lookup, vxlan_vs_find_vni). */
export function takes(
  own: TunnelParameters,
  sender: TunnelParameters,
  ends: { readonly source: Ipv4; readonly destination: Ipv4 },
): boolean {
  if (own.kind !== sender.kind || own.numberIn !== sender.numberOut) return false;
  if (own.outer.kind === "udp")
    return sender.outer.kind === "udp" && own.outer.destinationPort === sender.outer.destinationPort;
  return (own.remote ?? ends.source) === ends.source && (own.local ?? ends.destination) === ends.destination;
}

/** What keeps a device of the same kind from taking it. */
export type TunnelDifference = "down" | "number" | "addresses" | "port";

/** The first thing that does; null where nothing does. */
export function differenceOf(
  link: Link,
  sender: TunnelParameters,
  ends: { readonly source: Ipv4; readonly destination: Ipv4 },
): TunnelDifference | null {
  const own = parametersOf(link);
  if (own === null) return "addresses";
  if (!takes({ ...own, numberIn: sender.numberOut }, sender, ends))
    return own.outer.kind === "udp" ? "port" : "addresses";
  if (own.numberIn !== sender.numberOut) return "number";
  return link.flags.has("UP") ? null : "down";
}

// Which drop the kernel reports where a cause holds: measured for each cause on 6.18, by the reason's name, never its number.

import type { KernelDrop } from "./event.ts";

/** The drop that a cause makes. */
interface Signature {
  readonly reasons: readonly string[];
  /** Needed where the reason says nothing (NOT_SPECIFIED) or is shared with quite different ends. */
  readonly locations?: readonly string[];
  /**
   * What the reason settles: that this cause holds where the state says so ("cause"), or only that something of its
   * kind dropped the packet ("kind": netfilter dropped it, but not by which rule).
   */
  readonly settles: "cause" | "kind";
}

const by = (reason: string, ...locations: string[]): Signature => ({
  reasons: [reason],
  ...(locations.length === 0 ? {} : { locations }),
  settles: "cause",
});
const unnamed = (...locations: string[]): Signature => ({ reasons: ["NOT_SPECIFIED"], locations, settles: "kind" });
const REVERSE_PATH = by("IP_RPFILTER");
const NETFILTER: Signature = { reasons: ["NETFILTER_DROP"], settles: "kind" };
const OTHER_HOST: Signature = { reasons: ["OTHERHOST"], settles: "cause" };
const LOOPBACK_ADDRESS = by("IP_LOCALNET");
const TTL = by("IP_INHDR", "ip_forward");
const QUEUE: Signature = { reasons: ["QDISC_DROP"], settles: "kind" };
const BRIDGE_PORT = by("BRIDGE_INGRESS_STP_STATE");

const SIGNATURES: Readonly<Record<string, Signature>> = {
  "rp-filter-strict": REVERSE_PATH,
  "rp-filter-loose-no-route": REVERSE_PATH,
  "missing-return-route-rp-filter": REVERSE_PATH,
  "asymmetric-routing": REVERSE_PATH,
  "accept-local-but-rp-filter": REVERSE_PATH,
  "accept-local-off-ip": by("IP_LOCAL_SOURCE"),
  "loopback-source-off-host": LOOPBACK_ADDRESS,
  "martian-source-loopback": LOOPBACK_ADDRESS,
  "martian-destination-loopback": LOOPBACK_ADDRESS,
  "martian-source-invalid": by("IP_INVALID_SOURCE"),
  "neigh-wrong-mac": OTHER_HOST,
  "noarp-sender": OTHER_HOST,
  "neigh-stale-mac-changed": OTHER_HOST,
  "vlan-tagged-to-untagged-host": OTHER_HOST,
  "bridge-fdb-wrong-port": OTHER_HOST,
  "bridge-fdb-local-mac": OTHER_HOST,
  "ip-forward-off": by("IP_INADDRERRORS"),
  "iface-forwarding-off": by("IP_INADDRERRORS"),
  "forward-no-route": by("IP_INNOROUTES"),
  "forward-blackhole": unnamed("ip_error"),
  "forward-unreachable": unnamed("ip_error"),
  "forward-prohibit": unnamed("ip_error"),
  "ttl-expired": TTL,
  "reply-ttl-expired": TTL,
  "routing-loop": TTL,
  "frag-needed-df": by("PKT_TOO_BIG"),
  "broadcast-needs-b": by("INVALID_PROTO", "icmp_rcv"),
  "directed-broadcast-not-forwarded": by("INVALID_PROTO", "icmp_rcv"),
  "peer-down": QUEUE,
  "peer-down-neigh-known": QUEUE,
  "lo-down": QUEUE,
  "peer-mtu-smaller": unnamed("__dev_forward_skb2", "__dev_forward_skb", "veth_xmit"),
  "neigh-no-probes": { reasons: ["NEIGH_FAILED"], locations: ["__neigh_event_send"], settles: "kind" },
  "arp-loopback-target": unnamed("arp_process"),
  "gratuitous-arp-dropped": unnamed("arp_process"),
  "bridge-port-state": BRIDGE_PORT,
  "bridge-stp-forward-delay": BRIDGE_PORT,
  "bridge-device-down": BRIDGE_PORT,
  "bridge-port-locked": unnamed("br_handle_frame_finish"),
  "bridge-fdb-ingress-port": unnamed("br_handle_frame_finish"),
  "xdp-drop": { reasons: ["XDP", "NOT_SPECIFIED"], locations: ["do_xdp_generic", "veth_xdp_rcv_skb"], settles: "kind" },
  "nft-output-drop": NETFILTER,
  "nft-input-drop": NETFILTER,
  "nft-forward-drop": NETFILTER,
  "nft-prerouting-drop": NETFILTER,
  "nft-postrouting-drop": NETFILTER,
  "nft-policy-drop": NETFILTER,
  "nft-reject": NETFILTER,
  "nft-reply-drop": NETFILTER,
  "nft-conntrack-invalid": NETFILTER,
  "nft-arp-drop": NETFILTER,
  "nft-bridge-drop": NETFILTER,
  "nft-netdev-ingress-drop": NETFILTER,
  "nft-netdev-egress-drop": NETFILTER,
  "iptables-drop": NETFILTER,
  "br-netfilter-drop": NETFILTER,
};

// The kernel takes the packet as dealt with (consume_skb): no drop, no event, no counter.
const SILENT: ReadonlySet<string> = new Set([
  "arp-no-local-owner",
  "target-has-no-address",
  "accept-local-off",
  "rp-filter-arp",
  "arp-filter",
  "arp-ignore-1",
  "arp-ignore-2",
  "arp-ignore-3",
  "arp-ignore-8",
  "noarp-receiver",
  "proxy-arp-no-forwarding",
  "icmp-echo-ignore-all",
  "missing-return-route",
]);

/** Causes with which this file deals. */
export const dropsKnownFor: readonly string[] = [...Object.keys(SIGNATURES), ...SILENT];

/** What a drop says of a cause. */
export type Bearing = "supports" | "supports-kind" | "contradicts" | "nothing";

/** What it says that the packet on which the cause should act was dropped so. */
export function bearingOf(code: string, drop: KernelDrop): Bearing {
  if (drop.reason === null || isNoise(drop)) return "nothing";
  if (SILENT.has(code)) return "contradicts";
  const signature = SIGNATURES[code];
  if (signature === undefined) return "nothing";
  if (agrees(code, drop)) return signature.settles === "cause" ? "supports" : "supports-kind";
  // Kernels that do not know the reason yet say nothing by it.
  if (drop.reason === "NOT_SPECIFIED" && !signature.reasons.includes("NOT_SPECIFIED")) return "nothing";
  return "contradicts";
}

/** Whether the cause ends in silence, for IPv4 or for ARP: no event is foreseen. */
export function isSilent(code: string, protocol: "ipv4" | "arp"): boolean {
  return SILENT.has(code) || (protocol === "arp" && isOfIp(code));
}

/** Whether the kernel reports every packet that ends by this cause. */
export function isReported(code: string, protocol: "ipv4" | "arp"): boolean {
  return SIGNATURES[code] !== undefined && !(protocol === "arp" && isOfIp(code));
}

// The same check on ARP's addresses ends in silence (arp_process asks ip_route_input for its opinion only).
function isOfIp(code: string): boolean {
  return SIGNATURES[code]?.reasons.some((reason) => reason.startsWith("IP_")) ?? false;
}

/** Causes that make such a drop: what it could be instead. */
export function causesOf(drop: KernelDrop): readonly string[] {
  return Object.keys(SIGNATURES).filter((code) => agrees(code, drop));
}

/** Says nothing, also where a reply finds no socket in earnest: a raw socket takes a copy of every reply, and what is left over finds no socket: at each good reply (ping_rcv). */
export function isNoise({ reason, location }: KernelDrop): boolean {
  return reason === "NO_SOCKET" && (location === null || location === "ping_rcv");
}

/** Packets that waited for a MAC address: the round ended without an answer, or the rest of their queue went with it. */
export function isGivenUpNeighbour({ reason, location }: KernelDrop): boolean {
  // A socket that is closed purges the errors that nobody has read (inet_sock_destruct).
  return reason === "NEIGH_FAILED" || (reason === "QUEUE_PURGE" && location === "neigh_invalidate");
}

function agrees(code: string, { reason, location }: KernelDrop): boolean {
  const signature = SIGNATURES[code];
  if (signature === undefined || reason === null || !signature.reasons.includes(reason)) return false;
  return signature.locations === undefined || location === null || signature.locations.includes(location);
}

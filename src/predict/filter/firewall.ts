// Firewalls on the path: every netfilter hook a packet passes, asked with what state holds of nftables, iptables and arptables.

import type { Ipv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Link } from "../../model/system-state.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import type { Blocked } from "../link/delivery.ts";
import type { ArpQuestion, Datagram, Frame } from "../message.ts";
import { arptablesChains } from "./arptables.ts";
import { passPrograms } from "./bpf-hook.ts";
import { callsTables, seenForward } from "./bridge-order.ts";
import type { Altered, BaseChain, FilterPacket, Marked } from "./firewall-chain.ts";
import { iptablesChains } from "./firewall-iptables.ts";
import { nftChains } from "./firewall-nft.ts";
import { translate } from "./nat.ts";
import { arpPacket, FIRST_PIECE, framePacket, type Ports, packetOf } from "./packet.ts";
import { askChains, type ChainsOutcome, carryOut } from "./ruling.ts";
import { track } from "./track.ts";
import { isTracking } from "./tracking.ts";

/** A hook of the IP stack, and by which interfaces the datagram comes and goes. */
export interface HookPass extends Ports {
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  /** Next hop of the route it leaves by: what a masquerade speaks with depends on it. */
  readonly nextHop?: Ipv4;
}

/** Behind a hook: the datagram as NAT has left it, or the end of it. */
export type Passed =
  | { readonly halt: Halt; readonly datagram?: never }
  | {
      readonly halt: null;
      readonly datagram: Datagram;
      /** The mark that a rule gave it here. */
      readonly marked: Marked | null;
      /** The rule by which its route is looked up again (ip_route_me_harder). */
      readonly rerouted: StateLine | null;
    };

// NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC: NAT chains run there, whatever priority they name.
const NAT_PRIORITY = { prerouting: -100, output: -100, input: 100, postrouting: 100 };

/** A datagram passes a hook of the IP stack. */
export function passHook(at: At<Datagram, string | null>, pass: HookPass): Passed {
  const { walk, ns, packet: datagram } = at;
  if (ns.nft === undefined) walk.assume(ns.key, "nft");
  if (ns.iptables === undefined) walk.assume(ns.key, "iptables");
  walk.passNotLoaded(ns, ["nft", "iptables.legacy"]);
  const { hook } = pass;
  const program = passPrograms(at, hook);
  if (program) return { halt: program };
  const chains = [...nftChains(ns, ["ip", "inet"], hook, null), ...iptablesChains(ns, hook)];
  if (hook === "forward") return behind(datagram, through(at, pass, chains, null));
  const filters = chains.filter((chain) => !chain.isNat);
  const early = filters.filter((chain) => chain.priority < NAT_PRIORITY[hook]);
  const before = through(at, pass, early, null);
  if (before.halt) return { halt: before.halt };
  const nat = chains.filter((chain) => chain.isNat);
  const changed = at.with(withAltered(at.packet, before.altered));
  const translated = translate(changed, { ...pass, hook, nextHop: pass.nextHop ?? null }, nat);
  if (translated.kind === "ruling")
    return { halt: carryOut(at, { where: hook, packet: packetOf(changed, pass), datagram }, translated) };
  const late = filters.filter((chain) => chain.priority >= NAT_PRIORITY[hook]);
  const after = through(at.with(translated.datagram), pass, late, before.marked);
  const { marked, rerouted } = before;
  return behind(translated.datagram, {
    ...after,
    marked: after.marked ?? marked,
    rerouted: after.rerouted ?? rerouted,
  });
}

function through(
  at: At<Datagram, string | null>,
  pass: HookPass,
  chains: readonly BaseChain[],
  marked: Marked | null,
): ChainsOutcome {
  const packet = inPieces(at, pass, packetOf(at.with(withMark(at.packet, marked)), pass));
  const asked = { where: pass.hook, packet, datagram: at.packet, tracked: isTracking(at.ns) };
  const outcome = askChains(at, chains, asked);
  const { untracked, zone } = outcome.altered ?? {};
  if (untracked) at.walk.untrack(at.ns.key, at.packet);
  if (zone !== undefined) at.walk.putInZone(at.ns.key, at.packet, zone);
  return outcome;
}

// Where it was cut before it came here, chains see the pieces; ip_local_deliver puts them together.
function inPieces(
  { packet: { largestPiece } }: At<Datagram, string | null>,
  { hook, iif }: HookPass,
  packet: FilterPacket,
): FilterPacket {
  if (largestPiece === undefined || iif === null || hook === "input" || hook === "output") return packet;
  return { ...packet, length: largestPiece, piece: FIRST_PIECE };
}

function behind(datagram: Datagram, { halt, marked, altered, rerouted }: ChainsOutcome): Passed {
  return halt ? { halt } : { halt: null, datagram: withAltered(withMark(datagram, marked), altered), marked, rerouted };
}

function withAltered(datagram: Datagram, altered: Altered | null): Datagram {
  const { ttl = datagram.ttl, tos = datagram.tos } = altered ?? {};
  return { ...datagram, ttl, ...(tos === undefined ? {} : { tos }) };
}

function withMark(datagram: Datagram, marked: Marked | null): Datagram {
  return marked === null ? datagram : { ...datagram, mark: marked.value };
}

// What becomes of a frame is told copy by copy, once it is known where each of them went.
function keptApart({ walk }: At<unknown>, pass: () => Halt | null): Blocked | null {
  const before = walk.steps.length;
  const halt = pass();
  return halt && { halt, trail: walk.steps.splice(before) };
}

/** A frame passes netdev ingress or egress of the device it is at. */
export function passDeviceHook(at: At<Frame>, hook: "ingress" | "egress"): Blocked | null {
  const { ns, interface: device } = at;
  const { payload } = at.packet;
  const chains = nftChains(ns, ["netdev", "inet"], hook, device);
  if (chains.length === 0) return null;
  const ports = hook === "ingress" ? { iif: device, oif: null } : { iif: null, oif: device };
  const datagram = "length" in payload ? payload : null;
  const asked = { where: hook, packet: framePacket(at, ports), datagram };
  return keptApart(at, () => askChains(at, chains, asked).halt);
}

/** An ARP packet passes the ARP hooks (nftables family arp, arptables) of the device it is at. */
export function passArpHook(at: At<ArpQuestion>, hook: "input" | "output"): Halt | null {
  const { ns, interface: device } = at;
  const chains = [...nftChains(ns, ["arp"], hook, null), ...arptablesChains(ns, hook)];
  if (chains.length === 0) return null;
  const ports = { iif: hook === "input" ? device : null, oif: hook === "output" ? device : null };
  return askChains(at, chains, { where: "arp", packet: arpPacket(at, ports), datagram: null }).halt;
}

/** The same for a question that somebody hears: its steps come behind those by which it got there. */
export function passArpInput(at: At<ArpQuestion>): Blocked | null {
  return keptApart(at, () => passArpHook(at, "input"));
}

/** A frame passes a bridge's hook: family bridge, and the IP hooks where br_netfilter calls them. */
export function passBridge(at: At<Frame>, bridge: Link, hook: BridgeHook, ports: Ports): Blocked | null {
  return keptApart(at, () => askBridge(at, bridge, hook, ports));
}

// br_nf_forward_arp: arptables alone has a chain there; br_netfilter shows it bridged ARP where it is told to.
function askArpForward(at: At<Frame>, bridge: Link, ports: Ports): Halt | null {
  const { ns } = at;
  if (!callsTables(at, bridge, "arptables")) return null;
  const asked = { where: "arp", packet: framePacket(at, ports), datagram: null } as const;
  return askChains(at, arptablesChains(ns, "forward"), asked).halt;
}

/** What a bridge's own host sends passes the family bridge alone: br_netfilter is about bridged packets. */
export function passBridgeFromHost(at: At<Frame>, oif: string): Blocked | null {
  const asked = { where: "bridge", packet: framePacket(at, { iif: null, oif }), datagram: null } as const;
  const ask = (hook: "output" | "postrouting"): Halt | null =>
    askChains(at, nftChains(at.ns, ["bridge"], hook, null), asked).halt;
  return keptApart(at, () => ask("output") ?? ask("postrouting"));
}

type BridgeHook = "prerouting" | "forward" | "postrouting";

function askBridge(at: At<Frame>, bridge: Link, hook: BridgeHook, ports: Ports): Halt | null {
  const { walk, ns } = at;
  const { payload } = at.packet;
  const chains = nftChains(ns, ["bridge"], hook, null);
  const own = hook === "forward" ? seenForward(at, bridge, chains) : chains;
  const asked = { where: "bridge", packet: framePacket(at, ports), datagram: null } as const;
  const { halt } = askChains(at, own, asked);
  if (halt) return halt;
  if (!("length" in payload)) return hook === "forward" ? askArpForward(at, bridge, ports) : null;
  // The bridge keeps its own setting also while br_netfilter, which alone reads it, is not there.
  walk.passNotLoaded(ns, ["sysctl.net.bridge"]);
  if (!callsTables(at, bridge, "iptables")) return null;
  track(walk, ns, payload);
  const tables = [...nftChains(ns, ["ip", "inet"], hook, null), ...iptablesChains(ns, hook)];
  // brnf_get_logical_dev: for IP rules the bridge itself is the interface; ports show only to physdev matches.
  const logical = { iif: hook === "postrouting" ? null : bridge.name, oif: hook === "prerouting" ? null : bridge.name };
  const packet = { ...packetOf(at.with(payload), { iif: null, oif: null }), ...logical, framed: true };
  return askChains(at, tables, { where: "br-netfilter", packet, datagram: null }).halt;
}

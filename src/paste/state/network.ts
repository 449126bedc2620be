// The system while a paste is replayed: namespaces, links, addresses and routes that commands and listings change.

import type { NftRuleset } from "../../model/nft-ruleset.ts";
import type { Link, Namespace, PortSocket, WireGuardPeer } from "../../model/system-state.ts";
import type { Fields } from "../../system/parse/shape.ts";

/** A fact in the shape of iproute2's JSON, with the command it comes from; null where a listing shows it. */
export interface Told {
  readonly fields: Fields;
  readonly typed: string | null;
  /** Step of the replay at which it came. */
  readonly since?: number;
  /** What it was in the state it was taken from: comes out as it went in. */
  readonly kept?: object;
}

/** One interface. */
export interface LinkModel {
  name: string;
  /** As a listing prints it; null until one does. */
  index: number | null;
  /** As iproute2's JSON has it, without what is kept beside it here. */
  fields: Record<string, unknown>;
  flags: Set<string>;
  up: boolean;
  /** A carrier of its own: false where a listing shows NO-CARRIER and no peer explains it. */
  carrier: boolean;
  kind: string | null;
  master: string | null;
  /** The other end of a veth pair, or the device this one stands on, where commands tell it. */
  peer: LinkModel | null;
  home: NamespaceModel;
  /** Undefined is unknown. */
  addresses: Told[] | undefined;
  /** Only its name was told so far (brctl): whether it is up, nothing shows. */
  named?: boolean;
  /** Commands that made the link what it is. */
  typed: string[];
  /** Step of the replay at which it last came up: its routes are as old. */
  upSince: number;
  /** What it was in the state it was taken from; what no command changes stays so. */
  given?: Link;
}

/** One namespace. */
export interface NamespaceModel {
  readonly key: string;
  /** Made by a command in the paste: nothing is in it that the paste does not show. */
  created: boolean;
  readonly links: Map<string, LinkModel>;
  /** Whether a listing showed all links, all addresses. */
  linksListed: boolean;
  addressesListed: boolean;
  routes: Told[];
  /** Tables that a listing showed whole. */
  readonly tablesListed: Set<string>;
  rules: Told[] | undefined;
  rulesListed: boolean;
  neighbours: Told[] | undefined;
  proxies: Told[] | undefined;
  bridgeLinks: Told[] | undefined;
  fdb: Told[] | undefined;
  vlans: Fields[] | undefined;
  readonly sysctl: Map<string, string>;
  /** Lines of the kernel's log. */
  kernelLog: readonly string[] | undefined;
  /** What `ip route get` answered. */
  ways?: readonly Told[];
  iptables: { nft?: string; legacy?: string } | undefined;
  /** Whether iptables was called by the name of its older variant, whose rules nft does not list. */
  namedLegacy: boolean;
  nft: NftRuleset | undefined;
  peers?: readonly WireGuardPeer[];
  sockets?: readonly PortSocket[];
  socketsOf?: Namespace["socketsOf"];
  readonly missing: Map<string, string>;
  /** Whether a listing showed only a part of what it is about. */
  partial: boolean;
  /** Whether a setting or a firewall rule was typed, not shown. */
  typed: boolean;
  /** Last `ip_forward` that a command wrote: it reaches every interface (inet_forward_change). */
  forwarding: string | null;
  /** Counts the commands given in it. */
  step: number;
  /** What it was in the state it was taken from; parts that no command changes stay so. */
  given?: Namespace;
  /** Whether the learned path MTUs were flushed. */
  cacheFlushed?: true;
}

/** All namespaces of a paste. */
export class PastedNetwork {
  readonly namespaces = new Map<string, NamespaceModel>();

  /** The namespace of this key, made when it is first spoken of. */
  namespace(key: string): NamespaceModel {
    const known = this.namespaces.get(key);
    if (known) return known;
    const made: NamespaceModel = {
      key,
      created: false,
      links: new Map(),
      linksListed: false,
      addressesListed: false,
      routes: [],
      tablesListed: new Set(),
      rules: undefined,
      rulesListed: false,
      neighbours: undefined,
      proxies: undefined,
      bridgeLinks: undefined,
      fdb: undefined,
      vlans: undefined,
      sysctl: new Map(),
      kernelLog: undefined,
      iptables: undefined,
      namedLegacy: false,
      nft: undefined,
      missing: new Map(),
      partial: false,
      typed: false,
      forwarding: null,
      step: 0,
    };
    this.namespaces.set(key, made);
    return made;
  }

  /** The link of this name, made as an unknown device when it is first spoken of. */
  link(ns: NamespaceModel, name: string): LinkModel {
    return ns.links.get(name) ?? this.addLink(ns, name, name === "lo" ? "loopback" : null);
  }

  addLink(ns: NamespaceModel, name: string, kind: string | null): LinkModel {
    const loopback = kind === "loopback";
    const link: LinkModel = {
      name,
      index: loopback ? 1 : null,
      fields: loopback ? { mtu: 65536, link_type: "loopback" } : { link_type: "ether" },
      flags: new Set(loopback ? ["LOOPBACK"] : ["BROADCAST", "MULTICAST"]),
      up: false,
      carrier: true,
      kind: loopback ? null : kind,
      master: null,
      peer: null,
      home: ns,
      addresses: undefined,
      typed: [],
      upSince: 0,
    };
    ns.links.set(name, link);
    return link;
  }

  /** The other end of a link: as commands paired them, or as listings name each other. */
  peerOf(link: LinkModel): LinkModel | null {
    if (link.peer) return link.peer;
    const { fields } = link;
    const printed = typeof fields.link === "string" ? fields.link : null;
    if (printed !== null && !/^if\d+$/.test(printed)) return link.home.links.get(printed) ?? null;
    const index = printed === null ? fields.link_index : Number(printed.slice(2));
    if (typeof index !== "number" || link.index === null) return null;
    const netns = typeof fields.link_netns === "string" ? fields.link_netns : null;
    if (ON_A_DEVICE.has(link.kind ?? "")) return this.lowerOf(link, index, netns);
    const found: LinkModel[] = [];
    for (const ns of this.namespaces.values()) {
      if (ns === link.home || (netns !== null && ns.key !== netns)) continue;
      for (const other of ns.links.values()) {
        const back = other.fields.link ?? other.fields.link_index;
        if (other.index === index && (back === `if${link.index}` || back === link.index)) found.push(other);
      }
    }
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** The device that a macvlan or the like stands on: the only one elsewhere that was listed with this number. */
  private lowerOf(link: LinkModel, index: number, netns: string | null): LinkModel | null {
    const found = [...this.namespaces.values()]
      .filter((ns) => ns !== link.home && (netns === null || ns.key === netns))
      .flatMap((ns) =>
        [...ns.links.values()].filter((other) => other.index === index && !ON_A_DEVICE.has(other.kind ?? "")),
      );
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** Brings flags and operational state of a link in line with its own and its peer's administrative state. */
  refresh(link: LinkModel): void {
    const running = link.up && this.hasCarrier(link);
    const { flags } = link;
    flags.delete("M-DOWN");
    set(flags, "UP", link.up);
    set(flags, "LOWER_UP", running);
    set(flags, "NO-CARRIER", link.up && !running);
    link.fields.operstate = this.operstate(link, running);
  }

  private hasCarrier(link: LinkModel): boolean {
    if (link.kind === "bridge") {
      const ports = [...link.home.links.values()].filter((other) => other.master === link.name);
      // A bridge whose ports nobody ever named: nothing is known of its carrier.
      return ports.length === 0 ? link.carrier : ports.some((port) => port.up && port.flags.has("LOWER_UP"));
    }
    const peer = STANDS_ON_PEER.has(link.kind ?? "veth") ? this.peerOf(link) : null;
    return peer === null ? link.carrier : peer.up;
  }

  private operstate(link: LinkModel, running: boolean): string {
    if (!link.up) return "DOWN";
    if (!running) return link.kind === "bridge" ? "DOWN" : this.peerOf(link) ? "LOWERLAYERDOWN" : "DOWN";
    return link.fields.link_type === "loopback" || UNKNOWN_STATE.has(link.kind ?? "") ? "UNKNOWN" : "UP";
  }
}

const ON_A_DEVICE = new Set(["macvlan", "ipvlan", "macvtap", "ipvtap"]);
const STANDS_ON_PEER = new Set(["veth", "vlan", "macvlan", "ipvlan"]);
// Drivers that never tell their operational state.
const UNKNOWN_STATE = new Set(["dummy", "tun", "vxlan", "gre", "ipip", "sit", "wireguard"]);

function set(flags: Set<string>, flag: string, on: boolean): void {
  if (on) flags.add(flag);
  else flags.delete(flag);
}

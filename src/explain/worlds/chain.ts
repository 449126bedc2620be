// A way from one host to another: switches and routers in a row, each link plugged into the next. Those that nobody showed
// are made, and configured for what those beside them were shown to be.

import { formatIpv4, type Ipv4, type Mac } from "../../model/address.ts";
import type { Edit } from "../../model/edit.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { lookupRoute } from "../../system/lookup/route.ts";
import { interfaceSysctlKey } from "../../system/lookup/sysctl.ts";
import { bridged, type Made, plugged, type Socket, withDevice, withHost } from "./made.ts";
import { addressOn, byDefault, edited, given, hopTowards, neighbourOf, onLink, SPARE, sharedLength } from "./wiring.ts";

/** What stands in the row, with its interfaces where captures name them. */
export interface ChainLink {
  readonly kind: "host" | "switch" | "router";
  readonly netns: string;
  readonly inInterface: string;
  readonly outInterface: string;
  /** The addresses that its own ARP packets name, where such were seen. */
  readonly inSender: { readonly address: Ipv4; readonly mac: Mac | null } | null;
  readonly outSender: { readonly address: Ipv4; readonly mac: Mac | null } | null;
}

/** Who asks whom: the asker's address, whom it asks for by ARP, the target, and how long their subnet's prefix is. */
export interface ChainEnds {
  readonly source: Ipv4;
  readonly asked: Ipv4;
  readonly target: Ipv4;
  readonly length: number;
  /** The address that it asks from, where that is one of another interface. */
  readonly alias?: Ipv4;
}

const BRIDGE = "br0";

/** The row, from the asker on, with addresses and routes for both ways; hosts that are there already stay as they are. */
export function chained(made: Made, row: readonly ChainLink[], ends: ChainEnds): Made {
  const standing = row.reduce((one, link, at) => stands(one, link, at, row.length), made);
  const wired = row
    .slice(1)
    .reduce(
      (one, link, at) => wiredTo(one, outOf(row[at] as ChainLink), { netns: link.netns, name: link.inInterface }),
      standing,
    );
  return edited(wired, new Configured(wired, row, ends, isShownIn(made)).edits());
}

function outOf({ netns, outInterface }: ChainLink): Socket {
  return { netns, name: outInterface };
}

// Hosts that were there before the row was made, and not as parts of another one.
function isShownIn({ state, invented }: Made): (link: ChainLink) => boolean {
  return ({ netns }) => state.namespaces.has(netns) && !invented.has(netns);
}

function wiredTo(made: Made, from: Socket, to: Socket): Made {
  return otherEnd(made.state, from.netns, from.name).kind === "peer" ? made : plugged(made, from, to);
}

function stands(made: Made, link: ChainLink, at: number, count: number): Made {
  const { kind, netns, inInterface, outInterface } = link;
  if (made.state.namespaces.has(netns)) return made;
  const host = withHost(made, netns);
  if (kind === "switch") return bridged(host, netns, BRIDGE, [inInterface, outInterface]);
  const devices = [
    ...(at === 0 ? [] : [{ name: inInterface, mac: link.inSender?.mac }]),
    ...(at === count - 1 ? [] : [{ name: outInterface, mac: link.outSender?.mac }]),
    { name: SPARE, mac: null },
  ];
  return devices.reduce((one, { name, mac }) => withDevice(one, { netns, name }, mac == null ? {} : { mac }), host);
}

// Each router has an address on either side; what lies behind it is reached by the next one, what lies before by the last.
class Configured {
  private readonly made: Made;
  private readonly nodes: readonly ChainLink[];
  private readonly ends: ChainEnds;
  private readonly isShown: (link: ChainLink) => boolean;

  constructor(made: Made, row: readonly ChainLink[], ends: ChainEnds, isShown: (link: ChainLink) => boolean) {
    this.made = made;
    this.nodes = row.filter(({ kind }) => kind !== "switch");
    this.ends = ends;
    this.isShown = isShown;
  }

  edits(): Edit[] {
    return this.nodes.flatMap((node, at) => (this.isShown(node) ? [] : this.of(node, at)));
  }

  private get last(): number {
    return this.nodes.length - 1;
  }

  private of(node: ChainLink, at: number): Edit[] {
    const { source, asked, target, alias } = this.ends;
    const { netns, inInterface, outInterface } = node;
    const own = [
      ...(at === 0 ? [] : [given(netns, inInterface, this.right(at - 1), this.lengthAt(at - 1))]),
      ...(at === this.last ? [] : [given(netns, outInterface, this.left(at), this.lengthAt(at))]),
    ];
    if (at === 0 && alias !== undefined) own.push(...askingFrom(node, alias));
    if (at === 0 && this.isFarApart()) return [...own, onLink(netns, target, outInterface)];
    if (at === 0) {
      const gateway = this.last > 0 && asked !== target ? this.right(0) : neighbourOf(source, [target]);
      return [...own, byDefault(netns, gateway, outInterface)];
    }
    if (at === this.last && this.last === 1 && this.isFarApart()) return [...own, onLink(netns, source, inInterface)];
    if (at === this.last) return [...own, byDefault(netns, this.left(at - 1), inInterface)];
    const forwards: Edit = { kind: "sysctl", netns, settings: [{ key: "net.ipv4.ip_forward", value: "1" }] };
    const back: Edit = {
      kind: "route",
      netns,
      verb: "add",
      destination: `${formatIpv4(source)}/32`,
      via: formatIpv4(this.left(at - 1)),
      device: inInterface,
    };
    return [
      ...own,
      forwards,
      ...(at === this.last - 1 ? [] : [byDefault(netns, this.right(at), outInterface)]),
      ...(at === 1 ? [] : [back]),
    ];
  }

  // Asked for directly, though no usual subnet holds both.
  private isFarApart(): boolean {
    const { source, asked, target } = this.ends;
    return asked === target && sharedLength(source, target) === 0;
  }

  // The address by which it stands on the way onward.
  private left(at: number): Ipv4 {
    const { source, asked, target } = this.ends;
    const [node, next] = [this.nodes[at], this.nodes[at + 1]];
    if (node && this.isShown(node)) return addressOn(this.made, outOf(node), this.askedBy(at))?.local ?? source;
    if (at === 0) return source;
    if (node?.outSender != null) return node.outSender.address;
    if (next && this.isShown(next)) return hopTowards(this.made, inOf(next), source) ?? transit(at, 1);
    return at === this.last - 1 ? neighbourOf(target, [asked]) : transit(at, 1);
  }

  // The address by which the next one is reached from it.
  private right(at: number): Ipv4 {
    const { asked, target } = this.ends;
    const [node, next] = [this.nodes[at], this.nodes[at + 1]];
    if (next && this.isShown(next)) return addressOn(this.made, inOf(next), this.left(at))?.local ?? asked;
    if (node && this.isShown(node)) return this.askedBy(at);
    if (at !== this.last - 1 && at > 0 && next?.inSender != null) return next.inSender.address;
    return at === this.last - 1 ? target : at === 0 ? asked : transit(at, 2);
  }

  private askedBy(at: number): Ipv4 {
    const { asked, target } = this.ends;
    const ns = this.made.state.namespaces.get(this.nodes[at]?.netns ?? "");
    const found = ns === undefined ? null : lookupRoute(ns, { destination: target });
    return (found?.kind === "route" ? found.hop?.gateway : at === 0 ? asked : null) ?? target;
  }

  private lengthAt(at: number): number {
    const [node, next] = [this.nodes[at], this.nodes[at + 1]];
    const shown =
      node && this.isShown(node)
        ? addressOn(this.made, outOf(node), this.askedBy(at))
        : next && this.isShown(next)
          ? addressOn(this.made, inOf(next), null)
          : null;
    return shown?.prefixLength ?? (at === 0 ? this.ends.length : 24);
  }
}

function inOf({ netns, inInterface }: ChainLink): Socket {
  return { netns, name: inInterface };
}

function askingFrom({ netns, outInterface }: ChainLink, alias: Ipv4): Edit[] {
  const key = interfaceSysctlKey("conf", outInterface, "arp_announce");
  return [given(netns, SPARE, alias, 24), { kind: "sysctl", netns, settings: [{ key, value: "2" }] }];
}

function transit(segment: number, host: number): Ipv4 {
  return ((0xac1fff00 - (segment << 8) + host) >>> 0) as Ipv4;
}

// A next hop that is an IPv6 address (`via inet6`, RFC 8950): neighbour discovery finds its MAC address, not ARP. That is
// not walked; it is taken to work where the state shows who has the address on that segment, or the entry itself.

import { formatIpv4, formatMac, type Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import { validState } from "../../model/neighbour-state.ts";
import { text } from "../../model/text.ts";
import { linkOf, otherEnd } from "../../system/lookup/peer.ts";
import { type LinkPlace, segmentFrom } from "../../system/lookup/segment.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";
import type { Resolution } from "./resolution.ts";

/** The MAC address of an IPv6 gateway; open where the state does not show whose it is. */
export function resolveNeighbour6(at: At<Datagram>, route: OutputRoute, gateway: string): Resolution {
  const segment = segmentFrom(at.walk.state, { netns: at.ns.key, interface: at.interface });
  const known = entryOf(at, gateway) ?? ownerOf(at, segment, gateway);
  if (known !== null) return found(at, route, gateway, known);
  if (segment.every((place) => isInView(at, place))) return nobodys(at, route, gateway);
  const question = text(
    `which MAC address has ${gateway} on ${at.interface}? IPv6 neighbour discovery finds it, which is not walked.`,
    `${at.interface} 上 ${gateway} 的 MAC 是什么？它由 IPv6 邻居发现解析，这里不推演该过程。`,
  );
  return { kind: "halt", halt: at.open(["neigh"], question, ["gateway-arp-failed"]) };
}

function found(at: At<Datagram>, route: OutputRoute, gateway: string, { mac, lines }: Known): Resolution {
  const says = text(
    `${gateway} is an IPv6 gateway: neighbour discovery finds its MAC address (${formatMac(mac)}), nobody asks by ARP`,
    `${gateway} 是 IPv6 网关：MAC（${formatMac(mac)}）由邻居发现得到，不发 ARP 询问`,
  );
  at.tell("neighbour", says, { lines: [...lines, ...route.lines] });
  return { kind: "mac", mac, asked: false, noArp: false, entry: null, lines };
}

// Everybody on this segment is known, and none has the address on an interface that is up.
function nobodys(at: At<Datagram>, route: OutputRoute, gateway: string): Resolution {
  const { hit } = at.stop({
    code: "gateway-arp-failed",
    says: text(
      `${gateway} is an IPv6 gateway, and nobody on ${at.interface}'s link has that address: neighbour discovery gets no answer`,
      `${gateway} 是 IPv6 网关，而 ${at.interface} 的链路上没有谁有这个地址：邻居发现得不到应答`,
    ),
    lines: route.lines,
    facts: {
      target: formatIpv4(at.packet.destination),
      source: formatIpv4(at.packet.source),
      gateway,
      outInterface: at.interface,
      asker: at.ns.key,
      ...(route.route ? { route: route.route.line } : {}),
    },
  });
  return { kind: "failed", hits: [hit], silent: false, sender: at.packet.source, asked: false };
}

interface Known {
  readonly mac: Mac;
  readonly lines: readonly StateLine[];
}

function entryOf({ ns, interface: device }: At<Datagram>, gateway: string): Known | null {
  const entry = ns.neighbours6?.find((one) => one.interface === device && one.address === gateway);
  if (!entry || entry.mac === null || validState(entry.states) === null) return null;
  return { mac: entry.mac, lines: [{ netns: ns.key, key: "neigh", line: entry.line }] };
}

function isInView({ walk }: At<Datagram>, { netns, interface: name }: LinkPlace): boolean {
  return ["peer", "none"].includes(otherEnd(walk.state, netns, name).kind);
}

// Whoever on this segment has the address.
function ownerOf({ walk }: At<Datagram>, segment: readonly LinkPlace[], gateway: string): Known | null {
  for (const place of segment) {
    const host = walk.state.namespaces.get(place.netns);
    const own = host?.addresses6?.some(({ interface: on, local }) => on === place.interface && local === gateway);
    const link = host && linkOf(host, place.interface);
    if (own && link?.mac != null && link.flags.has("UP")) return { mac: link.mac, lines: [] };
  }
  return null;
}

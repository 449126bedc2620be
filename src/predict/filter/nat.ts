// NAT: the first packet of a connection is given its addresses by a rule, everything after it follows (nf_nat_inet_fn).
// Destinations change before routing (prerouting, output), sources after it (postrouting, input); answers the other way round.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { NatChange } from "../../model/nft-ruleset.ts";
import type { PortRange } from "../../model/port-range.ts";
import { text } from "../../model/text.ts";
import { printedPart } from "../../model/typed-line.ts";
import type { At } from "../at.ts";
import { addressFacts, type Datagram, onlyPort, opens } from "../message.ts";
import { selectAddress } from "../send/source.ts";
import type { Connection } from "../walk.ts";
import { type BaseChain, type Ruling, runChain } from "./firewall-chain.ts";
import { findConnection, type TrackedWay } from "./known-connection.ts";
import { oneOfRange } from "./nat-range.ts";
import { type Ports, packetOf } from "./packet.ts";
import { oneOf } from "./possible-ruling.ts";

/** Where a datagram stands when NAT looks at it. */
export interface NatPlace extends Ports {
  readonly hook: "prerouting" | "input" | "output" | "postrouting";
  /** Next hop of the route it leaves by. */
  readonly nextHop: Ipv4 | null;
}

/** The datagram as NAT leaves it; or the ruling of a NAT chain that does something else with it. */
export type Translated =
  | { readonly kind: "datagram"; readonly datagram: Datagram }
  | { readonly kind: "ruling"; readonly chain: BaseChain; readonly ruling: Exclude<Ruling, { kind: "accept" }> };

type Here = At<Datagram, string | null>;

/** Lets NAT look at a datagram: rules for the first packet of a connection, its record for all others. */
export function translate(at: Here, place: NatPlace, chains: readonly BaseChain[]): Translated {
  const { walk, ns, packet: datagram } = at;
  // nf_nat_inet_fn: what connection tracking does not know keeps its addresses.
  const strange = !opens(datagram) && walk.zoneOf(ns.key, datagram) !== walk.connectionsZone(ns.key);
  if (strange || walk.isUntracked(ns.key, datagram)) return { kind: "datagram", datagram };
  const found = findConnection(walk.connectionsOf(ns.key), datagram);
  if (found === null) {
    if (!opens(datagram)) return { kind: "datagram", datagram };
    const { source, destination, segment } = datagram;
    const asked = { sourceAsked: false, destinationAsked: false, port: segment?.destinationPort ?? null };
    const fresh = { toSource: null, toDestination: null, toPort: null, ...asked };
    walk.noteConnection(ns.key, { source, destination, ...fresh }, null);
    return translate(at, place, chains);
  }
  const { connection, way } = found;
  const done = changesDestination(place) ? connection.destinationAsked : connection.sourceAsked;
  if (!opens(datagram) || way === "reply" || done)
    return { kind: "datagram", datagram: follow(at, place, connection, way) };
  return askRules(at, place, chains, connection);
}

function changesDestination({ hook }: NatPlace): boolean {
  return hook === "prerouting" || hook === "output";
}

function askRules(at: Here, place: NatPlace, chains: readonly BaseChain[], connection: Connection): Translated {
  const { walk, ns, packet: datagram } = at;
  const destinations = changesDestination(place);
  const packet = packetOf(at, place);
  const asked = { ...connection, ...(destinations ? { destinationAsked: true } : { sourceAsked: true }) };
  walk.noteConnection(ns.key, asked, connection);
  for (const chain of [...chains].sort((a, b) => a.priority - b.priority)) {
    const { ruling } = oneOf(walk, ns, chain, runChain(chain, packet), place.hook);
    if (ruling.kind === "accept") continue;
    const given = ruling.kind === "nat" ? givenBy(at, ruling.change, place) : null;
    if (ruling.kind !== "nat" || given === null) return { kind: "ruling", chain, ruling };
    const { address, port } = given;
    const changed = { ...asked, ...(destinations ? { toDestination: address, toPort: port } : { toSource: address }) };
    walk.noteConnection(ns.key, changed, asked);
    return { kind: "datagram", datagram: first(at, place, given, ruling.rule) };
  }
  return { kind: "datagram", datagram };
}

// nf_nat_manip_pkt: later packets, answers and errors get what the record says.
function follow(at: Here, place: NatPlace, connection: Connection, way: TrackedWay): Datagram {
  const { packet: datagram, host } = at;
  const destinations = changesDestination(place);
  const wanted = destinations ? destinationOf(connection, way) : sourceOf(connection, way);
  const before = destinations ? datagram.destination : datagram.source;
  const ported = withPort(datagram, portFor(connection, way, destinations), destinations);
  if (wanted === null || (wanted === before && ported === datagram)) return datagram;
  const after = destinations ? { ...ported, destination: wanted } : { ...ported, source: wanted };
  const [from, to] = endsOf(datagram, after, destinations);
  const leg = datagram.kind === "icmp-error" ? "error" : way === "reply" ? "reply" : "request";
  at.on(place.iif ?? place.oif)
    .onLeg(leg)
    .tell(
      "firewall",
      destinations
        ? text(
            `${host.en} translates back: destination ${from} becomes ${to}`,
            `${host.zh}把地址译回：目的 ${from} 变为 ${to}`,
          )
        : text(
            `${host.en} translates back: source ${from} becomes ${to}`,
            `${host.zh}把地址译回：源 ${from} 变为 ${to}`,
          ),
    );
  return after;
}

// The port that was asked for is the answer's source: the record changes both with the address.
function portFor({ port, toPort }: Connection, way: TrackedWay, destinations: boolean): PortRange | null {
  if (toPort === null) return null;
  return way === "original" ? (destinations ? toPort : null) : destinations ? null : port;
}

function withPort(datagram: Datagram, port: PortRange | null, destinations: boolean): Datagram {
  const { segment } = datagram;
  if (port === null || segment === undefined) return datagram;
  const changed = destinations ? { ...segment, destinationPort: port } : { ...segment, sourcePort: port };
  const before = destinations ? segment.destinationPort : segment.sourcePort;
  return before.start === port.start && before.end === port.end ? datagram : { ...datagram, segment: changed };
}

// Before and after, with the port where that changes, too.
function endsOf(before: Datagram, after: Datagram, destinations: boolean): [string, string] {
  const end = ({ source, destination, segment }: Datagram): { address: string; port: number | null } => ({
    address: formatIpv4(destinations ? destination : source),
    port: segment ? onlyPort(destinations ? segment.destinationPort : segment.sourcePort) : null,
  });
  const [from, to] = [end(before), end(after)];
  if (from.port === to.port || from.port === null || to.port === null) return [from.address, to.address];
  return [`${from.address}:${from.port}`, `${to.address}:${to.port}`];
}

// Where the record sends a packet, and whom it names as its sender; null where it leaves that alone.
function destinationOf({ source, toSource, toDestination }: Connection, way: TrackedWay): Ipv4 | null {
  if (way === "original") return toDestination;
  return toSource === null ? null : source;
}

function sourceOf({ destination, toSource, toDestination }: Connection, way: TrackedWay): Ipv4 | null {
  if (way === "original") return toSource;
  return toDestination === null ? null : destination;
}

interface Given {
  readonly address: Ipv4;
  /** Null leaves it as it is. */
  readonly port: PortRange | null;
}

function first(at: Here, place: NatPlace, { address, port }: Given, rule: StateLine): Datagram {
  const { packet: datagram, host } = at;
  const { iif, oif } = place;
  const destinations = changesDestination(place);
  const before = destinations ? datagram.destination : datagram.source;
  const ported = destinations ? withPort(datagram, port, true) : datagram;
  const after = destinations ? { ...ported, destination: address } : { ...ported, source: address };
  const [from, to] = endsOf(datagram, after, destinations);
  const here = at.on(iif ?? oif);
  const lines = [rule];
  here
    .onLeg("request")
    .tell(
      "firewall",
      destinations
        ? text(`NAT in ${host.en}: destination ${from} becomes ${to}`, `${host.zh}做 NAT：目的 ${from} 变为 ${to}`)
        : text(`NAT in ${host.en}: source ${from} becomes ${to}`, `${host.zh}做 NAT：源 ${from} 变为 ${to}`),
      { lines },
    );
  if (address !== before || ported !== datagram) {
    const { source, target } = addressFacts(datagram);
    const out = oif === null ? {} : { outInterface: oif };
    const facts = { source, target, translated: to, router: at.ns.key, rule: printedPart(rule.line), ...out };
    here.remark({ code: destinations ? "nat-dnat-redirected" : "nat-snat-masquerade", facts, lines });
  }
  return after;
}

// What a rule gives; null where that is one of several.
function givenBy(at: Here, change: NatChange, place: NatPlace): Given | null {
  const { packet } = at;
  const { port = null } = change;
  const isSource = change.kind === "snat" || change.kind === "masquerade";
  // Which port the sender gets, no rule of this walk depends on.
  if (!isSource && port !== null && port.start !== port.end && packet.segment !== undefined) return null;
  const same = change.kind === "snat" ? packet.source : change.kind === "dnat" ? packet.destination : null;
  const address = addressOf(at, change, place) ?? (port === null ? null : same);
  return address === null ? null : { address, port };
}

function addressOf({ ns, packet }: Here, change: NatChange, { hook, iif, oif, nextHop }: NatPlace): Ipv4 | null {
  switch (change.kind) {
    case "snat":
    case "dnat":
      return "last" in change ? oneOfRange(packet, change) : change.address;
    case "masquerade":
      return oif === null ? null : (selectAddress(ns, oif, nextHop, 0)?.local ?? null);
    case "redirect":
      if (hook === "output") return parseIpv4("127.0.0.1");
      return ns.addresses?.find((own) => own.interface === iif && !own.secondary)?.local ?? null;
  }
}

// NAT: the first packet of a connection is given its addresses by a rule, everything after it follows (nf_nat_inet_fn).
// Destinations change before routing (prerouting, output), sources after it (postrouting, input); answers the other way round.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { NatChange } from "../../model/nft-ruleset.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { printedPart } from "../../model/typed-line.ts";
import { type BaseChain, type FilterPacket, type Ruling, runChain } from "./firewall-chain.ts";
import { makeHit } from "./hits.ts";
import { selectAddress } from "./source.ts";
import type { Connection, Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** Where a datagram stands when NAT looks at it. */
export interface NatPlace {
  readonly hook: "prerouting" | "input" | "output" | "postrouting";
  readonly iif: string | null;
  readonly oif: string | null;
  /** Next hop of the route it leaves by. */
  readonly nextHop: Ipv4 | null;
}

type Way = "original" | "reply";

/** The datagram as NAT leaves it; or the ruling of a NAT chain that does something else with it. */
export type Translated =
  | { readonly kind: "datagram"; readonly datagram: Datagram }
  | { readonly kind: "ruling"; readonly chain: BaseChain; readonly ruling: Exclude<Ruling, { kind: "accept" }> };

/** Lets NAT look at a datagram: rules for the first packet of a connection, its record for all others. */
export function translate(
  walk: Walk,
  ns: Namespace,
  place: NatPlace,
  datagram: Datagram,
  chains: readonly BaseChain[],
  packet: FilterPacket,
): Translated {
  const destinations = place.hook === "prerouting" || place.hook === "output";
  const found = find(walk.connectionsOf(ns.key), datagram);
  if (found === null) {
    if (datagram.kind !== "echo-request") return { kind: "datagram", datagram };
    const { source, destination } = datagram;
    const fresh = { toSource: null, toDestination: null, sourceAsked: false, destinationAsked: false };
    walk.noteConnection(ns.key, { source, destination, ...fresh }, null);
    return translate(walk, ns, place, datagram, chains, packet);
  }
  const { connection, way } = found;
  const done = destinations ? connection.destinationAsked : connection.sourceAsked;
  if (datagram.kind !== "echo-request" || way === "reply" || done)
    return { kind: "datagram", datagram: follow(walk, ns, place, datagram, connection, way) };

  const asked = { ...connection, ...(destinations ? { destinationAsked: true } : { sourceAsked: true }) };
  walk.noteConnection(ns.key, asked, connection);
  for (const chain of [...chains].sort((a, b) => a.priority - b.priority)) {
    const ruling = runChain(chain, packet);
    if (ruling.kind === "accept") continue;
    const address = ruling.kind === "nat" ? addressOf(ns, ruling.change, place) : null;
    if (ruling.kind !== "nat" || address === null) return { kind: "ruling", chain, ruling };
    const changed = { ...asked, ...(destinations ? { toDestination: address } : { toSource: address }) };
    walk.noteConnection(ns.key, changed, asked);
    return { kind: "datagram", datagram: first(walk, ns, place, datagram, address, ruling.rule) };
  }
  return { kind: "datagram", datagram };
}

function find(list: readonly Connection[], datagram: Datagram): { connection: Connection; way: Way } | null {
  const { source, destination, kind, about } = datagram;
  const is = (address: Ipv4, plain: Ipv4, changed: Ipv4 | null): boolean => address === plain || address === changed;
  for (const connection of list) {
    const asker = (address: Ipv4): boolean => is(address, connection.source, connection.toSource);
    const asked = (address: Ipv4): boolean => is(address, connection.destination, connection.toDestination);
    if (kind === "icmp-error") {
      // It goes to whoever sent what it complains about.
      if (about === "reply" ? asked(destination) : asker(destination))
        return { connection, way: about === "reply" ? "original" : "reply" };
    } else if (kind === "echo-request" && asker(source) && asked(destination)) return { connection, way: "original" };
    else if (kind === "echo-reply" && asked(source) && asker(destination)) return { connection, way: "reply" };
  }
  return null;
}

// nf_nat_manip_pkt: later packets, answers and errors get what the record says.
function follow(
  walk: Walk,
  ns: Namespace,
  { hook, iif, oif }: NatPlace,
  datagram: Datagram,
  connection: Connection,
  way: Way,
): Datagram {
  const { source, destination, toSource, toDestination } = connection;
  const destinations = hook === "prerouting" || hook === "output";
  const wanted = destinations
    ? way === "original"
      ? toDestination
      : toSource === null
        ? null
        : source
    : way === "original"
      ? toSource
      : toDestination === null
        ? null
        : destination;
  const before = destinations ? datagram.destination : datagram.source;
  if (wanted === null || wanted === before) return datagram;
  const host = words.hostName(ns.key);
  const [from, to] = [formatIpv4(before), formatIpv4(wanted)];
  walk.add({
    kind: "firewall",
    leg: datagram.kind === "icmp-error" ? "error" : way === "reply" ? "reply" : "request",
    netns: ns.key,
    interface: iif ?? oif,
    text: destinations
      ? text(
          `${host.en} translates back: destination ${from} becomes ${to}`,
          `${host.zh}把地址译回：目的 ${from} 变为 ${to}`,
        )
      : text(`${host.en} translates back: source ${from} becomes ${to}`, `${host.zh}把地址译回：源 ${from} 变为 ${to}`),
  });
  return destinations ? { ...datagram, destination: wanted } : { ...datagram, source: wanted };
}

function first(
  walk: Walk,
  ns: Namespace,
  { hook, iif, oif }: NatPlace,
  datagram: Datagram,
  address: Ipv4,
  rule: StateLine,
): Datagram {
  const destinations = hook === "prerouting" || hook === "output";
  const before = destinations ? datagram.destination : datagram.source;
  const host = words.hostName(ns.key);
  const [from, to] = [formatIpv4(before), formatIpv4(address)];
  walk.add({
    kind: "firewall",
    leg: "request",
    netns: ns.key,
    interface: iif ?? oif,
    text: destinations
      ? text(`NAT in ${host.en}: destination ${from} becomes ${to}`, `${host.zh}做 NAT：目的 ${from} 变为 ${to}`)
      : text(`NAT in ${host.en}: source ${from} becomes ${to}`, `${host.zh}做 NAT：源 ${from} 变为 ${to}`),
    state: [rule],
  });
  if (address !== before)
    walk.remark(
      makeHit({
        code: destinations ? "nat-dnat-redirected" : "nat-snat-masquerade",
        netns: ns.key,
        interface: iif ?? oif,
        facts: {
          source: formatIpv4(datagram.source),
          target: formatIpv4(datagram.destination),
          translated: to,
          router: ns.key,
          rule: printedPart(rule.line),
          ...(oif === null ? {} : { outInterface: oif }),
        },
        lines: [rule],
      }),
    );
  return destinations ? { ...datagram, destination: address } : { ...datagram, source: address };
}

function addressOf(ns: Namespace, change: NatChange, { hook, iif, oif, nextHop }: NatPlace): Ipv4 | null {
  switch (change.kind) {
    case "snat":
    case "dnat":
      return change.address;
    case "masquerade":
      return oif === null ? null : (selectAddress(ns, oif, nextHop, 0)?.local ?? null);
    case "redirect":
      if (hook === "output") return parseIpv4("127.0.0.1");
      return ns.addresses?.find((own) => own.interface === iif && !own.secondary)?.local ?? null;
  }
}

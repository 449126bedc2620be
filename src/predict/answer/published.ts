// Ports that a host publishes for others: one that leads nowhere, and one that nobody has published.

import { formatIpv4, type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import type { Namespace, PortSocket, SystemState } from "../../model/system-state.ts";
import type { Disposition } from "../../model/trace.ts";
import { localOwner, ownersOf } from "../../system/lookup/owner.ts";
import { leadsOut, otherEnd } from "../../system/lookup/peer.ts";
import { type LinkPlace, segmentFrom } from "../../system/lookup/segment.ts";
import type { At } from "../at.ts";
import { stopped } from "../hits.ts";
import { findRoute } from "../lookup.ts";
import { type Datagram, onlyPort } from "../message.ts";
import type { Walk } from "../walk.ts";

/** The end of a connection, told as that of a published port where NAT has sent it to an address that nobody has. */
export function namedForTranslation({ attempt, remarks, state }: Walk, disposition: Disposition): Disposition {
  if (attempt.transport === undefined || disposition.kind !== "stopped") return disposition;
  const { hit, alsoAs = [] } = disposition;
  const given = remarks.find(({ code, facts }) => code === "nat-dnat-redirected" && isAbout(hit, facts));
  const address = parseIpv4(hit.facts.target ?? "");
  const isNobodys = address !== null && ownersOf(state, address).length === 0;
  // A rule that drops it does so whoever is there.
  if (given === undefined || !isNobodys || hit.facts.chain !== undefined) return disposition;
  const { target, translated, router, rule } = given.facts;
  const listens = listenerFor({ attempt, state }, router ?? "", translated ?? "");
  const facts: Facts = {
    ...hit.facts,
    ...(target === undefined ? {} : { target }),
    ...(translated === undefined ? {} : { translated }),
    ...(router === undefined ? {} : { router }),
    ...(rule === undefined ? {} : { rule }),
    ...(listens === null ? {} : { listens }),
  };
  const dead: CauseHit = {
    ...hit,
    code: "dnat-dead-target",
    netns: given.netns,
    interface: given.interface,
    facts,
    evidence: [given.evidence[0], ...given.evidence.slice(1), ...hit.evidence],
  };
  return stopped(dead, [hit, ...alsoAs]);
}

// Somebody behind that host who listens on the port that the rule gives: the server may have moved there.
function listenerFor(
  { attempt, state }: Pick<Walk, "attempt" | "state">,
  router: string,
  translated: string,
): string | null {
  const ns = state.namespaces.get(router);
  const port = Number(/:(\d+)$/.exec(translated)?.[1] ?? attempt.transport?.destinationPort);
  if (ns === undefined || attempt.transport === undefined || Number.isNaN(port)) return null;
  const { protocol } = attempt.transport;
  return behind({ state, asker: attempt.netns }, ns, protocol, port)?.place ?? null;
}

function isAbout({ facts }: CauseHit, { translated }: Facts): boolean {
  return translated !== undefined && facts.target === translated.replace(/:\d+$/, "");
}

/** Somebody behind a host who listens on the port that was asked of the host itself. */
export interface Behind {
  readonly netns: string;
  /** `172.17.0.2:8080` */
  readonly place: string;
  readonly line: StateLine;
}

/** Whoever listens on that port in a namespace that this host reaches by a link of its own; null where nobody does. */
export function listenerBehind({ walk, ns, packet }: At<Datagram>): Behind | null {
  const { segment } = packet;
  const port = segment === undefined ? null : onlyPort(segment.destinationPort);
  if (segment === undefined || port === null) return null;
  return behind({ state: walk.state, asker: walk.attempt.netns }, ns, segment.what.protocol, port);
}

function behind(
  { state, asker }: { readonly state: SystemState; readonly asker: string },
  ns: Namespace,
  protocol: "tcp" | "udp",
  port: number,
): Behind | null {
  for (const other of state.namespaces.values()) {
    if (other.key === ns.key || other.key === asker) continue;
    const socket = other.sockets?.find((one) => takes(one, protocol, port));
    const own = other.addresses?.find(({ local, interface: name }) => {
      if (name === "lo" || (socket?.address ?? local) !== local) return false;
      return isNextTo(state, ns, local, { netns: other.key, interface: name });
    });
    if (socket === undefined || own === undefined) continue;
    const line = { netns: other.key, key: "sockets", line: socket.line };
    return { netns: other.key, place: `${formatIpv4(own.local)}:${port}`, line };
  }
  return null;
}

// By a route without gateway, and by the wires: hosts that nothing joins to this one may have the same addresses.
function isNextTo(state: SystemState, ns: Namespace, address: Ipv4, there: LinkPlace): boolean {
  if (localOwner(ns, address) != null) return false;
  const found = findRoute(ns, { destination: address });
  if (found.kind !== "route" || found.hop === null) return false;
  const { gateway, interface: name } = found.hop;
  if (gateway != null || name === null || found.route.destination.length === 0) return false;
  const segment = segmentFrom(state, { netns: ns.key, interface: name });
  const goesOn = (place: LinkPlace): boolean => leadsOut(otherEnd(state, place.netns, place.interface));
  return (
    segment.some((place) => place.netns === there.netns && place.interface === there.interface) ||
    (segment.some(goesOn) && goesOn(there))
  );
}

function takes({ protocol, port, address6, v6only, device }: PortSocket, wanted: string, asked: number): boolean {
  return protocol === wanted && port === asked && address6 === null && v6only !== true && !device;
}

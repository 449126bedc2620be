// All pairs of a host that asks and an address that is asked, in classes that nothing in the state tells apart: one of each is walked.

import { type Ipv4, isLoopback, isMulticast } from "../../model/address.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
import type { Transport } from "../../model/transport.ts";
import { joinedTo } from "../../system/lookup/joined.ts";
import { coloured, colouredFrom } from "./colouring.ts";
import { graphOf } from "./state-graph.ts";

/** Pairs that are alike: the first stands for all of them. */
export interface PairClass {
  /** Hosts that are alike. */
  readonly askers: readonly [string, ...string[]];
  /** The addresses that are alike to the first of these hosts; the others have as many of their own. */
  readonly destinations: readonly [Ipv4, ...Ipv4[]];
  readonly pairs: number;
}

/** All pairs of a state. */
export interface AllPairs {
  readonly classes: readonly PairClass[];
  /** Namespaces with an address that others can ask for. */
  readonly hosts: readonly string[];
  readonly addresses: readonly Ipv4[];
  /** Pairs that no cable joins: nobody expects an answer. */
  readonly apart: number;
}

/** Classes of pairs; hosts among `marked` are like no other. */
export function pairsIn(state: SystemState, transport: Transport | null, marked: readonly string[] = []): AllPairs {
  const owners = ownersIn(state);
  const hosts = [...new Set([...owners.values()].flat())];
  const drawn = graphOf(state, (ns) => serviceOf(ns, transport), marked);
  const colours = coloured(drawn.graph);
  const groups = grouped(hosts, (key) => colours[drawn.namespace(key)] as number);
  let apart = 0;
  const classes = groups.flatMap((askers): PairClass[] => {
    const [asker] = askers;
    const seen = askers.length === 1 ? colours : colouredFrom(drawn.graph, colours, drawn.namespace(asker));
    const near = new Set(joinedTo(state, [asker]));
    const others = [...owners].flatMap(([address, own]) => (own.includes(asker) ? [] : [{ address, own }]));
    const joined = others.filter(({ own }) => own.some((key) => near.has(key))).map(({ address }) => address);
    apart += (others.length - joined.length) * askers.length;
    return grouped(joined, (address) => seen[drawn.address(address)] as number).map((destinations) => ({
      askers,
      destinations,
      pairs: askers.length * destinations.length,
    }));
  });
  return { classes, hosts, addresses: [...owners.keys()], apart };
}

/** Who holds which address that others can ask for. */
export function ownersIn({ namespaces }: SystemState): Map<Ipv4, string[]> {
  const owners = new Map<Ipv4, string[]>();
  for (const ns of namespaces.values())
    for (const { local } of ns.addresses ?? []) {
      if (isLoopback(local) || isMulticast(local)) continue;
      const own = owners.get(local) ?? [];
      if (!own.includes(ns.key)) own.push(ns.key);
      owners.set(local, own);
    }
  return owners;
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => number): [T, ...T[]][] {
  const groups = new Map<number, [T, ...T[]]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

// Of all sockets those that may take what is asked for.
function serviceOf({ sockets, socketsOf }: Namespace, transport: Transport | null): string {
  if (transport === null) return "";
  const fitting = (sockets ?? []).filter(
    ({ protocol, port }) => protocol === transport.protocol && port === transport.destinationPort,
  );
  return JSON.stringify([
    sockets === undefined,
    socketsOf,
    fitting.map(({ family, address, address6, device, v6only, peer, waiting, backlog, program }) => [
      family,
      address,
      address6,
      device,
      v6only,
      peer,
      waiting !== null && backlog !== null && waiting > backlog,
      program,
    ]),
  ]);
}

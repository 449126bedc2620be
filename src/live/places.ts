// Where a live capture looks: at the interfaces that were named, else at those that the state and the command suggest.

import { type CapturePlace, MOST_CAPTURES } from "../capture/backend.ts";
import { noSuchInterface, noSuchNamespace } from "../capture/faults.ts";
import { wantedConnections } from "../explain/command/connect-command.ts";
import type { PingCommand } from "../explain/command/ping-command.ts";
import { ProblemError } from "../model/problem.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import type { Attempt, Trace } from "../model/trace.ts";
import { predictPaths } from "../predict/predict.ts";
import { findNamespace, type NamespaceTarget } from "../system/collect-namespaces.ts";
import { linkOf } from "../system/lookup/peer.ts";
import type { CapturePlan } from "./messages.ts";
import { placesToWatch, type WatchPlace } from "./where.ts";

/** What is captured, and what of it is named to the person. */
export interface LivePlaces {
  readonly places: readonly CapturePlace[];
  readonly plans: readonly CapturePlan[];
  readonly watching: readonly WatchPlace[];
}

/** One capture. */
export interface Planned {
  readonly place: CapturePlace;
  readonly plan: CapturePlan;
  readonly watching: readonly WatchPlace[];
}

// Of a whole namespace no more interfaces are named without a packet.
const MOST_NAMED = 16;

/** The key of the namespace a person means; throws a ProblemError where there is none. */
export async function namespaceKey(wanted: string, targets: readonly NamespaceTarget[]): Promise<string> {
  const found = await findNamespace(wanted, targets);
  if (found !== null) return found.key;
  throw new ProblemError(noSuchNamespace(wanted, namesOf(targets)));
}

function namesOf(targets: readonly NamespaceTarget[]): string[] {
  return targets.map((target) => target.key).filter((key) => key !== "");
}

/**
 * The walk of what is asked by state, by every next hop it may take, and of the connections that the command line names: a
 * rule may send their ports elsewhere. Null where nobody knows whom it asks, or from where.
 */
export function foresee(
  state: SystemState,
  netns: string,
  ping: PingCommand | null,
  argv: readonly string[] = [],
): Trace | null {
  if (ping?.destination == null || !state.namespaces.has(netns)) return null;
  const attempt = attemptOf(ping, netns);
  const ports = wantedConnections(argv).filter(({ address }) => address === ping.destination);
  const connecting = ports.slice(0, MOST_PORTS).map(({ protocol, port }): Attempt => {
    return { ...attempt, transport: { protocol, sourcePort: null, destinationPort: port } };
  });
  const all = [...connecting, attempt].flatMap((one) => predictPaths(state, one));
  const [first] = all as [Trace, ...Trace[]];
  return { ...first, hops: all.flatMap((trace) => trace.hops) };
}

const MOST_PORTS = 8;

/** What will be asked, and from where. */
export interface Asking {
  readonly netns: string;
  readonly ping: PingCommand | null;
  /** Its walk by the state. */
  readonly trace: Trace | null;
}

/** One capture for each namespace on the way of what is asked, or around whoever runs the command. */
export function placesByState(
  state: SystemState,
  targets: readonly NamespaceTarget[],
  askings: readonly Asking[],
  filter: string | null,
): LivePlaces {
  const all = askings.flatMap(({ netns, ping, trace }) =>
    placesToWatch(state, {
      netns,
      outInterface: ping?.bindInterface ?? null,
      destination: ping?.destination ?? null,
      trace,
    }),
  );
  const watching = [...new Map(all.map((place) => [JSON.stringify(place), place])).values()];
  const askers = [...new Set(askings.map(({ netns }) => netns))];
  const spaces = [...new Set([...askers, ...watching.map((place) => place.netns)])].slice(0, MOST_CAPTURES);
  return together(
    spaces.flatMap((space) => {
      const target = targets.find((one) => one.key === space);
      if (target === undefined) return [];
      const own = watching.filter((place) => place.netns === space);
      const planned = whole(target, own, filter, false);
      return [{ ...planned, place: { ...planned.place, optional: !askers.includes(space) } }];
    }),
  );
}

/** What `-i IF[@NETNS]` asks for, an interface each; throws a ProblemError where there is no such place. */
export async function placesByName(
  names: readonly string[],
  state: SystemState,
  targets: readonly NamespaceTarget[],
  filter: string | null,
): Promise<LivePlaces> {
  const asked: { target: NamespaceTarget; name: string }[] = [];
  for (const one of names) {
    const { name, target } = await named(one, targets);
    checkInterface(state, target.key, name);
    if (!asked.some((other) => other.target === target && other.name === name)) asked.push({ target, name });
  }
  const all = asked.filter(({ name }) => name === "any").map(({ target }) => target);
  const single = asked.filter(({ target }) => !all.includes(target));
  return together([
    ...all.map((target) => whole(target, upInterfaces(state, target.key), filter, false)),
    ...single.map(({ target, name }) => oneInterface(state, target, name, filter)),
  ]);
}

/** The namespaces in which `-i IF[@NETNS]` asks to look; throws a ProblemError where there is no such one. */
export async function namespacesNamed(
  names: readonly string[],
  targets: readonly NamespaceTarget[],
): Promise<readonly NamespaceTarget[]> {
  const asked = new Set<NamespaceTarget>();
  for (const one of names) asked.add((await named(one, targets)).target);
  return targets.filter((target) => asked.has(target));
}

async function named(
  place: string,
  targets: readonly NamespaceTarget[],
): Promise<{ readonly name: string; readonly target: NamespaceTarget }> {
  const at = place.lastIndexOf("@");
  const key = at < 0 ? "" : await namespaceKey(place.slice(at + 1), targets);
  const target = targets.find((candidate) => candidate.key === key);
  if (target === undefined) throw new ProblemError(noSuchNamespace(key, namesOf(targets)));
  return { name: at < 0 ? place : place.slice(0, at), target };
}

function checkInterface(state: SystemState, netns: string, name: string): void {
  const ns = state.namespaces.get(netns);
  // -i any never reports a missing interface, and what the state does not tell only the capture itself can.
  if (name === "any" || ns?.links === undefined || linkOf(ns, name) !== undefined) return;
  const known = ns.links.map((link) => link.name);
  throw new ProblemError(noSuchInterface({ netns, interface: name, filter: null }, known));
}

function oneInterface(state: SystemState, target: NamespaceTarget, name: string, filter: string | null): Planned {
  const watched = { netns: target.key, interface: name };
  const ns = state.namespaces.get(target.key);
  // pcap refuses an interface that is down, and it may come up while we look.
  if (ns && linkOf(ns, name)?.flags.has("UP") === false) return whole(target, [watched], filter, true);
  return {
    place: { netns: target.key, path: target.path, interface: name, interfaces: [name] },
    plan: { netns: target.key, interface: name, filter, watched: [name], onlyWatched: false, except: [] },
    watching: [watched],
  };
}

function whole(
  target: NamespaceTarget,
  watching: readonly WatchPlace[],
  filter: string | null,
  onlyWatched: boolean,
): Planned {
  const interfaces = watching.map((place) => place.interface);
  return {
    place: { netns: target.key, path: target.path, interface: null, interfaces },
    plan: {
      netns: target.key,
      interface: null,
      filter,
      watched: interfaces,
      onlyWatched,
      except: [],
    },
    watching,
  };
}

/** All of them as one. */
export function together(planned: readonly Planned[]): LivePlaces {
  const watching = planned.flatMap((one) => one.watching);
  return {
    places: planned.map((one) => one.place),
    plans: planned.map((one) => one.plan),
    // What carries the packets first, the loopback devices at the end.
    watching: [...watching].sort((a, b) => Number(a.interface === "lo") - Number(b.interface === "lo")),
  };
}

function upInterfaces(state: SystemState, netns: string): WatchPlace[] {
  const links = state.namespaces.get(netns)?.links ?? [];
  const up = links.filter((link) => link.flags.has("UP"));
  return up.slice(0, MOST_NAMED).map((link) => ({ netns, interface: link.name }));
}

const ECHO_HEADERS = 28;

function attemptOf(ping: PingCommand, netns: string): Attempt {
  return {
    netns,
    destination: ping.destination as NonNullable<PingCommand["destination"]>,
    source: ping.bindAddress,
    outInterface: ping.bindInterface,
    ttl: ping.ttl,
    length: ping.payload + ping.options + ECHO_HEADERS,
    dontFragment: ping.dontFragment,
    broadcastAllowed: ping.broadcast,
    mark: ping.mark,
    origin: "command",
  };
}

/** How long the kernel asks by ARP at these places: between two questions, and for a whole round, in milliseconds. */
export function arpPatience(
  state: SystemState,
  watching: readonly WatchPlace[],
): { readonly retrans: number; readonly round: number } {
  let retrans = 1000;
  let round = 3000;
  for (const { netns, interface: name } of watching) {
    const ns = state.namespaces.get(netns);
    const own = numberOf(ns, name, "retrans_time_ms");
    if (own === null) continue;
    retrans = Math.max(retrans, own);
    round = Math.max(round, own * (numberOf(ns, name, "mcast_solicit") ?? 3));
  }
  return { retrans, round };
}

function numberOf(ns: Namespace | undefined, name: string, key: string): number | null {
  const value = Number(ns?.sysctl?.get(`net.ipv4.neigh.${name.replaceAll(".", "/")}.${key}`) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

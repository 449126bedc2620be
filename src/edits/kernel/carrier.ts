// What follows when an interface goes up or down: carriers of the other ends, bridges and routes.

import { ownValue } from "../../model/own-value.ts";
import type { BridgePort, Link, Namespace, SystemState } from "../../model/system-state.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { portLine } from "../../system/parse/bridge.ts";
import { withHops } from "../../system/parse/route.ts";
import { changeLink, putNamespace, withFlags } from "../change.ts";
import { addAddressRoutes } from "./address-routes.ts";

/** Where an interface is. */
interface LinkPlace {
  readonly netns: string;
  readonly name: string;
}

/** The state with the interface up (or down) and all that the kernel changes with it. */
export function setUp(state: SystemState, place: LinkPlace, up: boolean): SystemState {
  const link = linkAt(state, place);
  if (link === undefined || link.flags.has("UP") === up) return state;
  const set = editLink(state, place, (one) => ({ ...one, flags: withFlags(one.flags, { UP: up }) }));
  const ns = set.namespaces.get(place.netns) as Namespace;
  return refresh(putNamespace(set, up ? wentUp(ns, place.name) : wentDown(ns, place.name)), place);
}

/** Brings carrier and operational state of an interface, of those that hang on it and of its bridge in line. */
export function refresh(state: SystemState, place: LinkPlace, seen: ReadonlySet<string> = new Set()): SystemState {
  const key = `${place.netns} ${place.name}`;
  const link = linkAt(state, place);
  if (link === undefined || seen.has(key)) return state;
  const after = new Set([...seen, key]);
  let result = withCarrier(state, place, link);
  for (const other of dependants(state, place, link)) result = refresh(result, other, after);
  return result;
}

function withCarrier(state: SystemState, place: LinkPlace, link: Link): SystemState {
  const up = link.flags.has("UP");
  const running = up && hasCarrier(state, place, link);
  const flags = withFlags(link.flags, { LOWER_UP: running, "NO-CARRIER": up && !running, "M-DOWN": false });
  const operstate = operstateOf(state, place, link, running);
  const set = editLink(state, place, (one) => ({ ...one, flags, operstate }));
  const ns = set.namespaces.get(place.netns) as Namespace;
  return putNamespace(set, portFollows(carrierOfRoutes(ns, place.name, up && !running), place.name));
}

function hasCarrier(state: SystemState, { netns, name }: LinkPlace, link: Link): boolean {
  const ns = state.namespaces.get(netns) as Namespace;
  if (link.kind === "bridge") {
    const ports = (ns.links ?? []).filter((port) => port.master === name);
    return ports.some((port) => port.flags.has("UP") && port.flags.has("LOWER_UP"));
  }
  const end = otherEnd(state, netns, name);
  if (end.kind !== "peer") return link.flags.has("UP") ? !link.flags.has("NO-CARRIER") : true;
  return end.relation === "lower" ? end.link.flags.has("LOWER_UP") : end.link.flags.has("UP");
}

// Drivers that never tell their operational state.
const UNKNOWN_STATE = new Set(["dummy", "tun", "vxlan", "gre", "ipip", "sit", "wireguard"]);

function operstateOf(state: SystemState, { netns, name }: LinkPlace, link: Link, running: boolean): string {
  if (!link.flags.has("UP")) return "DOWN";
  if (running) return link.isLoopback || UNKNOWN_STATE.has(link.kind ?? "") ? "UNKNOWN" : "UP";
  return link.kind !== "bridge" && otherEnd(state, netns, name).kind === "peer" ? "LOWERLAYERDOWN" : "DOWN";
}

// The other end of a veth pair, what stands on the interface, its ports and the bridge it is a port of.
function dependants(state: SystemState, { netns, name }: LinkPlace, link: Link): LinkPlace[] {
  const places: LinkPlace[] = [];
  const end = otherEnd(state, netns, name);
  if (end.kind === "peer" && end.relation === "veth") places.push({ netns: end.netns, name: end.link.name });
  const ns = state.namespaces.get(netns) as Namespace;
  for (const other of ns.links ?? []) {
    if (other.linkName === name && other.kind !== "veth" && other.name !== name)
      places.push({ netns, name: other.name });
    if (other.master === name) places.push({ netns, name: other.name });
  }
  if (link.master !== null) places.push({ netns, name: link.master });
  return places;
}

function linkAt(state: SystemState, { netns, name }: LinkPlace): Link | undefined {
  return state.namespaces.get(netns)?.links?.find((link) => link.name === name);
}

function editLink(state: SystemState, { netns, name }: LinkPlace, change: (link: Link) => Link): SystemState {
  return putNamespace(state, changeLink(state.namespaces.get(netns) as Namespace, name, change));
}

// fib_netdev_event, NETDEV_UP.
function wentUp(ns: Namespace, name: string): Namespace {
  const revived: Namespace = {
    ...ns,
    routes: ns.routes?.map((route) =>
      route.hops.some((hop) => hop.interface === name && hop.dead)
        ? withHops(
            route,
            route.hops.map((hop) => (hop.interface === name ? { ...hop, dead: false } : hop)),
          )
        : route,
    ),
  };
  return addAddressRoutes(
    revived,
    (ns.addresses ?? []).filter((address) => address.interface === name),
  );
}

/** fib_sync_down_dev flushes what led through the device; arp_ifdown its neighbours; br_stp_disable_port what was learned. */
export function wentDown(ns: Namespace, name: string): Namespace {
  return {
    ...ns,
    routes: ns.routes?.flatMap((route) => {
      if (route.type === "local" || !route.hops.some((hop) => hop.interface === name)) return [route];
      if (route.hops.every((hop) => hop.interface === name || hop.dead)) return [];
      return [
        withHops(
          route,
          route.hops.map((hop) => (hop.interface === name ? { ...hop, dead: true } : hop)),
        ),
      ];
    }),
    neighbours: ns.neighbours?.filter((entry) => entry.interface !== name),
    ...withoutLearned(ns, (entry) => entry.interface === name),
  };
}

/** The bridge tables without the dynamic entries that are meant. */
export function withoutLearned(
  { bridge }: Namespace,
  meant: (entry: { readonly interface: string; readonly master: string | null }) => boolean,
): Pick<Namespace, "bridge"> {
  if (bridge?.fdb === undefined) return { bridge };
  return { bridge: { ...bridge, fdb: bridge.fdb.filter((entry) => entry.local || entry.static || !meant(entry)) } };
}

/** RTNH_F_LINKDOWN follows the carrier of the device (fib_sync_down_dev, fib_sync_up). */
export function carrierOfRoutes(ns: Namespace, name: string, linkdown: boolean): Namespace {
  const differs = ns.routes?.some(
    (route) => route.type !== "local" && route.hops.some((hop) => hop.interface === name && hop.linkdown !== linkdown),
  );
  if (!differs) return ns;
  return {
    ...ns,
    routes: ns.routes?.map((route) =>
      route.type === "local"
        ? route
        : withHops(
            route,
            route.hops.map((hop) => (hop.interface === name ? { ...hop, linkdown } : hop)),
          ),
    ),
  };
}

// A port forwards (or begins to listen) once it and its bridge are up and it has carrier; else it is disabled.
function portFollows(ns: Namespace, name: string): Namespace {
  const link = ns.links?.find((one) => one.name === name);
  const bridge = ns.links?.find((one) => one.name === link?.master);
  if (link === undefined || bridge?.kind !== "bridge") return ns;
  const forwards = link.flags.has("UP") && link.flags.has("LOWER_UP") && bridge.flags.has("UP");
  return changePort(ns, name, (port) => {
    if (!forwards) return { ...port, state: "disabled" };
    if (port.state !== "disabled") return port;
    return { ...port, state: Number(bridge.data.stp_state ?? 0) === 0 ? "forwarding" : "listening" };
  });
}

/** The namespace with a bridge port changed, wherever state holds it. */
export function changePort(ns: Namespace, name: string, change: (port: BridgePort) => BridgePort): Namespace {
  const { bridge } = ns;
  const port = bridge?.ports?.find((one) => one.interface === name);
  if (!bridge || !port) return ns;
  const changed = change(port);
  const written = { ...changed, line: portLine(changed) };
  return {
    ...changeLink(ns, name, (link) => ({ ...link, slaveData: withPort(link.slaveData, written) })),
    bridge: { ...bridge, ports: bridge.ports?.map((one) => (one === port ? written : one)) },
  };
}

// `ip -d link` tells the same once more.
function withPort(data: Link["slaveData"], port: BridgePort): Link["slaveData"] {
  const told: Readonly<Record<string, unknown>> = {
    state: port.state,
    hairpin: port.hairpin,
    isolated: port.isolated,
    locked: port.locked,
    flood: port.flood,
    bcast_flood: port.broadcastFlood,
    mcast_flood: port.multicastFlood,
    learning: port.learning,
    neigh_suppress: port.neighSuppress,
  };
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Object.hasOwn(told, key) ? ownValue(told, key) : value]),
  );
}

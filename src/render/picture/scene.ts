// What a picture of one flow shows: hosts with their interfaces, the wires between them, and who is who.

import { formatIpv4 } from "../../model/address.ts";
import type { MapPlace, NetworkMap } from "../../model/network-map.ts";
import type { FlowReport } from "../../model/report.ts";
import { printable, text } from "../../model/text.ts";
import type { Voice } from "../document/voice.ts";
import { crossingsOf, keyOf, spotOf } from "./crossings.ts";
import type { DrawnCrossing, DrawnWire, Host, Role, Scene, Spot, SpotKey } from "./shapes.ts";
import { stopOf } from "./stop.ts";
import { waysOf } from "./ways.ts";

// More boxes than this are no picture any more.
const MOST_HOSTS = 24;
// Devices that frames pass inside a host; what has its other end in another host stands at the edge.
const EDGE_KINDS: ReadonlySet<string | null> = new Set([null, "veth", "tun", "tap", "netkit", "dsa", "ipoib"]);

/** The scene of a flow; null where it has no steps. */
export function sceneOf(
  voice: Voice,
  report: FlowReport,
  network: NetworkMap | null,
  only: string | null,
): Scene | null {
  if (report.steps.length === 0) return null;
  const crossings = crossingsOf(report.steps);
  const stop = stopOf(report);
  const map = new Map((network?.places ?? []).map((place) => [keyOf(place), place]));
  const used = new Set(crossings.flatMap(({ from, to }) => [from, to]).flatMap((spot) => (spot ? [keyOf(spot)] : [])));
  if (stop?.spot) used.add(keyOf(stop.spot));
  const keys = shownKeys(report, used, map);
  const hostKeys = new Map<string, string[]>();
  for (const [key, spot] of keys) hostKeys.set(hostOf(spot), [...(hostKeys.get(hostOf(spot)) ?? []), key]);
  for (const { netns, interface: name } of report.steps)
    if (netns !== null && name === null && !hostKeys.has(hostOf({ netns, name: "" })))
      hostKeys.set(hostOf({ netns, name: "" }), []);
  const shown = [...hostKeys].slice(0, MOST_HOSTS);
  const dst = formatIpv4(report.flow.dst);
  const hosts = shown.map(([key, own]): Host => {
    const spots = own.map((one) => spotFrom(one, keys.get(one) as SpotKey, map, used.has(one), dst));
    const [first] = own.map((one) => keys.get(one) as SpotKey);
    const netns = first === undefined ? key.slice(1) : first.netns;
    return { key, title: titleOf(voice, netns, only), isKnown: netns !== null, spots };
  });
  const known = new Set(hosts.flatMap(({ spots }) => spots.map(({ key }) => key)));
  const wires = wiresOf(known, map, crossings);
  return {
    hosts,
    wires,
    crossings,
    ways: waysOf(report, crossings, stop, { hosts, wires }),
    stop,
    target: dst,
    leftOut: hostKeys.size - shown.length,
  };
}

// The host of an interface.
function hostOf({ netns, name }: SpotKey): string {
  return netns === null ? `?${name}` : `=${netns}`;
}

// First what packets pass, then its other ends and bridges, and what lies between that and the owner of the address.
function shownKeys(
  { flow, steps }: FlowReport,
  used: ReadonlySet<string>,
  map: ReadonlyMap<string, MapPlace>,
): Map<string, SpotKey> {
  const keys = new Map<string, SpotKey>();
  const put = (spot: SpotKey): void => {
    if (!keys.has(keyOf(spot))) keys.set(keyOf(spot), spot);
  };
  for (const step of steps) if (step.interface !== null && used.has(keyOf(spotOf(step)))) put(spotOf(step));
  for (const spot of [...keys.values()]) {
    const place = map.get(keyOf(spot));
    if (place?.end) put({ netns: place.end.netns, name: place.end.name });
    if (place?.master) put({ netns: place.netns, name: place.master });
  }
  for (const place of toOwner(formatIpv4(flow.dst), map, new Set(keys.keys()))) put(place);
  return keys;
}

// From the owner over wires and bridges to the first interface of a host that is shown.
function toOwner(address: string, map: ReadonlyMap<string, MapPlace>, shown: ReadonlySet<string>): SpotKey[] {
  const owner = [...map.values()].find(({ addresses }) => addresses.some((one) => one.startsWith(`${address}/`)));
  if (owner === undefined) return [];
  const hosts = new Set([...map.values()].filter((place) => shown.has(keyOf(place))).map(({ netns }) => netns));
  const before = new Map<string, MapPlace | null>([[keyOf(owner), null]]);
  // An address of lo is reached by any of its host's interfaces.
  const beside = owner.kind === "lo" ? [...map.values()].filter(({ netns }) => netns === owner.netns) : [];
  for (const place of beside) if (place !== owner) before.set(keyOf(place), owner);
  const waiting = [owner, ...beside.filter((place) => place !== owner)];
  for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
    if (hosts.has(place.netns)) {
      const way: MapPlace[] = [];
      for (let one: MapPlace | null = place; one !== null; one = before.get(keyOf(one)) ?? null) way.push(one);
      const master = way[0]?.master ?? null;
      const bridge = master === null ? undefined : map.get(keyOf({ netns: place.netns, name: master }));
      return bridge === undefined ? way : [bridge, ...way];
    }
    for (const next of besides(place, map)) {
      if (before.has(keyOf(next))) continue;
      before.set(keyOf(next), place);
      waiting.push(next);
    }
  }
  return [owner];
}

function besides(place: MapPlace, map: ReadonlyMap<string, MapPlace>): MapPlace[] {
  const end = place.end === null ? undefined : map.get(keyOf(place.end));
  const master = place.master === null ? undefined : map.get(keyOf({ netns: place.netns, name: place.master }));
  const ports = [...map.values()].filter(({ netns, master }) => netns === place.netns && master === place.name);
  return [...(end ? [end] : []), ...(master ? [master] : []), ...ports];
}

function spotFrom(
  key: string,
  spot: SpotKey,
  map: ReadonlyMap<string, MapPlace>,
  isUsed: boolean,
  target: string,
): Spot {
  const place = map.get(key);
  const addresses = place?.addresses ?? [];
  return {
    key,
    host: hostOf(spot),
    name: printable(spot.name.split("/").at(-1) ?? ""),
    kind: place?.kind ?? null,
    role: roleOf(spot, place),
    addresses: addresses.map(printable),
    isDown: place?.isDown ?? false,
    isUsed,
    isOwner: addresses.some((one) => one.startsWith(`${target}/`)),
    leadsOut: place?.leadsOut ?? false,
  };
}

function roleOf({ name }: SpotKey, place: MapPlace | undefined): Role {
  if (place === undefined) return name === "lo" ? "lo" : "port";
  if (place.kind === "lo") return "lo";
  if (EDGE_KINDS.has(place.kind)) return "port";
  return place.end !== null && place.end.netns !== place.netns ? "port" : "inner";
}

function wiresOf(
  known: ReadonlySet<string>,
  map: ReadonlyMap<string, MapPlace>,
  crossings: readonly DrawnCrossing[],
): DrawnWire[] {
  const wires = new Map<string, DrawnWire>();
  const put = (from: SpotKey, to: SpotKey, isInner: boolean, isGuessed = false): void => {
    const [a, b] = [keyOf(from), keyOf(to)];
    if (a === b || !known.has(a) || !known.has(b) || wires.has(`${b}\t${a}`)) return;
    if (!wires.has(`${a}\t${b}`)) wires.set(`${a}\t${b}`, { from: a, to: b, isInner, isGuessed });
  };
  for (const place of map.values()) {
    if (place.end !== null) put(place, place.end, place.end.netns === place.netns && place.end.relation === "lower");
    if (place.master !== null) put(place, { netns: place.netns, name: place.master }, true);
  }
  for (const { from, to } of crossings) {
    if (from === null || to === null) continue;
    const isInner = from.netns !== null && from.netns === to.netns && (isInside(map, from) || isInside(map, to));
    const isWired = [from, to].some((one) => map.get(keyOf(one))?.end);
    // Forwarded by the stack or a bridge: no wire of its own.
    if (from.netns !== null && from.netns === to.netns && !isInner) continue;
    if (!isWired || isInner) put(from, to, isInner, !isInner);
  }
  return [...wires.values()];
}

function isInside(map: ReadonlyMap<string, MapPlace>, spot: SpotKey): boolean {
  return roleOf(spot, map.get(keyOf(spot))) === "inner";
}

function titleOf(voice: Voice, netns: string | null, only: string | null): string {
  if (netns === null) return voice.say(text("host not known", "所在主机未知"));
  if (netns !== "") return printable(netns);
  return only === null ? voice.say(text("this host", "本机")) : printable(only);
}

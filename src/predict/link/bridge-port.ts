// A bridge's ports and its forwarding table, as state holds them.

import { formatMac, type Mac } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { Facts } from "../../model/finding.ts";
import type { BridgePort, FdbEntry, Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { linkOf } from "../../system/lookup/peer.ts";
import { isHostsEnd, type LinkPlace, segmentFrom } from "../../system/lookup/segment.ts";
import type { Walk } from "../walk.ts";

/** A port's settings: from `bridge link`, else from what `ip -d link` says of it. */
export function portOf(ns: Namespace, link: Link): BridgePort | null {
  const listed = ns.bridge?.ports?.find((p) => p.interface === link.name);
  if (listed) return listed;
  if (link.master === null || Object.keys(link.slaveData).length === 0) return null;
  const d = link.slaveData;
  return {
    interface: link.name,
    bridge: link.master,
    state: typeof d.state === "string" ? d.state : "forwarding",
    hairpin: d.hairpin === true,
    isolated: d.isolated === true,
    locked: d.locked === true,
    flood: d.flood !== false,
    broadcastFlood: d.bcast_flood !== false,
    multicastFlood: d.mcast_flood !== false,
    learning: d.learning !== false,
    neighSuppress: d.neigh_suppress === true,
    line: link.line,
  };
}

/** The cause where a port does not forward. */
export function portStateCode(bridge: Link, state: string): Code {
  const stp = Number(bridge.data.stp_state) > 0;
  return stp && (state === "listening" || state === "learning") ? "bridge-stp-forward-delay" : "bridge-port-state";
}

/** The port's state, and the seconds until a spanning tree that finds no loop has opened it. */
export function portStateFacts(bridge: Link, state: string): Facts {
  const delay = Number(bridge.data.forward_delay) / 100;
  if (portStateCode(bridge, state) !== "bridge-stp-forward-delay" || !(delay > 0)) return { state };
  // What is left of the round under way no tool tells; the port itself is enabled within a second (linkwatch).
  const rounds = state === "listening" ? 2 : 1;
  return { state, value: String(Math.ceil(rounds * delay) + 1) };
}

/** Whether the table has this sender behind this port, as a locked port asks. */
export function fdbHas(ns: Namespace, mac: Mac | null, port: string): boolean {
  return mac !== null && (ns.bridge?.fdb ?? []).some((e) => e.mac === mac && e.interface === port && !e.local);
}

/** An address of the bridge itself, or of one of its ports. */
export function isOwnMac(ns: Namespace, bridge: Link, mac: Mac): boolean {
  return bridge.mac === mac || portsOf(ns, bridge).some((p) => p.mac === mac);
}

/** The bridge's ports, the one that was added last first, as a flood goes through them. */
export function portsOf(ns: Namespace, bridge: Link): Link[] {
  return (ns.links ?? []).filter((l) => l.master === bridge.name).sort((a, b) => b.index - a.index);
}

/** Where the table sends a frame: a port, the bridge itself, or nowhere known. */
export function lookUp(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  mac: Mac,
  vlan: number | null,
): { port: string; entry: FdbEntry | null } | null {
  const entries = (ns.bridge?.fdb ?? []).filter(
    (e) =>
      e.mac === mac &&
      (e.master === bridge.name || e.interface === bridge.name) &&
      (e.vlan === null || vlan === null || e.vlan === vlan),
  );
  const fixed = entries.find((e) => e.local || e.sticky);
  if (fixed) return { port: fixed.local ? bridge.name : fixed.interface, entry: fixed };
  const learned = walk.learnedPort(ns.key, bridge.name, mac);
  if (learned !== undefined) return { port: learned, entry: entries.find((e) => e.interface === learned) ?? null };
  const entry = entries[0];
  if (entry) return { port: lastSpeaker(walk, ns, bridge, entry), entry };
  return isOwnMac(ns, bridge, mac) ? { port: bridge.name, entry: null } : null;
}

// br_fdb_update: of two hosts with one MAC address the entry follows whoever spoke last, and that may change at any time.
function lastSpeaker(walk: Walk, ns: Namespace, bridge: Link, entry: FdbEntry): string {
  if (entry.static || entry.destination !== null || holdersOf(walk, entry.mac) < 2) return entry.interface;
  const behind = portsOf(ns, bridge).filter(
    (port) =>
      port.name !== entry.interface && leadsTo(walk, { netns: ns.key, interface: port.name }, bridge, entry.mac),
  );
  const ports = [entry.interface, ...behind.map(({ name }) => name)];
  const line = { netns: ns.key, key: "bridge.fdb", line: entry.line };
  const mac = formatMac(entry.mac);
  const question = {
    text: text(
      `behind which port of ${bridge.name} is ${mac}? Several hosts have that MAC address, and the entry follows whoever spoke last.`,
      `${mac} 在 ${bridge.name} 的哪个端口后面？有几台主机用着这个 MAC，表项跟着最后说话的那台走。`,
    ),
    missing: [],
    state: [line],
  };
  return ports[walk.choose(`mac ${ns.key} ${bridge.name} ${entry.mac}`, ports.length, question)] as string;
}

function holdersOf({ state }: Walk, mac: Mac): number {
  return [...state.namespaces.values()].flatMap(({ links }) => links ?? []).filter((link) => link.mac === mac).length;
}

function leadsTo({ state }: Walk, port: LinkPlace, bridge: Link, mac: Mac): boolean {
  const beyond = segmentFrom(state, port, [{ netns: port.netns, interface: bridge.name }]);
  return beyond.some(
    (place) =>
      isHostsEnd(state, place) &&
      (place.netns !== port.netns || place.interface !== port.interface) &&
      linkOf(state.namespaces.get(place.netns) as Namespace, place.interface)?.mac === mac,
  );
}

// An interface becomes the port of a bridge, or stops being one (br_add_if, del_nbp).

import { formatMac } from "../../model/address.ts";
import type { BridgePort, BridgeState, Link, Namespace, SystemState } from "../../model/system-state.ts";
import { parseBridge, portLine } from "../../system/parse/bridge.ts";
import { changeLink, putNamespace } from "../change.ts";
import { refresh } from "./carrier.ts";

/** The state with the interface attached: a new port with every switch as the kernel sets it. */
export function attach(state: SystemState, netns: string, device: string, master: string): SystemState {
  const ns = state.namespaces.get(netns) as Namespace;
  const bridge = ns.links?.find((one) => one.name === master);
  const set = changeLink(ns, device, (one) => ({ ...one, master, slaveData: {} }));
  if (bridge?.kind !== "bridge") return refresh(putNamespace(state, set), { netns, name: device });
  const link = ns.links?.find((one) => one.name === device);
  return refresh(putNamespace(state, { ...set, bridge: withPort(ns.bridge, link, bridge) }), { netns, name: device });
}

function withPort(known: BridgeState | undefined, link: Link | undefined, bridge: Link): BridgeState | undefined {
  if (known === undefined || link === undefined) return known;
  const port = newPort(link.name, bridge.name);
  const own = link.mac === null ? [] : ownEntries(formatMac(link.mac), link.name, bridge.name);
  const pvid = Number(bridge.data.vlan_default_pvid ?? 1);
  return {
    ports: known.ports && [...known.ports, port],
    fdb: known.fdb && [...known.fdb, ...own],
    vlans:
      known.vlans && pvid !== 0
        ? [...known.vlans, { interface: link.name, id: pvid, end: pvid, pvid: true, untagged: true }]
        : known.vlans,
  };
}

function newPort(device: string, bridge: string): BridgePort {
  const port = {
    interface: device,
    bridge,
    state: "disabled",
    hairpin: false,
    isolated: false,
    locked: false,
    flood: true,
    broadcastFlood: true,
    multicastFlood: true,
    learning: true,
    neighSuppress: false,
  };
  return { ...port, line: portLine(port) };
}

function ownEntries(mac: string, ifname: string, master: string): NonNullable<BridgeState["fdb"]> {
  return parseBridge({ fdb: [{ mac, ifname, master, flags: [], state: "permanent" }] }, [], "", "")?.fdb ?? [];
}

/** The state with the interface detached: what the bridge knew of it is gone. */
export function detach(state: SystemState, netns: string, device: string): SystemState {
  const ns = state.namespaces.get(netns) as Namespace;
  const before = ns.links?.find((one) => one.name === device)?.master ?? null;
  const set = changeLink(ns, device, (one) => ({ ...one, master: null, slaveData: {} }));
  const { bridge } = set;
  const freed = bridge && {
    ports: bridge.ports?.filter((port) => port.interface !== device),
    fdb: bridge.fdb?.filter((entry) => entry.interface !== device || entry.master === null),
    vlans: bridge.vlans?.filter((vlan) => vlan.interface !== device),
  };
  const result = refresh(putNamespace(state, { ...set, bridge: freed }), { netns, name: device });
  return before === null ? result : refresh(result, { netns, name: before });
}

// An interface: up or down, with or without ARP, its MTU, its MAC address, the bridge it belongs to.

import { formatMac, parseMac } from "../model/address.ts";
import type { LinkEdit } from "../model/edit.ts";
import type { Link, Namespace, SystemState } from "../model/system-state.ts";
import { changeLink, putNamespace, withFlags } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { setUp } from "./kernel/carrier.ts";
import { changeMac } from "./kernel/mac.ts";
import { attach, detach } from "./kernel/port.ts";
import { name, option, words } from "./typed.ts";

export const link: Face<LinkEdit> = {
  apply: (state, edit) => {
    const ns = state.namespaces.get(edit.netns ?? "");
    const before = ns?.links?.find((one) => one.name === edit.device);
    if (edit.netns === null || ns === undefined || before === undefined) return null;
    let result: SystemState | null = putNamespace(state, plainly(ns, before, edit));
    if (edit.master !== undefined) result = changeMaster(result, ns, before, edit.master);
    if (result !== null && edit.up !== undefined)
      result = setUp(result, { netns: edit.netns, name: edit.device }, edit.up);
    return result;
  },
  command: (edit) =>
    words(
      `ip link set${edit.dev ? " dev" : ""} ${name(edit.device)}`,
      option("address", edit.mac),
      edit.mtu !== undefined && `mtu ${edit.mtu}`,
      edit.arp !== undefined && `arp ${edit.arp ? "on" : "off"}`,
      edit.xdp !== undefined && "xdp off",
      edit.master === null ? "nomaster" : option("master", edit.master),
      edit.up !== undefined && (edit.up ? "up" : "down"),
    ),
  undo: (edit, before) => {
    const was = before.namespaces.get(edit.netns ?? "")?.links?.find((one) => one.name === edit.device);
    // An XDP program that was taken off is in no state.
    if (was === undefined || edit.xdp !== undefined) return null;
    if ((edit.mac !== undefined && was.mac === null) || (edit.mtu !== undefined && was.mtu === null)) return null;
    return [
      {
        kind: "link",
        netns: edit.netns,
        device: edit.device,
        ...(edit.mac === undefined || was.mac === null ? {} : { mac: formatMac(was.mac) }),
        ...(edit.mtu === undefined || was.mtu === null ? {} : { mtu: was.mtu }),
        ...(edit.arp === undefined ? {} : { arp: !was.flags.has("NOARP") }),
        ...(edit.master === undefined ? {} : { master: was.master }),
        ...(edit.up === undefined ? {} : { up: was.flags.has("UP") }),
      },
    ];
  },
  keep: (edit, manager) => {
    if (edit.device === "lo" || edit.xdp !== undefined) return null;
    const section = edit.master === undefined ? "Link" : "Network";
    const lines = [
      ...(edit.up === undefined ? [] : [`ActivationPolicy=${edit.up ? "always-up" : "always-down"}`]),
      ...(edit.mtu === undefined ? [] : [`MTUBytes=${edit.mtu}`]),
      ...(edit.mac === undefined ? [] : [`MACAddress=${edit.mac}`]),
      ...(edit.arp === undefined ? [] : [`ARP=${edit.arp ? "yes" : "no"}`]),
      ...(edit.master === undefined || edit.master === null ? [] : [`Bridge=${edit.master}`]),
    ];
    if (lines.length === 0) return null;
    const netplan = [
      ...(edit.mtu === undefined ? [] : [`mtu: ${edit.mtu}`]),
      ...(edit.mac === undefined ? [] : [`macaddress: ${edit.mac}`]),
    ];
    return keepOnDevice(
      {
        device: edit.device,
        networkd: { section, lines },
        ...(edit.mtu === undefined ? {} : { nmcli: `ethernet.mtu ${edit.mtu}` }),
        ...(netplan.length === lines.length ? { netplan } : {}),
        command: link.command(edit),
      },
      manager,
    );
  },
  cost: COST.setting,
};

// What changes the interface alone, and the neighbours behind it.
function plainly(ns: Namespace, before: Link, edit: LinkEdit): Namespace {
  const mac = edit.mac === undefined ? undefined : parseMac(edit.mac);
  const changed = changeLink(ns, edit.device, (one) => ({
    ...one,
    ...(edit.mtu === undefined ? {} : { mtu: edit.mtu }),
    ...(edit.arp === undefined ? {} : { flags: withFlags(one.flags, { NOARP: !edit.arp }) }),
    ...(edit.xdp === undefined ? {} : { xdp: false }),
  }));
  const moved =
    mac === undefined || mac === null || mac === before.mac ? changed : changeMac(changed, edit.device, mac);
  const arpTurned = edit.arp !== undefined && edit.arp === before.flags.has("NOARP");
  // arp_netdev_event: neigh_changeaddr.
  return arpTurned
    ? { ...moved, neighbours: moved.neighbours?.filter((entry) => entry.interface !== edit.device) }
    : moved;
}

function changeMaster(state: SystemState, ns: Namespace, before: Link, master: string | null): SystemState | null {
  if (before.master === master) return state;
  if (master !== null && ns.links?.every((one) => one.name !== master)) return null;
  const free = before.master === null ? state : detach(state, ns.key, before.name);
  return master === null ? free : attach(free, ns.key, before.name, master);
}

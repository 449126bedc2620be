// An entry of a bridge's forwarding table.

import { parseMac } from "../model/address.ts";
import type { FdbEdit } from "../model/edit.ts";
import type { FdbEntry, Namespace } from "../model/system-state.ts";
import { parseBridge } from "../system/parse/bridge.ts";
import { changeNamespace, hasLink } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { name, words } from "./typed.ts";

export const fdb: Face<FdbEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const entries = ns.bridge?.fdb;
      if (!ns.bridge || entries === undefined || !hasLink(ns, edit.device)) return null;
      if (edit.master && masterOf(ns, edit.device) === null) return null;
      const rest = entries.filter((one) => !isMeant(one, edit));
      if (edit.verb === "del") {
        const there = rest.length < entries.length;
        return there ? { ...ns, bridge: { ...ns.bridge, fdb: rest } } : null;
      }
      if (edit.verb === "add" && rest.length < entries.length) return null;
      const made = entryBy(ns, edit);
      return made === null ? null : { ...ns, bridge: { ...ns.bridge, fdb: [...rest, made] } };
    }),
  command: (edit) =>
    words(
      `bridge fdb ${edit.verb} ${name(edit.mac)} dev ${name(edit.device)}`,
      edit.vlan !== undefined && `vlan ${edit.vlan}`,
      edit.master && "master",
      edit.state,
      edit.sticky && "sticky",
    ),
  undo: (edit, before) => {
    const entries = before.namespaces.get(edit.netns ?? "")?.bridge?.fdb;
    if (entries === undefined) return null;
    const was = entries.find((one) => isMeant(one, edit));
    const { state: _, sticky: __, ...place } = edit;
    if (was === undefined) return edit.verb === "del" ? [] : [{ ...place, verb: "del" }];
    return [
      {
        ...place,
        verb: "replace",
        state: was.local ? "permanent" : was.static ? "static" : "dynamic",
        ...(was.sticky ? { sticky: true as const } : {}),
      },
    ];
  },
  keep: (edit, manager) => {
    if (edit.verb === "del") return null;
    const networkd = {
      section: "BridgeFDB",
      lines: [`MACAddress=${edit.mac}`, `AssociatedWith=${edit.master ? "master" : "self"}`],
    };
    return keepOnDevice({ device: edit.device, networkd, command: fdb.command({ ...edit, verb: "replace" }) }, manager);
  },
  cost: COST.setting,
};

function isMeant(one: FdbEntry, edit: FdbEdit): boolean {
  return (
    one.mac === parseMac(edit.mac) &&
    one.interface === edit.device &&
    (one.master !== null) === (edit.master === true) &&
    one.vlan === (edit.vlan ?? null)
  );
}

// rtnl_fdb_add: permanent unless the words say otherwise, and the device's own without `master`.
function entryBy(ns: Namespace, edit: FdbEdit): FdbEntry | null {
  const master = masterOf(ns, edit.device);
  const state = edit.state ?? "permanent";
  const fields = {
    mac: edit.mac,
    ifname: edit.device,
    ...(edit.master ? { master } : {}),
    ...(edit.vlan === undefined ? {} : { vlan: edit.vlan }),
    flags: [...(edit.master ? [] : ["self"]), ...(edit.sticky ? ["sticky"] : [])],
    state: state === "dynamic" ? "" : state,
  };
  return parseBridge({ fdb: [fields] }, [], "", "")?.fdb?.[0] ?? null;
}

function masterOf(ns: Namespace, device: string): string | null {
  return ns.links?.find((one) => one.name === device)?.master ?? null;
}

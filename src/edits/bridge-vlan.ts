// A VLAN of a bridge port, or of the bridge itself.

import type { BridgeVlanEdit } from "../model/edit.ts";
import type { BridgeVlan } from "../model/system-state.ts";
import { changeNamespace, hasLink } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { name, words } from "./typed.ts";

export const bridgeVlan: Face<BridgeVlanEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const vlans = ns.bridge?.vlans;
      if (!ns.bridge || vlans === undefined || !hasLink(ns, edit.device)) return null;
      const rest = vlans.flatMap((one) => without(one, edit));
      if (edit.verb === "del" && rest.length === vlans.length && rest.every((one, at) => one === vlans[at]))
        return null;
      const made = {
        interface: edit.device,
        id: edit.vid,
        end: edit.vid,
        pvid: edit.pvid ?? false,
        untagged: edit.untagged ?? false,
      };
      // __vlan_add_pvid: a port has one only.
      const others = edit.pvid
        ? rest.map((one) => (one.interface === edit.device ? { ...one, pvid: false } : one))
        : rest;
      return { ...ns, bridge: { ...ns.bridge, vlans: edit.verb === "del" ? rest : [...others, made] } };
    }),
  command: (edit) =>
    words(
      `bridge vlan ${edit.verb} dev ${name(edit.device)} vid ${edit.vid}`,
      edit.pvid && "pvid",
      edit.untagged && "untagged",
      edit.self && "self",
    ),
  undo: (edit, before) => {
    const vlans = before.namespaces.get(edit.netns ?? "")?.bridge?.vlans;
    if (vlans === undefined) return null;
    const of = vlans.filter((one) => one.interface === edit.device);
    const was = of.find((one) => one.id <= edit.vid && edit.vid <= one.end);
    const { pvid: _, untagged: __, ...place } = edit;
    const again = (one: BridgeVlan, vid: number): BridgeVlanEdit => ({
      ...place,
      verb: "add",
      vid,
      ...(one.pvid ? { pvid: true } : {}),
      ...(one.untagged ? { untagged: true } : {}),
    });
    const pvid = edit.pvid ? of.find((one) => one.pvid && one.id !== edit.vid) : undefined;
    const first: BridgeVlanEdit[] = was
      ? [again(was, edit.vid)]
      : edit.verb === "add"
        ? [{ ...place, verb: "del" }]
        : [];
    return pvid === undefined ? first : [...first, again(pvid, pvid.id)];
  },
  keep: (edit, manager) => {
    if (edit.verb === "del") return null;
    const lines = [`VLAN=${edit.vid}`];
    if (edit.pvid) lines.push(`PVID=${edit.vid}`);
    if (edit.untagged) lines.push(`EgressUntagged=${edit.vid}`);
    return keepOnDevice(
      { device: edit.device, networkd: { section: "BridgeVLAN", lines }, command: bridgeVlan.command(edit) },
      manager,
    );
  },
  cost: COST.setting,
};

// A range that holds the VLAN falls into what is left of it on both sides.
function without(one: BridgeVlan, { device, vid }: BridgeVlanEdit): BridgeVlan[] {
  if (one.interface !== device || vid < one.id || vid > one.end) return [one];
  const left = vid > one.id ? [{ ...one, end: vid - 1 }] : [];
  return vid < one.end ? [...left, { ...one, id: vid + 1 }] : left;
}

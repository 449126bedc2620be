// Settings of a bridge as a whole: spanning tree, its delay, VLAN filtering.

import type { BridgeEdit } from "../model/edit.ts";
import { ownValue } from "../model/own-value.ts";
import { changeLink, changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { changePort } from "./kernel/carrier.ts";
import { name, words } from "./typed.ts";

export const bridge: Face<BridgeEdit> = {
  apply: (state, { netns, device, options }) =>
    changeNamespace(state, netns, (ns) => {
      const before = ns.links?.find((one) => one.name === device);
      if (before?.kind !== "bridge") return null;
      let changed = changeLink(ns, device, (one) => ({ ...one, data: { ...one.data, ...options } }));
      // br_port_state_selection: without a spanning tree nothing stays blocked.
      if (options.stp_state === 0 && Number(before.data.stp_state ?? 0) !== 0)
        for (const port of ns.bridge?.ports ?? [])
          if (port.bridge === device && port.state === "blocking")
            changed = changePort(changed, port.interface, (one) => ({ ...one, state: "forwarding" }));
      return changed;
    }),
  command: ({ device, options, dev }) =>
    words(
      `ip link set${dev ? " dev" : ""} ${name(device)} type bridge`,
      ...Object.entries(options).map(([key, value]) => `${key} ${value}`),
    ),
  undo: (edit, before) => {
    const was = before.namespaces.get(edit.netns ?? "")?.links?.find((one) => one.name === edit.device);
    const old = Object.keys(edit.options).map((key) => [key, ownValue(was?.data, key)] as const);
    if (old.some(([, value]) => typeof value !== "number")) return null;
    return [{ ...edit, options: Object.fromEntries(old) as BridgeEdit["options"] }];
  },
  keep: (edit, manager) => {
    const words: Readonly<Record<string, string>> = {
      stp_state: "STP",
      forward_delay: "ForwardDelaySec",
      vlan_filtering: "VLANFiltering",
    };
    const lines = Object.entries(edit.options).flatMap(([key, value]) => {
      const shown = key === "forward_delay" ? String(value / 100) : value === 0 ? "no" : "yes";
      return ownValue(words, key) === undefined ? [] : [`${ownValue(words, key)}=${shown}`];
    });
    return keepOnDevice(
      { device: edit.device, networkd: { section: "Bridge", lines }, command: bridge.command(edit) },
      manager,
    );
  },
  cost: COST.setting,
};

// Switches of a bridge port, and its state.

import type { BridgePortEdit, PortFlag } from "../model/edit.ts";
import type { BridgePort } from "../model/system-state.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { keepOnDevice } from "./keep-network.ts";
import { changePort } from "./kernel/carrier.ts";
import { name, words } from "./typed.ts";

const FIELD = {
  hairpin: "hairpin",
  learning: "learning",
  flood: "flood",
  mcast_flood: "multicastFlood",
  bcast_flood: "broadcastFlood",
  neigh_suppress: "neighSuppress",
  isolated: "isolated",
  locked: "locked",
} as const satisfies Record<PortFlag, keyof BridgePort>;

const STATES = ["disabled", "listening", "learning", "forwarding", "blocking"] as const;

export const bridgePort: Face<BridgePortEdit> = {
  apply: (state, edit) =>
    changeNamespace(state, edit.netns, (ns) => {
      const link = ns.links?.find((one) => one.name === edit.device);
      const port = ns.bridge?.ports?.find((one) => one.interface === edit.device);
      if (port === undefined) return null;
      // br_set_port_state: not by hand where the kernel's spanning tree runs, and on a port with carrier only.
      const bridge = ns.links?.find((one) => one.name === port.bridge);
      if (edit.state !== undefined && Number(bridge?.data.stp_state ?? 0) !== 0) return null;
      if (edit.state !== undefined && edit.state !== 0 && !link?.flags.has("LOWER_UP")) return null;
      return changePort(ns, edit.device, (one) => ({
        ...one,
        ...Object.fromEntries(flagsOf(edit).map(([flag, on]) => [FIELD[flag], on])),
        // br_port_state_selection: without a spanning tree nothing stays blocked.
        ...(edit.state === undefined ? {} : { state: edit.state === 4 ? "forwarding" : STATES[edit.state] }),
      }));
    }),
  command: (edit) =>
    words(
      `bridge link set dev ${name(edit.device)}`,
      ...flagsOf(edit).map(([flag, on]) => `${flag} ${on ? "on" : "off"}`),
      edit.state !== undefined && `state ${edit.state}`,
    ),
  undo: (edit, before) => {
    const was = before.namespaces.get(edit.netns ?? "")?.bridge?.ports?.find((one) => one.interface === edit.device);
    if (was === undefined) return null;
    const state = STATES.indexOf(was.state as (typeof STATES)[number]) as 0 | 1 | 2 | 3 | 4 | -1;
    return [
      {
        kind: "bridge-port",
        netns: edit.netns,
        device: edit.device,
        ...(edit.flags === undefined
          ? {}
          : { flags: Object.fromEntries(flagsOf(edit).map(([flag]) => [flag, was[FIELD[flag]]])) }),
        ...(edit.state === undefined || state < 0 ? {} : { state: state as 0 }),
      },
    ];
  },
  keep: (edit, manager) => {
    const lines = flagsOf(edit).flatMap(([flag, on]) => {
      const setting = NETWORKD[flag];
      return setting === undefined ? [] : [`${setting}=${on ? "yes" : "no"}`];
    });
    if (lines.length === 0) return null;
    return keepOnDevice(
      { device: edit.device, networkd: { section: "Bridge", lines }, command: bridgePort.command(edit) },
      manager,
    );
  },
  cost: COST.setting,
};

const NETWORKD: Readonly<Partial<Record<PortFlag, string>>> = {
  hairpin: "HairPin",
  learning: "Learning",
  flood: "UnicastFlood",
  mcast_flood: "MulticastFlood",
  neigh_suppress: "NeighborSuppression",
  isolated: "Isolated",
};

function flagsOf({ flags }: BridgePortEdit): [PortFlag, boolean][] {
  return Object.entries(flags ?? {}) as [PortFlag, boolean][];
}

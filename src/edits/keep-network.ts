// Where the managers of a host's network keep what belongs to an interface.

import type { Keep } from "../model/edit.ts";
import type { Manager } from "../model/manager.ts";

/** One setting of an interface in each manager's words; absent where a manager has none for it. */
export interface Kept {
  readonly device: string;
  /** Section and lines of systemd-networkd's .network file. */
  readonly networkd?: { readonly section: string; readonly lines: readonly string[] };
  /** Words behind `nmcli connection modify NAME`. */
  readonly nmcli?: string;
  /** Lines of netplan's YAML below the interface. */
  readonly netplan?: readonly string[];
  /** The command itself, for hosts that can only run it again. */
  readonly command: string;
}

/** What keeps a setting of an interface; without a known manager, systemd-networkd's form. */
export function keepOnDevice(kept: Kept, { network }: Manager): Keep {
  const { device } = kept;
  if (network === "NetworkManager" && kept.nmcli !== undefined)
    return {
      file: null,
      lines: [`sudo nmcli connection modify "$(nmcli -g GENERAL.CONNECTION device show ${device})" ${kept.nmcli}`],
      reload: `sudo nmcli device reapply ${device}`,
    };
  if (network === "netplan" && kept.netplan !== undefined)
    return {
      file: "/etc/netplan/90-pktwhy.yaml",
      lines: [
        "network:",
        "  version: 2",
        "  ethernets:",
        `    ${device}:`,
        ...kept.netplan.map((line) => `      ${line}`),
      ],
      reload: "sudo netplan apply",
    };
  if ((network === null || network === "networkd" || network === "netplan") && kept.networkd !== undefined)
    return {
      file: `/etc/systemd/network/10-${device}.network`,
      lines: ["[Match]", `Name=${device}`, `[${kept.networkd.section}]`, ...kept.networkd.lines],
      reload: "sudo networkctl reload",
    };
  return network === "NetworkManager" ? dispatcher(kept) : ifUp(kept);
}

// NetworkManager runs what lies there whenever an interface comes up.
function dispatcher({ device, command }: Kept): Keep {
  return {
    file: "/etc/NetworkManager/dispatcher.d/90-pktwhy",
    lines: ["#!/bin/sh", `[ "$1" = ${device} ] && [ "$2" = up ] && ${command}`],
    reload: "sudo chmod 755 /etc/NetworkManager/dispatcher.d/90-pktwhy",
  };
}

// ifupdown runs what lies there behind `ifup`; networkd-dispatcher has the like.
function ifUp({ device, command }: Kept): Keep {
  return {
    file: "/etc/network/if-up.d/pktwhy",
    lines: ["#!/bin/sh", `[ "$IFACE" = ${device} ] && ${command}`],
    reload: "sudo chmod 755 /etc/network/if-up.d/pktwhy",
  };
}

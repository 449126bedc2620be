// Files that say how interfaces are to be set up (ifupdown, netplan, ifcfg, systemd-networkd, OpenWrt): what is configured,
// which need not be what is in force.

import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { fromIfcfg, fromNetworkd } from "./assignments.ts";
import { fromInterfacesFile } from "./interfaces-file.ts";
import { fromNetplan } from "./netplan.ts";
import { fromOpenwrt } from "./openwrt.ts";
import type { Configured, ConfiguredRead } from "./written.ts";

const READERS: readonly ((lines: readonly PastedLine[]) => ConfiguredRead | null)[] = [
  fromInterfacesFile,
  fromNetplan,
  fromIfcfg,
  fromNetworkd,
  fromOpenwrt,
];

/** What the lines configure, and the block with the lines that do not. */
export function readConfigured(block: PastedBlock): { configured: readonly Configured[]; block: PastedBlock } {
  return READERS.reduce<{ configured: readonly Configured[]; block: PastedBlock }>(
    (before, reader) => {
      const read = reader(before.block.lines);
      if (read === null) return before;
      return { configured: [...before.configured, ...read.configured], block: { ...before.block, lines: read.rest } };
    },
    { configured: [], block },
  );
}

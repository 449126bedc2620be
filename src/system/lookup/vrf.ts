// VRFs: a device that gives the interfaces enslaved to it a routing table of their own.

import type { Link, Namespace } from "../../model/system-state.ts";
import { LinkIndex } from "./link-index.ts";

/** The VRF an interface is, or is enslaved to (l3mdev_master_dev_rcu); null where there is none or links are unknown. */
export function vrfOf(ns: Namespace, iface: string): Link | null {
  const links = LinkIndex.of(ns);
  const link = links.named(iface);
  if (!link) return null;
  if (link.kind === "vrf") return link;
  const master = link.master === null ? undefined : links.named(link.master);
  return master?.kind === "vrf" ? master : null;
}

/** The table of a VRF device as routes name it; null where its details were not shown. */
export function vrfTable(link: Link): string | null {
  const table = link.data.table;
  return typeof table === "number" || typeof table === "string" ? String(table) : null;
}

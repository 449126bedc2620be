// An interface with another MAC address (NETDEV_CHANGEADDR).

import { formatMac, type Mac } from "../../model/address.ts";
import type { FdbEntry, Namespace } from "../../model/system-state.ts";
import { changeLink } from "../change.ts";

/** The namespace with it: its neighbours are forgotten, and its bridge knows the new address as its own. */
export function changeMac(ns: Namespace, device: string, mac: Mac): Namespace {
  const before = ns.links?.find((one) => one.name === device)?.mac ?? null;
  const changed = changeLink(ns, device, (one) => ({ ...one, mac }));
  const { bridge } = changed;
  return {
    ...changed,
    neighbours: changed.neighbours?.filter((entry) => entry.interface !== device),
    bridge: bridge && {
      ...bridge,
      fdb: bridge.fdb?.map((entry) => (isOwn(entry, device, before) ? withMac(entry, mac) : entry)),
    },
  };
}

// br_fdb_changeaddr
function isOwn(entry: FdbEntry, device: string, mac: Mac | null): boolean {
  return entry.local && entry.master !== null && entry.interface === device && entry.mac === mac;
}

function withMac(entry: FdbEntry, mac: Mac): FdbEntry {
  return { ...entry, mac, line: entry.line.replace(/^\S+/, formatMac(mac)) };
}

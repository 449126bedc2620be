// Neighbour entries and proxy entries, from `ip -j -s neigh show nud all` and `ip -j neigh show proxy`.

import { formatIpv4, formatMac, parseMac } from "../../model/address.ts";
import type { Neighbour, Neighbour6, NeighbourProxy } from "../../model/system-state.ts";
import { addressField, type Fields, nameSet, textField } from "./shape.ts";

/** Parses the IPv4 neighbours. */
export function parseNeighbours(list: readonly Fields[]): Neighbour[] {
  return list.flatMap((fields) => {
    const address = addressField(fields, "dst");
    const iface = textField(fields, "dev");
    return address === null || iface === null ? [] : [{ address, ...entryOf(fields, formatIpv4(address), iface) }];
  });
}

/** Parses the IPv6 neighbours. */
export function parseNeighbours6(list: readonly Fields[]): Neighbour6[] {
  return list.flatMap((fields) => {
    const address = textField(fields, "dst")?.toLowerCase();
    const iface = textField(fields, "dev");
    return !address?.includes(":") || iface === null ? [] : [{ address, ...entryOf(fields, address, iface) }];
  });
}

function entryOf(fields: Fields, address: string, iface: string): Omit<Neighbour, "address"> {
  const mac = parseMac(textField(fields, "lladdr") ?? "");
  const states = nameSet(fields.state);
  const hardware = mac === null ? "" : ` lladdr ${formatMac(mac)}`;
  const line = `${address} dev ${iface}${hardware}${states.size > 0 ? ` ${[...states].join(" ")}` : ""}`;
  return { interface: iface, mac, states, line };
}

/** Parses the addresses this namespace answers for (`ip neigh add proxy`). */
export function parseNeighbourProxies(list: readonly Fields[]): NeighbourProxy[] {
  return list.flatMap((fields) => {
    const address = addressField(fields, "dst");
    if (address === null) return [];
    const iface = textField(fields, "dev");
    return [
      { interface: iface, address, line: `${formatIpv4(address)}${iface === null ? "" : ` dev ${iface}`} proxy` },
    ];
  });
}

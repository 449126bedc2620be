// Neighbour entries and proxy entries, from `ip -j -s neigh show nud all` and `ip -j neigh show proxy`.

import { formatIpv4, formatMac, parseMac } from "../../model/address.ts";
import type { Neighbour, NeighbourProxy } from "../../model/system-state.ts";
import { addressField, type Fields, nameSet, textField } from "./shape.ts";

/** Parses the IPv4 neighbours. */
export function parseNeighbours(list: readonly Fields[]): Neighbour[] {
  return list.flatMap((fields) => {
    const address = addressField(fields, "dst");
    const iface = textField(fields, "dev");
    if (address === null || iface === null) return [];
    const mac = parseMac(textField(fields, "lladdr") ?? "");
    const states = nameSet(fields.state);
    const hardware = mac === null ? "" : ` lladdr ${formatMac(mac)}`;
    const line = `${formatIpv4(address)} dev ${iface}${hardware}${states.size > 0 ? ` ${[...states].join(" ")}` : ""}`;
    return [{ interface: iface, address, mac, states, line }];
  });
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

// Bridge ports, forwarding database and VLANs, from `bridge -j -d link`, `bridge -j -d -s fdb` and `bridge -j -d vlan`.

import { formatMac, parseMac } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { BridgePort, BridgeState, BridgeVlan, FdbEntry, Link } from "../../model/system-state.ts";
import {
  type Fields,
  isFields,
  listField,
  nameSet,
  needFields,
  needList,
  numberField,
  switchField,
  textField,
} from "./shape.ts";

/** Parses what is known of bridging; without the `bridge` tool the ports are read off `ip -d link`. */
export function parseBridge(
  value: unknown,
  links: readonly Link[] | undefined,
  place: string,
  what: string,
): BridgeState | undefined {
  const fields = value === undefined ? {} : needFields(value, place, what);
  const list = (key: string) =>
    ownValue(fields, key) === undefined ? undefined : needList(ownValue(fields, key), place, `${what}.${key}`);
  const ports = list("link")?.flatMap(parsePort) ?? links?.flatMap(portOfLink);
  if (value === undefined && (ports === undefined || ports.length === 0)) return undefined;
  return { ports, fdb: list("fdb")?.flatMap(parseFdbEntry), vlans: list("vlan")?.flatMap(parseVlans) };
}

function parsePort(fields: Fields): BridgePort[] {
  const iface = textField(fields, "ifname");
  const bridge = textField(fields, "master");
  return iface === null || bridge === null ? [] : [port(fields, iface, bridge)];
}

function portOfLink(link: Link): BridgePort[] {
  const isPort = link.master !== null && typeof link.slaveData.state === "string" && "hairpin" in link.slaveData;
  return isPort ? [port(link.slaveData, link.name, link.master as string)] : [];
}

function port(fields: Fields, iface: string, bridge: string): BridgePort {
  const result = {
    interface: iface,
    bridge,
    state: textField(fields, "state") ?? "forwarding",
    hairpin: switchField(fields, "hairpin", false),
    isolated: switchField(fields, "isolated", false),
    locked: switchField(fields, "locked", false),
    flood: switchField(fields, "flood", true),
    broadcastFlood: switchField(fields, "bcast_flood", true),
    multicastFlood: switchField(fields, "mcast_flood", true),
    learning: switchField(fields, "learning", true),
    neighSuppress: switchField(fields, "neigh_suppress", false),
  };
  return { ...result, line: portLine(result) };
}

/** As `bridge -d link`, but only the switches that are not as the kernel sets them for a new port. */
export function portLine(p: Omit<BridgePort, "line">): string {
  const switches: [string, boolean, boolean][] = [
    ["hairpin", p.hairpin, false],
    ["learning", p.learning, true],
    ["flood", p.flood, true],
    ["mcast_flood", p.multicastFlood, true],
    ["bcast_flood", p.broadcastFlood, true],
    ["neigh_suppress", p.neighSuppress, false],
    ["isolated", p.isolated, false],
    ["locked", p.locked, false],
  ];
  const changed = switches
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => ` ${name} ${value ? "on" : "off"}`);
  return `${p.interface} master ${p.bridge} state ${p.state}${changed.join("")}`;
}

function parseFdbEntry(fields: Fields): FdbEntry[] {
  const mac = parseMac(textField(fields, "mac") ?? "");
  const iface = textField(fields, "ifname");
  if (mac === null || iface === null) return [];
  const flags = nameSet(fields.flags);
  const state = textField(fields, "state") ?? "";
  const master = textField(fields, "master");
  const vlan = numberField(fields, "vlan");
  const destination = textField(fields, "dst");
  const line = [formatMac(mac), `dev ${iface}`];
  if (destination !== null) line.push(`dst ${destination}`);
  if (vlan !== null) line.push(`vlan ${vlan}`);
  if (master !== null) line.push(`master ${master}`);
  line.push(...flags);
  if (state !== "") line.push(state);
  return [
    {
      mac,
      interface: iface,
      master,
      vlan,
      local: state === "permanent",
      static: state === "static",
      sticky: flags.has("sticky"),
      destination,
      line: line.join(" "),
    },
  ];
}

function parseVlans(fields: Fields): BridgeVlan[] {
  const iface = textField(fields, "ifname");
  if (iface === null) {
    // iproute2 before 4.20: {"veth0":[…]}
    return Object.entries(fields).flatMap(([name, list]) =>
      Array.isArray(list) ? list.filter(isFields).flatMap((entry) => parseVlan(entry, name)) : [],
    );
  }
  return listField(fields, "vlans").flatMap((entry) => parseVlan(entry, iface));
}

function parseVlan(entry: Fields, iface: string): BridgeVlan[] {
  const id = numberField(entry, "vlan");
  if (id === null) return [];
  const flags = nameSet(entry.flags);
  return [
    {
      interface: iface,
      id,
      end: numberField(entry, "vlanEnd") ?? id,
      pvid: flags.has("PVID"),
      untagged: flags.has("Egress Untagged") || flags.has("untagged"),
    },
  ];
}

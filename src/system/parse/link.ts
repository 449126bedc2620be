// Links and their addresses, from `ip -j -d -s link` and `ip -j -d addr`.

import { formatIpv4, parseMac } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { InterfaceAddress, Link } from "../../model/system-state.ts";
import { unreadAttribute } from "../attributes.ts";
import {
  addressField,
  type Fields,
  isFields,
  isSet,
  listField,
  nameField,
  nameSet,
  numberField,
  textField,
} from "./shape.ts";

/** Parses the links of one namespace; entries without a name (iproute2 prints `{}` for those it filtered) are passed over. */
export function parseLinks(list: readonly Fields[]): Link[] {
  const names = new Set(list.map((fields) => textField(fields, "ifname")));
  return list.flatMap((fields) => {
    const name = textField(fields, "ifname");
    return name === null ? [] : [parseLink(fields, name, names)];
  });
}

function parseLink(fields: Fields, name: string, names: ReadonlySet<string | null>): Link {
  const info = asFields(fields.linkinfo);
  const flags = nameSet(fields.flags);
  const printed = textField(fields, "link");
  // `if7` is how iproute2 names an index that no interface here has.
  const unnamed = printed !== null && !names.has(printed) ? /^if(\d+)$/.exec(printed) : null;
  const linkName = unnamed ? null : printed;
  const linkIndex = unnamed ? Number(unnamed[1]) : numberField(fields, "link_index");
  const group = nameField(fields, "group");
  const xdp = fields.xdp;
  const unread =
    unreadAttribute("link", fields) ?? unreadAttribute("link.bridge_slave", asFields(info.info_slave_data));
  const link = {
    index: numberField(fields, "ifindex") ?? 0,
    name,
    flags,
    mtu: numberField(fields, "mtu"),
    operstate: textField(fields, "operstate"),
    mac: parseMac(textField(fields, "address") ?? ""),
    isLoopback: textField(fields, "link_type") === "loopback" || flags.has("LOOPBACK"),
    master: textField(fields, "master"),
    kind: textField(info, "info_kind"),
    data: asFields(info.info_data),
    slaveData: asFields(info.info_slave_data),
    linkIndex,
    linkName,
    linkNetnsid: numberField(fields, "link_netnsid"),
    linkNetnsName: textField(fields, "link_netns"),
    promiscuity: numberField(fields, "promiscuity") ?? 0,
    xdp: xdp !== undefined && xdp !== null && !(isFields(xdp) && xdp.mode === 0),
    ...(group === null ? {} : { group }),
    ...(unread === null ? {} : { unread }),
    statistics: parseStatistics(fields.stats64 ?? fields.stats),
  };
  return { ...link, line: linkLine(link) };
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

// What `ip` calls by a shorter name.
const LONGER: Readonly<Record<string, string>> = { otherhost: "otherhost_dropped" };

// {"rx":{"bytes":1},"tx":{…}} to rx_bytes as /sys/class/net/IF/statistics names it.
function parseStatistics(value: unknown): Map<string, number> | undefined {
  if (!isFields(value)) return undefined;
  const result = new Map<string, number>();
  for (const direction of ["rx", "tx"]) {
    for (const [key, count] of Object.entries(asFields(ownValue(value, direction)))) {
      if (typeof count === "number") result.set(`${direction}_${ownValue(LONGER, key) ?? key}`, count);
    }
  }
  return result;
}

/** A link as `ip link` shows it on its first line, without queues and groups. */
export function linkLine(
  link: Pick<Link, "name" | "flags" | "mtu" | "operstate" | "master" | "linkName" | "linkIndex">,
): string {
  const end = link.linkName ?? (link.linkIndex === null ? null : `if${link.linkIndex}`);
  const parts = [`${end === null ? link.name : `${link.name}@${end}`}:`, `<${[...link.flags].join(",")}>`];
  if (link.mtu !== null) parts.push(`mtu ${link.mtu}`);
  if (link.master !== null) parts.push(`master ${link.master}`);
  if (link.operstate !== null) parts.push(`state ${link.operstate}`);
  return parts.join(" ");
}

/** Parses the IPv4 addresses of one namespace. */
export function parseAddresses(list: readonly Fields[]): InterfaceAddress[] {
  return list.flatMap((fields) => {
    const name = textField(fields, "ifname");
    if (name === null) return [];
    return listField(fields, "addr_info").flatMap((info) => parseAddress(info, name));
  });
}

/** The IPv6 addresses of one namespace, and where they are. */
export function parseAddresses6(list: readonly Fields[]): { interface: string; local: string }[] {
  return list.flatMap((fields) => {
    const name = textField(fields, "ifname");
    if (name === null) return [];
    return listField(fields, "addr_info").flatMap((info) => {
      const local = info.family === "inet6" ? textField(info, "local") : null;
      return local === null ? [] : [{ interface: name, local: local.toLowerCase() }];
    });
  });
}

function parseAddress(info: Fields, iface: string): InterfaceAddress[] {
  const local = addressField(info, "local");
  if (local === null || (info.family !== undefined && info.family !== "inet")) return [];
  const address = {
    interface: iface,
    local,
    prefixLength: numberField(info, "prefixlen") ?? 32,
    peer: addressField(info, "address"),
    broadcast: addressField(info, "broadcast"),
    scope: nameField(info, "scope") ?? "global",
    secondary: isSet(info, "secondary"),
    noprefixroute: isSet(info, "noprefixroute"),
    autojoin: isSet(info, "autojoin"),
  };
  return [{ ...address, line: addressLine(address, textField(info, "label") ?? iface) }];
}

/** An address as `ip addr` shows it. */
function addressLine(address: Omit<InterfaceAddress, "line">, label: string): string {
  const own = formatIpv4(address.local);
  const parts = ["inet"];
  parts.push(
    address.peer === null
      ? `${own}/${address.prefixLength}`
      : `${own} peer ${formatIpv4(address.peer)}/${address.prefixLength}`,
  );
  if (address.broadcast !== null) parts.push(`brd ${formatIpv4(address.broadcast)}`);
  parts.push(`scope ${address.scope}`);
  if (address.secondary) parts.push("secondary");
  if (address.noprefixroute) parts.push("noprefixroute");
  return [...parts, label].join(" ");
}

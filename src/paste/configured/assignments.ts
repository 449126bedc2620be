// Files of assignments: Red Hat's ifcfg-NAME, and systemd-networkd's NAME.network.

import type { PastedLine } from "../clean.ts";
import { maskLength } from "../state/route-text.ts";
import { type Configured, type ConfiguredRead, MOST, type Written } from "./written.ts";

const IFCFG =
  /^\s*(DEVICE|NAME|BOOTPROTO|ONBOOT|TYPE|UUID|HWADDR|MACADDR|IPADDR\d*|NETMASK\d*|PREFIX\d*|GATEWAY\d*|NETWORK|BROADCAST|DNS\d|DOMAIN|DEFROUTE|PEERDNS|PEERROUTES|BRIDGE|MASTER|SLAVE|VLAN|MTU|ZONE|STP|DELAY|ARPCHECK|NM_CONTROLLED|USERCTL|PROXY_METHOD|BROWSER_ONLY|IPV[46]\w*|BONDING_\w+|DHCP_\w+)=\s*"?([^"]*)"?\s*$/;

type Pairs = readonly { readonly key: string; readonly written: Written }[];

/** Reads one or several; each begins where a name is given anew. */
export function fromIfcfg(lines: readonly PastedLine[]): ConfiguredRead | null {
  const isOne = lines.filter(({ text }) => IFCFG.test(text)).length >= 3;
  if (!isOne || !lines.some(({ text }) => /^\s*(?:DEVICE|BOOTPROTO|IPADDR)/.test(text))) return null;
  const files: Pairs[] = [[]];
  const rest: PastedLine[] = [];
  for (const line of lines) {
    const [, key, value = ""] = IFCFG.exec(line.text) ?? [];
    if (key === undefined) {
      rest.push(line);
      continue;
    }
    const open = files.at(-1) ?? [];
    const pair = { key, written: { value: value.trim(), number: line.number } };
    // The same key again is another file's.
    if (open.some((one) => one.key === key)) files.push([pair]);
    else files[files.length - 1] = [...open, pair];
  }
  return { configured: files.slice(0, MOST).flatMap((file) => ifcfgOf(file, files.slice(0, MOST)) ?? []), rest };
}

function ifcfgOf(pairs: Pairs, files: readonly Pairs[]): Configured | null {
  const nameOf = (file: Pairs): Written | undefined =>
    (file.find(({ key }) => key === "DEVICE") ?? file.find(({ key }) => key === "NAME"))?.written;
  const name = nameOf(pairs);
  if (name === undefined) return null;
  const first = (pattern: RegExp): string => pairs.find(({ key }) => pattern.test(key))?.written.value ?? "";
  const all = (pattern: RegExp): Written[] => pairs.flatMap(({ key, written }) => (pattern.test(key) ? [written] : []));
  const length = first(/^PREFIX\d*$/) || maskLength(first(/^NETMASK\d*$/));
  return {
    file: `ifcfg-${name.value}`,
    name: name.value,
    number: pairs[0]?.written.number ?? name.number,
    addresses: all(/^IPADDR\d*$/).map(({ value, number }) => ({
      value: length === null || length === "" ? value : `${value}/${length}`,
      number,
    })),
    gateways: all(/^GATEWAY\d*$/),
    ports: files.flatMap((file) => {
      const port = nameOf(file);
      const bridge = file.find(({ key, written }) => key === "BRIDGE" && written.value === name.value);
      return port === undefined || bridge === undefined ? [] : [{ value: port.value, number: bridge.written.number }];
    }),
    dynamic: /dhcp/i.test(first(/^BOOTPROTO$/)),
  };
}

const SECTION = /^\s*\[(Match|Network|Address|Route|Link|NetDev|DHCPv4|DHCP|RoutingPolicyRule|Bridge|VLAN|Bond)\]\s*$/;
const ASSIGNED = /^\s*([A-Z]\w+)=(.*)$/;

/** Reads one or several; each begins with its [Match]. */
export function fromNetworkd(lines: readonly PastedLine[]): ConfiguredRead | null {
  if (
    !lines.some(({ text }) => /^\s*\[Match\]\s*$/.test(text)) ||
    !lines.some(({ text }) => /^\s*\[Network\]/.test(text))
  )
    return null;
  const files: { section: string; key: string; written: Written }[][] = [];
  const rest: PastedLine[] = [];
  let section: string | null = null;
  for (const line of lines) {
    const begun = SECTION.exec(line.text)?.[1];
    const [, key, value = ""] = ASSIGNED.exec(line.text) ?? [];
    if (begun !== undefined) {
      section = begun;
      if (begun === "Match") files.push([]);
    } else if (key !== undefined && section !== null)
      files.at(-1)?.push({ section, key, written: { value: value.trim(), number: line.number } });
    else if (section === null || !/^\s*(?:[#;]|$)/.test(line.text)) {
      section = null;
      rest.push(line);
    }
  }
  const ofKey = (file: (typeof files)[number], key: string, within: string): Written[] =>
    file.flatMap((one) => (one.key === key && (within === "" || one.section === within) ? [one.written] : []));
  const few = files.slice(0, MOST);
  const configured = few.flatMap((file): Configured[] => {
    const name = ofKey(file, "Name", "Match")[0];
    if (name === undefined) return [];
    const to = file.findIndex((one) => one.section === "Route" && one.key === "Destination");
    return [
      {
        file: `${name.value}.network`,
        name: name.value,
        number: name.number,
        addresses: ofKey(file, "Address", "").filter(({ value }) => !value.includes(":")),
        gateways: ofKey(file, "Gateway", to < 0 ? "" : "Network").filter(({ value }) => !value.includes(":")),
        ports: few.flatMap((other) =>
          ofKey(other, "Bridge", "Network").flatMap((bridge) =>
            bridge.value === name.value
              ? ofKey(other, "Name", "Match").map(({ value }) => ({ value, number: bridge.number }))
              : [],
          ),
        ),
        dynamic: ofKey(file, "DHCP", "Network").some(({ value }) => !/^(?:no|false|ipv6)$/.test(value)),
      },
    ];
  });
  return { configured, rest };
}

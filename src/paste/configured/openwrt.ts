// OpenWrt's /etc/config/network: sections of options and lists.

import type { PastedLine } from "../clean.ts";
import { maskLength } from "../state/route-text.ts";
import { type Configured, type ConfiguredRead, MOST, type Written } from "./written.ts";

const SECTION = /^\s*config\s+(\S+)(?:\s+'?([^']+?)'?)?\s*$/;
const OPTION = /^\s*(option|list)\s+(\S+)\s+(.+?)\s*$/;

interface Section {
  readonly type: string;
  readonly name: string;
  readonly number: number;
  readonly options: { readonly key: string; readonly written: Written }[];
}

/** Reads it. */
export function fromOpenwrt(lines: readonly PastedLine[]): ConfiguredRead | null {
  if (!lines.some(({ text }) => /^\s*config\s+(?:interface|device|bridge-vlan)\b/.test(text))) return null;
  const sections: Section[] = [];
  const rest: PastedLine[] = [];
  for (const line of lines) {
    const [, type, name = ""] = SECTION.exec(line.text) ?? [];
    const [, , key, value = ""] = OPTION.exec(line.text) ?? [];
    if (type !== undefined) sections.push({ type, name, number: line.number, options: [] });
    else if (key !== undefined && sections.length > 0)
      sections.at(-1)?.options.push({
        key,
        written: { value: value.replace(/^["']|["']$/g, ""), number: line.number },
      });
    else rest.push(line);
  }
  const devices = sections.filter(({ type }) => type === "device");
  const configured = sections.slice(0, MOST).flatMap((section) => interfaceOf(section, devices.slice(0, MOST)) ?? []);
  return { configured, rest };
}

function of({ options }: Section, ...keys: readonly string[]): Written[] {
  return options.flatMap(({ key, written }) => (keys.includes(key) ? [written] : []));
}

function interfaceOf(section: Section, devices: readonly Section[]): Configured | null {
  const { type, name, number } = section;
  if (type !== "interface" || name === "loopback") return null;
  const bridged = of(section, "type")[0]?.value === "bridge";
  const own = of(section, "device", "ifname")[0];
  const device = bridged ? `br-${name}` : (own?.value ?? name);
  const below = devices.find((one) => of(one, "name")[0]?.value === device);
  const length = maskLength(of(section, "netmask")[0]?.value ?? "");
  const split = ({ value, number: at }: Written): Written[] =>
    value.split(/\s+/).map((one) => ({ value: one, number: at }));
  return {
    file: "/etc/config/network",
    name: device,
    number,
    addresses: of(section, "ipaddr").map(({ value, number: at }) => ({
      value: value.includes("/") || length === null ? value : `${value}/${length}`,
      number: at,
    })),
    gateways: of(section, "gateway"),
    ports: [...(bridged ? of(section, "ifname") : []), ...(below === undefined ? [] : of(below, "ports", "ifname"))]
      .flatMap(split)
      .filter(({ value }) => !value.startsWith("@")),
    dynamic: /^(?:dhcp|pppoe|ppp|wwan|qmi|ncm|3g|dhcpv6)$/.test(of(section, "proto")[0]?.value ?? ""),
  };
}

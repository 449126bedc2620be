// /etc/network/interfaces, as Debian's ifupdown and Proxmox VE read it (interfaces(5)).

import type { PastedLine } from "../clean.ts";
import { maskLength } from "../state/route-text.ts";
import { type Configured, type ConfiguredRead, MOST, type Written } from "./written.ts";

const FILE = "/etc/network/interfaces";
const STANZA = /^\s*iface\s+(\S+)\s+(inet6?)\s+(\S+)/;
const AROUND = /^\s*(?:auto|allow-\S+|source(?:-directory)?|mapping|no-auto-down|no-scripts)\s+\S/;
const OPTION =
  /^\s*(address|netmask|gateway|broadcast|network|mtu|hwaddress|metric|scope|pointopoint|(?:pre-|post-)?(?:up|down)|(?:dns|bridge|bond|vlan|wpa|wireless|ovs|vxlan)[-_]\S+|slaves|mode|tunnel\S*|vlan\S*)\s+(\S.*)$/;

interface Stanza {
  readonly name: string;
  readonly number: number;
  readonly family: string;
  readonly method: string;
  readonly options: { readonly key: string; readonly written: Written }[];
}

/** Reads it; lines in between that are something else are left. */
export function fromInterfacesFile(lines: readonly PastedLine[]): ConfiguredRead | null {
  if (!lines.some(({ text }) => STANZA.test(text))) return null;
  const stanzas: Stanza[] = [];
  const rest: PastedLine[] = [];
  let isInside = false;
  for (const line of lines) {
    const { text, number } = line;
    const [, name, family = "", method = ""] = STANZA.exec(text) ?? [];
    const [, key, value = ""] = OPTION.exec(text) ?? [];
    const last = stanzas.at(-1);
    if (name !== undefined) {
      stanzas.push({ name, number, family, method, options: [] });
      isInside = true;
    } else if (key !== undefined && last !== undefined && isInside)
      last.options.push({ key: key.replaceAll("_", "-"), written: { value: value.trim(), number } });
    else if (!AROUND.test(text) && !(isInside && /^\s*#/.test(text))) {
      if (text.trim() !== "") isInside = false;
      rest.push(line);
    }
  }
  const told = stanzas.filter(({ family, name }) => family === "inet" && name !== "lo");
  return { configured: told.slice(0, MOST).map(configuredOf), rest };
}

function configuredOf({ name, number, method, options }: Stanza): Configured {
  const all = (key: string): Written[] => options.flatMap((one) => (one.key === key ? [one.written] : []));
  const length = maskLength(all("netmask")[0]?.value ?? "") ?? all("netmask")[0]?.value;
  return {
    file: FILE,
    name,
    number,
    addresses: all("address").map(({ value, number: at }) => ({
      value: value.includes("/") || length === undefined ? value : `${value}/${length}`,
      number: at,
    })),
    gateways: all("gateway"),
    ports: all("bridge-ports").flatMap(({ value, number: at }) =>
      value.split(/\s+/).flatMap((port) => (/^(?:none|all|regex.*)$/.test(port) ? [] : [{ value: port, number: at }])),
    ),
    dynamic: method !== "static" && method !== "manual",
  };
}

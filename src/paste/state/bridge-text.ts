// Bridge ports, forwarding database and VLANs as `bridge` and `brctl` print them.

import { parseMac } from "../../model/address.ts";
import { putOwn } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";

/** A first line of `bridge link`; null where the line is none. */
export function bridgeLinkFields(line: string): Fields | null {
  const match = /^\d+: ([^\s:@]+)(?:@[^\s:]+)?:? .{0,200}?\bmaster (\S+) state (\w+) priority (\d+)/.exec(line);
  return match ? { ifname: match[1], master: match[2], state: match[3], priority: Number(match[4]) } : null;
}

/** The switches of `bridge -d link` and of `bridge_slave` in `ip -d link`: `hairpin off … learning on`. */
export function switchFields(line: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const words = line.trim().split(/\s+/);
  for (let at = 0; at + 1 < words.length; at++) {
    const value = words[at + 1] as string;
    if (value !== "on" && value !== "off") continue;
    putOwn(fields, words[at] as string, value === "on");
    at++;
  }
  return fields;
}

/** A line of `bridge fdb`; null where the line is none. */
export function fdbFields(line: string): Fields | null {
  const words = line.trim().split(/\s+/);
  if (parseMac(words[0] ?? "") === null || words[1] !== "dev" || words[2] === undefined) return null;
  const fields: Record<string, unknown> = { mac: words[0], ifname: words[2], state: "" };
  const flags: string[] = [];
  for (let at = 3; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "dst" || word === "master" || word === "vlan") {
      const value = words[++at] ?? "";
      fields[word] = word === "vlan" ? Number(value) : value;
    } else if (word === "permanent" || word === "static" || word === "stale") fields.state = word;
    else if (["self", "router", "extern_learn", "offload", "sticky", "locked"].includes(word)) flags.push(word);
    else if (["used", "port", "vni", "via"].includes(word)) at++;
  }
  return { ...fields, flags };
}

/** Lines of `bridge vlan`: each port with its VLANs; empty where the lines are no such table. */
export function vlanTable(lines: readonly string[]): Fields[] {
  const ports: { ifname: string; vlans: Fields[] }[] = [];
  for (const line of lines) {
    if (/^port\s+vlan/.test(line) || line.trim() === "") continue;
    const match = /^(\S*)\s+(\d+)(?:-(\d+))?((?: +[A-Za-z]+)*)\s*$/.exec(line.replace(/\t/g, " "));
    if (!match) {
      const alone = /^(\S+)(?:\s+None)?\s*$/.exec(line);
      if (alone) ports.push({ ifname: alone[1] as string, vlans: [] });
      continue;
    }
    if (match[1] !== "") ports.push({ ifname: match[1] as string, vlans: [] });
    const words = (match[4] as string).trim();
    const flags = [
      ...(words.includes("PVID") ? ["PVID"] : []),
      ...(words.includes("Egress Untagged") ? ["Egress Untagged"] : []),
    ];
    ports
      .at(-1)
      ?.vlans.push({ vlan: Number(match[2]), ...(match[3] === undefined ? {} : { vlanEnd: Number(match[3]) }), flags });
  }
  return ports;
}

/** Lines of `brctl show`: each bridge with its ports. */
export function brctlTable(lines: readonly string[]): { bridge: string; ports: string[] }[] {
  const bridges: { bridge: string; ports: string[] }[] = [];
  for (const line of lines) {
    if (/^bridge name\s/.test(line) || line.trim() === "") continue;
    const words = line.trim().split(/\s+/);
    if (/^\s/.test(line)) {
      if (words.length === 1) bridges.at(-1)?.ports.push(words[0] as string);
    } else if (/^[0-9a-f]{4}\.[0-9a-f]{12}$/i.test(words[1] ?? "")) {
      bridges.push({ bridge: words[0] as string, ports: words.slice(3) });
    }
  }
  return bridges;
}

// Cuts the collector's output into the parts of a state file.

import { ownValue, putOwn } from "../model/own-value.ts";
import { PARTLY } from "./partly.ts";
import { salvagedJson } from "./salvage-json.ts";
import type { NamespaceFile } from "./state-file.ts";

const JSON_PARTS = new Set([
  "link",
  "addr",
  "route",
  "routeCache",
  "rule",
  "neigh",
  "neighProxy",
  "nexthop",
  "nsid",
  "qdisc",
  "nft",
]);
const TEXT_PARTS = new Set(["arptables", "ebtables", "conntrack", "xfrm", "wireguard", "sockets"]);

interface Part {
  readonly output: string;
  readonly status: number;
  readonly error: string;
}

/**
 * Builds one namespace of a state file from what the script printed; a part that failed goes to `missing`. Null where one
 * process was to answer several questions and did not answer each: which of them failed, only asking singly can tell.
 */
export function namespaceFromOutput(output: string, mark: string): NamespaceFile | null {
  const parts = apart(cut(output, mark));
  if (parts === null) return null;
  const file: NamespaceFile = {};
  const missing: Record<string, string> = {};
  for (const [key, part] of parts) {
    if (key === "done") continue;
    const reason = part.status === 0 ? place(file, key, part.output) : reasonOf(part);
    if (reason !== null) putOwn(missing, key, reason);
  }
  if (!parts.has("done")) missing.namespace = "the collector was cut short";
  if (missing["iptables.nft"] !== undefined && missing["iptables.nft"] === missing["iptables.legacy"]) {
    missing.iptables = missing["iptables.nft"];
    delete missing["iptables.nft"];
    delete missing["iptables.legacy"];
  }
  file.missing = missing;
  return file;
}

// Several keys stand over one line of JSON each; the last may be text of any length.
function apart(parts: ReadonlyMap<string, Part>): Map<string, Part> | null {
  const single = new Map<string, Part>();
  for (const [keys, part] of parts) {
    const [first = "", ...others] = keys.split(" ");
    if (others.length === 0) {
      single.set(first, part);
      continue;
    }
    const last = others.pop() as string;
    const lines = part.output.split("\n");
    const rest = lines.splice(others.length + 1).join("\n");
    const failed = part.status !== 0 || lines.length <= others.length || lines.some((line) => !line.startsWith("["));
    if (failed || (!TEXT_PARTS.has(last) && !/^\[.*\n?$/.test(rest))) return null;
    for (const [at, key] of [first, ...others].entries()) single.set(key, { ...part, output: lines[at] as string });
    single.set(last, { ...part, output: rest });
  }
  return single;
}

function cut(output: string, mark: string): Map<string, Part> {
  const parts = new Map<string, Part>();
  let key: string | null = null;
  let body = "";
  // Each mark starts a line: "MARK key" or "MARK = status error", the error possibly over several lines.
  for (const chunk of output.split(`\n${mark} `).slice(1)) {
    const end = /^= (\d+) ?([\s\S]*)$/.exec(chunk);
    if (end) {
      if (key !== null) parts.set(key, { output: body, status: Number(end[1]), error: (end[2] ?? "").trim() });
      key = null;
      continue;
    }
    const newline = chunk.indexOf("\n");
    key = newline < 0 ? chunk : chunk.slice(0, newline);
    body = newline < 0 ? "" : chunk.slice(newline + 1);
  }
  return parts;
}

function reasonOf(part: Part): string {
  if (part.status === 127) return "not installed";
  const line = part.error.split("\n")[0]?.trim();
  return line ? line : `ended with status ${part.status}`;
}

// Puts a part in its place; returns why it cannot be used, else null.
function place(file: NamespaceFile, key: string, output: string): string | null {
  if (key === "sysctl") {
    file.sysctl = sysctls(output);
    const counted = output.split("\n").flatMap((line) => COUNTERS.exec(line)?.[1] ?? []);
    if (counted.length > 0) file.counters = counters(counted);
    for (const [part, at] of SOCKETS) {
      const listed = output.split("\n").flatMap((line) => at.exec(line)?.[1] ?? []);
      if (listed.length > 1) file[part] = listed.join("\n");
    }
    return null;
  }
  if (key === "socketTables") {
    file.socketTables = socketTables(output);
    return null;
  }
  if (TEXT_PARTS.has(key)) {
    file[key as "arptables"] = output;
    return null;
  }
  const [group, sub] = key.split(".");
  if (group === "iptables" && sub !== undefined) {
    file.iptables = { ...file.iptables, [sub]: output };
    return null;
  }
  const salvaged = output.trim() === "" ? { value: [], lost: 0 } : salvagedJson(output);
  if (salvaged === null) return "its output was no JSON";
  const json = salvaged.value;
  if (group === "bridge" && sub !== undefined) file.bridge = { ...file.bridge, [sub]: json };
  else if (JSON_PARTS.has(key)) file[key as "link"] = json;
  return salvaged.lost === 0
    ? null
    : `${PARTLY}${salvaged.lost} of its entries ${salvaged.lost === 1 ? "was" : "were"} no JSON`;
}

/** JSON as iproute2 prints it: nothing at all for an empty list; undefined where it is none. */
export function parseJson(output: string): unknown {
  if (output.trim() === "") return [];
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

// "/proc/sys/net/ipv4/conf/veth0.1/rp_filter:1" to "net.ipv4.conf.veth0/1.rp_filter": 1, as `sysctl -a` prints it.
function sysctls(output: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const line of output.split("\n")) {
    const colon = line.indexOf(":");
    if (!line.startsWith("/proc/sys/") || colon < 0) continue;
    const names = line.slice("/proc/sys/".length, colon).split("/");
    const key = names.map((name) => name.replaceAll(".", "/")).join(".");
    const value = line.slice(colon + 1);
    putOwn(result, key, ownValue(result, key) === undefined ? value : `${ownValue(result, key)}\n${value}`);
  }
  return result;
}

// Of an empty list there is a heading only; without the module there is no file, and no such socket either.
const SOCKETS = [
  ["packetSockets", /^\/proc\/self\/net\/packet:(.*)$/],
  ["rawSockets", /^\/proc\/self\/net\/raw:(.*)$/],
] as const;

// Each line behind the name of its file; the headings of UDP's have none of what a line of a socket has.
function socketTables(output: string): NonNullable<NamespaceFile["socketTables"]> {
  const of = (table: string): string =>
    output
      .split("\n")
      .flatMap((line) => (line.startsWith(`/proc/self/net/${table}:`) ? [line.slice(line.indexOf(":") + 1)] : []))
      .join("\n");
  return { tcp: of("tcp"), tcp6: of("tcp6"), udp: of("udp"), udp6: of("udp6") };
}

// Pairs of lines "Ip: Forwarding …" / "Ip: 1 …"; nstat writes group and name without a separator.
const COUNTERS = /^\/proc\/self\/net\/(?:snmp|netstat):(.*)$/;

function counters(lines: readonly string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (let index = 0; index + 1 < lines.length; index++) {
    const names = (lines[index] ?? "").split(/\s+/);
    const values = (lines[index + 1] ?? "").split(/\s+/);
    if (names[0] === "" || names[0] !== values[0] || !/^-?\d+$/.test(values[1] ?? "") || /^-?\d+$/.test(names[1] ?? ""))
      continue;
    const group = (names[0] ?? "").replace(/:$/, "");
    for (let column = 1; column < names.length; column++) {
      const value = Number(values[column]);
      if (names[column] && Number.isFinite(value)) putOwn(result, `${group}${names[column]}`, value);
    }
    index++;
  }
  return result;
}

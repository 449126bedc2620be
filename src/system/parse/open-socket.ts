// Packet and raw sockets, from /proc/net/packet and /proc/net/raw.

import type { Link, OpenSocket } from "../../model/system-state.ts";
import { type Fields, textField } from "./shape.ts";

const EVERY_PROTOCOL = 3;
const ETHER_NAMES: Readonly<Record<number, string>> = {
  [EVERY_PROTOCOL]: "*",
  2048: "ip",
  2054: "arp",
  34525: "ipv6",
  35020: "lldp",
};
const IP_NAMES: Readonly<Record<number, string>> = { 1: "icmp", 2: "igmp", 89: "ospf", 112: "vrrp", 255: "raw" };

/** Those of a namespace that get packets; undefined where nobody looked. */
export function parseOpenSockets(
  fields: Fields,
  links: readonly Link[] | undefined,
  holders: ReadonlyMap<string, string> | undefined,
): OpenSocket[] {
  const packet = rowsOf(textField(fields, "packetSockets")).flatMap((columns) => packetSocket(columns, links, holders));
  const raw = rowsOf(textField(fields, "rawSockets")).flatMap((columns) => rawSocket(columns, holders));
  return [...packet, ...raw];
}

function rowsOf(listed: string | null): string[][] {
  return (listed ?? "")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

type Holders = ReadonlyMap<string, string> | undefined;

// sk RefCnt Type Proto Iface R Rmem User Inode; without a protocol, or not running, it gets nothing.
function packetSocket(columns: readonly string[], links: readonly Link[] | undefined, holders: Holders): OpenSocket[] {
  const [, , type, proto = "", index, running] = columns;
  const protocol = Number.parseInt(proto, 16);
  if (!(protocol > 0) || running === "0") return [];
  const bound = Number(index) > 0;
  const device = bound ? (links?.find((link) => link.index === Number(index))?.name ?? null) : null;
  // Its interface is gone: it gets nothing any more.
  if (bound && device === null && links !== undefined) return [];
  const program = holders?.get(columns.at(-1) ?? "") ?? null;
  const name = `${type === "2" ? "p_dgr" : "p_raw"} ${ETHER_NAMES[protocol] ?? `0x${proto}`}:${device ?? "*"}`;
  return [{ kind: "packet", interface: device, protocol, program, line: `${name}${users(program)}` }];
}

// sl local_address rem_address …: the protocol stands where a port would.
function rawSocket(columns: readonly string[], holders: Holders): OpenSocket[] {
  const protocol = Number.parseInt(columns[1]?.split(":")[1] ?? "", 16);
  if (Number.isNaN(protocol)) return [];
  const program = holders?.get(columns[9] ?? "") ?? null;
  const line = `raw *:${IP_NAMES[protocol] ?? protocol}${users(program)}`;
  return [{ kind: "raw", interface: null, protocol, program, line }];
}

function users(program: string | null): string {
  return program === null ? "" : ` users:(("${program}"))`;
}

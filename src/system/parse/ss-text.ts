// Sockets as `ss` and `netstat` print them, with or without the columns and headings that their options add.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { PortSocket } from "../../model/system-state.ts";

type Holders = ReadonlyMap<string, string>;

/** TCP sockets that listen and UDP sockets of a listing of `ss`; everything else in it is passed over. */
export function ssSockets(listed: string, holders: Holders = new Map()): PortSocket[] {
  return listed.split("\n").flatMap((line) => ssSocket(line, holders) ?? []);
}

// Netid State Recv-Q Send-Q Local Peer, then what -p and -e add; -t and -u alone leave out the first.
const SS = /^\s*(?:(tcp|udp)\s+)?(LISTEN|UNCONN|ESTAB)\s+(\d+)\s+(\d+)\s+(\S+):(\d+)\s+(\S+):(\d+|\*)(?:\s+(.*))?$/;

function ssSocket(line: string, holders: Holders): PortSocket | null {
  const match = SS.exec(line);
  if (match === null) return null;
  const [, netid, state = "", receive, send, local = "", port, peer = "", peerPort = "", more = ""] = match;
  const protocol = netid ?? (state === "LISTEN" ? "tcp" : "udp");
  if (protocol === "tcp" ? state !== "LISTEN" : state === "LISTEN") return null;
  const [address = "", device = null] = local.split("%");
  const inode = /(?:^|\s)ino:(\d+)/.exec(more)?.[1] ?? "";
  const only = /(?:^|\s)v6only:([01])/.exec(more)?.[1];
  return socketOf({
    protocol: protocol as "tcp" | "udp",
    state,
    address,
    port: Number(port),
    device,
    // Without -e: `*` takes both families, `[::]` is printed where it takes one.
    v6only: only !== undefined ? only === "1" : address === "*" ? false : address === "[::]" ? true : null,
    peer: peerPort === "*" ? null : { address: peer, port: Number(peerPort) },
    waiting: Number(receive),
    backlog: state === "LISTEN" ? Number(send) : null,
    program: /users:\(\("([^"]+)"/.exec(more)?.[1] ?? holders.get(inode) ?? null,
  });
}

// Proto Recv-Q Send-Q Local Foreign State PID/Program; UDP has no state while it is not connected.
const NETSTAT =
  /^\s*(tcp|udp)(6?)\s+(\d+)\s+(\d+)\s+(\S+):(\d+)\s+(\S+):(\d+|\*)\s+(?:(LISTEN|ESTABLISHED)\s+)?(?:(?:\d+\s+\d+\s+)?(?:\d+\/([^\s:]\S*?):?|-)(?:\s.*)?)?$/;

/** The same of `netstat -lntup`, whose lines tell neither the device nor whether a socket of IPv6 takes IPv4. */
export function netstatSockets(listed: string): PortSocket[] {
  return listed.split("\n").flatMap((line) => netstatSocket(line) ?? []);
}

function netstatSocket(line: string): PortSocket | null {
  const match = NETSTAT.exec(line);
  if (match === null) return null;
  const [, protocol, six, receive, , local = "", port, peer = "", peerPort = "", state = "", program] = match;
  if (protocol === "tcp" ? state !== "LISTEN" : state === "LISTEN") return null;
  return socketOf({
    protocol: protocol as "tcp" | "udp",
    state: protocol === "tcp" ? "LISTEN" : state === "" ? "UNCONN" : "ESTAB",
    // netstat writes an IPv4 address that a socket of IPv6 is bound to without its prefix.
    address: six === "" ? local : local.includes(".") ? `[::ffff:${local}]` : `[${local}]`,
    port: Number(port),
    device: undefined,
    v6only: null,
    peer: peerPort === "*" ? null : { address: peer, port: Number(peerPort) },
    waiting: Number(receive),
    backlog: null,
    program: program ?? null,
  });
}

/** What a listing tells of a socket. */
export interface ListedSocket {
  readonly protocol: "tcp" | "udp";
  /** As ss names it. */
  readonly state: string;
  /** As ss prints it: `0.0.0.0`, `*`, `[::1]`. */
  readonly address: string;
  readonly port: number;
  readonly device: string | null | undefined;
  readonly v6only: boolean | null;
  readonly peer: { readonly address: string; readonly port: number } | null;
  readonly waiting: number | null;
  readonly backlog: number | null;
  readonly program: string | null;
}

/** The socket, and the line by which it is quoted. */
export function socketOf(listed: ListedSocket): PortSocket {
  const { protocol, port, device, waiting, backlog, program } = listed;
  const place = placeOf(listed);
  const peer = listed.peer === null ? null : ipv4Of(listed.peer.address);
  return {
    protocol,
    ...place,
    port,
    device,
    v6only: place.family === "ipv4" || place.address !== null ? false : listed.v6only,
    peer: peer === null || listed.peer === null ? null : { address: peer, port: listed.peer.port },
    waiting,
    backlog,
    program,
    line: lineOf(listed),
  };
}

function placeOf({ address }: ListedSocket): Pick<PortSocket, "family" | "address" | "address6"> {
  if (address === "*" || address === "[::]") return { family: "ipv6", address: null, address6: null };
  const own = parseIpv4(address);
  if (own !== null) return { family: "ipv4", address: own === 0 ? null : own, address6: null };
  const mapped = ipv4Of(address);
  return { family: "ipv6", address: mapped, address6: mapped === null ? address.replace(/^\[|\]$/g, "") : null };
}

// Also as a socket of IPv6 names it.
function ipv4Of(address: string): Ipv4 | null {
  return parseIpv4(address.replace(/^\[?::ffff:|\]$/g, ""));
}

function lineOf({
  protocol,
  state,
  address,
  port,
  device,
  peer,
  waiting,
  backlog,
  program,
  v6only,
}: ListedSocket): string {
  return [
    `${protocol} ${state}`,
    waiting ?? "",
    backlog ?? (waiting === null ? "" : 0),
    `${address}${device ? `%${device}` : ""}:${port}`,
    peer === null ? "" : `${peer.address}:${peer.port}`,
    program === null ? "" : `users:(("${program}"))`,
    v6only === true ? "v6only:1" : "",
  ]
    .filter((word) => word !== "")
    .join(" ");
}

// What an ICMP error is to a socket (icmp_err_convert, tcp_v4_err, __udp4_lib_err).

import type { Transport } from "./transport.ts";

/** An ICMP error's type and code. */
interface SocketError {
  readonly type: number;
  readonly code: number;
}

// By the code of destination unreachable.
const UNREACHABLE = [
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENOPROTOOPT",
  "ECONNREFUSED",
  "EMSGSIZE",
  "EOPNOTSUPP",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENONET",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
];
// Those that a socket of UDP is told, and not only whoever has asked for all of them (IP_RECVERR).
const HARD = new Set([2, 3, 6, 7, 8, 9, 10, 13, 14, 15]);
const FRAGMENTATION_NEEDED = 4;

/** The errno that it becomes; null where it becomes none. */
export function errnoOf({ type, code }: SocketError): string | null {
  if (type === 11) return "EHOSTUNREACH";
  if (type === 12) return "EPROTO";
  return type === 3 && code !== FRAGMENTATION_NEEDED ? (UNREACHABLE[code] ?? null) : null;
}

/** Whether it ends a connect in progress, or is told to a connected socket of UDP. */
export function isFatal(protocol: Transport["protocol"], error: SocketError): boolean {
  if (protocol === "tcp") return errnoOf(error) !== null;
  return error.type === 12 || (error.type === 3 && HARD.has(error.code));
}

// Sockets as /proc/net/tcp, tcp6, udp and udp6 list them: addresses in the order of bytes of the machine, no device, and not
// whether one of IPv6 takes IPv4.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { PortSocket } from "../../model/system-state.ts";
import { socketOf } from "./ss-text.ts";

const LISTENS = "0A";
const CONNECTED = "01";

/** Those that listen, or that are UDP's, of one of these files. */
export function procSockets(
  table: "tcp" | "tcp6" | "udp" | "udp6",
  listed: string,
  holders: ReadonlyMap<string, string>,
): PortSocket[] {
  const protocol = table.startsWith("tcp") ? "tcp" : "udp";
  return listed.split("\n").flatMap((line) => {
    // sl local rem st tx:rx tr:when retrnsmt uid timeout inode …
    const [, local = "", remote = "", state = "", queues = "", , , , , inode = ""] = line.trim().split(/\s+/);
    const [at, to] = [endOf(local), endOf(remote)];
    if (at === null || to === null || (protocol === "tcp" && state !== LISTENS)) return [];
    const waiting = Number.parseInt(queues.split(":")[1] ?? "", 16);
    return [
      socketOf({
        protocol,
        state: protocol === "tcp" ? "LISTEN" : state === CONNECTED ? "ESTAB" : "UNCONN",
        ...at,
        device: undefined,
        v6only: null,
        peer: state === CONNECTED ? to : null,
        waiting: Number.isNaN(waiting) ? null : waiting,
        backlog: null,
        program: holders.get(inode) ?? null,
      }),
    ];
  });
}

function endOf(words: string): { address: string; port: number } | null {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(words);
  if (match === null) return null;
  const [, hex = "", port = ""] = match;
  const groups = hex.match(/.{8}/g) ?? [];
  return { address: groups.length === 1 ? ipv4(hex) : ipv6(groups), port: Number.parseInt(port, 16) };
}

// Words of 32 bits as a machine of little-endian order prints them.
function ipv4(hex: string): string {
  return formatIpv4(Number.parseInt(reversed(hex), 16) as Ipv4);
}

function reversed(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join("");
}

function ipv6(groups: readonly string[]): string {
  const whole = groups.map(reversed).join("").toLowerCase();
  if (whole.startsWith(`${"0".repeat(20)}ffff`)) return `[::ffff:${ipv4(groups[3] ?? "")}]`;
  const words = (whole.match(/.{4}/g) ?? []).map((word) => word.replace(/^0{1,3}/, "")).join(":");
  // RFC 5952: the first of the longest runs of zeros is left out.
  const runs = [...words.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const run = runs[0];
  if (run === undefined) return `[${words}]`;
  return `[${words.slice(0, run.index)}::${words.slice(run.index + run[0].length).replace(/^:/, "")}]`;
}

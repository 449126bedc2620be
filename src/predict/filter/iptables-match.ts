// What an iptables rule asks of a packet, option by option.

import { type Ipv4, inPrefix, parseIpv4, parsePrefix } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { FilterPacket, Match } from "./firewall-chain.ts";
import { portTest } from "./iptables-ports.ts";

/** Null where the state does not tell. */
export type Test = (packet: FilterPacket) => Match;

/** What `!` makes of it. */
export function negation(match: Match): Match {
  return match === null ? null : !match;
}

const NAMES = {
  tcp: ["tcp", "6"],
  udp: ["udp", "17"],
  gre: ["gre", "47"],
  ipip: ["ipencap", "4"],
  icmp: ["icmp", "1"],
} as const;

/** Whether `-p` of this protocol meets the packet. */
export function asksFor(protocol: string, { outer, segment }: FilterPacket): boolean {
  return ["all", "0", ...NAMES[segment?.what.protocol ?? outer?.kind ?? "icmp"]].includes(protocol);
}

/** An option that asks something of the packet; null for all others. */
export function testOf(draft: { readonly limit: "iif" | "oif" | null }, option: string, value: string): Test | null {
  const limited = (packet: FilterPacket): string | null => (draft.limit === null ? null : packet[draft.limit]);
  switch (option) {
    case "-s":
    case "-d": {
      const prefix = parsePrefix(value);
      return (p) => (prefix ? inPrefix(option === "-s" ? p.source : p.destination, prefix) : null);
    }
    case "-i":
    case "-o":
      return (p) => nameMatches(option === "-i" ? p.iif : p.oif, value);
    case "-p":
      return (p) => asksFor(value.toLowerCase(), p);
    case "--icmp-type":
      return (p) => icmpTypeMatches(value, p);
    case "--ctstate":
    case "--state":
      return (p) => stateMatches(value, p);
    case "--src-type":
    case "--dst-type":
      return (p) => typeMatches(value, p.addressType(option === "--src-type" ? p.source : p.destination, limited(p)));
    case "--ttl-eq":
    case "--ttl-lt":
    case "--ttl-gt":
      return (p) => ttlMatches(option, Number(value), p.ttl);
    case "--mark":
      return (p) => markMatches(value, p.mark);
    case "--length":
      return (p) => inRange(value, p.length);
    case "--tos":
      return (p) => maskMatches(value, p.tos, 0xff);
    case "--dscp":
      return (p) => maskMatches(value, p.tos >> 2, 0x3f);
    case "--src-range":
    case "--dst-range":
      return (p) => addressInRange(value, option === "--src-range" ? p.source : p.destination);
    case "-f":
      return (p) => p.piece !== null && p.piece.offset > 0;
    default:
      return portTest(option, value);
  }
}

// DNAT and SNAT ask what was done to the connection's addresses; this says only whether anything was.
function stateMatches(value: string, { ctState, translated, natStatus }: FilterPacket): Match {
  const wanted = value.toLowerCase().split(",");
  if (ctState === null) return null;
  if (wanted.includes(ctState)) return true;
  if (natStatus !== undefined) return natStatus.some((word) => wanted.includes(word));
  return translated && wanted.some((word) => word === "dnat" || word === "snat") ? null : false;
}

function nameMatches(actual: string | null, wanted: string): boolean {
  if (actual === null) return false;
  return wanted.endsWith("+") ? actual.startsWith(wanted.slice(0, -1)) : actual === wanted;
}

function typeMatches(value: string, type: string | undefined): Match {
  return type === undefined ? null : value.toLowerCase().split(",").includes(type);
}

function ttlMatches(option: string, value: number, ttl: number): Match {
  if (Number.isNaN(value)) return null;
  return option === "--ttl-eq" ? ttl === value : option === "--ttl-lt" ? ttl < value : ttl > value;
}

// `100`, `100:200`
function inRange(value: string, actual: number): Match {
  const [low = Number.NaN, high = low] = value.split(":").map(Number);
  return Number.isNaN(low) || Number.isNaN(high) ? null : low <= actual && actual <= high;
}

function maskMatches(value: string, actual: number, every: number): Match {
  const [wanted = Number.NaN, mask = every] = value.split("/").map(Number);
  return Number.isNaN(wanted) || Number.isNaN(mask) ? null : (actual & mask) === wanted;
}

function addressInRange(value: string, actual: Ipv4): Match {
  const [low, high] = value.split("-").map((end) => parseIpv4(end));
  return typeof low !== "number" || typeof high !== "number" ? null : low <= actual && actual <= high;
}

function markMatches(value: string, mark: number): Match {
  const [wanted, mask] = value.split("/").map(Number);
  if (wanted === undefined || Number.isNaN(wanted) || Number.isNaN(mask ?? 0)) return null;
  return (mask === undefined ? mark : (mark & mask) >>> 0) === wanted;
}

function icmpTypeMatches(value: string, packet: FilterPacket): Match {
  const names: Readonly<Record<string, number>> = {
    "echo-reply": 0,
    pong: 0,
    "destination-unreachable": 3,
    redirect: 5,
    "echo-request": 8,
    ping: 8,
    "time-exceeded": 11,
    any: 255,
  };
  const [type = "", code] = value.split("/");
  const number = ownValue(names, type) ?? Number(type);
  if (Number.isNaN(number)) return null;
  // icmp_match: a later fragment has no ICMP header.
  if (packet.piece !== null && packet.piece.offset > 0) return false;
  if (number === 255) return true;
  return packet.icmpType === number && (code === undefined || Number(code) === packet.icmpCode);
}

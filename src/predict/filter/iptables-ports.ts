// What iptables' matches tcp, udp and multiport ask of a segment or datagram.

import { ownValue } from "../../model/own-value.ts";
import type { PortRange } from "../../model/port-range.ts";
import type { FilterPacket, Match } from "./firewall-chain.ts";
import { TCP_FLAGS } from "./firewall-nft-field.ts";
import { portNumber } from "./port-name.ts";

/** A test of ports; null where the option is none. */
export function portTest(option: string, value: string): ((packet: FilterPacket) => Match) | null {
  switch (option) {
    case "--dport":
    case "--dports":
    case "--destination-port":
    case "--destination-ports":
      return ({ segment, outer }) => (segment ? anyRange(value, segment.destinationPort) : outer ? null : false);
    case "--sport":
    case "--sports":
    case "--source-port":
    case "--source-ports":
      return ({ segment, outer }) => (segment ? anyRange(value, segment.sourcePort) : outer ? null : false);
    case "--ports":
      return ({ segment, outer }) => {
        if (!segment) return outer ? null : false;
        const either = [anyRange(value, segment.destinationPort), anyRange(value, segment.sourcePort)];
        return either.includes(true) ? true : either.includes(null) ? null : false;
      };
    default:
      return null;
  }
}

// `80`, `1024:65535`, `:1023`, `80,443,8000:8010`
function anyRange(value: string, { start, end }: PortRange): Match {
  const matches = value.split(",").map((one): Match => {
    const [first = "", last = first] = one.split(":");
    const [low, high] = [first === "" ? 0 : portNumber(first), last === "" ? 65_535 : portNumber(last)];
    if (low === null || high === null) return null;
    if (start >= low && end <= high) return true;
    return end < low || start > high ? false : null;
  });
  return matches.includes(true) ? true : matches.includes(null) ? null : false;
}

/** `--tcp-flags FIN,SYN,RST,ACK SYN`: of those named first, exactly those named second. */
export function flagsMatch(mask: string, set: string, { segment }: FilterPacket): Match {
  if (segment?.what.protocol !== "tcp") return false;
  const of = (list: string): string[] =>
    list.toLowerCase() === "all" ? ["fin", "syn", "rst", "psh", "ack", "urg"] : list.toLowerCase().split(",");
  const wanted = set.toLowerCase() === "none" ? [] : of(set);
  const own = (ownValue(TCP_FLAGS, segment.what.kind) ?? []).filter((flag) => of(mask).includes(flag));
  return own.length === wanted.length && own.every((flag) => wanted.includes(flag));
}

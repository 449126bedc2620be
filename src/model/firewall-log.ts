// A packet as netfilter's log names it (nf_log_ip_packet): the hook by its interfaces, and what the rule's prefix says of it.

import type { Ipv4 } from "./address.ts";

/** What a prefix says became of the packet: "deny" leaves open whether the sender is told. */
export type LoggedVerdict = "drop" | "reject" | "deny";

/** One line of the log. */
export interface LoggedPacket {
  /** Host or namespace whose log it is; null where nothing names it. */
  readonly place: string | null;
  /** As the rule has it: `[UFW BLOCK]`; empty where it has none. */
  readonly prefix: string;
  /** Null where the prefix says nothing of it. */
  readonly verdict: LoggedVerdict | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly protocol: "icmp" | "tcp" | "udp";
  /** Of TCP and UDP; null of ICMP. */
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  /** Flags of TCP: SYN, ACK. */
  readonly flags: ReadonlySet<string>;
  /** Of ICMP. */
  readonly icmpType: number | null;
  readonly icmpId: number | null;
  /** The destination of its frame is a group: no packet that one host waits for. */
  readonly isGroup: boolean;
  /** The prefix and what follows it. */
  readonly line: string;
  readonly number: number;
}

/** The hook: a packet that comes in and leaves is forwarded; one for the host has no way out yet, one of its own no way in. */
export function hookOf({ iif, oif }: Pick<LoggedPacket, "iif" | "oif">): "input" | "forward" | "output" {
  if (iif === null) return "output";
  return oif === null ? "input" : "forward";
}

/** What a prefix says in words; null where it says nothing, or that the packet passes. */
export function verdictIn(prefix: string): LoggedVerdict | null {
  const words = prefix.toLowerCase().split(/[^a-z]+/);
  const says = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  if (says(/^(?:accept|allow|audit|pass|permit)(?:ed|s)?$/)) return null;
  if (says(/^reject(?:ed|s|ing)?$/)) return "reject";
  if (says(/^(?:drop(?:ped|s|ping)?|discard(?:ed|s)?)$/)) return "drop";
  return says(/^(?:block(?:ed|s|ing)?|deny|denied|denies)$/) ? "deny" : null;
}

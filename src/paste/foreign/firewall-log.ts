// Lines of the kernel's log that a firewall's LOG rule made (nf_log_ip_packet), from dmesg, journalctl or a file of syslog.

import { parseIpv4 } from "../../model/address.ts";
import { type LoggedPacket, verdictIn } from "../../model/firewall-log.ts";
import type { PastedLine } from "../clean.ts";

// A prefix has at most 128 characters (NF_LOG_PREFIXLEN), and syslog's stamp stands in front of it.
const LOGGED = /^(.{0,300}?)IN=(\S*) OUT=(\S*) (.*)$/;
// What syslog, journalctl and dmesg put in front of a line.
const STAMP =
  /^(?:(?:[A-Z][a-z]{2}\s+\d{1,2} [\d:]{8}|\d{4}-\d\d-\d\d[T ]\S+)\s+\S+\s+)?(?:kernel:\s*)?(?:\w+\s*:\w+\s*:\s*)?(?:\[[^\]]*\d[.:]\d[^\]]*\]\s*)?/;

/** Whether a line is one of a LOG rule; those of TRACE say more, and are read as traces. */
export function isLogLine(text: string): boolean {
  if (!text.includes("IN=") || text.includes("TRACE: ")) return false;
  const [, , , , fields = ""] = LOGGED.exec(text) ?? [];
  return /(?:^| )SRC=\S+ DST=\S+ /.test(fields) && fields.includes(" PROTO=");
}

/** Sorts the lines of LOG rules from all others. Packets of other protocols are left out: nobody asks about them. */
export function loggedIn(
  lines: readonly PastedLine[],
  place: string | null,
): { readonly logged: readonly LoggedPacket[]; readonly rest: readonly PastedLine[] } {
  const logged: LoggedPacket[] = [];
  const rest: PastedLine[] = [];
  for (const line of lines) {
    const packet = isLogLine(line.text) ? loggedPacket(line, place) : null;
    if (packet !== null) logged.push(packet);
    else if (!isOfOthers(line.text)) rest.push(line);
  }
  return { logged, rest };
}

// Over IPv6, or by another protocol: known, and nobody's question.
function isOfOthers(text: string): boolean {
  return isLogLine(text) && (/\bSRC=[\da-f]*:/i.test(text) || !/\bPROTO=(?:ICMP|TCP|UDP)\b/i.test(text));
}

function loggedPacket({ text, number }: PastedLine, place: string | null): LoggedPacket | null {
  const [, before = "", iif = "", oif = "", more = ""] = LOGGED.exec(text) ?? [];
  // An ICMP error is followed by the packet that it is about.
  const [fields = ""] = more.split(" [SRC=");
  const get = (key: string): string => new RegExp(`(?:^| )${key}=(\\S*)`).exec(fields)?.[1] ?? "";
  const source = parseIpv4(get("SRC"));
  const destination = parseIpv4(get("DST"));
  const protocol = /^(icmp|tcp|udp)$/.exec(get("PROTO").toLowerCase())?.[1] as LoggedPacket["protocol"] | undefined;
  if (source === null || destination === null || protocol === undefined || (iif === "" && oif === "")) return null;
  const stamp = STAMP.exec(before)?.[0] ?? "";
  const port = (key: string): number | null => (/^\d+$/.test(get(key)) ? Number(get(key)) : null);
  const prefix = before
    .slice(stamp.length)
    .trim()
    .replace(/[:\s]+$/, "");
  return {
    place,
    prefix,
    verdict: verdictIn(prefix),
    iif: iif || null,
    oif: oif || null,
    source,
    destination,
    protocol,
    sourcePort: port("SPT"),
    destinationPort: port("DPT"),
    flags: new Set(fields.split(" ").filter((word) => /^(?:SYN|ACK|RST|FIN)$/.test(word))),
    icmpType: port("TYPE"),
    // The header's own ID comes first.
    icmpId: protocol === "icmp" ? Number([...fields.matchAll(/ ID=(\d+)/g)].at(-1)?.[1] ?? Number.NaN) : null,
    isGroup: /^(?:ff:ff|01:00:5e|33:33)/i.test(get("MAC")) || destination >>> 28 >= 0xe,
    line: text.slice(stamp.length).trim(),
    number,
  };
}

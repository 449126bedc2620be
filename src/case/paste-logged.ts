// What a firewall's log in a paste asks by itself: where nobody says what failed, or by a name that nothing resolves, the
// packets that were dropped are what it is about.

import { wantedConnections } from "../explain/command/connect-command.ts";
import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { LoggedPacket } from "../model/firewall-log.ts";
import type { PastedLine } from "../paste/clean.ts";
import { parseTypedLine } from "../paste/prompt.ts";
import type { Wondered } from "./paste-questions.ts";

const MOST_QUESTIONS = 4;

/** One packet of each connection that did not come through, those that were tried most often first. */
export function loggedQuestions(
  logged: readonly LoggedPacket[],
  lines: readonly PastedLine[],
  pings: boolean,
): LoggedPacket[] {
  const wanted = lines.flatMap(({ text }) => parseTypedLine(text)).flatMap(({ argv }) => wantedConnections(argv));
  const isMeant = ({ protocol, destinationPort }: LoggedPacket): boolean =>
    wanted.length === 0
      ? !pings || protocol === "icmp"
      : wanted.some((one) => one.address === null && one.protocol === protocol && one.port === destinationPort);
  const tried = new Map<string, LoggedPacket[]>();
  for (const one of logged) {
    if (one.verdict === null || one.isGroup || !isMeant(one) || !isQuestion(one)) continue;
    const key = [one.protocol, formatIpv4(one.source), formatIpv4(one.destination), one.destinationPort].join(" ");
    tried.set(key, [...(tried.get(key) ?? []), one]);
  }
  return [...tried.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap(([first]) => first ?? [])
    .slice(0, MOST_QUESTIONS);
}

function isQuestion({ protocol, icmpType, flags, destinationPort }: LoggedPacket): boolean {
  if (protocol === "icmp") return icmpType === 8;
  return destinationPort !== null && (protocol === "udp" || (flags.has("SYN") && !flags.has("ACK")));
}

/** The address of a name that only the log can tell: where what was dropped on the way to that port went. */
export function loggedAddress(logged: readonly LoggedPacket[], port: number): Ipv4 | null {
  const to = new Set(
    logged.flatMap((one) =>
      one.verdict !== null && isQuestion(one) && one.destinationPort === port ? [one.destination] : [],
    ),
  );
  const [only = null] = to;
  return to.size === 1 ? only : null;
}

/** What the log asks, unless other words ask of other hosts. */
export function loggedInstead(asked: Wondered, logged: readonly LoggedPacket[]): Wondered {
  const isAbout = ({ argv }: Wondered["pings"][number]): boolean =>
    logged.some(({ source, destination }) => [source, destination].some((one) => argv.includes(formatIpv4(one))));
  if (logged.length === 0 || !asked.pings.every(isAbout)) return asked;
  return { ...asked, pings: [], logged };
}

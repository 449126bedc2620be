// What of TCP and UDP is captured while a command runs that connects: what it does, as far as that is known before.

import { DEFAULT_FILTER } from "../../capture/backend.ts";
import { wantedConnections } from "../../explain/command/connect-command.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
import type { Plan } from "./planned.ts";

const DNS = 53;
const SSH = 22;

/** The filter for a command of this plan, where the person gave none. */
export function filterOfPlan({ commands, maybe }: Plan, state: SystemState): string {
  const all = [...commands, ...maybe];
  // What asks by ICMP or ARP alone is told by those.
  if (all.length > 0 && commands.every(({ asks }) => asks.length > 0)) return DEFAULT_FILTER;
  const wanted = all.map(({ argv }) => wantedConnections(argv));
  const ports = new Set(wanted.flat().map(({ port }) => port));
  const isKnown = maybe.length === 0 && commands.length > 0 && wanted.every((named) => named.length > 0);
  // Behind a translation the port may be another one.
  if (isKnown && ![...state.namespaces.values()].some(translates))
    return `${DEFAULT_FILTER}${[...ports.add(DNS)].map((port) => ` or port ${port}`).join("")}`;
  // What this very terminal says over ssh is not the command's doing.
  return ports.has(SSH) ? `${DEFAULT_FILTER} or udp or tcp` : `${DEFAULT_FILTER} or udp or (tcp and not port ${SSH})`;
}

function translates({ nft, iptables }: Namespace): boolean {
  const saved = [iptables?.nft, iptables?.legacy].some((text) =>
    /-j (?:DNAT|REDIRECT|TPROXY|NETMAP)\b/.test(text ?? ""),
  );
  return (
    saved ||
    (nft?.chains ?? []).some(({ rules }) => rules.some(({ line }) => /\b(?:dnat|redirect|tproxy)\b/.test(line)))
  );
}

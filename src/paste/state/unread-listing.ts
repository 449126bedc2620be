// Listings that are known by their command or by their look, and that nothing here reads: they are named, since what they
// hold may decide.

import type { PastedLine } from "../clean.ts";
import type { PastedCommand } from "./pasted.ts";

const LOOKS: readonly (readonly [command: string, line: RegExp])[] = [
  ["ipset list", /^(?:Name: \S+|Type: (?:hash|list|bitmap):)/],
  ["conntrack -L", /^(?:icmp|tcp|udp)\s+\d+ \d+ .*\bsrc=/],
  ["tc qdisc", /^qdisc \S+ [\da-f]+: /],
  ["ip xfrm", /^src \S+ dst \S+$/],
  ["ovs-vsctl show", /^\s{4}Bridge "?[\w.-]+"?$/],
  ["ovs-ofctl dump-flows", /^\s*cookie=0x[\da-f]+, duration=/],
  ["ebtables -L", /^Bridge (?:table|chain): /],
  ["firewall-cmd --list-all", /^\w+ \((?:active|default)(?:, \w+)*\)$/],
  ["ufw status", /^Status: (?:active|inactive)$/],
  ["wg show", /^interface: \S+$/],
  ["docker ps", /^CONTAINER ID\s+IMAGE\s/],
  ["resolvectl", /^(?:Global|Link \d+ \(\S+\))$/],
  ["networkctl", /^(?:IDX LINK|[●○]\s*\d+: )/],
  ["nmcli connection", /^(?:NAME\s+UUID|connection\.id:)/],
  ["netplan", /^network:$/],
  ["uci show firewall", /^firewall\.@?\w+/],
  ["kubectl get networkpolicy", /^kind: NetworkPolicy$/],
];

const NOT_OF_NETWORKS = /^(?:ls|cd|cat|echo|grep|uname|journalctl|dmesg|systemctl|ssh|curl|wget|nc|for|bash|sh|exit)$/;

/** What these lines are the output of; null where they are no listing of networks. */
export function unreadListing(command: PastedCommand | null, lines: readonly PastedLine[]): string | null {
  if (lines.length === 0) return null;
  const look = LOOKS.find(([, is]) => lines.some(({ text }) => is.test(text)))?.[0];
  if (command === null || command.argv.join("") === "") return look ?? null;
  return look !== undefined || !NOT_OF_NETWORKS.test(command.argv[0] ?? "") ? command.argv.slice(0, 6).join(" ") : null;
}

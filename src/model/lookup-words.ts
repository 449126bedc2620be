// DNS and DHCP messages in words.

import { formatIpv4 } from "./address.ts";
import { firstSighting, type Journey } from "./journey.ts";
import type { Dhcp, Dns } from "./packet.ts";
import { type Text, text } from "./text.ts";

/** Names of DHCP messages by their number, from 1 on. */
export const DHCP_MESSAGES: readonly string[] = [
  "DISCOVER",
  "OFFER",
  "REQUEST",
  "DECLINE",
  "ACK",
  "NAK",
  "RELEASE",
  "INFORM",
];

const TYPES = new Map([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
  [65, "HTTPS"],
]);

const CODES: readonly string[] = ["", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** How a DNS server refuses: `NXDOMAIN`. */
export function responseName(code: number): string {
  return CODES[code] ?? `code ${code}`;
}

/** What is asked for: `A example.org`. */
export function questionName({ question }: Dns): string {
  return question === null ? "?" : `${TYPES.get(question.type) ?? `type ${question.type}`} ${question.name}`;
}

/** A DNS message. */
export function dnsWords(dns: Dns): Text {
  const asked = questionName(dns);
  if (!dns.response) return text(`DNS question ${asked}`, `DNS 查询 ${asked}`);
  if (dns.responseCode !== 0) {
    const name = responseName(dns.responseCode);
    return text(`DNS answer ${name} to ${asked}`, `DNS 应答 ${name}（查询 ${asked}）`);
  }
  const found = dns.addresses.length === 0 ? `${dns.answers ?? 0}` : dns.addresses.map(formatIpv4).join(", ");
  return dns.addresses.length === 0
    ? text(`DNS answer with ${found} records to ${asked}`, `DNS 应答，${found} 条记录（查询 ${asked}）`)
    : text(`DNS answer ${found} to ${asked}`, `DNS 应答 ${found}（查询 ${asked}）`);
}

/** The DNS message of a journey; null where it is none. */
export function dnsOf(journey: Journey | undefined): Dns | null {
  const application = applicationOf(journey);
  return application?.kind === "dns" ? application : null;
}

/** The DHCP message of a journey; null where it is none. */
export function dhcpOf(journey: Journey | undefined): Dhcp | null {
  const application = applicationOf(journey);
  return application?.kind === "dhcp" ? application : null;
}

function applicationOf(journey: Journey | undefined): Dns | Dhcp | null {
  const network = journey === undefined ? null : firstSighting(journey).network;
  return network?.kind === "udp" ? (network.udp?.application ?? null) : null;
}

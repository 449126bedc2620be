// Ports by the names of /etc/services that rules are often written with.

import { ownValue } from "../../model/own-value.ts";

const PORTS: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  "http-alt": 8080,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  "microsoft-ds": 445,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  mysql: 3306,
  "ms-wbt-server": 3389,
  postgresql: 5432,
  redis: 6379,
};

/** The number of a port; null for a name that is not known. */
export function portNumber(word: string): number | null {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  return ownValue(PORTS, word) ?? null;
}

// What tcpdump prints of TCP and UDP, of DNS and DHCP over it: flags and numbers of segments, questions and answers.

import { type Ipv4, parseIpv4, parseMac } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Dhcp, Dns, Ipv4Header, Network, Tcp, TcpOptions, Udp } from "../../model/packet.ts";

/** Port numbers of /etc/services that stand in pastes without -n. */
const SERVICES: Readonly<Record<string, number>> = {
  "ftp-data": 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  www: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  ntp: 123,
  imap2: 143,
  imap: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  "microsoft-ds": 445,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  "ms-sql-s": 1433,
  nfs: 2049,
  mysql: 3306,
  "ms-wbt-server": 3389,
  iperf3: 5201,
  postgresql: 5432,
  amqp: 5672,
  redis: 6379,
  "http-alt": 8080,
  "https-alt": 8443,
};

/** The port behind the last dot of `HOST.PORT`, by number or by a name that is generally known; null where there is none. */
export function portOf(word: string): number | null {
  const written = word.slice(word.lastIndexOf(".") + 1);
  if (/^\d{1,5}$/.test(written) && parseIpv4(word) === null) return Number(written);
  return ownValue(SERVICES, written) ?? null;
}

/** The two ends of a line and what stands behind them. */
export interface TransportLine {
  readonly ip: Ipv4Header;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly body: string;
  /** Lines that -v indents under it, joined. */
  readonly more: string;
}

/** TCP or UDP as the line tells it; null where the protocol is neither. */
export function transportOf(line: TransportLine): Network | null {
  const { ip, body } = line;
  if (ip.protocol === 6) {
    const tcp = tcpOf(line);
    return tcp === null ? null : { kind: "tcp", ip, tcp, payloadHash: hashOf(tcp) };
  }
  if (ip.protocol !== 17) return null;
  return { kind: "udp", ip, udp: udpOf(line, body), payloadHash: 0 };
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  F: 0x01,
  S: 0x02,
  R: 0x04,
  P: 0x08,
  ".": 0x10,
  U: 0x20,
  E: 0x40,
  W: 0x80,
  e: 0x100,
};

// Text has no bytes to hash: its own numbers tell segments apart.
function hashOf({ flags, sequence, payloadLength }: Tcp): number {
  return (Math.imul((sequence ?? 0) ^ (flags << 16), 0x9e3779b1) ^ (payloadLength ?? 0)) >>> 0;
}

function tcpOf({ sourcePort, destinationPort, body }: TransportLine): Tcp | null {
  const base = { sourcePort, destinationPort, headerLength: null, checksum: null, checksumOk: null } as const;
  const none = { ...base, checksumPartial: false, sequence: null, acknowledgement: null, window: null, options: null };
  const quiet = /^tcp (\d+)/.exec(body);
  if (quiet) return { ...none, flags: 0, payloadLength: Number(quiet[1]) };
  const modern = /^Flags \[([^\]]*)\]/.exec(body);
  const old = modern ? null : /^([SFRPWE.]+|\.)(?: (\d+):(\d+)\((\d+)\))?(?= |$)/.exec(body);
  const letters = modern?.[1] ?? old?.[1];
  if (letters === undefined) return null;
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(body);
    return found === null ? null : Number(found[1]);
  };
  const acknowledgement = number(/ ack (\d+)/);
  const bits = [...letters.replace("none", "")].reduce((sum, letter) => sum | (ownValue(FLAG_BITS, letter) ?? 0), 0);
  return {
    ...none,
    // tcpdump 3.x prints a dot only where there is no other flag.
    flags: old && acknowledgement !== null ? bits | 0x10 : bits,
    sequence: old?.[2] === undefined ? number(/ seq (\d+)/) : Number(old[2]),
    acknowledgement,
    window: number(/ win (\d+)/),
    payloadLength: old ? Number(old[4] ?? 0) : number(/ length (\d+)/),
    options: optionsOf(body),
  };
}

function optionsOf(body: string): TcpOptions | null {
  const written = (/ options \[([^\]]*)\]/.exec(body) ?? / <([^>]*)>/.exec(body))?.[1];
  if (written === undefined) return null;
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(written);
    return found === null ? null : Number(found[1]);
  };
  const stamps = /(?:TS val|timestamp) (\d+) (?:ecr )?(\d+)/.exec(written);
  return {
    mss: number(/\bmss (\d+)/),
    windowScale: number(/\bwscale (\d+)/),
    sackPermitted: /\bsackOK\b/.test(written),
    sack: [...written.matchAll(/\{(\d+):(\d+)\}/g)].map(([, from, to]) => [Number(from), Number(to)] as const),
    timestamps: stamps === null ? null : { value: Number(stamps[1]), echo: Number(stamps[2]) },
    signed: /\bmd5\b|\btcp-?ao\b/i.test(written),
  };
}

function udpOf({ sourcePort, destinationPort, more }: TransportLine, body: string): Udp {
  const plain = body.replace(/^\[(?:udp sum ok|no cksum|bad udp cksum [^\]]*)\] ?/, "");
  const length = /^(?:UDP|BOOTP\/DHCP, .{0,60}?), length (\d+)/.exec(plain) ?? /^\d.* \((\d+)\)$/.exec(plain);
  const payloadLength = length === null ? null : Number(length[1]);
  return {
    sourcePort,
    destinationPort,
    length: payloadLength === null ? null : payloadLength + 8,
    checksum: /^\[no cksum\]/.test(body) ? 0 : null,
    checksumOk: /^\[udp sum ok\]/.test(body) ? true : null,
    checksumPartial: false,
    payloadLength,
    application: dnsOf(plain, sourcePort === 53 || destinationPort === 53) ?? dhcpOf(`${plain} ${more}`),
  };
}

const RESPONSE_CODES: Readonly<Record<string, number>> = {
  FormErr: 1,
  ServFail: 2,
  NXDomain: 3,
  NotImp: 4,
  Refused: 5,
};
const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
};

// `25893+ [1au] A? example.org. (40)`, `25893 NXDomain* 0/1/0 (104)`, `25893 2/0/0 A 192.0.2.1, A 192.0.2.2 (61)`.
function dnsOf(body: string, isDnsPort: boolean): Dns | null {
  const head = /^(\d+)(?: [a-z]+[0-9]*)?([+%*|$-]*)(?: ([A-Z][A-Za-z]+)([*|$-]*))?(?= |$)/.exec(body);
  if (!isDnsPort || head === null) return null;
  const counts = / (\d+)\/\d+\/\d+(?= |$)/.exec(body);
  const question = / ([A-Z][A-Z0-9]*|Type\d+)\? (\S+)/.exec(body);
  const type = question === null ? undefined : ownValue(TYPES, question[1] as string);
  const name = question === null ? null : (question[2] as string).replace(/(?<=.)\.$/, "");
  return {
    kind: "dns",
    id: Number(head[1]),
    response: counts !== null,
    responseCode: ownValue(RESPONSE_CODES, head[3] ?? "") ?? 0,
    truncated: /^[^ ]*\|/.test(body) || (head[4] ?? "").includes("|"),
    question: name === null ? null : { name, type: type ?? 0 },
    answers: counts === null ? 0 : Number(counts[1]),
    addresses:
      counts === null
        ? []
        : [...body.matchAll(/(?<= )A (\d+\.\d+\.\d+\.\d+)/g)].flatMap(([, a]) => parseIpv4(a as string) ?? []),
  };
}

const MESSAGES: readonly string[] = ["Discover", "Offer", "Request", "Decline", "ACK", "NACK", "Release", "Inform"];

function dhcpOf(body: string): Dhcp | null {
  const head = /^BOOTP\/DHCP, (Request|Reply)(?: from ([0-9a-f:]{17}))?/i.exec(body);
  if (head === null) return null;
  const address = (pattern: RegExp): Ipv4 | null => parseIpv4(pattern.exec(body)?.[1] ?? "");
  const word = /DHCP-Message (?:\(53\)|Option 53), length 1: (\w+)/.exec(body)?.[1];
  const transaction = /\bxid 0x([0-9a-f]+)/.exec(body)?.[1];
  const message = word === undefined ? -1 : MESSAGES.findIndex((one) => one.toLowerCase() === word.toLowerCase());
  return {
    kind: "dhcp",
    operation: head[1] === "Request" ? 1 : 2,
    transaction: transaction === undefined ? 0 : Number.parseInt(transaction, 16),
    clientMac: parseMac(head[2] ?? /Client-Ethernet-Address ([0-9a-f:]{17})/.exec(body)?.[1] ?? ""),
    clientAddress: address(/Client-IP (\S+)/),
    offeredAddress: address(/Your-IP (\S+)/),
    relay: address(/Gateway-IP (\S+)/),
    message: message < 0 ? null : message + 1,
    requestedAddress: address(/Requested-IP (?:\(50\)|Option 50), length 4: (\S+)/),
    server: address(/Server-ID (?:\(54\)|Option 54), length 4: (\S+)/),
  };
}

// What tcpdump prints of ARP, IPv4, ICMP and their like, as the same packet model that bytes give; what it does not print is null.

import { ANY_IPV4, type Ipv4, type Mac, parseIpv4, parseMac } from "../../model/address.ts";
import type { Arp, Icmp, IcmpBody, Ipv4Header, Network, Quoted } from "../../model/packet.ts";
import { portOf, transportOf } from "./transport-text.ts";

/** Finds the address of a host name that the same paste resolves elsewhere (`PING name (address)`). */
export type Resolve = (name: string) => Ipv4 | null;

const ARP_REQUEST = /^(?:Request )?who-has (\S+?)(?: \(([^)]+)\))?(?: \(oui [^)]*\))? tell (\S+?)(?:,|$)/;
const ARP_REPLY = /^[Rr]eply (\S+) is-at ([0-9a-f:]+)/i;
const ARP_PROBE = /^Probe (\S+?)(?:,|$)/;
const ARP_ANNOUNCEMENT = /^Announcement (\S+?)(?:,|$)/;

/** Null where the sentence is no ARP that this parser knows, or names hosts that nothing resolves. */
export function parseArpText(sentence: string, source: Mac | null, resolve: Resolve): Arp | null {
  const body = sentence.replace(/^Ethernet \(len \d+\), IPv4 \(len \d+\), /, "");
  const common = { kind: "arp", hardwareType: 1, protocolType: 0x0800 } as const;
  const request = ARP_REQUEST.exec(body);
  if (request) {
    const targetIp = addressOf(request[1] as string, resolve);
    const senderIp = addressOf((request[3] as string).replace(/,$/, ""), resolve);
    if (targetIp === null || senderIp === null) return null;
    return { ...common, operation: 1, senderMac: source, senderIp, targetMac: parseMac(request[2] ?? ""), targetIp };
  }
  const reply = ARP_REPLY.exec(body);
  if (reply) {
    const senderIp = addressOf(reply[1] as string, resolve);
    return senderIp === null
      ? null
      : { ...common, operation: 2, senderMac: parseMac(reply[2] as string), senderIp, targetMac: null, targetIp: null };
  }
  const probe = ARP_PROBE.exec(body);
  if (probe) {
    const targetIp = addressOf(probe[1] as string, resolve);
    return targetIp === null
      ? null
      : { ...common, operation: 1, senderMac: source, senderIp: ANY_IPV4, targetMac: null, targetIp };
  }
  const announcement = ARP_ANNOUNCEMENT.exec(body);
  if (announcement) {
    const targetIp = addressOf(announcement[1] as string, resolve);
    return targetIp === null
      ? null
      : { ...common, operation: 1, senderMac: source, senderIp: targetIp, targetMac: null, targetIp };
  }
  return null;
}

/** The header in parentheses that -v prints before the addresses. */
const VERBOSE =
  /^\(tos (0x[0-9a-f]+)(?:,[A-Z(),\d]+)?, ttl +(\d+), id (\d+), offset (\d+), flags \[([^\]]*)\], (?:proto:? (?:\S+ \()?(\d+)\)?, )?length:? (\d+)/;

export interface VerboseHeader {
  readonly tos: number;
  readonly ttl: number;
  readonly id: number;
  readonly offset: number;
  readonly flags: string;
  readonly protocol: number;
  readonly length: number;
  readonly badChecksum: boolean;
  readonly rest: string;
}

/** Null where the sentence does not begin with such a header. */
export function parseVerbose(sentence: string): VerboseHeader | null {
  const match = VERBOSE.exec(sentence);
  if (!match) return null;
  const end = closingParenthesis(sentence, match[0].length);
  if (end < 0) return null;
  return {
    tos: Number(match[1]),
    ttl: Number(match[2]),
    id: Number(match[3]),
    offset: Number(match[4]),
    flags: match[5] as string,
    protocol: match[6] === undefined ? -1 : Number(match[6]),
    length: Number(match[7]),
    badChecksum: /bad cksum/.test(sentence.slice(match[0].length, end)),
    rest: sentence.slice(end + 1).trim(),
  };
}

// IP options print parentheses and braces of their own.
function closingParenthesis(sentence: string, from: number): number {
  let depth = 1;
  for (let at = from; at < sentence.length; at++) {
    if (sentence[at] === "(") depth++;
    else if (sentence[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

const ADDRESSES = /^(\S+) > (\S+): ?(.*)$/;

/** An IPv4 packet from `A > B: …`; `quoted` is what -v shows of a quoted datagram. Null where addresses are not known. */
export function parseIpText(
  sentence: string,
  verbose: VerboseHeader | null,
  quoted: Quoted | null,
  resolve: Resolve,
  more = "",
): Network | null {
  const match = ADDRESSES.exec(sentence);
  if (!match) return null;
  const body = modern(match[3] as string);
  const isIcmp = /^ICMP\b|^\[\|icmp\]/.test(body) || verbose?.protocol === 1;
  const source = addressOf(match[1] as string, resolve, !isIcmp);
  const destination = addressOf(match[2] as string, resolve, !isIcmp);
  if (source === null || destination === null) return null;
  const protocol = verbose && verbose.protocol >= 0 ? verbose.protocol : protocolOf(body);
  const ip = headerOf(source, destination, protocol, verbose);
  if (!isIcmp) {
    // A later fragment has no ports.
    const isLater = (verbose?.offset ?? 0) > 0 || /^(?:ip-proto-|(?:tcp|udp)$)/.test(body);
    if (isLater && protocol === 6) return { kind: "tcp", ip, tcp: null, payloadHash: 0 };
    if (isLater && protocol === 17) return { kind: "udp", ip, udp: null, payloadHash: 0 };
    const [sourcePort, destinationPort] = [portOf(match[1] as string), portOf(match[2] as string)];
    const transport =
      sourcePort === null || destinationPort === null || isLater
        ? null
        : transportOf({ ip, sourcePort, destinationPort, body, more });
    return (
      transport ?? { kind: "other", protocol: protocol === 6 ? "tcp" : protocol === 17 ? "udp" : "ipv4-other", ip }
    );
  }
  const icmp = parseIcmpText(body, ip, quoted, resolve);
  return { kind: "icmp", ip, icmp, payloadHash: 0 };
}

// tcpdump 3.x: `icmp 64: echo request seq 1`, where 64 is the length of the message.
function modern(body: string): string {
  const old = /^icmp(?: (\d+))?: (.*)$/.exec(body);
  if (old === null) return body;
  const length = old[1] === undefined ? "" : `, length ${old[1]}`;
  return `ICMP ${(old[2] as string).replace(/ \((?:DF|ttl |tos |id )[^)]*\)/g, "")}${length}`;
}

function protocolOf(body: string): number {
  if (/^ICMP\b|^\[\|icmp\]/.test(body)) return 1;
  if (/^Flags \[|^tcp \d|^(?:[SFRPWE]+|\.) (?:\d+:\d+\(|ack )/.test(body)) return 6;
  const named = /^ip-proto-(\d+)/.exec(body);
  if (named) return Number(named[1]);
  return /^(\[(?:udp|no cksum|bad udp)|UDP|\d+[-+%*|$]* |NTP|BOOTP|SIP|VXLAN|mDNS|NBT)/.test(body) ? 17 : -1;
}

function headerOf(source: Ipv4, destination: Ipv4, protocol: number, verbose: VerboseHeader | null): Ipv4Header {
  const flags = verbose?.flags ?? null;
  return {
    source,
    destination,
    protocol,
    headerLength: null,
    totalLength: verbose?.length ?? null,
    identification: verbose?.id ?? null,
    dontFragment: flags === null ? null : flags.includes("DF"),
    moreFragments: flags === null ? null : flags.includes("+"),
    fragmentOffset: verbose === null ? null : verbose.offset / 8,
    ttl: verbose?.ttl ?? null,
    dscp: verbose === null ? null : verbose.tos >> 2,
    ecn: verbose === null ? null : verbose.tos & 3,
    checksum: null,
    checksumOk: verbose?.badChecksum ? false : null,
    options: null,
  };
}

function parseIcmpText(body: string, ip: Ipv4Header, quoted: Quoted | null, resolve: Resolve): Icmp | null {
  const echo =
    /^ICMP echo (request|reply)(?:, id (\d+), seq (\d+)(?=,|$| )| seq (\d+)|(?=, length)|$)(?:, length (\d+))?/.exec(
      body,
    );
  const base = { checksum: null, checksumOk: /\(wrong icmp cksum/.test(body) ? false : null };
  if (echo) {
    const reply = echo[1] === "reply";
    const payloadLength = echo[5] === undefined ? null : Number(echo[5]) - 8;
    return {
      type: reply ? 0 : 8,
      code: 0,
      ...base,
      body: {
        kind: "echo",
        reply,
        id: Number(echo[2] ?? 0),
        sequence: Number(echo[3] ?? echo[4] ?? 0),
        payloadLength,
        payloadHash: 0,
      },
    };
  }
  const stamp = /^ICMP time ?stamp (query|request|reply) id (\d+) seq (\d+)/.exec(body);
  if (stamp) {
    const reply = stamp[1] === "reply";
    return {
      type: reply ? 14 : 13,
      code: 0,
      ...base,
      body: {
        kind: "timestamp",
        reply,
        id: Number(stamp[2]),
        sequence: Number(stamp[3]),
        originate: 0,
        receive: 0,
        transmit: 0,
      },
    };
  }
  const error = errorOf(body, resolve);
  if (!error) return null;
  const implied: Quoted | null =
    error.destination === null
      ? null
      : {
          ip: headerOf(ip.destination, error.destination, error.protocol, null),
          icmp: null,
          ...(error.port == null ? {} : { ports: { source: null, destination: error.port } }),
        };
  return { type: error.type, code: error.code, ...base, body: { ...error.body, quoted: quoted ?? implied } };
}

interface ErrorText {
  readonly type: number;
  readonly code: number;
  readonly destination: Ipv4 | null;
  readonly protocol: number;
  /** The port that is not reachable. */
  readonly port?: number | null;
  readonly body: Extract<IcmpBody, { kind: "error" }>;
}

function errorOf(body: string, resolve: Resolve): ErrorText | null {
  const none = { kind: "error", mtu: null, gateway: null, pointer: null, quoted: null } as const;
  const unreachable =
    /^ICMP (?:(host|net) )?(\S+) (?:(udp|tcp) port (\S+) |protocol (\d+) (?:port (\d+) )?)?unreachable(?: - ([^,]+))?/.exec(
      body,
    );
  if (unreachable) {
    const [, scope, name, transport, port, protocolNumber, words, reason = ""] = unreachable;
    const mtu = /need to frag \(mtu (\d+)\)/.exec(reason);
    // Of what is neither UDP nor TCP tcpdump prints as a port what stands where theirs does.
    const isPort = transport !== undefined || words !== undefined;
    const code = isPort ? 3 : protocolNumber ? 2 : /need to frag/.test(reason) ? 4 : codeOf(scope ?? "host", reason);
    const protocol = transport === "udp" ? 17 : transport === "tcp" ? 6 : protocolNumber ? Number(protocolNumber) : -1;
    return {
      type: 3,
      code,
      destination: addressOf(name as string, resolve),
      protocol,
      port: port === undefined ? null : portOf(`.${port}`),
      body: { ...none, what: "unreachable", mtu: mtu ? Number(mtu[1]) : null },
    };
  }
  if (/^ICMP time exceeded in-transit/.test(body))
    return { type: 11, code: 0, destination: null, protocol: -1, body: { ...none, what: "time-exceeded" } };
  if (/^ICMP ip reassembly time exceeded/.test(body))
    return { type: 11, code: 1, destination: null, protocol: -1, body: { ...none, what: "time-exceeded" } };
  const redirect = /^ICMP redirect (\S+) to (host|net) (\S+?),/.exec(`${body},`);
  if (redirect) {
    const gateway = addressOf(redirect[3] as string, resolve);
    return {
      type: 5,
      code: redirect[2] === "host" ? 1 : 0,
      destination: addressOf(redirect[1] as string, resolve),
      protocol: -1,
      body: { ...none, what: "redirect", gateway },
    };
  }
  const parameter = /^ICMP parameter problem - octet (\d+)/.exec(body);
  if (parameter)
    return {
      type: 12,
      code: 0,
      destination: null,
      protocol: -1,
      body: { ...none, what: "parameter-problem", pointer: Number(parameter[1]) },
    };
  if (/^ICMP source quench/.test(body))
    return { type: 4, code: 0, destination: null, protocol: -1, body: { ...none, what: "source-quench" } };
  return null;
}

function codeOf(scope: string, reason: string): number {
  if (/admin prohibited filter/.test(reason)) return 13;
  if (/admin prohibited/.test(reason)) return scope === "net" ? 9 : 10;
  return scope === "net" ? 0 : 1;
}

/** What follows the header of a quoted datagram: `A > B: ICMP echo request, id N, seq N`. */
export function parseQuotedText(sentence: string, verbose: VerboseHeader | null, resolve: Resolve): Quoted | null {
  const network = parseIpText(sentence, verbose, null, resolve);
  if (network === null || network.kind === "arp" || network.ip === null) return null;
  if (network.kind === "tcp" || network.kind === "udp") return quotedTransport(network);
  if (network.kind !== "icmp" || network.icmp === null) return { ip: network.ip, icmp: null };
  const { type, code, body } = network.icmp;
  const named = body.kind === "echo" || body.kind === "timestamp";
  return { ip: network.ip, icmp: { type, code, id: named ? body.id : null, sequence: named ? body.sequence : null } };
}

function quotedTransport(network: Extract<Network, { kind: "tcp" | "udp" }>): Quoted {
  const header = network.kind === "tcp" ? network.tcp : network.udp;
  const quoted = { ip: network.ip, icmp: null };
  if (header === null) return quoted;
  const ports = { source: header.sourcePort, destination: header.destinationPort };
  const sequence = "sequence" in header ? header.sequence : null;
  return { ...quoted, ports, ...(sequence === null ? {} : { sequence }) };
}

function addressOf(word: string, resolve: Resolve, withPort = false): Ipv4 | null {
  const direct = parseIpv4(word);
  if (direct !== null) return direct;
  if (withPort) {
    const host = word.slice(0, word.lastIndexOf("."));
    return parseIpv4(host) ?? resolve(host) ?? resolve(word);
  }
  return resolve(word);
}

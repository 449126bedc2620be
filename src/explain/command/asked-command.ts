// What a command line asks on the wire: echoes, ARP, a path hop by hop, or what is not explained beyond ARP and ICMP.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import { type PingCommand, parsePing } from "./ping-command.ts";
import { type InnerCommand, innerCommands } from "./wrappers.ts";

/** A program that asks, and one target of its. */
export interface AskedCommand {
  /** As it was typed, without its directory. */
  readonly program: string;
  /** "path": with a TTL that rises from 1. */
  readonly asks: "echo" | "arp" | "path";
  readonly protocol: "ICMP" | "ARP" | "UDP" | "TCP";
  readonly ipv6: boolean;
  readonly ping: PingCommand;
}

/** Letters of short options that take a value, and which of them mean what. */
interface Options {
  readonly values: string;
  readonly device?: string;
  readonly source?: string;
  readonly count?: string;
  readonly size?: string;
  readonly ttl?: string;
  readonly long?: string;
}

const TOOLS: Readonly<Record<string, Options & Pick<AskedCommand, "asks">>> = {
  fping: {
    asks: "echo",
    values: "bBcCfHikMOpQrStxI",
    device: "I",
    source: "S",
    count: "c",
    size: "b",
    ttl: "H",
    long: "size backoff count file ttl iface interval tos period squiet retry src timeout vcount reachable",
  },
  arping: { asks: "arp", values: "cwiIsSCtTWQmV", device: "I", source: "s", count: "c" },
  traceroute: {
    asks: "path",
    values: "fgimNptlwqszMO",
    device: "i",
    source: "s",
    long: "first gate interface max-hops sim-queries port tos flowlabel wait queries source sendwait module options fwmark mtu",
  },
  mtr: {
    asks: "path",
    values: "FIafmUPLsBiGQZMcoyX",
    device: "I",
    source: "a",
    count: "c",
    long: "filename interface address first-ttl max-ttl max-unknown port localport psize bitpattern interval gracetime tos timeout mark report-cycles order ipinfo displaymode",
  },
  tracepath: { asks: "path", values: "lmp" },
  // Of Windows, in pastes.
  tracert: { asks: "path", values: "hjwS", source: "S" },
  pathping: { asks: "path", values: "gihnpqw", source: "i" },
  nping: {
    asks: "echo",
    values: "cpegPsS",
    device: "e",
    count: "c",
    long: "count delay rate data-length ttl interface dest-ip source-ip tr",
  },
  nmap: {
    asks: "echo",
    values: "pTgDeio",
    device: "e",
    source: "S",
    long: "max-retries host-timeout min-rate max-rate source-port ttl exclude ports data-length",
  },
  hping3: {
    asks: "echo",
    values: "ciIVatNmoLMpswdEutTgGHrCK",
    device: "I",
    count: "c",
    source: "a",
    size: "d",
    ttl: "t",
    long: "count interval interface spoof ttl id tos data file baseport destport win setseq setack icmptype icmpcode",
  },
};

const ALIASES: Readonly<Record<string, string>> = {
  fping6: "fping",
  "traceroute.db": "traceroute",
  "inetutils-traceroute": "traceroute",
  traceroute4: "traceroute",
  traceroute6: "traceroute",
  tracepath4: "tracepath",
  tracepath6: "tracepath",
  hping: "hping3",
  hping2: "hping3",
  "mtr-tiny": "mtr",
  "mtr-packet": "",
};

/** Everything that it asks, in order; empty where it runs no such tool. */
export function askedCommands(argv: readonly string[]): AskedCommand[] {
  return innerCommands(argv).flatMap(askedBy);
}

/** What one command that starts no other asks, a target each. */
export function askedBy(inner: InnerCommand): AskedCommand[] {
  const program = programOf(inner.argv);
  const ping = parsePing(inner);
  if (ping !== null) return [{ program, asks: "echo", protocol: "ICMP", ipv6: ping.ipv6, ping: ping.command }];
  const name = ownValue(ALIASES, program) ?? program;
  const tool = ownValue(TOOLS, name);
  if (tool === undefined) return [];
  const { flags, values, words } = readOptions(inner.argv.slice(1), tool);
  const protocol = protocolOf(name, flags, values);
  const targets = targetsOf(name, words);
  // An announcement asks nobody.
  if (name === "arping" && (flags.has("U") || flags.has("A"))) return [];
  // Of these only what is a ping is told in its own words.
  if ((name === "hping3" || name === "nmap" || name === "nping") && protocol !== "ICMP") return [];
  return targets.map((target) => ({
    program,
    asks: tool.asks,
    protocol,
    ipv6: isIpv6(program, flags, target),
    ping: pingOf(inner, target, tool, { flags, values }),
  }));
}

// Beside its targets nmap may name ranges, and files that it writes.
function targetsOf(name: string, words: readonly string[]): readonly string[] {
  if (name === "nmap") return words.filter((word) => parseIpv4(word) !== null);
  return name === "fping" ? words : words.slice(0, 1);
}

/** Whether it is a program whose packets are explained, whatever it is told to do. */
export function isExplained(argv: readonly string[]): boolean {
  return innerCommands(argv).some((inner) => {
    const program = programOf(inner.argv);
    // A scan of ports is told by its connections.
    if (program === "nmap") return askedBy(inner).length > 0;
    return parsePing(inner) !== null || Object.hasOwn(TOOLS, ownValue(ALIASES, program) ?? program);
  });
}

/** Name of the program, without its directory. */
export function programOf(argv: readonly string[]): string {
  const path = argv[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1);
}

const ADDRESS = /(?<![\d.:])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)/g;

/** The addresses that a command line names anywhere: in a URL, behind @, in a script. */
export function addressesNamed(argv: readonly string[]): Ipv4[] {
  const found = argv.flatMap((word) => [...word.matchAll(ADDRESS)].map((match) => parseIpv4(match[1] as string)));
  return [...new Set(found.flatMap((address) => (address === null ? [] : [address])))];
}

interface Read {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

function readOptions(argv: readonly string[], { values: withValue, long = "" }: Options): Read {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith("--")) {
      const [name = "", value] = word.slice(2).split("=", 2);
      if (value !== undefined) values.set(name, value);
      else if (long.split(" ").includes(name)) values.set(name, argv[++at] ?? "");
      else flags.add(name);
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    for (let letter = 1; letter < word.length; letter++) {
      const option = word[letter] as string;
      if (withValue.includes(option)) {
        values.set(option, word.slice(letter + 1) || (argv[++at] ?? ""));
        break;
      }
      flags.add(option);
    }
  }
  return { flags, values, words };
}

function protocolOf(
  name: string,
  flags: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
): AskedCommand["protocol"] {
  const has = (...options: readonly string[]): boolean => options.some((option) => flags.has(option));
  switch (name) {
    case "arping":
      return "ARP";
    case "tracepath":
      return "UDP";
    case "traceroute": {
      const method = values.get("M") ?? values.get("module") ?? "";
      if (has("I", "icmp") || method === "icmp") return "ICMP";
      return has("T", "tcp") || method.startsWith("tcp") ? "TCP" : "UDP";
    }
    case "mtr":
      return has("u", "udp") ? "UDP" : has("T", "tcp") ? "TCP" : "ICMP";
    case "nmap":
      // -PE, or a look for hosts (-sn) that leaves the way to nmap, which begins with an echo request.
      return has("E") || (has("s") && has("n") && !has("S", "U", "A", "V", "P")) ? "ICMP" : "TCP";
    case "nping":
      return has("icmp") ? "ICMP" : has("arp") ? "ARP" : has("udp") ? "UDP" : "TCP";
    case "hping3":
      return has("1", "icmp") ? "ICMP" : has("2", "udp") ? "UDP" : "TCP";
    default:
      return "ICMP";
  }
}

function isIpv6(program: string, flags: ReadonlySet<string>, target: string): boolean {
  return program.endsWith("6") || flags.has("6") || flags.has("ipv6") || target.includes(":");
}

function pingOf(
  { netns }: InnerCommand,
  target: string,
  tool: Options,
  { flags, values }: Pick<Read, "flags" | "values">,
): PingCommand {
  const value = (short: string | undefined, long: string): string | undefined =>
    (short === undefined ? undefined : values.get(short)) ?? values.get(long);
  const number = (words: string | undefined): number | null =>
    words !== undefined && /^\d+$/.test(words) ? Number(words) : null;
  const dontFragment = flags.has("M") || flags.has("dontfrag") || flags.has("F") || flags.has("dontfragment");
  return {
    netns,
    target,
    destination: parseIpv4(target),
    bindInterface: value(tool.device, "iface") ?? values.get("interface") ?? null,
    bindAddress: parseIpv4(value(tool.source, "src") ?? values.get("address") ?? values.get("source") ?? ""),
    payload: number(value(tool.size, "size")) ?? 56,
    options: 0,
    ttl: number(value(tool.ttl, "ttl")),
    discovery: dontFragment ? "do" : "dont",
    dontFragment,
    broadcast: true,
    mark: 0,
    tos: 0,
    count: number(value(tool.count, "count")),
  };
}

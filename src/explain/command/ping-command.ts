// Reads from a ping's command line what was attempted: behind whatever starts it.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import { type InnerCommand, innerCommands } from "./wrappers.ts";

export interface PingCommand {
  /** Namespace named on the command line; null where it is the caller's own. */
  readonly netns: string | null;
  /** Destination as typed: an address or a host name. */
  readonly target: string;
  readonly destination: Ipv4 | null;
  readonly bindInterface: string | null;
  readonly bindAddress: Ipv4 | null;
  /** ICMP payload bytes (`-s`, 56 by default). */
  readonly payload: number;
  /** Bytes of IP options (`-R`, `-T`). */
  readonly options: number;
  readonly ttl: number | null;
  /** `-M`: path MTU discovery. */
  readonly discovery: "want" | "do" | "dont" | "probe";
  /** Whether `-M do` forbids fragments. */
  readonly dontFragment: boolean;
  readonly broadcast: boolean;
  readonly mark: number;
  /** Type of service (`-Q`). */
  readonly tos: number;
  readonly count: number | null;
}

// Options of iputils ping and busybox ping that take a value.
const WITH_VALUE = new Set("cCeFGhiIlLmMNOpQsStTwW".split("").filter((c) => !"COL".includes(c)));

/** A ping, whichever of the two protocols it speaks. */
export interface ParsedPing {
  readonly command: PingCommand;
  readonly ipv6: boolean;
}

/** Null where the command is no ping over IPv4. */
export function parsePingCommand(argv: readonly string[]): PingCommand | null {
  return pingsOf(argv).find(({ ipv6 }) => !ipv6)?.command ?? null;
}

/** Whether the command is a ping over IPv6: by its name, an option, or the address it is given. */
export function isIpv6Ping(argv: readonly string[]): boolean {
  const pings = pingsOf(argv);
  return pings.length > 0 && pings.every(({ ipv6 }) => ipv6);
}

function pingsOf(argv: readonly string[]): ParsedPing[] {
  return innerCommands(argv).flatMap((inner) => parsePing(inner) ?? []);
}

/** One command that starts no other; null where it is no ping. */
export function parsePing({ argv, netns }: InnerCommand): ParsedPing | null {
  const name = (argv[0] ?? "").replace(/^.*\//, "");
  if (name !== "ping" && name !== "ping4" && name !== "ping6") return null;
  const parsed = parseArguments(argv.slice(1), netns);
  return parsed === null || name !== "ping6" ? parsed : { ...parsed, ipv6: true };
}

function parseArguments(words: readonly string[], netns: string | null): ParsedPing | null {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const positional: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      positional.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positional.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (WITH_VALUE.has(letter)) {
        const value = word.slice(at + 1) || words[++i];
        if (value !== undefined) values.set(letter, value);
        break;
      }
      flags.add(letter);
    }
  }
  const target = positional.at(-1);
  if (target === undefined) return null;
  const bind = values.get("I");
  const bindAddress = bind === undefined ? null : parseIpv4(bind);
  const number = (letter: string): number | null => {
    const value = values.get(letter);
    return value !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : null;
  };
  const command: PingCommand = {
    netns,
    target,
    destination: parseIpv4(target),
    bindInterface: bind !== undefined && bindAddress === null ? bind : null,
    bindAddress: bindAddress ?? parseIpv4(values.get("S") ?? ""),
    payload: number("s") ?? 56,
    // ping fills the header up (MAX_IPOPTLEN) for either.
    options: flags.has("R") || values.has("T") ? 40 : 0,
    ttl: number("t"),
    discovery: discoveryOf(values.get("M")),
    dontFragment: values.get("M") === "do",
    broadcast: flags.has("b"),
    mark: number("m") ?? 0,
    tos: number("Q") ?? 0,
    count: number("c"),
  };
  return { command, ipv6: flags.has("6") || target.includes(":") };
}

function discoveryOf(value: string | undefined): PingCommand["discovery"] {
  return value === "do" || value === "dont" || value === "probe" ? value : "want";
}

// Reads from a ping's command line what was attempted: behind sudo, env, timeout, `ip netns exec` and nsenter.

import type { Ipv4 } from "../model/address.ts";
import { parseIpv4 } from "../model/address.ts";

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
  readonly ttl: number | null;
  /** `-M`: path MTU discovery. */
  readonly discovery: "want" | "do" | "dont" | "probe";
  /** Whether `-M do` forbids fragments. */
  readonly dontFragment: boolean;
  readonly broadcast: boolean;
  readonly mark: number;
  readonly count: number | null;
}

// Options of iputils ping and busybox ping that take a value.
const WITH_VALUE = new Set("cCeFGhiIlLmMNOpQsStTwW".split("").filter((c) => !"COL".includes(c)));
const WRAPPERS_WITH_VALUES: Readonly<Record<string, string>> = {
  sudo: "CDgGhpRrtTUu",
  timeout: "ks",
  nice: "n",
  stdbuf: "ioe",
  ionice: "cnp",
  chrt: "",
  env: "uCS",
  time: "fo",
  doas: "Cu",
  runuser: "uGg",
  setpriv: "",
};
// Long options whose value may be a word of its own.
const LONG_WITH_VALUES: Readonly<Record<string, string>> = {
  sudo: "user group chdir host prompt role type other-user chroot command-timeout",
  setpriv:
    "reuid regid ruid euid rgid egid groups inh-caps ambient-caps bounding-set securebits pdeathsig selinux-label apparmor-profile",
  runuser: "user group supp-group",
  timeout: "kill-after signal",
};

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Null where the command is no ping over IPv4. */
export function parsePingCommand(argv: readonly string[]): PingCommand | null {
  const parsed = parse(argv);
  return parsed === "ipv6" ? null : parsed;
}

/** Whether the command is a ping over IPv6: by its name, an option, or the address it is given. */
export function isIpv6Ping(argv: readonly string[]): boolean {
  return parse(argv) === "ipv6";
}

function parse(argv: readonly string[]): PingCommand | "ipv6" | null {
  let rest = [...argv];
  let netns: string | null = null;
  for (let guard = 0; guard < 16; guard++) {
    const name = baseName(rest[0] ?? "");
    if (name === "ping6") return "ipv6";
    if (name === "ping" || name === "ping4") return parseArguments(rest.slice(1), netns);
    if (name === "busybox") rest = rest.slice(1);
    else if (name === "ip") {
      const at = rest.findIndex((word) => word === "netns" || word === "net");
      if (at < 0 || rest[at + 1] !== "exec" || rest[at + 2] === undefined) return null;
      netns = rest[at + 2] as string;
      rest = rest.slice(at + 3);
    } else if (name === "nsenter") {
      const skipped = skipNsenter(rest);
      if (skipped === null) return null;
      netns = skipped.netns ?? netns;
      rest = skipped.rest;
    } else if (name in WRAPPERS_WITH_VALUES) {
      rest = skipOptions(rest.slice(1), WRAPPERS_WITH_VALUES[name] as string, LONG_WITH_VALUES[name] ?? "");
      if (name === "timeout" && /^[\d.]+[smhd]?$/.test(rest[0] ?? "")) rest = rest.slice(1);
      while (/^[A-Za-z_]\w*=/.test(rest[0] ?? "")) rest = rest.slice(1);
    } else return null;
  }
  return null;
}

function skipOptions(words: readonly string[], withValue: string, longWithValue: string): string[] {
  let i = 0;
  while (i < words.length && (words[i] as string).startsWith("-") && words[i] !== "-") {
    const word = words[i] as string;
    i++;
    if (word === "--") break;
    if (word.startsWith("--") ? longWithValue.split(" ").includes(word.slice(2)) : takesNext(word, withValue)) i++;
  }
  return words.slice(i);
}

function takesNext(word: string, withValue: string): boolean {
  return word.length === 2 && withValue.includes(word.slice(-1));
}

function skipNsenter(words: readonly string[]): { netns: string | null; rest: string[] } | null {
  let netns: string | null = null;
  let target: string | null = null;
  let i = 1;
  for (; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      i++;
      break;
    }
    if (!word.startsWith("-")) break;
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    if (long) {
      const [, name, value] = long;
      if (name === "net" && value !== undefined) netns = value;
      if (name === "target") target = value ?? words[++i] ?? null;
    } else if (/^-[a-zA-Z]*t$/.test(word)) target = words[++i] ?? null;
    else if (/^-t\d+$/.test(word)) target = word.slice(2);
    else if (/^-n./.test(word)) netns = word.slice(2).replace(/^=/, "");
  }
  if (netns === null && target !== null) netns = `pid-${target}`;
  return { netns: netns === null ? null : baseName(netns), rest: words.slice(i) };
}

function parseArguments(words: readonly string[], netns: string | null): PingCommand | "ipv6" | null {
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
  if (flags.has("6") || target.includes(":")) return "ipv6";
  const bind = values.get("I");
  const bindAddress = bind === undefined ? null : parseIpv4(bind);
  const number = (letter: string): number | null => {
    const value = values.get(letter);
    return value !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : null;
  };
  return {
    netns,
    target,
    destination: parseIpv4(target),
    bindInterface: bind !== undefined && bindAddress === null ? bind : null,
    bindAddress: bindAddress ?? parseIpv4(values.get("S") ?? ""),
    payload: number("s") ?? 56,
    ttl: number("t"),
    discovery: discoveryOf(values.get("M")),
    dontFragment: values.get("M") === "do",
    broadcast: flags.has("b"),
    mark: number("m") ?? 0,
    count: number("c"),
  };
}

function discoveryOf(value: string | undefined): PingCommand["discovery"] {
  return value === "do" || value === "dont" || value === "probe" ? value : "want";
}

// Finds the commands that a paste shows: behind a shell prompt, or bare at the start of a line.

import { entered, type PastedContainer, shortened } from "./enter.ts";
import { splitCommands, splitWords } from "./shell-words.ts";

/** A command as somebody typed it, split into words, with the namespace it ran in. */
export interface TypedCommand {
  /** Words after sudo and namespace wrappers: `tcpdump -n -i veth0`. */
  readonly argv: readonly string[];
  /** Namespace by `ip netns exec NAME`, `ip -n NAME`, nsenter or a container's name; null where none was named. */
  readonly netns: string | null;
  readonly line: string;
  /** Host name of the prompt, where it shows one; that of ssh, where it ran by that. */
  readonly host?: string;
  /** Whether it ran by ssh on that host, and not where it was typed. */
  readonly remote?: true;
  /** The container or pod that it was typed for. */
  readonly container?: PastedContainer;
}

const KNOWN = new Set(
  "ip ipset ufw firewall-cmd ebtables arptables nslookup ping ping4 ping6 fping tcpdump sysctl bridge brctl echo printf cat nft wg iptables iptables-save iptables-nft-save iptables-legacy iptables-nft iptables-legacy-save arp arping route ifconfig ethtool ss netstat conntrack tc nsenter tshark modprobe systemctl uname lsns nstat grep tee dmesg for bash sh ash zsh exit docker podman kubectl oc nmcli networkctl resolvectl uci ovs-vsctl traceroute tracepath mtr tracert pathping tcptraceroute inetutils-traceroute fping hping3 nping dig getent host curl wget nc ncat netcat telnet psql mysql redis-cli iperf3 ssh ssh-keyscan journalctl ipconfig ls cd".split(
    " ",
  ),
);

interface Prompt {
  readonly pattern: RegExp;
  /** Whether it is a prompt for certain, also in front of a command nobody here knows. */
  readonly certain: boolean;
}
// The command is the last group; a group before it is the host.
const PROMPTS: readonly Prompt[] = [
  { pattern: /^\[[^\]\s@]+@([^\]\s:]+)[^\]]{0,200}\][#$]\s+(.*)$/, certain: true },
  { pattern: /^(?:\([^)]{0,60}\)\s*)?[\w.+-]{1,64}@([\w.-]{1,64})(?::| )[^#$]{0,200}[#$](?:\s+(.*))?$/, certain: true },
  { pattern: /^([A-Za-z][\w.-]{0,62}):[~/][^\s#$>]{0,200}\s?[#$](?:\s+(.*))?$/, certain: true },
  { pattern: /^(?:root|sh|bash)[\w.-]{0,40}[#$]\s+()(.*)$/, certain: true },
  { pattern: /^()(?:PS )?[A-Za-z]:\\[^>]{0,200}>\s*(.*)$/, certain: true },
  { pattern: /^()[#$%]\s+(.*)$/, certain: false },
  { pattern: /^()\++\s+(.*)$/, certain: false },
  { pattern: /^()[^\s#$%][^#$%]{0,80}[#$%]\s+(.*)$/, certain: false },
  { pattern: /^()➜\s+\S{1,40}\s+(.*)$/, certain: false },
  // Themes: the second line of two, and prompts that are one sign.
  { pattern: /^()[╰└]─{1,3}\s?[$#❯➤»>λ]?\s*(.*)$/, certain: false },
  { pattern: /^()(?:[^\s❯➜»λ›▶→]{1,60}\s)?[❯➜»λ›▶→>]\s+(.*)$/, certain: false },
];

// Bare commands, as scripts and blogs show them.
const TOOL =
  /^(?:sudo\s+)?(?:traceroute|tracepath|tracert|pathping|mtr|arping|fping|hping3|nping)\s+(?:-\S|\d{1,3}(?:\.\d{1,3}){3}(?:\s|$)|[A-Za-z][\w-]*(?:\.[\w-]+)+$)/;
const BARE =
  /^(?:sudo\s+)?(?:ip\s+(?:-\S+\s+){0,4}(?:netns|link|addr|address|route|rule|neigh|neighbor|a|l|r|n|tuntap)\s|ip\s+(?:-\S+\s+){0,4}(?:a|r|n|l|addr|address|route|link|rule|neigh)$|ping[46]?\s+(?!\S+ -> )(?:-|\d|\w+\.|[\da-f]{1,4}:[\da-f:]*)|tcpdump\s|sysctl\s+(?:-|net\.)|bridge\s+(?:-\S+\s+)?(?:link|fdb|vlan)|brctl\s|nsenter\s|iptables(?:-save|\s+-)|nft\s+(?:-\w+\s+){0,4}["']?(?:list|add|insert|create|delete|flush|replace)\s|ifconfig(?:\s|$)|route\s+(?:-n|add|del)|arp\s+-|echo\s+\S+\s*(?:>|\|)|cat\s+\/proc\/sys\/|for\s+\w+\s+in\s+\/proc\/sys)/;

/** All commands on this line (`a && b; c`); none where the line is output. */
export function parseTypedLine(line: string): TypedCommand[] {
  const body = line.trim();
  for (const { pattern, certain } of PROMPTS) {
    const match = pattern.exec(body);
    if (!match) continue;
    const host = match[1] === "" || match[1] === undefined ? {} : { host: match[1] };
    const typed = splitCommands(match[2] ?? "").map((part) => ({ part, command: unwrap(part) }));
    if (certain || (typed[0]?.command && isPlausible(typed[0].command))) {
      const commands = typed.map(({ part, command }) => ({
        ...host,
        ...(command ?? { argv: splitWords(part), netns: null, line: part }),
      }));
      // An empty prompt still ends the output above it.
      return commands.length > 0 ? commands : [{ argv: [], netns: null, line: "", ...host }];
    }
  }
  if (!BARE.test(body) && !TOOL.test(body)) return [];
  return splitCommands(body).flatMap((part) => unwrap(part) ?? []);
}

// "# ping the other end" is a comment.
function isPlausible({ argv }: TypedCommand): boolean {
  const [name, ...rest] = argv;
  if (/^ping[46]?$/.test(name ?? "")) return rest.some((word) => /^-\w|\d|\w\.\w|:.*:/.test(word)) || rest.length === 1;
  if (name === "for") return rest[1] === "in";
  if (name === "ip")
    return /^(-|netns|link|l$|addr|a$|address|r$|route|ro$|rule|ru$|n$|neigh|tuntap|li$|ad$)/.test(rest[0] ?? "");
  return true;
}

function unwrap(line: string): TypedCommand | null {
  let words: readonly string[] = splitWords(shortened(line));
  let netns: string | null = null;
  let container: PastedContainer | null = null;
  let remote: string | null = null;
  for (let guard = 0; guard < 8; guard++) {
    const inner = entered(words);
    if (inner !== null) {
      netns = inner.place ?? netns;
      container = inner.container ?? container;
      words = inner.words;
      continue;
    }
    const there = bySsh(words);
    if (there !== null) {
      remote = there.host;
      words = there.words;
      continue;
    }
    const onward = afterStarter(words);
    if (onward === null) break;
    words = onward;
  }
  const name = baseName(words[0] ?? "");
  if (!KNOWN.has(name)) return null;
  return {
    argv: [name, ...words.slice(1)],
    netns,
    line,
    ...(container === null ? {} : { container }),
    ...(remote === null ? {} : { host: remote, remote: true as const }),
  };
}

// `ssh [-options] [user@]host command…`; without a command it only opens a shell, whose prompt tells.
function bySsh(words: readonly string[]): { readonly host: string; readonly words: readonly string[] } | null {
  if (baseName(words[0] ?? "") !== "ssh") return null;
  let at = 1;
  while (words[at]?.startsWith("-")) at += /^-[bcDEeFIiJLlmOopQRSWw]$/.test(words[at] as string) ? 2 : 1;
  const host = /^(?:[^@\s]+@)?([\w.-]{1,64})$/.exec(words[at] ?? "")?.[1];
  const rest = words.slice(at + 1);
  if (host === undefined || rest.length === 0) return null;
  const [only = ""] = rest;
  return { host, words: rest.length === 1 ? splitWords(splitCommands(only)[0] ?? "") : rest };
}

// What only starts another command, in the same place.
function afterStarter(words: readonly string[]): readonly string[] | null {
  const first = baseName(words[0] ?? "");
  if (first === "sudo" || first === "time" || first === "exec" || first === "doas" || first === "busybox") {
    let at = 1;
    while (words[at]?.startsWith("-")) at += /^-[ugCpTh]$/.test(words[at] as string) ? 2 : 1;
    return words.slice(at);
  }
  if (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) return words.slice(1);
  if (first === "timeout") return words.slice(words[1]?.startsWith("-") ? 3 : 2);
  if (first === "stdbuf") return words.slice(2);
  const script = /^(?:ba|da|z|a)?sh$/.test(first) && /^-[a-z]*c$/.test(words[1] ?? "") ? words[2] : undefined;
  return script === undefined ? null : splitWords(splitCommands(script)[0] ?? "");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

// Finds the commands that a paste shows: behind a shell prompt, or bare at the start of a line.

import { splitCommands, splitWords } from "./shell-words.ts";

/** A command as somebody typed it, split into words, with the namespace it ran in. */
export interface TypedCommand {
  /** Words after sudo and namespace wrappers: `tcpdump -n -i veth0`. */
  readonly argv: readonly string[];
  /** Namespace by `ip netns exec NAME`, `ip -n NAME`, nsenter or a container's name; null where none was named. */
  readonly netns: string | null;
  readonly line: string;
  /** Host name of the prompt, where it shows one. */
  readonly host?: string;
}

const KNOWN = new Set(
  "ip ping ping4 tcpdump sysctl bridge brctl echo printf cat nft iptables iptables-save iptables-nft-save iptables-legacy iptables-nft iptables-legacy-save arp arping route ifconfig ethtool ss netstat conntrack tc nsenter tshark modprobe systemctl uname lsns nstat grep tee dmesg for bash sh zsh exit".split(
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
  { pattern: /^(?:root|sh|bash)[\w.-]{0,40}[#$]\s+()(.*)$/, certain: true },
  { pattern: /^()(?:PS )?[A-Za-z]:\\[^>]{0,200}>\s*(.*)$/, certain: true },
  { pattern: /^()[#$%]\s+(.*)$/, certain: false },
  { pattern: /^()\++\s+(.*)$/, certain: false },
  { pattern: /^()[^\s#$%][^#$%]{0,80}[#$%]\s+(.*)$/, certain: false },
  { pattern: /^()➜\s+\S{1,40}\s+(.*)$/, certain: false },
];

// Bare commands, as scripts and blogs show them.
const BARE =
  /^(?:sudo\s+)?(?:ip\s+(?:-\S+\s+){0,4}(?:netns|link|addr|address|route|rule|neigh|neighbor|a|l|r|n|tuntap)\s|ip\s+(?:-\S+\s+){0,4}(?:a|r|n|l|addr|address|route|link|rule|neigh)$|ping4?\s+(?!\S+ -> )(?:-|\d|\w+\.)|tcpdump\s|sysctl\s+(?:-|net\.)|bridge\s+(?:-\S+\s+)?(?:link|fdb|vlan)|brctl\s|nsenter\s|iptables(?:-save|\s+-)|nft\s+(?:-\w+\s+){0,4}["']?(?:list|add|insert|create|delete|flush|replace)\s|ifconfig(?:\s|$)|route\s+(?:-n|add|del)|arp\s+-|echo\s+\S+\s*(?:>|\|)|cat\s+\/proc\/sys\/|for\s+\w+\s+in\s+\/proc\/sys)/;

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
        ...(command ?? { argv: splitWords(part), netns: null, line: part }),
        ...host,
      }));
      // An empty prompt still ends the output above it.
      return commands.length > 0 ? commands : [{ argv: [], netns: null, line: "", ...host }];
    }
  }
  if (!BARE.test(body)) return [];
  return splitCommands(body).flatMap((part) => unwrap(part) ?? []);
}

// "# ping the other end" is a comment.
function isPlausible({ argv }: TypedCommand): boolean {
  const [name, ...rest] = argv;
  if (name === "ping" || name === "ping4") return rest.some((word) => /^-\w|\d|\w\.\w/.test(word)) || rest.length === 1;
  if (name === "for") return rest[1] === "in";
  if (name === "ip")
    return /^(-|netns|link|l$|addr|a$|address|r$|route|ro$|rule|ru$|n$|neigh|tuntap|li$|ad$)/.test(rest[0] ?? "");
  return true;
}

function unwrap(line: string): TypedCommand | null {
  let words = splitWords(line);
  let netns: string | null = null;
  for (let guard = 0; guard < 8; guard++) {
    const first = baseName(words[0] ?? "");
    if (first === "sudo" || first === "time" || first === "exec" || first === "doas") {
      let at = 1;
      while (words[at]?.startsWith("-")) at += /^-[ugCpTh]$/.test(words[at] as string) ? 2 : 1;
      words = words.slice(at);
    } else if (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words = words.slice(1);
    else if (first === "timeout") words = words.slice(words[1]?.startsWith("-") ? 3 : 2);
    else if (first === "stdbuf") words = words.slice(2);
    else if (first === "ip" && /^net?n?s?$/.test(words[1] ?? "") && words[2] === "exec" && words[3] !== undefined) {
      netns = words[3];
      words = words.slice(4);
    } else if (first === "ip" && /^-n(?:etns)?$/.test(words[1] ?? "") && words[2] !== undefined) {
      netns = words[2];
      words = ["ip", ...words.slice(3)];
    } else if (first === "bridge" && /^-n(?:etns)?$/.test(words[1] ?? "") && words[2] !== undefined) {
      netns = words[2];
      words = ["bridge", ...words.slice(3)];
    } else if (first === "nsenter") {
      const inner = afterNsenter(words);
      if (inner === null) return null;
      netns = inner.netns ?? netns;
      words = inner.words;
    } else if ((first === "docker" || first === "podman") && words[1] === "exec") {
      let at = 2;
      while (words[at]?.startsWith("-")) at += /^-[euw]$|^--(?:env|user|workdir)$/.test(words[at] as string) ? 2 : 1;
      netns = words[at] ?? null;
      words = words.slice(at + 1);
    } else break;
  }
  const name = baseName(words[0] ?? "");
  if (!KNOWN.has(name)) return null;
  return { argv: [name, ...words.slice(1)], netns, line };
}

function afterNsenter(words: readonly string[]): { netns: string | null; words: string[] } | null {
  let netns: string | null = null;
  let target: string | null = null;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-")) break;
    const long = /^--(net|target)(?:=(.*))?$/.exec(word);
    if (long?.[1] === "net" && long[2] !== undefined) netns = baseName(long[2]);
    else if (long?.[1] === "target") target = long[2] ?? words[++at] ?? null;
    else if (/^-[a-zA-Z]*t$/.test(word)) target = words[++at] ?? null;
    else if (/^-t\d+$/.test(word)) target = word.slice(2);
    else if (/^-n.*\//.test(word)) netns = baseName(word.slice(2).replace(/^=/, ""));
  }
  const rest = words.slice(at);
  if (rest.length === 0) return null;
  return { netns: netns ?? (target === null ? null : `pid-${target}`), words: rest };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

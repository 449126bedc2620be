// Finds the commands that a paste shows: behind a shell prompt, or bare at the start of a line.

/** A command as somebody typed it, split into words, with the namespace it ran in. */
export interface TypedCommand {
  /** Words after sudo and namespace wrappers: `tcpdump -n -i veth0`. */
  readonly argv: readonly string[];
  /** Namespace by `ip netns exec NAME`, `ip -n NAME` or nsenter; null where none was named. */
  readonly netns: string | null;
  readonly line: string;
}

const KNOWN = new Set(
  "ip ping ping4 tcpdump sysctl bridge brctl echo cat nft iptables iptables-save iptables-nft-save iptables-legacy-save arp arping route ifconfig ethtool ss netstat conntrack tc nsenter tshark modprobe systemctl uname lsns nstat grep tee dmesg".split(
    " ",
  ),
);
const PROMPTS = [
  /^\[[^\]\s]+@[^\]]*\][#$]\s+(.*)$/,
  /^[\w.-]+@[\w.-]+(?::| )[^#$]*[#$]\s+(.*)$/,
  /^\([^)]*\)\s*[\w.-]+@[\w.-]+:[^#$]*[#$]\s+(.*)$/,
  /^(?:root|sh|bash)[\w.-]*[#$]\s+(.*)$/,
  /^[#$%]\s+(.*)$/,
  /^\+\s+(.*)$/,
];

/** The command on this line; null where the line is output. */
export function parseTyped(line: string): TypedCommand | null {
  const body = line.trim();
  for (const prompt of PROMPTS) {
    const match = prompt.exec(body);
    if (!match) continue;
    const typed = unwrap(match[1] as string);
    if (typed !== null) return typed;
    // A prompt with a command nobody here knows still ends the output before it.
    if (prompt !== PROMPTS[4] && prompt !== PROMPTS[5])
      return { argv: splitWords(match[1] as string), netns: null, line: match[1] as string };
  }
  // Bare commands, as scripts and blogs show them.
  if (
    /^(sudo\s+)?(ip\s+(-\S+\s+)*(netns|link|addr|address|route|rule|neigh|a|l|r|tuntap)\s|ip\s+(a|r|addr|route|link|rule|neigh)$|ping\s+(-|\d|\w+\.)|tcpdump\s|sysctl\s+(-|net\.)|bridge\s+(link|fdb|vlan)|brctl\s|nsenter\s)/.test(
      body,
    )
  )
    return unwrap(body);
  return null;
}

function unwrap(line: string): TypedCommand | null {
  let words = splitWords(line);
  let netns: string | null = null;
  for (let guard = 0; guard < 8; guard++) {
    const first = words[0];
    if (first === undefined) return null;
    if (first === "sudo" || first === "time" || first === "exec")
      words = words.slice(1).filter((w, i) => i > 0 || !w.startsWith("-"));
    else if (/^[A-Z_]+=/.test(first)) words = words.slice(1);
    else if (first === "timeout") words = words.slice(2);
    else if (first === "ip" && words[1] === "netns" && words[2] === "exec" && words[3] !== undefined) {
      netns = words[3];
      words = words.slice(4);
    } else if (first === "ip" && (words[1] === "-n" || words[1] === "-netns") && words[2] !== undefined) {
      netns = words[2];
      words = ["ip", ...words.slice(3)];
    } else break;
  }
  const name = (words[0] ?? "").replace(/^.*\//, "");
  if (!KNOWN.has(name)) return null;
  return { argv: [name, ...words.slice(1)], netns, line };
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));
}

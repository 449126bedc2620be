// `iptables -L -v -n` turned into the form of iptables-save, as far as its columns tell a rule whole.

/** Text in the form of iptables-save; null where the lines are no such listing. What a column hides stays undecided. */
export function saveFormOf(lines: readonly string[], table: string): string | null {
  const policies: string[] = [];
  const rules: string[] = [];
  let chain: string | null = null;
  let verbose = true;
  for (const line of lines) {
    const head = /^Chain (\S+) \((?:policy (\w+)(?: (\S+) packets, (\S+) bytes)?|\d+ references?)\)/.exec(line);
    if (head) {
      chain = head[1] as string;
      policies.push(`:${chain} ${head[2] ?? "-"} [0:0]`);
      continue;
    }
    if (line.trim() === "") continue;
    const columns = /^\s*(?:num\s+)?(pkts\s+bytes\s+)?target\s+prot/.exec(line);
    if (columns) verbose = columns[1] !== undefined;
    if (columns || chain === null) continue;
    rules.push(ruleOf(verbose ? line : `0 0 ${shortRule(line)}`, chain) ?? `-A ${chain} ${UNDECIDED}`);
  }
  return policies.length === 0 ? null : `*${table}\n${[...policies, ...rules].join("\n")}\nCOMMIT\n`;
}

// A match that no reader knows: whoever evaluates the rule cannot tell whether it holds.
const UNDECIDED = "…";

// Without -v the interfaces are not shown: two columns that say so take their place.
function shortRule(line: string): string {
  const words = line.trim().split(/\s+/);
  const bare = /^(?:all|tcp|udp|icmp|\d+)$/.test(words[0] ?? "") && /^(?:--|-f|!f)$/.test(words[1] ?? "");
  words.splice(bare ? 2 : 3, 0, "?", "?");
  return words.join(" ");
}

// pkts bytes target prot opt in out source destination, then what the matches print.
function ruleOf(line: string, chain: string): string | null {
  const words = line.trim().split(/\s+/);
  if (/^\d+$/.test(words[0] ?? "") && /^\d+[KMGT]?$/.test(words[1] ?? "") && /^\d+[KMGT]?$/.test(words[2] ?? ""))
    words.shift();
  const count = `${amount(words[0])}:${amount(words[1])}`;
  // A rule without a target leaves its column empty: the protocol stands there.
  const bare = /^(?:all|tcp|udp|icmp|\d+)$/.test(words[2] ?? "") && /^(?:--|-f|!f)$/.test(words[3] ?? "");
  const [target, protocol = "", , input = "", output = "", source = "", destination = ""] = bare
    ? ["", ...words.slice(2)]
    : words.slice(2);
  const rest = words
    .slice(bare ? 8 : 9)
    .join(" ")
    .replace(/\/\*.*?\*\//g, "")
    .trim();
  if (destination === "" || amount(words[0]) === null) return null;
  const parts = [`[${count}] -A ${chain}`];
  const add = (option: string, value: string, any: readonly string[]): void => {
    if (any.includes(value)) return;
    parts.push(value.startsWith("!") ? `! ${option} ${value.slice(1)}` : `${option} ${value}`);
  };
  add("-s", source, ["0.0.0.0/0", "anywhere"]);
  add("-d", destination, ["0.0.0.0/0", "anywhere"]);
  if (input === "?") parts.push(UNDECIDED);
  else {
    add("-i", input, ["*", "any"]);
    add("-o", output, ["*", "any"]);
  }
  add("-p", protocol, ["all", "0"]);
  const matches = matchesOf(rest, protocol);
  parts.push(...matches.before.filter((part) => part !== UNDECIDED || !parts.includes(UNDECIDED)));
  if (target !== undefined && target !== "") parts.push(`-j ${target}`);
  parts.push(...matches.after);
  return parts.join(" ");
}

function amount(text: string | undefined): number | null {
  const match = /^(\d+)([KMGT]?)$/.exec(text ?? "");
  if (!match) return null;
  return Number(match[1]) * 1000 ** " KMGT".indexOf(match[2] || " ");
}

// What is not known here might narrow the rule.
function matchesOf(rest: string, protocol: string): { before: string[]; after: string[] } {
  const before: string[] = [];
  const after: string[] = [];
  let left = rest;
  const take = (pattern: RegExp, use: (match: RegExpExecArray) => void): void => {
    const match = pattern.exec(left);
    if (!match) return;
    use(match);
    left = `${left.slice(0, match.index)}${left.slice(match.index + match[0].length)}`.trim();
  };
  take(/\b(?:ct)?state ([A-Z,]+)/, (m) => before.push(`-m conntrack --ctstate ${m[1]}`));
  take(/\bicmp(?:type| type) (\d+)(?: code (\d+))?/, (m) =>
    before.push(`-m icmp --icmp-type ${m[1]}${m[2] === undefined ? "" : `/${m[2]}`}`),
  );
  take(/\b(! )?match-set (\S+) ([\w,]+)/, (m) => before.push(`-m set ${m[1] ?? ""}--match-set ${m[2]} ${m[3]}`));
  take(/\b(?:tcp|udp) dpts?:(\S+)/, (m) => before.push(`-m ${protocol} --dport ${m[1]}`));
  take(/\b(?:tcp|udp) spts?:(\S+)/, (m) => before.push(`-m ${protocol} --sport ${m[1]}`));
  take(/\bPHYSDEV match --physdev-is-bridged/, () => before.push("-m physdev --physdev-is-bridged"));
  take(/\breject-with (\S+)/, (m) => after.push(`--reject-with ${m[1]}`));
  take(/\bto:(\S+)/, (m) => after.push(`--to ${m[1]}`));
  if (left !== "") before.push(UNDECIDED);
  return { before, after };
}

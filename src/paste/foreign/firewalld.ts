// `firewall-cmd --list-all` as the rules of nftables that firewalld makes of its zones (src/firewall/core/nftables.py): the walk
// decides by them, and each says from which line it comes.

import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { type Converted, listed } from "./converted.ts";
import { portsOfService } from "./firewalld-services.ts";
import { publishedPorts } from "./published-ports.ts";

const HEAD = /^([\w-]{1,17})(?: \(([\w, ]+)\))?$/;
const FIELD = /^\s+([a-z][a-z -]*): ?(.*)$/;
const RICH = /^\s*rule .*\b(?:accept|reject|drop|mark|masquerade)\b/;

interface Zone {
  readonly name: string;
  readonly isActive: boolean;
  readonly isDefault: boolean;
  readonly number: number;
  readonly fields: Map<string, { readonly words: string; readonly number: number }>;
  readonly rich: PastedLine[];
}

/** Whether these lines are zones of firewalld. */
export function isFirewalld({ lines }: PastedBlock): boolean {
  return (
    lines.some(({ text }) => /^\s+services: ?/.test(text)) && lines.some(({ text }) => /^\s+masquerade: /.test(text))
  );
}

/** The rules about what comes in, of the zones that are in use. */
export function fromFirewalld(
  { command, lines }: PastedBlock,
  netns: string | null,
  all: readonly PastedBlock[],
): Converted {
  const zones: Zone[] = [];
  const unknown: PastedLine[] = [];
  // Without a zone's name, it is the default one that is asked for.
  const asksDefault =
    command?.argv.includes("--list-all") === true && !command.argv.some((word) => word.startsWith("--zone"));
  for (const line of lines) if (!taken(line, zones, asksDefault)) unknown.push(line);
  const used = zones.filter((zone) => zone.isActive || zone.isDefault || wordsOf(zone, "interfaces").length > 0);
  if (used.length === 0) return { blocks: [], unknown };
  const number = used[0]?.number ?? 0;
  const made = [
    { number, text: "table inet firewalld {" },
    { number, text: "chain filter_INPUT {" },
    { number, text: "type filter hook input priority filter + 10; policy accept;" },
    ...["ct state { established, related } accept", "ct status dnat accept", 'iifname "lo" accept'].map((rule) => ({
      number,
      text: `${rule} # firewalld ${used[0]?.name}: always`,
    })),
    ...publishedPorts(all, netns).map(({ port, protocol, number: at }) => ({
      number: at,
      text: `${protocol} dport ${port} ${OPEN} accept # firewalld ${used[0]?.name}: Docker publishes it`,
    })),
    ...used.flatMap(entrancesOf),
    { number, text: "}" },
    ...used.flatMap(chainOf),
    { number, text: "}" },
  ];
  return { blocks: [listed(netns, ["nft", "list", "table", "inet", "firewalld"], made)], unknown };
}

function taken(line: PastedLine, zones: Zone[], asksDefault: boolean): boolean {
  const { text, number } = line;
  const zone = zones.at(-1);
  const [, key, words = ""] = FIELD.exec(text) ?? [];
  if (zone !== undefined && key !== undefined && !RICH.test(text)) {
    zone.fields.set(key.trim(), { words: words.trim(), number });
    return true;
  }
  if (zone !== undefined && RICH.test(text)) {
    zone.rich.push(line);
    return true;
  }
  const [, name, states = ""] = HEAD.exec(text) ?? [];
  if (name !== undefined) {
    const isDefault = states.includes("default") || asksDefault;
    zones.push({ name, isActive: states.includes("active"), isDefault, number, fields: new Map(), rich: [] });
  }
  return name !== undefined || text.trim() === "";
}

function wordsOf({ fields }: Zone, key: string): readonly string[] {
  return (fields.get(key)?.words ?? "").split(/\s+/).filter((word) => word !== "");
}

// Sources are asked before interfaces, and the default zone takes what is left.
function entrancesOf(zone: Zone): PastedLine[] {
  const { name, isDefault, number } = zone;
  const goTo = (match: string, key: string): PastedLine => ({
    number: zone.fields.get(key)?.number ?? number,
    text: `${match} goto filter_IN_${name} # firewalld ${name}: ${key}`.trim(),
  });
  const sources = wordsOf(zone, "sources").filter((word) => /^[\d.]+(?:\/\d+)?$/.test(word));
  return [
    ...sources.map((source) => goTo(`ip saddr ${source}`, "sources")),
    ...wordsOf(zone, "interfaces").map((device) => goTo(`iifname "${device.replace(/[^\w.@-]/g, "")}"`, "interfaces")),
    ...(isDefault ? [goTo("", "default zone")] : []),
  ];
}

// A match that no reader knows: whoever evaluates the rule cannot tell whether it holds.
const OPEN = 'xt match "unknown"';
const REJECT = "reject with icmpx type admin-prohibited";

function chainOf(zone: Zone): PastedLine[] {
  const { name, fields, number, rich } = zone;
  const rule = (key: string, said: string): PastedLine => {
    const field = fields.get(key);
    return {
      number: field?.number ?? number,
      text: `${said} # firewalld ${name}: ${key}: ${field?.words ?? ""}`.trim(),
    };
  };
  const each = (key: string, made: (word: string) => readonly string[]): PastedLine[] =>
    wordsOf(zone, key)
      .flatMap(made)
      .map((said) => rule(key, said));
  const target = fields.get("target")?.words ?? "default";
  const isInverted = wordsOf(zone, "icmp-block-inversion").includes("yes");
  const isBlocked = wordsOf(zone, "icmp-blocks").includes("echo-request") !== isInverted;
  return [
    { number, text: `chain filter_IN_${name} {` },
    ...rich.map((line) => ({
      number: line.number,
      text: `${richRule(line.text)} # firewalld ${name}: ${line.text.trim().replace(/"/g, "'")}`,
    })),
    ...(isBlocked
      ? [rule(isInverted ? "icmp-block-inversion" : "icmp-blocks", `icmp type echo-request ${REJECT}`)]
      : []),
    ...each("services", (word) => (portsOfService(word) ?? [OPEN]).map((match) => `${match} accept`)),
    ...each("ports", (word) => accepted(portMatch(word, "dport"))),
    ...each("source-ports", (word) => accepted(portMatch(word, "sport"))),
    ...each("protocols", (word) => (/^\w+$/.test(word) ? [`meta l4proto ${word} accept`] : [])),
    ...each("forward-ports", () => [`${OPEN} accept`]),
    ...pingsIn(target).map((said) => rule("target", said)),
    rule("target", endOf(target)),
    { number, text: "}" },
  ];
}

// The target `default` lets ICMP in before it rejects; DROP does not, and of what rejects by name that is open.
function pingsIn(target: string): string[] {
  if (target === "DROP") return [];
  return [`meta l4proto icmp ${target === "default" || target === "ACCEPT" ? "" : `${OPEN} `}accept`];
}

function endOf(target: string): string {
  return target === "ACCEPT" ? "accept" : target === "DROP" ? "drop" : REJECT;
}

function accepted(match: string | null): string[] {
  return [`${match ?? OPEN} accept`];
}

/** `8080/tcp`, `9000-9100/udp`. */
function portMatch(word: string, which: "dport" | "sport"): string | null {
  const [, port, protocol] = /^(\d+(?:-\d+)?)\/(tcp|udp)$/.exec(word) ?? [];
  return port === undefined ? null : `${protocol} ${which} ${port}`;
}

// Of a rich rule the commonest words; with any other, whether it holds is open.
function richRule(line: string): string {
  const get = (pattern: RegExp): string | undefined => pattern.exec(line)?.[1];
  if (/family="?ipv6/.test(line)) return `meta nfproto ipv6 ${OPEN} accept`;
  const source = get(/source address="?([\d./]+)"?/);
  const port = get(/port port="?([\d-]+)"?/);
  const protocol = get(/\bprotocol="?(tcp|udp)"?/);
  const service = get(/service name="?([\w-]+)"?/);
  const plain = line
    .replace(/^\s*rule(?: priority="?-?\d+"?)?(?: family="?ipv4"?)?/, "")
    .replace(/source address="?[\d./]+"?|port port="?[\d-]+"? protocol="?(?:tcp|udp)"?|service name="?[\w-]+"?/g, "")
    .replace(/log(?: prefix="?[^"]*"?)?(?: level="?\w+"?)?(?: limit value="?\S+"?)?/, "")
    .trim();
  const verdict = /^(accept|drop|reject)$/.exec(plain)?.[1];
  const matches = service === undefined ? null : portsOfService(service);
  const [onlyMatch, ...others] = matches ?? [];
  if (verdict === undefined || (service !== undefined && (onlyMatch === undefined || others.length > 0)))
    return `${OPEN} accept`;
  const end = verdict === "reject" ? REJECT : verdict;
  return [
    ...(source === undefined ? [] : [`ip saddr ${source}`]),
    ...(port === undefined || protocol === undefined ? [] : [`${protocol} dport ${port}`]),
    ...(onlyMatch === undefined ? [] : [onlyMatch]),
    end,
  ].join(" ");
}

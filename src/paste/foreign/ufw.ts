// `ufw status` as the rules of iptables that ufw makes of it (ufw's before.rules and user.rules): the walk decides by them, and
// each says from which line it comes.

import { UFW_DEFAULT } from "../../model/front-end.ts";
import { typedLine } from "../../model/typed-line.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { type Converted, listed } from "./converted.ts";
import { publishedPorts } from "./published-ports.ts";

const STATUS = /^Status: (active|inactive)$/;
const DEFAULTS = /^Default: (allow|deny|reject) \(incoming\)/;
const RULE = /^(?:\[\s*\d+\]\s*)?(\S.*?)\s+(ALLOW|DENY|REJECT|LIMIT)(?: (IN|OUT|FWD))?\s+(\S.*?)(?:\s+#.*)?$/;
const KNOWN = /^(?:Logging: |New profiles: |To\s+Action\s+From|--\s+--|$)/;

/** Whether these lines are `ufw status`. */
export function isUfw({ command, lines }: PastedBlock): boolean {
  const has = (pattern: RegExp): boolean => lines.some(({ text: line }) => pattern.test(line));
  return has(STATUS) && (command?.argv[0] === "ufw" || has(/^\s*To\s+Action\s+From$/) || has(DEFAULTS));
}

/** Its rules about what comes in; of what is sent and forwarded it says too little. */
export function fromUfw({ lines }: PastedBlock, netns: string | null, all: readonly PastedBlock[]): Converted {
  const status = lines.find(({ text: line }) => STATUS.test(line));
  const shown = lines.find(({ text: line }) => DEFAULTS.test(line));
  const rules = lines.map((line) => ({ line, rule: RULE.exec(line.text.trim()) }));
  const unknown = rules
    .filter(({ line, rule }) => rule === null && !KNOWN.test(line.text.trim()) && line !== status && line !== shown)
    .filter(({ line }) => !/^Default: /.test(line.text))
    .map(({ line }) => line);
  if (status === undefined || !/active$/.test(status.text) || status.text.endsWith("inactive"))
    return { blocks: [], unknown };
  const policy = DEFAULTS.exec(shown?.text ?? "")?.[1] ?? "deny";
  const from = shown ?? { ...status, text: `${status.text} (${UFW_DEFAULT})` };
  const made = [
    { number: status.number, text: "*filter" },
    {
      number: from.number,
      text: typedLine(`:INPUT ${policy === "allow" ? "ACCEPT" : "DROP"} [0:0]`, [`ufw: ${from.text}`]),
    },
    { number: status.number, text: ":ufw-before-input - [0:0]" },
    { number: status.number, text: ":ufw-user-input - [0:0]" },
    ...BEFORE.map((rule) => ({ number: status.number, text: typedLine(rule, ["ufw: its before.rules"]) })),
    // Docker rewrites what comes for a port that it publishes before ufw is asked, unless it comes from its own bridge.
    ...publishedPorts(all, netns).map(({ port, protocol, number }) => ({
      number,
      text: typedLine(`-A ufw-before-input -p ${protocol} -m ${protocol} --dport ${port} ${OPEN} -j ACCEPT`, [
        "ufw: Docker publishes it",
      ]),
    })),
    ...rules.flatMap(({ line, rule }) =>
      (rule === null ? [] : userRules(rule)).map((one) => ({
        number: line.number,
        text: typedLine(`-A ufw-user-input ${one}`, [`ufw: ${line.text.trim().replace(/\s+/g, " ")}`]),
      })),
    ),
    ...(policy === "reject"
      ? [{ number: from.number, text: typedLine("-A INPUT -j REJECT", [`ufw: ${from.text}`]) }]
      : []),
    { number: status.number, text: "COMMIT" },
  ];
  return { blocks: [listed(netns, ["iptables-save"], made)], unknown };
}

// What ufw accepts before all of a person's rules.
const BEFORE = [
  "-A INPUT -j ufw-before-input",
  "-A INPUT -j ufw-user-input",
  "-A ufw-before-input -i lo -j ACCEPT",
  "-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
  ...[3, 11, 12, 8].map((type) => `-A ufw-before-input -p icmp -m icmp --icmp-type ${type} -j ACCEPT`),
  "-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT",
  "-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT",
  "-A ufw-before-input -d 239.255.255.250/32 -p udp -m udp --dport 1900 -j ACCEPT",
];

function userRules([, to = "", action = "", way = "IN", from = ""]: RegExpExecArray): string[] {
  if (way !== "IN" || /\(v6\)|[\da-f]*:[\da-f]*:/i.test(`${to} ${from}`)) return [];
  const [, body = "", device] = /^(.*?)(?: on (\S+))?$/.exec(to.trim()) ?? [];
  const target = endOf(body);
  const source = endOf(from.replace(/\s+\((?:log|log-all|out|in|, )+\)$/, ""));
  const jump = action === "DENY" ? ["DROP"] : action === "REJECT" ? ["REJECT"] : ["ACCEPT"];
  const place = device === undefined ? [] : [`-i ${device}`];
  const addresses = [
    ...(source.address === null ? [] : [`-s ${source.address}`]),
    ...(target.address === null ? [] : [`-d ${target.address}`]),
  ];
  const sourced = source.ports.length > 0 ? [OPEN] : [];
  const matches = target.ports.length === 0 ? [""] : target.ports;
  return matches.map((match) => {
    // ufw resets a TCP connection that it rejects.
    const how = action === "REJECT" && match.startsWith("-p tcp") ? "REJECT --reject-with tcp-reset" : jump[0];
    return [...place, ...addresses, match, ...sourced, `-j ${how}`].filter((word) => word !== "").join(" ");
  });
}

// A match that no reader knows: whoever evaluates the rule cannot tell whether it holds.
const OPEN = "…";

interface End {
  readonly address: string | null;
  /** Matches, any of which holds; none where every port is meant. */
  readonly ports: readonly string[];
}

// `22/tcp`, `Anywhere`, `192.0.2.5 5432/tcp`, `Nginx Full`, `80,443/tcp (Nginx Full)`.
function endOf(words: string): End {
  const [, address, rest = ""] =
    /^(Anywhere|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?)?(?:(?<=\S)\s+|^|$)?(.*)$/.exec(words) ?? [];
  const where = address === undefined || address === "Anywhere" ? null : address;
  const ports = rest.replace(/\s*\([^)]*\)$/, "").trim();
  if (ports === "") return { address: where, ports: [] };
  const protocol = /^\/(\w+)$/.exec(ports)?.[1];
  if (protocol !== undefined) return { address: where, ports: [`-p ${protocol}`] };
  const known = PROFILES.get(ports) ?? ports;
  return { address: where, ports: known.split("|").flatMap(portMatches) };
}

function portMatches(words: string): string[] {
  const [, ports, protocol] = /^([\d,:]+)(?:\/(tcp|udp))?$/.exec(words) ?? [];
  if (ports === undefined) return [OPEN];
  const protocols = protocol === undefined ? ["tcp", "udp"] : [protocol];
  return protocols.map((one) =>
    ports.includes(",") ? `-p ${one} -m multiport --dports ${ports}` : `-p ${one} -m ${one} --dport ${ports}`,
  );
}

/** Profiles that come with ufw (/etc/ufw/applications.d) and with the packages of the commonest servers. */
const PROFILES: ReadonlyMap<string, string> = new Map([
  ["OpenSSH", "22/tcp"],
  ["SSH", "22/tcp"],
  ["Telnet", "23/tcp"],
  ["WWW", "80/tcp"],
  ["WWW Secure", "443/tcp"],
  ["WWW Full", "80,443/tcp"],
  ["WWW Cache", "8080/tcp"],
  ["Apache", "80/tcp"],
  ["Apache Secure", "443/tcp"],
  ["Apache Full", "80,443/tcp"],
  ["Nginx HTTP", "80/tcp"],
  ["Nginx HTTPS", "443/tcp"],
  ["Nginx Full", "80,443/tcp"],
  ["DNS", "53"],
  ["SMTP", "25/tcp"],
  ["Mail submission", "587/tcp"],
  ["Postfix", "25/tcp"],
  ["Postfix SMTPS", "465/tcp"],
  ["Postfix Submission", "587/tcp"],
  ["POP3", "110/tcp"],
  ["POP3S", "995/tcp"],
  ["IMAP", "143/tcp"],
  ["IMAPS", "993/tcp"],
  ["Dovecot POP3", "110/tcp"],
  ["Dovecot Secure POP3", "995/tcp"],
  ["Dovecot IMAP", "143/tcp"],
  ["Dovecot Secure IMAP", "993/tcp"],
  ["CIFS", "137,138/udp|139,445/tcp"],
  ["Samba", "137,138/udp|139,445/tcp"],
  ["CUPS", "631"],
  ["LDAP", "389/tcp"],
  ["LDAPS", "636/tcp"],
  ["NFS", "2049"],
  ["Socks", "1080/tcp"],
  ["Squid", "3128/tcp"],
  ["VNC", "5900/tcp"],
]);

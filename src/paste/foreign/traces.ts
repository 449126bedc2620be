// What the firewall's own traces show (nft monitor trace, xtables-monitor, the kernel's log of -j TRACE): where a packet
// passed, as tcpdump would print it there, and the rule or policy that ended it, as a listing would show it.

import type { PastedLine } from "../clean.ts";

/** Traces as a capture and as what they tell of rules. */
export interface FirewallTrace {
  readonly packets: readonly PastedLine[];
  readonly rules: readonly { readonly argv: readonly string[]; readonly lines: readonly PastedLine[] }[];
  /** What is no line of a trace. */
  readonly rest: readonly PastedLine[];
}

const NFT = /^trace id ([\da-f]+) (ip|inet|netdev|bridge) (\S+) (\S+) (packet:|rule|verdict|policy|unknown) ?(.*)$/;
const XT_PACKET = /^\s*PACKET: \d+ ([\da-f]+) (.*)$/;
const XT_TRACE = /^\s*TRACE: \d+ ([\da-f]+) (\w+):(\S+?):(rule|policy|return):(?:0x[\da-f]+:)?([A-Z]+)\s*(.*)$/;
const LOGGED = /(?:^|\s)TRACE: (\w+):(\S+?):(rule|policy|return):\d+ (IN=.*)$/;

/** Whether a line is one of a trace. */
function isTraceLine(text: string): boolean {
  return NFT.test(text) || XT_PACKET.test(text) || XT_TRACE.test(text) || LOGGED.test(text);
}

/** Sorts the lines of traces from all others. */
export function tracesIn(lines: readonly PastedLine[]): FirewallTrace | null {
  if (!lines.some(({ text }) => isTraceLine(text))) return null;
  const packets: PastedLine[] = [];
  const rest: PastedLine[] = [];
  const nft = new Map<string, string>();
  const nftRules: { head: string; chain: string; rule: string; policy: boolean; number: number }[] = [];
  const tables = new Map<string, PastedLine[]>();
  const shown = new Set<string>();
  const asked = new Set<string>();
  const see = (key: string, line: PastedLine, said: string | null): void => {
    if (said === null || shown.has(`${key} ${said}`)) return;
    shown.add(`${key} ${said}`);
    packets.push({ number: line.number, text: said });
  };
  for (const line of lines) {
    const { text, number } = line;
    const [, id = "", family = "", table = "", chain = "", what = "", more = ""] = NFT.exec(text) ?? [];
    const xtPacket = XT_PACKET.exec(text);
    const xt = XT_TRACE.exec(text);
    const logged = LOGGED.exec(text);
    if (what === "packet:") {
      see(id, line, nftSighting(more));
      nft.set(`${id} ${family} ${table} ${chain}`, hookOf(chain, more));
    } else if (what !== "") {
      const hook = nft.get(`${id} ${family} ${table} ${chain}`) ?? hookOf(chain, "");
      const rule = /^(.*) \(verdict (?:drop|reject)\)$/.exec(more)?.[1];
      const ended = what === "rule" ? rule : what === "policy" && /^drop\b/.test(more) ? "" : undefined;
      if (ended !== undefined)
        nftRules.push({
          head: `table ${family} ${table}`,
          chain: `${chain} ${hook}`,
          rule: ended,
          policy: what === "policy",
          number,
        });
    } else if (xtPacket) see("", line, tracedSighting(xtPacket[2] ?? "", asked));
    else if (xt) {
      const said = xt[5] === "DROP" || xt[5] === "REJECT" ? ruleLine(xt) : null;
      if (said !== null) tables.set(xt[2] ?? "", [...(tables.get(xt[2] ?? "") ?? []), { number, text: said }]);
    } else if (logged) see("", line, loggedSighting(logged));
    else rest.push(line);
  }
  const rules = [
    ...nftListings(nftRules),
    ...[...tables].map(([table, of]) => ({ argv: ["iptables", "-t", table, "-S"], lines: unique(of) })),
  ];
  return { packets, rules, rest };
}

function unique(lines: readonly PastedLine[]): PastedLine[] {
  const seen = new Set<string>();
  return lines.filter(({ text }) => !seen.has(text) && seen.add(text) !== null);
}

function ruleLine([, , , chain = "", kind, verdict, rule = ""]: RegExpExecArray): string | null {
  if (kind === "policy") return `-P ${chain} ${verdict}`;
  return /-A \S+ .*$/.exec(rule)?.[0] ?? null;
}

// A base chain's hook is not in the trace, but what the packet has passed is: both interfaces on the way through.
function hookOf(chain: string, packet: string): string {
  const [iif, oif] = [/\biif "/.test(packet), /\boif "/.test(packet)];
  if (iif && oif) return "forward";
  if (oif) return /post|nat|snat/i.test(chain) ? "postrouting" : "output";
  return /pre|raw|dnat/i.test(chain) ? "prerouting" : "input";
}

function nftListings(
  rules: readonly { head: string; chain: string; rule: string; policy: boolean; number: number }[],
): FirewallTrace["rules"] {
  const seen = new Set<string>();
  return rules.flatMap(({ head, chain, rule, policy, number }) => {
    const key = `${head} ${chain} ${rule}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const [name = "", hook = ""] = chain.split(" ");
    const [, , family = "", table = ""] = /^((table) (\S+) (\S+))$/.exec(head) ?? [];
    const lines = [
      `${head} {`,
      `\tchain ${name} {`,
      `\t\ttype filter hook ${hook} priority filter; policy ${policy ? "drop" : "accept"};`,
      ...(rule === "" ? [] : [`\t\t${rule}`]),
      "\t}",
      "}",
    ];
    return [{ argv: ["nft", "list", "chain", family, table, name], lines: lines.map((text) => ({ number, text })) }];
  });
}

function nftSighting(packet: string): string | null {
  const iif = /\biif "([^"]+)"/.exec(packet)?.[1];
  const oif = /\boif "([^"]+)"/.exec(packet)?.[1];
  const from = /\bip saddr (\S+)/.exec(packet)?.[1];
  const to = /\bip daddr (\S+)/.exec(packet)?.[1];
  const kind = /\bicmp type echo-(request|reply)/.exec(packet)?.[1];
  if (from === undefined || to === undefined || kind === undefined) return null;
  const id = /\bicmp id (\d+)/.exec(packet)?.[1] ?? "0";
  const sequence = /\bicmp sequence (\d+)/.exec(packet)?.[1] ?? "0";
  return sighting({ iif, oif, from, to, kind, id, sequence });
}

// xtables-monitor may print no more of ICMP than its addresses: what goes the other way is the answer.
function tracedSighting(packet: string, asked: Set<string>): string | null {
  const [, from = "", to = ""] = /\bSRC=(\S+) .*\bDST=(\S+)/.exec(packet) ?? [];
  if (/\bPROTO=(?!ICMP\b|1\b)/.test(packet)) return null;
  const isReply = asked.has(`${to} ${from}`) && !asked.has(`${from} ${to}`);
  if (!isReply) asked.add(`${from} ${to}`);
  const typed = /\bTYPE=/.test(packet) ? packet : `${packet} TYPE=${isReply ? 0 : 8}`;
  return fieldsSighting(typed, true);
}

function loggedSighting([, table = "", chain = "", , fields = ""]: RegExpExecArray): string | null {
  // Between its first hook and its last one, a packet is nowhere that a capture would be.
  if (!/^(?:raw|mangle|nat|filter)$/.test(table) || /^(?:FORWARD|INPUT)$/.test(chain)) return null;
  return fieldsSighting(fields, /PROTO=ICMP\b/.test(fields));
}

function fieldsSighting(fields: string, isIcmp: boolean): string | null {
  const get = (key: string): string => new RegExp(`(?:^| )${key}=(\\S*)`).exec(fields)?.[1] ?? "";
  const kind = get("TYPE") === "8" ? "request" : get("TYPE") === "0" ? "reply" : null;
  if (!isIcmp || kind === null || get("SRC") === "") return null;
  // The header's own ID comes first.
  const id = [...fields.matchAll(/ ID=(\d+)/g)].at(-1)?.[1] ?? "0";
  return sighting({
    iif: get("IN") || undefined,
    oif: get("OUT") || undefined,
    from: get("SRC"),
    to: get("DST"),
    kind,
    id,
    sequence: get("SEQ") || "0",
  });
}

interface Sighted {
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly id: string;
  readonly sequence: string;
}

function sighting({ iif, oif, from, to, kind, id, sequence }: Sighted): string | null {
  const place = iif === undefined ? oif : iif;
  if (place === undefined) return null;
  const way = iif === undefined ? "Out" : "In ";
  return `${place} ${way} IP ${from} > ${to}: ICMP echo ${kind}, id ${id}, seq ${sequence}, length 64`;
}

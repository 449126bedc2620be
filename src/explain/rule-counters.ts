// Counters of firewall rules before and after: a rule that counted is evidence, where the rule alone is only likely.

import type { Evidence, StateLine } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";

// A chain's line of iptables-save, quoted behind its table: `filter: :INPUT DROP [3:252]`.
const POLICY_COUNT = /^(.*:\S+ (?:ACCEPT|DROP)) \[\d+:\d+\]$/;
const COUNTER = /counter packets (\d+) bytes \d+/;

/** A firewall hit is certain where its rule counted during the run, and hardly possible where the rule stood still. */
export function withRuleCounter(hit: CauseHit, before: SystemState | null, after: SystemState | null): CauseHit {
  const quoted = quotedRule(hit);
  const from = quoted ? before?.namespaces.get(quoted.netns) : undefined;
  const to = quoted ? after?.namespaces.get(quoted.netns) : undefined;
  if (!quoted || !from || !to) return hit;
  const first = countOf(from, quoted.line);
  const second = countOf(to, quoted.line);
  if (first === null || second === null) return hit;
  const counter = { netns: quoted.netns, name: withoutCount(quoted.line), before: first, after: second };
  const proof: Evidence =
    second > first
      ? { basis: "kernel", text: text("this rule counted packets:", "这条规则的计数增加了："), counter }
      : { basis: "kernel", text: text("this rule counted nothing:", "这条规则没有计数："), counter };
  const rest = hit.evidence.filter((one) => one.basis !== "inferred");
  const [head, ...others] = rest;
  if (!head) return hit;
  return { ...hit, certainty: second > first ? "certain" : "possible", evidence: [head, ...others, proof] };
}

/**
 * The same with a single listing, taken when the pings were over: a rule that had counted nothing by then hardly dropped
 * them; that it had counted something does not say what.
 */
export function withListedCount(hit: CauseHit, listed: SystemState | null): CauseHit {
  const quoted = quotedRule(hit);
  const namespace = quoted ? listed?.namespaces.get(quoted.netns) : undefined;
  if (!quoted || !namespace || countOf(namespace, quoted.line) !== 0) return hit;
  const proof: Evidence = {
    basis: "state",
    text: text(
      "it was listed after the ping, and had counted nothing by then",
      "这份列表是 ping 之后列出的，那时这条规则还没有计到任何报文",
    ),
    state: quoted,
  };
  const [head, ...others] = hit.evidence;
  return { ...hit, certainty: "possible", evidence: [head, ...others, proof] };
}

function quotedRule(hit: CauseHit): StateLine | undefined {
  return hit.evidence.find((one) => one.state?.key === "nft" || one.state?.key === "iptables")?.state;
}

/** Packets that the one rule of this text has counted; null where it has no counter, or several rules read the same. */
function countOf(namespace: Namespace, line: string): number | null {
  const same = [...nftRules(namespace), ...iptablesRules(namespace)].filter((rule) => rule.text === withoutCount(line));
  const [only] = same;
  return same.length === 1 && only ? only.packets : null;
}

function withoutCount(line: string): string {
  return line
    .replace(COUNTER, "counter")
    .replace(/^\[\d+:\d+\] /, "")
    .replace(POLICY_COUNT, "$1");
}

interface Counted {
  readonly text: string;
  readonly packets: number | null;
}

function nftRules({ nft }: Namespace): Counted[] {
  return (nft?.chains ?? []).flatMap(({ rules }) =>
    rules.map(({ line, statements }) => {
      const counter = statements.find((statement) => statement.kind === "counter");
      return { text: withoutCount(line), packets: counter?.packets ?? null };
    }),
  );
}

function iptablesRules({ iptables }: Namespace): Counted[] {
  return [iptables?.nft, iptables?.legacy].flatMap((saved) => (saved === undefined ? [] : countedIn(saved)));
}

function countedIn(saved: string): Counted[] {
  let table = "";
  return saved.split("\n").flatMap((line): Counted[] => {
    if (line.startsWith("*")) table = line.slice(1).trim();
    const rule = /^\[(\d+):\d+\] (-A .*)$/.exec(line);
    if (rule) return [{ text: rule[2] as string, packets: Number(rule[1]) }];
    const policy = /^(:\S+ \S+) \[(\d+):\d+\]$/.exec(line.trim());
    return policy ? [{ text: `${table}: ${policy[1]}`, packets: Number(policy[2]) }] : [];
  });
}

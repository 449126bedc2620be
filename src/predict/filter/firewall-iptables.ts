// iptables as iptables-save prints it: the built-in chain of each table on a hook, and the options a ping can meet.

import type { StateLine } from "../../model/evidence.ts";
import { codeOfIptables } from "../../model/icmp-names.ts";
import { ownValue } from "../../model/own-value.ts";
import type { Namespace } from "../../model/system-state.ts";
import { printedPart } from "../../model/typed-line.ts";
import {
  type Action,
  allOf,
  type BaseChain,
  decided,
  type FilterPacket,
  type FilterRule,
  type Match,
} from "./firewall-chain.ts";
import { asksFor, negation, type Test, testOf } from "./iptables-match.ts";
import { flagsMatch } from "./iptables-ports.ts";
import { actionOf, markOf, natTo, persistent, tosBy, ttlBy, withPort } from "./iptables-target.ts";
import { keptForEach } from "./kept-chains.ts";

const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

// NF_IP_PRI_NAT_DST where packets come in, NF_IP_PRI_NAT_SRC where they leave or are delivered.
function priorityOf(table: string, name: string): number {
  return table === "nat" && /^(?:INPUT|POSTROUTING)$/.test(name) ? 100 : (ownValue(PRIORITIES, table) ?? 0);
}

/** Built-in chains on a hook, of both iptables variants. */
export const iptablesChains = keptForEach(chainsOn);

function chainsOn(ns: Namespace, hook: string): BaseChain[] {
  const { nft, legacy } = ns.iptables ?? {};
  const name = hook.toUpperCase();
  const old = legacy === undefined ? [] : chainsOf(ns, legacy, name);
  return [
    ...(nft === undefined ? [] : chainsOf(ns, nft, name)),
    ...(nft === undefined ? old : old.map((chain): BaseChain => ({ ...chain, tool: "iptables-legacy" }))),
  ];
}

function chainsOf(ns: Namespace, saved: string, name: string): BaseChain[] {
  const found: BaseChain[] = [];
  let table = "";
  let policy: { policy: "accept" | "drop"; line: StateLine } | null = null;
  let chains = new Map<string, FilterRule[]>();
  const quote = (line: string): StateLine => ({ netns: ns.key, key: "iptables", line });
  for (const raw of saved.split("\n")) {
    const line = raw.trim().replace(/^\[\d+:\d+\]\s*/, "");
    if (line.startsWith("*")) {
      table = line.slice(1);
      policy = null;
      chains = new Map();
    } else if (line.startsWith(":")) {
      const [chain = "", what = ""] = line.slice(1).split(/\s+/);
      chains.set(chain, []);
      if (chain === name) policy = { policy: what === "DROP" ? "drop" : "accept", line: quote(`${table}: ${line}`) };
    } else if (line.startsWith("-A ")) {
      const words = splitWords(printedPart(line));
      const chain = words[1] ?? "";
      const list = chains.get(chain) ?? [];
      list.push(ruleOf(words.slice(2), quote(line)));
      chains.set(chain, list);
    } else if (line === "COMMIT" && policy) {
      found.push({
        name: `${table} ${name}`,
        source: "iptables",
        isNat: table === "nat",
        priority: priorityOf(table, name),
        policy: policy.policy,
        line: policy.line,
        rules: chains.get(name) ?? [],
        others: chains,
        reroutes: table === "mangle" && name === "OUTPUT",
      });
    }
  }
  return found;
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? "");
}

/** A rule as its options are read, from left to right. */
interface Draft {
  readonly tests: Test[];
  action: Action;
  rejectWith: number | "tcp-reset";
  /** The protocol that it asks for. */
  protocol: string | null;
  /** It asks for packets that connection tracking calls invalid. */
  invalid: boolean;
  /** xt_addrtype: of the interface it came in or leaves by, whichever test of the rule it stands beside. */
  limit: "iif" | "oif" | null;
  /** xt_rpfilter, once the rule has asked for it. */
  reverse: Reverse | null;
}

interface Reverse {
  loose: boolean;
  withMark: boolean;
  takesLocal: boolean;
  invert: boolean;
}

function ruleOf(words: readonly string[], line: StateLine): FilterRule {
  const { tests, action: named, rejectWith, protocol, invalid } = draftOf(words);
  const action: Action = named.kind === "reject" ? { kind: "reject", code: rejectWith } : named;
  // A rule for another protocol never matches, whatever else it asks.
  return {
    line,
    decide: (packet) => {
      const does = action.kind === "drop" ? { ...action, invalid: invalid && packet.ctState === "invalid" } : action;
      return decided(
        protocol !== null && !asksFor(protocol, packet) ? false : allOf(tests.map((t) => t(packet))),
        does,
      );
    },
  };
}

function draftOf(words: readonly string[]): Draft {
  const action: Action = { kind: "continue" };
  const draft: Draft = { tests: [], action, rejectWith: 3, protocol: null, invalid: false, limit: null, reverse: null };
  for (let i = 0; i < words.length; i++) {
    const negated = words[i] === "!";
    if (negated) i++;
    const option = words[i] ?? "";
    const value = words[i + 1] ?? "";
    if (option === "--tcp-flags" || option === "--syn") {
      const [mask, set] = option === "--syn" ? ["SYN,RST,ACK,FIN", "SYN"] : [value, words[i + 2] ?? ""];
      const asked = (packet: FilterPacket): Match => flagsMatch(mask, set, packet);
      draft.tests.push(negated ? (packet) => negation(asked(packet)) : asked);
      i += option === "--syn" ? 0 : 2;
      continue;
    }
    const test = testOf(draft, option, value);
    if (test === null) {
      i += readOther(draft, option, value);
      continue;
    }
    if (option === "-p" && !negated) draft.protocol = value.toLowerCase();
    if (/^--(?:ct)?state$/.test(option) && value.includes("INVALID")) draft.invalid = true;
    draft.tests.push(negated ? (packet) => negation(test(packet)) : test);
    if (option !== "-f") i++;
  }
  return draft;
}

// What it changes of the packet.
function changeBy(option: string, value: string): Action | null {
  switch (option) {
    case "--ttl-set":
    case "--ttl-inc":
    case "--ttl-dec":
      return ttlBy(option, value);
    case "--set-tos":
    case "--set-dscp":
      return tosBy(option, value);
    case "--set-mark":
    case "--set-xmark":
    case "--or-mark":
    case "--and-mark":
    case "--xor-mark":
      return markOf(option, value);
    default:
      return null;
  }
}

const REVERSE: Readonly<Record<string, keyof Reverse>> = {
  "--loose": "loose",
  "--validmark": "withMark",
  "--accept-local": "takesLocal",
  "--invert": "invert",
};

// rpfilter_mt: its options stand behind it.
function asksReverse(draft: Draft): void {
  const reverse: Reverse = { loose: false, withMark: false, takesLocal: false, invert: false };
  draft.reverse = reverse;
  draft.tests.push(({ iif, wayBack }) => {
    const { loose, withMark, takesLocal, invert } = reverse;
    if (iif === null) return null;
    const found = wayBack?.({ device: loose ? null : iif, withMark, takesLocal });
    return found === undefined ? null : found !== invert;
  });
}

// Reads an option that asks nothing; returns how many words behind it are its own.
function readOther(draft: Draft, option: string, value: string): 0 | 1 {
  if (option === "-m" && value === "rpfilter") asksReverse(draft);
  const reverse = ownValue(REVERSE, option);
  if (reverse !== undefined && draft.reverse !== null) {
    draft.reverse[reverse] = true;
    return 0;
  }
  const change = changeBy(option, value);
  if (change !== null) {
    draft.action = change;
    return 1;
  }
  switch (option) {
    case "-m":
    case "--comment":
    case "--log-prefix":
    case "--log-level":
    case "--queue-num":
    case "--queue-balance":
      return 1;
    case "--to-ports":
      draft.action = withPort(draft.action, value);
      return 1;
    case "--persistent":
      draft.action = persistent(draft.action);
      return 0;
    case "--random":
    case "--random-fully":
      return 0;
    case "--limit-iface-in":
    case "--limit-iface-out":
      draft.limit = option === "--limit-iface-in" ? "iif" : "oif";
      return 0;
    case "--reject-with":
      draft.rejectWith = value === "tcp-reset" ? value : (codeOfIptables(value) ?? 3);
      return 1;
    case "--notrack":
      draft.action = { kind: "alter", change: { kind: "notrack" } };
      return 0;
    case "--queue-bypass":
      draft.action = { kind: "unknown", would: null };
      return 0;
    case "-j":
    case "-g":
      draft.action = actionOf(option, value);
      return 1;
    case "--to-source":
    case "--to-destination":
      draft.action = natTo(option, value) ?? draft.action;
      return 1;
    default:
      draft.tests.push(() => null);
      return 0;
  }
}

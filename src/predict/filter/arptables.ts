// arptables as `arptables-save` and the listing of its legacy form print it: rules for ARP packets alone.

import { inPrefix, parsePrefix } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace } from "../../model/system-state.ts";
import {
  type Action,
  allOf,
  type BaseChain,
  decided,
  type FilterPacket,
  type FilterRule,
  type Match,
} from "./firewall-chain.ts";
import { keptForEach } from "./kept-chains.ts";

/** The chain on a hook; none where the rules are those of nftables, which are asked there. */
export const arptablesChains = keptForEach(chainsOn);

function chainsOn(ns: Namespace, hook: "input" | "output" | "forward"): BaseChain[] {
  const saved = ns.arptables;
  if (saved === undefined || (ns.nft !== undefined && isOfNft(saved))) return [];
  const name = hook.toUpperCase();
  const chains = new Map<string, FilterRule[]>();
  let policy: { readonly drops: boolean; readonly line: StateLine } | null = null;
  for (const raw of saved.split("\n")) {
    const line = raw.trim().replace(/^\[\d+:\d+\]\s*/, "");
    const [chain = "", ...words] = line.replace(/^(?::|-A\s+)/, "").split(/\s+/);
    if (line.startsWith(":")) {
      chains.set(chain, []);
      if (chain === name) policy = { drops: words[0] === "DROP", line: quote(ns, `filter: ${line}`) };
    } else if (line.startsWith("-A ")) {
      chains.set(chain, [...(chains.get(chain) ?? []), ruleOf(words, quote(ns, line))]);
    }
  }
  if (policy === null) return [];
  return [
    {
      name: `filter ${name}`,
      source: "arptables",
      isNat: false,
      priority: 0,
      policy: policy.drops ? "drop" : "accept",
      line: policy.line,
      rules: chains.get(name) ?? [],
      others: chains,
    },
  ];
}

function isOfNft(saved: string): boolean {
  return /arptables-nft-save|^# Table/m.test(saved);
}

function quote(ns: Namespace, line: string): StateLine {
  return { netns: ns.key, key: "arptables", line };
}

function ruleOf(words: readonly string[], line: StateLine): FilterRule {
  const tests: ((packet: FilterPacket) => Match)[] = [];
  let action: Action = { kind: "continue" };
  for (let at = 0; at < words.length; at += 2) {
    const negated = words[at] === "!";
    if (negated) at++;
    const [option = "", value = ""] = words.slice(at, at + 2);
    if (option === "-j" || option === "-g") action = actionOf(option, value);
    else if (option === "," || option === "--" || option.startsWith("pcnt=")) at--;
    else {
      const test = testOf(option, value);
      tests.push(negated ? (packet) => negation(test(packet)) : test);
    }
  }
  return { line, decide: (packet) => decided(allOf(tests.map((test) => test(packet))), action) };
}

function negation(match: Match): Match {
  return match === null ? null : !match;
}

function testOf(option: string, value: string): (packet: FilterPacket) => Match {
  const named = (name: string | null): Match =>
    value === "*" || (name !== null && (value.endsWith("+") ? name.startsWith(value.slice(0, -1)) : name === value));
  switch (option) {
    case "-s":
    case "--source-ip":
    case "-d":
    case "--destination-ip": {
      const prefix = parsePrefix(value);
      return ({ source, destination }) =>
        prefix === null ? null : inPrefix(option === "-s" || option === "--source-ip" ? source : destination, prefix);
    }
    case "-i":
      return ({ iif }) => named(iif);
    case "-o":
      return ({ oif }) => named(oif);
    case "--opcode":
      return ({ arpReply }) =>
        /^(?:1|Request)$/i.test(value) ? !arpReply : /^(?:2|Reply)$/i.test(value) ? arpReply : false;
    default:
      // -h-length, --proto-type and whatever else a rule may ask.
      return () => null;
  }
}

function actionOf(option: string, value: string): Action {
  switch (value) {
    case "ACCEPT":
      return { kind: "accept" };
    case "DROP":
      return { kind: "drop", invalid: false };
    case "RETURN":
      return { kind: "return" };
    case "CONTINUE":
    case "MARK":
    case "CLASSIFY":
      return { kind: "continue" };
    case "mangle":
      return { kind: "unknown", would: null };
    default:
      return { kind: option === "-g" ? "goto" : "jump", chain: value };
  }
}

// iptables as iptables-save prints it: the built-in chain of each table on a hook, and the options a ping can meet.

import { inPrefix, parseIpv4, parsePrefix } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
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

const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

// NF_IP_PRI_NAT_DST where packets come in, NF_IP_PRI_NAT_SRC where they leave or are delivered.
function priorityOf(table: string, name: string): number {
  return table === "nat" && /^(?:INPUT|POSTROUTING)$/.test(name) ? 100 : (PRIORITIES[table] ?? 0);
}

/** Built-in chains on a hook, of both iptables variants. */
export function iptablesChains(ns: Namespace, hook: string): BaseChain[] {
  const texts = [ns.iptables?.nft, ns.iptables?.legacy];
  return texts.flatMap((saved) => (saved === undefined ? [] : chainsOf(ns, saved, hook.toUpperCase())));
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

type Test = (packet: FilterPacket) => Match;

function ruleOf(words: readonly string[], line: StateLine): FilterRule {
  const tests: Test[] = [];
  let action: Action = { kind: "continue" };
  let rejectWith = 3;
  let foreign = false;
  let invalid = false;
  for (let i = 0; i < words.length; i++) {
    let negate = false;
    if (words[i] === "!") {
      negate = true;
      i++;
    }
    const option = words[i] ?? "";
    const value = words[i + 1] ?? "";
    const test = (t: Test): void => {
      tests.push((packet) => {
        const result = t(packet);
        return result === null ? null : result !== negate;
      });
      i++;
    };
    switch (option) {
      case "-s":
      case "-d": {
        const prefix = parsePrefix(value);
        test((p) => (prefix ? inPrefix(option === "-s" ? p.source : p.destination, prefix) : null));
        break;
      }
      case "-i":
      case "-o":
        test((p) => nameMatches(option === "-i" ? p.iif : p.oif, value));
        break;
      case "-p":
        if (!["icmp", "all", "1", "0"].includes(value.toLowerCase()) && !negate) foreign = true;
        test(() => ["icmp", "all", "1", "0"].includes(value.toLowerCase()));
        break;
      case "-m":
        i++;
        break;
      case "--comment":
      case "--log-prefix":
      case "--log-level":
        i++;
        break;
      case "--icmp-type":
        test((p) => icmpTypeMatches(value, p));
        break;
      case "--ctstate":
      case "--state":
        if (value.includes("INVALID")) invalid = true;
        test((p) => stateMatches(value, p));
        break;
      case "--src-type":
      case "--dst-type":
        test((p) => typeMatches(value, p.addressType(option === "--src-type" ? p.source : p.destination, null)));
        break;
      case "--mark":
        test((p) => markMatches(value, p.mark));
        break;
      case "--reject-with":
        rejectWith =
          {
            "icmp-net-unreachable": 0,
            "icmp-host-unreachable": 1,
            "icmp-proto-unreachable": 2,
            "icmp-net-prohibited": 9,
            "icmp-host-prohibited": 10,
            "icmp-admin-prohibited": 13,
          }[value] ?? 3;
        i++;
        break;
      case "--set-mark":
      case "--set-xmark":
        action = markOf(value);
        i++;
        break;
      case "-j":
      case "-g":
        action = actionOf(option, value);
        i++;
        break;
      case "--to-source":
      case "--to-destination": {
        const address = parseIpv4(value.replace(/:[\d-]+$/, ""));
        const kind = option === "--to-source" ? "snat" : "dnat";
        if (address !== null) action = { kind: "nat", change: { kind, address } };
        i++;
        break;
      }
      case "--to-ports":
        i++;
        break;
      case "--random":
      case "--random-fully":
      case "--persistent":
        break;
      default:
        tests.push(() => null);
    }
  }
  if (action.kind === "reject") action = { kind: "reject", code: rejectWith };
  // A rule for another protocol never matches a ping, whatever else it asks.
  return {
    line,
    decide: (packet) => {
      const does = action.kind === "drop" ? { ...action, invalid: invalid && packet.ctState === "invalid" } : action;
      return decided(foreign ? false : allOf(tests.map((t) => t(packet))), does);
    },
  };
}

function actionOf(option: string, target: string): Action {
  switch (target) {
    case "ACCEPT":
      return { kind: "accept" };
    case "DROP":
      return { kind: "drop", invalid: false };
    case "REJECT":
      return { kind: "reject", code: 3 };
    case "RETURN":
      return { kind: "return" };
    case "LOG":
    case "NFLOG":
    case "TRACE":
      return { kind: "continue" };
    case "MASQUERADE":
      return { kind: "nat", change: { kind: "masquerade" } };
    case "REDIRECT":
      return { kind: "nat", change: { kind: "redirect" } };
    case "SNAT":
    case "DNAT":
    case "MARK":
    case "QUEUE":
    case "NFQUEUE":
    case "TPROXY":
    case "NETMAP":
      return { kind: "unknown" };
    default:
      return { kind: option === "-g" ? "goto" : "jump", chain: target };
  }
}

// `0x1/0xffffffff`: a smaller mask keeps bits of the old mark.
function markOf(value: string): Action {
  const [mark, mask = "0xffffffff"] = value.split("/");
  return Number(mask) === 0xffffffff && mark !== "" && !Number.isNaN(Number(mark))
    ? { kind: "mark", value: Number(mark) }
    : { kind: "unknown" };
}

// DNAT and SNAT ask what was done to the connection's addresses; this says only whether anything was.
function stateMatches(value: string, { ctState, translated }: FilterPacket): Match {
  const wanted = value.toLowerCase().split(",");
  if (ctState === null) return null;
  if (wanted.includes(ctState)) return true;
  return translated && wanted.some((word) => word === "dnat" || word === "snat") ? null : false;
}

function nameMatches(actual: string | null, wanted: string): boolean {
  if (actual === null) return false;
  return wanted.endsWith("+") ? actual.startsWith(wanted.slice(0, -1)) : actual === wanted;
}

function typeMatches(value: string, type: string | undefined): Match {
  return type === undefined ? null : value.toLowerCase().split(",").includes(type);
}

function markMatches(value: string, mark: number): Match {
  const [wanted, mask] = value.split("/").map(Number);
  if (wanted === undefined || Number.isNaN(wanted) || Number.isNaN(mask ?? 0)) return null;
  return (mask === undefined ? mark : (mark & mask) >>> 0) === wanted;
}

function icmpTypeMatches(value: string, packet: FilterPacket): Match {
  const names: Readonly<Record<string, number>> = {
    "echo-reply": 0,
    pong: 0,
    "destination-unreachable": 3,
    redirect: 5,
    "echo-request": 8,
    ping: 8,
    "time-exceeded": 11,
    any: 255,
  };
  const [type = "", code] = value.split("/");
  const number = names[type] ?? Number(type);
  if (Number.isNaN(number)) return null;
  if (number === 255) return true;
  return packet.icmpType === number && (code === undefined || Number(code) === packet.icmpCode);
}

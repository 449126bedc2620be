// What an iptables rule does, by its target and the options of it.

import { parseIpv4 } from "../../model/address.ts";
import type { Action } from "./firewall-chain.ts";

/** `--to-source` and `--to-destination`; null where the words are no address. */
export function natTo(option: string, value: string): Action | null {
  const [, words = "", ports] = /^([^:]*)(?::([\d-]+)(?:\/\d+)?)?$/.exec(value) ?? [];
  const [address = null, last] = words.split("-").map((end) => parseIpv4(end));
  const kind = option === "--to-source" ? "snat" : "dnat";
  const isPort = words === "" && ports !== undefined;
  if (last === null || (address === null && !isPort)) return null;
  const action: Action =
    last === undefined || address === null
      ? { kind: "nat", change: { kind, address } }
      : { kind: "nat", change: { kind, address, last, persistent: false } };
  return ports === undefined ? action : withPort(action, ports);
}

/** `--persistent` of a range. */
export function persistent(action: Action): Action {
  if (action.kind !== "nat" || !("last" in action.change)) return action;
  return { kind: "nat", change: { ...action.change, persistent: true } };
}

/** `--to-ports`, and ports behind an address. */
export function withPort(action: Action, words: string): Action {
  const [start, end = start] = words.split("-").map(Number);
  if (action.kind !== "nat" || start === undefined || end === undefined) return action;
  return { kind: "nat", change: { ...action.change, port: { start, end } } };
}

/** `-j` and `-g`. */
export function actionOf(option: string, target: string): Action {
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
    case "TTL":
    case "TOS":
    case "DSCP":
    case "CT":
    case "TPROXY":
    case "NETMAP":
      return { kind: "unknown", would: null };
    case "NOTRACK":
      return { kind: "alter", change: { kind: "notrack" } };
    // nf_queue: dropped where no program listens, which no listing here tells.
    case "QUEUE":
    case "NFQUEUE":
      return { kind: "unknown", would: { kind: "drop", invalid: false } };
    default:
      return { kind: option === "-g" ? "goto" : "jump", chain: target };
  }
}

const ALL_BITS = 0xffffffff;

// xt_mark: new = (old & ~mask) ^ value; --or-mark is value/value, --and-mark 0/~value, --xor-mark value/0. What
// --set-mark names is taken out by its mask and put in by or.
/** The options of MARK. */
export function markOf(option: string, words: string): Action {
  const [value = Number.NaN, mask = ALL_BITS] = words.split("/").map(Number);
  if (Number.isNaN(value) || Number.isNaN(mask) || words === "") return { kind: "unknown", would: null };
  switch (option) {
    case "--or-mark":
      return { kind: "mark", keep: ~value >>> 0, flip: value };
    case "--and-mark":
      return { kind: "mark", keep: value, flip: 0 };
    case "--xor-mark":
      return { kind: "mark", keep: ALL_BITS, flip: value };
    default:
      return { kind: "mark", keep: ~(option === "--set-mark" ? mask | value : mask) >>> 0, flip: value };
  }
}

/** The options of TTL. */
export function ttlBy(option: string, value: string): Action {
  const by = Number(value);
  if (Number.isNaN(by) || value === "") return { kind: "unknown", would: null };
  const how = option === "--ttl-set" ? "set" : option === "--ttl-inc" ? "inc" : "dec";
  return { kind: "alter", change: { kind: "ttl", how, value: by } };
}

// xt_DSCP: tos = (old & ~mask) ^ value; a DSCP is its upper six bits.
/** The options of TOS and DSCP. */
export function tosBy(option: string, words: string): Action {
  const shift = option === "--set-dscp" ? 2 : 0;
  const every = shift === 0 ? 0xff : 0x3f;
  const [value = Number.NaN, mask = every] = words.split("/").map(Number);
  if (Number.isNaN(value) || Number.isNaN(mask) || words === "") return { kind: "unknown", would: null };
  return { kind: "alter", change: { kind: "tos", keep: 0xff & ~(mask << shift), flip: value << shift } };
}

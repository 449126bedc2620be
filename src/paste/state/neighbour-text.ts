// Neighbours as `ip neigh` and `arp` print them and as people type them.

import { parseIpv4, parseMac } from "../../model/address.ts";
import type { Fields } from "../../system/parse/shape.ts";

const STATES = /^(?:REACHABLE|STALE|DELAY|PROBE|INCOMPLETE|FAILED|PERMANENT|NOARP|NONE)$/;

/** A line of `ip neigh`; a proxy entry has the key `proxy`. Null where the line is none. */
export function neighbourFields(line: string): Fields | null {
  const words = line.trim().split(/\s+/);
  if (parseIpv4(words[0] ?? "") === null || words[1] !== "dev") return null;
  const states = words.filter((word) => STATES.test(word));
  const isProxy = words.includes("proxy");
  if (states.length === 0 && !isProxy && !words.includes("lladdr")) return null;
  return typedNeighbour(words, states, isProxy);
}

/** The words behind `ip neigh add`; a state that is not typed is PERMANENT, as iproute2 takes it. */
export function typedNeighbourFields(words: readonly string[]): Fields | null {
  const isProxy = words[0] === "proxy";
  const list = isProxy ? words.slice(1) : words.filter((word) => word !== "to");
  if (parseIpv4(list[0] ?? "") === null) return null;
  const state = list[list.indexOf("nud") + 1];
  const states = list.includes("nud") && state !== undefined ? [state.toUpperCase()] : ["PERMANENT"];
  return typedNeighbour(list, states, isProxy);
}

function typedNeighbour(words: readonly string[], states: readonly string[], isProxy: boolean): Fields {
  const after = (key: string): string | undefined => (words.includes(key) ? words[words.indexOf(key) + 1] : undefined);
  const mac = after("lladdr");
  return {
    dst: words[0],
    dev: after("dev"),
    ...(mac === undefined ? {} : { lladdr: mac }),
    state: states,
    ...(isProxy ? { proxy: null } : {}),
  };
}

/** A line of `arp -n` or `arp -a`; null where the line is none. */
export function arpFields(line: string): Fields | null {
  const bsd = /^\S+ \(([\d.]+)\) at (\S+)(?: \[\w+\])?( PERM)?.{0,40} on (\S+)$/.exec(line.trim());
  if (bsd) return entry(bsd[1], bsd[2], bsd[4], bsd[3] !== undefined);
  const words = line.trim().split(/\s+/);
  if (parseIpv4(words[0] ?? "") === null) return null;
  if (words[1] === "(incomplete)") return entry(words[0], words[1], words.at(-1), false);
  if (words.length < 5 || words[1] !== "ether") return null;
  return entry(words[0], words[2], words.at(-1), (words[3] ?? "").includes("M"));
}

function entry(
  address: string | undefined,
  mac: string | undefined,
  device: string | undefined,
  permanent: boolean,
): Fields | null {
  if (parseIpv4(address ?? "") === null || device === undefined) return null;
  const known = parseMac(mac ?? "") !== null;
  // arp does not tell REACHABLE from STALE.
  return {
    dst: address,
    dev: device,
    ...(known ? { lladdr: mac } : {}),
    state: [permanent ? "PERMANENT" : known ? "STALE" : "INCOMPLETE"],
  };
}

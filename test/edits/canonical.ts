// States put side by side: without what a replay adds and a listing leaves out, in an order of their own.

import type { NftChain } from "../../src/model/nft-ruleset.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";

/** What the first state has and the second has not (`-`), and the other way round (`+`). */
export function differences(one: SystemState, other: SystemState): string[] {
  return [...new Set([...one.namespaces.keys(), ...other.namespaces.keys()])].flatMap((key) => {
    const [a, b] = [partsOf(one.namespaces.get(key)), partsOf(other.namespaces.get(key))];
    return Object.keys({ ...a, ...b }).flatMap((part) => {
      if (a[part] === b[part] || OWN.has(part)) return [];
      const [inA, inB] = [linesOf(part, a[part]), linesOf(part, b[part])];
      const [knownA, knownB] = [new Set(inA), new Set(inB)];
      return [
        ...inA.filter((line) => !knownB.has(line)).map((line) => `- ${key} ${line}`),
        ...inB.filter((line) => !knownA.has(line)).map((line) => `+ ${key} ${line}`),
      ];
    });
  });
}

type Parts = Readonly<Record<string, unknown>>;

function partsOf(ns: Namespace | undefined): Parts {
  if (ns === undefined) return {};
  const { bridge, nft, ...rest } = ns;
  return {
    ...rest,
    ports: bridge?.ports,
    fdb: bridge?.fdb,
    vlans: bridge?.vlans,
    chains: nft?.chains,
    sets: nft?.sets,
  };
}

const ORDERED = new Set(["rules", "addresses"]);

function linesOf(part: string, given: unknown): string[] {
  if (given === undefined) return [];
  const value = shown(part, given as never);
  const list = value instanceof Map ? [...value] : Array.isArray(value) ? value : [value];
  // An empty table is no unknown one.
  const lines = list.map((one) => JSON.stringify(plain(one)));
  const counted = ORDERED.has(part) ? lines.map((line, at) => `${at} ${line}`) : withCount(lines);
  return [`${part}:`, ...counted.map((line) => `${part} ${line}`)];
}

function withCount(lines: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const count = (seen.get(line) ?? 0) + 1;
    seen.set(line, count);
    return count === 1 ? line : `${line} (${count})`;
  });
}

function shown(part: string, value: never): unknown {
  if (part === "chains") return (value as readonly NftChain[]).map(chainOf);
  if (part === "addresses") return byInterface(value);
  return part === "iptables" ? tablesOf(value) : value;
}

// Counts start anew, and only the kernel gives handles.
function chainOf({ rules, ...chain }: NftChain): unknown {
  const bare = rules.map(({ statements }) => statements.map((one) => (one.kind === "counter" ? one.kind : one)));
  return { ...chain, rules: bare };
}

// Which address of an interface stands first decides which source is chosen.
function byInterface(list: Namespace["addresses"]): unknown {
  const names = [...new Set(list?.map((one) => one.interface))].sort();
  return list && names.flatMap((name) => list.filter((one) => one.interface === name));
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, one]) => !OWN.has(key) && one !== undefined);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, plain(one)]));
}

const OWN = new Set(["line", "replayed", "order"]);

// iptables-save's tables in an order of their own, without counts and remarks; one that lets everything pass is none.
function tablesOf(iptables: Namespace["iptables"]): unknown {
  const tables = (text: string | undefined): string[] =>
    [...(text ?? "").matchAll(/^\*\w+\n[\s\S]*?^COMMIT$/gm)]
      .map(([table]) =>
        table
          .replace(/\[\d+:\d+\] ?/g, "")
          .replace(/ # .*$/gm, "")
          .replace(/ +$/gm, ""),
      )
      .filter((table) => !/^\*\w+\n(?::\S+ ACCEPT\n)*COMMIT$/.test(table))
      .sort();
  return iptables && { nft: tables(iptables.nft), legacy: tables(iptables.legacy) };
}

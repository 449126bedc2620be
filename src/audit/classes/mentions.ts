// What rules and settings mention by value: addresses, MAC addresses and names. Only what they mention can they tell apart.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";

/** What is mentioned anywhere in a state, and what each namespace mentions of its own. */
export interface Mentions {
  /** In which stretch between mentioned addresses this one lies; each has its own where rules reckon with addresses. */
  cellOf(address: Ipv4): string;
  macCell(mac: string): string;
  /** The names among these that a namespace's rules mention, wildcards included. */
  nameCell(netns: string, name: string): string;
  /** Everything of a namespace that is compared literally. */
  literalOf(netns: string): string;
}

// Rules that reckon with addresses or with whole packets may tell any two apart.
const RECKONS =
  /"&"|addr[^{}]*"mask":"|"last":\d|hash|\bu32\b|\bbpf\b|\bstring\b|CLUSTERIP|HMARK|(?:\d+\.){3}\d+\/\d+\.\d+/i;
const MAC_MASK = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\/[0-9a-f]{2}:/i;
const LEAST_ADDRESS = 1 << 24;

/** Reads a state's literal parts; `service` are the sockets' lines that matter to what is asked. */
export function mentionsIn(state: SystemState, service: (ns: Namespace) => string): Mentions {
  const cuts = new Set<number>();
  const macs = new Set<string>();
  const literals = new Map<string, string>();
  const words = new Map<string, ReadonlySet<string>>();
  let reckons = false;
  let masksMacs = false;
  for (const ns of state.namespaces.values()) {
    const literal = literalOf(ns, service(ns));
    literals.set(ns.key, literal);
    words.set(ns.key, new Set(literal.split(/[^A-Za-z0-9_.@:+*-]+/)));
    reckons ||= RECKONS.test(literal);
    masksMacs ||= MAC_MASK.test(literal);
    cutAtText(literal, cuts);
    cutAtNumbers(ns.nft, cuts);
    for (const mac of literal.match(/\b(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/gi) ?? []) macs.add(mac.toLowerCase());
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return {
    cellOf: (address) => (reckons ? `=${address}` : String(stretchOf(sorted, address))),
    macCell: (mac) => (masksMacs || macs.has(mac) ? mac : ""),
    nameCell: (netns, name) => namesAmong(words.get(netns) ?? new Set(), name),
    literalOf: (netns) => literals.get(netns) ?? "",
  };
}

function literalOf(ns: Namespace, service: string): string {
  const lines = (some: readonly { readonly line: string }[] | undefined): unknown => some?.map(({ line }) => line);
  return JSON.stringify([
    lines(ns.rules),
    ns.nft === undefined ? null : JSON.stringify(ns.nft, uncounted),
    [ns.iptables?.nft, ns.iptables?.legacy, ns.arptables, ns.ebtables].map(withoutCounters),
    ns.conntrack,
    lines(ns.policies) ?? ns.xfrm,
    (ns.peers ?? []).map(({ line, handshake }) => `${line} ${handshake > 0}`),
    lines(ns.programs),
    (ns.openSockets ?? []).map(({ kind, interface: name, protocol, program }) => [kind, name, protocol, program]),
    lines(ns.learnedMtus),
    ns.nexthops?.map((one) => [
      one.id,
      one.interface,
      addressOf(one.gateway),
      one.blackhole,
      one.group,
      [...one.flags],
    ]),
    [...ns.missing.keys(), ...ns.notLoaded.keys()].sort(),
    service,
  ]);
}

function addressOf(address: Ipv4 | null): string | null {
  return address === null ? null : [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

function uncounted(key: string, value: unknown): unknown {
  return key === "handle" || key === "packets" || key === "bytes" || key === "line" ? undefined : value;
}

function withoutCounters(rules: string | undefined): string | undefined {
  return rules?.replace(/\[\d+:\d+\]/g, "").replace(/^#.*$/gm, "");
}

function cutAtText(literal: string, cuts: Set<number>): void {
  for (const [, quad = "", length] of literal.matchAll(/\b((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?\b/g)) {
    const address = parseIpv4(quad);
    if (address !== null) cutAt(address, length === undefined ? 32 : Number(length), cuts);
  }
}

function cutAt(address: number, length: number, cuts: Set<number>): void {
  const size = 2 ** (32 - Math.min(32, length));
  const first = Math.floor(address / size) * size;
  cuts.add(first).add(first + size);
}

// A ruleset is read already: what is as large as an address may be one.
function cutAtNumbers(value: unknown, cuts: Set<number>): void {
  if (typeof value === "number" && value >= LEAST_ADDRESS && value <= 0xffffffff) cutAt(value, 32, cuts);
  if (value === null || typeof value !== "object") return;
  const { address, length } = value as { readonly address?: unknown; readonly length?: unknown };
  const first = typeof address === "string" ? parseIpv4(address) : address;
  if (typeof first === "number" && typeof length === "number") cutAt(first, length, cuts);
  for (const inner of value instanceof Map ? [...value].flat() : Object.values(value)) cutAtNumbers(inner, cuts);
}

function stretchOf(sorted: readonly number[], address: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

function namesAmong(words: ReadonlySet<string>, name: string): string {
  const fitting = [...words].filter((word) =>
    /[*+]$/.test(word) ? name.startsWith(word.slice(0, -1)) : word === name,
  );
  return fitting.sort().join(" ");
}

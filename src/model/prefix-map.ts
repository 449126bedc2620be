// Replacement IPv4 networks and addresses: what shared a prefix still shares one, and nothing else of the original is left.

import { type Ipv4, inPrefix, isLoopback, isMulticast, isZeroNet, type Prefix } from "./address.ts";

// Shorter ones (0.0.0.0/1, 224.0.0.0/4) are parts of the address plan, not anybody's network.
const SHORTEST = 8;
const ORDINARY = 24;

// Where replacements come from: documentation (RFC 5737), benchmarks (RFC 2544), shared space (RFC 6598), reserved.
const POOLS: readonly Prefix[] = [
  { address: 0xc0000200 as Ipv4, length: 24 },
  { address: 0xc6336400 as Ipv4, length: 24 },
  { address: 0xcb007100 as Ipv4, length: 24 },
  { address: 0xc6120000 as Ipv4, length: 15 },
  { address: 0x64400000 as Ipv4, length: 10 },
  { address: 0xf0000000 as Ipv4, length: 5 },
  { address: 0xf8000000 as Ipv4, length: 6 },
];

interface Block extends Prefix {
  readonly inner: Block[];
  readonly hosts: Ipv4[];
  /** Start of the replacement. */
  base: number;
}
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Addresses that say nothing about anybody: this host, loopback, groups, broadcast and netmasks stay as they are. */
export function isCommonAddress(address: Ipv4): boolean {
  return isZeroNet(address) || isLoopback(address) || isMulticast(address) || address >>> 24 === 255;
}

/**
 * Replaces every address and prefix given, each by one of its own; an address not given stays as it is. Network and
 * broadcast addresses stay such.
 */
export class PrefixMap {
  readonly #replacements = new Map<Ipv4, Ipv4>();

  constructor(addresses: Iterable<Ipv4>, prefixes: Iterable<Prefix>) {
    const all = [...new Set(addresses)].filter((address) => !isCommonAddress(address)).sort((a, b) => a - b);
    const roots = forest(all, [...prefixes]);
    const taken: Span[] = [];
    const starts = new Map<number, Generator<number>>();
    for (const root of roots) {
      const candidates = starts.get(root.length) ?? candidatesOf(root.length);
      starts.set(root.length, candidates);
      root.base = firstFree(candidates, root.length, [...taken, ...roots.map(spanOf)]);
      taken.push({ first: root.base, last: root.base + sizeOf(root) - 1 });
      this.#fill(root);
    }
  }

  /** The replacement. */
  map(address: Ipv4): Ipv4 {
    return this.#replacements.get(address) ?? address;
  }

  /** Every address that is replaced. */
  originals(): Iterable<Ipv4> {
    return this.#replacements.keys();
  }

  #fill(block: Block): void {
    const { first, last } = spanOf(block);
    const end = block.base + sizeOf(block) - 1;
    const taken: Span[] = [];
    // The network's own address and its broadcast are not given to others while there is room.
    const edges: Span[] = [
      { first: block.base, last: block.base },
      { first: end, last: end },
    ];
    for (const inner of block.inner) {
      const within = { address: block.base as Ipv4, length: block.length };
      const holdsEdge = spanOf(inner).first === first ? [block.base] : [];
      const kept = [...taken, ...edges];
      inner.base =
        holdsEdge[0] !== undefined && isFree(block.base, inner.length, taken)
          ? block.base
          : firstFree(startsIn(within, inner.length), inner.length, kept, taken);
      taken.push({ first: inner.base, last: inner.base + sizeOf(inner) - 1 });
      this.#fill(inner);
    }
    let next = block.base + 1;
    for (const host of block.hosts) {
      if (host === first || host === last) {
        this.#replacements.set(host, (host === first ? block.base : end) as Ipv4);
        continue;
      }
      for (let hit = covering(next, taken); hit !== undefined; hit = covering(next, taken)) next = hit.last + 1;
      this.#replacements.set(host, Math.min(next, end) as Ipv4);
      next++;
    }
  }
}

// Nested blocks, the outermost ones returned; an address that no network holds gets an ordinary /24 around it.
function forest(addresses: readonly Ipv4[], prefixes: readonly Prefix[]): Block[] {
  const blocks = new Map<string, Block>();
  const add = (address: Ipv4, length: number): void => {
    const network = (length === 0 ? 0 : (address & (0xffffffff << (32 - length))) >>> 0) as Ipv4;
    const key = `${network}/${length}`;
    if (!isCommonAddress(network) && !blocks.has(key))
      blocks.set(key, { address: network, length, inner: [], hosts: [], base: 0 });
  };
  const named = prefixes.filter(({ length }) => length >= SHORTEST && length < 32);
  for (const { address, length } of named) {
    add(address, length);
    if (length > ORDINARY) add(address, ORDINARY);
  }
  for (const address of addresses) {
    const own = named.filter((prefix) => inPrefix(address, prefix));
    const edge = own.some((prefix) => address === spanOf(prefix).first || address === spanOf(prefix).last);
    if (!edge && !own.some(({ length }) => length >= ORDINARY)) add(address, ORDINARY);
  }
  const sorted = [...blocks.values()].sort((a, b) => a.length - b.length || a.address - b.address);
  const holders = (address: Ipv4, length: number) =>
    sorted.filter((block) => block.length < length && inPrefix(address, block));
  const roots: Block[] = [];
  for (const block of sorted) {
    const parent = holders(block.address, block.length).at(-1);
    (parent === undefined ? roots : parent.inner).push(block);
  }
  for (const address of addresses) holders(address, 33).at(-1)?.hosts.push(address);
  return roots;
}

function sizeOf({ length }: Pick<Prefix, "length">): number {
  return 2 ** (32 - length);
}
function spanOf(prefix: Prefix): Span {
  return { first: prefix.address, last: prefix.address + sizeOf(prefix) - 1 };
}
function covering(at: number, spans: readonly Span[]): Span | undefined {
  return spans.find(({ first, last }) => first <= at && at <= last);
}
function isFree(start: number, length: number, taken: readonly Span[]): boolean {
  const end = start + sizeOf({ length }) - 1;
  return !taken.some(({ first, last }) => first <= end && start <= last);
}

function* candidatesOf(length: number): Generator<number> {
  for (const pool of POOLS) if (pool.length <= length) yield* startsIn(pool, length);
}
function* startsIn(prefix: Prefix, length: number): Generator<number> {
  const { first, last } = spanOf(prefix);
  for (let start = first; start <= last; start += sizeOf({ length })) yield start;
}

// The first start that overlaps nothing; where nothing is left, the first that overlaps no other replacement.
function firstFree(starts: Iterable<number>, length: number, ...avoid: readonly (readonly Span[])[]): number {
  const [best = [], enough = best] = avoid;
  let second: number | null = null;
  const iterator = starts[Symbol.iterator]();
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    if (isFree(next.value, length, best)) return next.value;
    if (second === null && isFree(next.value, length, enough)) second = next.value;
  }
  return second ?? (POOLS.at(-1) as Prefix).address;
}

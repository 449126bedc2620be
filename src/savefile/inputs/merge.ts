// Puts the packets of several inputs into one order of time, never breaking the order of packets at one vantage.
// Pure: it is told what was read and how far each input has come, and hands out what nothing older can precede.

import type { Packet } from "../../model/packet.ts";

interface Waiting {
  readonly key: number;
  /** Order of arrival, which decides between equal keys. */
  readonly order: number;
  readonly packet: Packet;
}

interface Input {
  readonly number: number;
  /** A heap by key, then arrival. */
  readonly heap: Waiting[];
  /** The latest key the input has shown, of any packet. */
  clock: number;
  /** The key that each of its vantages has reached: with ordered vantages, nothing older comes. */
  settled: number;
  ended: boolean;
  /** How far packets of one input may stand out of order: several interfaces in one file are written in batches. */
  holdback: number;
  limit: number;
}

// Decoded packets that may wait per input: enough to keep all inputs reading in whole chunks.
const LIMIT = 4096;
const LIMIT_WITH_HOLDBACK = 32_768;

/**
 * Merges by key, a number of nanoseconds since any moment common to all inputs. Keys of one vantage must not fall:
 * the caller raises a key to the vantage's latest where its clock stepped back.
 */
export class InputMerger {
  readonly #inputs: Input[] = [];
  #order = 0;
  #key = Number.NEGATIVE_INFINITY;

  /** Adds an input and returns its number. */
  add(): number {
    const clock = Number.NEGATIVE_INFINITY;
    const number = this.#inputs.length;
    this.#inputs.push({ number, heap: [], clock, settled: clock, ended: false, holdback: 0, limit: LIMIT });
    return number;
  }

  /** Key of the packet handed out last: no packet with a smaller one will follow, but for late ones. */
  get key(): number {
    return this.#key;
  }

  /** The input holds several vantages, whose packets may stand out of order by as much. */
  holdBack(input: number, nanoseconds: number): void {
    const at = this.#at(input);
    at.holdback = nanoseconds;
    at.limit = LIMIT_WITH_HOLDBACK;
  }

  /** A packet to be handed out in its turn. */
  push(input: number, key: number, packet: Packet): void {
    const at = this.#at(input);
    if (key > at.clock) at.clock = key;
    siftUp(at.heap, { key, order: this.#order++, packet });
  }

  /** The input has come as far as this key with a packet that nobody explains, or (live) by the passing of time. */
  observe(input: number, key: number): void {
    const at = this.#at(input);
    if (key > at.clock) at.clock = key;
  }

  /** Every vantage of the input has come as far as this key: the hold-back need not run out for what is older. */
  settle(input: number, key: number): void {
    const at = this.#at(input);
    if (key > at.settled) at.settled = key;
  }

  /** Nothing more will come from the input. */
  end(input: number): void {
    this.#at(input).ended = true;
  }

  /** Whether the input may take more packets before others have caught up. */
  full(input: number): boolean {
    const at = this.#at(input);
    return at.heap.length >= at.limit;
  }

  /** Whether the input must be read before the next packet can be told. */
  hungry(input: number): boolean {
    const at = this.#at(input);
    if (at.ended || this.full(input)) return false;
    const first = this.#first();
    return first === null || this.#mayPrecede(at, first);
  }

  /** The next packet in order; null where an input is hungry or all have ended. */
  next(): Packet | null {
    const first = this.#first();
    const head = first?.heap[0];
    if (first === null || head === undefined) return null;
    for (const input of this.#inputs) if (!input.ended && this.#mayPrecede(input, first)) return null;
    takeFirst(first.heap);
    if (head.key > this.#key) this.#key = head.key;
    return head.packet;
  }

  #first(): Input | null {
    let first: Input | null = null;
    let best: Waiting | undefined;
    for (const input of this.#inputs) {
      const head = input.heap[0];
      if (head === undefined || (best !== undefined && best.key <= head.key)) continue;
      best = head;
      first = input;
    }
    return first;
  }

  // Of equal keys those of an earlier input come first, however much of it was read.
  #mayPrecede(input: Input, first: Input): boolean {
    const key = first.heap[0]?.key ?? 0;
    const floor = this.#floor(input);
    return floor < key || (floor === key && input.number < first.number && input.heap.length < input.limit);
  }

  /** No packet below this key is to be expected of the input; a full one has said enough. */
  #floor(input: Input): number {
    const told = Math.max(input.clock - input.holdback, input.settled);
    const head = input.heap[0];
    return head !== undefined && input.heap.length >= input.limit ? Math.max(told, head.key) : told;
  }

  #at(input: number): Input {
    const at = this.#inputs[input];
    if (at === undefined) throw new RangeError(`no input ${input}`);
    return at;
  }
}

function before(a: Waiting, b: Waiting): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}

function siftUp(heap: Waiting[], added: Waiting): void {
  let at = heap.push(added) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up] as Waiting;
    if (!before(added, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = added;
}

function takeFirst(heap: Waiting[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Waiting, heap[child] as Waiting)) child++;
    if (!before(heap[child] as Waiting, last)) break;
    heap[at] = heap[child] as Waiting;
    at = child;
  }
  heap[at] = last;
}

// A flood while it is watched: of flows that come by the dozen a second, the first are told one by one, and the rest by
// their number. To explain each would take longer than they take to come.

import type { Ipv4 } from "../../model/address.ts";
import { formatIpv4 } from "../../model/address.ts";
import { LEAST_OF_CROWD } from "../../model/crowd.ts";
import type { Flow } from "../../model/flow.ts";
import { type Text, text } from "../../model/text.ts";
import type { Nanoseconds } from "../../model/time.ts";

const WINDOW = 2_000_000_000n;
const TOLD_EVERY = 1_000_000_000n;
const MOST_ENDS = 8192;
const MOST_REMEMBERED = 16 * LEAST_OF_CROWD;
// Whoever asks again is a ping of its own, in a flood or not.
const PATIENT = 3;

interface End {
  since: Nanoseconds;
  flows: number;
}

/** What was held back, ready to be told. */
export interface HeldBack {
  readonly at: Nanoseconds;
  readonly text: Text;
}

/** Tells which exchanges are one of too many. */
export class WatchCrowds {
  // Apart from each other: made-up sources must not push the one target out that they share.
  readonly #askers = new Map<string, End>();
  readonly #targets = new Map<string, End>();
  readonly #kinds = new Map<string, End>();
  readonly #asked = new WeakMap<Flow, number>();
  readonly #alone = new WeakSet<Flow>();
  #held = { flows: 0, failed: 0, asker: null as Ipv4 | null, target: null as Ipv4 | null, mixed: false };
  #toldAt: Nanoseconds | null = null;

  /** Whether an exchange of this flow is only counted. */
  holdsBack(flow: Flow, failed: boolean, at: Nanoseconds): boolean {
    if (this.#alone.has(flow)) return false;
    const asked = (this.#asked.get(flow) ?? 0) + 1;
    this.#asked.set(flow, asked);
    if (asked > PATIENT) return false;
    const byAsker = countIn(this.#askers, `${flow.kind} ${flow.src}`, asked, at);
    const byTarget = countIn(this.#targets, `${flow.kind} ${flow.dst}`, asked, at);
    const all = countIn(this.#kinds, flow.kind, asked, at);
    if (byAsker < LEAST_OF_CROWD && byTarget < LEAST_OF_CROWD && all < 4 * LEAST_OF_CROWD) {
      this.#alone.add(flow);
      return false;
    }
    this.#hold(flow, failed);
    return true;
  }

  /** What was held back since it was told last; null where that is a moment ago, or nothing was. */
  take(at: Nanoseconds, isEnd = false): HeldBack | null {
    const { flows, failed, asker, target, mixed } = this.#held;
    this.#toldAt ??= at;
    if (flows === 0 || (!isEnd && at - this.#toldAt < TOLD_EVERY)) return null;
    this.#toldAt = at;
    this.#held = { flows: 0, failed: 0, asker: null, target: null, mixed: false };
    const from =
      mixed || asker === null ? text("", "") : text(` from ${formatIpv4(asker)}`, `来自 ${formatIpv4(asker)} 的`);
    const to =
      mixed || target === null ? text("", "") : text(` to ${formatIpv4(target)}`, `发往 ${formatIpv4(target)} 的`);
    return {
      at,
      text: text(
        `${flows} more questions${from.en}${to.en}, ${failed} of them not answered: told by their number only`,
        `另有 ${flows} 个${from.zh}${to.zh}询问，其中 ${failed} 个没有应答：数量太多，只计数`,
      ),
    };
  }

  #hold({ src, dst }: Flow, failed: boolean): void {
    const held = this.#held;
    if (held.flows === 0) {
      held.asker = src;
      held.target = dst;
    } else {
      if (held.asker !== src) held.asker = null;
      if (held.target !== dst) held.target = null;
      held.mixed = held.asker === null && held.target === null;
    }
    held.flows++;
    if (failed) held.failed++;
  }
}

// Flows of one end that began within the window.
function countIn(ends: Map<string, End>, key: string, asked: number, at: Nanoseconds): number {
  const known = ends.get(key);
  if (known === undefined || at - known.since > WINDOW) {
    if (ends.size >= MOST_ENDS) ends.clear();
    // A flood goes on being one; what comes slowly is forgotten by the half.
    const before = known !== undefined && at - known.since <= 2n * WINDOW ? Math.min(known.flows, MOST_REMEMBERED) : 0;
    ends.set(key, { since: at, flows: (before >> 1) + 1 });
    return (before >> 1) + 1;
  }
  if (asked === 1) known.flows++;
  return known.flows;
}

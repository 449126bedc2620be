// Things that fall due a fixed time after they were put in, and of which most are taken out before: an answered ping
// must not be kept by an unanswered one in front of it.

/** What can stand in one such list at a time. */
export interface Linked<T> {
  older: T | null;
  newer: T | null;
  /** When it was put in, nanoseconds after a common start. */
  since: number;
}

/** A list in order of arrival whose items all wait equally long; any of them can be taken out at once. */
export class DelayList<T extends Linked<T>> {
  readonly #delay: number;
  #first: T | null = null;
  #last: T | null = null;
  #size = 0;

  constructor(delay: number) {
    this.#delay = delay;
  }

  get size(): number {
    return this.#size;
  }

  /** The oldest item. */
  get first(): T | null {
    return this.#first;
  }

  /** When the first item falls due; Infinity where there is none. */
  get due(): number {
    return this.#first === null ? Number.POSITIVE_INFINITY : this.#first.since + this.#delay;
  }

  /** Puts in an item that stands in no list. */
  push(now: number, item: T): void {
    item.since = now;
    item.older = this.#last;
    if (this.#last === null) this.#first = item;
    else this.#last.newer = item;
    this.#last = item;
    this.#size++;
  }

  /** Takes out an item of this list. */
  remove(item: T): void {
    const { older, newer } = item;
    if (older === null) this.#first = newer;
    else older.newer = newer;
    if (newer === null) this.#last = older;
    else newer.older = older;
    item.older = null;
    item.newer = null;
    this.#size--;
  }
}

// Things that fall due a fixed time after they were put in: since the clock never steps back, first in is first due.

/** A first-in first-out queue whose items all wait equally long. Times are nanoseconds after a common start. */
export class DelayQueue<T> {
  readonly #delay: number;
  #due: number[] = new Array(64).fill(0);
  #items: (T | undefined)[] = new Array(64).fill(undefined);
  #head = 0;
  #size = 0;

  constructor(delay: number) {
    this.#delay = delay;
  }

  get size(): number {
    return this.#size;
  }

  /** When the first item falls due; Infinity where there is none. */
  get due(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#due[this.#head] as number);
  }

  get first(): T | undefined {
    return this.#size === 0 ? undefined : this.#items[this.#head];
  }

  push(now: number, item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    const at = (this.#head + this.#size) & (this.#items.length - 1);
    this.#due[at] = now + this.#delay;
    this.#items[at] = item;
    this.#size++;
  }

  /** Takes the first item out, due or not. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size--;
    return item;
  }

  #grow(): void {
    const length = this.#items.length;
    const due: number[] = new Array(length * 2).fill(0);
    const items: (T | undefined)[] = new Array(length * 2).fill(undefined);
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#head + i) & (length - 1);
      due[i] = this.#due[at] as number;
      items[i] = this.#items[at];
    }
    this.#due = due;
    this.#items = items;
    this.#head = 0;
  }
}

// Addresses and whether each was ever answered, in nine bytes or so for each: a flood may bring millions.

import { mix } from "./identity.ts";

const FIRST_SLOTS = 64;
// 40 MB for all that one crowd may hold; what comes beyond is counted each time it comes.
const MOST_SLOTS = 1 << 23;

/** A set of 32-bit addresses with one mark each, open-addressed. */
export class AddressSet {
  #keys = new Uint32Array(FIRST_SLOTS);
  // 0: the slot is free, 1: never answered, 2: answered.
  #marks = new Uint8Array(FIRST_SLOTS);
  #size = 0;
  #answered = 0;

  get size(): number {
    return this.#size;
  }

  get answered(): number {
    return this.#answered;
  }

  /** Adds the address, or marks it as answered where it was not. */
  add(address: number, answered: boolean): void {
    const isFull = this.#size * 2 >= this.#keys.length;
    if (isFull && this.#keys.length < MOST_SLOTS) this.#grow();
    else if (this.#size * 8 >= this.#keys.length * 7) {
      this.#size++;
      if (answered) this.#answered++;
      return;
    }
    this.#put(address >>> 0, answered);
  }

  #put(address: number, answered: boolean): void {
    const last = this.#keys.length - 1;
    let slot = mix(0, address) & last;
    while (this.#marks[slot] !== 0 && this.#keys[slot] !== address) slot = (slot + 1) & last;
    if (this.#marks[slot] === 0) {
      this.#keys[slot] = address;
      this.#marks[slot] = 1;
      this.#size++;
    }
    if (!answered || this.#marks[slot] === 2) return;
    this.#marks[slot] = 2;
    this.#answered++;
  }

  #grow(): void {
    const [keys, marks] = [this.#keys, this.#marks];
    this.#keys = new Uint32Array(keys.length * 2);
    this.#marks = new Uint8Array(keys.length * 2);
    this.#size = 0;
    this.#answered = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (marks[slot] !== 0) this.#put(keys[slot] as number, marks[slot] === 2);
    }
  }
}

// Collects why decoding stopped, without allocating anything for the packets that are whole.

import type { DecodeFault } from "../model/packet.ts";

const NONE: readonly DecodeFault[] = Object.freeze([]);

/** The faults of one frame, in the order of its layers. */
export class FaultLog {
  #faults: DecodeFault[] | null = null;

  /** Fewer bytes than the layer needs; `limitedBy` says what ended them. */
  truncated(layer: DecodeFault["layer"], needed: number, had: number, limitedBy: string): void {
    this.#add({ layer, needed, had, limitedBy, what: "truncated" });
  }

  /** The bytes are there, but the field named by `limitedBy` holds what it must not. */
  badValue(layer: DecodeFault["layer"], needed: number, had: number, limitedBy: string): void {
    this.#add({ layer, needed, had, limitedBy, what: "bad-value" });
  }

  /** Hands the faults over and starts anew; frames without faults share one empty list. */
  take(): readonly DecodeFault[] {
    const faults = this.#faults;
    if (faults === null) return NONE;
    this.#faults = null;
    return faults;
  }

  #add(fault: DecodeFault): void {
    if (this.#faults === null) this.#faults = [];
    this.#faults.push(fault);
  }
}

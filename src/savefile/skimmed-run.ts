// Packets of one interface that are only to be counted, as a run: how many of each kind, and when it began and ended.
// Most packets of a busy capture end here, so that adding one touches two small arrays and makes no time of its stamp.

// Kinds of packets are numbers from 1 on, below this.
const KINDS = 8;

/** A run of packets whose time stamps never step back. */
export class SkimmedRun {
  readonly interfaceId: number;
  packets = 0;
  /** How many packets of each kind. */
  readonly kinds = new Uint32Array(KINDS);
  /** Time of the first and of the last packet, since the Unix epoch; set before the run is handed out. */
  fromSeconds = 0;
  fromNanoseconds = 0;
  toSeconds = 0;
  toNanoseconds = 0;
  /** The stamps of these two as the file has them: high and low word of the first, then of the last. */
  readonly stamps = new Uint32Array(4);

  constructor(interfaceId: number) {
    this.interfaceId = interfaceId;
  }

  /** Whether a packet with this stamp may be added. */
  continues(high: number, low: number): boolean {
    const last = this.stamps[2] as number;
    return high > last || (high === last && low >= (this.stamps[3] as number));
  }

  /** Adds a packet that continues the run. */
  add(kind: number, high: number, low: number): void {
    const { kinds, stamps } = this;
    if (this.packets++ === 0) {
      stamps[0] = high;
      stamps[1] = low;
    }
    stamps[2] = high;
    stamps[3] = low;
    kinds[kind] = (kinds[kind] as number) + 1;
  }

  /** Starts anew. */
  clear(): void {
    this.packets = 0;
    this.kinds.fill(0);
    this.stamps.fill(0);
  }
}

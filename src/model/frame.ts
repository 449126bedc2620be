// A frame as a reader hands it out: a view into the reader's chunk, valid only until the reader's next call.

import type { Direction } from "./packet.ts";
import type { Nanoseconds } from "./time.ts";
import type { LinkType, Vantage } from "./vantage.ts";

export interface CapturedFrame {
  readonly vantage: Vantage;
  /** 1 for the first packet of this vantage in its input. */
  readonly number: number;
  readonly time: Nanoseconds | null;
  readonly linkType: LinkType;
  readonly direction: Direction | null;
  /** What somebody noted on it in the capture. */
  readonly comments?: readonly string[];
  /** Bytes on the wire. */
  readonly length: number;
  /** The captured bytes are `bytes[start..end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

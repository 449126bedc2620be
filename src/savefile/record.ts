// What a savefile holds, record by record, as the reader hands it out.

import type { Direction } from "../model/packet.ts";
import type { Problem } from "../model/problem.ts";
import type { Nanoseconds } from "../model/time.ts";
import type { LinkType } from "../model/vantage.ts";

/** A section of a pcapng file starts (IETF pcapng, section header block); a classic pcap has none. */
export interface SectionRecord {
  readonly type: "section";
  readonly hardware: string | null;
  readonly os: string | null;
  readonly application: string | null;
  readonly comments: readonly string[];
}

/** An interface on which the following packets were captured; a classic pcap has exactly one. */
export interface InterfaceRecord {
  readonly type: "interface";
  /** Counted from 0 over the whole file, across sections. */
  readonly id: number;
  readonly format: "pcap" | "pcapng";
  readonly linkType: LinkType;
  /** Bytes kept of each packet; null is unlimited or not told. */
  readonly snapLength: number | null;
  /** pcapng if_name, if_description, if_filter, if_os. */
  readonly name: string | null;
  readonly description: string | null;
  readonly filter: string | null;
  readonly os: string | null;
  /** pcapng if_IPv4addr and if_MACaddr, as a person writes them. */
  readonly addresses: readonly string[];
  readonly mac: string | null;
  readonly comments: readonly string[];
  /** Bytes of frame check sequence at the end of each frame, where the file says so. */
  readonly fcsLength: number | null;
}

/** Counters of an interface, as pcapng's interface statistics block tells them; null is not told. */
export interface StatisticsRecord {
  readonly type: "statistics";
  readonly interfaceId: number;
  readonly received: number | null;
  readonly accepted: number | null;
  /** Dropped for lack of buffer: isb_ifdrop (what dumpcap writes there is the kernel's count) and isb_osdrop. */
  readonly droppedByInterface: number | null;
  readonly droppedByOs: number | null;
  readonly comments: readonly string[];
}

/** What a custom block under pktwhy's number holds; a copy, safe to keep. */
export interface CustomRecord {
  readonly type: "custom";
  readonly data: Uint8Array;
}

/** A fault in the bytes; where it is an error or the file ends in it, no record follows. */
export interface ProblemRecord {
  readonly type: "problem";
  readonly problem: Problem;
  /** Byte in the file (uncompressed) at which the faulty record starts. */
  readonly offset: number;
}

const NONE: readonly string[] = [];

/** A packet. The reader owns ONE of these and fills it anew: everything in it is valid until the reader's next call. */
export class PacketRecord {
  readonly type = "packet";
  /** The captured bytes are `bytes[start..end)`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  interfaceId = 0;
  /** False where the record has no time (pcapng simple packet blocks). */
  hasTime = false;
  /** Seconds since the Unix epoch and the rest of the second, so that hot paths need no bigint. */
  seconds = 0;
  nanoseconds = 0;
  /** Bytes captured and bytes on the wire. */
  captured = 0;
  length = 0;
  direction: Direction | null = null;
  /** Packets lost just before this one at its interface, where the file says so (epb_dropcount). */
  dropped = 0;
  comments: readonly string[] = NONE;

  /** Nanoseconds since the Unix epoch; null where the record has no time. */
  time(): Nanoseconds | null {
    return this.hasTime ? BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds) : null;
  }
}

export type SavefileRecord =
  | SectionRecord
  | InterfaceRecord
  | PacketRecord
  | StatisticsRecord
  | CustomRecord
  | ProblemRecord;

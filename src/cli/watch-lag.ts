// How far whoever reads the captures is behind them: a capture that is told to end forgets what nobody has read yet.

import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "../model/problem.ts";
import { text } from "../model/text.ts";
import type { PacketRecord } from "../savefile/record.ts";

// A pipe that is quiet for so long has been read to its end.
const QUIET_MS = 80;
// A reader this close keeps up, whatever goes on.
const NEAR_MS = 300;
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

interface Stream {
  /** When a packet was read last, and when it was captured; milliseconds since the epoch. */
  read: number;
  captured: number;
}

/** Follows the streams of all captures. */
export class Lag {
  readonly #streams: readonly Stream[];
  #behind = 0;

  constructor(streams: number) {
    this.#streams = Array.from({ length: streams }, () => ({ read: 0, captured: Number.POSITIVE_INFINITY }));
  }

  /** A packet of that stream has been read. */
  saw(stream: number, record: PacketRecord): void {
    const at = this.#streams[stream];
    if (at === undefined || !record.hasTime) return;
    at.read = Date.now();
    at.captured = record.seconds * 1000 + record.nanoseconds / 1e6;
  }

  /** Waits until everything has been read, but not for ever. */
  async drain(): Promise<void> {
    const begun = Date.now();
    await sleep(QUIET_MS);
    for (;;) {
      const now = Date.now();
      const late = this.#streams.filter((one) => now - one.read < QUIET_MS && now - one.captured > NEAR_MS);
      this.#behind = Math.max(0, ...late.map((one) => now - one.captured));
      if (late.length === 0 || now - begun > PATIENCE_MS) return;
      await sleep(LOOK_MS);
    }
  }

  /** Where reading was still behind at the end: what was captured last is not known. */
  get problem(): Problem | null {
    if (this.#behind === 0) return null;
    const seconds = (this.#behind / 1000).toFixed(1);
    return {
      kind: "behind",
      severity: "warning",
      place: "pktwhy watch",
      text: text(
        `Reading was ${seconds} s behind the traffic when it ended: what passed in that time was not seen, and nothing that is missing there was lost for certain. A narrower filter helps.`,
        `结束时读取落后于流量 ${seconds} 秒：这段时间经过的报文没有看到，其中缺少的报文不能认定为丢失。可以用更窄的过滤表达式。`,
      ),
    };
  }
}

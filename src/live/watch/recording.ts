// One pcapng of everything that is captured, told at once, and beside it the files in which it is kept.

import type { PacketRecord } from "../../savefile/record.ts";
import { PcapngRecording, type RecordedInterface } from "../../savefile/record-pcapng.ts";

/** Records for whoever reads at once, and again for each kept file. */
export class WatchRecording extends PcapngRecording {
  readonly #keptOf: (netns: string) => PcapngRecording | null;
  readonly #kept: (readonly [PcapngRecording, number] | null)[] = [];

  /** `told` takes the bytes; `keptOf` names the file of a namespace, null where nothing is kept. */
  constructor(
    told: (bytes: Uint8Array) => void,
    application: string,
    keptOf: (netns: string) => PcapngRecording | null,
  ) {
    super(async (bytes) => told(bytes), application);
    this.#keptOf = keptOf;
  }

  override interface(one: RecordedInterface): number {
    const id = super.interface(one);
    const kept = this.#keptOf(one.netns);
    this.#kept[id] = kept === null ? null : [kept, kept.interface(one)];
    return id;
  }

  override packet(interfaceId: number, record: PacketRecord, direction: "in" | "out" | null): void {
    super.packet(interfaceId, record, direction);
    const kept = this.#kept[interfaceId];
    if (kept) kept[0].packet(kept[1], record, direction);
  }

  override dropped(netns: string, dropped: number, time: bigint): void {
    super.dropped(netns, dropped, time);
    this.#keptOf(netns)?.dropped(netns, dropped, time);
  }

  override async flush(): Promise<void> {
    await super.flush();
    for (const file of new Set(this.#kept.map((one) => one?.[0]))) await file?.flush();
  }
}

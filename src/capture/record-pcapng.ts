// Turns the savefiles of running captures into one pcapng with a block for each interface, packet by packet as they come.

import type { LinkType } from "../model/vantage.ts";
import { SavefileReader } from "../savefile/reader.ts";
import type { PacketRecord } from "../savefile/record.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "../savefile/write-pcapng.ts";
import { parseSll2, SLL2_HEADER } from "../wire/linux-sll2.ts";

/** Takes bytes to be appended to a file. */
export type Append = (bytes: Uint8Array) => Promise<void>;

/** What is written of an interface before its packets. */
export interface RecordedInterface {
  readonly netns: string;
  readonly name: string;
  readonly linkType: LinkType;
  readonly snapLength: number | null;
  readonly filter: string | null;
}

/** A growing pcapng file, of one namespace or of several. */
export class PcapngRecording {
  readonly #append: Append;
  readonly #ids = new Map<string, number>();
  readonly #netns: string[] = [];
  #waiting: Uint8Array[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(append: Append, application: string) {
    this.#append = append;
    this.#waiting.push(sectionBlock({ application }));
  }

  /** Number of the interface's block, which is written the first time; one that comes again by its name is the same. */
  interface(one: RecordedInterface): number {
    const key = JSON.stringify([one.netns, one.name, one.linkType]);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#netns.push(one.netns) - 1;
    this.#ids.set(key, id);
    this.#waiting.push(interfaceBlock(one));
    return id;
  }

  /** A packet as the capture's reader shows it. */
  packet(interfaceId: number, record: PacketRecord, direction: "in" | "out" | null): void {
    this.#waiting.push(
      packetBlock({
        interfaceId,
        time: record.time() ?? 0n,
        captured: record.bytes.subarray(record.start, record.end),
        length: record.length,
        direction,
      }),
    );
  }

  /** What the kernel dropped from the captures of a namespace: every interface there may have lost as many. */
  dropped(netns: string, dropped: number, time: bigint): void {
    for (const [interfaceId, own] of this.#netns.entries()) {
      if (own === netns) this.#waiting.push(statisticsBlock({ interfaceId, time, dropped }));
    }
  }

  /** Any other block. */
  block(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
  }

  /**
   * Hands on what was written since the last time, behind everything before it: streams that are recorded side by side flush
   * at the same time, and a file system that took their bytes in another order would swap the numbers of interfaces.
   */
  flush(): Promise<void> {
    if (this.#waiting.length === 0) return this.#written;
    const blocks = this.#waiting;
    this.#waiting = [];
    const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of blocks) {
      bytes.set(block, at);
      at += block.length;
    }
    this.#written = this.#written.then(() => this.#append(bytes));
    return this.#written;
  }
}

/** One capture's stream and where it belongs. */
export interface RecordedStream {
  readonly netns: string;
  /** Null where it holds a whole namespace, interface by index. */
  readonly interface: string | null;
  readonly filter: string | null;
  /** Interfaces of a whole namespace to be told of though no packet comes. */
  readonly watched: readonly string[];
  /** Leave out what the other interfaces of the namespace show. */
  readonly onlyWatched: boolean;
  /** Indexes of interfaces that have a capture of their own: what they show is not recorded twice. */
  readonly except: readonly number[];
  /** Name of the interface with that index, at once or after looking. */
  nameOf(index: number): string | Promise<string>;
}

/** Copies one stream into the recording to its end; `seen` is shown each packet. */
export async function recordStream(
  chunks: AsyncIterable<Uint8Array>,
  stream: RecordedStream,
  recording: PcapngRecording,
  seen: (record: PacketRecord, linkType: LinkType) => void,
): Promise<void> {
  const reader = new SavefileReader(stream.netns);
  const own = { netns: stream.netns, filter: stream.filter };
  let linkType: LinkType = "LINUX_SLL2";
  let snapLength: number | null = null;
  let whole = 0;
  const named: number[] = [];
  const linkTypes: LinkType[] = [];
  const byIndex = new Map<number, number | null>();
  for await (const chunk of chunks) {
    reader.append(chunk);
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "interface" && record.format === "pcapng") {
        // A backend that opens interfaces one by one names them itself.
        const name = record.name ?? stream.interface ?? `if${record.id}`;
        linkTypes[record.id] = record.linkType;
        named[record.id] = recording.interface({
          ...own,
          name,
          linkType: record.linkType,
          snapLength: record.snapLength,
        });
      } else if (record.type === "interface") {
        ({ linkType, snapLength } = record);
        const names = stream.interface === null ? stream.watched : [stream.interface];
        for (const name of names) whole = recording.interface({ ...own, name, linkType, snapLength });
      } else if (record.type === "packet") {
        const known = named[record.interfaceId];
        if (known !== undefined) {
          recording.packet(known, record, record.direction);
          seen(record, linkTypes[record.interfaceId] ?? linkType);
          continue;
        }
        if (stream.interface !== null) {
          recording.packet(whole, record, null);
          seen(record, linkType);
          continue;
        }
        if (record.end - record.start < SLL2_HEADER) continue;
        const header = parseSll2(record.bytes, record.start);
        const index = header.interfaceIndex ?? 0;
        let id = byIndex.get(index);
        if (id === undefined) {
          // The record is a view that lasts until the reader's next call, and the stream waits with it.
          const name = stream.except.includes(index) ? null : await stream.nameOf(index);
          const wanted = name !== null && (!stream.onlyWatched || stream.watched.includes(name));
          id = wanted ? recording.interface({ ...own, name, linkType, snapLength }) : null;
          byIndex.set(index, id);
        }
        if (id === null) continue;
        recording.packet(id, record, header.packetType === "outgoing" ? "out" : "in");
        seen(record, linkType);
      }
    }
    await recording.flush();
  }
  await recording.flush();
}

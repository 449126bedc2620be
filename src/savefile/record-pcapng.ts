// Turns the savefiles of running captures into one pcapng with a block for each interface, packet by packet as they come.

import type { LinkType } from "../model/vantage.ts";
import { parseSll2, SLL2_HEADER } from "../wire/linux-sll2.ts";
import { SavefileReader } from "./reader.ts";
import type { InterfaceRecord, PacketRecord } from "./record.ts";
import { interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from "./write-pcapng.ts";

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

/** Shown each packet that is recorded. */
type Seen = (record: PacketRecord, linkType: LinkType) => void;

/** Copies one stream into the recording to its end; `seen` is shown each packet. */
export async function recordStream(
  chunks: AsyncIterable<Uint8Array>,
  stream: RecordedStream,
  recording: PcapngRecording,
  seen: Seen,
): Promise<void> {
  const reader = new SavefileReader(stream.netns);
  const copy = new StreamCopy(stream, recording, seen);
  for await (const chunk of chunks) {
    reader.append(chunk);
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "interface") copy.interface(record);
      else if (record.type === "packet") {
        // The record is a view that lasts until the reader's next call, and the stream waits with it.
        const waits = copy.packet(record);
        if (waits !== null) await waits;
      }
    }
    await recording.flush();
  }
  await recording.flush();
}

/** One stream on its way into a recording: which interface of it each packet belongs to. */
class StreamCopy {
  readonly #stream: RecordedStream;
  readonly #recording: PcapngRecording;
  readonly #seen: Seen;
  /** Blocks of a backend that opens interfaces one by one and names them itself. */
  readonly #named: { readonly id: number; readonly linkType: LinkType }[] = [];
  /** Blocks of a namespace's interfaces by their indexes; null is left out. */
  readonly #byIndex = new Map<number, number | null>();
  #linkType: LinkType = "LINUX_SLL2";
  #snapLength: number | null = null;
  /** The block where the stream holds one interface. */
  #single = 0;

  constructor(stream: RecordedStream, recording: PcapngRecording, seen: Seen) {
    this.#stream = stream;
    this.#recording = recording;
    this.#seen = seen;
  }

  interface(record: InterfaceRecord): void {
    const { linkType, snapLength } = record;
    if (record.format === "pcapng") {
      const name = record.name ?? this.#stream.interface ?? `if${record.id}`;
      this.#named[record.id] = { id: this.#block(name, linkType, snapLength), linkType };
      return;
    }
    [this.#linkType, this.#snapLength] = [linkType, snapLength];
    const names = this.#stream.interface === null ? this.#stream.watched : [this.#stream.interface];
    for (const name of names) this.#single = this.#block(name, linkType, snapLength);
  }

  /** Records a packet; where its interface has no name yet, what is to be waited for. */
  packet(record: PacketRecord): Promise<void> | null {
    const named = this.#named[record.interfaceId];
    if (named !== undefined) this.#put(named.id, record, record.direction, named.linkType);
    else if (this.#stream.interface !== null) this.#put(this.#single, record, null, this.#linkType);
    else if (record.end - record.start >= SLL2_HEADER) {
      const header = parseSll2(record.bytes, record.start);
      const index = header.interfaceIndex ?? 0;
      const direction = header.packetType === "outgoing" ? "out" : "in";
      const id = this.#byIndex.get(index);
      if (id === undefined) return this.#meet(index, record, direction);
      if (id !== null) this.#put(id, record, direction, this.#linkType);
    }
    return null;
  }

  async #meet(index: number, record: PacketRecord, direction: "in" | "out"): Promise<void> {
    const { except, onlyWatched, watched } = this.#stream;
    const name = except.includes(index) ? null : await this.#stream.nameOf(index);
    const wanted = name !== null && (!onlyWatched || watched.includes(name));
    const id = wanted ? this.#block(name, this.#linkType, this.#snapLength) : null;
    this.#byIndex.set(index, id);
    if (id !== null) this.#put(id, record, direction, this.#linkType);
  }

  #put(id: number, record: PacketRecord, direction: "in" | "out" | null, linkType: LinkType): void {
    this.#recording.packet(id, record, direction);
    this.#seen(record, linkType);
  }

  #block(name: string, linkType: LinkType, snapLength: number | null): number {
    const { netns, filter } = this.#stream;
    return this.#recording.interface({ netns, filter, name, linkType, snapLength });
  }
}

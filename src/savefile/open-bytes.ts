// Bytes of files and pipes in chunks, unpacked where their content is gzip.

import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Problem } from "../model/problem.ts";
import { fileFault, gzipFault } from "./open-faults.ts";

/** A source of chunks. A chunk may be overwritten by the next read(); null is the end, and faults say why it came early. */
export interface ByteSource {
  read(): Promise<Uint8Array | null>;
  /** What read() would give where that is there at once; undefined where it must be waited for. */
  readNow?(): Uint8Array | null | undefined;
  /** The first bytes (unpacked) without taking them, to see what they are; only before the first read(). */
  head(): Promise<Uint8Array>;
  close(): Promise<void>;
  readonly problems: Problem[];
}

// Half a megabyte stays in a core's own cache between being read and being parsed.
const CHUNK = 1 << 19;
// A compressed slice unpacks to at most about a thousand times its size (16 MB), which bounds what is held at once.
const GZIP_SLICE = 16 * 1024;
// A damaged file of this size is unpacked again to find what lies before the fault: in pieces of so many bytes, then, in
// the one that holds the fault, byte by byte.
const REPLAYED = 1 << 20;
const COARSE = 128;
// Checksum and length at the end of a gzip member.
const GZIP_TRAILER = 8;

/** Opens a file for reading; faults are told by its first read(). */
export function openFile(path: string, place: string, chunkSize = CHUNK): ByteSource {
  const file = new FileChunks(path, place, chunkSize);
  return unpacked(file.chunks(), place, file);
}

/** Reads what another program pipes in, e.g. process.stdin. */
export function openPipe(chunks: AsyncIterable<Uint8Array>, place: string): ByteSource {
  return unpacked(pipeChunks(chunks, place), place, null);
}

/** A generator of chunks that returns its problem, if any, at its end. */
type Chunks = AsyncGenerator<Uint8Array, Problem | null, void>;

class FileChunks {
  readonly #path: string;
  readonly #place: string;
  readonly #chunkSize: number;
  #offset = 0;
  /** The open file, where it is one that never keeps a reader waiting, and room for a chunk of it. */
  #open: { readonly fd: number; readonly buffer: Uint8Array } | null = null;

  constructor(path: string, place: string, chunkSize: number) {
    this.#path = path;
    this.#place = place;
    this.#chunkSize = chunkSize;
  }

  /** Whether next() can be asked. */
  get plain(): boolean {
    return this.#open !== null;
  }

  async *chunks(): Chunks {
    try {
      const handle = await open(this.#path, "r");
      try {
        const info = await handle.stat();
        // Many small captures at once must not cost a whole chunk each.
        const room = info.isFile() ? Math.max(4096, Math.min(this.#chunkSize, info.size + 1)) : this.#chunkSize;
        const buffer = new Uint8Array(room);
        if (info.isFile()) this.#open = { fd: handle.fd, buffer };
        for (;;) {
          const chunk = info.isFile() ? this.next() : await this.#wait(handle, buffer);
          if (chunk === null) return null;
          yield chunk;
        }
      } finally {
        this.#open = null;
        await handle.close();
      }
    } catch (error) {
      return this.fault(error);
    }
  }

  /**
   * The next chunk of a file. The copy from the page cache takes less time than the way through the thread pool
   * (measured: 70 ms against 100 to 250 ms for 660 MB), and the kernel reads ahead.
   */
  next(): Uint8Array | null {
    if (this.#open === null) return null;
    const { fd, buffer } = this.#open;
    return this.#filled(buffer, readSync(fd, buffer, 0, buffer.length, null));
  }

  fault(error: unknown): Problem {
    return fileFault(this.#place, codeOf(error), this.#offset);
  }

  // A pipe may keep us waiting.
  async #wait(handle: FileHandle, buffer: Uint8Array): Promise<Uint8Array | null> {
    return this.#filled(buffer, (await handle.read(buffer, 0, buffer.length, null)).bytesRead);
  }

  #filled(buffer: Uint8Array, bytesRead: number): Uint8Array | null {
    this.#offset += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  }
}

async function* pipeChunks(chunks: AsyncIterable<Uint8Array>, place: string): Chunks {
  let offset = 0;
  try {
    for await (const chunk of chunks) {
      offset += chunk.length;
      yield chunk;
    }
    return null;
  } catch (error) {
    return fileFault(place, codeOf(error), offset);
  }
}

function unpacked(raw: Chunks, place: string, file: FileChunks | null): ByteSource {
  const problems: Problem[] = [];
  let recognised: Recognised | null = null;
  let ahead: Uint8Array | null = null;
  const next = async (): Promise<Uint8Array | null> => {
    recognised ??= await recogniseGzip(raw, place, problems);
    const { value, done } = await recognised.chunks.next();
    if (!done) return value;
    if (value) problems.push(value);
    return null;
  };
  return {
    problems,
    async read() {
      const chunk = ahead ?? (await next());
      ahead = null;
      return chunk;
    },
    readNow() {
      if (file?.plain !== true || recognised?.gzip !== false || ahead !== null) return undefined;
      try {
        return file.next();
      } catch (error) {
        problems.push(file.fault(error));
        return null;
      }
    },
    async head() {
      ahead ??= await next();
      return ahead ?? new Uint8Array(0);
    },
    async close() {
      await (recognised?.chunks ?? raw).return(null);
    },
  };
}

interface Recognised {
  readonly chunks: Chunks;
  readonly gzip: boolean;
}

/** The chunks as they are, or unpacked where the first two bytes are gzip's. */
async function recogniseGzip(raw: Chunks, place: string, problems: Problem[]): Promise<Recognised> {
  const parts: number[] = [];
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 2) {
    const { value, done } = await raw.next();
    if (done) {
      if (value) problems.push(value);
      break;
    }
    // Only the first byte of a pipe can come alone; whole chunks are passed on as they are.
    first = parts.length === 0 ? value : Uint8Array.of(...parts, ...value);
    if (first.length < 2) parts.push(...value);
  }
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const whole = startingWith(first, raw);
  return { chunks: gzip ? gunzip(whole, place) : whole, gzip };
}

async function* startingWith(first: Uint8Array, raw: Chunks): Chunks {
  try {
    if (first.length > 0) yield first;
    return (yield* raw) ?? null;
  } finally {
    await raw.return(null);
  }
}

/** Unpacks slice by slice, so that everything before a fault is handed out before the fault is told. */
async function* gunzip(raw: Chunks, place: string): Chunks {
  const unpacking = new Unpacking();
  let taken = 0;
  let offset = 0;
  let fault: Problem | null = null;
  // What was written so far, while it is little: zlib keeps to itself what it has unpacked of a slice with a fault.
  let written: Uint8Array[] | null = [];
  const write = async (slice: Uint8Array, last: boolean): Promise<Uint8Array[]> => {
    await unpacking.write(slice, last);
    const chunks = unpacking.take();
    for (const chunk of chunks) taken += chunk.length;
    if (unpacking.failure !== null && written !== null) chunks.push(...(await beforeFault(written, slice, taken)));
    offset += slice.length;
    if (offset > REPLAYED) written = null;
    written?.push(slice.slice());
    return chunks;
  };
  try {
    let held = new Uint8Array(0);
    for (;;) {
      const { value, done } = await raw.next();
      if (done) {
        fault = value;
        break;
      }
      // The last bytes wait for the end: were the trailer unpacked with the data before it, a wrong checksum would
      // take that data with it.
      const input = new Uint8Array(held.length + value.length);
      input.set(held);
      input.set(value, held.length);
      const ready = Math.max(0, input.length - GZIP_TRAILER);
      held = input.slice(ready);
      for (let at = 0; at < ready && !unpacking.over; at += GZIP_SLICE) {
        yield* await write(input.subarray(at, Math.min(ready, at + GZIP_SLICE)), false);
      }
      if (unpacking.over) break;
    }
    if (!unpacking.over) yield* await write(held, true);
    const { failure } = unpacking;
    return fault ?? (failure === null ? null : gzipFault(place, codeOf(failure), offset));
  } finally {
    unpacking.close();
    await raw.return(null);
  }
}

/** What a slice with a fault unpacks to before it, beyond what was taken: the same once more, in ever smaller pieces. */
async function beforeFault(written: readonly Uint8Array[], slice: Uint8Array, taken: number): Promise<Uint8Array[]> {
  const sound = [...written];
  let rest = slice;
  let found: Uint8Array[] = [];
  for (const size of [COARSE, 1]) {
    const unpacking = new Unpacking();
    let skip = taken;
    found = [];
    const feed = async (piece: Uint8Array): Promise<void> => {
      await unpacking.write(piece, false);
      for (const chunk of unpacking.take()) {
        if (chunk.length > skip) found.push(chunk.slice(skip));
        skip = Math.max(0, skip - chunk.length);
      }
    };
    for (const one of sound) await feed(one);
    let at = 0;
    for (; at < rest.length && !unpacking.over; at += size) {
      const piece = rest.subarray(at, at + size);
      await feed(piece);
      if (!unpacking.over) sound.push(piece);
    }
    rest = unpacking.over ? rest.subarray(at - size, at) : new Uint8Array(0);
    unpacking.close();
  }
  return found;
}

/** zlib's gunzip as steps that can be waited for. */
class Unpacking {
  failure: unknown = null;
  readonly #stream = createGunzip({ chunkSize: 256 * 1024 });
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #release: (() => void) | null = null;

  constructor() {
    this.#stream.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#stream.on("error", (error) => {
      this.failure = error;
      this.#release?.();
    });
    // Also before its input ends: what follows the last member (zeros of a tape or disk block) is no gzip.
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#release?.();
    });
  }

  /** Whether nothing more can come. */
  get over(): boolean {
    return this.failure !== null || this.#ended;
  }

  /** Ends when the piece has been unpacked, or could not be. */
  write(piece: Uint8Array, last: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#release = resolve;
      if (this.over) resolve();
      else if (last) this.#stream.end(piece);
      else this.#stream.write(piece, () => resolve());
    });
  }

  take(): Uint8Array[] {
    return this.#chunks.splice(0);
  }

  close(): void {
    this.#stream.destroy();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}

// Captures to start from: those that nobody here wrote (../shared/corpus, where it lies) and the recorded fixtures.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import type { LinkType } from "../../src/model/vantage.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";

const root = join(import.meta.dirname, "../..");
// Short seeds make many cases a second; what a parser does at the start of a file it does everywhere.
const LONGEST = 6000;
const FRAMES = 400;

/** A capture by name. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}
/** A frame of one of them. */
export interface SeedFrame {
  readonly linkType: LinkType;
  readonly bytes: Uint8Array;
}

const OURS = ["test/wire/tunnels", "fixtures"];

/** All captures of corpus and fixtures, long ones cut short. */
export function captureSeeds(): Seed[] {
  return seedsIn(["../shared/corpus/captures", "../shared/corpus/damaged", ...OURS]);
}

/** Those alone that were recorded here. */
export function ownCaptureSeeds(): Seed[] {
  return seedsIn(OURS);
}

function seedsIn(directories: readonly string[]): Seed[] {
  return directories
    .map((one) => join(root, one))
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => filesBelow(directory))
    .filter((path) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(path))
    .sort()
    .map((path) => {
      const bytes = readFileSync(path);
      const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes;
      return { name: relative(root, path), bytes: Uint8Array.from(plain.subarray(0, LONGEST)) };
    });
}

/** Some different frames out of captures. */
export function framesOf(seeds: readonly Seed[]): SeedFrame[] {
  const frames = new Map<string, SeedFrame>();
  for (const { name, bytes } of seeds) {
    const reader = new SavefileReader(name);
    const linkTypes: LinkType[] = [];
    reader.append(bytes);
    reader.finish();
    for (let record = reader.next(); record !== null && frames.size < FRAMES; record = reader.next()) {
      if (record.type === "interface") linkTypes[record.id] = record.linkType;
      if (record.type !== "packet") continue;
      const frame = record.bytes.slice(record.start, record.end);
      frames.set(Buffer.from(frame).toString("latin1"), {
        linkType: linkTypes[record.interfaceId] ?? "EN10MB",
        bytes: frame,
      });
    }
  }
  return [...frames.values()];
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory).flatMap((entry) => {
    const path = join(directory, entry);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function unpacked(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

// What a bundle holds beside its captures: the files of a directory, or inside one pcapng custom blocks, each packed under
// the name of its file.

import { gunzipSync, gzipSync } from "node:zlib";
import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import { customBlock } from "../savefile/write-pcapng.ts";

/** Names of the parts of a bundle beside its captures. */
export const PARTS = {
  state: "state.json",
  stateAfter: "state.after.json",
  run: "run.json",
  kernel: "kernel-events.jsonl",
} as const;
type PartName = (typeof PARTS)[keyof typeof PARTS];

// A part names itself in its first line; what follows is gzip.
const NEWLINE = 10;
/** Bytes of JSON: about 1600 namespaces (40 KB each, measured). A hostile file must not fill the memory. */
export const LARGEST_PART = 64 * 1024 * 1024;
// No reader believes a longer block.
const LARGEST_BLOCK = 16 * 1024 * 1024 - 64;

/** What is known beside the packets: values that become JSON, or text that is its file's already; null is left out. */
export type BundleParts = Readonly<Record<keyof typeof PARTS, unknown>>;

/** The files of these parts, by name, with their text. */
export function partFiles(parts: BundleParts): readonly (readonly [name: PartName, words: string])[] {
  return (Object.keys(PARTS) as (keyof typeof PARTS)[]).flatMap((key) => {
    const value = parts[key];
    if (value === null) return [];
    return [[PARTS[key], typeof value === "string" ? value : `${JSON.stringify(value, null, 1)}\n`] as const];
  });
}

/** The block that holds a part, or null where it is too large for one. */
export function partBlock(name: PartName, words: string): Uint8Array | null {
  const data = Buffer.concat([Buffer.from(`${name}\n`), gzipSync(words)]);
  return data.length > LARGEST_BLOCK ? null : customBlock(data);
}

/** The parts found in a capture's custom blocks, JSON parsed, lines as text; a later one of a name wins. */
export function readParts(
  blocks: readonly Uint8Array[],
  place: string,
): { parts: ReadonlyMap<string, unknown>; problems: readonly Problem[] } {
  const parts = new Map<string, unknown>();
  const problems: Problem[] = [];
  for (const block of blocks) {
    const end = block.indexOf(NEWLINE);
    const name = end < 0 ? "" : new TextDecoder().decode(block.subarray(0, Math.min(end, 64)));
    if (!Object.values<string>(PARTS).includes(name)) continue;
    try {
      const bytes = gunzipSync(block.subarray(end + 1), { maxOutputLength: LARGEST_PART });
      const words = new TextDecoder().decode(bytes);
      parts.set(name, name.endsWith(".json") ? JSON.parse(words) : words);
    } catch {
      const file = printable(place);
      problems.push({
        kind: "bad-part",
        severity: "warning",
        place,
        text: text(
          `The ${name} inside ${file} is damaged and is left out; the packets are explained without it.`,
          `${file} 内含的 ${name} 已损坏，未使用；只根据报文解释。`,
        ),
      });
    }
  }
  return { parts, problems };
}

// The kept corpus: small inputs that once broke a promise, or that alone reach some branch, replayed in every test run.
// `npm run fuzz -- --keep` looks for more (keep.ts).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { inPieces } from "./family.ts";
import { type HostileFrame, look } from "./frames.ts";
import { keepsPastePromises } from "./pastes.ts";
import { randomOf } from "./random.ts";
import { readWholeAndInPieces } from "./readers.ts";

/** The kinds of kept input; each has a file of JSON lines in corpus/. */
export const KEPT_KINDS = ["frame", "savefile", "text"] as const;
/** One of them. */
export type KeptKind = (typeof KEPT_KINDS)[number];

/** An input, as bytes, with what else its kind needs. */
export interface Kept {
  readonly bytes: Uint8Array;
  /** Of a frame: its link, and its length on the wire. */
  readonly linkType?: HostileFrame["linkType"];
  readonly length?: number;
  /** What it is there for: a function that it reaches further into than the others, or what once went wrong. */
  readonly why: string;
}

const SEED = 20_261_129;

/** The file of a kind. */
export function keptFile(kind: KeptKind): string {
  return join(import.meta.dirname, "corpus", `${kind}.jsonl`);
}

/** All inputs of a kind. */
export function keptInputs(kind: KeptKind): Kept[] {
  return readFileSync(keptFile(kind), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { hex, text, ...rest } = JSON.parse(line) as Kept & { readonly hex?: string; readonly text?: string };
      return {
        ...rest,
        bytes: Uint8Array.from(text === undefined ? Buffer.from(hex ?? "", "hex") : Buffer.from(text)),
      };
    });
}

/** The line of its file that an input is written as. */
export function keptLine({ bytes, ...rest }: Kept): string {
  const text = Buffer.from(bytes).toString("utf8");
  const isText = rest.linkType === undefined && Buffer.from(text).equals(bytes) && !text.includes("\0");
  return JSON.stringify(isText ? { ...rest, text } : { ...rest, hex: Buffer.from(bytes).toString("hex") });
}

/** Runs an input as its family would; throws where a promise is broken. */
export async function replay(kind: KeptKind, { bytes, linkType, length }: Kept): Promise<void> {
  if (kind === "frame") {
    look(
      { linkType: linkType ?? "EN10MB", bytes, length: length ?? bytes.length },
      { ...randomOf(SEED, 0), chance: () => true },
    );
    return;
  }
  if (kind === "text") {
    const content = Buffer.from(bytes).toString("utf8");
    await keepsPastePromises([{ source: "paste.txt", content }], {
      ...randomOf(SEED, 0),
      chance: (share) => share >= 0.3,
    });
    return;
  }
  for (const size of [1, 7, 64]) readWholeAndInPieces(bytes, size);
  const input = { source: "veth0.pcap", path: "0", content: "pcap", interface: null, netns: null, stem: null } as const;
  const tracker = new FlowTracker({});
  await drive([input], tracker, { bytes: () => openPipe(inPieces(bytes, 1 << 16), "veth0.pcap") });
  tracker.finish();
}

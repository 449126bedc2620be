// Looks for inputs worth keeping: cases made of our own recordings that reach a block which no earlier one reached, cut
// down as far as they still do. `npm run fuzz -- --keep --seed N --count M` adds them to corpus/.

import { appendFileSync, existsSync } from "node:fs";
import { BlockCoverage, holds } from "./block-coverage.ts";
import { hostileFrame } from "./frames.ts";
import { KEPT_KINDS, type Kept, type KeptKind, keptFile, keptInputs, keptLine, replay } from "./kept.ts";
import { damagedText } from "./mutate-text.ts";
import { recordedTexts } from "./pastes.ts";
import { type Random, randomOf } from "./random.ts";
import { hostileSavefile } from "./readers.ts";
import { framesOf, ownCaptureSeeds } from "./seeds.ts";

// Of the cases of a kind, so many make a look worth its time; those that read much are fewer.
const SHARE: Readonly<Record<KeptKind, number>> = { frame: 1, savefile: 0.5, text: 0.2 };
// What plain recordings reach needs no input of its own.
const TRIES = 160;

type Maker = (random: Random) => Kept;

/** Adds what `count` cases of this seed reach, of one kind or of all. */
export async function keepMore(seed: number, count: number, only?: string): Promise<void> {
  const captures = ownCaptureSeeds();
  const frames = framesOf(captures);
  const texts = recordedTexts();
  const makers: Readonly<Record<KeptKind, Maker>> = {
    frame: (random) => ({ ...hostileFrame(frames, random), why: "" }),
    savefile: (random) => ({ bytes: hostileSavefile(captures, frames, random), why: "" }),
    text: (random) => ({ bytes: Uint8Array.from(Buffer.from(damagedText(texts, random))), why: "" }),
  };
  const coverage = new BlockCoverage();
  await coverage.start();
  for (const kind of KEPT_KINDS.filter((one) => only === undefined || one === only)) {
    const known = existsSync(keptFile(kind)) ? keptInputs(kind) : [];
    for (const one of known) coverage.learn(await run(coverage, kind, one));
    if (kind === "frame")
      for (const frame of frames)
        coverage.learn(await run(coverage, kind, { ...frame, length: frame.bytes.length, why: "" }));
    let kept = 0;
    for (let number = 0; number < count * SHARE[kind]; number++) {
      const made = makers[kind](randomOf(seed, number));
      const fresh = coverage.newOf(await run(coverage, kind, made));
      const [first] = fresh.keys();
      if (first === undefined) continue;
      const small = await cutDown(coverage, kind, made, fresh);
      coverage.learn(await run(coverage, kind, small));
      appendFileSync(keptFile(kind), `${keptLine({ ...small, why: first.replace(/ \d+$/, "") })}\n`);
      kept++;
    }
    console.log(`${kind}: ${kept} more kept, ${known.length + kept} in all`);
  }
}

async function run(coverage: BlockCoverage, kind: KeptKind, one: Kept): ReturnType<BlockCoverage["reached"]> {
  await coverage.reached();
  await replay(kind, one);
  return coverage.reached();
}

// Halves, quarters, … are taken out as long as what was new is still reached.
async function cutDown(
  coverage: BlockCoverage,
  kind: KeptKind,
  made: Kept,
  wanted: Awaited<ReturnType<BlockCoverage["reached"]>>,
): Promise<Kept> {
  let best = made;
  let tries = TRIES;
  for (let size = best.bytes.length >> 1; size >= 1 && tries > 0; size >>= 1) {
    for (let at = best.bytes.length - size; at >= 0 && tries > 0; at -= size, tries--) {
      const { bytes } = best;
      const shorter = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + size)]);
      const next = {
        ...best,
        bytes: shorter,
        ...(best.length === undefined ? {} : { length: Math.max(best.length, shorter.length) }),
      };
      if (holds(await run(coverage, kind, next), wanted)) best = next;
    }
  }
  return best;
}

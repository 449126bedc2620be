// One hostile case through everything: reader, decoding, merging, flows, and for some the explanation and its words.

import { drive } from "../../src/capture/drive.ts";
import { causeByCode, causes } from "../../src/causes/registry.ts";
import { explain } from "../../src/explain/explain.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { renderJson } from "../../src/render/json.ts";
import { renderText } from "../../src/render/text.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { damaged } from "./mutate-bytes.ts";
import { hostileCapture } from "./mutate-frames.ts";
import { type Random, randomOf } from "./random.ts";
import type { Seed, SeedFrame } from "./seeds.ts";

/** What cases are made of. */
export interface Material {
  readonly captures: readonly Seed[];
  readonly frames: readonly SeedFrame[];
  /** States to explain with; null is without. */
  readonly states: readonly (SystemState | null)[];
  /** The share of cases that are explained and put into words. */
  readonly explained: number;
}

// All that a terminal would obey; a line feed is the report's own.
// biome-ignore lint/suspicious/noControlCharactersInRegex: looking for control characters is the purpose
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** The captures of a case: nearly always one, sometimes two that are merged. */
export function capturesOf(material: Material, seed: number, number: number): Uint8Array[] {
  const random = randomOf(seed, number);
  return random.chance(0.05) ? [capture(material, random), capture(material, random)] : [capture(material, random)];
}

function capture({ captures, frames }: Material, random: Random): Uint8Array {
  return random.chance(0.5) ? damaged(random.pick(captures).bytes, random) : hostileCapture(frames, random);
}

/** Runs a case; throws where anything does, or where what comes out breaks a promise. Says whether it was explained. */
export async function runCase(material: Material, seed: number, number: number): Promise<boolean> {
  const files = capturesOf(material, seed, number);
  const random = randomOf(seed ^ 0x5eed, number);
  const inputs = files.map((_, i): CaptureInput => {
    const stem = `net${i}.veth${i}`;
    return { source: `${stem}.pcap`, path: `${i}`, content: "pcap", interface: null, netns: null, stem };
  });
  const pieces = random.chance(0.3) ? 1 + random.below(300) : 1 << 20;
  const tracker = new FlowTracker({});
  const driven = await drive(inputs, tracker, {
    bytes: (input) => openPipe(inPieces(files[Number(input.path)] ?? new Uint8Array(0), pieces), input.source),
  });
  const flows = tracker.finish();
  const explained = driven.summaries.reduce((sum, one) => sum + one.explained, 0);
  promise(explained === driven.pushed, `${driven.pushed} packets handed on, ${explained} counted as explained`);
  for (const one of driven.summaries) {
    let others = 0;
    for (const count of one.otherProtocols.values()) others += count;
    promise(
      one.packets === one.explained + others,
      `${one.packets} packets, ${one.explained} explained, ${others} not`,
    );
  }
  promise(flows.length <= Math.max(1, driven.pushed), `${flows.length} flows from ${driven.pushed} packets`);
  if (!random.chance(material.explained)) return false;

  const state = random.pick(material.states);
  const { problems, summaries } = driven;
  const report = explain({
    flows,
    inputs: summaries,
    state,
    stateAfter: null,
    command: null,
    problems,
    evicted: tracker.evicted,
    causes,
  });
  for (const language of ["en", "zh"] as const) {
    const options = { language, width: 80, color: false, verbose: random.chance(0.5) };
    const words = renderText(report, { ...options, titleOf: (code) => causeByCode(code)?.title });
    const at = OBEYED.exec(words);
    promise(
      at === null,
      `the text obeys ${JSON.stringify(at?.[0])}: ${JSON.stringify(words.slice((at?.index ?? 0) - 40, (at?.index ?? 0) + 20))}`,
    );
  }
  const json = renderJson(report, { language: "en", version: "0.0.0" });
  promise(!OBEYED.test(json), "the JSON holds a control character that is not escaped");
  JSON.parse(json);
  return true;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function promise(kept: boolean, otherwise: string): void {
  if (!kept) throw new Error(otherwise);
}

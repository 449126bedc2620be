// One hostile capture through everything: reader, decoding, merging, flows, and for some the explanation and its words.

import { causes } from "../../src/causes/registry.ts";
import { explain } from "../../src/explain/explain.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import type { CaptureInput } from "../../src/savefile/open.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { type Family, inPieces, promise } from "./family.ts";
import { damaged } from "./mutate-bytes.ts";
import { hostileCapture } from "./mutate-frames.ts";
import { commandsStayOurs, keepsPromises } from "./promises.ts";
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

/** Cases are made of this material. */
export function captureFamily(material: Material): Family {
  return {
    name: "capture",
    run: (seed, number) => runCase(material, seed, number),
    inputsOf: (seed, number) => capturesOf(material, seed, number),
  };
}

/** The captures of a case: nearly always one, sometimes two that are merged. */
function capturesOf(material: Material, seed: number, number: number): Uint8Array[] {
  const random = randomOf(seed, number);
  return random.chance(0.05) ? [capture(material, random), capture(material, random)] : [capture(material, random)];
}

function capture({ captures, frames }: Material, random: Random): Uint8Array {
  return random.chance(0.5) ? damaged(random.pick(captures).bytes, random) : hostileCapture(frames, random);
}

async function runCase(material: Material, seed: number, number: number): Promise<boolean> {
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
  commandsStayOurs(report);
  keepsPromises(report, random);
  return true;
}

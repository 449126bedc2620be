// The answer that a recording gives, read as bytes and read as text that tcpdump printed.

import { namingOf } from "../../src/case/state-file.ts";
import { causes } from "../../src/causes/registry.ts";
import { explain } from "../../src/explain/explain.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import type { Packet } from "../../src/model/packet.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { InputSummary } from "../../src/model/vantage.ts";
import { packetsOf } from "../../src/paste/capture/packets.ts";
import { readPaste } from "../../src/paste/read.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import { resolveInputs } from "../../src/savefile/open.ts";

/** What a reading came to: the code and how certain it is, and where every packet was captured. */
export interface RecordedAnswer {
  readonly answer: string;
  readonly interfaces: readonly string[];
}

/** Reads savefiles, with what the system's own tools told or without it. */
export async function answerOfFiles(paths: readonly string[], state: SystemState | null = null): Promise<string> {
  const tracker = new FlowTracker({});
  const sink = { push: (packet: Packet) => tracker.push(packet), advance: () => {} };
  const naming = state === null ? {} : { naming: namingOf(state) };
  const { summaries } = await drive((await resolveInputs(paths)).captures, sink, naming);
  return answer(tracker, summaries, state);
}

/** Reads what a terminal showed; a line that is not understood is an error. */
export function answerOfText(text: string, state: SystemState | null = null): RecordedAnswer {
  const paste = readPaste(text, "paste");
  if (paste.unknown.length > 0) throw new Error(`not understood: ${paste.unknown.map((line) => line.text).join("\n")}`);
  let id = 0;
  const parts = paste.captures.map((capture) =>
    packetsOf(
      capture,
      (name, netns) => ({ id: id++, netns, interface: name, source: "paste", undated: true }),
      () => null,
    ),
  );
  const tracker = new FlowTracker({});
  const time = (packet: Packet) => Number(packet.frame.time ?? 0n);
  const packets = parts.flatMap((part) => part.packets).sort((a, b) => time(a) - time(b));
  for (const packet of packets) tracker.push(packet);
  const interfaces = new Set(packets.map(({ frame }) => `${frame.vantage.netns ?? ""}.${frame.vantage.interface}`));
  return {
    answer: answer(
      tracker,
      parts.flatMap((part) => part.summaries),
      state,
    ),
    interfaces: [...interfaces].sort(),
  };
}

function answer(tracker: FlowTracker, inputs: readonly InputSummary[], state: SystemState | null): string {
  const report = explain({
    flows: tracker.finish(),
    inputs,
    state,
    stateAfter: null,
    command: null,
    problems: [],
    evicted: 0,
    causes,
  });
  return report.answer ? `${report.answer.code}, ${report.answer.certainty}` : "nothing";
}

// Clocks of captures from different machines: measured on packets that several files show, before they are merged.

import { clockOffsets } from "../explain/clock-offset.ts";
import type { Nanoseconds } from "../model/time.ts";
import { headsOf } from "../savefile/inputs/heads.ts";
import type { CaptureInput } from "../savefile/open.ts";

/** What to add to the times of each capture, as drive() asks for it; 0 where nothing shows that clocks differ. */
export async function clockOffsetOf(captures: readonly CaptureInput[]): Promise<(input: CaptureInput) => Nanoseconds> {
  // A device or pipe gives its bytes only once.
  const files = captures.filter((capture) => capture.content === "pcap" || capture.content === "pcapng");
  if (files.length < 2) return () => 0n;
  const offsets = clockOffsets(await headsOf(files));
  return (input) => offsets[files.indexOf(input)]?.add ?? 0n;
}

// Names of several frames: one by one where these are meant, from the first to the last where the rest was not kept.

import { expect, it } from "vitest";
import type { FrameRef } from "../../src/model/packet.ts";
import { framesOf } from "../../src/render/document/frames.ts";

function frames(...numbers: number[]): FrameRef[] {
  const vantage = { netns: "net0", interface: "veth0", source: "veth0.pcap" } as FrameRef["vantage"];
  return numbers.map((number) => ({ vantage, number, time: 0n, direction: null }) as FrameRef);
}

it.each([
  [[3], undefined, "net0:veth0#3"],
  [[1, 3], undefined, "net0:veth0#1, #3"],
  [[1, 2], undefined, "net0:veth0#1, #2"],
  [[2, 3, 4, 9], undefined, "net0:veth0#2…#4, #9"],
  [[1, 3, 5, 7, 9, 11], undefined, "net0:veth0#1, #3, #5 … #11"],
  // The first and the last of seven.
  [[1, 13], 7, "net0:veth0#1…#13"],
] as const)("%j of %s", (numbers, total, said) => {
  expect(framesOf(frames(...numbers), total)).toBe(said);
});

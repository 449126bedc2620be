// A recording that several streams fill at once: its blocks reach the file in the order in which they were made.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { PcapngRecording } from "../../src/savefile/record-pcapng.ts";

it("keeps the order of interfaces where a later piece would be written sooner", async () => {
  const file: Uint8Array[] = [];
  let delay = 20;
  // The first piece takes longest: as two writes to one file may overtake each other.
  const recording = new PcapngRecording(async (bytes) => {
    const mine = delay;
    delay = 0;
    await sleep(mine);
    file.push(bytes);
  }, "test");
  const names = ["lo", "veth0", "veth1", "br0"];
  const flushed = names.map((name) => {
    recording.interface({ netns: name, name, linkType: "EN10MB", snapLength: null, filter: null });
    return recording.flush();
  });
  await Promise.all(flushed);
  const reader = new SavefileReader("recording");
  for (const bytes of file) reader.append(bytes);
  reader.finish();
  const read: (string | null)[] = [];
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type === "interface" && record.format === "pcapng") read[record.id] = record.name;
  }
  expect(read).toEqual(names);
});

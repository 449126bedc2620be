// Packets out of capture files, merged by time, for tests that follow real traffic.

import { readFileSync } from "node:fs";
import type { Packet } from "../../src/model/packet.ts";
import type { Vantage } from "../../src/model/vantage.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { decode } from "../../src/wire/decode.ts";

/** A capture file, and where it was taken; `names` maps interface indexes of a cooked capture of all interfaces. */
export interface Recorded {
  readonly file: string;
  readonly netns: string | null;
  readonly interface?: string;
  readonly names?: ReadonlyMap<number, string>;
}

/** All packets of the captures in order of time. */
export function recordedPackets(captures: readonly Recorded[]): Packet[] {
  const vantages = new Map<string, Vantage>();
  const counts = new Map<Vantage, number>();
  const packets: Packet[] = [];
  for (const capture of captures) {
    const reader = new SavefileReader(capture.file);
    reader.append(readFileSync(capture.file));
    reader.finish();
    let linkType: Parameters<typeof decode>[0]["linkType"] = "EN10MB";
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "interface") linkType = record.linkType;
      if (record.type !== "packet") continue;
      const index =
        linkType === "LINUX_SLL2"
          ? new DataView(record.bytes.buffer, record.bytes.byteOffset + record.start).getUint32(4)
          : 0;
      const name = capture.interface ?? capture.names?.get(index) ?? String(index);
      const key = `${capture.file}/${name}`;
      let vantage = vantages.get(key);
      if (vantage === undefined) {
        vantage = { id: vantages.size, netns: capture.netns, interface: name, source: capture.file };
        vantages.set(key, vantage);
      }
      const number = (counts.get(vantage) ?? 0) + 1;
      counts.set(vantage, number);
      packets.push(
        decode({
          vantage,
          number,
          time: record.time(),
          linkType,
          direction: record.direction,
          length: record.length,
          bytes: record.bytes,
          start: record.start,
          end: record.end,
        }),
      );
    }
  }
  return packets.sort((a, b) => Number((a.frame.time ?? 0n) - (b.frame.time ?? 0n)));
}

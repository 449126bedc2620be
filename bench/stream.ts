// Writes a capture for measuring to standard output: `tsx bench/stream.ts pcapng 1500000 100 > haystack.pcapng`.

import { once } from "node:events";
import { chunksOf } from "./haystack.ts";

const [format, packets, everyNth] = process.argv.slice(2);
const wish = {
  format: format === "pcap" ? ("pcap" as const) : ("pcapng" as const),
  packets: Number(packets ?? 1_500_000),
  everyNth: Number(everyNth ?? 100),
};
for (const chunk of chunksOf(wish)) {
  // The chunk is made anew only when this one has left.
  if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  else await new Promise((done) => process.stdout.write("", done));
}

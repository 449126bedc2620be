// A first look at captures: the first ARP and ICMP packets of each file by itself, in the file's own time.

import type { Packet } from "../model/packet.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { type ByteSource, openFile } from "../savefile/open-bytes.ts";
import { drive } from "./drive.ts";

const PACKETS = 512;
// A haystack without ARP and ICMP is not read to its end twice.
const BYTES = 32 << 20;

/** The first packets of each input; none of what can be read only once. */
export async function headsOf(inputs: readonly CaptureInput[]): Promise<Packet[][]> {
  const heads: Packet[][] = [];
  for (const input of inputs) {
    const head: Packet[] = [];
    heads.push(head);
    if (input.path === null) continue;
    const bytes = limited(openFile(input.path, input.source));
    await drive(
      [input],
      { push: (packet) => head.push(packet), advance: () => {} },
      { count: PACKETS, bytes: () => bytes },
    );
  }
  return heads;
}

function limited(source: ByteSource): ByteSource {
  let left = BYTES;
  return {
    problems: source.problems,
    head: () => source.head(),
    close: () => source.close(),
    async read() {
      const chunk = left > 0 ? await source.read() : null;
      left -= chunk?.length ?? 0;
      return chunk;
    },
  };
}

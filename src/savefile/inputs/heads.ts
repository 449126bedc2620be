// A first look at captures: the first ARP and ICMP packets of each file by itself, in the file's own time.

import type { Packet } from "../../model/packet.ts";
import type { LinkType, Vantage } from "../../model/vantage.ts";
import { decode } from "../../wire/decode.ts";
import { netnsOf } from "../netns-name.ts";
import type { CaptureInput } from "../open.ts";
import { type ByteSource, openFile } from "../open-bytes.ts";
import { SavefileReader } from "../reader.ts";
import type { PacketRecord } from "../record.ts";
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

/** The packets of `-i any` in the first bytes of a capture that does not say where it was taken; none where it is no such. */
export async function cookedHead(input: CaptureInput): Promise<Packet[]> {
  if (input.path === null || (input.content !== "pcap" && input.content !== "pcapng")) return [];
  const bytes = openFile(input.path, input.source);
  try {
    return cookedIn(await bytes.head(), input.source);
  } finally {
    await bytes.close();
  }
}

function cookedIn(bytes: Uint8Array, source: string): Packet[] {
  const reader = new SavefileReader(source);
  reader.append(bytes);
  const packets: Packet[] = [];
  let linkType: LinkType | null = null;
  for (let record = reader.next(); record !== null && packets.length < PACKETS; record = reader.next()) {
    if (record.type === "interface") {
      // Several interfaces, or one whose description names its namespace, say where they are themselves.
      if (linkType !== null || netnsOf(record.description) !== null) return [];
      linkType = record.linkType;
    }
    if (linkType !== null && linkType !== "LINUX_SLL" && linkType !== "LINUX_SLL2") return [];
    if (record.type !== "packet" || linkType === null) continue;
    packets.push(decode({ ...headFrame(record, source), linkType }));
  }
  return packets;
}

// Only its headers are looked at.
function headFrame({ bytes, start, end, length, direction }: PacketRecord, source: string) {
  const vantage: Vantage = { id: 0, netns: null, interface: null, source };
  return { vantage, number: 0, time: null, length, bytes, start, end, direction };
}

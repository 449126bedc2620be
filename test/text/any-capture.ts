// What `tcpdump -i any` would have captured and printed in a namespace of which a recording has every interface apart.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { BROADCAST_MAC, isGroupMac } from "../../src/model/address.ts";
import type { Link } from "../../src/model/system-state.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { pcapHeader, pcapPacket } from "../../src/savefile/write-pcap.ts";
import { ETHERNET_HEADER, parseEthernet } from "../../src/wire/ethernet.ts";
import { type CookedHeader, emitSll, SLL_HEADER } from "../../src/wire/linux-sll.ts";
import { emitSll2, SLL2_HEADER } from "../../src/wire/linux-sll2.ts";

const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

/** A savefile of one interface. */
export interface InterfaceFile {
  readonly path: string;
  readonly link: Link;
}

interface CookedFrame {
  readonly time: bigint;
  readonly name: string;
  readonly packetType: CookedHeader["packetType"];
  readonly record: Uint8Array;
}

/** tcpdump's own lines for the frames of all these interfaces together; each has its interface's name in its column. */
export function printAny(files: readonly InterfaceFile[], style: readonly string[]): string {
  const frames = inOrder(files, "LINUX_SLL2");
  const savefile = Buffer.concat([pcapHeader("LINUX_SLL2"), ...frames.map((frame) => frame.record)]);
  const printed = execFileSync("tcpdump", [...style, "-r", "-"], {
    input: savefile,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  // tcpdump asks this machine for the name of the index (if_indextoname), so it prints "?" or another's name.
  let next = 0;
  const named = printed.replace(/^(\d\d:\d\d:\d\d\.\d+ )\S+ +(In|Out|B|M|P) /gm, (_, time: string, way: string) => {
    return `${time}${(frames[next++]?.name ?? "").padEnd(5)} ${way} `;
  });
  if (next !== frames.length) throw new Error(`${next} of ${frames.length} frames have an interface column`);
  return named;
}

/** The savefile itself, of the new kind (LINUX_SLL2) or of the old one. */
export function captureAny(files: readonly InterfaceFile[], linkType: CookedType): Uint8Array {
  return Buffer.concat([pcapHeader(linkType), ...inOrder(files, linkType).map((frame) => frame.record)]);
}

type CookedType = "LINUX_SLL" | "LINUX_SLL2";

function inOrder(files: readonly InterfaceFile[], linkType: CookedType): CookedFrame[] {
  // A frame leaves one end of a veth before it arrives at the other, also within one microsecond.
  const rank = (frame: CookedFrame) => Number(frame.packetType !== "outgoing");
  return files
    .flatMap((file) => cookedFrames(file, linkType))
    .sort((a, b) => (a.time === b.time ? rank(a) - rank(b) : Number(a.time - b.time)));
}

function cookedFrames({ path, link }: InterfaceFile, linkType: CookedType): CookedFrame[] {
  const reader = new SavefileReader(path);
  reader.append(readFileSync(path));
  reader.finish();
  const frames: CookedFrame[] = [];
  for (let record = reader.next(); record !== null; record = reader.next()) {
    if (record.type === "problem") throw new Error(`${path}: ${record.problem.kind}`);
    if (record.type !== "packet") continue;
    const packetType = packetTypeAt(record.bytes, record.start, link);
    const { source, etherType } = parseEthernet(record.bytes, record.start);
    const header: CookedHeader = {
      kind: "cooked",
      packetType,
      source,
      etherType,
      hardwareType: link.isLoopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER,
      interfaceIndex: link.index,
    };
    const payload = record.bytes.subarray(record.start + ETHERNET_HEADER, record.end);
    const cooked = linkType === "LINUX_SLL2" ? emitSll2(header, payload) : emitSll(header, payload);
    const time = record.time() ?? 0n;
    const length = record.length - ETHERNET_HEADER + (linkType === "LINUX_SLL2" ? SLL2_HEADER : SLL_HEADER);
    frames.push({ time, name: link.name, packetType, record: pcapPacket(time, cooked, length) });
  }
  return frames;
}

// As eth_type_trans classifies; of a frame on lo libpcap hands out the arrival only.
function packetTypeAt(bytes: Uint8Array, start: number, link: Link): CookedHeader["packetType"] {
  const { source, destination } = parseEthernet(bytes, start);
  if (link.isLoopback) return "host";
  if (source === link.mac) return "outgoing";
  if (isGroupMac(destination)) return destination === BROADCAST_MAC ? "broadcast" : "multicast";
  return destination === link.mac ? "host" : "other-host";
}

// What a file is, by its first bytes and never by its name.

/** Little-endian reading of the first four bytes of each kind of classic pcap. */
export const PCAP_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_NANOSECONDS = 0xa1b23c4d;
export const PCAP_MODIFIED = 0xa1b2cd34;
/** pcapng's section header block type, the same in both byte orders, and its byte-order magic. */
export const PCAPNG_SECTION = 0x0a0d0d0a;
export const PCAPNG_BYTE_ORDER = 0x1a2b3c4d;

export type Content = "empty" | "pcap" | "pcapng" | "gzip" | "json" | "text" | "other";

/** Recognises content by its first bytes (64 are plenty, fewer will do). */
export function recognise(head: Uint8Array): Content {
  if (head.length === 0) return "empty";
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head.length >= 4) {
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const magics = [PCAP_MICROSECONDS, PCAP_NANOSECONDS, PCAP_MODIFIED];
    if (magics.includes(view.getUint32(0, true)) || magics.includes(view.getUint32(0, false))) return "pcap";
    if (view.getUint32(0, true) === PCAPNG_SECTION) return "pcapng";
  }
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  for (let i = start; i < head.length; i++) {
    const byte = head[i] ?? 0;
    const space = byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x1b || byte === 0x08;
    if (byte === 0x7f || (byte < 0x20 && !space)) return "other";
  }
  const first = head.slice(start).find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === 0x7b) return "json";
  // `[root@host ~]# …` is a prompt, and a JSON array of ours holds objects.
  return first === 0x5b && /^\s*\[\s*(?:[[{"\]]|$)/.test(new TextDecoder().decode(head.subarray(start)))
    ? "json"
    : "text";
}

/** A well-known format that is no capture of ours: its name, and what makes one that can be read out of it. */
export interface ForeignFormat {
  readonly name: string;
  /** What unpacks it to standard output, or rewrites it; null where neither is known. */
  readonly command: string | null;
}

const unpack = (tool: string): string => `${tool} FILE | pktwhy explain -`;
const REWRITE = "editcap -F pcapng FILE - | pktwhy explain -";

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const FOREIGN: readonly (readonly [magic: readonly number[], name: string, command: string | null])[] = [
  [[0x1f, 0x8b], "gzip", null],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd", unpack("zstd -dc")],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz", unpack("xz -dc")],
  [ascii("BZh"), "bzip2", unpack("bzip2 -dc")],
  [[0x04, 0x22, 0x4d, 0x18], "lz4", unpack("lz4 -dc")],
  [[0x89, 0x4c, 0x5a, 0x4f], "lzop", unpack("lzop -dc")],
  [ascii("PK\u0003\u0004"), "zip", unpack("unzip -p")],
  [[0x37, 0x7a, 0xbc, 0xaf], "7z", unpack("7z x -so")],
  [ascii("snoop\u0000"), "snoop", REWRITE],
  [ascii("btsnoop\u0000"), "btsnoop", REWRITE],
  [ascii("GMBU"), "Microsoft NetMon 2", REWRITE],
  [ascii("RTSS"), "Microsoft NetMon 1", REWRITE],
  [ascii("TRSNIFF data"), "Sniffer (DOS)", REWRITE],
  [ascii("XCP\u0000"), "Sniffer (Windows), NetXray", REWRITE],
  [ascii("ObserverPktBuffe"), "Viavi Observer", REWRITE],
  [[0xaa, 0xaa, 0xaa, 0xaa], "InfoVista 5View", REWRITE],
  [ascii("TR\u0000d"), "HP-UX nettl", REWRITE],
  [[0x05, 0x56, 0x4e, 0x46], "Visual Networks", REWRITE],
  [[0x01, 0x10, 0x4c, 0x00, 0x01, 0x05, 0x54, 0x72], "Novell LANalyzer", REWRITE],
  [[0x7f, 0x45, 0x4c, 0x46], "ELF", null],
];

/** Which well-known format it is that is no capture of ours (an archive, a snoop file…), or null. */
export function foreignFormat(head: Uint8Array): ForeignFormat | null {
  for (const [magic, name, command] of FOREIGN)
    if (magic.every((byte, i) => head[i] === byte)) return { name, command };
  return recognise(head) === "other" && isErf(head) ? { name: "Endace ERF", command: REWRITE } : null;
}

const ERF_HEADER = 16;
const ERF_TYPES = 48;
const [YEAR_1990, YEAR_2100] = [631_152_000, 4_102_444_800];

// ERF has no magic: a record begins with a time (little-endian, seconds in the upper half), a type and its own length.
function isErf(head: Uint8Array): boolean {
  if (head.length < ERF_HEADER) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const seconds = view.getUint32(4, true);
  const type = view.getUint8(8) & 0x7f;
  const isTyped = type > 0 && type <= ERF_TYPES && view.getUint16(10, false) > ERF_HEADER;
  return isTyped && seconds > YEAR_1990 && seconds < YEAR_2100 && view.getUint16(14, false) > 0;
}

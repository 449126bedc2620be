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

const FOREIGN: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], "gzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"],
  [[0x42, 0x5a, 0x68], "bzip2"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4"],
  [[0x50, 0x4b, 0x03, 0x04], "zip"],
  [[0x37, 0x7a, 0xbc, 0xaf], "7z"],
  [[0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00], "snoop"],
  [[0x7f, 0x45, 0x4c, 0x46], "ELF"],
];

/** Name of a well-known format that is no capture of ours (an archive, a snoop file…), or null. */
export function foreignFormat(head: Uint8Array): string | null {
  for (const [magic, name] of FOREIGN) if (magic.every((byte, i) => head[i] === byte)) return name;
  return null;
}

// Compressed captures: cut anywhere, with bits flipped, in several members, with headers and tails, packed twice. What
// zlib itself gets out of them, all at once, is what must be read piece by piece.

import { constants, gunzipSync, gzipSync } from "node:zlib";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import { openPipe } from "../../src/savefile/open-bytes.ts";
import { type Family, inPieces, promise } from "./family.ts";
import { concat, damaged } from "./mutate-bytes.ts";
import { type Random, randomOf } from "./random.ts";
import type { Seed } from "./seeds.ts";

const HEADER = 10;
const FLAGS = 3;
// RFC 1952, section 2.3.1.
const [EXTRA, NAME, COMMENT] = [4, 8, 16];

interface Packed {
  readonly bytes: Uint8Array;
  /** What must be read, exactly; null where only zlib's bound is known. */
  readonly plain: Uint8Array | null;
}

// Deflate packs at most 1032 bytes into one (zlib's technical details).
const MOST = 1032;

/** Cases are made of these captures, compressed. */
export function gzipFamily(captures: readonly Seed[]): Family {
  const caseOf = (random: Random): Packed => packed(random.pick(captures).bytes, random);
  return {
    name: "gzip",
    async run(seed, number) {
      const random = randomOf(seed, number);
      const { bytes, plain } = caseOf(random);
      const pieces = random.chance(0.3) ? 1 + random.below(300) : 1 << 20;
      const source = openPipe(inPieces(bytes, pieces), "veth0.pcap.gz");
      const chunks: Uint8Array[] = [];
      for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) chunks.push(chunk.slice());
      await source.close();
      const read = concat(...chunks);
      promise(read.length <= MOST * bytes.length, `${read.length} bytes out of ${bytes.length}`);
      const same = plain === null || Buffer.compare(plain, read) === 0;
      promise(same, `${read.length} bytes read, unpacked by zlib ${plain?.length}`);
      for (const { text, place } of source.problems) {
        promise(place === "veth0.pcap.gz" && text.en.includes(place) && text.zh.includes(place), text.en);
      }
      const input = { source: "-", path: null, content: null, interface: null, netns: null, stem: null };
      await drive([input], new FlowTracker({}), { bytes: () => openPipe(inPieces(bytes, pieces), "-") });
      return false;
    },
    inputsOf: (seed, number) => [caseOf(randomOf(seed, number)).bytes],
  };
}

function packed(plain: Uint8Array, random: Random): Packed {
  const whole = members(plain, random);
  switch (random.below(6)) {
    case 0:
      return { bytes: whole, plain };
    case 1:
    case 2: {
      const bytes = whole.slice(0, random.below(whole.length + 1));
      return { bytes, plain: unpackedByZlib(bytes) };
    }
    case 3:
      return { bytes: damaged(whole, random), plain: null };
    case 4: {
      // A tape's or disk's block filled up, or the begin of a member that never came.
      const tail = random.pick([
        new Uint8Array(1 + random.below(600)),
        Uint8Array.of(0x1f),
        Uint8Array.of(0x1f, 0x8b),
        Uint8Array.of(0x1f, 0x8b, 8, 0xff),
        Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
      ]);
      return { bytes: concat(whole, tail), plain };
    }
    default:
      return { bytes: gzipSync(whole), plain: whole };
  }
}

// `cat a.gz b.gz` is a gzip of both (RFC 1952, section 2.2).
function members(plain: Uint8Array, random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let left = random.chance(0.6) ? 0 : random.below(4); left > 0; left--) {
    const to = from + random.below(plain.length - from + 1);
    parts.push(member(plain.subarray(from, to), random));
    from = to;
  }
  return concat(...parts, member(plain.subarray(from), random));
}

function member(plain: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(gzipSync(plain, { level: random.pick([0, 1, 9]) }));
  if (random.chance(0.6)) return bytes;
  const extra = random.chance(0.3) ? random.below(200) : -1;
  const fields = [
    ...(extra < 0 ? [] : [Uint8Array.of(extra, 0), new Uint8Array(extra).fill(7)]),
    Buffer.from(`${"x".repeat(random.below(5000))}\u001b[2J\0`),
    ...(random.chance(0.3) ? [Buffer.from("a comment\0")] : []),
  ];
  bytes[FLAGS] = NAME | (extra < 0 ? 0 : EXTRA) | (fields.length % 2 === 0 ? COMMENT : 0);
  return concat(bytes.subarray(0, HEADER), ...fields, bytes.subarray(HEADER));
}

function unpackedByZlib(bytes: Uint8Array): Uint8Array | null {
  // Nothing tells that a single byte is the beginning of a gzip.
  if (bytes.length < 2) return bytes;
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

// Packets that are only counted where they lie are the same packets, whole, damaged, and in chunks of any size.

import { describe, expect, test } from "vitest";
import type { Skimmer } from "../../src/savefile/parser.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { damaged } from "../fuzz/mutate-bytes.ts";
import { randomOf } from "../fuzz/random.ts";
import { captureSeeds } from "../fuzz/seeds.ts";

/** What an interface showed, as it can be told of single packets and of runs of them alike. */
interface Account {
  packets: number;
  kinds: number[];
  /** Times of the earliest, the latest and the last packet, and by how much each step back went. */
  from: bigint;
  to: bigint;
  last: bigint;
  stepsBack: bigint[];
}

interface Shown {
  /** A line for each packet or fault, whether a skimmer was shown it or next() handed it out. */
  readonly lines: string[];
  readonly accounts: Map<number, Account>;
}

const KIND = 3;

function read(bytes: Uint8Array, chunk: number, passes: ((n: number) => boolean) | null): Shown {
  const lines: string[] = [];
  const accounts = new Map<number, Account>();
  let shown = 0;
  const see = (id: number, time: bigint): Account => {
    let account = accounts.get(id);
    if (account === undefined) {
      account = { packets: 0, kinds: new Array(8).fill(0), from: time, to: time, last: time, stepsBack: [] };
      accounts.set(id, account);
    }
    if (time < account.last) account.stepsBack.push(account.last - time);
    if (time < account.from) account.from = time;
    if (time > account.to) account.to = time;
    account.last = time;
    return account;
  };
  const skimmer: Skimmer = {
    // Interfaces with an odd number stay with the parser.
    skims: (id) => id % 2 === 0,
    kindOf(window, start, end) {
      if (passes === null || !passes(shown++)) return 0;
      lines.push(Buffer.from(window.slice(start, end)).toString("hex"));
      return KIND;
    },
    passed(run) {
      const first = see(run.interfaceId, nanoseconds(run.fromSeconds, run.fromNanoseconds));
      first.packets += run.packets;
      for (const [kind, count] of run.kinds.entries()) first.kinds[kind] = (first.kinds[kind] ?? 0) + count;
      see(run.interfaceId, nanoseconds(run.toSeconds, run.toNanoseconds));
    },
  };
  const reader = new SavefileReader("test.pcap", passes === null ? null : skimmer);
  const drain = (): void => {
    for (let record = reader.next(); record !== null; record = reader.next()) {
      if (record.type === "packet") {
        lines.push(Buffer.from(record.bytes.slice(record.start, record.end)).toString("hex"));
        if (!record.hasTime) continue;
        const account = see(record.interfaceId, nanoseconds(record.seconds, record.nanoseconds));
        account.packets++;
        account.kinds[KIND] = (account.kinds[KIND] ?? 0) + 1;
      } else if (record.type === "problem") lines.push(`${record.offset} ${record.problem.text.en}`);
    }
  };
  for (let at = 0; at < bytes.length; at += chunk) {
    reader.append(bytes.slice(at, at + chunk));
    drain();
  }
  reader.finish();
  drain();
  lines.push(`${reader.packets} packets`);
  return { lines, accounts };
}

function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

describe("packets passed by a skimmer", () => {
  const seeds = captureSeeds();
  test("are those that are handed out without one, and so are their times", () => {
    for (let number = 0; number < 600; number++) {
      const random = randomOf(7, number);
      const seed = random.pick(seeds).bytes;
      const bytes = random.chance(0.5) ? seed : damaged(seed, random);
      const chunk = random.pick([17, 100, 999, 1 << 20]);
      const plain = read(bytes, 1 << 20, null);
      expect(read(bytes, chunk, () => true)).toEqual(plain);
      expect(read(bytes, chunk, (n) => n % 3 !== 0)).toEqual(plain);
    }
  });
});
